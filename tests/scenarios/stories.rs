//! The stories of the folder `scenarios`: each does what its name says.

use std::path::Path;

use cloudtwin::wire::{Fate, Part, Response};
use serde_json::{Value, json};

use super::{load, user};
use crate::client::{Signed, World, bytes_of, response};
use crate::workspace::client::Api;

/// A twin with that story.
fn told(story: &str) -> World {
    let world = World::new();
    world.store("people");
    load(&world, &text(story));
    world
}

fn text(story: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios").join(story);
    std::fs::read_to_string(path.with_extension("toml")).unwrap()
}

fn send(world: &World, action: &str, input: &Value) -> Response {
    let now = world.twin.clock.now();
    world.send(Signed::new(action, input.to_string(), now).request())
}

fn code(answer: &Response) -> String {
    response(answer)["Error"]["Code"].as_str().unwrap_or("none").to_owned()
}

/// What becomes of so many calls on their way.
fn fates(world: &World, count: usize) -> Vec<Option<Fate>> {
    let one = |_| send(world, "ListUserStore", &json!({})).plan.map(|plan| plan.fate);
    (0..count).map(one).collect()
}

#[test]
fn every_story_can_be_loaded_and_is_named_as_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let mut stories = 0;
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|kind| kind == "toml") {
            let text = std::fs::read_to_string(&path).unwrap();
            let world = World::new();
            let name = world.twin.scenarios.load(&text, world.twin.clock.now()).unwrap();
            let name = name.to_lowercase().replace(' ', "-");
            assert_eq!(path.file_stem().unwrap().to_str().unwrap(), name);
            stories += 1;
        }
    }
    assert!(stories >= 9, "{stories}");
}

#[test]
fn a_call_is_throttled_twice_and_recovers() {
    let world = told("a-call-is-throttled-twice-and-recovers");
    let codes: Vec<_> = (0..4).map(|_| code(&send(&world, "ListUserStore", &json!({})))).collect();
    assert_eq!(codes, ["RequestLimitExceeded", "RequestLimitExceeded", "none", "none"]);
}

#[test]
fn the_answer_of_an_export_is_lost() {
    let world = told("the-answer-of-an-export-is-lost");
    let stores = world.ok("ListUserStore", json!({}))["UserStoreSet"].take();
    let input = json!({ "UserStoreId": stores[0]["UserStoreId"] });
    let sent = || send(&world, "CreateFileExportUserJob", &input).plan.map(|plan| plan.fate);
    assert_eq!([sent(), sent()], [Some(Fate::Dropped), None]);
    assert_eq!(world.ok("ListJobs", input.clone())["JobSet"].as_array().unwrap().len(), 2);
}

#[test]
fn the_gateway_answers_with_html_once() {
    let world = told("the-gateway-answers-with-html-once");
    let first = send(&world, "ListUserStore", &json!({}));
    assert_eq!((first.status.as_u16(), &bytes_of(&first)[..6]), (502, &b"<html>"[..]));
    assert_eq!(code(&send(&world, "ListUserStore", &json!({}))), "none");
}

#[test]
fn a_blackout_of_ten_seconds() {
    let world = told("a-blackout-of-ten-seconds");
    assert_eq!(fates(&world, 3), [const { Some(Fate::Dropped) }; 3]);
    world.twin.clock.advance(9_999);
    assert_eq!(fates(&world, 1), [Some(Fate::Dropped)]);
    world.twin.clock.advance(1);
    assert_eq!(fates(&world, 2), [None, None]);
}

#[test]
fn the_first_byte_is_slow() {
    let world = told("the-first-byte-is-slow");
    for _ in 0..5 {
        let plan = send(&world, "ListUserStore", &json!({})).plan.unwrap();
        assert!(plan.delay.as_secs_f64() > 0.3 && plan.fate == Fate::Sent, "{plan:?}");
    }
}

#[test]
fn the_body_is_cut_in_the_middle() {
    let world = told("the-body-is-cut-in-the-middle");
    assert_eq!(fates(&world, 2), [Some(Fate::Cut(Part::Fraction(0.5))), None]);
}

/// A call of Identity Center in the starter zone.
fn in_zone(world: &World, action: &str, mut input: Value) -> Response {
    input["ZoneId"] = json!("z-cloudtwin001");
    let now = world.twin.clock.now();
    let call = Signed {
        version: "2021-03-31",
        service: "organization",
        region: "",
        ..Signed::new(action, input.to_string(), now)
    };
    world.send(call.request())
}

