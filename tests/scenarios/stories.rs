//! The stories of the folder `scenarios`: each does what its name says to a real HTTP client.

use std::collections::BTreeSet;
use std::path::Path;

use cloudtwin::scenario::{SHIPPED, about};
use http::Method;
use serde_json::{Value, json};

use super::told::{Heard, Told};
use crate::client::World;

mod lists;
mod state;

#[test]
fn every_story_can_be_loaded_and_is_named_as_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios");
    let files = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|kind| kind == "toml"));
    let files: BTreeSet<_> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    let shipped: BTreeSet<_> = SHIPPED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, shipped);
    for (file, text) in SHIPPED {
        let world = World::new();
        let name = world.twin.scenarios.load(text, world.twin.clock.now()).unwrap();
        assert_eq!(name.to_lowercase().replace(' ', "-"), *file);
        assert!(text.starts_with("#:schema ./schema.json\n# "), "{file}");
        assert!(about(text).ends_with('.'), "{file}");
    }
    assert!(SHIPPED.len() >= 25, "{}", SHIPPED.len());
}

/// The codes of so many lists of directories.
fn codes(told: &Told, count: usize) -> Vec<String> {
    (0..count).map(|_| told.ciam("ListUserStore", &json!({})).code()).collect()
}

#[test]
fn a_call_is_throttled_twice_and_recovers() {
    let told = Told::of("a-call-is-throttled-twice-and-recovers");
    let expected = ["RequestLimitExceeded", "RequestLimitExceeded", "ok", "ok"];
    assert_eq!(codes(&told, 4), expected);
}

#[test]
fn calls_are_throttled_for_a_minute() {
    let told = Told::of("calls-are-throttled-for-a-minute");
    assert_eq!(codes(&told, 3), ["RequestLimitExceeded"; 3]);
    told.wait(59_999);
    assert_eq!(codes(&told, 1), ["RequestLimitExceeded"]);
    told.wait(1);
    assert_eq!(codes(&told, 2), ["ok"; 2]);
}

#[test]
fn the_answer_of_an_export_is_lost() {
    let told = Told::of("the-answer-of-an-export-is-lost");
    let input = json!({ "UserStoreId": told.directory(0) });
    let export = || told.ciam("CreateFileExportUserJob", &input).code();
    assert_eq!([export(), export()], ["broken", "ok"]);
    let jobs = told.ciam("ListJobs", &input).response();
    assert_eq!(jobs["JobSet"].as_array().unwrap().len(), 2);
}

#[test]
fn the_gateway_answers_with_html_once() {
    let told = Told::of("the-gateway-answers-with-html-once");
    let Heard::Answer(502, body) = told.ciam("ListUserStore", &json!({})) else { panic!("no 502") };
    assert!(body.starts_with(b"<html>"), "{body:?}");
    assert_eq!(codes(&told, 1), ["ok"]);
}

#[test]
fn a_blackout_of_ten_seconds() {
    let told = Told::of("a-blackout-of-ten-seconds");
    assert_eq!(codes(&told, 3), ["broken"; 3]);
    told.wait(9_999);
    assert_eq!(codes(&told, 1), ["broken"]);
    told.wait(1);
    assert_eq!(codes(&told, 2), ["ok"; 2]);
}

#[test]
fn the_body_is_cut_in_the_middle() {
    let told = Told::of("the-body-is-cut-in-the-middle");
    assert_eq!(codes(&told, 2), ["broken", "ok"]);
}

#[test]
fn the_sync_of_a_user_exists_already() {
    let told = Told::of("the-sync-of-a-user-exists-already");
    let user = user(&told);
    let item = json!({
        "PrincipalId": user, "PrincipalType": "User", "TargetType": "MemberUin",
        "TargetUin": 200_000_000_001_i64, "DuplicationStrategy": "KeepBoth",
        "DeletionStrategy": "Delete", "Description": "",
    });
    let begin = || {
        let input = json!({ "UserSyncProvisionings": [item] });
        told.center("CreateUserSyncProvisioning", input).code()
    };
    assert_eq!([begin(), begin()], ["FailedOperation.UserProvisioningAlreadyExists", "ok"]);
}

fn user(told: &Told) -> Value {
    told.center("CreateUser", json!({ "UserName": "ada" })).response()["UserInfo"]["UserId"].take()
}

