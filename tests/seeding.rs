//! Large seeds: put in step by step, whole before anybody sees them, and begun anew where a process
//! ended half-way.

use cloudtwin::services::seeds::Seed;
use serde_json::{Value, json};

use crate::client::World;

const USERS: usize = 1_000;

/// Every kind of row that a seed has, more of each than a step takes.
fn large() -> Seed {
    let names = |prefix: &str| (0..450).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>();
    let members = names("w").iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    let each = |text: &dyn Fn(&str) -> String, prefix: &str| -> String {
        names(prefix).iter().map(|name| text(name)).collect()
    };
    Seed::parse(&format!(
        "[[ciam.directory]]\nname = \"first\"\n\
         [[ciam.directory.group]]\nname = \"staff\"\n{}\
         [[ciam.directory.users]]\ncount = {USERS}\nuser_name = \"u{{n}}\"\ngroups = [\"staff\"]\n\
         [[ciam.directory.users]]\ncount = 200\nuser_name = \"v{{n}}\"\n\
         [[ciam.directory]]\nname = \"second\"\n\
         [[workspace.project]]\nuser_quota = 3000\n\
         [[workspace.project.group]]\nname = \"people\"\nmembers = [{members}]\n{}\
         [[workspace.project.users]]\ncount = {USERS}\nuser_name = \"x{{n}}\"\nuser_email = \"x{{n}}@e.cc\"\n{}",
        each(&|name| format!("[[ciam.directory.user]]\nuser_name = \"{name}\"\n"), "one"),
        each(
            &|name| format!("[[workspace.project.user]]\nuser_name = \"{name}\"\nuser_email = \"{name}@e.cc\"\n"),
            "w"
        ),
        each(&|name| format!("[[aicc.user]]\naccount = \"{name}\"\n"), "a"),
    ))
    .unwrap()
}

fn world(change: impl FnOnce(&mut cloudtwin::config::Config)) -> World {
    World::with(|config| {
        config.seed_state = large();
        change(config);
    })
}

fn document(world: &World) -> Value {
    world.ok("ListUserStore", json!({}));
    let snapshot = world.twin.readers.snapshot().unwrap();
    let mut text = Vec::new();
    let tables = &world.twin.tables;
    let schema = cloudtwin::state::schema::STEPS.len();
    cloudtwin::state::document::export(&snapshot, tables, schema, None, &mut text).unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[test]
fn a_large_seed_is_whole_before_the_first_answer() {
    let world = world(|_| {});
    let stores = world.ok("ListUserStore", json!({}))["UserStoreSet"].take();
    let numbers: Vec<_> =
        stores.as_array().unwrap().iter().map(|store| &store["UserNum"]).collect();
    assert_eq!(numbers, [450 + USERS + 200, 0]);
    let document = document(&world);
    let count = |table: &str| document["tenants"]["default"][table].as_array().unwrap().len();
    assert_eq!(count("ciam_users"), 450 + USERS + 200);
    assert_eq!(count("ciam_members"), USERS);
    assert_eq!(count("workspace_users"), 450 + USERS);
    assert_eq!(count("workspace_members"), 450);
    assert_eq!(count("aicc_users"), 450);
}

#[test]
fn many_first_requests_at_once_seed_a_tenant_once() {
    let world = world(|_| {});
    std::thread::scope(|scope| {
        for number in 0..8 {
            let world = &world;
            scope.spawn(move || {
                let tenant = if number % 2 == 0 { "default" } else { "other" };
                let stores = world.ok_as(tenant, "ListUserStore", json!({}));
                assert_eq!(stores["UserStoreSet"][0]["UserNum"], 450 + USERS + 200);
                assert_eq!(stores["UserStoreSet"].as_array().unwrap().len(), 2);
            });
        }
    });
}

#[test]
fn a_seed_that_was_half_put_in_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let whole = document(&world(|config| config.db = Some(db.clone())));
    // As a kill between two steps leaves it: rows in an era that is not shown.
    let connection = rusqlite::Connection::open(&db).unwrap();
    connection
        .execute_batch("UPDATE twin_generations SET era = 7; DELETE FROM aicc_users")
        .unwrap();
    drop(connection);
    let again = document(&world(|config| config.db = Some(db.clone())));
    let names = |document: &Value, table: &str, column: &str| -> Vec<Value> {
        let rows = document["tenants"]["default"][table].as_array().unwrap();
        rows.iter().map(|row| row[column].clone()).collect()
    };
    for (table, column) in
        [("ciam_users", "user_name"), ("workspace_users", "user_name"), ("aicc_users", "account")]
    {
        assert_eq!(names(&again, table, column), names(&whole, table, column), "{table}");
    }
}

#[test]
fn a_reset_while_a_seed_is_put_in_begins_it_anew() {
    let world = world(|_| {});
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let stores = world.ok("ListUserStore", json!({}));
                    assert_eq!(stores["UserStoreSet"][0]["UserNum"], 450 + USERS + 200);
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..10 {
                let mut headers = http::HeaderMap::new();
                headers.insert("host", http::HeaderValue::from_static("127.0.0.1"));
                let target = "/_twin/reset?tenant=default";
                let reset = crate::client::request(
                    http::Method::POST,
                    target,
                    headers,
                    bytes::Bytes::new(),
                );
                assert_eq!(cloudtwin::control::answer(&world.twin, &reset).status, 200);
            }
        });
    });
}
