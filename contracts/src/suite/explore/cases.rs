//! The report of an exploration: a case for each plan, those of the findings' smallest plans first.

use std::collections::BTreeMap;
use std::time::Duration;

use super::buckets::Confirmed;
use super::outcome::Outcome;
use crate::report::{Case, CaseOutcome, Reported, Verdict};
use crate::rules::Certainty;

/// A cause with the smallest plan that shows it.
#[derive(Debug)]
pub(super) struct Cause {
    pub(super) fingerprint: String,
    pub(super) smallest: Outcome,
    /// Absent: there was no time left for it.
    pub(super) confirmed: Option<Confirmed>,
}

/// The cases of all plans. Each plan has one, though it ran several times.
pub(super) fn cases(contract: &str, causes: &[Cause], outcomes: &[Outcome]) -> Vec<Case> {
    let confirmed: BTreeMap<&str, Confirmed> = causes
        .iter()
        .filter_map(|cause| Some((cause.fingerprint.as_str(), cause.confirmed?)))
        .collect();
    let mut list: Vec<Case> = Vec::new();
    let smallest = causes.iter().map(|cause| &cause.smallest);
    for outcome in smallest.chain(outcomes) {
        let next = case(contract, outcome, &confirmed);
        if list.iter().all(|known| known.name != next.name) {
            list.push(next);
        }
    }
    list
}

fn case(contract: &str, outcome: &Outcome, confirmed: &BTreeMap<&str, Confirmed>) -> Case {
    let (end, seen) = end(outcome, confirmed);
    Case {
        contract: contract.to_owned(),
        name: outcome.plan.title(),
        file: None,
        outcome: end,
        verdict: Some(outcome.verdict),
        faults: outcome.plan.points(),
        findings: outcome.findings.clone(),
        requests: outcome.requests,
        duration_ms: milliseconds(outcome.wall),
        runs: seen.runs,
        failed_runs: seen.failed,
        output: if end == CaseOutcome::Passed { String::new() } else { outcome.output.clone() },
    }
}

/// How a case ended, and in how many of its runs it failed.
fn end(outcome: &Outcome, confirmed: &BTreeMap<&str, Confirmed>) -> (CaseOutcome, Confirmed) {
    let certain =
        || outcome.findings.iter().filter(|found| found.finding.certainty == Certainty::Certain);
    let known = |found: &Reported| confirmed.get(found.fingerprint.as_str()).copied();
    let flaky = certain().filter_map(known).find(|confirmed| confirmed.is_flaky());
    let is_sure = certain().any(|found| known(found).is_none_or(|known| !known.is_flaky()));
    let once = |failed| Confirmed { runs: 1, failed };
    match outcome.verdict {
        Verdict::Incomplete => (CaseOutcome::Incomplete, once(0)),
        Verdict::NotInjected => (CaseOutcome::NothingToJudge, once(0)),
        _ if is_sure => (CaseOutcome::Failed, once(1)),
        _ => match flaky {
            Some(seen) => (CaseOutcome::Flaky, seen),
            None => (CaseOutcome::Passed, once(0)),
        },
    }
}

/// The case of the runs without faults.
pub(super) fn calm_case(contract: &str, findings: Vec<Reported>, outcome: CaseOutcome) -> Case {
    let is_broken = findings.iter().any(|found| found.finding.certainty == Certainty::Certain);
    Case {
        contract: contract.to_owned(),
        name: "without faults".to_owned(),
        file: None,
        outcome: if is_broken { outcome.max(CaseOutcome::Failed) } else { outcome },
        verdict: None,
        faults: Vec::new(),
        findings,
        requests: 0,
        duration_ms: 0,
        runs: 1,
        failed_runs: 0,
        output: String::new(),
    }
}

pub(super) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
