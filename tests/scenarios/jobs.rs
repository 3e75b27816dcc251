//! How jobs end that a rule decides about: each kind, as its poller sees it.

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::scenario::problems;
use http::Method;
use serde_json::{Value, json};

use super::load;
use super::stories::text;
use crate::client::{World, polled};
use crate::documents::ask;

mod kinds;

use kinds::{KINDS, Kind};

const STEP_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A story with one rule about that operation.
fn rule(operation: &str, job: &str) -> String {
    format!(
        "name = 'jobs'\n[[rule]]\noperation = '{operation}'\nat = 'before_handler'\n\
         effect = {{ job = {{ {job} }} }}\n"
    )
}

/// A twin of that pace with a directory, and with the story.
fn world(pace: Pace, story: &str) -> World {
    let world = World::with(|config| config.pace = pace);
    world.store("people");
    load(&world, story);
    world
}

/// For each kind: a twin in which a job of it was created under that rule, and the job's id.
fn each(pace: Pace, job: &str) -> impl Iterator<Item = (Kind, World, String)> {
    KINDS.into_iter().map(move |kind| {
        let world = world(pace, &rule(kind.operation, job));
        let id = (kind.begin)(&world);
        (kind, world, id)
    })
}

#[test]
fn a_job_fails_for_the_reason_of_the_rule() {
    for (kind, world, id) in each(Pace::EveryMs(STEP_MS), "fail = 'no room'") {
        let name = kind.operation;
        assert_eq!(kind.look(&world, &id), "open", "{name}");
        world.twin.clock.advance(kind.steps * STEP_MS - 1);
        assert_eq!(kind.look(&world, &id), "open", "{name}");
        world.twin.clock.advance(1);
        assert_eq!(kind.look(&world, &id), format!("failed {}no room", kind.code), "{name}");
    }
}

/// Where readers see a code beside a text.
#[test]
fn a_reason_that_is_a_code_is_shown_as_one() {
    for (operation, reason, seen) in [
        ("createTask", "200-101", "failed 200-101 The user account already exists."),
        ("createTask", "500-1", "failed 500-1 "),
        ("SyncExternalUser", "WKS.00010007", "failed WKS.00010007"),
        ("ExportUsersNew", "WKS.00010007", "failed WKS.00010007"),
        ("CreateFileExportUserJob", "WKS.00010007", "failed WKS.00010007"),
    ] {
        let kind = KINDS.into_iter().find(|kind| kind.operation == operation).unwrap();
        let world = world(Pace::Instant, &rule(operation, &format!("fail = '{reason}'")));
        let id = (kind.begin)(&world);
        let told = kind.look(&world, &id);
        assert!(told.starts_with(seen), "{operation}: {told}");
    }
}

#[test]
fn a_job_that_stays_never_ends() {
    for pace in [Pace::Instant, Pace::EveryMs(STEP_MS), Pace::EveryLooks(1)] {
        for (kind, world, id) in each(pace, "stay = true") {
            for _ in 0..9 {
                assert_eq!(kind.look(&world, &id), "open", "{} {pace:?}", kind.operation);
                world.twin.clock.advance(5 * HOUR_MS);
            }
        }
    }
}

#[test]
fn a_job_ends_later_by_the_clock() {
    for (pace, step) in [(Pace::EveryMs(STEP_MS), STEP_MS), (Pace::Instant, 0)] {
        for (job, seen) in [("later = 60", "ended"), ("fail = 'slow', later = 60", "failed slow")] {
            for (kind, world, id) in each(pace, job) {
                let name = format!("{} {pace:?}", kind.operation);
                let seen = seen.replace("failed ", &format!("failed {}", kind.code));
                for ms in [0, kind.steps * step, MINUTE_MS - 1] {
                    world.twin.clock.advance(ms);
                    assert_eq!(kind.look(&world, &id), "open", "{name}");
                }
                world.twin.clock.advance(1);
                assert_eq!(kind.look(&world, &id), seen, "{name}");
            }
        }
    }
}

/// It waits for its looks, and for the clock since its beginning.
#[test]
fn a_job_that_moves_by_looks_ends_later_by_the_clock() {
    let look_ten_times = |kind: &Kind, world: &World, id: &str| {
        for _ in 0..10 {
            assert_eq!(kind.look(world, id), "open", "{}", kind.operation);
        }
    };
    for (kind, world, id) in each(Pace::EveryLooks(2), "later = 60") {
        look_ten_times(&kind, &world, &id);
        world.twin.clock.advance(MINUTE_MS - 1);
        look_ten_times(&kind, &world, &id);
        world.twin.clock.advance(1);
        assert_eq!(kind.look(&world, &id), "ended", "{}", kind.operation);
    }
    for (kind, world, id) in each(Pace::EveryLooks(2), "later = 60") {
        world.twin.clock.advance(HOUR_MS);
        assert_eq!(kind.look(&world, &id), "open", "{}", kind.operation);
        assert!(polled("ended", || kind.look(&world, &id)).ends_with("ended ended"));
    }
}