#[test]
fn the_sync_of_a_user_exists_already() {
    let world = told("the-sync-of-a-user-exists-already");
    let made = in_zone(&world, "CreateUser", json!({ "UserName": "ada" }));
    let user = response(&made)["UserInfo"]["UserId"].clone();
    let item = json!({
        "PrincipalId": user, "PrincipalType": "User", "TargetType": "MemberUin",
        "TargetUin": 200_000_000_001_i64, "DuplicationStrategy": "KeepBoth",
        "DeletionStrategy": "Delete", "Description": "",
    });
    let begin = || {
        let input = json!({ "UserSyncProvisionings": [item] });
        code(&in_zone(&world, "CreateUserSyncProvisioning", input))
    };
    assert_eq!([begin(), begin()], ["FailedOperation.UserProvisioningAlreadyExists", "none"]);
}

#[test]
fn the_answer_of_an_assignment_is_reset() {
    let world = told("the-answer-of-an-assignment-is-reset");
    let made = in_zone(&world, "CreateUser", json!({ "UserName": "ada" }));
    let user = response(&made)["UserInfo"]["UserId"].clone();
    let made = in_zone(&world, "CreateRoleConfiguration", json!({ "RoleConfigurationName": "a" }));
    let role = response(&made)["RoleConfigurationInfo"]["RoleConfigurationId"].clone();
    let info = json!({
        "PrincipalId": user, "PrincipalType": "User", "RoleConfigurationId": role,
        "TargetUin": 200_000_000_001_i64, "TargetType": "MemberUin",
    });
    let assign =
        || in_zone(&world, "CreateRoleAssignment", json!({ "RoleAssignmentInfo": [info] }));
    assert_eq!(assign().plan.unwrap().fate, Fate::Reset);
    assert_eq!(code(&assign()), "FailedOperation.RoleConfigurationAuthorizationAlreadyExist");
}

#[test]
fn the_token_interface_is_down_for_ten_seconds() {
    let world = told("the-token-interface-is-down-for-ten-seconds");
    let ask = || {
        let body = json!({ "app_key": "twin-app", "app_secret": "cloudtwin-secret" }).to_string();
        let headers = http::HeaderMap::from_iter([
            (http::header::HOST, "127.0.0.1:4588".parse().unwrap()),
            (http::header::CONTENT_TYPE, "application/json".parse().unwrap()),
        ]);
        let path = "/apigovernance/api/oauth/tokenByAkSk";
        let request = crate::client::request(http::Method::POST, path, headers, body.into());
        world.send(request).status.as_u16()
    };
    assert_eq!(ask(), 503);
    world.twin.clock.advance(10_000);
    assert_eq!(ask(), 200);
}

#[test]
fn reads_lag_behind_writes() {
    let world = told("reads-lag-behind-writes");
    let stores = || {
        let listed = world.ok("ListUserStore", json!({}))["UserStoreSet"].take();
        listed.as_array().unwrap().len()
    };
    // The starter fixture's, and that of a moment ago.
    world.twin.clock.advance(2_000);
    assert_eq!(stores(), 2);
    let third = json!({ "UserPoolName": "third" });
    world.ok("CreateUserStore", third.clone());
    assert_eq!(stores(), 2);
    world.twin.clock.advance(1_999);
    assert_eq!(stores(), 2);
    world.twin.clock.advance(1);
    assert_eq!(stores(), 3);
}

#[test]
fn the_quota_is_reached_in_the_middle_of_a_batch() {
    let world = told("the-quota-is-reached-in-the-middle-of-a-batch");
    let store = world.store("staff");
    let ciam = |number| code(&send(&world, "CreateUser", &user(&store, number)));
    let full = "FailedOperation.QuotaLimitExceeded";
    assert_eq!([1, 2, 3, 4, 5].map(ciam), ["none", "none", "none", full, full]);
    let zone = |number: usize| {
        code(&in_zone(&world, "CreateUser", json!({ "UserName": format!("u{number}") })))
    };
    let full = "FailedOperation.UserOverUpperLimit";
    assert_eq!([1, 2, 3, 4].map(zone), ["none", "none", "none", full]);
    let desktop = |number: usize| json!({ "user_name": format!("u{number}"), "user_phone": "1" });
    let api = Api::of(&world);
    for number in 1..4 {
        api.post("/users", desktop(number)).with(201);
    }
    let batch = json!({ "users": [desktop(4)] });
    assert_eq!(api.post("/users", desktop(4)).refusal(), (403, "WKS.EMU.0003"));
    assert_eq!(api.post("/users/batch-create", batch).refusal(), (403, "WKS.EMU.0003"));
}

#[test]
fn both_job_slots_are_taken() {
    let world = told("both-job-slots-are-taken");
    let store = world.store("staff");
    let full = "FailedOperation.DataFlowTooManyRequests";
    let export = json!({ "UserStoreId": store });
    let rows = json!({ "UserStoreId": store, "DataFlowUserCreateList": [{ "UserName": "bob" }] });
    for (action, input) in [("CreateFileExportUserJob", export), ("CreateApiImportUserJob", rows)] {
        let codes: Vec<_> = (0..4).map(|_| code(&send(&world, action, &input))).collect();
        assert_eq!(codes, [full, full, full, "none"], "{action}");
    }
}
