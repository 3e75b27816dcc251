//! Users by text: a search keeps texts in memory, and no client can see that.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};

use cloudtwin::operation::query;
use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::services;
use cloudtwin::services::seeds::Seed;
use cloudtwin::state::{Readers, Rows};
use http::Method;
use serde_json::{Value, json};

use super::center::{Center, each};
use crate::client::{World, with_behaviours};
use crate::documents::ask;
use crate::scenarios::load;

impl Center {
    /// The names of the users with a text, the oldest first.
    fn with_text(&self, text: &str) -> Vec<String> {
        let input = json!({ "Filter": text, "SortType": "Asc", "MaxResults": 100 });
        let found = self.ok("ListUsers", input);
        assert_eq!(found["TotalCounts"], found["Users"].as_array().unwrap().len());
        each(&found["Users"], "UserName")
    }

    fn new_user(&self, name: &str, display_name: &str) -> Value {
        let input = json!({ "UserName": name, "DisplayName": display_name });
        self.ok("CreateUser", input)["UserInfo"]["UserId"].clone()
    }
}

#[test]
fn what_was_changed_is_found_at_once_and_what_was_deleted_no_more() {
    let center = Center::new();
    let ada = center.new_user("ada", "Countess");
    assert_eq!(center.with_text("countess"), ["ada"]);
    let eve = center.new_user("eve", "COUNTESS");
    assert_eq!(center.with_text("countess"), ["ada", "eve"]);
    center.ok("UpdateUser", json!({ "UserId": ada, "NewDisplayName": "Engineer" }));
    assert_eq!(center.with_text("countess"), ["eve"]);
    assert_eq!(center.with_text("engineer"), ["ada"]);
    center.ok("UpdateUser", json!({ "UserId": ada, "NewEmail": "ada@countess.example" }));
    assert_eq!(center.with_text("countess"), ["ada", "eve"]);
    let of_status = |status: &str| {
        let input = json!({ "Filter": "countess", "UserStatus": status, "UserType": "Manual" });
        each(&center.ok("ListUsers", input)["Users"], "UserName")
    };
    center.ok("UpdateUserStatus", json!({ "UserId": eve, "NewUserStatus": "Disabled" }));
    assert_eq!(
        (of_status("Enabled"), of_status("Disabled")),
        (vec!["ada".into()], vec!["eve".into()])
    );
    center.ok("DeleteUser", json!({ "UserId": eve }));
    assert_eq!(center.with_text("countess"), ["ada"]);
    assert_eq!(center.with_text(eve.as_str().unwrap()), [""; 0]);
    assert_eq!(center.with_text(ada.as_str().unwrap()), ["ada"]);
}

#[test]
fn a_name_as_a_whole_is_found_by_itself() {
    let center = Center::new();
    for name in ["ada", "ada.l", "Eve"] {
        center.new_user(name, "ada");
    }
    assert_eq!(center.with_text("UserName eq ADA"), ["ada"]);
    assert_eq!(center.with_text("userName eq \"eve\""), ["Eve"]);
    assert_eq!(center.with_text("userName eq ad"), [""; 0]);
    let beyond = center.ok("ListUsers", json!({ "Filter": "userName eq ada", "Offset": 1 }));
    assert_eq!((&beyond["TotalCounts"], &beyond["Users"]), (&json!(1), &json!([])));
    let disabled = json!({ "Filter": "userName eq ada", "UserStatus": "Disabled" });
    assert_eq!(center.ok("ListUsers", disabled)["TotalCounts"], 0);
}

#[test]
fn tenants_find_their_own_users() {
    let center = Center::new();
    let ask = |tenant: &str, action: &str, mut input: Value| {
        input["ZoneId"] = json!(super::center::ZONE);
        let answer = center.call_as(tenant, action, input);
        assert!(answer.get("Error").is_none(), "{answer}");
        answer
    };
    for tenant in ["a", "b"] {
        ask(
            tenant,
            "CreateUser",
            json!({ "UserName": format!("of.{tenant}"), "DisplayName": "x y" }),
        );
    }
    for _ in 0..2 {
        for tenant in ["a", "b"] {
            let found = ask(tenant, "ListUsers", json!({ "Filter": "x y" }));
            assert_eq!(each(&found["Users"], "UserName"), [format!("of.{tenant}")]);
            assert_eq!(found["TotalCounts"], 1);
        }
    }
}

