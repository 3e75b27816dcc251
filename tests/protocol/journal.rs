//! What an entry of the journal holds.

use cloudtwin::runtime::clock::Stopwatch;
use serde_json::json;

use crate::client::{Signed, World};

/// How much of a body is kept in bytes.
const KEPT: usize = 256 << 10;

#[test]
fn a_body_is_kept_up_to_256_kib() {
    let world = World::new();
    for length in [KEPT - 1, KEPT, KEPT + 1, 2 * KEPT] {
        let body = format!("{{\"Name\":\"{}\"}}", "x".repeat(length - 11));
        assert_eq!(body.len(), length);
        let call = Signed::new("CreateUserStore", body.clone(), world.twin.clock.now());
        world.send(call.request());
        let entry = world.journal().pop().unwrap();
        let kept = entry["body"].as_str().unwrap();
        assert_eq!(kept.len(), length.min(KEPT));
        assert!(body.starts_with(kept));
    }
}

#[test]
fn the_duration_is_measured_by_the_machines_clock() {
    let world = World::new();
    let watch = Stopwatch::start();
    world.ok("CreateUserStore", json!({ "UserPoolName": "new" }));
    let most = watch.elapsed_us();
    let duration = world.journal()[0]["duration_us"].as_u64().unwrap();
    // The commit alone takes longer than a microsecond.
    assert!(0 < duration && duration <= most, "{duration} of {most} µs");
}
