//! Calls stay within the documented rate.

use std::collections::BTreeMap;

use super::call::Call;
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "documented-rate",
    promise: "does not call an operation more often than its documented rate allows",
    source: "https://cloud.tencent.com/document/product/1278/109059 (20 a second for each action, region and account)",
    certainty: Certainty::Likely,
    check,
};

const SECOND_US: u64 = 1_000_000;

/// A burst is over in less; a client that fills so many seconds has no pace.
const SECONDS: u64 = 3;

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    let mut counted: BTreeMap<_, Vec<&Call<'_>>> = BTreeMap::new();
    for call in facts.calls() {
        if let Some(operation) = call.operation
            && operation.rate_per_second.is_some()
        {
            let region = call.header("x-tc-region").or_else(|| call.query("Region"));
            counted.entry((operation.index, region, &call.entry.tenant)).or_default().push(call);
        }
    }
    counted
        .values()
        .filter_map(|calls| ignores_throttling(calls).or_else(|| no_pace(calls, settings)))
        .collect()
}

/// The service said that calls come too fast, in one second after another, and they kept coming.
fn ignores_throttling(calls: &[&Call<'_>]) -> Option<Finding> {
    let rate = rate(calls)?;
    // Throttling that a scenario forces says nothing about the pace.
    let counted = |call: &&&Call<'_>| call.is_throttled() && !call.is_faulted();
    let mut seconds: BTreeMap<u64, usize> = BTreeMap::new();
    for call in calls.iter().filter(counted) {
        *seconds.entry(call.entry.arrived_us / SECOND_US).or_default() += 1;
    }
    // More was refused in each of them than was allowed.
    let full: Vec<u64> = seconds
        .into_iter()
        .filter(|(_, refused)| *refused > rate)
        .map(|(second, _)| second)
        .collect();
    let in_a_row = |one: &u64, next: &u64| one + 1 == *next;
    let longest = full.chunk_by(in_a_row).max_by_key(|part| part.len())?;
    if u64::try_from(longest.len()).unwrap_or(0) < SECONDS {
        return None;
    }
    let refused: Vec<_> = calls.iter().filter(counted).copied().collect();
    let text = format!(
        "kept calling {} above its rate of {rate} a second for {} s while {} calls were throttled",
        calls.first()?.name(),
        longest.len(),
        refused.len()
    );
    Some(RULE.finding(Certainty::Likely, text, refused))
}

/// Nobody throttled the client, but the service would: advice.
fn no_pace(calls: &[&Call<'_>], settings: &Settings) -> Option<Finding> {
    let rate = rate(calls)?;
    if calls.iter().any(|call| call.is_throttled()) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "rates and counts of calls are small")]
    let is_much = |calls: usize| calls as f64 > rate as f64 * settings.rate_excess * SECONDS as f64;
    let window = |from: &Call<'_>| {
        let end = from.entry.arrived_us + SECONDS * SECOND_US;
        let begin = calls.partition_point(|call| call.entry.arrived_us < from.entry.arrived_us);
        let end = calls.partition_point(|call| call.entry.arrived_us < end);
        calls.get(begin..end).unwrap_or_default().to_vec()
    };
    let full = calls.iter().map(|call| window(call)).find(|window| {
        let lasts =
            |first: &Call<'_>, last: &Call<'_>| last.entry.arrived_us - first.entry.arrived_us;
        let long = window
            .first()
            .zip(window.last())
            .is_some_and(|(first, last)| lasts(first, last) > 2 * SECOND_US);
        long && is_much(window.len())
    })?;
    let text = format!(
        "called {} {} times within {SECONDS} s; {rate} a second are documented, and the twin did not count",
        calls.first()?.name(),
        full.len()
    );
    Some(RULE.finding(Certainty::Advice, text, full))
}

fn rate(calls: &[&Call<'_>]) -> Option<usize> {
    usize::try_from(calls.first()?.operation?.rate_per_second?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{Step, ok, refused, talk};

    fn calls(count: u64, ms: u64) -> impl Iterator<Item = Step> {
        (0..count).map(move |n| ok(n * ms, "ciam", "ListUser"))
    }

    #[test]
    fn a_little_too_fast_and_refused_is_right() {
        let few = |n: u64| match n % 25 {
            0..20 => ok(n * 40, "ciam", "ListUser"),
            _ => refused(n * 40, "ciam", "ListUser", "RequestLimitExceeded"),
        };
        assert_eq!(talk((0..200).map(few)).check(&RULE), []);
    }

    #[test]
    fn the_documented_rate_and_a_burst_are_right() {
        assert_eq!(talk(calls(200, 50)).check(&RULE), []);
        assert_eq!(talk(calls(150, 2)).check(&RULE), []);
    }

    #[test]
    fn no_pace_is_worth_a_word() {
        let found = talk(calls(400, 10)).check(&RULE);
        assert_eq!(found[0].certainty, Certainty::Advice);
        assert_eq!(
            found[0].text,
            "called ListUser 300 times within 3 s; 20 a second are documented, and the twin did not count"
        );
    }

    #[test]
    fn to_ignore_throttling_for_seconds_is_found() {
        let throttled = |n: u64| match n % 100 {
            0..20 => ok(n * 10, "ciam", "ListUser"),
            _ => refused(n * 10, "ciam", "ListUser", "RequestLimitExceeded"),
        };
        let found = talk((0..300).map(throttled)).check(&RULE);
        assert_eq!(found[0].certainty, Certainty::Likely);
        assert_eq!(
            found[0].text,
            "kept calling ListUser above its rate of 20 a second for 3 s while 240 calls were throttled"
        );
        let forced = (0..300).map(|n| throttled(n).fault("refuse RequestLimitExceeded", None));
        assert_eq!(talk(forced).check(&RULE), []);
    }

    #[test]
    fn a_client_that_slows_down_is_right() {
        let burst = (0..60).map(|n| refused(n * 10, "ciam", "ListUser", "RequestLimitExceeded"));
        let slow = (0..20).map(|n| ok(2000 + n * 100, "ciam", "ListUser"));
        assert_eq!(talk(burst.chain(slow)).check(&RULE), []);
    }
}