/// A job of the future waits for nothing, later or not.
#[test]
fn a_clock_that_is_set_back_ends_a_late_job() {
    for (kind, world, id) in each(Pace::EveryMs(STEP_MS), "later = 60") {
        world.twin.clock.advance(-HOUR_MS);
        assert_eq!(kind.look(&world, &id), "ended", "{}", kind.operation);
    }
}

/// The file of an export lives from its end on.
#[test]
fn an_export_that_ends_later_says_so() {
    let world = world(Pace::Instant, &rule("ExportUsersNew", "later = 60"));
    let kind = KINDS.into_iter().find(|kind| kind.operation == "ExportUsersNew").unwrap();
    let id = (kind.begin)(&world);
    world.twin.clock.advance(HOUR_MS);
    let listed = crate::workspace::client::Api::of(&world).shown("/export-tasks");
    let task = &listed["export_tasks"][0];
    assert_eq!(
        (&task["task_id"], &task["end_time"]),
        (&json!(id), &json!("2026-01-31T08:01:00.000Z"))
    );
}

fn named(count: usize) -> Value {
    (1..=count).map(|number| json!({ "UserName": format!("user{number:02}") })).collect()
}

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

/// The outcomes of this test: of all kinds one, and of an import and a batch rows.
fn decided(start: impl Fn() -> World, again: impl Fn(World) -> World) {
    for kind in KINDS {
        let world = start();
        load(&world, &rule(kind.operation, "fail = 'no room', later = 60"));
        let id = (kind.begin)(&world);
        let world = again(world);
        world.twin.clock.advance(kind.steps * STEP_MS + MINUTE_MS - 1);
        assert_eq!(kind.look(&world, &id), "open", "{}", kind.operation);
        world.twin.clock.advance(1);
        let seen = format!("failed {}no room", kind.code);
        assert_eq!(kind.look(&world, &id), seen, "{}", kind.operation);
    }
    let world = start();
    let rows = "every = 2, matching = { UserName = { matches = '^user0[1-3]' } }";
    load(&world, &rule("CreateApiImportUserJob", &format!("rows = {{ {rows} }}")));
    let id = kinds::import(&world, named(5));
    let world = again(world);
    world.twin.clock.advance(HOUR_MS);
    let failed = kinds::listed(&world, &id)["FailedUsers"].take();
    assert_eq!(failed.as_array().unwrap().len(), 1);
    assert_eq!(failed[0]["FailedUserIdentification"], "user02");
}

#[test]
fn what_was_decided_survives_a_restart() {
    let number = std::cell::Cell::new(0);
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let db = folder.path().join(format!("{}.db", number.get()));
        World::with(|config| {
            config.pace = Pace::EveryMs(STEP_MS);
            config.db = Some(db);
        })
    };
    let start = || {
        number.set(number.get() + 1);
        let world = open();
        world.store("people");
        world
    };
    decided(start, |world| {
        drop(world);
        open()
    });
}

#[test]
fn what_was_decided_is_in_a_state_document() {
    let open = || World::with(|config| config.pace = Pace::EveryMs(STEP_MS));
    let start = || {
        let world = open();
        world.store("people");
        world
    };
    decided(start, |world| {
        let (status, document) = ask(&world, Method::GET, "state", String::new());
        assert_eq!(status, 200);
        let other = open();
        let (status, body) = ask(&other, Method::PUT, "state", document.to_string());
        assert_eq!(status, 200, "{body}");
        let (_, again) = ask(&other, Method::GET, "state", String::new());
        assert_eq!(again, document);
        other
    });
}

