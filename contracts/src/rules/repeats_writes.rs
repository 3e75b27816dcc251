//! A write whose answer was lost is not blindly sent again: that makes two objects of one.

use super::call::{Call, Ending};
use super::effects::Effect;
use super::facts::{Facts, wait_ms};
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "repeats-no-lost-write",
    promise: "does not blindly repeat a write whose answer was lost, nor one that succeeded",
    source: "judges of other fields call such an answer unknown (Jepsen); \
             tencentcloud-sdk-python-common 3.1.195, whose retryer repeats calls that succeeded",
    certainty: Certainty::Certain,
    check,
};

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let blind = facts.attempts().iter().filter_map(|run| blindly(facts, run)).collect::<Vec<_>>();
    let twice =
        facts.repeats().iter().filter_map(|run| after_success(facts, run)).collect::<Vec<_>>();
    blind.into_iter().chain(twice).collect()
}

/// Whether both attempts took effect, so that there are two objects now. If the second is refused since the first
/// exists, the client has its answer.
fn both_took_effect(one: &Call<'_>, other: &Call<'_>) -> bool {
    one.was_done() && other.was_done() && !has_same_token(one, other)
}

/// Whether the service knows the second call as the first one.
fn has_same_token(one: &Call<'_>, other: &Call<'_>) -> bool {
    let Some(path) = one.operation.and_then(|operation| operation.idempotent_by.as_deref()) else {
        return false;
    };
    let token = |call: &Call<'_>| {
        super::values::values(call.input(), path).first().map(|value| (*value).clone())
    };
    token(one).is_some() && token(one) == token(other)
}

/// How bad it is to do that twice.
fn certainty(call: &Call<'_>) -> Option<Certainty> {
    // Accounts are changed once: the second batch fails row by row. There is no interface to look first.
    if call.is("aicc", "createTask") {
        return None;
    }
    match call.effect()? {
        // The rows of the second import fail, but it takes a slot.
        Effect::Creates if call.is("ciam", "CreateApiImportUserJob") => Some(Certainty::Likely),
        Effect::Creates => Some(Certainty::Certain),
        // A second file of the same rows is waste, and takes a slot.
        Effect::Exports => Some(Certainty::Likely),
        _ => None,
    }
}

/// The repeat of a call whose answer was lost after it was done. A look at the state in between, whatever it shows, is
/// a decision of the client's own.
fn blindly(facts: &Facts<'_>, run: &[&Call<'_>]) -> Option<Finding> {
    let certainty = certainty(run.first()?)?;
    let is_blind = |one: &Call<'_>, next: &Call<'_>| {
        let looked = facts.between(one, next).any(|call| call.effect() == Some(Effect::Reads));
        one.ending() == Ending::Unknown && both_took_effect(one, next) && !looked
    };
    let pair = run.windows(2).find(|pair| matches!(pair, [one, next] if is_blind(one, next)))?;
    let [one, next] = pair else { return None };
    let (name, wait) = (one.name(), wait_ms(one, next));
    let text = format!(
        "sent {name} again {wait:.0} ms after its answer was lost, without looking, and it was done twice"
    );
    Some(RULE.finding(certainty, text, [*one, *next]))
}

