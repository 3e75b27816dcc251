//! Which files are opened, upgraded and refused.

use super::*;
use crate::state::schema;

const STEPS: &[&str] = &["CREATE TABLE a (x INTEGER) STRICT", "CREATE TABLE b (x INTEGER) STRICT"];

#[test]
fn a_file_is_brought_up_to_date_step_by_step() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    drop(Database::open(Some(&path), &STEPS[..1]).unwrap());
    let (_database, connection) = Database::open(Some(&path), STEPS).unwrap();
    connection.execute("INSERT INTO b VALUES (1)", []).unwrap();
}

#[test]
fn a_newer_a_foreign_and_a_busy_file_are_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let open = Database::open(Some(&path), STEPS).unwrap();
    assert!(matches!(Database::open(Some(&path), STEPS), Err(OpenError::InUse { .. })));
    drop(open);
    let before = std::fs::read(&path).unwrap();
    let newer = Database::open(Some(&path), &STEPS[..1]).unwrap_err();
    assert!(newer.to_string().contains("newer cloudtwin (schema 2, this one knows 1)"));
    assert_eq!(std::fs::read(&path).unwrap(), before);

    for text in ["not a database at all, but a text of some length".repeat(40), "tiny".to_owned()] {
        let foreign = folder.path().join("foreign");
        std::fs::write(&foreign, &text).unwrap();
        assert!(matches!(Database::open(Some(&foreign), STEPS), Err(OpenError::Foreign { .. })));
        assert_eq!(std::fs::read_to_string(&foreign).unwrap(), text);
    }
}

#[test]
fn a_file_without_any_table_is_a_new_one_and_another_programs_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    // As a process leaves it that was killed between its first two writes.
    let young = Connection::open(&path).unwrap();
    young.pragma_update(None, "journal_mode", "wal").unwrap();
    drop(young);
    assert!(path.metadata().unwrap().len() > 0);
    drop(Database::open(Some(&path), STEPS).unwrap());

    let other = folder.path().join("other.db");
    Connection::open(&other).unwrap().execute_batch("CREATE TABLE o (x)").unwrap();
    assert!(matches!(Database::open(Some(&other), STEPS), Err(OpenError::Foreign { .. })));
}

#[test]
fn one_file_has_one_twin_by_whichever_name() {
    let folder = tempfile::tempdir().unwrap();
    let (path, link) = (folder.path().join("t.db"), folder.path().join("link.db"));
    let open = Database::open(Some(&path), STEPS).unwrap();
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(matches!(Database::open(Some(&link), STEPS), Err(OpenError::InUse { .. })));
    drop(open);
    let (database, _) = Database::open(Some(&link), STEPS).unwrap();
    assert_eq!(database.files, path.canonicalize().unwrap().with_file_name("t.db-files"));
    drop(database);
    std::fs::remove_file(&link).unwrap();
    std::fs::hard_link(&path, &link).unwrap();
    let refused = Database::open(Some(&link), STEPS).unwrap_err().to_string();
    assert!(refused.contains("several names"), "{refused}");
}

#[test]
fn a_path_that_is_refused_is_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for path in [Path::new("/dev/full"), folder.path(), &folder.path().join("absent/t.db")] {
        assert!(Database::open(Some(path), STEPS).is_err(), "{}", path.display());
    }
    let broken = &["CREATE TABLE a (x INTEGER) STRICT", "not SQL"];
    assert!(Database::open(Some(&folder.path().join("t.db")), broken).is_err());
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    assert!(!Path::new("/dev/full-files").exists());
}

#[test]
fn a_file_that_was_deleted_or_replaced_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let (database, _connection) = Database::open(Some(&path), STEPS).unwrap();
    assert!(database.check_in_place().is_ok());
    std::fs::remove_file(&path).unwrap();
    assert!(database.check_in_place().is_err() && database.reader().is_err());
    std::fs::write(&path, "another").unwrap();
    assert!(database.check_in_place().is_err() && database.reader().is_err());
}

#[test]
fn an_abandoned_home_is_swept_and_a_living_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let home = |name: &str| folder.path().join(format!("{HOME_PREFIX}{name}"));
    for name in ["dead", "half cleared", "alive"] {
        std::fs::create_dir(home(name)).unwrap();
        File::create(home(name).join("lock")).unwrap();
    }
    std::fs::rename(home("half cleared").join("lock"), home("half cleared").join("t.db")).unwrap();
    let lock = File::open(home("alive").join("lock")).unwrap();
    lock.lock().unwrap();
    sweep(folder.path());
    let names = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().path());
    assert_eq!(names.collect::<Vec<_>>(), [home("alive")]);
}

/// All that the schema holds, and how many rows each table has.
fn content(connection: &Connection) -> Vec<String> {
    let texts = |sql: &str| -> Vec<String> {
        let mut statement = connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let tables = texts("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let rows = tables
        .iter()
        .flat_map(|table| texts(&format!("SELECT '{table} ' || COUNT(*) FROM {table}")));
    let made =
        "SELECT type || name || tbl_name || rootpage || COALESCE(sql, '') FROM sqlite_schema";
    let eras = "SELECT current || ' ' || last FROM twin_eras";
    let checked = texts("PRAGMA integrity_check");
    texts(made).into_iter().chain(texts(eras)).chain(rows).chain(checked).collect()
}

#[test]
fn a_database_that_was_made_at_build_time_is_as_the_steps_make_it() {
    let (database, copied) = Database::open_or_copy(None, Some(Image::NEW), schema::STEPS).unwrap();
    let (_stepwise, made) = Database::open(None, schema::STEPS).unwrap();
    let copied = content(&copied);
    assert_eq!(copied, content(&made));
    assert_eq!(copied.last().unwrap(), "ok");
    assert!(!database.path.with_extension("db-journal").exists());
}
