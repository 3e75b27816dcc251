//! What clients see where the database does not take the end of an export, as on a full disk.

use cloudtwin::runtime::lifecycle::Pace;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::directory::{Directory, STEP_MS};
use super::exports::columns;
use crate::client::World;

/// The end of an export is refused at once.
const AT_ONCE: &str = "CREATE TRIGGER fault BEFORE UPDATE OF token ON ciam_jobs
    BEGIN SELECT RAISE(ABORT, 'a fault'); END";

/// It is taken, and only its commit is refused.
const AT_COMMIT: &str = "CREATE TABLE fault_of (x INTEGER PRIMARY KEY);
    CREATE TABLE faults (x INTEGER REFERENCES fault_of DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER fault AFTER UPDATE OF token ON ciam_jobs
    BEGIN INSERT INTO faults VALUES (1); END";

fn code(answer: &Value) -> &Value {
    &answer["Error"]["Code"]
}

#[test]
fn an_export_whose_end_is_not_taken_is_a_fault_until_it_is() {
    for fault in [AT_ONCE, AT_COMMIT] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.db");
        let people = Directory::of(World::with(|config| {
            config.pace = Pace::EveryMs(STEP_MS);
            config.db = Some(file.clone());
        }));
        people.user("ann");
        let job = people.export(json!({ "ExportPropertyMaps": columns(&[("userName", "n")]) }));
        let database = Connection::open(&file).unwrap();
        database.execute_batch(fault).unwrap();
        let jobs = || people.world.call("ListJobs", people.input(json!({})));
        // The export begins. Its file is written beside this request, which may share its fate.
        people.wait(STEP_MS);
        jobs();
        people.wait(STEP_MS);
        for _ in 0..2 {
            assert_eq!(code(&jobs()), "InternalError");
        }
        // Taken at last, it is the end of the work that was done.
        database.execute_batch("DROP TRIGGER fault").unwrap();
        people.user("late");
        assert_eq!(people.file_of(&job), "{\"n\":\"ann\"}\n");
    }
}
