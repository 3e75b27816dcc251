//! The stories of what the twin keeps: jobs, old states, limits.

use serde_json::{Value, json};

use super::user;
use crate::scenarios::told::Told;

/// A twin whose jobs take two steps of half a second.
fn with_jobs(story: &str) -> Told {
    Told::with(story, &["--jobs", "0.5"])
}

/// The job of that id among those of the directory.
fn job(told: &Told, store: &Value, id: &Value) -> Value {
    let jobs = told.ciam("ListJobs", &json!({ "UserStoreId": store })).response()["JobSet"].take();
    jobs.as_array().unwrap().iter().find(|job| job["Id"] == *id).unwrap().clone()
}

#[test]
fn a_job_stays_pending() {
    let told = with_jobs("a-job-stays-pending");
    let store = told.directory(0);
    let export = || {
        let input = json!({ "UserStoreId": store, "Format": "CSV" });
        told.ciam("CreateFileExportUserJob", &input).response()["Job"]["Id"].take()
    };
    let (stays, ends) = (export(), export());
    told.wait(3_600_000);
    assert_eq!(job(&told, &store, &stays)["Status"], "PROCESSING");
    assert_eq!(job(&told, &store, &ends)["Status"], "COMPLETED");
}

#[test]
fn a_job_fails_half_way() {
    let told = with_jobs("a-job-fails-half-way");
    let store = told.directory(0);
    let input = json!({ "UserStoreId": store, "Format": "CSV" });
    let id = told.ciam("CreateFileExportUserJob", &input).response()["Job"]["Id"].take();
    told.wait(500);
    assert_eq!(job(&told, &store, &id)["Status"], "PROCESSING");
    told.wait(500);
    assert_eq!(job(&told, &store, &id)["Status"], "FAILED");
}

#[test]
fn an_import_with_every_tenth_row_bad() {
    let told = with_jobs("an-import-with-every-tenth-row-bad");
    let store = told.directory(0);
    let row = |number: u32| json!({ "UserName": format!("user{number}") });
    let rows: Vec<_> = (1..=25).map(row).collect();
    let input = json!({ "UserStoreId": store, "DataFlowUserCreateList": rows });
    let id = told.ciam("CreateApiImportUserJob", &input).response()["Job"]["Id"].take();
    told.wait(1_000);
    let job = job(&told, &store, &id);
    let failed = job["FailedUsers"].as_array().unwrap().iter();
    let failed: Vec<_> = failed.map(|user| user["FailedUserIdentification"].clone()).collect();
    assert_eq!(
        (&job["Status"], failed),
        (&json!("COMPLETED"), vec![json!("user10"), json!("user20")])
    );
    assert_eq!(told.page(&store, 1).response()["Total"], 23);
}

#[test]
fn the_sync_task_fails_after_a_minute() {
    let told = with_jobs("the-sync-task-fails-after-a-minute");
    let item = json!({
        "PrincipalId": user(&told), "PrincipalType": "User", "TargetType": "MemberUin",
        "TargetUin": 200_000_000_001_i64, "DuplicationStrategy": "KeepBoth",
        "DeletionStrategy": "Delete", "Description": "",
    });
    let begun =
        told.center("CreateUserSyncProvisioning", json!({ "UserSyncProvisionings": [item] }));
    let task = begun.response()["Tasks"][0]["TaskId"].take();
    let status = || {
        let asked = told.center("GetProvisioningTaskStatus", json!({ "TaskId": task }));
        asked.response()["TaskStatus"].take()
    };
    told.wait(60_000);
    assert_eq!(status()["Status"], "InProgress");
    told.wait(1_000);
    assert_eq!(
        [&status()["Status"], &status()["FailureReason"]],
        ["Failed", "the member account could not be reached"]
    );
}

#[test]
fn reads_lag_behind_writes() {
    let told = Told::of("reads-lag-behind-writes");
    let stores = || {
        let listed = told.ciam("ListUserStore", &json!({})).response()["UserStoreSet"].take();
        listed.as_array().unwrap().len()
    };
    // The starter fixture's.
    assert_eq!(stores(), 1);
    told.wait(2_000);
    assert_eq!(told.ciam("CreateUserStore", &json!({ "UserPoolName": "second" })).code(), "ok");
    assert_eq!(stores(), 1);
    told.wait(1_999);
    assert_eq!(stores(), 1);
    told.wait(1);
    assert_eq!(stores(), 2);
}

#[test]
fn the_quota_is_reached_in_the_middle_of_a_batch() {
    let told = Told::of("the-quota-is-reached-in-the-middle-of-a-batch");
    let store = told.directory(3);
    let user = json!({
        "UserStoreId": store, "UserName": "last", "PhoneNumber": "+86-13900000001",
        "Email": "last@example.com", "Password": "correct horse",
    });
    assert_eq!(told.ciam("CreateUser", &user).code(), "FailedOperation.QuotaLimitExceeded");
    let zone = |number: usize| {
        told.center("CreateUser", json!({ "UserName": format!("u{number}") })).code()
    };
    assert_eq!([1, 2, 3, 4].map(zone), ["ok", "ok", "ok", "FailedOperation.UserOverUpperLimit"]);
}

#[test]
fn both_job_slots_are_taken() {
    let told = Told::of("both-job-slots-are-taken");
    let store = told.directory(0);
    let full = "FailedOperation.DataFlowTooManyRequests";
    let export = json!({ "UserStoreId": store });
    let rows = json!({ "UserStoreId": store, "DataFlowUserCreateList": [{ "UserName": "bob" }] });
    for (action, input) in [("CreateFileExportUserJob", export), ("CreateApiImportUserJob", rows)] {
        let codes: Vec<_> = (0..4).map(|_| told.ciam(action, &input).code()).collect();
        assert_eq!(codes, [full, full, full, "ok"], "{action}");
    }
}
