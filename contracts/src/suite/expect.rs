//! What a contract expects of a case beside the rules.

use serde_json::Value;

use super::contract::{Expect, ExpectedExit, ExpectedRows, Which};
use super::evidence::reported;
use super::lab::{End, Ran};
use crate::conversation::Entry;
use crate::report::Reported;
use crate::rules::{Certainty, Finding};

/// Whose promises these are.
const SOURCE: &str = "the contract file";

/// Most lines of rows that are shown.
const LINES_MAX: usize = 12;

/// The expectations that a run does not meet.
pub(super) fn unmet(expect: &Expect, ran: &Ran) -> Vec<Reported> {
    let mut found = Vec::new();
    found.extend(exit(expect.exit, ran));
    for (which, count) in &expect.calls {
        let calls: Vec<_> = ran.entries.iter().filter(|entry| is_of(which, entry)).collect();
        if !count.holds(number(calls.len())) {
            let text = format!("it called {} {} times, not {count}", name(which), calls.len());
            found.push(broken(
                "expect.calls",
                text,
                format!("calls {} {count} times", name(which)),
                &calls,
                ran,
            ));
        }
    }
    for (which, count) in &expect.done {
        let done = ran.entries.iter().filter(|entry| is_of(which, entry) && entry.was_done());
        let done: Vec<_> = done.collect();
        if !count.holds(number(done.len())) {
            let text = format!("{} was carried out {} times, not {count}", name(which), done.len());
            found.push(broken(
                "expect.done",
                text,
                format!("has {} carried out {count} times", name(which)),
                &done,
                ran,
            ));
        }
    }
    if let Some(most) = expect.wall_max.filter(|most| ran.wall > *most) {
        let text = format!(
            "it took {:.1} s, more than {:.1} s",
            ran.wall.as_secs_f64(),
            most.as_secs_f64()
        );
        let promise = format!("ends within {:.1} s", most.as_secs_f64());
        found.push(broken("expect.seconds_max", text, promise, &[], ran));
    }
    found.extend(expect.state.iter().flat_map(|rows| state(rows, ran)));
    found
}

fn exit(expected: ExpectedExit, ran: &Ran) -> Option<Reported> {
    let ended = match ran.end {
        End::Exited(code) => format!("it ended with exit code {code}"),
        End::Killed(signal) => format!("it was ended by signal {signal}"),
        End::TimedOut => {
            format!("it had not ended after {:.1} s, and was stopped", ran.wall.as_secs_f64())
        }
    };
    let (is_met, promise) = match expected {
        ExpectedExit::Success => (ran.end.says_success(), "ends with exit code 0".to_owned()),
        ExpectedExit::Code(code) => {
            (ran.end == End::Exited(code), format!("ends with exit code {code}"))
        }
        ExpectedExit::Failure => {
            let failed = matches!(ran.end, End::Exited(code) if code != 0);
            (failed, "ends with an exit code that is not 0".to_owned())
        }
        ExpectedExit::Any => (matches!(ran.end, End::Exited(_)), "ends by itself".to_owned()),
    };
    if is_met {
        return None;
    }
    let latest: Vec<_> = ran.entries.iter().rev().take(2).rev().collect();
    Some(broken("expect.exit", ended, promise, &latest, ran))
}

fn state(rows: &ExpectedRows, ran: &Ran) -> Vec<Reported> {
    let all = ran.state.get(&rows.table).and_then(Value::as_array);
    let fits =
        |row: &&Value| rows.matching.iter().all(|(member, value)| row.get(member) == Some(value));
    let matching: Vec<&Value> = all.into_iter().flatten().filter(fits).collect();
    let mut found = Vec::new();
    let mut add = |text: String, promise: String, shown: &[&Value]| {
        let mut reported = broken("expect.state", text, promise, &[], ran);
        reported.state_difference =
            shown.iter().take(LINES_MAX).map(|row| format!("~ {row}")).collect();
        found.push(reported);
    };
    let such = if rows.matching.is_empty() { "rows" } else { "such rows" };
    if let Some(count) = rows.rows.filter(|count| !count.holds(number(matching.len()))) {
        let text = format!("{} has {} {such}, not {count}", rows.table, matching.len());
        add(text, format!("leaves {count} {such} in {}", rows.table), &matching);
    }
    if let Some(member) = &rows.unique {
        let value = |row: &Value| row.get(member).map(ToString::to_string);
        let again =
            |row: &&&Value| matching.iter().filter(|other| value(other) == value(row)).count() > 1;
        let equal: Vec<&Value> = matching.iter().filter(again).copied().collect();
        if !equal.is_empty() {
            let text = format!(
                "{} has {} rows whose {member} another one has too",
                rows.table,
                equal.len()
            );
            add(
                text,
                format!("leaves no two rows of {} with the same {member}", rows.table),
                &equal,
            );
        }
    }
    found
}

fn broken(rule: &str, text: String, promise: String, witnesses: &[&Entry], ran: &Ran) -> Reported {
    let mut numbers: Vec<_> = witnesses.iter().map(|entry| entry.number).collect();
    if numbers.len() > 3 {
        numbers.drain(2..numbers.len() - 1);
    }
    let finding =
        Finding { rule: rule.to_owned(), certainty: Certainty::Certain, text, witnesses: numbers };
    reported(finding, promise, SOURCE.to_owned(), &ran.entries)
}

fn name(which: &Which) -> String {
    match which {
        Which { operation: None, .. } => "a download".to_owned(),
        Which { service: Some(service), operation: Some(operation) } => {
            format!("{service}.{operation}")
        }
        Which { service: None, operation: Some(operation) } => operation.clone(),
    }
}

fn is_of(which: &Which, entry: &Entry) -> bool {
    if which.operation.is_none() {
        return entry.operation.is_none() && entry.path.starts_with("/files/");
    }
    let is_service = which.service.is_none() || which.service == entry.service;
    is_service && which.operation == entry.operation
}

fn number(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}
