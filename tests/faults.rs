//! A tenant whose state cannot be brought up to date in part: what does not depend on that part goes
//! on, what does is refused with the internal error, and all is well once the cause is gone.

use cloudtwin::clock::Timestamp;
use http::Method;
use serde_json::json;

use crate::client::World;
use crate::documents::ask;

fn run(world: &World, sql: &'static str) {
    let work = move |tx: &rusqlite::Connection| {
        let key = "(SELECT key FROM twin_tenants WHERE name = 'default')";
        tx.execute_batch(&sql.replace("KEY", key)).map_err(|error| error.to_string())
    };
    world.twin.writer.run(work).unwrap();
    // Something is due, as it is when the clock reaches a job's next moment.
    world.twin.tenants.get("default").wake_at(Timestamp(i64::MIN));
}

fn ciam(world: &World) -> bool {
    world.call("ListUserStore", json!({})).get("Error").is_none_or(|error| {
        assert_eq!(error["Code"], "InternalError");
        false
    })
}

fn aicc(world: &World) -> bool {
    let (status, said) = ask(world, Method::GET, "aicc/users", String::new());
    assert!(status == 200 || status == 500, "{said}");
    status == 200
}

#[test]
fn a_service_that_cannot_advance_stops_no_other() {
    let world = World::new();
    assert!(ciam(&world) && aicc(&world));
    run(&world, "INSERT INTO aicc_tasks VALUES (KEY, 1, 'TODO', 0, '{not json', '[]')");
    for _ in 0..2 {
        assert!(ciam(&world) && !aicc(&world));
    }
    run(&world, "DELETE FROM aicc_tasks");
    assert!(ciam(&world) && aicc(&world));
    run(
        &world,
        "INSERT INTO ciam_jobs (tenant, store, seq, job_id, type, status, created, format, token)
         VALUES (KEY, 1, 99, 'x', 'EXPORT_USER', 'PROCESSING', 0, 'CSV', 'no token')",
    );
    for _ in 0..2 {
        assert!(!ciam(&world) && aicc(&world));
    }
    run(&world, "DELETE FROM ciam_jobs");
    assert!(ciam(&world) && aicc(&world));
}
