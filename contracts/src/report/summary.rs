//! What every form of a report says first: counts, and findings grouped by cause, worst first.

use std::collections::HashMap;

use super::text::count;
use super::{Case, CaseOutcome, Report, Reported, Verdict};
use crate::rules::Certainty;

/// Findings with one cause.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// The worst of them, and of equals the first.
    pub(super) worst: &'a Reported,
    /// The case of the worst.
    pub(super) case: &'a Case,
    /// Every case that has the finding, in the order of the report.
    pub(super) cases: Vec<&'a Case>,
}

impl Group<'_> {
    fn severity(&self) -> Severity {
        severity(self.worst, self.case)
    }

    /// Whether it fails a case.
    pub(super) fn fails(&self) -> bool {
        self.cases.iter().any(|case| fails(self.worst, case))
    }

    /// One word that says what the finding means for the run.
    pub(super) fn label(&self) -> &'static str {
        match self.worst.finding.certainty {
            _ if self.fails() => "failed",
            _ if self.case.outcome == CaseOutcome::Flaky => "flaky",
            Certainty::Advice => "advice",
            Certainty::Certain | Certainty::Likely => "warning",
        }
    }
}

/// Whether a finding fails its case: the case failed, and none of its findings is more certain.
fn fails(found: &Reported, case: &Case) -> bool {
    let mut open = case.findings.iter().filter(|other| other.accepted.is_none());
    case.outcome == CaseOutcome::Failed
        && open.all(|other| other.finding.certainty <= found.finding.certainty)
}

type Severity = (bool, Certainty, Option<Verdict>);

fn severity(found: &Reported, case: &Case) -> Severity {
    (fails(found, case), found.finding.certainty, case.verdict)
}

/// Whether a finding that no baseline accepts says what the case did.
pub(super) fn is_explained(case: &Case) -> bool {
    case.findings.iter().any(|found| found.accepted.is_none())
}

/// Findings that no baseline accepts, by cause, worst first.
pub(super) fn open(report: &Report) -> Vec<Group<'_>> {
    let mut groups = groups(report, |found| found.accepted.is_none());
    groups.sort_by_key(|group| std::cmp::Reverse((group.severity(), group.cases.len())));
    groups
}

/// Findings that a baseline accepts, by cause, in the order of the report.
pub(super) fn accepted(report: &Report) -> Vec<Group<'_>> {
    groups(report, |found| found.accepted.is_some())
}

fn groups(report: &Report, wanted: fn(&Reported) -> bool) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut by_cause: HashMap<(&str, &str), usize> = HashMap::new();
    for case in &report.cases {
        for found in case.findings.iter().filter(|found| wanted(found)) {
            let cause = (found.finding.rule.as_str(), cause(found));
            let known = by_cause.get(&cause).and_then(|&index| groups.get_mut(index));
            let Some(group) = known else {
                by_cause.insert(cause, groups.len());
                groups.push(Group { worst: found, case, cases: vec![case] });
                continue;
            };
            // The list of cases grows in their order: only the last can be this one.
            if !group.cases.last().is_some_and(|&last| std::ptr::eq(last, case)) {
                group.cases.push(case);
            }
            if severity(found, case) > group.severity() {
                (group.worst, group.case) = (found, case);
            }
        }
    }
    groups
}

/// Without a fingerprint only what reads the same has one cause.
fn cause(found: &Reported) -> &str {
    if found.fingerprint.is_empty() { &found.finding.text } else { &found.fingerprint }
}

/// Cases by outcome, and findings.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: usize,
    pub(super) nothing_to_judge: usize,
    pub(super) flaky: usize,
    pub(super) incomplete: usize,
    pub(super) failed: usize,
}

impl Counts {
    pub(super) fn of<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        let mut counts = Self::default();
        for case in cases {
            *match case.outcome {
                CaseOutcome::Passed => &mut counts.passed,
                CaseOutcome::NothingToJudge => &mut counts.nothing_to_judge,
                CaseOutcome::Flaky => &mut counts.flaky,
                CaseOutcome::Incomplete => &mut counts.incomplete,
                CaseOutcome::Failed => &mut counts.failed,
            } += 1;
        }
        counts
    }

    /// Each outcome with its number, worst first.
    pub(super) fn rows(&self) -> [(CaseOutcome, usize); 5] {
        [
            (CaseOutcome::Failed, self.failed),
            (CaseOutcome::Incomplete, self.incomplete),
            (CaseOutcome::Flaky, self.flaky),
            (CaseOutcome::NothingToJudge, self.nothing_to_judge),
            (CaseOutcome::Passed, self.passed),
        ]
    }

    /// The outcomes that occur, such as `1 failed, 12 passed`.
    pub(super) fn sentence(&self) -> String {
        let occurring: Vec<String> = self
            .rows()
            .into_iter()
            .filter(|&(_, number)| number > 0)
            .map(|(outcome, number)| format!("{number} {}", outcome_words(outcome)))
            .collect();
        if occurring.is_empty() { "no cases".to_owned() } else { occurring.join(", ") }
    }
}

