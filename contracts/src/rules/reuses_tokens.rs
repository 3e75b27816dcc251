//! A token serves until it expires or is refused; then a new one is asked for.

use std::collections::BTreeMap;

use super::call::{Call, Ending};
use super::effects::Effect;
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};
use crate::model::Retry;

pub(super) const RULE: Rule = Rule {
    name: "reuses-tokens",
    promise: "uses a token until it expires, and renews it when it is refused",
    source: "https://support.huaweicloud.com/intl/en-us/api-cec/cec_07_0002.html (tokens live up to 3,600 s); \
             exactonline/exactonline-api-dotnet-client#55",
    certainty: Certainty::Likely,
    check,
};

/// Refusals in a row after which a client should have renewed its token, or stopped.
const REFUSALS: usize = 3;

/// Tokens are spare only if they come this close to one another; the shortest that a program asks for live longer.
const CLOSE_US: u64 = 20_000_000;

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    spare(facts, settings).into_iter().chain(never_renewed(facts)).collect()
}

/// Tokens that were asked for although an earlier one was good, one for each call or two.
fn spare(facts: &Facts<'_>, settings: &Settings) -> Option<Finding> {
    let mut grants: BTreeMap<&str, Vec<&Call<'_>>> = BTreeMap::new();
    for call in facts.calls().iter().filter(|call| call.effect() == Some(Effect::GrantsAccess)) {
        if call.ending() == Ending::Done {
            grants.entry(&call.key).or_default().push(call);
        }
    }
    let longest = grants.values().map(|grants| in_a_row(facts, grants)).max_by_key(Vec::len)?;
    if longest.len() <= settings.spare_tokens {
        return None;
    }
    let (name, count) = (longest.first()?.name(), longest.len());
    let text = format!("asked for {count} tokens with {name} while the first was still good");
    Some(RULE.finding(Certainty::Likely, text, longest))
}

/// The most tokens in a row of which each was good when the next was asked for.
fn in_a_row<'c, 'e>(facts: &Facts<'_>, grants: &[&'c Call<'e>]) -> Vec<&'c Call<'e>> {
    let is_spare = |one: &&Call<'_>, next: &&Call<'_>| {
        let soon = next.entry.arrived_us.saturating_sub(one.entry.ended_us) < CLOSE_US;
        let calls: Vec<_> = facts.between(one, next).filter(|call| is_use(call, one)).collect();
        soon && calls.len() <= 2 && !calls.iter().any(|call| is_stale(call))
    };
    let longest = grants.chunk_by(is_spare).max_by_key(|part| part.len());
    longest.unwrap_or_default().to_vec()
}

/// Whether a call is one of those that a token of that call could serve.
fn is_use(call: &Call<'_>, grant: &Call<'_>) -> bool {
    call.key != grant.key && call.entry.tenant == grant.entry.tenant
}

/// Calls that go on with a token that is refused again and again.
fn never_renewed(facts: &Facts<'_>) -> Option<Finding> {
    let mut refused: Vec<&Call<'_>> = Vec::new();
    for call in facts.calls() {
        let grants = call.effect() == Some(Effect::GrantsAccess);
        if grants || call.ending() == Ending::Done {
            refused.clear();
        } else if is_stale(call)
            && refused.last().is_none_or(|last| last.entry.ended_us <= call.entry.arrived_us)
        {
            refused.push(call);
        }
        // The first refusal, and then those that came in when it was known.
        if refused.len() > REFUSALS {
            let text = format!(
                "sent {REFUSALS} more requests, the last of them {}, with a token that had been refused",
                call.name()
            );
            return Some(RULE.finding(Certainty::Likely, text, refused));
        }
    }
    None
}

fn is_stale(call: &Call<'_>) -> bool {
    call.ending() == Ending::Refused(Some(Retry::AfterRefresh))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{Step, ok, refused, talk};

    fn token(at: u64) -> Step {
        ok(at, "aicc", "tokenByAkSk")
    }

    fn query(at: u64) -> Step {
        ok(at, "aicc", "queryTask")
    }

    fn unauthorized(at: u64) -> Step {
        refused(at, "aicc", "queryTask", "401")
    }

    #[test]
    fn to_try_to_renew_it_is_right_too() {
        let down = |at| refused(at, "aicc", "tokenByAkSk", "500");
        let each = (0..9).flat_map(|n| [unauthorized(n * 100), down(n * 100 + 50)]);
        assert_eq!(talk(each).check(&RULE), []);
    }

    #[test]
    fn a_token_for_each_call_is_found() {
        let each = (0..4).flat_map(|n| [token(n * 100), query(n * 100 + 50)]);
        let text = "asked for 4 tokens with tokenByAkSk while the first was still good";
        assert_eq!(talk(each).only(&RULE), (text.to_owned(), vec![1, 3, 7]));
    }

    #[test]
    fn one_token_for_many_calls_is_right() {
        assert_eq!(talk(std::iter::once(token(0)).chain((1..50).map(query))).check(&RULE), []);
        let workers = (0..9).flat_map(|n| {
            [token(n * 100), query(n * 100 + 1), query(n * 100 + 2), query(n * 100 + 3)]
        });
        assert_eq!(talk(workers).check(&RULE), []);
        let late = (0..9).flat_map(|n| [token(n * 60_000), query(n * 60_000 + 50)]);
        assert_eq!(talk(late).check(&RULE), []);
    }

    #[test]
    fn a_token_that_was_refused_is_renewed() {
        let each = (0..9).flat_map(|n| [token(n * 100), unauthorized(n * 100 + 50)]);
        assert_eq!(talk(each).check(&RULE), []);
    }

    #[test]
    fn one_that_is_never_renewed_is_found() {
        let steps = [
            token(0),
            query(10),
            unauthorized(20),
            unauthorized(30),
            unauthorized(40),
            unauthorized(50),
        ];
        let text =
            "sent 3 more requests, the last of them queryTask, with a token that had been refused";
        assert_eq!(talk(steps).only(&RULE), (text.to_owned(), vec![3, 4, 6]));
    }

    #[test]
    fn calls_in_flight_are_refused_together() {
        let together = (0..9).map(|n| unauthorized(20 + n).takes(100).on(n));
        assert_eq!(talk(together).check(&RULE), []);
    }
}
