//! No list in a request is longer than the vendor takes.

use serde_json::Value;

use super::facts::Facts;
use super::settings::Settings;
use super::{Certainty, Finding, Rule};
use crate::model::{Kind, Operation, Shape};

pub(super) const RULE: Rule = Rule {
    name: "batch-limits",
    promise: "keeps to the documented length of batches",
    source: "the inputs' longest lists (contracts/models); slashdevops/idp-scim-sync#62",
    certainty: Certainty::Certain,
    check,
};

fn check(facts: &Facts<'_>, _: &Settings) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for call in facts.calls() {
        let Some(operation) = call.operation else { continue };
        let long = too_long(call.input(), &operation.input);
        let Some((path, length, most)) = long.or_else(|| tunable(call.input(), operation)) else {
            continue;
        };
        let beginning = format!("sent {} with ", call.name());
        if let Some(known) = found.iter_mut().find(|known| known.text.starts_with(&beginning)) {
            if known.witnesses.len() < 3 {
                known.witnesses.push(call.entry.number);
            }
            continue;
        }
        let text = format!("{beginning}{length} `{path}`, of which it takes at most {most}");
        found.push(RULE.finding(Certainty::Certain, text, [call]));
    }
    found
}

/// Documented bounds that a seed of the twin can change, so that the model has none: service, operation, member, most
/// elements. (`role_assignments_per_request` in emulator/docs/limits.md.)
const TUNABLE: [(&str, &str, &str, usize); 1] =
    [("organization", "CreateRoleAssignment", "RoleAssignmentInfo", 50)];

fn tunable(input: &Value, operation: &Operation) -> Option<(String, usize, usize)> {
    let known = |(service, name, ..): &&(&str, &str, &str, usize)| {
        operation.service == *service && operation.name == *name
    };
    let (.., member, most) = TUNABLE.iter().find(known)?;
    let length = input.get(member)?.as_array()?.len();
    (length > *most).then(|| ((*member).to_owned(), length, *most))
}

/// The first list that is too long: its path, its length, and the most it may have.
fn too_long(input: &Value, shape: &Shape) -> Option<(String, usize, usize)> {
    let members = input.as_object()?;
    members.iter().find_map(|(name, value)| {
        let member = shape.member(name)?;
        match (value, &member.kind) {
            (Value::Array(elements), Kind::List(_)) => {
                let most = member.max_length.filter(|most| elements.len() > *most);
                most.map(|most| (name.clone(), elements.len(), most))
            }
            (value, Kind::Object(inner)) => {
                let (path, length, most) = too_long(value, inner)?;
                Some((format!("{name}.{path}"), length, most))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::talk::{Step, ok, refused, talk};

    fn users(at: u64, count: usize) -> Step {
        let user = json!({"action": "DISABLE", "userAccount": "a"});
        ok(at, "aicc", "createTask").with(json!({ "federationUserList": vec![user; count] }))
    }

    #[test]
    fn so_is_a_bound_that_the_twin_lets_be_tuned() {
        let roles = |count| json!({"ZoneId": "z", "RoleAssignmentInfo": vec![json!({}); count]});
        let step = |count| ok(0, "organization", "CreateRoleAssignment").with(roles(count));
        assert_eq!(talk([step(50)]).check(&RULE), []);
        let text =
            "sent CreateRoleAssignment with 51 `RoleAssignmentInfo`, of which it takes at most 50";
        assert_eq!(talk([step(51)]).only(&RULE).0, text);
    }

    #[test]
    fn the_longest_list_is_right() {
        assert_eq!(talk([users(0, 100), users(1, 1)]).check(&RULE), []);
    }

    #[test]
    fn a_longer_one_is_found_once_an_operation() {
        let text = "sent createTask with 101 `federationUserList`, of which it takes at most 100";
        assert_eq!(talk([users(0, 101), users(1, 250)]).only(&RULE), (text.to_owned(), vec![1, 2]));
    }

    #[test]
    fn it_is_found_in_the_body_of_a_request_that_was_refused_unread() {
        let body = json!({"UserStoreId": "s", "UserIds": vec!["u"; 101]});
        let step = refused(0, "ciam", "DeleteUsers", "RequestLimitExceeded").with(body);
        assert_eq!(talk([step.but(|entry| entry.input = None)]).check(&RULE).len(), 1);
    }
}
