//! What a client does when nothing goes wrong: the measure of all other runs.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::super::evidence::by_rule;
use super::super::lab::Ran;
use super::calls::Called;
use super::drawn::Drawn;
use super::history::History;
use super::state::{Masks, Normal};
use crate::report::Reported;
use crate::rules::{Finding, Settings, judge};

/// How long before its first request and after its last one a run may change the state, in milliseconds.
const MARGIN_MS: i64 = 10_000;

/// The measure.
#[derive(Debug)]
pub(super) struct Calm {
    pub(super) masks: Masks,
    pub(super) drawn: Drawn,
    /// The state after a run.
    pub(super) goal: Normal,
    /// The state after a second run on top of it.
    again: Normal,
    /// Whether the client can run twice.
    pub(super) is_repeatable: bool,
    /// The state before a run, where it is known.
    before: Option<Normal>,
    /// The requests, in their order.
    pub(super) calls: Vec<Called>,
    pub(super) history: History,
    /// The longest run.
    pub(super) wall: Duration,
    /// Broken promises that need no fault.
    pub(super) findings: Vec<Reported>,
}

impl Calm {
    /// Learns from several runs in rooms of their own, from another one in the room of the first, and from one all of
    /// whose writes were refused.
    pub(super) fn of(runs: &[&Ran], again: &Ran, shut: Option<&Ran>, rules: &Settings) -> Self {
        let states: Vec<_> = runs.iter().map(|run| &run.state).collect();
        let masks = Masks::learn(&states, &during(runs));
        let drawn = Drawn::learn(runs);
        let first = runs.first();
        let normal = |run: &Ran| Normal::of(&run.state, &masks);
        let calls = first.map(|run| drawn.calls(&run.entries)).unwrap_or_default();
        let untouched = |run: &&Ran| History::of(&drawn.calls(&run.entries)).is_empty();
        let before = shut.filter(untouched).map(normal).filter(|state| !state.is_empty());
        Self {
            goal: first.map(|run| normal(run)).unwrap_or_default(),
            again: normal(again),
            is_repeatable: again.end.says_success(),
            before,
            history: History::of(&calls),
            calls,
            wall: runs.iter().map(|run| run.wall).max().unwrap_or_default(),
            findings: broken(runs, rules),
            masks,
            drawn,
        }
    }

    /// The state after a run. A tenant of which no request was accepted shows none: it is as it was before.
    pub(super) fn state_after(&self, run: &Ran) -> Normal {
        let state = Normal::of(&run.state, &self.masks);
        if !state.is_empty() {
            return state;
        }
        let reads_only = self.history.is_empty().then_some(&self.goal);
        self.before.as_ref().or(reads_only).cloned().unwrap_or(state)
    }

    /// Whether a client that failed has left nothing that it would not have left without running, or with success.
    pub(super) fn is_harmless(&self, state: &Normal) -> bool {
        let untouched = self.before.as_ref().is_some_and(|before| state.objects_equal(before));
        untouched || state.is_empty() || state.objects_equal(&self.goal)
    }

    /// Whether a second run has made good what the first one left undone.
    pub(super) fn is_mended(&self, state: &Normal) -> bool {
        state.objects_equal(&self.goal) || state.objects_equal(&self.again)
    }

    /// Broken promises of a run that calm runs keep.
    pub(super) fn new_findings(&self, run: &Ran, rules: &Settings) -> Vec<Finding> {
        let known: BTreeSet<_> = self.findings.iter().map(|found| &found.finding.rule).collect();
        findings(run, rules).into_iter().filter(|finding| !known.contains(&finding.rule)).collect()
    }

