//! The gateway's own bounds, what the twin knows and does not do, and whose state it is.

use cloudtwin::catalog::listing;
use cloudtwin::control;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;

use super::client::{Signed, bare, dated, json_of, refusal};
use crate::client::{HOST, World, bytes_of, request};
use crate::process::Running;

#[test]
fn a_target_of_32_kib_is_read_and_a_longer_one_is_not() {
    let world = World::new();
    let told = |bytes: usize| {
        let path = "/v3/projects?name=";
        let target = format!("{path}{}", "x".repeat(bytes - path.len()));
        refusal(&world, bare(Method::GET, &target, &[], ""))
    };
    assert!(told(32 << 10).starts_with("401 APIGW.0301: "));
    assert_eq!(told((32 << 10) + 1), "414 APIGW.0201: Request URI too large.");
}

#[test]
fn a_body_of_12_mib_is_read_and_a_longer_one_is_not() {
    let twin = Running::start(&[]);
    let told = |bytes: usize| {
        let head =
            format!("POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\nContent-Length: {bytes}\r\n\r\n");
        let answer = twin.exchange(&[head.as_bytes(), &vec![b' '; bytes]].concat());
        answer.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(told(12 << 20), "HTTP/1.1 400 Bad Request");
    assert_eq!(told((12 << 20) + 1), "HTTP/1.1 413 Payload Too Large");
}

#[test]
fn calls_are_counted_where_a_rate_is_set() {
    let world = World::with(|config| config.huawei_rate = Some(2));
    let call = || Signed::project("cn-north-4", world.twin.clock.now()).request();
    for _ in 0..2 {
        assert_eq!(world.send(call()).status, 200);
    }
    assert_eq!(
        refusal(&world, call()),
        "429 APIGW.0308: The throttling threshold has been reached: policy user over ratelimit,limit:2,time:1 second"
    );
    world.twin.clock.advance(1000);
    assert_eq!(world.send(call()).status, 200);
}

#[test]
fn a_path_that_was_never_filled_in_is_explained() {
    let told = refusal(&World::new(), bare(Method::GET, "/v2/%7Bproject_id%7D/users", &[], ""));
    assert!(told.starts_with("400 APIGW.0201: ") && told.contains("`{project_id}`"), "{told}");
}

#[test]
fn every_other_operation_of_the_sdk_says_that_it_is_not_modelled() {
    let world = World::new();
    let others: Vec<_> =
        listing(Some("workspace")).into_iter().filter(|row| !row.modelled).collect();
    assert!(!others.is_empty());
    for row in others {
        let http = row.http.unwrap();
        let (method, path) = http.split_once(' ').unwrap();
        let target = path.replace(['{', '}'], "");
        let answer = world.send(bare(method.parse().unwrap(), &target, &[], ""));
        let told = json_of(&answer);
        assert_eq!(
            (answer.status.as_u16(), &told["error_code"]),
            (501, &json!("TWIN.0501")),
            "{http}"
        );
        assert!(told["error_msg"].as_str().unwrap().contains(&row.operation), "{told}");
    }
}

#[test]
fn a_tenant_is_the_same_to_both_vendors() {
    let world = World::new();
    let users = |method: Method, body: &'static str| {
        let target = "/v2/0123456789abcdef0123456789abcdef/users";
        let mut headers =
            HeaderMap::from_iter([(http::header::HOST, HeaderValue::from_static(HOST))]);
        let now = world.twin.clock.now();
        for (name, value) in dated("TWINAK-both", &method, target, body.as_bytes(), now) {
            headers.insert(name, value.parse().unwrap());
        }
        json_of(&world.send(request(method, target, headers, body.into())))
    };
    let stores = || world.ok_as("both", "ListUserStore", json!({}))["UserStoreSet"].clone();
    let beginning = stores();
    world.ok_as("both", "CreateUserStore", json!({ "UserPoolName": "more" }));
    users(Method::POST, r#"{"user_name": "ada", "user_email": "ada@example.com"}"#);
    assert_eq!(users(Method::GET, "")["total_count"], 1);

    let host = HeaderMap::from_iter([(http::header::HOST, HeaderValue::from_static(HOST))]);
    let reset = request(Method::POST, "/_twin/reset?tenant=both", host, "".into());
    assert_eq!(bytes_of(&control::answer(&world.twin, &reset)).as_ref(), b"{}");
    assert_eq!(users(Method::GET, "")["total_count"], 0);
    assert_eq!(stores().as_array().unwrap().len(), beginning.as_array().unwrap().len());
}