/// The result of the whole in one sentence.
pub(super) fn headline(report: &Report) -> String {
    let counts = Counts::of(&report.cases);
    let all = count(report.cases.len(), "case", "cases");
    let missing = report.shards.as_ref().map_or(0, |shards| shards.missing().len());
    match counts {
        _ if report.cases.is_empty() => "Nothing was judged".to_owned(),
        Counts { failed: 1.., .. } => {
            let known = open(report).iter().filter(|group| group.fails()).count();
            let unexplained = report
                .cases
                .iter()
                .filter(|case| case.outcome == CaseOutcome::Failed && !is_explained(case));
            let causes = count(known + unexplained.count(), "cause", "causes");
            format!("{} of {all} failed, {causes}", counts.failed)
        }
        _ if missing > 0 => format!("{} not in this report", count(missing, "shard", "shards")),
        Counts { incomplete: 1.., .. } => {
            format!("The evidence of {} of {all} is incomplete", counts.incomplete)
        }
        Counts { flaky: 1.., .. } => format!("{} of {all} failed in some runs only", counts.flaky),
        Counts { passed: 0, .. } => "Nothing was judged".to_owned(),
        Counts { nothing_to_judge: 1.., .. } => {
            format!(
                "{} of {all} kept every promise; the others had nothing to judge",
                counts.passed
            )
        }
        _ if report.cases.len() == 1 => "The case kept every promise".to_owned(),
        _ => format!("All {all} kept every promise"),
    }
}

/// An outcome in words.
pub(super) fn outcome_words(outcome: CaseOutcome) -> &'static str {
    match outcome {
        CaseOutcome::Passed => "passed",
        CaseOutcome::NothingToJudge => "with nothing to judge",
        CaseOutcome::Flaky => "flaky",
        CaseOutcome::Incomplete => "incomplete",
        CaseOutcome::Failed => "failed",
    }
}

/// A verdict in words.
pub(super) fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Recovered => "recovered",
        Verdict::FailedClean => "failed clean",
        Verdict::NotInjected => "fault never fired",
        Verdict::Incomplete => "evidence incomplete",
        Verdict::Hung => "hung",
        Verdict::FailedDirty => "failed dirty",
        Verdict::SilentlyWrong => "silently wrong",
    }
}

/// A certainty in words.
pub(super) fn certainty_words(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Advice => "advice",
        Certainty::Likely => "likely",
        Certainty::Certain => "certain",
    }
}

/// How often a flaky case failed, and how many clean runs in a row would mean with 95 % confidence that it is fixed.
pub(super) fn flakiness(case: &Case) -> Option<String> {
    if case.failed_runs == 0 || case.failed_runs >= case.runs {
        return None;
    }
    let rate = f64::from(case.failed_runs) / f64::from(case.runs);
    let clean = (0.05_f64.ln() / (1.0 - rate).ln()).ceil();
    Some(format!(
        "{} of {} runs failed; {clean:.0} clean runs in a row would mean fixed (95 % confidence)",
        case.failed_runs, case.runs,
    ))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    fn with(findings: &[(&str, Certainty)], verdict: Option<Verdict>) -> Case {
        let mut case = samples::case("c", "n");
        case.verdict = verdict;
        case.outcome = CaseOutcome::Failed;
        case.findings = findings
            .iter()
            .map(|&(fingerprint, certainty)| {
                let mut found = samples::found("rule", certainty, fingerprint);
                found.fingerprint = fingerprint.to_owned();
                found
            })
            .collect();
        case
    }

    #[test]
    fn findings_are_grouped_by_cause_and_the_worst_is_first() {
        let mut report = samples::empty();
        report.cases = vec![
            with(&[("mild", Certainty::Likely)], None),
            with(&[("dirty", Certainty::Certain)], Some(Verdict::Hung)),
            with(&[("dirty", Certainty::Certain)], Some(Verdict::FailedDirty)),
            with(&[("wrong", Certainty::Certain)], Some(Verdict::SilentlyWrong)),
            with(&[("dirty", Certainty::Certain), ("mild", Certainty::Likely)], None),
        ];
        let groups: Vec<_> = open(&report)
            .iter()
            .map(|group| (group.worst.fingerprint.clone(), group.cases.len(), group.fails()))
            .collect();
        assert_eq!(open(&report)[1].case.verdict, Some(Verdict::FailedDirty));
        assert_eq!(
            groups,
            [("wrong".into(), 1, true), ("dirty".into(), 3, true), ("mild".into(), 2, true)]
        );
    }

    #[test]
    fn a_warning_beside_a_failure_does_not_fail() {
        let mut report = samples::empty();
        report.cases =
            vec![with(&[("worse", Certainty::Certain), ("mild", Certainty::Likely)], None)];
        let labels: Vec<_> = open(&report).iter().map(Group::label).collect();
        assert_eq!(labels, ["failed", "warning"]);
    }

    #[test]
    fn an_accepted_finding_is_not_open() {
        let mut report = samples::empty();
        let mut case = with(&[("known", Certainty::Certain)], None);
        case.findings[0].accepted = Some("until 2027".to_owned());
        report.cases = vec![case];
        assert!(open(&report).is_empty());
        assert_eq!(accepted(&report).len(), 1);
    }

    #[test]
    fn a_rate_gives_the_number_of_clean_runs() {
        let mut case = samples::case("c", "n");
        (case.runs, case.failed_runs) = (3, 1);
        assert!(flakiness(&case).unwrap().contains("; 8 clean runs"));
        (case.runs, case.failed_runs) = (20, 1);
        assert!(flakiness(&case).unwrap().contains("; 59 clean runs"));
        (case.runs, case.failed_runs) = (3, 3);
        assert_eq!(flakiness(&case), None);
    }

    #[test]
    fn the_headline_says_what_the_exit_code_means() {
        let said: Vec<String> = samples::all().iter().map(|(_, r)| headline(r)).collect();
        insta::assert_debug_snapshot!(said, @r#"
        [
            "Nothing was judged",
            "All 5 cases kept every promise",
            "1 of 6 cases failed, 1 cause",
            "2 of 12 cases failed, 2 causes",
            "40 of 40 cases failed, 40 causes",
            "5 of 300 cases failed, 1 cause",
            "2 of 4 cases failed, 2 causes",
        ]
        "#);
    }
}
