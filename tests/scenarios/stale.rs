//! Reads that see the state as it was.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::scenario::problems;
use http::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::load;
use crate::client::World;
use crate::documents::ask;

fn rule(effect: &str, more: &str) -> String {
    format!(
        "name = 'stale'\n[[rule]]\nservice = 'ciam'\nat = 'before_handler'\n{more}\n\
         effect = {{ stale = {{ {effect} }} }}\n"
    )
}

fn always(effect: &str) -> String {
    rule(effect, "always = true")
}

fn create(world: &World, tenant: &str, name: &str) {
    world.ok_as(tenant, "CreateUserStore", json!({ "UserPoolName": name }));
}

/// The names of the directories, without the starter fixture's.
fn names(world: &World, tenant: &str) -> String {
    let listed = world.ok_as(tenant, "ListUserStore", json!({}));
    let listed = listed["UserStoreSet"].as_array().unwrap().iter();
    let mut names: Vec<_> = listed.map(|one| one["UserStoreName"].as_str().unwrap()).collect();
    names.sort_unstable();
    names.retain(|name| name.len() < 4);
    names.join(" ")
}

#[test]
fn the_first_read_after_a_write_does_not_show_it_and_the_next_does() {
    let world = World::new();
    create(&world, "a", "one");
    load(&world, &rule("commits = 1", "times = 1"));
    create(&world, "a", "two");
    assert_eq!([names(&world, "a"), names(&world, "a")], ["one", "one two"]);
    let entry = &world.journal()[2];
    assert_eq!(
        (&entry["fault"]["effect"], &entry["outcome"]),
        (&json!("stale"), &json!("answered"))
    );
}

#[test]
fn a_lag_counts_the_commits_of_the_tenant_that_changed_something() {
    for (commits, expected) in [(1, "1 2 3 4"), (2, "1 2 3"), (4, "1"), (5, ""), (32, "")] {
        let world = World::new();
        load(&world, &always(&format!("commits = {commits}")));
        for name in ["1", "2", "3", "4", "5"] {
            create(&world, "a", name);
            // No commit: it changes nothing.
            let refused = world.call_as("a", "CreateUserStore", json!({ "UserPoolName": "" }));
            assert!(refused.get("Error").is_some());
            create(&world, "b", name);
        }
        assert_eq!([names(&world, "a"), names(&world, "b")], [expected; 2], "{commits}");
    }
}

/// The oldest state is the one at the loading, or the starting state of a tenant that came later.
#[test]
fn before_the_first_commit_is_what_was_there_at_the_loading() {
    let world = World::new();
    create(&world, "a", "one");
    load(&world, &always("commits = 3"));
    assert_eq!(names(&world, "a"), "one");
    create(&world, "a", "two");
    assert_eq!(names(&world, "a"), "one");
    create(&world, "b", "one");
    assert_eq!(names(&world, "b"), "");
    let listed = world.ok_as("b", "ListUserStore", json!({}))["UserStoreSet"].take();
    assert_eq!(listed.as_array().unwrap().len(), 1, "the starter fixture's");
}

#[test]
fn seconds_go_by_the_clock_of_the_twin() {
    let world = World::new();
    load(&world, &always("seconds = 5"));
    let mut seen = Vec::new();
    for (wait, name) in [(0, "1"), (2_000, "2"), (3_000, ""), (2_000, ""), (0, "3"), (4_999, "")] {
        world.twin.clock.advance(wait);
        if !name.is_empty() {
            create(&world, "a", name);
        }
        seen.push(names(&world, "a"));
    }
    assert_eq!(seen, ["", "", "1", "1 2", "1 2", "1 2"]);
    world.twin.clock.advance(1);
    assert_eq!(names(&world, "a"), "1 2 3");
}

/// What was done by a clock that was set back is as old as the clock says since.
#[test]
fn a_clock_that_is_set_back_makes_nothing_older_or_hidden_for_good() {
    let world = World::new();
    load(&world, &always("seconds = 5"));
    let start = world.twin.clock.now();
    world.twin.clock.advance(60_000);
    create(&world, "a", "1");
    world.twin.clock.set(start);
    assert_eq!(names(&world, "a"), "");
    world.twin.clock.advance(1_000);
    create(&world, "a", "2");
    world.twin.clock.advance(4_000);
    assert_eq!(names(&world, "a"), "1");
    world.twin.clock.advance(1_000);
    assert_eq!(names(&world, "a"), "1 2");
}

