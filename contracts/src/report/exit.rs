//! The exit code of `check`, `explore`, `verify` and `report merge`.

use super::{Case, CaseOutcome, Report};
use crate::rules::Certainty;

/// Every promise was kept.
pub const HELD: u8 = 0;
/// A client broke a promise.
pub const BROKEN: u8 = 10;
/// There was nothing to judge.
pub const NOTHING_TO_JUDGE: u8 = 11;
/// Evidence was lost, or a shard is missing from merged reports.
pub const INCOMPLETE: u8 = 12;
/// Every case that failed also passed in other runs.
pub const FLAKY: u8 = 13;

/// The exit code of a run; with `strict`, likely findings fail a case too. The first that applies, in this order:
///
/// | code | when |
/// | --- | --- |
/// | 10 | a case failed |
/// | 12 | a case is incomplete, or a shard is missing from merged reports |
/// | 13 | a case is flaky |
/// | 11 | no case was judged, or a case of a contract (one that is no plan of `explore`) had nothing to judge |
/// | 0 | otherwise |
///
/// A plan of `explore` whose fault never fired is ordinary: faults that only some runs reach are planned too.
pub fn exit_code(report: &Report, strict: bool) -> u8 {
    let outcomes = || report.cases.iter().map(|case| outcome(case, strict));
    let any = |wanted| outcomes().any(|outcome| outcome == wanted);
    let shard_is_missing =
        report.shards.as_ref().is_some_and(|shards| !shards.missing().is_empty());
    let judged_nothing =
        |case: &Case| case.outcome == CaseOutcome::NothingToJudge && case.verdict.is_none();
    if any(CaseOutcome::Failed) {
        BROKEN
    } else if any(CaseOutcome::Incomplete) || shard_is_missing {
        INCOMPLETE
    } else if any(CaseOutcome::Flaky) {
        FLAKY
    } else if !any(CaseOutcome::Passed) || report.cases.iter().any(judged_nothing) {
        NOTHING_TO_JUDGE
    } else {
        HELD
    }
}

/// The report as a strict run gives it: cases with a likely finding failed. All forms that are written from it
/// agree with the exit code.
#[must_use]
pub fn strict(mut report: Report) -> Report {
    for case in &mut report.cases {
        case.outcome = outcome(case, true);
    }
    report
}

/// The outcome of a case. A case that passed fails when it has a finding that is grave enough and not accepted.
fn outcome(case: &Case, strict: bool) -> CaseOutcome {
    let grave = if strict { Certainty::Likely } else { Certainty::Certain };
    let fails = case
        .findings
        .iter()
        .any(|found| found.accepted.is_none() && found.finding.certainty >= grave);
    if case.outcome == CaseOutcome::Passed && fails { CaseOutcome::Failed } else { case.outcome }
}

#[cfg(test)]
mod tests {
    use super::super::{Shards, Verdict, samples};
    use super::*;

    fn ended(outcomes: &[CaseOutcome]) -> Report {
        let mut report = samples::empty();
        for outcome in outcomes {
            report.cases.push(Case { outcome: *outcome, ..samples::case("c", "n") });
        }
        report
    }

    #[test]
    fn the_gravest_outcome_decides() {
        use CaseOutcome::{Failed, Flaky, Incomplete, NothingToJudge, Passed};
        let code = |outcomes: &[CaseOutcome]| exit_code(&ended(outcomes), false);
        assert_eq!(code(&[Passed, NothingToJudge, Flaky, Incomplete, Failed]), 10);
        assert_eq!(code(&[Passed, NothingToJudge, Flaky, Incomplete]), 12);
        assert_eq!(code(&[Passed, NothingToJudge, Flaky]), 13);
        assert_eq!(code(&[Passed, NothingToJudge]), 11);
        assert_eq!(code(&[Passed, Passed]), 0);
        assert_eq!(code(&[]), 11);
    }

    #[test]
    fn a_plan_whose_fault_never_fired_only_counts_when_no_other_was_judged() {
        let mut report = ended(&[CaseOutcome::NothingToJudge, CaseOutcome::Passed]);
        report.cases[0].verdict = Some(Verdict::NotInjected);
        assert_eq!(exit_code(&report, false), 0);
        report.cases.pop();
        assert_eq!(exit_code(&report, false), 11);
    }

    #[test]
    fn a_missing_shard_is_missing_evidence() {
        let mut report = ended(&[CaseOutcome::Passed]);
        report.shards = Some(Shards { of: 2, covered: vec![1], merged: true });
        assert_eq!(exit_code(&report, false), 12);
        report.shards = Some(Shards { of: 2, covered: vec![1, 2], merged: true });
        assert_eq!(exit_code(&report, false), 0);
        report.shards = Some(Shards::one(1, 2));
        assert_eq!(exit_code(&report, false), 0, "a shard by itself");
    }

    #[test]
    fn likely_findings_fail_a_strict_run_unless_accepted() {
        let mut report = ended(&[CaseOutcome::Passed]);
        report.cases[0].findings = vec![samples::found("r", Certainty::Likely, "text")];
        assert_eq!((exit_code(&report, false), exit_code(&report, true)), (0, 10));
        assert_eq!(strict(report.clone()).cases[0].outcome, CaseOutcome::Failed);
        report.cases[0].findings[0].accepted = Some("known".to_owned());
        assert_eq!((exit_code(&report, false), exit_code(&report, true)), (0, 0));
        report.cases[0].findings = vec![samples::found("r", Certainty::Advice, "text")];
        assert_eq!(exit_code(&report, true), 0);
    }

    #[test]
    fn a_certain_finding_fails_a_case_whatever_it_says_of_itself() {
        let mut report = ended(&[CaseOutcome::Passed]);
        report.cases[0].findings = vec![samples::found("r", Certainty::Certain, "text")];
        assert_eq!(exit_code(&report, false), 10);
    }
}
