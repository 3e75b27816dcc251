//! What was decided about a job is part of the state.

use cloudtwin::runtime::lifecycle::Pace;
use http::Method;
use serde_json::json;

use super::kinds::{self, KINDS};
use super::{HOUR_MS, MINUTE_MS, STEP_MS, load, named, rule, world};
use crate::client::World;
use crate::documents::ask;

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
