//! For every operation of IAM that the twin does: a request with one rule broken gives exactly the error for that rule.

use std::sync::Arc;

use cloudtwin::catalog::listing;
use contracts::{Location, Operation, Rule, Violation, catalog, generate};
use serde_json::Value;

use super::modelled::call;
use crate::client::World;
use crate::workspace::client::Reply;

fn operations() -> impl Iterator<Item = &'static Arc<Operation>> {
    let modelled: Vec<String> = listing(Some("iam"))
        .into_iter()
        .filter(|row| row.modelled)
        .map(|row| row.operation)
        .collect();
    let all = &catalog().service("iam").unwrap().operations;
    all.iter().filter(move |operation| modelled.contains(&operation.name))
}

/// Status and code of a refusal; Keystone's envelope has no code but the status.
fn told(reply: &Reply) -> String {
    let (code, keystone) = (&reply.body["error_code"], &reply.body["error"]["code"]);
    match (code.as_str(), keystone.as_u64()) {
        (Some(code), _) => format!("{} {code}", reply.status),
        (None, Some(status)) => {
            assert_eq!(status, u64::from(reply.status));
            let text = reply.body["error"]["message"].as_str().unwrap();
            format!("{status}: {text}")
        }
        _ => reply.status.to_string(),
    }
}

/// Whether a request can break that rule: a query has but texts, and so has a header.
fn can_be_sent(operation: &Operation, violation: &Violation) -> bool {
    let name = violation.path.split('.').next().unwrap();
    let member = operation.input.members.iter().find(|member| member.name == name);
    match member.map(|member| member.location) {
        None => false,
        Some(Location::Body) => true,
        Some(_) => !matches!(
            violation.rule,
            Rule::Unknown | Rule::WrongType("string" | "boolean") | Rule::TooShort(_)
        ),
    }
}

#[test]
fn one_broken_rule_gives_exactly_its_error() {
    let world = World::new();
    let mut lines = Vec::new();
    for operation in operations() {
        lines.push(operation.name.clone());
        for (input, violation) in generate::broken(&operation.input) {
            // Unknown members are ignored.
            if violation.rule == Rule::Unknown || !can_be_sent(operation, &violation) {
                continue;
            }
            let reply = call(&world, operation, &input);
            lines.push(format!("  {} {:?}: {}", violation.path, violation.rule, told(&reply)));
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn required_texts_that_are_empty_or_blank() {
    let mut lines = Vec::new();
    for operation in operations() {
        lines.extend(crate::blanks::walk(operation, |input: Value| {
            told(&call(&World::new(), operation, &input))
        }));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