#[test]
fn a_tenant_that_no_rule_names_sees_the_present() {
    let world = World::new();
    load(&world, &rule("commits = 1", "always = true\ntenant = 'a'"));
    for tenant in ["a", "b"] {
        create(&world, tenant, "one");
    }
    assert_eq!([names(&world, "a"), names(&world, "b")], ["", "one"]);
}

#[test]
fn a_reset_and_a_new_state_forget_what_was() {
    let world = World::new();
    load(&world, &always("commits = 3"));
    let (mut kept, mut seen) = (Value::Null, Vec::new());
    for (method, path) in [
        (Method::POST, "reset?tenant=a"),
        (Method::PUT, "state?tenant=a"),
        (Method::POST, "reset"),
        (Method::PUT, "state"),
    ] {
        create(&world, "a", "one");
        create(&world, "a", "two");
        seen.push(names(&world, "a"));
        if kept.is_null() {
            kept = ask(&world, Method::GET, "state", String::new()).1;
        }
        let body = if method == Method::PUT { kept.to_string() } else { String::new() };
        assert_eq!(ask(&world, method, path, body).0, 200, "{path}");
        let shown = names(&world, "a");
        create(&world, "a", "six");
        seen.push(format!("{shown}, then {}", names(&world, "a")));
        ask(&world, Method::POST, "reset?tenant=a", String::new());
    }
    let expected = ["", ", then ", "", "one two, then one two"];
    assert_eq!(seen, [expected, expected].concat());
}

