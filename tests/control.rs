//! The control interface, as a test or a developer uses it.

use bytes::Bytes;
use cloudtwin::control;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{World, bytes_of, request};

mod routes;

struct Asked {
    status: u16,
    body: Value,
}

fn ask_with(
    world: &World,
    method: Method,
    path: &str,
    body: &str,
    headers: &[(&'static str, &str)],
) -> Asked {
    let mut map = HeaderMap::new();
    map.insert("host", HeaderValue::from_static("127.0.0.1:4588"));
    for (name, value) in headers {
        map.insert(*name, HeaderValue::from_str(value).unwrap());
    }
    let answer = control::answer(
        &world.twin,
        &request(method, &format!("/_twin/{path}"), map, Bytes::from(body.to_owned())),
    );
    assert_eq!(answer.headers["content-type"], "application/json");
    Asked {
        status: answer.status.as_u16(),
        body: serde_json::from_slice(bytes_of(&answer)).unwrap(),
    }
}

fn ask(world: &World, method: Method, path: &str, body: &str) -> Asked {
    ask_with(world, method, path, body, &[])
}

fn ok(world: &World, method: Method, path: &str, body: &str) -> Value {
    let Asked { status, body } = ask(world, method, path, body);
    assert_eq!(status, 200, "{body}");
    body
}

#[test]
fn health_and_operations_tell_what_is_there() {
    let world = World::new();
    assert_eq!(ok(&world, Method::GET, "health", "")["status"], "ok");
    let operations = ok(&world, Method::GET, "operations?service=ciam", "");
    let listed =
        operations.as_array().unwrap().iter().map(|row| row["operation"].as_str().unwrap());
    let declared = contracts::catalog().service("ciam").unwrap().operations.iter();
    assert!(listed.eq(declared.map(|operation| operation.name.as_str())));
    assert_eq!(ok(&world, Method::GET, "operations?service=none", ""), json!([]));
}

#[test]
fn the_clock_is_frozen_set_advanced_and_let_go() {
    let world = World::new();
    let now =
        |body: &str| ok(&world, Method::PUT, "clock", body)["now"].as_str().unwrap().to_owned();
    assert_eq!(now(r#"{"advance_ms": 1500}"#), "2026-01-31T08:00:01.500Z");
    assert_eq!(
        now(r#"{"mode": "frozen", "now": "2030-01-01T00:00:00Z", "advance_ms": -1}"#),
        "2029-12-31T23:59:59.999Z"
    );
    assert_eq!(ok(&world, Method::GET, "clock", "")["mode"], "frozen");
    assert_eq!(ok(&world, Method::PUT, "clock", r#"{"mode": "real"}"#)["mode"], "real");
    assert_eq!(
        ok(&world, Method::PUT, "clock", r#"{"now": "2030-01-01T00:00:00Z"}"#)["mode"],
        "shifted"
    );
    for wrong in ["", "{", r#"{"mode": "fast"}"#, r#"{"now": "noon"}"#, r#"{"speed": 2}"#] {
        let told = ask(&world, Method::PUT, "clock", wrong);
        assert_eq!((told.status, &told.body["error"]), (400, &json!("bad_request")), "{wrong}");
    }
}

#[test]
fn the_journal_is_filtered_and_cleared() {
    let world = World::new();
    world.ok("ListUserStore", json!({}));
    world.call_as("other", "DeleteUserStore", json!({"UserPoolId": "x"}));
    let numbers = |query: &str| {
        let read = ok(&world, Method::GET, &format!("journal{query}"), "");
        let entries = read["entries"].as_array().unwrap().clone();
        entries.iter().map(|entry| entry["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(""), [1, 2]);
    assert_eq!(numbers("?tenant=other&service=ciam&operation=DeleteUserStore"), [2]);
    assert_eq!(numbers("?code=FailedOperation.UserStoreNotExist"), [2]);
    assert_eq!(numbers("?since=1"), [2]);
    assert_eq!(numbers("?service=organization"), Vec::<u64>::new());
    let entry = &ok(&world, Method::GET, "journal?since=1", "")["entries"][0];
    assert_eq!(
        (&entry["outcome"], &entry["status"], &entry["method"]),
        (&json!("refused"), &json!(200), &json!("POST"))
    );
    assert_eq!(entry["body"], r#"{"UserPoolId":"x"}"#);
    ok(&world, Method::DELETE, "journal?tenant=other", "");
    assert_eq!(numbers(""), [1]);
    ok(&world, Method::DELETE, "journal", "");
    assert_eq!(numbers(""), Vec::<u64>::new());
    for wrong in ["?since=x", "?tenant=a%20b", "?colour=red"] {
        assert_eq!(ask(&world, Method::GET, &format!("journal{wrong}"), "").status, 400, "{wrong}");
    }
}

fn names(world: &World, tenant: &str) -> Vec<String> {
    let stores = world.ok_as(tenant, "ListUserStore", json!({}));
    let stores = stores["UserStoreSet"].as_array().unwrap();
    stores.iter().map(|store| store["UserStoreName"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_reset_gives_back_the_beginning_and_the_same_ids() {
    let world = World::new();
    let first = world.store("one");
    world.ok_as("other", "CreateUserStore", json!({"UserPoolName": "two"}));
    ok(&world, Method::POST, "reset?tenant=default", "");
    assert_eq!(names(&world, "default"), ["starter"]);
    assert_eq!(names(&world, "other"), ["starter", "two"]);
    assert_eq!(world.store("one"), first);
    ok(&world, Method::POST, "reset", "");
    assert_eq!(
        (names(&world, "default"), names(&world, "other")),
        (vec!["starter".to_owned()], vec!["starter".to_owned()])
    );
}

#[test]
fn a_reset_never_shows_half_a_state_nor_repeats_an_id() {
    let world = World::new();
    let resets = 200;
    let over = std::sync::atomic::AtomicBool::new(false);
    let is_over = || over.load(std::sync::atomic::Ordering::SeqCst);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (world, is_over) = (&world, &is_over);
            scope.spawn(move || {
                for number in 0.. {
                    if is_over() {
                        break;
                    }
                    let name = format!("{writer}-{number}");
                    let made = world.call("CreateUserStore", json!({ "UserPoolName": name }));
                    let code = made["Error"]["Code"].as_str();
                    assert!(code.is_none_or(|code| code.contains("Quota")), "{made}");
                    assert!(names(world, "default").contains(&"starter".to_owned()));
                }
            });
        }
        for _ in 0..resets {
            ok(&world, Method::POST, "reset?tenant=default", "");
        }
        over.store(true, std::sync::atomic::Ordering::SeqCst);
    });
    let state = ok(&world, Method::GET, "state", "");
    let ids = state["tenants"]["default"]["ciam_stores"].as_array().unwrap().iter();
    let ids: Vec<_> = ids.map(|store| store["user_store_id"].as_str().unwrap()).collect();
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
}

#[test]
fn a_document_of_one_tenant_leaves_the_jobs_of_others_alone() {
    let world =
        World::with(|config| config.pace = cloudtwin::runtime::lifecycle::Pace::EveryMs(500));
    let other = ok(&world, Method::GET, "state", "");
    assert_eq!(other["tenants"], json!({}));
    names(&world, "a");
    let document = ok(&world, Method::GET, "state?tenant=a", "").to_string();
    let store = world.store("people");
    world.ok("CreateFileExportUserJob", json!({ "UserStoreId": store }));
    let status = || {
        let jobs = world.ok("ListJobs", json!({ "UserStoreId": store }));
        jobs["JobSet"][0]["Status"].as_str().unwrap().to_owned()
    };
    world.twin.clock.advance(500);
    assert_eq!(status(), "PROCESSING");
    ok(&world, Method::PUT, "state?tenant=a", &document);
    assert_eq!(status(), "PROCESSING");
    world.twin.clock.advance(500);
    assert_eq!(status(), "COMPLETED");
}

#[test]
fn a_state_document_restores_what_it_was_taken_from() {
    let world = World::new();
    let store = world.store("kept");
    let user = json!({"UserStoreId": store, "UserName": "张三", "PhoneNumber": "13800000000", "Email": "u@example.com", "Password": "p"});
    let created = world.ok("CreateUser", user);
    let state = ok(&world, Method::GET, "state", "");
    world.ok("DeleteUserStore", json!({"UserPoolId": store}));
    ok(&world, Method::PUT, "state", &state.to_string());
    let again = world.ok(
        "DescribeUserById",
        json!({"UserStoreId": store, "UserId": created["User"]["UserId"], "Original": true}),
    );
    assert_eq!(again, created);

    let one = ok(&world, Method::GET, "state?tenant=default", "");
    ok(&world, Method::PUT, "state?tenant=copy", &one.to_string());
    assert_eq!(names(&world, "copy"), ["starter", "kept"]);
    assert_eq!(ok(&world, Method::GET, "state?tenant=nobody", "")["tenants"], json!({}));
}

#[test]
fn ids_do_not_repeat_after_a_document_was_put_in() {
    let world = World::new();
    world.store("one");
    let state = ok(&world, Method::GET, "state", "").to_string();
    ok(&world, Method::PUT, "state", &state);
    world.store("two");
    world.store("three");
    assert_eq!(names(&world, "default"), ["starter", "one", "two", "three"]);
}

#[test]
fn a_copy_that_is_reset_leaves_the_files_of_its_model() {
    let world = World::new();
    let store = world.store("exported");
    world.ok("CreateFileExportUserJob", json!({"UserStoreId": store}));
    let location = || {
        let jobs = world.ok("ListJobs", json!({"UserStoreId": store}));
        jobs["JobSet"][0]["Location"].as_str().unwrap().to_owned()
    };
    let status = |location: &str| {
        let file = request(Method::GET, location, HeaderMap::new(), Bytes::new());
        cloudtwin::download::answer(&world.twin, &file).status.as_u16()
    };
    let location = location();
    assert_eq!(status(&location), 200);
    let state = ok(&world, Method::GET, "state?tenant=default", "").to_string();
    for take_away in ["reset", "delete"] {
        ok(&world, Method::PUT, "state?tenant=copy", &state);
        match take_away {
            "reset" => drop(ok(&world, Method::POST, "reset?tenant=copy", "")),
            _ => drop(world.ok_as("copy", "DeleteUserStore", json!({"UserPoolId": store}))),
        }
        assert_eq!(status(&location), 200, "{take_away}");
    }
    ok(&world, Method::POST, "reset", "");
    assert_eq!(status(&location), 404);
}

#[test]
fn a_bad_state_document_changes_nothing_and_is_told_by_its_place() {
    let world = World::new();
    world.store("kept");
    let state = ok(&world, Method::GET, "state", "");
    let mut broken = state.clone();
    broken["tenants"]["default"]["ciam_stores"][1]["name"] = json!("starter");
    let told = ask(&world, Method::PUT, "state", &broken.to_string());
    assert_eq!(told.status, 400);
    assert!(
        told.body["message"].as_str().unwrap().starts_with("tenants.default.ciam_stores[1]: "),
        "{}",
        told.body
    );
    assert_eq!(ask(&world, Method::PUT, "state", "{").status, 400);
    assert_eq!(ok(&world, Method::GET, "state", ""), state);
}

#[test]
fn strangers_and_pages_are_turned_away() {
    let world = World::new();
    let refused = |headers: &[(&'static str, &str)]| {
        let asked = ask_with(&world, Method::GET, "health", "", headers);
        (asked.status, asked.body["error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(refused(&[("host", "evil.example")]), (403, "wrong_host".to_owned()));
    assert_eq!(refused(&[("host", "127.0.0.1.evil.example")]), (403, "wrong_host".to_owned()));
    assert_eq!(refused(&[("origin", "https://evil.example")]), (403, "foreign_origin".to_owned()));
    assert_eq!(refused(&[("origin", "null")]), (403, "foreign_origin".to_owned()));
    for own in ["localhost", "localhost:4588", "[::1]:4588", "127.0.0.2"] {
        assert_eq!(
            ask_with(&world, Method::GET, "health", "", &[("host", own)]).status,
            200,
            "{own}"
        );
    }
    assert_eq!(
        ask_with(&world, Method::GET, "health", "", &[("origin", "http://localhost:3000")]).status,
        200
    );

    let mut remote = request(Method::GET, "/_twin/health", HeaderMap::new(), Bytes::new());
    remote.headers.insert("host", HeaderValue::from_static("localhost"));
    remote.peer = std::net::Ipv4Addr::new(192, 0, 2, 1).into();
    assert_eq!(control::answer(&world.twin, &remote).status, 403);
}

#[test]
fn one_tenant_begins_with_a_seed_of_its_own_until_it_is_taken_back() {
    let world = World::new();
    let directories = |tenant: &str| {
        let listed = world.ok_as(tenant, "ListUserStore", json!({}));
        assert!(listed["UserStoreSet"].is_array(), "{listed}");
        let state = ok(&world, Method::GET, &format!("state?tenant={tenant}"), "");
        let rows = state["tenants"][tenant]["ciam_stores"].as_array().unwrap().clone();
        rows.into_iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let usual = directories("a");
    ok(&world, Method::PUT, "seed?tenant=a", "[[ciam.directory]]\nname = \"mine\"\n");
    assert_eq!(directories("a"), ["mine"]);
    ok(&world, Method::POST, "reset?tenant=a", "");
    assert_eq!(directories("a"), ["mine"], "after a reset too");
    assert_eq!(directories("b"), usual);
    let told = ask(&world, Method::PUT, "seed?tenant=a", "[ciam]\nx = 1\n");
    assert_eq!(told.status, 400);
    assert!(told.body["message"].as_str().unwrap().starts_with("line 2: "), "{}", told.body);
    assert_eq!(directories("a"), ["mine"], "a wrong seed changes nothing");
    ok(&world, Method::DELETE, "seed?tenant=a", "");
    assert_eq!(directories("a"), usual);
    assert_eq!(ask(&world, Method::PUT, "seed", "").status, 400);
    assert_eq!(ask(&world, Method::DELETE, "seed", "").status, 400);
}
