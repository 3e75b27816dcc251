//! Jobs of both kinds: how the clock moves them, how many may be open, how they are listed.

use std::fmt::Write as _;

use cloudtwin::runtime::lifecycle::Pace;
use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, STEP_MS, list, text};
use crate::client::{Signed, World, polled, response};

fn rows() -> Value {
    json!({ "DataFlowUserCreateList": [{ "UserName": "ann" }] })
}

#[test]
fn an_export_goes_through_three_states_by_the_clock() {
    let people = Directory::with_slow_jobs();
    people.user("ann");
    let started = people.ok("CreateFileExportUserJob", json!({ "Format": "CSV" }))["Job"].take();
    insta::assert_json_snapshot!(started, @r#"
    {
      "CreatedDate": 1769846400000,
      "ErrorDetails": [],
      "FailedUsers": [],
      "Format": "CSV",
      "Id": "2e2f0f1f2a26a31ce2158bcbc2621fd3",
      "Location": null,
      "Status": "PENDING",
      "Type": "EXPORT_USER"
    }
    "#);
    let id = text(&started["Id"]);
    let mut story = String::new();
    for wait in [0, STEP_MS - 1, 1, STEP_MS - 1, 1, 1_000_000] {
        people.wait(wait);
        let job = people.job(&id);
        writeln!(story, "+{wait} ms: {} at {}", job["Status"], job["Location"]).unwrap();
    }
    insta::assert_snapshot!(story, @r#"
    +0 ms: "PENDING" at null
    +499 ms: "PENDING" at null
    +1 ms: "PROCESSING" at null
    +499 ms: "PROCESSING" at null
    +1 ms: "COMPLETED" at "http://127.0.0.1:4588/files/c67ec3d5a8dc620890f5d632f28bc904/2e2f0f1f2a26a31ce2158bcbc2621fd3.csv"
    +1000000 ms: "COMPLETED" at "http://127.0.0.1:4588/files/c67ec3d5a8dc620890f5d632f28bc904/2e2f0f1f2a26a31ce2158bcbc2621fd3.csv"
    "#);
}

#[test]
fn an_import_goes_through_three_states_and_its_users_come_with_the_last() {
    let people = Directory::with_slow_jobs();
    let started = people.ok("CreateApiImportUserJob", rows())["Job"].take();
    insta::assert_json_snapshot!(started, @r#"
    {
      "CreatedDate": 1769846400000,
      "ErrorDetails": [],
      "FailedUsers": [],
      "Format": "NDJSON",
      "Id": "62c9e92d0d977b1dbba206dd572038b2",
      "Location": null,
      "Status": "PENDING",
      "Type": "IMPORT_USER"
    }
    "#);
    let id = text(&started["Id"]);
    let mut story = String::new();
    for wait in [0, STEP_MS - 1, 1, STEP_MS - 1, 1, 1_000_000] {
        people.wait(wait);
        let users = people.names("ListUser", json!({}));
        writeln!(story, "+{wait} ms: {} {users}", people.job(&id)["Status"]).unwrap();
    }
    insta::assert_snapshot!(story, @r#"
    +0 ms: "PENDING" 
    +499 ms: "PENDING" 
    +1 ms: "PROCESSING" 
    +499 ms: "PROCESSING" 
    +1 ms: "COMPLETED" ann
    +1000000 ms: "COMPLETED" ann
    "#);
}

#[test]
fn whoever_looks_late_finds_what_the_clock_says() {
    let people = Directory::with_slow_jobs();
    let start = people.now();
    let (import, export) =
        (people.import(json!([{ "UserName": "ann" }])), people.export(json!({})));
    people.wait(3_600_000);
    assert_eq!(people.job(&import)["Status"], "COMPLETED");
    assert_eq!(people.job(&export)["Status"], "COMPLETED");
    let page = people.page("ListUser", json!({}));
    assert_eq!(page["Content"][0]["CreatedDate"], start + 2 * STEP_MS);
    assert_eq!(people.job(&import)["CreatedDate"], start);
}

#[test]
fn at_once_means_the_next_look_finds_it_ended() {
    let people = Directory::new();
    people.user("ann");
    let export = people.ok("CreateFileExportUserJob", json!({}))["Job"].take();
    let import = people.ok(
        "CreateApiImportUserJob",
        json!({
            "DataFlowUserCreateList": [{ "UserName": "bob" }],
        }),
    )["Job"]
        .take();
    for job in [export, import] {
        assert_eq!((&job["Status"], &job["Location"]), (&json!("PENDING"), &Value::Null));
        assert_eq!(people.job(&text(&job["Id"]))["Status"], "COMPLETED");
    }
    // The limit on open jobs is never met.
    for _ in 0..10 {
        people.export(json!({}));
    }
}

#[test]
fn a_third_open_job_is_refused_whatever_its_kind_until_one_ends() {
    let people = Directory::with_slow_jobs();
    let full = "FailedOperation.DataFlowTooManyRequests";
    let refused = |people: &Directory| {
        // Before a look at the payload, after a look for the directory.
        let empty = json!({ "DataFlowUserCreateList": [] });
        let wrong = json!({
            "ExportPropertyMaps": [{ "UserPropertyCode": "x", "ColumnName": "x" }],
        });
        [
            people.code("CreateApiImportUserJob", rows()),
            people.code("CreateApiImportUserJob", empty),
            people.code("CreateFileExportUserJob", json!({})),
            people.code("CreateFileExportUserJob", wrong),
        ]
    };
    people.import(json!([{ "UserName": "ann" }]));
    people.wait(STEP_MS);
    people.export(json!({}));
    assert_eq!(refused(&people), [full; 4]);
    // One processes, one is pending; then the first has ended.
    people.wait(STEP_MS - 1);
    assert_eq!(refused(&people), [full; 4]);
    people.wait(1);
    people.export(json!({}));
    assert_eq!(refused(&people), [full; 4]);
    // Another directory has its own two.
    let other = people.world.store("others");
    for _ in 0..2 {
        people.world.ok("CreateFileExportUserJob", json!({ "UserStoreId": other }));
    }
    let input = json!({ "UserStoreId": other });
    assert_eq!(people.world.code("CreateFileExportUserJob", input), full);
    let input = json!({ "UserStoreId": NOBODY });
    let unknown = people.world.code("CreateFileExportUserJob", input);
    assert_eq!(unknown, "FailedOperation.InvalidUserStore");
    people.wait(2 * STEP_MS);
    people.export(json!({}));
}

#[test]
fn jobs_are_listed_newest_first_and_stay() {
    let people = Directory::with_slow_jobs();
    let ids: Vec<String> = (0..5)
        .map(|number| {
            people.wait(2 * STEP_MS);
            let row = json!([{ "UserName": format!("u{number}") }]);
            if number % 2 == 0 { people.export(json!({})) } else { people.import(row) }
        })
        .collect();
    people.wait(86_400_000);
    let listed = |input: Value| {
        let jobs = people.ok("ListJobs", input);
        list(&jobs["JobSet"]).iter().map(|job| text(&job["Id"])).collect::<Vec<_>>()
    };
    let all: Vec<String> = ids.iter().rev().cloned().collect();
    assert_eq!(listed(json!({})), all);
    assert_eq!(listed(json!({ "JobIds": [] })), all);
    assert_eq!(listed(json!({ "JobIds": [ids[1], NOBODY, ids[3], ids[1]] })), [&*ids[3], &*ids[1]]);
    assert!(listed(json!({ "JobIds": [NOBODY] })).is_empty());
    let other = people.world.store("others");
    let theirs = people.world.ok("ListJobs", json!({ "UserStoreId": other, "JobIds": ids }));
    assert_eq!(theirs, json!({ "JobSet": [] }));
}

#[test]
fn a_link_leads_back_to_where_the_client_came_from() {
    let people = Directory::new();
    people.export(json!({}));
    let location = |host: &str| {
        let now = people.world.twin.clock.now();
        let input = people.input(json!({})).to_string();
        let call = Signed { host, ..Signed::new("ListJobs", input, now) };
        text(&response(&people.world.send(call.request()))["JobSet"][0]["Location"])
    };
    people.world.twin.set_origin("http://127.0.0.1:4588".to_owned());
    let path = location("127.0.0.1:4588").split_off("http://127.0.0.1:4588".len());
    assert_eq!(location("localhost:9"), format!("http://localhost:9{path}"));
    assert_eq!(location("ciam.tencentcloudapi.com"), format!("http://127.0.0.1:4588{path}"));
}

#[test]
fn jobs_of_a_deleted_directory_end_with_it() {
    let people = Directory::with_slow_jobs();
    people.user("ann");
    people.export(json!({}));
    people.wait(STEP_MS);
    people.import(json!([{ "UserName": "bob" }]));
    people.world.ok("DeleteUserStore", json!({ "UserPoolId": people.id }));
    // A directory made in its place has its own two jobs, and none of the old users.
    let again = Directory::of(people.world);
    assert_eq!(again.ok("ListJobs", json!({})), json!({ "JobSet": [] }));
    let csv = json!({
        "Format": "CSV",
        "ExportPropertyMaps": [{ "UserPropertyCode": "userName", "ColumnName": "name" }],
    });
    let exports = [again.export(csv.clone()), again.export(csv)];
    again.wait(2 * STEP_MS);
    for export in exports {
        assert_eq!(again.file_of(&export), "name\r\n");
    }
    assert_eq!(again.names("ListUser", json!({})), "");
}

#[test]
fn a_pace_of_its_own_is_kept() {
    let people = Directory::of(World::with(|config| config.pace = Pace::EveryMs(7)));
    let job = people.export(json!({}));
    people.wait(13);
    assert_eq!(people.job(&job)["Status"], "PROCESSING");
    people.wait(1);
    assert_eq!(people.job(&job)["Status"], "COMPLETED");
}

#[test]
fn jobs_that_move_by_looks_do_so_for_whoever_is_looked_at() {
    let people = Directory::of(World::with(|config| config.pace = Pace::EveryLooks(2)));
    people.user("ann");
    let export = people.export(json!({}));
    let import = people.import(json!([{ "UserName": "bob" }]));
    let status = |id: &str| text(&people.job(id)["Status"]);
    let expected = "PENDING PENDING PROCESSING PROCESSING COMPLETED COMPLETED";
    people.wait(1_000_000);
    assert_eq!(polled("COMPLETED", || status(&import)), expected);
    assert_eq!(people.names("ListUser", json!({})), "bob ann");
    people.wait(-2_000_000);
    assert_eq!(polled("COMPLETED", || status(&export)), expected);
    // It began, and saw the users, when it had been looked at twice.
    assert_eq!(people.file_of(&export).lines().count(), 2);
    // A look at all of them is one at each.
    let ids = [people.export(json!({})), people.import(json!([{ "UserName": "eve" }]))];
    let all = || {
        let jobs = people.ok("ListJobs", json!({ "JobIds": ids }));
        list(&jobs["JobSet"]).iter().map(|job| text(&job["Status"])).collect::<Vec<_>>().join("+")
    };
    assert_eq!(
        polled("COMPLETED+COMPLETED", all),
        "PENDING+PENDING PENDING+PENDING PROCESSING+PROCESSING PROCESSING+PROCESSING \
         COMPLETED+COMPLETED COMPLETED+COMPLETED"
    );
}
