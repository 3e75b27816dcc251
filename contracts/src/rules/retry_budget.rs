//! Retries end: after a number of attempts, after a time, and when too many were needed.

use super::call::{Call, Ending};
use super::facts::{Facts, wait_ms};
use super::settings::Settings;
use super::{Certainty, Finding, Rule};
use crate::model::Retry;

pub(super) const RULE: Rule = Rule {
    name: "retry-budget",
    promise: "gives up after a number of attempts, after a time, and when its budget of retries is spent",
    source: "the AWS SDKs' retry specification of 2026 (quota 500; 5 a throttled and 14 a transient retry); \
             Terraform's provider (5 minutes a write); TencentBlueKing/bk-hcm#863 (1,000 retries)",
    certainty: Certainty::Likely,
    check,
};

/// The quota of the specification, and what a retry takes of it.
const QUOTA: i64 = 500;
const THROTTLED_COST: i64 = 5;
const TRANSIENT_COST: i64 = 14;

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    let attempts = facts.attempts();
    let mut found: Vec<_> = attempts.iter().filter_map(|run| endless(run, settings)).collect();
    if found.is_empty() {
        found.extend(overspent(&attempts, settings));
    }
    found
}

/// One request that was sent too often, or for too long.
fn endless(run: &[&Call<'_>], settings: &Settings) -> Option<Finding> {
    let (first, last) = (run.first()?, run.last()?);
    let seconds = wait_ms(first, last) / 1000.0;
    if run.len() <= settings.attempts_max && seconds <= settings.retry_deadline_s {
        return None;
    }
    let (name, times) = (first.name(), run.len());
    let text = format!(
        "sent {name} {times} times in {seconds:.0} s while it kept failing, and did not give up"
    );
    Some(RULE.finding(Certainty::Likely, text, run.iter().copied()))
}

/// The quota of the whole client: each retry takes from it, each success after one gives that back, each other success
/// gives 1.
fn overspent(attempts: &[Vec<&Call<'_>>], settings: &Settings) -> Option<Finding> {
    let mut steps: Vec<_> =
        attempts.iter().flat_map(|run| run.iter().copied().zip(costs(run))).collect();
    steps.sort_by_key(|(call, _)| call.entry.arrived_us);
    let mut quota = QUOTA;
    let mut retries = Vec::new();
    for (call, cost) in steps {
        if cost > 0 {
            retries.push(call);
        }
        if cost > quota {
            let (name, profile) = (settings.profile.name(), retries.len());
            let text = format!("sent {profile} retries, more than the budget of {name} allows");
            return Some(RULE.finding(Certainty::Advice, text, retries));
        }
        let given_back = if call.ending() == Ending::Done { cost.max(1) } else { 0 };
        quota = (quota - cost + given_back).min(QUOTA);
    }
    None
}

/// What each attempt of a run costs; the first is free.
fn costs(run: &[&Call<'_>]) -> Vec<i64> {
    let cost = |failed: &&Call<'_>| match failed.ending() {
        _ if failed.is_throttled() => THROTTLED_COST,
        Ending::Unknown | Ending::Refused(Some(Retry::Backoff)) => TRANSIENT_COST,
        _ => 0,
    };
    std::iter::once(0).chain(run.iter().map(cost)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{lost, ok, refused, talk};

    fn throttled(at: u64) -> crate::rules::talk::Step {
        refused(at, "ciam", "ListUser", "RequestLimitExceeded")
    }

    #[test]
    fn a_client_that_gives_up_is_right() {
        assert_eq!(talk((0..6).map(|n| throttled(n * 1000))).check(&RULE), []);
        assert_eq!(talk([throttled(0), throttled(299_000)]).check(&RULE), []);
    }

    #[test]
    fn one_without_a_cap_is_found() {
        let text = "sent ListUser 61 times in 6 s while it kept failing, and did not give up";
        assert_eq!(
            talk((0..61).map(|n| throttled(n * 100))).only(&RULE),
            (text.to_owned(), vec![1, 2, 61])
        );
        let lower = Settings { attempts_max: 5, ..Settings::default() };
        assert_eq!(talk((0..6).map(|n| throttled(n * 1000))).check_with(&RULE, &lower).len(), 1);
    }

    #[test]
    fn one_without_a_deadline_is_found() {
        assert_eq!(
            talk([throttled(0), throttled(301_000)]).check(&RULE)[0].certainty,
            Certainty::Likely
        );
    }

    #[test]
    fn a_budget_that_is_spent_is_worth_a_word() {
        // Each of 40 requests once again without an answer: 40 times 14 is more than 500.
        let each = |n: u64, at| lost(at, "ciam", "DescribeUserById").path(&format!("/{n}"));
        let failing = |n| talk((0..n).flat_map(|n| [each(n, n * 1000), each(n, n * 1000 + 100)]));
        assert_eq!(failing(35).check(&RULE), []);
        let found = failing(40).check(&RULE);
        assert_eq!(found[0].certainty, Certainty::Advice);
        assert_eq!(found[0].text, "sent 36 retries, more than the budget of aws-2026 allows");
    }

    #[test]
    fn what_succeeds_gives_its_cost_back() {
        let each = |n: u64| {
            let path = format!("/{n}");
            let again = ok(n * 1000 + 100, "ciam", "DescribeUserById").path(&path);
            [lost(n * 1000, "ciam", "DescribeUserById").path(&path), again]
        };
        assert_eq!(talk((0..100).flat_map(each)).check(&RULE), []);
    }
}
