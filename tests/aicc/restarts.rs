//! What outlives the process, with a database file.

use serde_json::json;

use super::center::{CREATE, QUERY, ROLE, batch, creates, does};
use super::sockets::{bearer, post};
use crate::process::Running;

#[test]
fn a_task_begun_before_a_restart_still_ends_and_its_token_still_counts() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let start = |clock: &str| {
        Running::start(&[
            "--db",
            db.to_str().unwrap(),
            "--jobs",
            "60",
            "--seed",
            "7",
            "--clock",
            clock,
        ])
    };
    let mut twin = start("2026-01-31T08:00:00Z");
    let address = twin.address.clone();
    let headers = bearer(&twin, &address);
    let entries = batch(json!([creates("ann"), does("DISABLE", "nobody")]));
    let (_, created) = post(&twin, &address, CREATE, &headers, &entries);
    let query = json!({ "taskId": created["taskId"] }).to_string();
    let (_, seen) = post(&twin, &address, QUERY, &headers, &query);
    assert_eq!(seen["taskInfo"]["status"], "TODO");
    // Killed, not ended: an answered task stands.
    twin.child.kill().unwrap();
    twin.child.wait().unwrap();
    drop(twin);

    for (clock, status) in [("2026-01-31T08:01:30Z", "DOING"), ("2026-01-31T08:02:30Z", "DONE")] {
        let twin = start(clock);
        let (_, seen) = post(&twin, &twin.address, QUERY, &headers, &query);
        assert_eq!(seen["taskInfo"]["status"], status, "{seen}");
    }
    // Over by the clock while nothing ran: the first look works it off.
    let twin = start("2026-01-31T08:30:00Z");
    let (_, seen) = post(&twin, &twin.address, QUERY, &headers, &query);
    assert_eq!(seen["failDataList"][0]["failCode"], "200-102");
    let users = twin.control("GET", "aicc/users", "");
    assert_eq!(
        users["users"],
        json!([{
            "account": "ann", "name": "Name ann", "email": "ann@example.com", "role_ids": [ROLE],
            "enabled": true, "federated": true,
        }])
    );
    twin.control("PUT", "clock", r#"{"now": "2026-01-31T09:30:00Z"}"#);
    let (status, _) = post(&twin, &twin.address, QUERY, &headers, &query);
    assert_eq!(status, "401");
}

#[test]
fn task_ids_go_on_above_those_of_an_earlier_start_even_with_an_earlier_clock() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let mut ids = Vec::new();
    for clock in ["2026-01-31T08:00:00Z", "2025-01-31T08:00:00Z"] {
        let twin = Running::start(&["--db", db.to_str().unwrap(), "--clock", clock]);
        let headers = bearer(&twin, &twin.address);
        let body = batch(json!([creates("ann")]));
        let (_, created) = post(&twin, &twin.address, CREATE, &headers, &body);
        ids.push(created["taskId"].as_str().unwrap().to_owned());
    }
    assert!(ids[0] < ids[1], "{ids:?}");
}
