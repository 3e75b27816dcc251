//! Requests keep the model.

use serde_json::Value;

use super::call::Call;
use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};
use crate::catalog;
use crate::conversation::Outcome;
use crate::model::{Protocol, RuleKind};
use crate::validate::{Rule as Broken, Violation, validate, wrong_type};

pub(super) const RULE: Rule = Rule {
    name: "sends-valid-requests",
    promise: "sends only requests that the documented members and bounds allow",
    source: "the operations' inputs (contracts/models)",
    certainty: Certainty::Certain,
    check,
};

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let mut found: Vec<(String, Certainty, String, Vec<&Call<'_>>)> = Vec::new();
    for call in facts.calls() {
        let Some((what, certainty)) = broken(call) else { continue };
        let name = call.name();
        match found.iter_mut().find(|(of, _, known, _)| *of == name && *known == what) {
            Some((.., calls)) => calls.push(call),
            None => found.push((name, certainty, what, vec![call])),
        }
    }
    let finding = |(name, certainty, what, calls): (String, Certainty, String, Vec<&Call<'_>>)| {
        let times =
            if calls.len() == 1 { String::new() } else { format!(", {} times", calls.len()) };
        RULE.finding(certainty, format!("sent {name} with {what}{times}"), calls)
    };
    found.into_iter().map(finding).collect()
}

/// What is wrong with a request that the twin refused for its form. A scenario can refuse a good one.
fn broken(call: &Call<'_>) -> Option<(String, Certainty)> {
    if call.entry.outcome != Outcome::Refused || call.is_faulted() || !is_about_input(call) {
        return None;
    }
    let (shape, protocol) = (&call.operation?.input, call.protocol()?);
    // A refusal for the form comes before the input is kept. Where the body is the whole input, it can be judged.
    let is_all =
        matches!(protocol, Protocol::TencentApi3 | Protocol::Aicc) && call.entry.method == "POST";
    let is_json = serde_json::from_str::<Value>(&call.entry.body).is_ok();
    let content_type = call.header("content-type").unwrap_or("application/json");
    if call.entry.input.is_none() && !(is_all && content_type.starts_with("application/json")) {
        let code = call.entry.code.as_deref().unwrap_or_default();
        return Some((format!("an input that was refused with {code}"), Certainty::Likely));
    }
    if call.entry.input.is_none() && !is_json && !call.entry.body_cut {
        return Some(("a body that cannot be read".to_owned(), Certainty::Certain));
    }
    let violation = match protocol {
        Protocol::Aicc | Protocol::Scim => wrong_type(call.input(), shape),
        _ => validate(call.input(), shape),
    };
    violation.map(|violation| words(&violation))
}

/// Whether the code is one of those that answer input which breaks the model.
fn is_about_input(call: &Call<'_>) -> bool {
    let (Some(code), Some(service)) = (call.entry.code.as_deref(), call.service) else {
        return false;
    };
    let Some(protocol) = catalog().protocol(service.protocol) else { return false };
    let of_protocol = protocol.rules.values().any(|answer| answer.code == code);
    let of_service = service.rules.values().any(|answer| answer.code == code);
    let of_member = call.operation.is_some_and(|operation| {
        operation.input.members.iter().any(|member| member.code.as_deref() == Some(code))
    });
    let bad = [
        Some(protocol.bad_input.as_str()),
        service.bad_input.as_deref(),
        service.no_body.as_deref(),
    ];
    of_protocol || of_service || of_member || bad.contains(&Some(code))
}

/// A member that does not belong there is the program's mistake. A value out of bounds can be its user's: the rule is
/// less sure.
fn words(Violation { path, rule, .. }: &Violation) -> (String, Certainty) {
    let (text, certainty) = match rule {
        Broken::Unknown => (format!("the unknown member `{path}`"), Certainty::Certain),
        Broken::WrongType(kind) => (format!("`{path}` that is no {kind}"), Certainty::Certain),
        Broken::Missing => (format!("no `{path}`"), Certainty::Certain),
        other => {
            let kind = match other {
                Broken::TooShort(_) => RuleKind::TooShort,
                Broken::TooLong(_) => RuleKind::TooLong,
                Broken::PatternMismatch => RuleKind::Pattern,
                Broken::OutOfRange(..) => RuleKind::OutOfRange,
                _ => RuleKind::NotAllowed,
            };
            let kind = kind.name().replace('_', " ");
            (
                format!("a value of `{path}` that breaks its documented bounds ({kind})"),
                Certainty::Likely,
            )
        }
    };
    (text, certainty)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{ok, refused, talk};

    #[test]
    fn a_missing_member_is_found_once_for_all_its_requests() {
        let missing = |at| {
            refused(at, "ciam", "DescribeUserById", "MissingParameter")
                .with(json!({"UserStoreId": "s"}))
        };
        let talk = talk([ok(0, "ciam", "ListUserStore"), missing(1), missing(2)]);
        assert_eq!(
            talk.only(&RULE),
            ("sent DescribeUserById with no `UserId`, 2 times".to_owned(), vec![2, 3])
        );
    }

    #[test]
    fn a_value_can_be_the_users_mistake() {
        let input = json!({"UserStoreId": "s", "UserIds": vec!["u"; 101]});
        let talk = talk([
            refused(0, "ciam", "DeleteUsers", "InvalidParameter.ParameterIllegal").with(input)
        ]);
        let found = talk.check(&RULE);
        assert_eq!(found[0].certainty, Certainty::Likely);
        assert!(found[0].text.ends_with("`UserIds` that breaks its documented bounds (too long)"));
    }

    #[test]
    fn a_refusal_for_another_reason_or_by_a_scenario_is_not() {
        let input = json!({"UserStoreId": "s", "UserId": "u"});
        let talk = talk([
            refused(0, "ciam", "DescribeUserById", "FailedOperation.UserNotFound").with(json!({})),
            refused(1, "ciam", "DescribeUserById", "MissingParameter")
                .with(json!({}))
                .fault("refuse", None),
            refused(2, "ciam", "DescribeUserById", "InvalidParameter").with(input),
        ]);
        assert_eq!(talk.check(&RULE), []);
    }

    #[test]
    fn the_body_is_judged_where_the_input_was_not_kept() {
        let input = json!({"ZoneId": "z", "UserName": "a b"});
        let step = refused(0, "organization", "CreateUser", "InvalidParameter.UsernameFormatError");
        let step = step.with(input).but(|entry| entry.input = None);
        let text = "sent CreateUser with a value of `UserName` that breaks its documented bounds (pattern)";
        assert_eq!(talk([step]).only(&RULE).0, text);
        let by_path = refused(0, "workspace", "ListUsers", "APIGW.0201");
        let found = talk([by_path.but(|entry| entry.input = None)]).check(&RULE);
        assert_eq!(found[0].certainty, Certainty::Likely);
    }

    #[test]
    fn a_body_that_is_no_json_is_found() {
        let talk = talk([refused(0, "aicc", "createTask", "400").but(|entry| {
            entry.body = "{".to_owned();
            entry.input = None;
        })]);
        assert_eq!(talk.only(&RULE).0, "sent createTask with a body that cannot be read");
    }
}
