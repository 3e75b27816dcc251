//! What a command sent and got, in a few lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Write as _};

use contracts::conversation::{Entry, Outcome, Page};

/// One operation in the conversation.
#[derive(Default)]
struct Line<'a> {
    requests: usize,
    /// Those that repeat an earlier one that did not end well.
    retries: usize,
    /// How often each code was answered, and what stands for no code.
    ends: BTreeMap<String, usize>,
    faults: BTreeMap<&'a str, usize>,
    slowest_us: u64,
}

/// The summary: a line for each operation and for each target outside of a seal, and what is to be known of the
/// whole.
pub(super) fn text(page: &Page, strays: &[(String, u64)]) -> String {
    let mut lines: BTreeMap<(&str, &str), Line<'_>> = BTreeMap::new();
    let mut unwell = BTreeSet::new();
    let mut in_order: Vec<_> = page.entries.iter().collect();
    in_order.sort_by_key(|entry| entry.arrival);
    for entry in &in_order {
        let line = lines.entry(name(entry)).or_default();
        line.requests += 1;
        line.slowest_us = line.slowest_us.max(entry.ended_us.saturating_sub(entry.arrived_us));
        *line.ends.entry(end(entry)).or_default() += 1;
        if let Some(fault) = &entry.fault {
            *line.faults.entry(&fault.effect).or_default() += 1;
        }
        // Not the tenant: a request that met a fault early names none.
        let same = (name(entry), &entry.method, &entry.path, &entry.body);
        line.retries += usize::from(unwell.contains(&same));
        if entry.outcome == Outcome::Answered && entry.sent != Some(false) {
            unwell.remove(&same);
        } else {
            unwell.insert(same);
        }
    }
    let mut text = format!("cloudtwin: {} requests\n", in_order.len());
    for ((service, operation), line) in &lines {
        _ = writeln!(text, "  {service} {operation}: {}", line.text());
    }
    for (target, count) in strays {
        _ = writeln!(text, "  outside {target}: {count} refused");
    }
    if page.lost > 0 {
        _ = writeln!(text, "  {} more were dropped from the journal (see --journal)", page.lost);
    }
    text
}

/// The service and the operation; for other requests their target.
fn name(entry: &Entry) -> (&str, &str) {
    match (&entry.service, &entry.operation) {
        (Some(service), Some(operation)) => (service, operation),
        _ if entry.path.starts_with("/files/") => ("files", "download"),
        _ => ("unknown", &entry.path),
    }
}

fn end(entry: &Entry) -> String {
    match (&entry.code, entry.outcome, entry.status) {
        (Some(code), _, _) => code.clone(),
        (None, Outcome::Answered, _) if entry.sent == Some(false) => "cut off".to_owned(),
        (None, Outcome::Answered, _) => "ok".to_owned(),
        (None, _, 0) => "no answer".to_owned(),
        (None, _, status) => format!("status {status}"),
    }
}

/// `2 ok, 1 InternalError`.
fn counts<K: Display>(of: &BTreeMap<K, usize>) -> String {
    let all = of.iter().map(|(what, count)| format!("{count} {what}"));
    all.collect::<Vec<_>>().join(", ")
}

impl Line<'_> {
    fn text(&self) -> String {
        let mut text = counts(&self.ends);
        if !self.faults.is_empty() {
            _ = write!(text, "; faults: {}", counts(&self.faults));
        }
        if self.retries > 0 {
            _ = write!(text, "; {} retried", self.retries);
        }
        let (ms, rest) = (self.slowest_us / 1_000, self.slowest_us % 1_000 / 100);
        _ = write!(text, "; slowest {ms}.{rest} ms");
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// An entry with these members; the others are as in most.
    fn entry(arrival: u64, members: Value) -> Value {
        let mut entry = json!({
            "number": arrival, "arrival": arrival, "at": "", "at_ms": 0, "arrived_us": 1_000, "ended_us": 2_500,
            "duration_us": 0, "connection": 1, "position": 1, "protocol": null, "service": "ciam",
            "operation": "ListUser", "tenant": "a", "tenant_claimed": false, "method": "POST", "path": "/",
            "headers": [], "body": "{}", "body_size": 2, "body_cut": false, "input": null,
            "outcome": "answered", "status": 200, "code": null, "request_id": "", "answer": null,
            "answer_size": null, "sent": true, "explanation": null, "unsigned": false, "fault": null,
        });
        for (name, value) in members.as_object().unwrap() {
            entry[name] = value.clone();
        }
        entry
    }

    #[test]
    fn operations_ends_faults_retries_and_the_slowest_are_counted() {
        let fault = json!({
            "scenario": "s", "rule": 1, "phase": "after_commit", "effect": "drop", "replaced_status": null, "replaced_code": null,
        });
        let refused = json!({ "outcome": "refused", "code": "InternalError" });
        let lost = json!({ "outcome": "faulted", "status": 0, "fault": fault, "ended_us": 90_000 });
        let download = json!({ "service": null, "operation": null, "path": "/files/x/a.csv" });
        let middle =
            json!({ "outcome": "faulted", "status": 502, "fault": fault, "operation": "GetUser" });
        let other = json!({ "body": "{\"a\":1}", "sent": false });
        // In the order of their ends, as the journal has them.
        let entries = [
            entry(2, lost),
            entry(1, refused),
            entry(3, json!({})),
            entry(4, json!({})),
            entry(5, other),
            entry(6, download),
            entry(7, middle),
        ];
        let page = json!({ "first": 1, "last": 7, "lost": 2, "arrived": 7, "entries": entries });
        let strays = [("198.51.100.7:443 (tcp)".to_owned(), 2)];
        insta::assert_snapshot!(text(&serde_json::from_value(page).unwrap(), &strays), @r"
        cloudtwin: 7 requests
          ciam GetUser: 1 status 502; faults: 1 drop; slowest 1.5 ms
          ciam ListUser: 1 InternalError, 1 cut off, 1 no answer, 2 ok; faults: 1 drop; 2 retried; slowest 89.0 ms
          files download: 1 ok; slowest 1.5 ms
          outside 198.51.100.7:443 (tcp): 2 refused
          2 more were dropped from the journal (see --journal)
        ");
    }
}
