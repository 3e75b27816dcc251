//! The stories of the folder `scenarios` about jobs: each does what its name says to every kind of job.

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::scenario::shipped;
use serde_json::json;

use super::kinds::{self, KINDS};
use super::{HOUR_MS, MINUTE_MS, STEP_MS, named, world};
use crate::client::World;

/// A twin with that story.
fn told(story: &str) -> World {
    world(Pace::EveryMs(STEP_MS), shipped(story).unwrap())
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
