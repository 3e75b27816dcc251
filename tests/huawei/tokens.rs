//! Tokens: got for a password or for another token, used, expired, and never journalled.

use cloudtwin::wire::{Request, Response};
use http::Method;
use serde_json::{Value, json};

use super::client::{bare, explanation, json_of, refusal};
use crate::client::World;

const DAY_MS: i64 = 24 * 3_600_000;

fn ask(target: &str, body: &Value) -> Request {
    let headers = [("content-type", "application/json;charset=utf8")];
    bare(Method::POST, target, &headers, &body.to_string())
}

fn password(domain: &str, password: &str, scope: &Value) -> Value {
    let user = json!({ "name": "u", "password": password, "domain": { "name": domain } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    json!({ "auth": { "identity": identity, "scope": scope } })
}

fn of_region(domain: &str) -> Value {
    let scope = json!({ "project": { "name": "cn-north-4", "domain": { "name": domain } } });
    password(domain, "cloudtwin-secret", &scope)
}

fn token(answer: &Response) -> String {
    assert_eq!(answer.status, 201, "{}", json_of(answer));
    let token = answer.headers["x-subject-token"].to_str().unwrap();
    assert!(token.starts_with("MII") && token.len() > 1000);
    assert!(json_of(answer).get("X-Subject-Token").is_none());
    token.to_owned()
}

fn with(token: &str, path: &str) -> Request {
    bare(Method::GET, path, &[("x-auth-token", token)], "")
}

#[test]
fn terraform_gets_a_token_and_uses_it() {
    let world = World::new();
    let answer = world.send(ask("/v3/auth/tokens", &of_region("twin-a")));
    let token = token(&answer);
    insta::assert_json_snapshot!(json_of(&answer), @r#"
    {
      "token": {
        "catalog": [
          {
            "endpoints": [
              {
                "id": "bf5c5fe5f44cc2589d39f1506c812ec1",
                "interface": "public",
                "region": "*",
                "region_id": "*",
                "url": "http://127.0.0.1/v3"
              }
            ],
            "id": "57ba1a0afb03e3580d051b4102588955",
            "name": "iam",
            "type": "identity"
          },
          {
            "endpoints": [
              {
                "id": "88e182f241b3e457948244b1cec2a092",
                "interface": "public",
                "region": "cn-north-4",
                "region_id": "cn-north-4",
                "url": "http://127.0.0.1/v2/7bc53f83a741995aa22885d0c2e4aec7"
              }
            ],
            "id": "5a36acb0dd27ff86c702907e4a911bef",
            "name": "workspace",
            "type": "workspace"
          }
        ],
        "expires_at": "2026-02-01T08:00:00.000000Z",
        "issued_at": "2026-01-31T08:00:00.000000Z",
        "methods": [
          "password"
        ],
        "project": {
          "domain": {
            "id": "a7a959da904e12c7b5393d2ac627c321",
            "name": "twin-a"
          },
          "id": "7bc53f83a741995aa22885d0c2e4aec7",
          "name": "cn-north-4"
        },
        "roles": [
          {
            "id": "357339d260075cddbdc3974c77c4ec59",
            "name": "te_admin"
          }
        ],
        "user": {
          "domain": {
            "id": "a7a959da904e12c7b5393d2ac627c321",
            "name": "twin-a"
          },
          "id": "c17ac9ef153e251465da4e6040ec9143",
          "name": "u",
          "password_expires_at": ""
        }
      }
    }
    "#);
    let answer = world.send(with(&token, "/v3/auth/domains"));
    assert_eq!(json_of(&answer)["domains"][0]["name"], "twin-a");
    assert_eq!(world.journal().last().unwrap()["tenant"], "a");
}

#[test]
fn a_token_lives_24_hours_by_the_clock() {
    let world = World::new();
    let token = token(&world.send(ask("/v3/auth/tokens", &of_region("twin"))));
    world.twin.clock.advance(DAY_MS - 1);
    assert_eq!(world.send(with(&token, "/v3/regions")).status, 200);
    world.twin.clock.advance(1);
    let told = refusal(&world, with(&token, "/v3/regions"));
    insta::assert_snapshot!(told, @"401 APIGW.0301: Incorrect IAM authentication information: token expires");
    insta::assert_snapshot!(explanation(&world), @"the token expired at 2026-02-01T08:00:00.000Z; it is 2026-02-01T08:00:00.000Z now");
    let told = refusal(&world, with("MIIother", "/v3/regions"));
    insta::assert_snapshot!(told, @"401 APIGW.0301: Incorrect IAM authentication information: decrypt token fail");
}

#[test]
fn a_token_is_got_for_a_token_and_ends_with_it() {
    let world = World::new();
    let first = token(&world.send(ask("/v3/auth/tokens", &of_region("twin-a"))));
    world.twin.clock.advance(DAY_MS / 2);
    let identity = json!({ "methods": ["token"], "token": { "id": first } });
    let body = json!({ "auth": { "identity": identity } });
    let answer = world.send(ask("/v3/auth/tokens?nocatalog", &body));
    let second = token(&answer);
    let mut told = json_of(&answer);
    assert_eq!(told["token"]["domain"]["name"], "twin-a");
    assert_eq!(told["token"]["user"]["name"], "u");
    assert!(told["token"].get("catalog").is_none());
    assert_eq!(told["token"]["expires_at"].take(), "2026-02-01T08:00:00.000000Z");
    world.twin.clock.advance(DAY_MS / 2);
    assert_eq!(world.send(with(&second, "/v3/regions")).status, 401);
    let answer = world.send(ask("/v3/auth/tokens", &body));
    assert_eq!(json_of(&answer)["error"]["message"], "The token has expired.");
}

#[test]
fn the_token_may_stand_in_the_header_too() {
    let world = World::new();
    let first = token(&world.send(ask("/v3/auth/tokens", &of_region("twin-a"))));
    let body = json!({ "auth": { "identity": { "methods": ["token"] } } }).to_string();
    let request = bare(Method::POST, "/v3/auth/tokens", &[("x-auth-token", &first)], &body);
    assert_eq!(json_of(&world.send(request))["token"]["user"]["name"], "u");
    let nobody = bare(Method::POST, "/v3/auth/tokens", &[], &body);
    assert_eq!(world.send(nobody).status, 401);
}

#[test]
fn the_project_wins_over_the_domain_and_without_a_scope_it_is_the_domain() {
    let world = World::new();
    let scoped = |scope: Value| {
        let body = password("twin", "cloudtwin-secret", &scope);
        let answer = world.send(ask("/v3/auth/tokens?nocatalog=true", &body));
        token(&answer);
        let token = json_of(&answer)["token"].clone();
        assert!(token.get("catalog").is_none());
        (token["project"]["name"].clone(), token["domain"]["name"].clone())
    };
    let domain = json!({ "name": "twin" });
    let by_name = json!({ "project": { "name": "p" }, "domain": domain });
    assert_eq!(scoped(by_name), (json!("p"), Value::Null));
    assert_eq!(scoped(json!({ "domain": domain })), (Value::Null, json!("twin")));
    assert_eq!(scoped(Value::Null), (Value::Null, json!("twin")));
    let id = cloudtwin::vendors::huawei::project_id("default", "cn-north-4");
    assert_eq!(scoped(json!({ "project": { "id": id } })).0, json!("cn-north-4"));
    let other = cloudtwin::vendors::huawei::project_id("default", "p");
    assert_eq!(scoped(json!({ "project": { "id": other } })).0, json!(other));
}

#[test]
fn a_domain_is_named_by_its_id_too() {
    let world = World::new();
    token(&world.send(ask("/v3/auth/tokens", &of_region("twin-a"))));
    let by_id = |tenant: &str| {
        let domain = json!({ "id": cloudtwin::vendors::huawei::domain_id(tenant) });
        let user = json!({ "name": "u", "password": "cloudtwin-secret", "domain": domain });
        let identity = json!({ "methods": ["password"], "password": { "user": user } });
        world.send(ask("/v3/auth/tokens", &json!({ "auth": { "identity": identity } })))
    };
    assert_eq!(json_of(&by_id("a"))["token"]["domain"]["name"], "twin-a");
    assert_eq!(by_id("default").status, 201);
    assert_eq!(by_id("never-met").status, 401);
}

#[test]
fn refusals_have_the_shape_of_keystone() {
    let world = World::new();
    let right = "cloudtwin-secret";
    let foreign = json!({ "project": { "name": "p", "domain": { "name": "twin-b" } } });
    let unknown = json!({ "project": { "id": "p" } });
    let identity = |methods: &str| json!({ "auth": { "identity": { "methods": [methods] } } });
    let with_token =
        json!({ "auth": { "identity": { "methods": ["token"], "token": { "id": "MII" } } } });
    let told: Vec<_> = [
        password("twin", "wrong", &Value::Null),
        password("other", right, &Value::Null),
        password("twin-a", right, &foreign),
        password("twin-a", right, &unknown),
        identity("password"),
        with_token,
        identity("hw_assume_role"),
        json!({}),
        json!({ "auth": { "identity": {} } }),
        json!({ "auth": [] }),
        json!([]),
    ]
    .iter()
    .map(|body| {
        let answer = world.send(ask("/v3/auth/tokens", body));
        let told = json_of(&answer);
        assert_eq!(told["error"]["code"], answer.status.as_u16(), "{told}");
        let code = world.journal().last().unwrap()["code"].as_str().unwrap().to_owned();
        format!("{code} {told}")
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    IAM.0062 {"error":{"code":401,"message":"Incorrect password.","title":"Unauthorized"}}
    IAM.0001 {"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}
    IAM.0001 {"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}
    IAM.0004 {"error":{"code":404,"message":"Could not find project: p.","title":"Not Found"}}
    IAM.0001 {"error":{"code":401,"message":"The request you have made requires authentication.","title":"Unauthorized"}}
    IAM.0067 {"error":{"code":401,"message":"Invalid token.","title":"Unauthorized"}}
    IAM.0007 {"error":{"code":400,"message":"Request parameter auth.identity.methods.0 is invalid.","title":"Bad Request"}}
    IAM.0072 {"error":{"code":400,"message":"'auth' is a required property.","title":"Bad Request"}}
    IAM.0072 {"error":{"code":400,"message":"'methods' is a required property.","title":"Bad Request"}}
    IAM.0007 {"error":{"code":400,"message":"Request parameter auth is invalid.","title":"Bad Request"}}
    IAM.0011 {"error":{"code":400,"message":"Request body is invalid.","title":"Bad Request"}}
    "#);
    let empty = world.send(bare(Method::POST, "/v3/auth/tokens", &[], ""));
    assert_eq!(json_of(&empty)["error"]["message"], "Request body is invalid.");
    let message = |body: &'static str| {
        let answer = world.send(bare(Method::POST, "/v3/auth/tokens", &[], body));
        json_of(&answer)["error"]["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(message("null"), "'auth' is a required property.");
    let escape = message(r#"{"auth":"\ud83d"}"#);
    assert!(escape.contains(r"`\ud83d`"), "{escape}");
}

#[test]
fn neither_password_nor_token_reaches_the_journal_or_the_state() {
    let world = World::new();
    let first = token(&world.send(ask("/v3/auth/tokens", &of_region("twin"))));
    let identity = json!({ "methods": ["token"], "token": { "id": first } });
    world.send(ask("/v3/auth/tokens", &json!({ "auth": { "identity": identity } })));
    world.send(with(&first, "/v3/regions"));
    world.send(ask("/v3/auth/tokens", &password("twin", "hunter2", &Value::Null)));
    let journal = Value::from(world.journal()).to_string();
    assert!(journal.contains("cn-north-4") && !journal.contains(&first));
    assert!(!journal.contains("hunter2"));
    let state = world.twin.readers.with(|tx| {
        let mut state = Vec::new();
        let tables = &world.twin.tables;
        cloudtwin::state::document::export(tx, tables, 0, None, &mut state).unwrap();
        String::from_utf8(state).unwrap()
    });
    let state = state.unwrap();
    assert!(state.contains("\"iam_token\"") && !state.contains(&first));
}

#[test]
fn answers_fit_the_model() {
    let world = World::new();
    let iam = contracts::catalog().service("iam").unwrap();
    let operation = iam.operation("KeystoneCreateUserTokenByPassword", "v3").unwrap();
    for body in [of_region("twin"), password("twin", "cloudtwin-secret", &Value::Null)] {
        let answer = json_of(&world.send(ask("/v3/auth/tokens", &body)));
        let mismatches = contracts::conform::mismatches(&answer, &operation.output);
        assert_eq!(mismatches, Vec::<String>::new());
    }
}

#[test]
fn without_authentication_a_token_in_the_body_names_its_tenant_even_if_it_expired() {
    let world = World::with(|config| config.auth = false);
    let domain = |id: &str| {
        let identity = json!({ "methods": ["token"], "token": { "id": id } });
        let answer =
            world.send(ask("/v3/auth/tokens", &json!({ "auth": { "identity": identity } })));
        let answer = json_of(&answer);
        answer["token"]["domain"]["name"].as_str().unwrap_or(&answer.to_string()).to_owned()
    };
    let mine = token(&world.send(ask("/v3/auth/tokens", &password("twin-a", "x", &Value::Null))));
    assert_eq!([domain(&mine), domain("other")], ["twin-a", "twin"]);
    world.twin.clock.advance(DAY_MS);
    assert_eq!(domain(&mine), "twin-a");
}

#[test]
fn without_authentication_any_password_and_any_token_do() {
    let world = World::with(|config| config.auth = false);
    let mine = token(&world.send(ask("/v3/auth/tokens", &password("twin-a", "x", &Value::Null))));
    let domain = |token: &str| {
        let answer = world.send(with(token, "/v3/auth/domains"));
        json_of(&answer)["domains"][0]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!([domain(&mine), domain("other")], ["twin-a", "twin"]);
    token(&world.send(ask("/v3/auth/tokens", &password("other", "x", &Value::Null))));
}
