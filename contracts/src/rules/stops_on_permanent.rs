//! A client does not repeat a request that can never succeed.

use super::call::{Call, Ending};
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};
use crate::model::Retry;

pub(super) const RULE: Rule = Rule {
    name: "stops-on-permanent-errors",
    promise: "does not repeat a request that the vendor calls wrong for ever",
    source: "the codes' `retry = \"never\"` (contracts/models); slopus/happy#1689, a 400 sent 2,853 times",
    certainty: Certainty::Certain,
    check,
};

/// Repeats after which a client is suspected: one may be a second look.
const REPEATS_MIN: usize = 2;

fn check(facts: &Facts<'_>, settings: &Settings) -> Vec<Finding> {
    let attempts = facts.attempts();
    attempts.iter().filter_map(|run| judge(facts, run, settings)).collect()
}

fn judge(facts: &Facts<'_>, run: &[&Call<'_>], settings: &Settings) -> Option<Finding> {
    // The longest part in which each attempt but the last is refused for ever, and nothing changed in between.
    let goes_on = |one: &&Call<'_>, next: &&Call<'_>| {
        is_permanent(one) && is_same_end(one, next) && !could_change(facts, one, next)
    };
    let part = run.chunk_by(goes_on).max_by_key(|part| part.len())?;
    let (first, repeats) = (part.first()?, part.len() - 1);
    if repeats < REPEATS_MIN {
        return None;
    }
    let certainty =
        if repeats >= settings.permanent_repeats { Certainty::Certain } else { Certainty::Likely };
    let code = first.entry.code.as_deref().unwrap_or_default();
    let text = format!(
        "sent {} again {repeats} times, unchanged, after {code}, which is permanent",
        first.name()
    );
    Some(RULE.finding(certainty, text, part.iter().copied()))
}

/// Whether the next attempt had the same end, or another one than a refusal.
fn is_same_end(one: &Call<'_>, next: &Call<'_>) -> bool {
    next.entry.code.is_none() || one.entry.code == next.entry.code
}

fn is_permanent(call: &Call<'_>) -> bool {
    // What is not there may come, and what is in the way may go.
    !matches!(call.entry.status, 404 | 409) && call.ending() == Ending::Refused(Some(Retry::Never))
}

/// Whether the next attempt may have another end: its sender is another, or something was done in between.
fn could_change(facts: &Facts<'_>, one: &Call<'_>, next: &Call<'_>) -> bool {
    sender(one) != sender(next) || facts.between(one, next).any(Call::was_done)
}

/// Who signed: the key, as far as the journal shows it.
fn sender<'a>(call: &Call<'a>) -> Option<&'a str> {
    let authorization = call.header("authorization")?;
    authorization
        .split_once("Credential=")
        .or_else(|| authorization.split_once("Access="))?
        .1
        .split(['/', ','])
        .next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{ok, refused, talk};

    const CODE: &str = "MissingParameter";

    #[test]
    fn repeats_of_a_permanent_error_are_found() {
        let wrong = |at| refused(at, "ciam", "CreateUser", CODE);
        let text =
            "sent CreateUser again 3 times, unchanged, after MissingParameter, which is permanent";
        let four = talk([wrong(0), wrong(1000), wrong(3000), wrong(9000)]);
        assert_eq!(four.only(&RULE), (text.to_owned(), vec![1, 2, 4]));
        assert_eq!(four.check(&RULE)[0].certainty, Certainty::Certain);
        assert_eq!(
            talk([wrong(0), wrong(1), wrong(2)]).check(&RULE)[0].certainty,
            Certainty::Likely
        );
        assert_eq!(talk([wrong(0), wrong(1)]).check(&RULE), []);
    }

    #[test]
    fn a_repeat_after_a_change_is_right() {
        let wrong = |at| refused(at, "ciam", "CreateUser", CODE);
        let repaired = [
            wrong(0),
            ok(1, "ciam", "UpdateUserStore"),
            wrong(2),
            ok(3, "ciam", "UpdateUser"),
            wrong(4),
        ];
        assert_eq!(talk(repaired).check(&RULE), []);
        let signed = |at, key: &str| {
            wrong(at).header("authorization", &format!("TC3-HMAC-SHA256 Credential={key}/x"))
        };
        assert_eq!(
            talk([signed(0, "a"), signed(1, "b"), signed(2, "c"), signed(3, "d")]).check(&RULE),
            []
        );
        assert_eq!(talk([signed(0, "a"), signed(1, "a"), signed(2, "a")]).check(&RULE).len(), 1);
    }

    #[test]
    fn one_mistake_after_another_is_no_repeat() {
        let codes =
            ["MissingParameter", "UnknownParameter", "InvalidParameterValue", "InvalidParameter"];
        let steps =
            codes.into_iter().zip(0..).map(|(code, at)| refused(at, "ciam", "CreateUser", code));
        assert_eq!(talk(steps).check(&RULE), []);
    }

    #[test]
    fn what_may_pass_is_not_permanent() {
        let each = ["RequestLimitExceeded", "FailedOperation.UserNotFound", "InternalError"];
        for code in each {
            assert_eq!(
                talk((0..9).map(|at| refused(at, "ciam", "CreateUser", code))).check(&RULE),
                [],
                "{code}"
            );
        }
        assert_eq!(talk((0..9).map(|at| refused(at, "scim", "GetUser", "404"))).check(&RULE), []);
    }
}