#[test]
fn a_state_document_with_an_outcome_that_no_job_can_have_is_refused() {
    let world = world(Pace::EveryMs(STEP_MS), &rule("SyncExternalUser", "later = 60"));
    for kind in KINDS {
        (kind.begin)(&world);
    }
    let (_, document) = ask(&world, Method::GET, "state", String::new());
    let tables = [
        "ciam_jobs",
        "organization_user_sync_tasks",
        "organization_role_tasks",
        "workspace_jobs",
        "workspace_exports",
        "aicc_tasks",
    ];
    for table in tables {
        for (outcome, problem) in [
            ("odd", "one of success, fail, stay was expected, or a JSON object"),
            (r#"{"end":"stay","later_ms":1}"#, "a job that stays never ends"),
            (r#"{"rows":{"matching":{"a":{"matches":"("}}}}"#, "found open group"),
        ] {
            let mut document = document.clone();
            document["tenants"]["default"][table][0]["outcome"] = json!(outcome);
            let (status, body) = ask(&world, Method::PUT, "state", document.to_string());
            let message = body["message"].as_str().unwrap();
            assert_eq!(status, 400, "{message}");
            let place = format!("tenants.default.{table}[0]: outcome: ");
            assert!(message.starts_with(&place) && message.contains(problem), "{message}");
        }
    }
}

/// A rule counts the requests that reach its phase, whatever becomes of them.
#[test]
fn a_refused_request_uses_the_rule_up() {
    let world = world(Pace::Instant, &rule("CreateFileExportUserJob", "fail = 'no room'"));
    let nobody = json!({ "UserStoreId": "00000000000000000000000000000000" });
    world.code("CreateFileExportUserJob", nobody);
    let id = (KINDS[0].begin)(&world);
    assert_eq!(KINDS[0].look(&world, &id), "ended");
}

/// A rule that names no operation meets those that create a job.
#[test]
fn only_what_creates_a_job_is_met() {
    let text =
        "name = 'jobs'\n[[rule]]\nat = 'before_handler'\neffect = { job = { fail = 'a' } }\n";
    let world = world(Pace::Instant, text);
    let fault = || super::newest_fault(&world);
    world.store("others");
    assert_eq!(fault(), json!(null));
    let id = (KINDS[1].begin)(&world);
    assert_eq!(fault()["effect"], "job");
    assert_eq!(KINDS[1].look(&world, &id), "failed a");
    let mut creating = Vec::new();
    for service in cloudtwin::services::all() {
        let creates = service.operations.into_iter().filter(|one| one.creates.is_some());
        creating.extend(creates.map(|one| one.name));
    }
    insta::assert_snapshot!(creating.join("\n"));
}

#[test]
fn what_no_job_can_do_is_refused_on_loading() {
    let import = |job: &str| rule("CreateApiImportUserJob", job);
    let told: Vec<String> = [
        import(""),
        import("fail = ' '"),
        import("fail = 'a', stay = true"),
        import("stay = true, later = 1"),
        import("stay = true, rows = { every = 1 }"),
        import("fail = 'a', rows = { every = 1 }"),
        import("later = 0"),
        import("later = -1.5"),
        import("rows = { every = 0 }"),
        import("rows = { }"),
        import("rows = { reason = 'a' }"),
        import("rows = { matching = { UserName = { matches = '(' } } }"),
        import("rows = { matching = { userName = 'a' } }"),
        import("fail = 'a'").replace("before_handler", "arrival"),
        rule("createTask", "rows = { matching = { UserName = 'a' } }"),
        rule("CreateFileExportUserJob", "rows = { every = 2 }"),
        rule("ListUserStore", "stay = true"),
        rule("ApplyWorkspace", "stay = true").replace("job = {", "limits = { a = 1 }, job = {"),
    ]
    .iter()
    .map(|text| {
        let problems: Vec<_> = problems(text).iter().map(ToString::to_string).collect();
        assert!(!problems.is_empty(), "{text}");
        problems.join("\n")
    })
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}

/// A twin with that story.
fn told(story: &str) -> World {
    world(Pace::EveryMs(STEP_MS), &text(story))
}

#[test]
fn a_job_stays_pending() {
    for kind in KINDS {
        let world = told("a-job-stays-pending");
        let id = (kind.begin)(&world);
        world.twin.clock.advance(48 * HOUR_MS);
        assert_eq!(kind.look(&world, &id), "open", "{}", kind.operation);
    }
}

#[test]
fn a_job_fails_half_way() {
    for kind in KINDS {
        let world = told("a-job-fails-half-way");
        let id = (kind.begin)(&world);
        world.twin.clock.advance((kind.steps - 1) * STEP_MS);
        assert_eq!(kind.look(&world, &id), "open", "{}", kind.operation);
        world.twin.clock.advance(STEP_MS);
        let seen = format!("failed {}interrupted by a fault of the service", kind.code);
        assert_eq!(kind.look(&world, &id), seen, "{}", kind.operation);
    }
}

#[test]
fn an_import_with_every_tenth_row_bad() {
    let world = told("an-import-with-every-tenth-row-bad");
    let id = kinds::import(&world, named(25));
    world.twin.clock.advance(HOUR_MS);
    let job = kinds::listed(&world, &id);
    let failed = json!(["user10", "user20"].map(|name| json!({
        "FailedUserIdentification": name,
        "FailedReason": "the email belongs to another user of the directory",
    })));
    assert_eq!((&job["Status"], &job["FailedUsers"]), (&json!("COMPLETED"), &failed));
    assert_eq!(kinds::users(&world).len(), 23);
}

#[test]
fn the_sync_task_fails_after_a_minute() {
    let world = told("the-sync-task-fails-after-a-minute");
    let id = (KINDS[2].begin)(&world);
    world.twin.clock.advance(STEP_MS + MINUTE_MS - 1);
    assert_eq!(KINDS[2].look(&world, &id), "open");
    world.twin.clock.advance(1);
    assert_eq!(KINDS[2].look(&world, &id), "failed the member account could not be reached");
}
