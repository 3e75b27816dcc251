//! An error inside HTTP 200 is an error.

use serde_json::Value;

use super::call::{Call, Ending};
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "notices-errors-in-200",
    promise: "notices an error inside HTTP 200, and does not go on with what the answer lacks",
    source: "Tencent's and AICC's refusals come with status 200 (contracts/models/protocols); \
             aws/aws-sdk-java-v2#7068",
    certainty: Certainty::Certain,
    check,
};

/// What languages print for a value that is not there.
const NOTHING: [&str; 7] = ["None", "null", "undefined", "nil", "<nil>", "NaN", "[object Object]"];

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let finding = |call: &Call<'_>| {
        let (what, certainty) = lacks(call)?;
        // The latest refusal before it, if no good answer of the same operation came since.
        let before =
            facts.calls().iter().rev().filter(|one| one.entry.ended_us <= call.entry.arrived_us);
        let refused =
            before.filter(|one| is_other(one, call)).find(|one| is_refused_with_success(one))?;
        let mended = facts
            .between(refused, call)
            .any(|one| one.key == refused.key && one.ending() == Ending::Done);
        let code = refused.entry.code.as_deref().unwrap_or_default();
        let text = format!(
            "sent {} with {what} after {} had answered {code} inside HTTP {}",
            call.name(),
            refused.name(),
            refused.entry.status
        );
        (!mended).then(|| RULE.finding(certainty, text, [refused, call]))
    };
    facts.calls().iter().find_map(finding).into_iter().collect()
}

fn is_other(one: &Call<'_>, call: &Call<'_>) -> bool {
    one.entry.service == call.entry.service && one.entry.operation != call.entry.operation
}

fn is_refused_with_success(call: &Call<'_>) -> bool {
    call.entry.code.is_some()
        && call.entry.status == 200
        && matches!(call.ending(), Ending::Refused(_))
}

/// What a request has in the place of an id.
fn lacks(call: &Call<'_>) -> Option<(String, Certainty)> {
    let operation = call.operation?;
    let path = call.entry.path.split('?').next().unwrap_or_default();
    if let Some(segment) = path.split('/').find(|segment| NOTHING.contains(segment)) {
        return Some((format!("`{segment}` in its path"), Certainty::Certain));
    }
    let input = call.input().as_object()?;
    operation.input.members.iter().filter(|member| is_id(&member.name)).find_map(|member| {
        let name = &member.name;
        match input.get(name) {
            Some(Value::Array(ids)) => ids.iter().find_map(|id| nothing(name, id)),
            Some(id) => nothing(name, id),
            // Members that are undefined vanish from JSON.
            None if member.required
                && call.entry.outcome == crate::conversation::Outcome::Refused
                && !call.is_faulted() =>
            {
                Some((format!("no `{name}`"), Certainty::Certain))
            }
            None => None,
        }
    })
}

fn is_id(name: &str) -> bool {
    let name = name.strip_suffix('s').unwrap_or(name);
    name.ends_with("Id") || name.ends_with("_id")
}

fn nothing(name: &str, id: &Value) -> Option<(String, Certainty)> {
    match id {
        Value::String(text) if text.is_empty() => {
            Some((format!("an empty `{name}`"), Certainty::Likely))
        }
        Value::String(text) if NOTHING.contains(&&**text) => {
            Some((format!("`{text}` as `{name}`"), Certainty::Certain))
        }
        Value::Null => Some((format!("null as `{name}`"), Certainty::Certain)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{Step, ok, refused, talk};

    fn full() -> Step {
        refused(0, "ciam", "CreateUserStore", "FailedOperation.QuotaLimitExceeded")
    }

    fn list(id: &Value) -> Step {
        ok(9, "ciam", "ListUser").with(json!({ "UserStoreId": id }))
    }

    #[test]
    fn a_call_is_not_its_own_reason() {
        let wrong = |at| refused(at, "ciam", "ListUser", "FailedOperation.UserStoreNotExist");
        let wrong = |at| wrong(at).with(json!({"UserStoreId": "undefined"}));
        assert_eq!(talk([wrong(0), wrong(9)]).check(&RULE), []);
    }

    #[test]
    fn an_id_that_the_answer_lacked_is_found() {
        let text = "sent ListUser with `undefined` as `UserStoreId` after CreateUserStore had answered \
                    FailedOperation.QuotaLimitExceeded inside HTTP 200";
        let talk_of = |id: Value| talk([full(), list(&id)]);
        assert_eq!(talk_of(json!("undefined")).only(&RULE), (text.to_owned(), vec![1, 2]));
        assert_eq!(talk_of(json!(null)).check(&RULE).len(), 1);
        assert_eq!(talk_of(json!("")).check(&RULE)[0].certainty, Certainty::Likely);
        let gone = refused(9, "ciam", "ListUser", "MissingParameter");
        assert!(
            talk([full(), gone]).only(&RULE).0.starts_with("sent ListUser with no `UserStoreId`")
        );
    }

    #[test]
    fn a_client_that_goes_on_with_ids_that_it_has_is_right() {
        assert_eq!(talk([full(), list(&json!("s"))]).check(&RULE), []);
        assert_eq!(talk([full()]).check(&RULE), []);
    }

    #[test]
    fn after_a_good_answer_it_has_another_reason() {
        let good = ok(5, "ciam", "CreateUserStore");
        assert_eq!(talk([full(), good, list(&json!("undefined"))]).check(&RULE), []);
        assert_eq!(talk([list(&json!("undefined"))]).check(&RULE), []);
    }
}