#[test]
fn the_answer_of_an_assignment_is_reset() {
    let told = Told::of("the-answer-of-an-assignment-is-reset");
    let user = user(&told);
    let made = told.center("CreateRoleConfiguration", json!({ "RoleConfigurationName": "a" }));
    let role = made.response()["RoleConfigurationInfo"]["RoleConfigurationId"].take();
    let info = json!({
        "PrincipalId": user, "PrincipalType": "User", "RoleConfigurationId": role,
        "TargetUin": 200_000_000_001_i64, "TargetType": "MemberUin",
    });
    let assign = || told.center("CreateRoleAssignment", json!({ "RoleAssignmentInfo": [info] }));
    assert_eq!(assign().code(), "broken");
    let again = assign().code();
    assert_eq!(again, "FailedOperation.RoleConfigurationAuthorizationAlreadyExist");
}

#[test]
fn the_clock_of_the_client_is_six_minutes_off() {
    let told = Told::of("the-clock-of-the-client-is-six-minutes-off");
    assert_eq!(codes(&told, 3), ["AuthFailure.SignatureExpire"; 3]);
}

/// What the token interface of the contact centre answers.
fn token(told: &Told) -> Heard {
    let body = json!({ "app_key": "twin-app", "app_secret": "cloudtwin-secret" }).to_string();
    let headers = [("content-type", "application/json")];
    told.ask(Method::POST, "/apigovernance/api/oauth/tokenByAkSk", &headers, &body)
}

#[test]
fn the_token_interface_is_down_for_ten_seconds() {
    let told = Told::of("the-token-interface-is-down-for-ten-seconds");
    assert_eq!([token(&told).status(), token(&told).status()], [503, 503]);
    told.wait(10_000);
    assert_eq!(token(&told).status(), 200);
}

#[test]
fn a_token_is_refused_once() {
    let told = Told::of("a-token-is-refused-once");
    let token = token(&told).json()["AccessToken"].take();
    let bearer = format!("Bearer {}", token.as_str().unwrap());
    let headers = [
        ("content-type", "application/json"),
        ("x-app-key", "twin-app"),
        ("authorization", &bearer),
    ];
    let path = "/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask";
    let create = || told.ask(Method::POST, path, &headers, "{}").status();
    assert_eq!([create(), create()], [401, 200]);
}

#[test]
fn the_token_expires_between_two_pages() {
    let told = Told::of("the-token-expires-between-two-pages");
    let user = json!({
        "name": "u", "password": "cloudtwin-secret", "domain": { "name": "twin" },
    });
    let project = json!({ "name": "cn-north-4", "domain": { "name": "twin" } });
    let log_in = json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": user } },
        "scope": { "project": project },
    } });
    let headers = [("content-type", "application/json")];
    let body = log_in.to_string();
    let (token, project) = told.token("/v3/auth/tokens", &headers, &body);
    let list = || {
        let path = format!("/v2/{project}/users?limit=10");
        let heard = told.ask(Method::GET, &path, &[("x-auth-token", &token)], "");
        format!("{} {}", heard.status(), heard.json()["error_code"].as_str().unwrap_or("ok"))
    };
    let lists = [list(), list(), list()];
    assert_eq!(lists, ["200 ok", "401 APIGW.0301", "200 ok"]);
}

#[test]
fn the_first_byte_is_slow() {
    let told = Told::of("the-first-byte-is-slow");
    let watch = cloudtwin::runtime::clock::Stopwatch::start();
    assert_eq!(codes(&told, 1), ["ok"]);
    let entries = told.twin.control("GET", "journal", "")["entries"].take();
    assert_eq!(entries[0]["fault"]["effect"], "delay");
    assert!(watch.elapsed().as_secs_f64() > 0.3, "{:?}", watch.elapsed());
}

#[test]
fn buggify() {
    let seen = || {
        let told = Told::of("buggify");
        let codes = codes(&told, 60);
        assert!(codes.iter().filter(|code| *code == "ok").count() > 30, "{codes:?}");
        codes
    };
    let codes = seen();
    let documented = contracts::catalog().service("ciam").unwrap();
    let documented =
        &documented.operations.iter().find(|one| one.name == "ListUserStore").unwrap().errors;
    let faults: BTreeSet<_> = codes.iter().filter(|code| *code != "ok").collect();
    assert!(faults.len() > 1, "{faults:?}");
    assert!(faults.iter().all(|code| *code == "broken" || documented.contains(code)), "{faults:?}");
    assert_eq!(codes, seen());
}