    /// What a reader must know of the comparison, a sentence each.
    pub(super) fn notes(&self) -> Vec<String> {
        let Masks { ids, masked, unstable, coarse, .. } = &self.masks;
        let fields = |fields: &BTreeSet<(String, String)>| {
            let names: Vec<_> =
                fields.iter().map(|(table, column)| format!("{table}.{column}")).collect();
            names.join(", ")
        };
        let mut notes = Vec::new();
        let mut add = |is_so: bool, text: String| {
            if is_so {
                notes.push(text);
            }
        };
        add(!ids.is_empty(), format!("ids that differ between runs are renamed: {}", fields(ids)));
        add(
            !masked.is_empty(),
            format!("fields that differ between calm runs are not compared: {}", fields(masked)),
        );
        add(
            !coarse.is_empty(),
            format!("more than a fifth of the fields is not compared of: {}", coarse.join(", ")),
        );
        let tables: Vec<_> = unstable.iter().map(String::as_str).collect();
        add(
            !unstable.is_empty(),
            format!("tables that differ between calm runs are not compared: {}", tables.join(", ")),
        );
        add(
            !self.is_repeatable,
            "a second run fails even without faults, so a run that fails half-way is never mended"
                .to_owned(),
        );
        let is_blind = self.before.is_none() && !self.history.is_empty();
        add(
            is_blind,
            "the state before a run is not known: the client reads nothing before it writes"
                .to_owned(),
        );
        notes
    }
}

/// When the runs were, by the twin's clock, with what happened shortly before: their state was put in.
fn during(runs: &[&Ran]) -> RangeInclusive<i64> {
    let moments = || runs.iter().flat_map(|run| &run.entries).map(|entry| entry.at_ms);
    let (first, last) = (moments().min().unwrap_or_default(), moments().max().unwrap_or_default());
    first - MARGIN_MS..=last + MARGIN_MS
}

/// The promises that any of the runs breaks, each once.
fn broken(runs: &[&Ran], rules: &Settings) -> Vec<Reported> {
    let mut broken: Vec<Reported> = Vec::new();
    for run in runs {
        for finding in findings(run, rules) {
            if broken.iter().all(|known| known.finding.rule != finding.rule) {
                broken.push(by_rule(finding, &run.entries));
            }
        }
    }
    broken
}

fn findings(run: &Ran, rules: &Settings) -> Vec<Finding> {
    judge(&run.entries.iter().collect::<Vec<_>>(), rules)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::lab::End;
    use super::super::samples::{ended, ran};
    use super::*;
    use crate::rules::talk::{ok, refused};

    fn users(names: &[&str]) -> serde_json::Value {
        let rows: Vec<_> = names.iter().map(|name| json!({ "user_name": name })).collect();
        json!({ "ciam_users": rows })
    }

    fn run(names: &[&str]) -> Ran {
        ended(ran([ok(0, "ciam", "CreateUser")]), End::Exited(0), users(names))
    }

    fn calm() -> Calm {
        let runs = [run(&["ada", "bob"]), run(&["ada", "bob"])];
        let refused = refused(0, "ciam", "CreateUser", "InternalError");
        let shut = ended(ran([refused]), End::Exited(1), users(&["ada"]));
        let runs: Vec<_> = runs.iter().collect();
        Calm::of(&runs, &run(&["ada", "bob", "bob-2"]), Some(&shut), &Settings::default())
    }

    #[test]
    fn untouched_done_and_nothing_at_all_are_harmless() {
        let calm = calm();
        let harmless = |names: &[&str]| calm.is_harmless(&Normal::of(&users(names), &calm.masks));
        assert!(harmless(&["ada"]) && harmless(&["bob", "ada"]) && harmless(&[]));
        assert!(!harmless(&["bob"]));
    }

    #[test]
    fn a_second_run_may_end_where_a_second_calm_run_ends() {
        let calm = calm();
        let mended = |names: &[&str]| calm.is_mended(&Normal::of(&users(names), &calm.masks));
        assert!(mended(&["ada", "bob"]) && mended(&["ada", "bob", "bob-2"]) && !mended(&["ada"]));
    }

    #[test]
    fn a_run_that_writes_all_the_same_does_not_show_the_state_before() {
        let written = run(&["ada"]);
        let calm =
            Calm::of(&[&run(&["ada"])], &run(&["ada"]), Some(&written), &Settings::default());
        assert!(calm.before.is_none());
        assert!(
            calm.notes().iter().any(|note| note.starts_with("the state before")),
            "{:?}",
            calm.notes()
        );
    }
}
