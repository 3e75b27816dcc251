//! What a command sent and got, in a few lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use contracts::conversation::{Entry, Outcome, Page};

/// One operation in the conversation.
#[derive(Default)]
struct Line<'a> {
    requests: usize,
    /// Those that repeat an earlier one that did not end well.
    retries: usize,
    /// How often each code was answered, and what stands for no code.
    ends: BTreeMap<&'a str, usize>,
    faults: BTreeMap<&'a str, usize>,
    slowest_us: u64,
}

/// The summary: a line for each operation, and what is to be known of the whole.
pub(super) fn text(page: &Page) -> String {
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
        let same = (name(entry), &entry.tenant, &entry.method, &entry.path, &entry.body);
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

fn end(entry: &Entry) -> &str {
    match (&entry.code, entry.outcome) {
        (Some(code), _) => code,
        (None, Outcome::Answered) => "ok",
        (None, Outcome::Faulted) => "no answer",
        (None, _) => "refused",
    }
}

impl Line<'_> {
    fn text(&self) -> String {
        let counts = |of: &BTreeMap<&str, usize>| {
            let all = of.iter().map(|(what, count)| format!("{count} {what}"));
            all.collect::<Vec<_>>().join(", ")
        };
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
