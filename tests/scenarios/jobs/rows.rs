//! Rows that fail in a job that ends well.

use cloudtwin::runtime::lifecycle::Pace;
use http::Method;
use serde_json::{Value, json};

use super::{MINUTE_MS, kinds, named, rule, world};
use crate::documents::ask;

#[test]
fn some_rows_of_an_import_fail() {
    let failed = |rows: &str, users: Value| {
        let job = format!("rows = {{ {rows} }}");
        let world = world(Pace::Instant, &rule("CreateApiImportUserJob", &job));
        let id = kinds::import(&world, users);
        let job = kinds::listed(&world, &id);
        let list = job["FailedUsers"].as_array().unwrap().clone();
        let told = list.iter().map(|user| {
            let part = |name: &str| user[name].as_str().unwrap().to_owned();
            format!("{}: {}", part("FailedUserIdentification"), part("FailedReason"))
        });
        let count = kinds::users(&world).len();
        format!("{} {count} | {}", job["Status"], told.collect::<Vec<_>>().join(" | "))
    };
    let told = [
        failed("every = 2", named(5)),
        failed("every = 2, reason = 'no room'", named(5)),
        failed("every = 1, reason = 'FailedOperation.EmailAlreadyExists'", named(1)),
        failed("matching = { UserName = { matches = '0[12]$' } }, reason = 'no'", named(5)),
        failed("every = 2, matching = { UserName = { matches = '[1-4]$' } }", named(5)),
        failed("matching = { UserName = { one_of = ['user03', 'x'] } }", named(5)),
        failed("matching = { UserName = 'user03', Nickname = 'x' }", named(5)),
        // A row that is bad anyway is counted, and has its own reason.
        failed("every = 2", json!([{ "UserName": "a" }, { "UserName": "b" }, { "Nickname": "c" }])),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn some_entries_of_a_batch_fail() {
    let failed = |rows: &str| {
        let job = format!("rows = {{ {rows} }}");
        let world = world(Pace::Instant, &rule("createTask", &job));
        let entries = ["ann", "bob", "ada", "eve"].map(kinds::entry);
        let seen = kinds::query(&world, &kinds::batch(&world, json!(entries)));
        let told = seen["failDataList"].as_array().unwrap().iter().map(|one| {
            let account = &one["federationUser"]["userAccount"];
            format!("{account} {} {}", one["failCode"], one["failMessage"])
        });
        let told = told.collect::<Vec<_>>().join(" | ");
        let (_, users) = ask(&world, Method::GET, "aicc/users", String::new());
        let users =
            users["users"].as_array().unwrap().iter().map(|user| user["account"].to_string());
        format!("{told} | {}", users.collect::<Vec<_>>().join(" "))
    };
    let told = [
        failed("every = 3"),
        failed("every = 3, reason = 'no room'"),
        failed("matching = { userAccount = { matches = '^a' } }, reason = '200-101'"),
        failed("every = 2, matching = { userAccount = { matches = '^a' } }, reason = '200-101'"),
    ];
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn rows_can_fail_in_a_job_that_ends_later() {
    let job = "later = 60, rows = { every = 2 }";
    let world = world(Pace::Instant, &rule("CreateApiImportUserJob", job));
    let id = kinds::import(&world, named(2));
    world.twin.clock.advance(MINUTE_MS - 1);
    assert_eq!(kinds::listed(&world, &id)["Status"], "PROCESSING");
    world.twin.clock.advance(1);
    assert_eq!(kinds::listed(&world, &id)["FailedUsers"].as_array().unwrap().len(), 1);
}