/// Jobs go on by the clock, whatever a client sees of them.
#[test]
fn due_work_is_done_before_and_is_a_commit_of_its_own() {
    let world = World::with(|config| config.pace = Pace::EveryMs(500));
    let store = world.store("people");
    load(&world, &always("commits = 1"));
    let input = json!({ "UserStoreId": store });
    let rows = json!({ "UserStoreId": store, "DataFlowUserCreateList": [{ "UserName": "bob" }] });
    world.ok("CreateApiImportUserJob", rows);
    let status = || {
        let jobs = world.ok("ListJobs", input.clone())["JobSet"].take();
        jobs[0]["Status"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(status(), "none");
    world.twin.clock.advance(500);
    assert_eq!([status(), status()], ["PENDING", "PENDING"]);
    world.twin.scenarios.unload();
    assert_eq!(status(), "PROCESSING");
}

#[test]
fn a_stale_look_at_a_job_does_not_count() {
    let world = World::with(|config| config.pace = Pace::EveryLooks(2));
    let store = world.store("people");
    let input = json!({ "UserStoreId": store });
    world.ok("CreateFileExportUserJob", input.clone());
    let status = || {
        let jobs = world.ok("ListJobs", input.clone())["JobSet"].take();
        jobs[0]["Status"].as_str().unwrap().to_owned()
    };
    load(&world, &always("commits = 1"));
    let stale: Vec<_> = (0..9).map(|_| status()).collect();
    assert_eq!(stale, ["PENDING"; 9]);
    world.twin.scenarios.unload();
    assert_eq!([status(), status()], ["PENDING", "PENDING"]);
    assert_ne!(status(), "PENDING");
}

/// By the clock its end was seen: of the state before it the job is not over yet.
#[test]
fn the_state_before_the_end_of_an_export_waits_for_no_file() {
    let world = World::with(|config| config.pace = Pace::EveryMs(500));
    let store = world.store("people");
    let input = json!({ "UserStoreId": store });
    let status = || {
        let jobs = world.ok("ListJobs", input.clone())["JobSet"].take();
        jobs[0]["Status"].as_str().unwrap().to_owned()
    };
    world.ok("CreateFileExportUserJob", input.clone());
    load(&world, &always("commits = 1"));
    let mut seen = Vec::new();
    for wait in [500, 500, 0] {
        world.twin.clock.advance(wait);
        seen.push(status());
    }
    assert_eq!(seen, ["PENDING", "PROCESSING", "PROCESSING"]);
    world.twin.scenarios.unload();
    assert_eq!(status(), "COMPLETED");
}

/// How long the log is once it was taken up: nothing is left unless somebody reads an old state.
fn log_after_checkpoint(path: &std::path::Path) -> u64 {
    let connection = Connection::open(path).unwrap();
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    connection.query_row(checkpoint, [], |_| Ok(())).unwrap();
    std::fs::metadata(path.with_extension("db-wal")).unwrap().len()
}

#[test]
fn without_stale_rules_no_snapshot_keeps_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let world = World::with(|config| config.db = Some(path.clone()));
    let number = Cell::new(0);
    let write = || {
        number.set(number.get() + 1);
        create(&world, "a", &number.get().to_string());
    };
    write();
    assert_eq!(log_after_checkpoint(&path), 0);
    load(&world, &always("commits = 3"));
    (0..3).for_each(|_| write());
    assert!(log_after_checkpoint(&path) > 0);
    world.twin.scenarios.unload();
    write();
    assert_eq!(log_after_checkpoint(&path), 0);
    // In place of it one that reads nothing old.
    load(&world, &always("seconds = 3"));
    (0..3).for_each(|_| write());
    load(&world, &super::refusing("at = 'arrival'").replace("a list is refused", "stale"));
    write();
    assert_eq!(log_after_checkpoint(&path), 0);
}

#[test]
fn the_number_of_snapshots_is_bounded() {
    let files = || std::fs::read_dir("/proc/self/fd").map_or(0, Iterator::count);
    let before = files();
    let world = World::new();
    load(&world, &always("seconds = 1000"));
    for tenant in ["a", "b", "c"] {
        (0..80).for_each(|number| create(&world, tenant, &number.to_string()));
    }
    // Others open files too: a test of its own would be alone, but these would be 480.
    assert!(files() < before + 400, "{before} {}", files());
    assert_eq!(names(&world, "a").split(' ').count(), 80, "the oldest are forgotten");
    assert_eq!(names(&world, "c"), "");
}

#[test]
fn writers_and_stale_readers_go_on_together() {
    let world = World::new();
    load(&world, &always("commits = 3"));
    create(&world, "a", "0");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let world = &world;
                scope.spawn(move || {
                    for number in 0..20 {
                        create(world, "a", &format!("{writer}{number}"));
                    }
                })
            })
            .collect();
        for _ in 0..4 {
            scope.spawn(|| {
                let mut seen = 0;
                while !is_over.load(Ordering::Acquire) {
                    let now = names(&world, "a").split_whitespace().count();
                    assert!(now >= seen, "{now} after {seen}");
                    seen = now;
                }
            });
        }
        for writer in writers {
            writer.join().unwrap();
        }
        is_over.store(true, Ordering::Release);
    });
    assert_eq!(names(&world, "a").split(' ').count(), 78);
    world.twin.scenarios.unload();
    assert_eq!(names(&world, "a").split(' ').count(), 81);
}

#[test]
fn a_rule_that_can_show_nothing_old_is_refused_on_loading() {
    let told = [
        always("commits = 0"),
        always("commits = 33"),
        always("seconds = 0"),
        always("commits = 1, seconds = 1"),
        rule("commits = 1", "operation = 'CreateUser'"),
        always("commits = 1").replace("before_handler", "after_commit"),
        always("commits = 1").replace("'ciam'", "'files'"),
    ]
    .map(|text| {
        let problems: Vec<_> = problems(&text).iter().map(ToString::to_string).collect();
        problems.join("\n")
    });
    insta::assert_snapshot!(told.join("\n"), @r#"
    6:10: `stale` is `{ commits = 1 }`, at most 32, or `{ seconds = 5 }`, above 0
    6:10: `stale` is `{ commits = 1 }`, at most 32, or `{ seconds = 5 }`, above 0
    6:10: `stale` is `{ commits = 1 }`, at most 32, or `{ seconds = 5 }`, above 0
    6:10: `stale` is `{ commits = 1 }`, at most 32, or `{ seconds = 5 }`, above 0
    6:10: no such operation only reads
    6:10: limits, stale and job change what the handler sees: use `at = "before_handler"`
    6:10: a download can be delayed, spoiled, lost, or get another status
    "#);
}
