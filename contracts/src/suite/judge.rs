//! The case of a report from a run of a client.

use std::collections::BTreeSet;

use super::contract::{Case, Contract};
use super::evidence::by_rule;
use super::expect::unmet;
use super::lab::Ran;
use crate::report::{self, CaseOutcome, FaultPoint, Reported};
use crate::rules::{Certainty, Finding, judge};

/// Judges a run by the expectations of its case and by the rules of its contract.
pub(super) fn judged(
    contract: &Contract,
    case: &Case,
    ran: &Ran,
    snapshot: Option<Reported>,
) -> report::Case {
    let entries: Vec<_> = ran.entries.iter().collect();
    let mut findings = unmet(&case.expect, ran);
    findings.extend(snapshot);
    let by_rules = judge(&entries, &contract.settings).into_iter();
    findings.extend(by_rules.map(|finding| by_rule(finding, &ran.entries)));
    // Sorting keeps the order among equals: expectations come first.
    findings.sort_by_key(|found| std::cmp::Reverse(found.finding.certainty));
    let replay = replay(contract, case);
    for found in &mut findings {
        found.replay.clone_from(&replay);
    }
    report::Case {
        outcome: outcome(case, ran, &findings),
        faults: faults(ran),
        requests: ran.entries.len(),
        duration_ms: u64::try_from(ran.wall.as_millis()).unwrap_or(u64::MAX),
        runs: 1,
        failed_runs: 0,
        output: if findings.is_empty() { String::new() } else { ran.output.clone() },
        findings,
        ..empty(contract, case)
    }
}

/// A case of which nothing is known.
pub(super) fn empty(contract: &Contract, case: &Case) -> report::Case {
    report::Case {
        contract: contract.name.clone(),
        name: case.name.clone(),
        file: Some((contract.path.display().to_string(), case.line)),
        outcome: CaseOutcome::Incomplete,
        verdict: None,
        faults: Vec::new(),
        findings: Vec::new(),
        requests: 0,
        duration_ms: 0,
        runs: 0,
        failed_runs: 0,
        output: String::new(),
    }
}

/// The command that runs one case again.
fn replay(contract: &Contract, case: &Case) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let (file, name) =
        (contract.path.display().to_string(), format!("{}/{}", contract.name, case.name));
    format!("cloudtwin check {} --filter {}", quoted(&file), quoted(&name))
}

/// Whether such a finding fails a case.
pub(super) fn fails(findings: &[Reported]) -> bool {
    findings.iter().any(|found| found.finding.certainty == Certainty::Certain)
}

/// Rules that compare times: other runs on the same machine can make such a finding.
const OF_TIME: [&str; 8] = [
    "backs-off",
    "jitter",
    "polls-politely",
    "documented-rate",
    "retry-budget",
    "waits-for-job-slot",
    "resigns-retries",
    "expect.seconds_max",
];

/// Whether the finding is one of time.
pub(super) fn is_of_time(finding: &Finding) -> bool {
    OF_TIME.contains(&finding.rule.as_str())
}

fn outcome(case: &Case, ran: &Ran, findings: &[Reported]) -> CaseOutcome {
    let is_idle = ran.entries.is_empty() || (!case.scenarios.is_empty() && ran.fired == 0);
    match (fails(findings), ran.lost > 0, is_idle) {
        (true, ..) => CaseOutcome::Failed,
        (_, true, _) => CaseOutcome::Incomplete,
        (.., true) => CaseOutcome::NothingToJudge,
        _ => CaseOutcome::Passed,
    }
}

/// What the scenarios did to which operations.
fn faults(ran: &Ran) -> Vec<FaultPoint> {
    let points = ran.entries.iter().filter_map(|entry| {
        let fault = entry.fault.as_ref()?;
        Some(FaultPoint {
            service: entry.service.clone().unwrap_or_else(|| "files".to_owned()),
            operation: entry.operation.clone().unwrap_or_else(|| "download".to_owned()),
            // The grid has a column for each code.
            effect: fault.effect.trim_start_matches("refuse ").to_owned(),
            phase: fault.phase.clone(),
        })
    });
    points.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn rules_of_time_are_rules() {
        for name in OF_TIME.iter().filter(|name| !name.starts_with("expect.")) {
            assert!(RULES.iter().any(|rule| rule.name == *name), "{name}");
        }
    }
}
