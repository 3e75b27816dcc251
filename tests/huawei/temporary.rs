//! Temporary keys: handed out by IAM, good with their security token alone, and only for a while.

use http::Method;
use serde_json::{Value, json};

use super::client::{STYLES, Signed, Style, bare, explanation, json_of, refusal};
use super::signatures::{AGENCY, KEYS};
use crate::client::World;

/// Keys of the tenant `a`.
fn keys(world: &World, body: &str) -> Value {
    let call = Signed::new(Style::Python, Method::POST, KEYS, body, world.twin.clock.now());
    let answer = world.send(Signed { access: "TWINAK-a".to_owned(), ..call }.request());
    assert_eq!(answer.status, 201, "{}", json_of(&answer));
    let iam = contracts::catalog().service("iam").unwrap();
    let operation = iam.operation("CreateTemporaryAccessKeyByToken", "v3").unwrap();
    let mut answer = json_of(&answer);
    assert_eq!(contracts::conform::mismatches(&answer, &operation.output), Vec::<String>::new());
    answer["credential"].take()
}

fn signed(world: &World, style: Style, keys: &Value, token: Option<&str>) -> Signed {
    let text = |name: &str| keys[name].as_str().unwrap().to_owned();
    Signed {
        access: text("access"),
        secret: text("secret"),
        security_token: token.map(str::to_owned),
        ..Signed::get(style, "/v3/auth/domains", world.twin.clock.now())
    }
}

#[test]
fn temporary_keys_sign_with_their_security_token() {
    let world = World::new();
    let keys = keys(&world, AGENCY);
    assert_eq!(keys["expires_at"], "2026-01-31T08:15:00.000000Z");
    let token = keys["securitytoken"].as_str().unwrap();
    for style in STYLES {
        let answer = world.send(signed(&world, style, &keys, Some(token)).request());
        assert_eq!(json_of(&answer)["domains"][0]["name"], "twin-a", "{style:?}");
    }
}

