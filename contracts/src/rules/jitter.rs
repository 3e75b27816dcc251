//! Waits differ, so that clients that failed together do not return together.

use std::collections::{BTreeMap, BTreeSet};

use super::call::Call;
use super::facts::{Facts, waits_ms};
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "jitter",
    promise: "waits at random within its back-off",
    source: "the AWS SDKs' retry specification of 2026 (full jitter); NousResearch/hermes-agent#109234",
    certainty: Certainty::Advice,
    check,
};

/// Fewer waits, or those of fewer tenants, prove nothing.
const WAITS_MIN: usize = 12;
const WAITS_MANY: usize = 20;
const TENANTS_MIN: usize = 8;

/// Shorter waits are those of a client that does not wait at all.
const WAIT_MIN_MS: f64 = 50.0;

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    // The waits before the second attempt, those before the third, and so on: each have a length of their own.
    let mut by_attempt: BTreeMap<usize, Vec<(f64, &Call<'_>)>> = BTreeMap::new();
    let attempts = facts.attempts();
    for run in &attempts {
        let throttled =
            run.iter().zip(waits_ms(run)).enumerate().filter(|(_, (one, _))| one.is_throttled());
        for (place, (call, wait)) in throttled {
            by_attempt.entry(place).or_default().push((wait, call));
        }
    }
    by_attempt.values().find_map(|waits| judge(waits)).into_iter().collect()
}

fn judge(waits: &[(f64, &Call<'_>)]) -> Option<Finding> {
    let tenants: BTreeSet<_> = waits.iter().map(|(_, call)| &call.entry.tenant).collect();
    if waits.len() < WAITS_MIN && tenants.len() < TENANTS_MIN {
        return None;
    }
    let mut sorted: Vec<_> = waits.iter().map(|(wait, _)| *wait).collect();
    sorted.sort_by(f64::total_cmp);
    // Two waits of one length differ by what the system adds, which can be much where it is busy. So only a part of
    // many is looked at. Those of jitter would all have to fall into a twentieth of their range: with half of them,
    // chance does that once in 30,000 times.
    let most = match sorted.len() {
        number if number < WAITS_MIN => number,
        number if number < WAITS_MANY => number * 3 / 4,
        number => number / 2,
    };
    let (shortest, longest) = (*sorted.first()?, *sorted.get(most.checked_sub(1)?)?);
    if shortest < WAIT_MIN_MS || longest > shortest * 1.05 + 2.0 {
        return None;
    }
    let text = format!(
        "waited {shortest:.0} to {longest:.0} ms after {most} of {} throttled requests: clients that are throttled \
         together return together",
        waits.len()
    );
    Some(RULE.finding(Certainty::Advice, text, waits.iter().map(|(_, call)| *call)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{Step, ok, refused, talk};

    /// Requests that are throttled once and return after these waits.
    fn waits(waits: impl IntoIterator<Item = u64>) -> Vec<Step> {
        let both = |(n, wait): (u64, u64)| {
            let path = format!("/{n}");
            let throttled =
                refused(n * 5000, "ciam", "DescribeUserById", "RequestLimitExceeded").path(&path);
            [throttled, ok(n * 5000 + wait, "ciam", "DescribeUserById").path(&path)]
        };
        (0..).zip(waits).flat_map(both).collect()
    }

    #[test]
    fn equal_waits_are_worth_a_word() {
        let (text, witnesses) = talk(waits([1000; 12])).only(&RULE);
        assert!(
            text.starts_with("waited 1000 to 1000 ms after 9 of 12 throttled requests"),
            "{text}"
        );
        assert_eq!(witnesses, [1, 3, 23]);
    }

    #[test]
    fn some_waits_of_a_busy_machine_are_longer() {
        let equal = |late: usize| (0..12).map(move |n| if n < late { 1300 } else { 1001 });
        assert_eq!(talk(waits(equal(3))).check(&RULE).len(), 1);
        assert_eq!(talk(waits(equal(4))).check(&RULE), []);
        let most = |late: usize| (0..24).map(move |n| if n < late { 1300 } else { 1001 });
        assert_eq!(talk(waits(most(12))).check(&RULE).len(), 1);
        assert_eq!(talk(waits(most(13))).check(&RULE), []);
    }

    #[test]
    fn eight_tenants_are_enough() {
        let of_tenants = waits([1000; 8])
            .into_iter()
            .zip(0..)
            .map(|(step, n)| step.but(|entry| entry.tenant = Some(format!("t{}", n / 2))));
        assert_eq!(talk(of_tenants).check(&RULE).len(), 1);
        assert_eq!(talk(waits([1000; 8])).check(&RULE), []);
    }

    #[test]
    fn waits_that_vary_are_right() {
        assert_eq!(talk(waits((0..20).map(|n| 300 + 70 * n))).check(&RULE), []);
        assert_eq!(talk(waits([1000; 11])).check(&RULE), []);
        assert_eq!(talk(waits([1; 20])).check(&RULE), []);
    }
}
