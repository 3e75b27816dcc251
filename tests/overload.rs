//! More than the twin holds at a time: each vendor's clients read its answer of an overloaded service,
//! the journal says of what there is too much, and all goes on once there is room.

use std::sync::mpsc;
use std::time::Duration;

use bytes::Bytes;
use cloudtwin::error::Failure;
use cloudtwin::operation::{Call, Empty, operation};
use cloudtwin::state::Bounds;
use cloudtwin::wire::{Request, Response};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{Signed, World, begin, bytes_of, request, response, with_behaviours};
use crate::documents::ask;

/// Longest time that a test waits for an answer which must come.
const PATIENCE: Duration = Duration::from_secs(60);

fn world(bounds: Bounds) -> World {
    World::with(|config| {
        config.auth = false;
        config.bounds = bounds;
    })
}

fn plain(method: Method, target: &str) -> Request {
    let host = (http::header::HOST, HeaderValue::from_static("127.0.0.1:4588"));
    request(method, target, HeaderMap::from_iter([host]), Bytes::from_static(b"{}"))
}

fn create(world: &World, name: &str) -> Request {
    let body = json!({ "UserPoolName": name }).to_string();
    Signed::new("CreateUserStore", body, world.twin.clock.now()).request()
}

fn code(answer: &Response) -> String {
    response(answer)["Error"]["Code"].as_str().unwrap_or("none").to_owned()
}

/// What the journal says of the latest request.
fn explanation(world: &World) -> String {
    world.journal().pop().unwrap()["explanation"].as_str().unwrap().to_owned()
}

#[test]
fn each_vendors_clients_and_the_control_interface_are_told_that_the_queue_is_full() {
    let world = world(Bounds { queued_max: 0, ..Bounds::default() });
    let tencent = world.send(create(&world, "people"));
    let workspace = world.send(plain(Method::POST, "/v2/0123456789abcdef/users/export"));
    assert_eq!(workspace.status, 404, "it is no operation");
    let workspace = world.send(plain(Method::POST, "/v3/0123456789abcdef/users/export"));
    let path = "/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask";
    let aicc = world.send(plain(Method::POST, path));
    let text = |answer: &Response| String::from_utf8(bytes_of(answer).to_vec()).unwrap();
    assert_eq!(code(&tencent), "ServiceUnavailable");
    assert_eq!(workspace.status, 502);
    assert!(text(&workspace).contains(r#""error_msg":"Backend unavailable.""#));
    assert_eq!((aicc.status.as_u16(), text(&aicc).contains(r#""429""#)), (429, true));
    let entries = world.journal();
    for entry in entries.iter().filter(|entry| entry["status"] != 404) {
        assert_eq!(entry["outcome"], "refused");
        assert_eq!(entry["explanation"], "0 requests wait for the writer already");
    }
    let document = ask(&world, Method::GET, "state", String::new()).1;
    for (method, path, body) in [
        (Method::POST, "reset", Value::Null),
        (Method::PUT, "state", document),
        (Method::GET, "aicc/users", Value::Null),
    ] {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let message = "0 requests wait for the writer already";
        let refusal = json!({ "error": "overloaded", "message": message });
        assert_eq!(ask(&world, method, path, body), (503, refusal), "{path}");
    }
}

#[test]
fn a_request_keeps_its_place_until_it_is_answered() {
    let world = world(Bounds { queued_max: 1, ..Bounds::default() });
    world.ok("ListUserStore", json!({}));
    let (begun, has_begun) = mpsc::channel();
    let (end, ends) = mpsc::channel::<()>();
    std::thread::scope(|threads| {
        let writer = &world.twin.writer;
        threads.spawn(move || {
            let stand = move |_: &rusqlite::Connection| {
                begun.send(()).unwrap();
                ends.recv().map_err(|error| error.to_string())
            };
            writer.run(stand).unwrap();
        });
        has_begun.recv().unwrap();
        let first = begin(&world.twin, create(&world, "first"));
        assert_eq!(code(&world.send(create(&world, "second"))), "ServiceUnavailable");
        assert_eq!(explanation(&world), "1 requests wait for the writer already");
        // What only reads waits for nobody.
        assert_eq!(world.ok("ListUserStore", json!({}))["UserStoreSet"][0]["UserNum"], 0);
        end.send(()).unwrap();
        assert_eq!(code(&first.recv_timeout(PATIENCE).unwrap()), "none");
    });
    for name in ["third", "fourth"] {
        world.store(name);
    }
}

/// A twin on which long work is under way, and an operation that waits for it.
fn waiting(bounds: Bounds) -> World {
    let wait = |_: &mut Call<'_>, _: Value| -> Result<Empty, Failure> { Err(Failure::Pending) };
    let services = with_behaviours("ciam", [operation("CreateUserStore", wait)]);
    let world = World::of(|config| config.bounds = bounds, services).unwrap();
    world.twin.writer.background_started();
    world
}

#[test]
fn requests_that_wait_for_long_work_are_bounded_by_number() {
    let world = waiting(Bounds { waiting_max: 1, ..Bounds::default() });
    let first = begin(&world.twin, create(&world, "first"));
    assert_eq!(code(&world.send(create(&world, "second"))), "ServiceUnavailable");
    let full = "1 requests wait for files or starting states that are being written already";
    assert_eq!(explanation(&world), full);
    assert!(first.try_recv().is_err(), "it still waits");
}

#[test]
fn requests_that_wait_for_long_work_are_bounded_by_time() {
    for waiting_time in [Duration::ZERO, Duration::from_millis(20)] {
        let world = waiting(Bounds { waiting_time, ..Bounds::default() });
        let answer = begin(&world.twin, create(&world, "late")).recv_timeout(PATIENCE).unwrap();
        assert_eq!(code(&answer), "ServiceUnavailable");
        let late = "a file or a starting state was not written within 0 s";
        assert_eq!(explanation(&world), late);
    }
}

#[test]
fn a_new_tenant_beyond_the_bound_is_refused_until_one_is_forgotten() {
    let world = World::with(|config| config.bounds.tenants_max = 1);
    let list = |tenant| {
        let answer = world.call_as(tenant, "ListUserStore", json!({}));
        answer["Error"]["Code"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(list("one"), "none");
    assert_eq!(list("two"), "ServiceUnavailable");
    let entry = world.journal().pop().unwrap();
    assert_eq!((&entry["tenant"], &entry["tenant_claimed"]), (&json!("two"), &json!(true)));
    assert!(explanation(&world).contains("/_twin/reset?tenant=NAME"));
    let (status, refusal) = ask(&world, Method::GET, "aicc/users?tenant=two", String::new());
    assert_eq!((status, &refusal["error"]), (503, &json!("overloaded")));
    assert_eq!(list("one"), "none");
    assert_eq!(ask(&world, Method::POST, "reset?tenant=one", String::new()).0, 200);
    assert_eq!(list("two"), "none");
}
