//! For every operation: a request with one rule broken gives exactly the error for that rule.

use std::sync::Arc;

use cloudtwin::catalog::listing;
use contracts::{Body, Location, Member, Operation, Rule, Violation, catalog, generate};
use http::Method;
use serde_json::{Value, json};

use super::client::{Api, reply, seeded, send};
use crate::huawei::modelled::call;

/// What requests are pointed at, so that they come further than to miss it.
pub const SEED: &str = r#"
[[workspace.project]]
id = "p"
user_quota = 100000
[[workspace.project.group]]
id = "group"
name = "people"
members = ["ada"]
[[workspace.project.user]]
id = "user"
user_name = "ada"
user_email = "ada@example.com"
total_desktops = 1
[[workspace.project.job]]
job_type = "createDesktops"
error_code = "WKS.00010110"
"#;

/// The operations that the twin does and that answer no file.
pub fn operations() -> impl Iterator<Item = &'static Arc<Operation>> {
    let modelled: Vec<String> = listing(Some("workspace"))
        .into_iter()
        .filter(|row| row.modelled)
        .map(|row| row.operation)
        .collect();
    let all = catalog().service("workspace").unwrap().operations.iter();
    all.filter(move |operation| operation.body != Body::File && modelled.contains(&operation.name))
}

/// Points the members that name something at what there is.
pub fn pointed(input: &mut Value) {
    for (name, id) in [("project_id", "p"), ("user_id", "user"), ("group_id", "group")] {
        if let Some(member) = input.get_mut(name) {
            *member = id.into();
        }
    }
    for (name, ids) in [("user_ids", ["user"]), ("group_ids", ["group"])] {
        if let Some(member) = input.get_mut(name).filter(|member| member.is_array()) {
            *member = ids.as_slice().into();
        }
    }
}

/// Whether a request can break that rule: a query has but texts, and a path always all its parts.
fn can_be_sent(operation: &Operation, input: &Value, violation: &Violation) -> bool {
    let name = violation.path.split('.').next().unwrap();
    let member = |member: &&Member| member.name == name;
    let member = operation.input.members.iter().find(member);
    match (member.map(|member| member.location), &violation.rule) {
        (_, Rule::Unknown)
        | (Some(Location::Path), Rule::Missing | Rule::WrongType(_) | Rule::TooShort(_)) => false,
        // A number in the place of a text is a text there, and a list of one is a list.
        (Some(Location::Query), Rule::WrongType(word)) => {
            *word != "string" && !word.contains("list") && !input[name].is_string()
        }
        // An empty value is no value.
        (Some(Location::Query), Rule::TooShort(_)) => input[name] != "",
        _ => true,
    }
}

#[test]
fn one_broken_rule_gives_exactly_its_error() {
    let world = seeded(SEED);
    let mut tried = 0;
    for operation in operations() {
        for (input, violation) in generate::broken(&operation.input) {
            if !can_be_sent(operation, &input, &violation) {
                continue;
            }
            let reply = call(&world, operation, &input);
            let no_body = input.as_object().unwrap().is_empty();
            assert!(!no_body);
            assert_eq!(reply.refusal(), (400, "WKS.EMU.0001"), "{} {input}", operation.name);
            let message = reply.body["error_msg"].as_str().unwrap();
            assert!(message.contains(&violation.path), "{} {input}: {message}", operation.name);
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
}

#[test]
fn a_missing_body_gives_exactly_its_error() {
    let world = seeded(SEED);
    for operation in operations() {
        let of_body = |member: &&Member| member.location == Location::Body;
        if operation.input.members.iter().filter(of_body).any(|member| member.required) {
            let http = operation.http.as_ref().unwrap();
            let target = http.path.replace("{project_id}", "p").replace(['{', '}'], "");
            let method: Method = http.method.as_ref().unwrap().parse().unwrap();
            let reply = reply(&send(&world, method, &target, None));
            assert_eq!(reply.refusal(), (400, "WKS.0001"), "{}", operation.name);
        }
    }
}

#[test]
fn required_texts_that_are_empty_or_blank() {
    let mut lines = Vec::new();
    for operation in operations() {
        lines.extend(crate::blanks::walk(operation, |mut input| {
            let world = seeded(SEED);
            pointed(&mut input);
            if let Some(member) = input.get_mut("ou_id") {
                let api = Api { world: &world, project: "p" };
                let ou = json!({ "domain": "example.com", "ou_name": "people" });
                *member = api.post("/ous", ou).with(200)["id"].take();
            }
            let reply = call(&world, operation, &input);
            let code = reply.body["error_code"].as_str().unwrap_or_default();
            format!("{} {code}", reply.status).trim_end().to_owned()
        }));
    }
    insta::assert_snapshot!(lines.join("\n"));
}
