//! A retry is signed anew once the old signature is too old.

use std::collections::BTreeMap;

use super::call::{Call, Ending};
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};
use crate::model::{Protocol, Retry};

pub(super) const RULE: Rule = Rule {
    name: "resigns-retries",
    promise: "signs a retry anew when the old signature has expired",
    source: "the gateways' windows (300 s: https://www.tencentcloud.com/document/product/267/37447; 15 minutes: \
             https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-errorcode.html); aws/aws-sdk-go#486",
    certainty: Certainty::Certain,
    check,
};

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    facts.attempts().iter().filter_map(|run| judge(run)).collect()
}

fn judge(run: &[&Call<'_>]) -> Option<Finding> {
    told_again(run).or_else(|| past_window(run))
}

/// A timestamp has seconds: a new signature within this time may have the same one.
const SAME_SECOND_US: u64 = 2_000_000;

/// The client was told that its timestamp had expired, and sent it again.
fn told_again(run: &[&Call<'_>]) -> Option<Finding> {
    let mut expired: BTreeMap<&str, &Call<'_>> = BTreeMap::new();
    for next in run {
        let Some(timestamp) = timestamp(next) else { continue };
        if let Some(one) = expired.get(timestamp)
            && next.entry.arrived_us.saturating_sub(one.entry.arrived_us) > SAME_SECOND_US
        {
            let text = format!(
                "sent {} again with the timestamp that had been refused as expired",
                one.name()
            );
            return Some(RULE.finding(Certainty::Certain, text, [*one, *next]));
        }
        if is_expired(next) {
            expired.entry(timestamp).or_insert(next);
        }
    }
    None
}

/// By its own clock the client could know that the signature is too old. The same bytes within their window are right.
fn past_window(run: &[&Call<'_>]) -> Option<Finding> {
    let is_stale = |one: &Call<'_>, next: &Call<'_>| {
        let is_same = timestamp(one).is_some() && timestamp(one) == timestamp(next);
        is_same && is_expired(next) && !next.is_faulted() && is_past_window(one, next)
    };
    let pair = run.windows(2).find(|pair| matches!(pair, [one, next] if is_stale(one, next)))?;
    let [one, next] = pair else { return None };
    let age = (next.entry.at_ms - one.entry.at_ms) / 1000;
    let text = format!(
        "sent {} again with the timestamp of an attempt {age} s before, and it had expired",
        one.name()
    );
    Some(RULE.finding(Certainty::Certain, text, [*one, *next]))
}

fn is_expired(call: &Call<'_>) -> bool {
    call.ending() == Ending::Refused(Some(Retry::Resign))
}

fn is_past_window(one: &Call<'_>, next: &Call<'_>) -> bool {
    let window_s = match next.protocol() {
        Some(Protocol::TencentApi3) => 300,
        _ => 900,
    };
    next.entry.at_ms - one.entry.at_ms > window_s * 1000
}

/// When the request says that it was signed.
fn timestamp<'a>(call: &Call<'a>) -> Option<&'a str> {
    let in_form = || {
        let pairs = call.entry.body.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(name, _)| *name == "Timestamp").map(|(_, value)| value)
    };
    let header = call.header("x-tc-timestamp").or_else(|| call.header("x-sdk-date"));
    header.or_else(|| call.query("Timestamp")).or_else(in_form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{Step, ok, refused, talk};

    fn expired(at: u64, timestamp: &str) -> Step {
        refused(at, "ciam", "ListUser", "AuthFailure.SignatureExpire")
            .header("X-TC-Timestamp", timestamp)
    }

    fn throttled(at: u64, timestamp: &str) -> Step {
        refused(at, "ciam", "ListUser", "RequestLimitExceeded").header("X-TC-Timestamp", timestamp)
    }

    #[test]
    fn a_clock_that_a_scenario_moved_is_no_mistake() {
        let moved = expired(400_000, "1").fault("clock skew", None);
        assert_eq!(talk([throttled(0, "1"), moved]).check(&RULE), []);
    }

    #[test]
    fn an_expired_timestamp_again_is_found() {
        let text = "sent ListUser again with the timestamp that had been refused as expired";
        let attempts = [expired(0, "1"), expired(900, "1"), expired(2100, "1")];
        assert_eq!(talk(attempts).only(&RULE), (text.to_owned(), vec![1, 3]));
        let text =
            "sent ListUser again with the timestamp of an attempt 400 s before, and it had expired";
        assert_eq!(talk([throttled(0, "1"), expired(400_000, "1")]).only(&RULE).0, text);
    }

    #[test]
    fn a_new_signature_is_right() {
        // It was signed anew within the same second.
        assert_eq!(talk([expired(0, "1"), expired(9, "1")]).check(&RULE), []);
        assert_eq!(talk([expired(0, "1"), expired(9, "2")]).check(&RULE), []);
        assert_eq!(talk([throttled(0, "1"), expired(400_000, "401")]).check(&RULE), []);
    }

    #[test]
    fn the_same_bytes_within_their_window_are_right() {
        let again = ok(200_000, "ciam", "ListUser").header("x-tc-timestamp", "1");
        assert_eq!(talk([throttled(0, "1"), again]).check(&RULE), []);
        // A scenario moved the clock: the client could not know.
        assert_eq!(
            talk([throttled(0, "1"), expired(9, "1").fault("clock skew", None)]).check(&RULE),
            []
        );
    }
}
