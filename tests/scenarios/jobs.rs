//! How jobs end that a rule decides about: each kind, as its poller sees it.

use cloudtwin::runtime::lifecycle::Pace;
use serde_json::{Value, json};

use super::{load, problems_of};
use crate::client::{World, polled};

mod kinds;
mod rows;
mod stored;
mod stories;

use kinds::{KINDS, Kind};

const STEP_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Users of an import.
fn named(count: usize) -> Value {
    (1..=count).map(|number| json!({ "UserName": format!("user{number:02}") })).collect()
}

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

/// A rule counts the requests that reach its phase, whatever becomes of them.
#[test]
fn a_refused_request_uses_the_rule_up() {
    let text = rule("CreateFileExportUserJob", "fail = 'no room'");
    let world = world(Pace::Instant, &text.replace("at =", "times = 2\nat ="));
    let nobody = json!({ "UserStoreId": "00000000000000000000000000000000" });
    world.code("CreateFileExportUserJob", nobody);
    assert_eq!(super::newest_fault(&world)["effect"], "job");
    for seen in ["failed no room", "ended"] {
        let id = (KINDS[0].begin)(&world);
        assert_eq!(KINDS[0].look(&world, &id), seen);
    }
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
    .map(|text| problems_of(text))
    .collect();
    insta::assert_snapshot!(told.join("\n"));
}
