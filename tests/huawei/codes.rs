//! Every code that ordinary calls can lead to is led to here, operation by operation: one that an
//! operation newly documents fails the test until it is reached, or is said to be reachable only by force.

use std::collections::BTreeSet;

use cloudtwin::catalog::listing;
use cloudtwin::wire::Request;
use contracts::catalog;
use http::Method;
use serde_json::{Value, json};

use super::client::{Signed, Style, bare, dated};
use crate::client::World;

const TOKENS: &str = "/v3/auth/tokens";
const KEYS: &str = "/v3.0/OS-CREDENTIAL/securitytokens";

const TOKEN: &str = "KeystoneCreateUserTokenByPassword";
const KEY: &str = "CreateTemporaryAccessKeyByToken";

/// Makes the request that is refused; may have made others before.
type Story = fn(&World) -> Request;

fn posted(path: &str, body: &Value) -> Request {
    bare(Method::POST, path, &[("content-type", "application/json")], &body.to_string())
}

fn signed(world: &World, body: &str) -> Request {
    Signed::new(Style::Python, Method::POST, KEYS, body, world.twin.clock.now()).request()
}

/// The body that asks with a user of that domain and that password, for that scope.
fn user(domain: &str, password: &str, scope: Value) -> Value {
    let user = json!({ "name": "u", "password": password, "domain": { "name": domain } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    let mut auth = json!({ "identity": identity });
    if !scope.is_null() {
        auth["scope"] = scope;
    }
    json!({ "auth": auth })
}

fn by_token(token: &str) -> Value {
    json!({ "auth": { "identity": { "methods": ["token"], "token": { "id": token } } } })
}

/// A token that was good a day ago.
fn expired(world: &World) -> Value {
    let good = user("twin", "cloudtwin-secret", Value::Null);
    let answer = world.send(posted(TOKENS, &good));
    let token = answer.headers["x-subject-token"].to_str().unwrap().to_owned();
    world.twin.clock.advance(24 * 3_600_000 + 1);
    by_token(&token)
}

const STORIES: [(&str, &str, Story); 15] = [
    (TOKEN, "IAM.0001", |_| posted(TOKENS, &user("nobody", "cloudtwin-secret", Value::Null))),
    (TOKEN, "IAM.0004", |_| {
        posted(TOKENS, &user("twin", "cloudtwin-secret", json!({ "project": { "id": "p" } })))
    }),
    (TOKEN, "IAM.0007", |_| posted(TOKENS, &json!({ "auth": 1 }))),
    (TOKEN, "IAM.0011", |_| posted(TOKENS, &json!([]))),
    (TOKEN, "IAM.0062", |_| posted(TOKENS, &user("twin", "guess", Value::Null))),
    (TOKEN, "IAM.0066", |world| posted(TOKENS, &expired(world))),
    (TOKEN, "IAM.0067", |_| posted(TOKENS, &by_token("unknown"))),
    (TOKEN, "IAM.0072", |_| posted(TOKENS, &json!({}))),
    (KEY, "IAM.0004", |world| {
        let role = json!({ "agency_name": "a", "domain_name": "nobody" });
        let identity = json!({ "methods": ["assume_role"], "assume_role": role });
        signed(world, &json!({ "auth": { "identity": identity } }).to_string())
    }),
    (KEY, "IAM.0007", |world| signed(world, r#"{"auth":1}"#)),
    (KEY, "IAM.0011", |world| signed(world, "[")),
    (KEY, "IAM.0066", |world| posted(KEYS, &expired(world))),
    (KEY, "IAM.0067", |_| posted(KEYS, &by_token("unknown"))),
    (KEY, "IAM.0072", |world| signed(world, "{}")),
    ("KeystoneListProjects", "IAM.0007", |world| {
        let path = format!("/v3/projects?name={}", "n".repeat(65));
        let mut headers = vec![("content-type", "application/json".to_owned())];
        headers.extend(dated("TWINAK", &Method::GET, &path, b"", world.twin.clock.now()));
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        bare(Method::GET, &path, &headers, "")
    }),
];

#[test]
fn every_code_that_needs_no_force_is_reached_by_ordinary_calls() {
    let mut reached = BTreeSet::new();
    for (operation, code, story) in STORIES {
        let world = World::new();
        let answer = world.send(story(&world));
        let entry = world.journal().pop().unwrap();
        assert_eq!((&entry["operation"], &entry["code"]), (&json!(operation), &json!(code)));
        let known = &catalog().service("iam").unwrap().codes[code];
        assert_eq!(Some(answer.status.as_u16()), known.status, "{operation} {code}");
        reached.insert((operation.to_owned(), code.to_owned()));
    }
    let rows = listing(Some("iam")).into_iter().filter(|row| row.modelled);
    let documented: BTreeSet<(String, String)> = rows
        .flat_map(|row| row.errors.into_iter().map(move |code| (row.operation.clone(), code)))
        .collect();
    assert_eq!(reached, documented);
}
