//! A read that takes long keeps no other connection waiting: it runs on a thread of its own kind.

use std::thread;

use cloudtwin::error::Failure;
use cloudtwin::operation::{Call, Empty, query};
use serde::Serialize;
use serde_json::{Value, json};

use crate::client::{World, with_behaviours};

/// The thread on which it was answered, and how far it counted there.
#[derive(Serialize)]
struct Counted {
    thread: Option<String>,
    number: u32,
}

fn count(call: &mut Call<'_>, to: u32) -> Result<Counted, Failure> {
    let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
        SELECT COUNT(*) FROM n";
    let number = call.tx.query_row(sql, [to], |row| row.get(0))?;
    Ok(Counted { thread: thread::current().name().map(str::to_owned), number })
}

#[test]
fn a_long_read_moves_to_a_thread_for_long_work_and_a_short_one_stays() {
    let long = query("ListUserStore", |call, _: Value| count(call, 2_000_000));
    let short = query("ListUserGroups", |call, _: Value| count(call, 10));
    let fails = query("ListJobs", |call, _: Value| -> Result<Empty, Failure> {
        count(call, 2_000_000)?;
        Err(anyhow::anyhow!("after all").into())
    });
    let services = with_behaviours("ciam", [long, short, fails]);
    let world = World::of(|_| {}, services).unwrap();
    // The first request of a tenant runs where its starting state is made.
    world.ok("ListUserStore", json!({}));
    let here = thread::current().name().map(str::to_owned);
    let seen = |action, input| world.ok(action, input);
    let expected = json!({ "thread": "request", "number": 2_000_000 });
    assert_eq!(seen("ListUserStore", json!({})), expected);
    let groups = json!({ "UserStoreId": "x", "Pageable": { "PageSize": 1, "PageNumber": 1 } });
    assert_eq!(seen("ListUserGroups", groups), json!({ "thread": here, "number": 10 }));
    let failed = world.call("ListJobs", json!({ "UserStoreId": "x" }));
    assert_eq!(failed["Error"]["Code"], "InternalError");
}

#[test]
fn a_read_whose_step_is_over_runs_again_on_a_thread_for_long_work_and_to_its_end() {
    let thinks = query("ListUserStore", |call, _: Value| {
        let name = thread::current().name().map(str::to_owned);
        if let Some("request" | "writer") = name.as_deref() {
            return Ok(json!({ "thread": name }));
        }
        // No row of the database is read: only its own step tells how long it has run.
        while !call.step.is_over() {}
        Err(Failure::Again)
    });
    let first = query("ListUserGroups", |_, _: Value| Ok(Empty {}));
    let world = World::of(|_| {}, with_behaviours("ciam", [thinks, first])).unwrap();
    let groups = json!({ "UserStoreId": "x", "Pageable": { "PageSize": 1, "PageNumber": 1 } });
    world.ok("ListUserGroups", groups);
    assert_eq!(world.ok("ListUserStore", json!({})), json!({ "thread": "request" }));
}
