//! Every request is signed as its gateway demands.

use super::call::Call;
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};

pub(super) const RULE: Rule = Rule {
    name: "signs-requests",
    promise: "signs every request correctly",
    source: "the gateways' own codes for a wrong signature (contracts/models/protocols)",
    certainty: Certainty::Certain,
    check,
};

/// Codes that say: this signature is wrong, or absent. An unknown key and an expired time are no mistakes of the
/// signature: the first is a matter of configuration, the second of a clock.
const WRONG: [&str; 3] =
    ["AuthFailure.SignatureFailure", "AuthFailure.InvalidAuthorization", "APIGW.0301"];

/// Causes of these codes that do not say so.
const OTHER_CAUSES: [&str; 6] = [
    "form_too_large",
    "unknown_key",
    "unreadable_token",
    "expired_token",
    "expired_signature",
    "locked_key",
];

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let wrong: Vec<_> = facts.calls().iter().filter(|call| is_wrong(call)).collect();
    let Some(first) = wrong.first() else { return Vec::new() };
    let mut text = format!("sent {} with a signature that the gateway refused", first.name());
    if wrong.len() > 1 {
        text = format!("{text}, and {} more", count(wrong.len() - 1));
    }
    // What follows the first line is for who mends it, and in the journal.
    if let Some(why) = first.entry.explanation.as_deref().and_then(|why| why.lines().next()) {
        text = format!("{text}: {why}");
    }
    vec![RULE.finding(Certainty::Certain, text, wrong)]
}

fn is_wrong(call: &Call<'_>) -> bool {
    let code = call.entry.code.as_deref().unwrap_or_default();
    // A scenario that moves the clock or takes a key away makes a good signature a wrong one.
    WRONG.contains(&code)
        && !call.is_faulted()
        && !call.cause().is_some_and(|cause| OTHER_CAUSES.contains(&cause))
}

fn count(number: usize) -> String {
    if number == 1 { "1 request".to_owned() } else { format!("{number} requests") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{ok, refused, talk};

    const FAILURE: &str = "AuthFailure.SignatureFailure";

    #[test]
    fn a_wrong_signature_is_found() {
        let talk = talk([
            ok(0, "ciam", "ListUser"),
            refused(10, "ciam", "CreateUser", FAILURE)
                .but(|entry| entry.explanation = Some("the body was changed\nGET".to_owned())),
            refused(20, "ciam", "ListUser", FAILURE),
        ]);
        let text = "sent CreateUser with a signature that the gateway refused, and 1 request more: \
                    the body was changed";
        assert_eq!(talk.only(&RULE), (text.to_owned(), vec![2, 3]));
    }

    #[test]
    fn what_a_scenario_did_is_not() {
        let talk = talk([
            refused(0, "ciam", "ListUser", FAILURE).fault("clock skew", None),
            refused(9, "ciam", "ListUser", "AuthFailure.SecretIdNotFound"),
            refused(20, "ciam", "ListUser", "AuthFailure.SignatureExpire"),
        ]);
        assert_eq!(talk.check(&RULE), []);
    }

    #[test]
    fn a_form_that_is_too_large_has_no_wrong_signature() {
        let text = "The provided credentials could not be validated because of exceeding request size limit, please \
                    use new signature method `TC3-HMAC-SHA256`.";
        let refused = refused(0, "ciam", "ListUser", FAILURE);
        assert_eq!(
            talk([refused.gives(json!({"Response": {"Error": {"Message": text}}}))]).check(&RULE),
            []
        );
    }

    #[test]
    fn of_one_code_with_many_causes_the_text_decides() {
        let refused = |tail: &str| {
            let text = format!("Incorrect IAM authentication information: {tail}");
            refused(0, "workspace", "ListUsers", "APIGW.0301").gives(json!({ "error_msg": text }))
        };
        assert_eq!(talk([refused("token expires")]).check(&RULE), []);
        assert_eq!(talk([refused("Get secretKey failed,ak:A,err:ak not exist")]).check(&RULE), []);
        let wrong = talk([refused("verify aksk signature fail, canonicalRequest:GET|/||||")]);
        assert_eq!(wrong.check(&RULE).len(), 1);
    }
}
