//! A throttled client waits, and longer each time.

use super::call::Call;
use super::facts::{Facts, waits_ms};
use super::settings::{Numbers, Settings};
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "backs-off",
    promise: "waits before it repeats a throttled request, and longer each time",
    source: "the AWS SDKs' retry specification of 2026; Tencent's and Huawei's codes with retry = backoff",
    certainty: Certainty::Likely,
    check,
};

/// So many waits in a row, all shorter than this part of the base, are no waits. Full jitter draws each wait between 0
/// and the base, doubled each time: it comes below these bounds once in 80,000 times, 1,000,000 and 10,000,000.
const HASTY: [(usize, f64); 3] = [(2, 0.005), (3, 0.02), (4, 0.05)];

/// From so many waits on they must have grown.
const GROWS_WITHIN: usize = 4;

/// From so many waits on they must have grown even if chance has a part in them.
const GROWS_WITHIN_JITTERED: usize = 10;

/// So many waits are many.
const MANY: usize = 8;

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    let numbers = settings.profile.numbers();
    let attempts = facts.attempts();
    attempts.iter().flat_map(|run| throttled(run)).filter_map(|run| judge(run, numbers)).collect()
}

/// The parts of a run in which all but the last attempt were throttled.
fn throttled<'r, 'c, 'e>(run: &'r [&'c Call<'e>]) -> impl Iterator<Item = &'r [&'c Call<'e>]> {
    run.split_inclusive(|call| !call.is_throttled()).filter(|part| part.len() > 2)
}

fn judge(run: &[&Call<'_>], numbers: Numbers) -> Option<Finding> {
    let waits = waits_ms(run);
    let how = if is_hasty(&waits, numbers) {
        "without a wait"
    } else if !grows(&waits, numbers) {
        "without growing waits"
    } else {
        return None;
    };
    let (name, longest) = (run.first()?.name(), waits.iter().copied().fold(0.0, f64::max));
    let text = format!(
        "sent {name} again at most {longest:.0} ms after it was throttled, {} times, {how}",
        waits.len()
    );
    Some(RULE.finding(Certainty::Likely, text, run.iter().copied()))
}

fn is_hasty(waits: &[f64], numbers: Numbers) -> bool {
    let bound = HASTY.iter().rev().find(|(least, _)| waits.len() >= *least);
    bound.is_some_and(|(_, part)| {
        holds_for_most(waits, |wait| wait < part * numbers.throttled_base_ms)
    })
}

fn grows(waits: &[f64], numbers: Numbers) -> bool {
    let longest = |waits: &[f64]| waits.iter().copied().fold(0.0, f64::max);
    // A wait at the cap need not grow. A wait is never quite exact.
    if waits.len() < GROWS_WITHIN || longest(waits) >= numbers.cap_ms * 0.9 {
        return true;
    }
    let (first, second) = waits.split_at(waits.len() / 2);
    let needs_growth =
        waits.len() >= GROWS_WITHIN_JITTERED && longest(first) < numbers.cap_ms / 2.0;
    let stays = needs_growth && longest(second) <= longest(first) * 1.5;
    !is_constant(waits) && !stays
}

fn is_constant(waits: &[f64]) -> bool {
    let shortest = waits.iter().copied().fold(f64::INFINITY, f64::min);
    holds_for_most(waits, |wait| wait <= shortest * 1.15 + 3.0)
}

/// Whether it holds for all waits. A busy machine adds to some, so that of many a quarter need not count.
fn holds_for_most(waits: &[f64], holds: impl Fn(f64) -> bool) -> bool {
    let others = waits.iter().filter(|wait| !holds(**wait)).count();
    others == 0 || (waits.len() >= MANY && others * 4 <= waits.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::settings::Profile;
    use crate::rules::talk::{Talk, ok, refused, talk};

    /// Throttled once more than there are waits; then it succeeds.
    fn after(waits: &[u64]) -> Talk {
        let mut at = 0;
        let mut steps = vec![refused(0, "ciam", "CreateUser", "RequestLimitExceeded")];
        for (number, wait) in waits.iter().enumerate() {
            at += wait;
            steps.push(if number + 1 == waits.len() {
                ok(at, "ciam", "CreateUser")
            } else {
                refused(at, "ciam", "CreateUser", "RequestLimitExceeded")
            });
        }
        talk(steps)
    }

    #[test]
    fn growing_waits_are_right_with_jitter_or_without() {
        for waits in
            [&[1000, 2000, 4000, 8000][..], &[3, 700], &[612, 95, 3200, 1500, 11_000], &[1]]
        {
            assert_eq!(after(waits).check(&RULE), [], "{waits:?}");
        }
        // At the cap nothing grows.
        assert_eq!(after(&[20_000, 20_000, 20_000, 20_000, 20_000]).check(&RULE), []);
    }

    #[test]
    fn no_wait_is_found() {
        let text =
            "sent CreateUser again at most 3 ms after it was throttled, 2 times, without a wait";
        assert_eq!(after(&[2, 3]).only(&RULE), (text.to_owned(), vec![1, 2, 3]));
        assert_eq!(after(&[15, 18, 19]).check(&RULE).len(), 1);
    }

    #[test]
    fn a_busy_machine_adds_to_some_waits() {
        let mut waits = [12, 25, 17, 29, 180, 21, 90, 14];
        assert_eq!(after(&waits).check(&RULE).len(), 1);
        waits[0] = 300;
        assert_eq!(after(&waits).check(&RULE), []);
        assert_eq!(after(&[12, 25, 17, 180, 400]).check(&RULE), []);
        assert_eq!(after(&[200, 201, 290, 203, 200, 380, 204, 201]).check(&RULE).len(), 1);
        assert_eq!(after(&[200, 201, 290, 203, 420, 380, 204, 201]).check(&RULE), []);
    }

    #[test]
    fn a_constant_wait_is_found() {
        let (text, witnesses) = after(&[500, 505, 501, 520]).only(&RULE);
        assert!(
            text.ends_with("520 ms after it was throttled, 4 times, without growing waits"),
            "{text}"
        );
        assert_eq!(witnesses, [1, 2, 5]);
        assert_eq!(after(&[500, 505, 501]).check(&RULE), []);
    }

    #[test]
    fn waits_that_vary_and_never_grow_are_found_later() {
        let vary = [130, 240, 110, 290, 170, 220, 140, 300, 120, 260];
        assert_eq!(after(&vary).check(&RULE).len(), 1);
        assert_eq!(after(&vary[..9]).check(&RULE), []);
    }

    #[test]
    fn a_vendors_profile_knows_shorter_waits() {
        let settings = Settings { profile: Profile::Vendor, ..Settings::default() };
        assert_eq!(after(&[4, 2]).check_with(&RULE, &settings), []);
        assert_eq!(after(&[2, 2, 2, 2]).check_with(&RULE, &settings).len(), 1);
    }

    #[test]
    fn only_throttling_counts() {
        let other = |at| refused(at, "ciam", "CreateUser", "FailedOperation.UserNotFound");
        assert_eq!(talk([other(0), other(1), other(2), other(3)]).check(&RULE), []);
    }
}
