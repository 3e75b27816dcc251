//! Every official client is let in, with its own habits, and its key names its tenant.

use http::Method;
use serde_json::json;

use super::client::{STYLES, Signed, Style, json_of};
use crate::client::World;

/// A signed POST whose body matters.
pub const KEYS: &str = "/v3.0/OS-CREDENTIAL/securitytokens";

pub const AGENCY: &str =
    r#"{"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"a"}}}}"#;

#[test]
fn every_client_is_let_in() {
    let world = World::new();
    let now = world.twin.clock.now();
    for style in STYLES {
        let query = vec![("name", "cn-north-4"), ("enabled", "true"), ("domain_id", "")];
        let answer =
            world.send(Signed { query, ..Signed::get(style, "/v3/projects", now) }.request());
        assert_eq!(answer.status, 200, "{style:?}");
        assert_eq!(json_of(&answer)["projects"].as_array().unwrap().len(), 1, "{style:?}");
        let answer = world.send(Signed::new(style, Method::POST, KEYS, AGENCY, now).request());
        assert_eq!(answer.status, 201, "{style:?}: {}", json_of(&answer));
    }
}

#[test]
fn queries_are_signed_decoded_and_sorted() {
    let world = World::new();
    let now = world.twin.clock.now();
    let query = vec![
        ("user_names", "bob"),
        ("name", "a b/ü+~*"),
        ("user_names", "alice"),
        ("bare", ""),
        ("enabled", "true"),
    ];
    for style in STYLES {
        let call = Signed { query: query.clone(), ..Signed::get(style, "/v3/projects", now) };
        let answer = world.send(call.request());
        assert_eq!(answer.status, 200, "{style:?}");
        assert_eq!(json_of(&answer)["projects"][0]["name"], "a b/ü+~*", "{style:?}");
    }
}

#[test]
fn a_key_names_its_tenant() {
    let world = World::new();
    let domain = |access: &str| {
        let call = Signed::get(Style::Python, "/v3/auth/domains", world.twin.clock.now());
        let answer = world.send(Signed { access: access.to_owned(), ..call }.request());
        json_of(&answer)["domains"][0]["name"].clone()
    };
    assert_eq!([domain("TWINAK"), domain("TWINAK-ci-42")], [json!("twin"), json!("twin-ci-42")]);
    assert_eq!(world.journal().last().unwrap()["tenant"], "ci-42");
}

#[test]
fn the_security_token_of_the_dummy_keys_is_taken_signed_or_not() {
    let world = World::new();
    for style in STYLES {
        let call = Signed {
            security_token: Some("cloudtwin-token".to_owned()),
            ..Signed::get(style, "/v3/regions", world.twin.clock.now())
        };
        assert_eq!(world.send(call.request()).status, 200, "{style:?}");
    }
}

#[test]
fn a_signature_counts_and_the_token_beside_it_is_passed_over() {
    let world = World::new();
    let now = world.twin.clock.now();
    let mut request = Signed::get(Style::Python, "/v3/regions", now).request();
    request.headers.insert("x-auth-token", "MIIunknown".parse().unwrap());
    assert_eq!(world.send(request).status, 200);
}

#[test]
fn without_authentication_a_key_still_names_its_tenant() {
    let world = World::with(|config| config.auth = false);
    let now = world.twin.clock.now();
    let tenant = |access: &str| {
        let call = Signed {
            access: access.to_owned(),
            secret: "wrong".to_owned(),
            date: "never".to_owned(),
            ..Signed::get(Style::Python, "/v3/auth/domains", now)
        };
        let answer = world.send(call.request());
        json_of(&answer)["domains"][0]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!([tenant("TWINAK-a"), tenant("AKother")], ["twin-a", "twin"]);
    let nobody = super::client::bare(Method::GET, "/v3/auth/domains", &[], "");
    assert_eq!(json_of(&world.send(nobody))["domains"][0]["name"], "twin");
}