#[test]
fn a_reset_and_another_state_change_what_is_found() {
    let center = Center::new();
    let found = || center.with_text("x y");
    let ada = center.new_user("ada", "x y");
    assert_eq!(found(), ["ada"]);
    let (_, document) = ask(&center.world, Method::GET, "state", String::new());
    assert_eq!(ask(&center.world, Method::POST, "reset", String::new()).0, 200);
    assert_eq!(found(), [""; 0]);
    center.new_user("eve", "x y");
    assert_eq!(found(), ["eve"]);
    let put = |document: &Value| {
        assert_eq!(ask(&center.world, Method::PUT, "state", document.to_string()).0, 200);
    };
    put(&document);
    assert_eq!(found(), ["ada"]);
    // The same versions, and other texts.
    let mut other = document.clone();
    let users = other["tenants"]["default"]["organization_users"].as_array_mut().unwrap();
    let user = users.iter_mut().find(|user| user["user_id"] == ada).unwrap();
    user["display_name"] = json!("z");
    put(&other);
    assert_eq!(found(), [""; 0]);
    assert_eq!(center.with_text("z"), ["ada"]);
    // A document made by hand may lack the versions.
    let mut without = document;
    without["tenants"]["default"]["organization_user_versions"] = json!([]);
    put(&without);
    assert_eq!(found(), ["ada"]);
    center.ok("UpdateUser", json!({ "UserId": ada, "NewDisplayName": "w" }));
    assert_eq!(found(), [""; 0]);
}

#[test]
fn a_document_whose_names_are_not_as_they_are_looked_up_is_refused() {
    let center = Center::new();
    center.new_user("Ada", "");
    let (_, mut document) = ask(&center.world, Method::GET, "state", String::new());
    let users = document["tenants"]["default"]["organization_users"].as_array_mut().unwrap();
    let user = users.iter_mut().find(|user| user["user_name"] == "Ada").unwrap();
    assert_eq!(user["user_name_key"], "ada");
    user["user_name_key"] = json!("Ada");
    let (status, body) = ask(&center.world, Method::PUT, "state", document.to_string());
    assert_eq!(status, 400);
    assert!(body.to_string().contains("user_name_key"), "{body}");
}

#[test]
fn users_of_a_large_seed_are_found_in_every_block() {
    let mut toml = "[organization]\nname = 'o'\nlimits = { users = 5000 }\n\
        [organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n"
        .to_owned();
    for (first, count) in [(1, 1_000), (1_001, 1_500)] {
        writeln!(
            toml,
            "[[organization.zone.users]]\ncount = {count}\nfirst = {first}\nname = 'user-{{n:04}}'"
        )
        .unwrap();
    }
    let center = Center::seeded(&toml);
    for text in ["user-0001", "user-1000", "user-1024", "user-1025", "user-2500"] {
        assert_eq!(center.with_text(text), [text]);
        assert_eq!(center.with_text(text), [text]);
    }
    let last = center.ok("ListUsers", json!({ "Filter": "ser-", "Offset": 2_499 }));
    assert_eq!(
        (&last["TotalCounts"], &last["Users"][0]["UserName"]),
        (&json!(2_500), &json!("user-0001"))
    );
    let (_, document) = ask(&center.world, Method::GET, "state", String::new());
    let versions = &document["tenants"]["default"]["organization_user_versions"];
    let blocks: Vec<_> = versions.as_array().unwrap().iter().map(|one| &one["block"]).collect();
    assert_eq!(blocks, [0, 1, 2]);
}

/// A zone with so many users whose display name is their name.
fn zone_of(users: usize) -> String {
    format!(
        "[organization]\nname = 'o'\nlimits = {{ users = 5000 }}\n\
         [organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n\
         [[organization.zone.users]]\ncount = {users}\nname = 'user-{{n:04}}'\ndisplay_name = 'user-{{n:04}}'\n"
    )
}

impl Center {
    /// Whether texts were read before the first search, which then looks at no row: a change that no
    /// version tells of is not seen.
    fn is_warm(&self) -> bool {
        let twin = &self.world.twin;
        while twin.request_threads.unfinished() > 0 {
            std::thread::yield_now();
        }
        let bytes = twin.readers.cache().bytes();
        let update = "UPDATE organization_users SET display_name = 'changed behind its back'";
        let changed =
            twin.writer.run(|tx| tx.execute(update, []).map_err(|error| error.to_string()));
        assert!(changed.unwrap() > 0);
        let found = self.ok("ListUsers", json!({ "Filter": "behind its back" }));
        let sees_rows = found["TotalCounts"] != 0;
        assert_eq!(twin.readers.cache().bytes() == bytes, !sees_rows);
        !sees_rows
    }
}

/// A twin whose zone has so many users, after a first request.
fn grown_to(users: usize) -> Center {
    let center = Center::seeded(&zone_of(users));
    center.ok("ListUsers", json!({ "MaxResults": 1 }));
    center
}

/// The readers of the twin whose last service waits for a warm cache.
static SEEDED: OnceLock<Arc<Readers>> = OnceLock::new();

#[test]
fn texts_are_read_while_a_zone_is_seeded() {
    let mut services = services::all();
    let last = services.last_mut().unwrap();
    // The steps of Identity Center are over, and the tenant is not visible yet.
    last.seeding = || {
        let mut rounds = 0_u32;
        Box::new(move |_, _| {
            rounds += 1;
            assert!(rounds < 100_000, "nothing was read");
            Ok(SEEDED.get().is_some_and(|readers| readers.cache().bytes() > 0))
        })
    };
    let seed = Seed::parse(&zone_of(2_500)).unwrap();
    let world = World::of(|config| config.seed_state = seed, services).unwrap();
    SEEDED.set(Arc::clone(&world.twin.readers)).unwrap();
    let center = Center { world };
    assert_eq!(center.with_text("user-0001"), ["user-0001"]);
}

