//! Databases that a disk or another program has damaged: refused as a database, or served; never any
//! other end.

use cloudtwin::twin::StartError;
use serde_json::json;

use crate::client::World;

#[test]
fn a_page_of_noise_is_refused_as_a_database_or_served() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let world = World::with(|config| config.db = Some(path.clone()));
    world.store("people");
    drop(world);
    let whole = std::fs::read(&path).unwrap();
    let (mut refused, mut served) = (0, 0);
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        let noise = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]);
        damaged.splice(page * 4096..(page + 1) * 4096, noise);
        let copy = folder.path().join(format!("{page}.db"));
        std::fs::write(&copy, damaged).unwrap();
        match World::start(|config| config.db = Some(copy)) {
            Ok(world) => {
                served += 1;
                world.call("ListUserStore", json!({}));
            }
            Err(StartError::Database(error)) => {
                refused += 1;
                assert!(error.to_string().contains(&format!("{page}.db")), "{error}");
            }
            Err(error) => panic!("page {page}: {error}"),
        }
    }
    assert!(refused > 0 && served > 0, "{refused} refused, {served} served");
}