/// The repeat of a call that had to be tried again, and then succeeded: a retryer that keeps an old error.
fn after_success(facts: &Facts<'_>, run: &[&Call<'_>]) -> Option<Finding> {
    certainty(run.first()?)?;
    let is_stale = |failed: &Call<'_>, done: &Call<'_>, next: &Call<'_>| {
        let is_alone = |one, next| facts.between(one, next).next().is_none();
        failed.ending() != Ending::Done
            && done.ending() == Ending::Done
            && !has_same_token(done, next)
            && is_alone(failed, done)
            && is_alone(done, next)
    };
    let three = run.windows(3).find(|three| matches!(three, [a, b, c] if is_stale(a, b, c)))?;
    let text = format!("sent {} again after a retry of it had succeeded", three.first()?.name());
    Some(RULE.finding(Certainty::Likely, text, three.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::talk::{lost, ok, refused, talk};

    #[test]
    fn who_wants_three_sends_three() {
        assert_eq!(talk((0..3).map(|at| ok(at, "ciam", "CreateUserGroup"))).check(&RULE), []);
    }

    #[test]
    fn who_is_told_to_try_again_tries_again() {
        // It was done, and a scenario answered that it was not: the client cannot know.
        let told = refused(0, "ciam", "CreateUserGroup", "RequestLimitExceeded")
            .fault("refuse", Some(200));
        assert_eq!(talk([told, ok(900, "ciam", "CreateUserGroup")]).check(&RULE), []);
    }

    #[test]
    fn a_blind_repeat_is_found() {
        let talk = talk([lost(0, "ciam", "CreateUserGroup"), ok(12, "ciam", "CreateUserGroup")]);
        let text = "sent CreateUserGroup again 12 ms after its answer was lost, without looking, and it was done twice";
        assert_eq!(talk.only(&RULE), (text.to_owned(), vec![1, 2]));
        assert_eq!(talk.check(&RULE)[0].certainty, Certainty::Certain);
    }

    #[test]
    fn an_export_that_runs_twice_is_less_sure() {
        let name = "CreateFileExportUserJob";
        assert_eq!(
            talk([lost(0, "ciam", name), ok(9, "ciam", name)]).check(&RULE)[0].certainty,
            Certainty::Likely
        );
    }

    #[test]
    fn rows_that_can_be_changed_once_are_no_duplicates() {
        assert_eq!(
            talk([lost(0, "aicc", "createTask"), ok(9, "aicc", "createTask")]).check(&RULE),
            []
        );
        let import =
            [lost(0, "ciam", "CreateApiImportUserJob"), ok(9, "ciam", "CreateApiImportUserJob")];
        assert_eq!(talk(import).check(&RULE)[0].certainty, Certainty::Likely);
    }

    #[test]
    fn to_look_first_is_right() {
        let looked =
            [lost(0, "ciam", "CreateUser"), ok(5, "ciam", "ListUser"), ok(9, "ciam", "CreateUser")];
        assert_eq!(talk(looked).check(&RULE), []);
    }

    #[test]
    fn to_take_already_exists_for_success_is_right() {
        let exists = refused(9, "ciam", "CreateUser", "FailedOperation.UserNameAlreadyExists");
        assert_eq!(talk([lost(0, "ciam", "CreateUser"), exists]).check(&RULE), []);
    }

    #[test]
    fn what_was_not_done_or_can_be_done_twice_may_be_repeated() {
        let undone = lost(0, "ciam", "CreateUser").but(|entry| {
            entry.fault.as_mut().unwrap().replaced_status = None;
        });
        assert_eq!(talk([undone, ok(9, "ciam", "CreateUser")]).check(&RULE), []);
        for name in ["UpdateUser", "DeleteUsers", "ListUser"] {
            assert_eq!(
                talk([lost(0, "ciam", name), ok(9, "ciam", name)]).check(&RULE),
                [],
                "{name}"
            );
        }
        // It did not fail as far as the client knows, so it wanted two.
        assert_eq!(
            talk([ok(0, "ciam", "CreateUser"), ok(9, "ciam", "CreateUser")]).check(&RULE),
            []
        );
    }

    #[test]
    fn a_retryer_that_keeps_an_old_error_is_found() {
        let throttled = || refused(0, "ciam", "CreateUser", "RequestLimitExceeded");
        let stale =
            talk([throttled(), ok(1000, "ciam", "CreateUser"), ok(3000, "ciam", "CreateUser")]);
        assert_eq!(
            stale.only(&RULE),
            ("sent CreateUser again after a retry of it had succeeded".to_owned(), vec![1, 2, 3])
        );
        // The vendor refuses a second user of the name, and the client reports the refusal.
        let exists = refused(3000, "ciam", "CreateUser", "FailedOperation.UserNameAlreadyExists");
        let refused = talk([throttled(), ok(1000, "ciam", "CreateUser"), exists]);
        assert_eq!(refused.check(&RULE).len(), 1);
        let other_work = [
            throttled(),
            ok(1000, "ciam", "CreateUser"),
            ok(2000, "ciam", "ListUser"),
            ok(3000, "ciam", "CreateUser"),
        ];
        assert_eq!(talk(other_work).check(&RULE), []);
    }
}
