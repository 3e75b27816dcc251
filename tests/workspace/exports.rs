//! An export from the call to its end: how the clock moves it, of which moment its file is, how it
//! is downloaded and deleted.

use std::fmt::Write as _;

use cloudtwin::runtime::clock::Timestamp;
use cloudtwin::runtime::lifecycle::Pace;
use http::Method;
use serde_json::{Value, json};

use super::centre::{Centre, NOBODY, STEP_MS, bytes, first_column, rows, text};
use crate::client::{MOMENT, polled};

const DAY_MS: i64 = 86_400_000;

/// A twin whose tasks take time, and the folder in which its state is kept.
fn stepwise() -> (tempfile::TempDir, Centre) {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::with(|config| {
        config.pace = Pace::EveryMs(STEP_MS);
        config.db = Some(folder.path().join("state.db"));
    });
    (folder, centre)
}

#[test]
fn a_task_lives_by_the_clock() {
    let (folder, centre) = stepwise();
    let files = || folder.path().join("state.db-files").read_dir().unwrap().count();
    centre.user("ann");
    let id = centre.export(json!({}));
    let mut story = String::new();
    for wait in [0, STEP_MS - 1, 1, 7 * DAY_MS - 1, 1, 100 * DAY_MS] {
        centre.wait(wait);
        let (task, file) = (centre.task(&id), centre.download(&id));
        let (status, end) = (&task["status"], &task["end_time"]);
        writeln!(story, "+{wait} ms: {status} ended {end}, download {}", file.status).unwrap();
    }
    insta::assert_snapshot!(story, @r#"
    +0 ms: "CREATING" ended null, download 400 Bad Request
    +499 ms: "CREATING" ended null, download 400 Bad Request
    +1 ms: "SUCCESS" ended "2026-01-31T08:00:00.500Z", download 200 OK
    +604799999 ms: "SUCCESS" ended "2026-01-31T08:00:00.500Z", download 200 OK
    +1 ms: "EXPIRED" ended "2026-01-31T08:00:00.500Z", download 400 Bad Request
    +8640000000 ms: "EXPIRED" ended "2026-01-31T08:00:00.500Z", download 400 Bad Request
    "#);
    assert_eq!(files(), 0);
    let path = format!("v2/export-tasks/{id}/download");
    assert_eq!(centre.code(Method::GET, &path, ""), "400 WKS.EMU.0005");
}

#[test]
fn whoever_looks_late_finds_what_the_clock_says() {
    let centre = Centre::slow();
    let id = centre.export(Value::Null);
    centre.wait(8 * DAY_MS);
    insta::assert_json_snapshot!(centre.task(&id), @r#"
    {
      "create_time": "2026-01-31T08:00:00.000Z",
      "end_time": "2026-01-31T08:00:00.500Z",
      "file_name": "users_20260131080000.xlsx",
      "is_download": false,
      "status": "EXPIRED",
      "task_id": "be69c25091130e504ef3fe9576dd2642"
    }
    "#);
}

#[test]
fn at_once_means_the_next_look_finds_it_ended() {
    let centre = Centre::new();
    let id = centre.export(json!({}));
    insta::assert_json_snapshot!(centre.task(&id), @r#"
    {
      "create_time": "2026-01-31T08:00:00.000Z",
      "end_time": "2026-01-31T08:00:00.000Z",
      "file_name": "users_20260131080000.xlsx",
      "is_download": false,
      "status": "SUCCESS",
      "task_id": "be69c25091130e504ef3fe9576dd2642"
    }
    "#);
}

#[test]
fn the_file_shows_the_moment_of_the_call() {
    let centre = Centre::slow();
    let (ann, bob) = (centre.user("ann"), centre.user("bob"));
    let id = centre.export(json!({}));
    let group = centre.group("late");
    centre.user("carl");
    centre.join(&group, &[&ann]);
    centre.ok(Method::PUT, &format!("v2/users/{ann}"), json!({ "description": "later" }));
    centre.ok(Method::DELETE, &format!("v2/users/{bob}"), Value::Null);
    centre.wait(STEP_MS);
    let shown = centre.rows(&id);
    assert_eq!(first_column(&shown), "ann bob");
    assert_eq!((shown[1][4].as_str(), shown[1].get(8)), ("", Some(&String::new())));
}

#[test]
fn it_shows_the_moment_of_the_call_where_the_clock_is_set_back_meanwhile() {
    let centre = Centre::slow();
    centre.user("ann");
    let id = centre.export(json!({}));
    centre.wait(-3 * DAY_MS);
    centre.user("late");
    // It began in the future: nobody waits three days for it.
    assert_eq!(centre.task(&id)["status"], "SUCCESS");
    assert_eq!(first_column(&centre.rows(&id)), "ann");
}

#[test]
fn an_account_that_expires_before_the_download_had_not_when_it_was_asked_for() {
    let centre = Centre::slow();
    let soon = Timestamp::parse(MOMENT).unwrap().plus_ms(STEP_MS / 2).to_string();
    centre.user_with(json!({ "user_name": "ann", "account_expires": soon }));
    let before = centre.export(json!({}));
    centre.wait(STEP_MS);
    let after = centre.export(json!({}));
    centre.wait(STEP_MS);
    let status = |id: &str| centre.rows(id)[1][7].clone();
    assert_eq!((status(&before), status(&after)), ("normal".to_owned(), "expired".to_owned()));
}

#[test]
fn its_filters_ignore_case_in_every_script() {
    let centre = Centre::new();
    centre.user_with(json!({ "user_name": "ann", "description": "Straße" }));
    centre.user_with(json!({ "user_name": "bob", "description": "Strasse" }));
    let id = centre.export(json!({ "description": "STRAẞE" }));
    assert_eq!(first_column(&centre.rows(&id)), "ann");
}

#[test]
fn a_file_is_downloaded_as_often_as_anybody_likes() {
    let centre = Centre::new();
    centre.user("ann");
    let id = centre.export(json!({}));
    assert_eq!(centre.task(&id)["is_download"], false);
    let first = centre.download(&id);
    let header = |name: &str| first.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/octet-stream");
    let disposition = "attachment; filename=\"users_20260131080000.xlsx\"";
    assert_eq!(header("content-disposition"), disposition);
    centre.user("bob");
    assert_eq!(centre.task(&id)["is_download"], true);
    let (first, second) = (bytes(first), bytes(centre.download(&id)));
    assert_eq!(first, second);
    assert_eq!(first_column(&rows(&second)), "ann");
}

#[test]
fn what_is_unknown_unfinished_or_of_another_project_is_not_downloaded() {
    let centre = Centre::slow();
    let id = centre.export(json!({}));
    for task in [&*id, NOBODY, "x"] {
        let path = format!("v2/export-tasks/{task}/download");
        assert_eq!(centre.code(Method::GET, &path, ""), "400 WKS.EMU.0005");
    }
    assert_eq!(centre.task(&id)["is_download"], false);
    centre.wait(STEP_MS);
    let of = |project: &str, method, path: &str, body: &str| {
        let media = "application/json".parse().unwrap();
        centre.send_in(project, method, path, media, body.to_owned().into())
    };
    let path = format!("v2/export-tasks/{id}/download");
    assert_eq!(of("another", Method::GET, &path, "").status, 400);
    let listed = bytes(of("another", Method::GET, "v2/export-tasks", ""));
    let listed: Value = serde_json::from_slice(&listed).unwrap();
    assert_eq!(listed, json!({ "export_tasks": [], "count": 0 }));
    let all = json!({ "task_ids": [id] }).to_string();
    assert_eq!(of("another", Method::POST, "v2/export-tasks/batch-delete", &all).status, 200);
    assert_eq!(centre.download(&id).status, 200);
}

#[test]
fn tasks_are_deleted_in_every_state_and_their_files_with_them() {
    let (folder, centre) = stepwise();
    let files = || folder.path().join("state.db-files").read_dir().unwrap().count();
    centre.user("ann");
    let done = centre.export(json!({}));
    centre.wait(STEP_MS);
    assert_eq!((centre.task(&done)["status"].clone(), files()), (json!("SUCCESS"), 1));
    let (begun, asked) = (centre.export(json!({})), centre.export(json!({})));
    // Unknown ids are passed over; so is a call without any.
    let input = json!({ "task_ids": [done, begun, asked, NOBODY, done] });
    assert_eq!(centre.post("v2/export-tasks/batch-delete", input), Value::Null);
    assert_eq!(centre.post("v2/export-tasks/batch-delete", Value::Null), Value::Null);
    assert_eq!(centre.get("v2/export-tasks"), json!({ "export_tasks": [], "count": 0 }));
    // A later export does not get the numbers of the earlier ones mixed up.
    centre.user("bob");
    let last = centre.export(json!({}));
    centre.wait(STEP_MS);
    assert_eq!(first_column(&centre.rows(&last)), "ann bob");
    assert_eq!(centre.get("v2/export-tasks")["count"], 1);
}

#[test]
fn a_file_is_opened_before_the_answer_is_decided() {
    let (folder, centre) = stepwise();
    let id = centre.export(json!({}));
    centre.wait(STEP_MS);
    // Whatever happens to the file once the answer is decided, the client gets it.
    let answer = centre.download(&id);
    let files = folder.path().join("state.db-files");
    files.read_dir().unwrap().for_each(|file| std::fs::remove_file(file.unwrap().path()).unwrap());
    assert!(!bytes(answer).is_empty());
    // Gone before: a fault, on the wire and in the journal, and the download does not count.
    let answer = centre.download(&id);
    assert_eq!(answer.status, 500);
    let journal = centre.world.journal();
    let entry = journal.last().unwrap();
    assert_eq!(entry["outcome"], "failed", "{entry}");
    assert_eq!(entry["code"], "APIGW.0601");
}

#[test]
fn a_file_that_a_copy_of_the_tenant_names_too_stays() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::with(|config| config.db = Some(folder.path().join("state.db")));
    let files = || folder.path().join("state.db-files").read_dir().unwrap().count();
    centre.user("ann");
    let ids = [centre.export(json!({})), centre.export(json!({}))];
    assert_eq!((centre.task(&ids[0])["status"].clone(), files()), (json!("SUCCESS"), 2));
    let state = centre.control(Method::GET, "state?tenant=default", Vec::new());
    centre.control(Method::PUT, "state?tenant=copy", state);
    centre.post("v2/export-tasks/batch-delete", json!({ "task_ids": [ids[0]] }));
    centre.wait(7 * DAY_MS);
    assert_eq!((centre.task(&ids[1])["status"].clone(), files()), (json!("EXPIRED"), 2));
}

#[test]
fn what_was_under_way_in_a_document_of_state_is_begun_again() {
    let centre = Centre::slow();
    centre.user("ann");
    let id = centre.export(json!({}));
    assert_eq!(centre.task(&id)["status"], "CREATING");
    let state = centre.control(Method::GET, "state?tenant=default", Vec::new());
    centre.control(Method::POST, "reset", Vec::new());
    assert_eq!(centre.get("v2/export-tasks")["count"], 0);
    centre.control(Method::PUT, "state?tenant=default", state);
    centre.wait(STEP_MS);
    assert_eq!(first_column(&centre.rows(&id)), "ann");
}

#[test]
fn bodies_are_read_as_gently_as_the_vendor_does() {
    let centre = Centre::new();
    centre.user("ann");
    // None at all, an empty one, one with members that stand in an example and in no table.
    let example = json!({
        "user_name": "an", "share_space_subscription": 5, "share_space_desktops": "x",
        "disabled": true, "group_name": 7, "language": null, "user_names": null,
    });
    for body in [Value::Null, json!({}), example] {
        assert_eq!(centre.names(body.clone()), "ann", "{body}");
    }
    assert_eq!(centre.code(Method::POST, "v3/users/export", "null"), "200 ");
    for body in [
        "[]",
        "{",
        r#"{"user_name":5}"#,
        r#"{"user_names":"ann"}"#,
        r#"{"active_type":"SOMEHOW"}"#,
        r#"{"language":1}"#,
    ] {
        assert_eq!(
            centre.code(Method::POST, "v3/users/export", body),
            "400 WKS.EMU.0001",
            "{body}"
        );
    }
}

#[test]
fn a_hundred_exports_of_a_tenant_are_under_way_at_most() {
    let centre = Centre::slow();
    let group = centre.group("people");
    let members = format!("v3/groups/{group}/users/export");
    let starts = [
        (Method::POST, "v3/users/export", "{}"),
        (Method::POST, "v3/groups/export", "{}"),
        (Method::GET, &members, ""),
    ];
    for number in 0..100 {
        let (method, path, body) = starts[number % 3].clone();
        assert_eq!(centre.send(method, path, body).status, 200);
    }
    for (method, path, body) in starts {
        assert_eq!(centre.code(method, path, body), "400 WKS.EMU.0014", "{path}");
    }
    centre.wait(STEP_MS);
    assert_eq!(centre.get("v2/export-tasks?status=SUCCESS")["count"], 100);
    centre.export(json!({}));
}

#[test]
fn a_task_that_moves_by_looks_is_of_its_own_moment_and_ends_at_that_of_the_look() {
    let folder = tempfile::tempdir().unwrap();
    let with = |pace| {
        Centre::with(|config| {
            config.pace = pace;
            config.db = Some(folder.path().join("state.db"));
        })
    };
    let centre = with(Pace::EveryLooks(2));
    centre.user("ann");
    let id = centre.export(json!({}));
    let other = centre.export(json!({}));
    centre.user("bob");
    centre.wait(DAY_MS);
    let path = format!("v2/export-tasks?task_id={id}");
    let task = || centre.get(&path)["export_tasks"][0].take();
    assert_eq!(polled("SUCCESS", || text(&task()["status"])), "CREATING CREATING SUCCESS SUCCESS");
    assert_eq!(task()["end_time"], "2026-02-01T08:00:00.000Z");
    assert_eq!(first_column(&rows(&bytes(centre.download(&id)))), "ann");
    // What waits for looks does not wait for the clock, whether it is set back or goes by it later.
    centre.wait(-3 * DAY_MS);
    assert_eq!(centre.task(&other)["status"], "CREATING");
    drop(centre);
    assert_eq!(with(Pace::EveryMs(STEP_MS)).task(&other)["status"], "SUCCESS");
}
