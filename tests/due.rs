//! What is due is advanced before any request that could see it, whatever else the writer does in the
//! same transaction, and no request is queued anew without end.

use std::sync::Arc;

use cloudtwin::runtime::clock::Timestamp;
use cloudtwin::state::Tenant;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::client::{Signed, World, begin, response};

fn tenant(world: &World) -> Arc<Tenant> {
    world.twin.tenants.get("default").unwrap()
}

/// Whether something is due for readers, and whether it is for the writer.
fn is_due(world: &World) -> (bool, bool) {
    let (now, setbacks) = (world.twin.clock.now(), world.twin.clock.setbacks());
    (tenant(world).is_due(now, setbacks), tenant(world).is_due_at_writer(now, setbacks))
}

fn import(store: &str, name: &str) -> Value {
    json!({ "UserStoreId": store, "DataFlowUserCreateList": [{ "UserName": name }] })
}

#[test]
fn what_became_due_and_was_done_in_one_transaction_is_due_for_nobody() {
    let world = World::new();
    let store = world.store("people");
    // The first import is due at once, so each of the next two has it or the one before done first.
    world.ok("CreateApiImportUserJob", import(&store, "first"));
    let now = world.twin.clock.now();
    let requests = [
        Signed::new("CreateApiImportUserJob", import(&store, "second").to_string(), now).request(),
        Signed::new("CreateUserStore", json!({ "UserPoolName": "more" }).to_string(), now)
            .request(),
    ];
    // Both are queued by a task of the writer, so they run in its transaction.
    let twin = Arc::clone(&world.twin);
    let begin_all = move |_: &Connection| Ok(requests.map(|request| begin(&twin, request)));
    let answers = world.twin.writer.run(begin_all).unwrap();
    for answer in answers {
        assert_eq!(response(&answer.recv().unwrap())["Error"], Value::Null);
    }
    assert_eq!(is_due(&world), (false, false));
}

#[test]
fn a_task_that_is_undone_leaves_nothing_due_after_the_next_request() {
    let world = World::new();
    world.store("people");
    tenant(&world).schedule_at_writer(Timestamp(i64::MIN));
    world.store("more");
    assert_eq!(is_due(&world), (false, false));
}