#[test]
fn without_it_or_with_another_they_are_refused() {
    let world = World::new();
    let (mine, others) = (keys(&world, AGENCY), keys(&world, AGENCY));
    let mut told = Vec::new();
    for token in [None, Some("cloudtwin-token"), others["securitytoken"].as_str()] {
        told.push(refusal(&world, signed(&world, Style::Terraform, &mine, token).request()));
        told.push(explanation(&world));
    }
    let mut wrong = signed(&world, Style::Go, &mine, mine["securitytoken"].as_str());
    wrong.secret = "cloudtwin-secret".to_owned();
    told.push(refusal(&world, wrong.request())[..90].to_owned());
    insta::assert_snapshot!(told.join("\n"), @"
    401 APIGW.0301: Incorrect IAM authentication information: Unauthorized
    a temporary key needs its X-Security-Token, which this request has not
    401 APIGW.0301: Incorrect IAM authentication information: decrypt token fail
    the X-Security-Token is not the one that was handed out with this key
    401 APIGW.0301: Incorrect IAM authentication information: decrypt token fail
    the X-Security-Token is not the one that was handed out with this key
    401 APIGW.0301: Incorrect IAM authentication information: verify aksk signature fail, cano
    ");
}

#[test]
fn they_end_by_the_clock() {
    let world = World::new();
    let body = AGENCY.replace("\"a\"", "\"a\",\"duration_seconds\":3600");
    let keys = keys(&world, &body);
    let token = keys["securitytoken"].as_str();
    world.twin.clock.advance(3_599_999);
    let call = signed(&world, Style::Python, &keys, token);
    assert_eq!(world.send(call.request()).status, 200);
    world.twin.clock.advance(1);
    let told = refusal(&world, signed(&world, Style::Python, &keys, token).request());
    let access = keys["access"].as_str().unwrap();
    assert!(
        told.ends_with(&format!("Get secretKey failed,ak:{access},err:ak not exist")),
        "{told}"
    );
    assert!(explanation(&world).starts_with("the temporary key expired at"));
}

#[test]
fn a_token_in_the_body_is_proof_enough() {
    let world = World::new();
    let user =
        json!({ "name": "u", "password": "cloudtwin-secret", "domain": { "name": "twin-b" } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    let body = json!({ "auth": { "identity": identity } }).to_string();
    let answer = world.send(bare(Method::POST, "/v3/auth/tokens", &[], &body));
    let token = answer.headers["x-subject-token"].to_str().unwrap();
    let identity =
        json!({ "methods": ["token"], "token": { "id": token, "duration_seconds": 900 } });
    let body = json!({ "auth": { "identity": identity } }).to_string();
    let answer = world.send(bare(Method::POST, KEYS, &[], &body));
    assert_eq!(answer.status, 201);
    let keys = json_of(&answer)["credential"].clone();
    let call = signed(&world, Style::Python, &keys, keys["securitytoken"].as_str());
    assert_eq!(json_of(&world.send(call.request()))["domains"][0]["name"], "twin-b");
    let journal = Value::from(world.journal()).to_string();
    assert!(!journal.contains(keys["securitytoken"].as_str().unwrap()));
}

#[test]
fn wishes_out_of_bounds_and_foreign_domains_are_refused() {
    let world = World::new();
    let told = |from: &str, to: &str| {
        let body = AGENCY.replace(from, to);
        let call = Signed::new(Style::Python, Method::POST, KEYS, &body, world.twin.clock.now());
        json_of(&world.send(call.request()))["error"].clone().to_string()
    };
    let all = [
        told("\"a\"}", "\"a\",\"duration_seconds\":899}"),
        told("\"a\"}", "\"a\",\"duration_seconds\":86401}"),
        told("\"a\"}", "\"a\",\"domain_name\":\"twin-b\"}"),
        told("\"agency_name\":\"a\"", ""),
        told("[\"assume_role\"]", "[\"magic\"]"),
    ];
    insta::assert_snapshot!(all.join("\n"), @r#"
    {"code":400,"message":"Request parameter auth.identity.assume_role.duration_seconds is invalid.","title":"Bad Request"}
    {"code":400,"message":"Request parameter auth.identity.assume_role.duration_seconds is invalid.","title":"Bad Request"}
    {"code":404,"message":"Could not find domain: twin-b.","title":"Not Found"}
    {"code":400,"message":"'agency_name' is a required property.","title":"Bad Request"}
    {"code":400,"message":"Request parameter auth.identity.methods.0 is invalid.","title":"Bad Request"}
    "#);
}

#[test]
fn a_token_in_the_body_must_be_known_and_alive() {
    let world = World::new();
    let send = |path: &str, body: &str| {
        let json = [("content-type", "application/json")];
        world.send(bare(Method::POST, path, &json, body))
    };
    let code = |body: &str| {
        send(KEYS, body);
        world.journal().last().unwrap()["code"].as_str().map(str::to_owned)
    };
    let domain = json!({ "name": "twin" });
    let user = json!({ "name": "u", "password": "cloudtwin-secret", "domain": domain });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    let answer = send("/v3/auth/tokens", &json!({ "auth": { "identity": identity } }).to_string());
    let token = answer.headers["x-subject-token"].to_str().unwrap().to_owned();
    let with = |token: &str| {
        let identity = json!({ "methods": ["token"], "token": { "id": token } });
        json!({ "auth": { "identity": identity } }).to_string()
    };
    assert_eq!(code(&with(&token)), None);
    world.twin.clock.advance(25 * 3_600_000);
    assert_eq!(code(&with(&token)).as_deref(), Some("IAM.0066"));
    assert_eq!(code(&with("unknown")).as_deref(), Some("IAM.0067"));
    assert_eq!(code("[]").as_deref(), Some("IAM.0011"));
}
