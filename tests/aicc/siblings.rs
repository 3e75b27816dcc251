//! The related interfaces: known by method and path, and told to be not modelled, each in the
//! envelope of its family.

use std::fmt::Write as _;
use std::sync::Arc;

use contracts::{Operation, catalog};
use http::Method;
use serde_json::json;

use super::center::{Center, posted};

fn siblings() -> impl Iterator<Item = &'static Arc<Operation>> {
    let all = &catalog().service("aicc").unwrap().operations;
    let modelled = ["tokenByAkSk", "createTask", "queryTask"];
    all.iter().filter(move |operation| !modelled.contains(&operation.name.as_str()))
}

/// The path with its places filled in.
fn path(operation: &Operation) -> String {
    operation.http.as_ref().unwrap().path.replace("{agentid}", "101")
}

fn method(operation: &Operation) -> Option<Method> {
    operation.http.as_ref().unwrap().method.as_ref().map(|method| method.parse().unwrap())
}

#[test]
fn each_is_recognised_and_answered_in_its_own_envelope() {
    let center = Center::new();
    let mut story = String::new();
    for operation in siblings() {
        let mut request = posted(&path(operation), &[], "{}");
        request.method = method(operation).unwrap_or(Method::POST);
        let verb = request.method.clone();
        let said = center.send(request);
        writeln!(story, "{} {verb} {}\n  {}", said.status, path(operation), said.body).unwrap();
        let entry = center.world.journal().pop().unwrap();
        assert_eq!(entry["operation"], operation.name.as_str());
        assert_eq!(entry["code"], "501");
    }
    assert_eq!(story.lines().count(), 2 * 50);
    insta::assert_snapshot!(story);
}

#[test]
fn another_method_is_told_which_one_there_is() {
    let center = Center::new();
    for operation in siblings() {
        let mut request = posted(&path(operation), &[], "{}");
        request.method = Method::PATCH;
        let said = center.send(request);
        let Some(method) = method(operation) else {
            // No source names its method, so any is taken.
            assert_eq!(said.status, 501, "{}", operation.name);
            continue;
        };
        assert_eq!((said.status, &said.headers["allow"]), (405, &method.as_str().parse().unwrap()));
        let envelope = operation.envelope.as_ref().unwrap();
        let code = if envelope.number { json!(405) } else { json!("405") };
        assert_eq!(
            said.body,
            json!({
                envelope.code.as_str(): code, envelope.message.as_str(): "Method Not Allowed",
            })
        );
    }
}

#[test]
fn a_sibling_needs_neither_token_nor_body_and_touches_nothing() {
    let center = Center::new();
    for operation in siblings() {
        let mut request = posted(&path(operation), &[], "[\u{0}");
        request.method = method(operation).unwrap_or(Method::POST);
        assert_eq!(center.send(request).status, 501, "{}", operation.name);
    }
    assert_eq!(center.twin(Method::GET, "state", "")["tenants"], json!({}));
}

#[test]
fn hosts_and_prefixes_of_the_contact_centre_are_its_own() {
    let center = Center::new();
    let answered = |host: &str, path: &str| {
        let mut request = posted(path, &[], "{}");
        request.headers.insert("host", host.parse().unwrap());
        let answer = center.world.send(request);
        answer.headers["content-type"] == "application/json;charset=UTF-8"
    };
    for path in ["/apiaccess/x", "/oifde/x", "/agentgateway/x", "/CCFS/x", "/rest/isales/x"] {
        assert!(answered("127.0.0.1:4588", path), "{path}");
    }
    for host in ["service.besclouds.com", "besclouds.com:443", "brazilsaas.aicccloud.com"] {
        assert!(answered(host, "/"), "{host}");
    }
    for host in ["127.0.0.1:4588", "notbesclouds.com", "besclouds.com.example"] {
        assert!(!answered(host, "/x"), "{host}");
    }
}
