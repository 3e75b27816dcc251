//! A tenant whose state cannot be brought up to date in part: what does not depend on that part goes
//! on, what does is refused with the internal error, and all is well once the cause is gone.

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
    world.twin.tenants.get("default").unwrap().mark_due();
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
    run(&world, JOB);
    run(
        &world,
        "CREATE TRIGGER fault BEFORE UPDATE ON ciam_jobs BEGIN SELECT RAISE(ABORT, 'a fault'); END",
    );
    for _ in 0..2 {
        assert!(!ciam(&world) && aicc(&world));
    }
    run(&world, "DROP TRIGGER fault");
    assert!(ciam(&world) && aicc(&world));
}

/// The first two columns of the first row.
fn first(world: &World, sql: &'static str) -> String {
    let read = |row: &rusqlite::Row<'_>| {
        Ok(format!("{} {}", row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    };
    let work = move |tx: &rusqlite::Connection| {
        tx.query_row(sql, [], read).map_err(|error| error.to_string())
    };
    world.twin.writer.run(work).unwrap()
}

/// An export whose file has a name that no file can have.
const JOB: &str =
    "INSERT INTO ciam_jobs (tenant, store, seq, job_id, type, status, created, format, token)
     VALUES (KEY, 1, 99, 'x', 'EXPORT_USER', 'PROCESSING', 0, 'CSV', 'no token')";

#[test]
fn a_job_that_cannot_be_read_fails_and_stops_nothing() {
    let world = World::new();
    assert!(ciam(&world));
    run(&world, JOB);
    run(
        &world,
        "INSERT INTO aicc_tasks (tenant, task, status, created, entries, failures)
             VALUES (KEY, 1, 'TODO', 0, '{not json', '[]');
         INSERT INTO workspace_jobs (tenant, project, seq, id, type, status, created, change)
             VALUES (KEY, 'p', 1, 'x', 'updateWorkspace', 'WAITING', 0, '{not json');
         INSERT INTO workspace_exports (tenant, project, seq, task_id, asked, language, file_name,
                status, created, ends, begun, downloaded)
             VALUES (KEY, 'p', 1, 'x', '{not json', 'en', 'x', 'CREATING', 0, 0, 0, 0)",
    );
    assert!(ciam(&world) && aicc(&world));
    assert_eq!(
        first(&world, "SELECT status, failures FROM aicc_tasks"),
        r#"DONE [{"federationUser":{},"failCode":"200-999","failMessage":"System error."}]"#
    );
    for table in ["jobs", "exports"] {
        let failed = first(
            &world,
            match table {
                "jobs" => "SELECT status, fail_reason FROM workspace_jobs",
                _ => "SELECT status, fail_reason FROM workspace_exports",
            },
        );
        assert!(failed.starts_with("FAIL ") && failed.contains("line 1"), "{table}: {failed}");
    }
    let stores = world.call("ListUserStore", json!({}));
    let store = &stores["UserStoreSet"][0]["UserStoreId"];
    let jobs = world.call("ListJobs", json!({ "UserStoreId": store }));
    assert_eq!(jobs["JobSet"][0]["Status"], "FAILED", "{stores} {jobs}");
}

#[test]
fn a_job_ends_as_was_decided_when_it_was_created() {
    let world = World::new();
    assert!(ciam(&world));
    run(
        &world,
        "INSERT INTO aicc_tasks (tenant, task, status, created, entries, failures, outcome)
             VALUES (KEY, 1, 'TODO', 0, '[{\"userAccount\":\"ann\"}]', '[]', 'fail');
         INSERT INTO workspace_jobs (tenant, project, seq, id, type, status, created, outcome)
             VALUES (KEY, 'p', 1, 'x', 'cancelWorkspace', 'WAITING', 0, 'fail');
         INSERT INTO workspace_exports (tenant, project, seq, task_id, asked, language, file_name,
                status, created, ends, begun, downloaded, token, outcome)
             VALUES (KEY, 'p', 1, 'x', '{}', 'en', 'x', 'CREATING', 0, 0, 1, 0,
                '00112233445566778899aabbccddeeff', 'fail')",
    );
    assert!(ciam(&world) && aicc(&world));
    assert_eq!(
        first(&world, "SELECT status, failures FROM aicc_tasks"),
        r#"DONE [{"federationUser":{"userAccount":"ann"},"failCode":"200-999","failMessage":"System error."}]"#
    );
    let why = "FAIL the job was made to fail";
    assert_eq!(first(&world, "SELECT status, fail_reason FROM workspace_jobs"), why);
    assert_eq!(first(&world, "SELECT status, fail_reason FROM workspace_exports"), why);
    let named = "SELECT count(*) || '', 'named' FROM workspace_exports WHERE token IS NOT NULL";
    assert_eq!(first(&world, named), "0 named");
}
