//! A conversation as lines.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::names::Names;
use crate::catalog;
use crate::conversation::Entry;
use crate::suite::lab::Ran;

/// In which order the requests of a conversation are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// As they came: the client sends one after the other.
    Arrival,
    /// By what each needs of earlier answers, since the client sends several at a time: what needs nothing of
    /// another request comes first, and of those that are equal the number is written.
    Need,
}

const BY_ARRIVAL: &str = "# requests in the order of their arrival";
const BY_NEED: &str = "# several requests at a time: ordered by what each needs of earlier answers";

impl Order {
    pub(super) fn head(self) -> &'static str {
        match self {
            Self::Arrival => BY_ARRIVAL,
            Self::Need => BY_NEED,
        }
    }

    /// That of a kept conversation.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        match text.lines().next()? {
            BY_ARRIVAL => Some(Self::Arrival),
            BY_NEED => Some(Self::Need),
            _ => None,
        }
    }
}

/// The order for that conversation: whether a request came before another one was answered.
pub(super) fn order_of(entries: &[Entry]) -> Order {
    let mut ended = 0;
    for entry in entries {
        if entry.arrived_us < ended {
            return Order::Need;
        }
        ended = ended.max(entry.ended_us);
    }
    Order::Arrival
}

/// A line for each request.
pub(super) fn lines(ran: &Ran, order: Order) -> Vec<String> {
    let mut names = Names::default();
    names.know(&ran.given);
    let numbered = order == Order::Arrival;
    let mut levels: Vec<usize> = Vec::new();
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (place, entry) in ran.entries.iter().enumerate() {
        let (text, needs) = line(entry, &names, numbered);
        let level = needs.and_then(|from| levels.get(from)).map_or(0, |level| level + 1);
        levels.push(level);
        names.learn(place, entry);
        let is_same_poll = is_poll(entry) && lines.last().is_some_and(|(_, last)| *last == text);
        if !is_same_poll {
            lines.push((level, text));
        }
    }
    match order {
        Order::Arrival => lines.into_iter().map(|(_, text)| text + "\n").collect(),
        Order::Need => counted(lines),
    }
}

/// Sorted by level and text; equal lines are one with their number. How often a job was polled is left to chance.
fn counted(lines: Vec<(usize, String)>) -> Vec<String> {
    let mut counts: HashMap<(usize, String), usize> = HashMap::new();
    for line in lines {
        *counts.entry(line).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort();
    let line =
        |((level, text), count): ((usize, String), usize)| format!("{level}. {count} x {text}\n");
    counts.into_iter().map(line).collect()
}

fn line(entry: &Entry, names: &Names, numbered: bool) -> (String, Option<usize>) {
    let (input, needs) = match &entry.input {
        Some(input) => names.replace(input, numbered),
        None => (serde_json::Value::Null, None),
    };
    let mut text = match (&entry.service, &entry.operation) {
        (Some(service), Some(operation)) => format!("{service}.{operation}"),
        _ if entry.path.starts_with("/files/") => "download".to_owned(),
        _ => format!("{} {}", entry.method, entry.path.split('?').next().unwrap_or_default()),
    };
    if !input.is_null() {
        _ = write!(text, " {input}");
    }
    match (entry.status, &entry.code) {
        (0, _) => text.push_str(" -> no answer"),
        (status, None) => _ = write!(text, " -> {status}"),
        (status, Some(code)) => _ = write!(text, " -> {status} {code}"),
    }
    if let Some(fault) = &entry.fault {
        _ = write!(text, " ({})", fault.effect);
    }
    (text, needs)
}

/// Whether it only asks how far a job is.
fn is_poll(entry: &Entry) -> bool {
    let service = entry.service.as_deref().and_then(|name| catalog().service(name));
    let operations = service.into_iter().flat_map(|service| &service.operations);
    let mut named = operations.filter(|one| entry.operation.as_deref() == Some(one.name.as_str()));
    named.any(|operation| operation.polls.is_some())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::rules::talk::{Step, ok, talk};
    use crate::suite::lab::End;

    fn ran(steps: impl IntoIterator<Item = Step>) -> Ran {
        Ran {
            end: End::Exited(0),
            wall: Duration::ZERO,
            entries: talk(steps).entries().to_vec(),
            fired: 0,
            lost: 0,
            state: Value::Null,
            given: vec![("PROJECT".to_owned(), "0a1b2c3d".to_owned())],
            output: String::new(),
        }
    }

    fn create(at: u64, store: &str) -> Step {
        ok(at, "ciam", "CreateUser")
            .with(json!({ "UserStoreId": store, "UserName": "ann" }))
            .gives(json!({ "Response": { "UserId": format!("u{at}00000") } }))
    }

    #[test]
    fn drawn_values_are_references() {
        let conversation = |store: &str| {
            let list = ok(0, "ciam", "ListUserStore")
                .gives(json!({ "Response": { "UserStoreSet": [{ "UserStoreId": store }] } }));
            lines(&ran([list, create(10, store)]), Order::Arrival).concat()
        };
        assert_eq!(conversation("store-1234"), conversation("store-9876"));
        insta::assert_snapshot!(conversation("store-1234"), @r#"
        ciam.ListUserStore {} -> 200
        ciam.CreateUser {"UserName":"ann","UserStoreId":"<UserStoreId:1>"} -> 200
        "#);
        let given = ran([ok(0, "ciam", "ListUser").with(json!({ "UserStoreId": "0a1b2c3d" }))]);
        assert!(lines(&given, Order::Arrival).concat().contains("<PROJECT:1>"));
    }

    #[test]
    fn polls_of_one_job_are_one_line() {
        let poll = |at| ok(at, "ciam", "ListJobs").with(json!({ "JobId": "a" }));
        let few = lines(&ran([poll(0), poll(10)]), Order::Arrival);
        let many = lines(&ran((0..9).map(|n| poll(n * 10))), Order::Arrival);
        assert_eq!((few.len(), few), (1, many));
    }

    #[test]
    fn a_client_of_several_requests_at_a_time_reads_the_same_whatever_comes_first() {
        let read =
            |store: &str, at| ok(at, "ciam", "ListUser").with(json!({ "UserStoreId": store }));
        let list = || {
            ok(0, "ciam", "ListUserStore")
                .gives(json!({ "Response": { "UserStoreSet": [{ "UserStoreId": "store-1" }, { "UserStoreId": "store-2" }] } }))
        };
        let one = ran([list(), read("store-1", 10).takes(50), read("store-2", 11).takes(50)]);
        let other = ran([list(), read("store-2", 10).takes(50), read("store-1", 11).takes(50)]);
        assert_eq!(order_of(&one.entries), Order::Need);
        assert_eq!(lines(&one, Order::Need), lines(&other, Order::Need));
        insta::assert_snapshot!(lines(&one, Order::Need).concat(), @r#"
        0. 1 x ciam.ListUserStore {} -> 200
        1. 2 x ciam.ListUser {"UserStoreId":"<UserStoreId>"} -> 200
        "#);
    }
}
