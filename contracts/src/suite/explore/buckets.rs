//! Groups what many runs have shown by cause, and confirms each cause.

use std::collections::BTreeMap;

use super::outcome::Outcome;
use super::plan::{Often, Plan};
use crate::report::Verdict;

/// Runs that confirm a finding.
pub(super) const CONFIRMATIONS: u32 = 3;

/// All runs with one cause.
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) fingerprint: String,
    /// The run with the simplest plan.
    pub(super) simplest: Outcome,
}

/// How often a finding was seen again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Confirmed {
    pub(super) runs: u32,
    pub(super) failed: u32,
}

impl Confirmed {
    /// Whether it is not there in every run.
    pub(super) fn is_flaky(self) -> bool {
        self.failed < self.runs
    }

    /// How often it is seen, and what that means, in a sentence.
    pub(super) fn sentence(self, fingerprint: &str) -> String {
        let Self { runs, failed } = self;
        let clean = clean_runs(failed, runs);
        format!(
            "{fingerprint} was seen in {failed} of {runs} runs of its plan: {clean} clean runs would mean that it is fixed"
        )
    }
}

/// How many runs without a finding make it likely, at 95 %, that it is gone, if it was seen so often.
fn clean_runs(failed: u32, runs: u32) -> u32 {
    let rate = f64::from(failed) / f64::from(runs.max(1));
    if rate >= 1.0 {
        return 1;
    }
    let mut clean = 0;
    let mut unseen = 1.0;
    // The smallest n with (1 - rate)^n <= 5 %; a rate of 0 has none.
    while unseen > 0.05 && clean < 1000 {
        unseen *= 1.0 - rate;
        clean += 1;
    }
    clean
}

/// The causes of all findings, worst first, and of equals in the order in which they were found.
pub(super) fn buckets(outcomes: &[Outcome]) -> Vec<Bucket> {
    let mut order: Vec<&str> = Vec::new();
    let mut simplest: BTreeMap<&str, &Outcome> = BTreeMap::new();
    for outcome in outcomes {
        for found in &outcome.findings {
            let known = simplest.get(found.fingerprint.as_str());
            if known.is_none() {
                order.push(&found.fingerprint);
            }
            if known.is_none_or(|known| size(&outcome.plan) < size(&known.plan)) {
                simplest.insert(&found.fingerprint, outcome);
            }
        }
    }
    let bucket = |fingerprint: &str| {
        let simplest = (*simplest.get(fingerprint)?).clone();
        Some(Bucket { fingerprint: fingerprint.to_owned(), simplest })
    };
    let mut buckets: Vec<_> = order.into_iter().filter_map(bucket).collect();
    buckets.sort_by_key(|bucket| std::cmp::Reverse(bucket.severity()));
    buckets
}

impl Bucket {
    fn severity(&self) -> (Option<crate::rules::Certainty>, Verdict) {
        let own = self.simplest.findings.iter().find(|found| found.fingerprint == self.fingerprint);
        (own.map(|found| found.finding.certainty), self.simplest.verdict)
    }
}

/// How much of a plan a reader has to understand.
fn size(plan: &Plan) -> (usize, usize, u32) {
    let always = plan.choices.iter().filter(|choice| choice.often == Often::Always).count();
    let oddness = plan.choices.iter().map(|choice| u32::from(choice.fault.oddness())).sum();
    (plan.choices.len(), always, oddness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_finding_needs_many_clean_runs() {
        assert_eq!(clean_runs(3, 3), 1);
        assert_eq!(clean_runs(2, 4), 5, "half of the runs: 1/2^5 is below 5 %");
        assert_eq!(clean_runs(1, 4), 11);
        assert_eq!(clean_runs(1, 100), 299);
        assert_eq!(clean_runs(0, 3), 1000);
    }

    #[test]
    fn seen_each_time_is_not_flaky() {
        assert!(!Confirmed { runs: 3, failed: 3 }.is_flaky());
        let flaky = Confirmed { runs: 4, failed: 1 };
        assert!(flaky.is_flaky());
        assert_eq!(
            flaky.sentence("hung/write/error"),
            "hung/write/error was seen in 1 of 4 runs of its plan: 11 clean runs would mean that it is fixed"
        );
    }
}