#[test]
fn texts_are_read_before_an_imported_zone_is_visible() {
    let seeded = grown_to(4_000);
    while seeded.world.twin.request_threads.unfinished() > 0 {
        std::thread::yield_now();
    }
    let (_, document) = ask(&seeded.world, Method::GET, "state", String::new());
    let center = Center::new();
    assert_eq!(ask(&center.world, Method::PUT, "state", document.to_string()).0, 200);
    // On the thread that imported it.
    let bytes = |center: &Center| center.world.twin.readers.cache().bytes();
    assert_eq!(bytes(&center), bytes(&seeded));
}

#[test]
fn the_texts_of_a_large_zone_are_read_before_the_first_search() {
    assert!(grown_to(2_500).is_warm(), "after a seed");
    assert!(!grown_to(1_000).is_warm(), "a small zone is read by its first search");

    let center = grown_to(1_023);
    center.new_user("last.of.its.block", "");
    assert!(center.is_warm(), "after it has grown");

    let (_, document) = ask(&grown_to(1_500).world, Method::GET, "state", String::new());
    let center = Center::new();
    assert_eq!(ask(&center.world, Method::PUT, "state", document.to_string()).0, 200);
    assert!(center.is_warm(), "after a state was put in");
}

#[test]
fn the_texts_of_a_large_zone_are_read_before_the_first_request_after_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Center::kept(folder.path().join("state.db"), Pace::Instant);
    let center = start();
    let (_, document) = ask(&grown_to(1_500).world, Method::GET, "state", String::new());
    assert_eq!(ask(&center.world, Method::PUT, "state", document.to_string()).0, 200);
    drop(center);
    // The first request of a tenant runs on the writer, and finds them in the cache too.
    assert!(start().is_warm());
}

/// Of a state that may be undone, or that is past, nothing may be kept.
#[test]
fn only_reads_of_the_committed_present_state_put_values_into_the_cache() {
    let told = || {
        query("ListUserStore", |call, _: Value| {
            static VERSIONS: AtomicI64 = AtomicI64::new(0);
            let version = VERSIONS.fetch_add(1, Ordering::Relaxed);
            let (read, rows) = (call.cache.unwrap(), Rows { table: "box", tenant: 0, part: 0 });
            read.put(rows, version, Arc::new(()), 0);
            Ok(json!({ "kept": read.get::<()>(rows, version).is_some() }))
        })
    };
    let world = World::of(|_| {}, with_behaviours("ciam", [told()])).unwrap();
    let keeps = || world.ok("ListUserStore", json!({}))["kept"].clone();
    // The first request of a tenant runs on the writer.
    assert_eq!([keeps(), keeps()], [false, true]);
    let rule = "name = 'stale'\n[[rule]]\nservice = 'ciam'\noperation = 'ListUserStore'\n\
        at = 'before_handler'\nalways = true\neffect = { stale = { commits = 1 } }\n";
    load(&world, rule);
    world.store("people");
    assert_eq!(keeps(), false);
    // What is due is advanced by the writer, and what then reads runs there too.
    let world = World::of(|_| {}, with_behaviours("ciam", [told()])).unwrap();
    let keeps = || world.ok("ListUserStore", json!({}))["kept"].clone();
    assert_eq!([keeps(), keeps()], [false, true]);
    world.twin.tenants.get("default").unwrap().mark_due();
    assert_eq!([keeps(), keeps()], [false, true]);
}

#[test]
fn what_the_writer_undoes_is_not_found() {
    let center = Center::new();
    let ada = center.new_user("ada", "kept");
    let found = || [center.with_text("kept").len(), center.with_text("undone").len()];
    let (changed, is_changed) = mpsc::channel();
    let (searched, is_searched) = mpsc::channel();
    let undone = move |tx: &rusqlite::Connection| -> Result<(), String> {
        let sql = "UPDATE organization_users SET display_name = 'undone';
            UPDATE organization_user_versions SET version = version + 1;";
        tx.execute_batch(sql).unwrap();
        changed.send(()).unwrap();
        is_searched.recv().unwrap();
        Err("undone".to_owned())
    };
    std::thread::scope(|scope| {
        let undone = scope.spawn(|| center.world.twin.writer.run(undone));
        is_changed.recv().unwrap();
        assert_eq!(found(), [1, 0]);
        searched.send(()).unwrap();
        assert!(undone.join().unwrap().is_err());
    });
    assert_eq!(found(), [1, 0]);
    // It has the version that the undone change had.
    center.ok("UpdateUser", json!({ "UserId": ada, "NewDisplayName": "kept too" }));
    assert_eq!(found(), [1, 0]);
}
