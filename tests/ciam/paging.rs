//! Walking pages: whatever the size of a directory and of a page, everybody is met once, in order.

use cloudtwin::services::seeds::Seed;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::directory::{Directory, list, text};
use crate::client::World;

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// All that a listing shows of this member, page by page, one page too far.
fn walk(world: &World, action: &str, input: &Value, size: usize, member: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for number in 1.. {
        let pageable = json!({ "PageSize": size, "PageNumber": number });
        let mut input = input.clone();
        input["Pageable"] = pageable.clone();
        let answer = world.ok(action, input);
        assert_eq!(answer["Pageable"], pageable);
        let content = list(&answer["Content"]);
        let total = usize::try_from(answer["Total"].as_u64().unwrap()).unwrap();
        assert_eq!(content.len(), size.min(total.saturating_sub(seen.len())), "page {number}");
        seen.extend(content.iter().map(|entry| text(&entry[member])));
        if content.is_empty() {
            assert_eq!(seen.len(), total);
            break;
        }
    }
    seen
}

/// A directory of so many users made by rule; its id.
fn planted(users: u32) -> (World, Value) {
    let seed = format!(
        "[[ciam.directory]]\nname = \"many\"\n[[ciam.directory.users]]\ncount = {users}\n\
         user_name = \"u{{n:05}}\"\nemail = \"e{{n}}@example.com\"\n"
    );
    let world = World::with(|config| config.seed_state = Seed::parse(&seed).unwrap());
    let stores = world.ok("ListUserStore", json!({}));
    let id = stores["UserStoreSet"][0]["UserStoreId"].clone();
    (world, id)
}

/// Takes those at these places out of the list, and out of the directory.
fn delete(world: &World, store: &Value, ids: &mut Vec<String>, places: &[prop::sample::Index]) {
    for place in places {
        if !ids.is_empty() {
            let id = ids.remove(place.index(ids.len()));
            world.ok("DeleteUsers", json!({ "UserStoreId": store, "UserIds": [id] }));
        }
    }
}

proptest! {
    #![proptest_config(cases(16))]

    #[test]
    fn pages_show_every_user_once_newest_first(
        first in 0..40_u32,
        second in 0..40_usize,
        deleted in vec(any::<prop::sample::Index>(), 0..30),
        sizes in vec(1..=100_usize, 2),
    ) {
        let people = Directory::new();
        let mut ids: Vec<String> = (0..first).map(|n| people.user(&format!("a{n}"))).collect();
        delete(&people.world, &json!(people.id), &mut ids, &deleted);
        let rows: Value = (0..second).map(|n| json!({ "QqOpenId": format!("b{n}") })).collect();
        if second > 0 {
            people.import(rows);
        }
        for size in sizes {
            let seen = walk(&people.world, "ListUser", &people.input(json!({})), size, "UserId");
            let mut older = seen[second..].to_vec();
            older.reverse();
            prop_assert_eq!(&older, &ids);
            let searched = walk(&people.world, "DescribeUser", &people.input(json!({})), size, "UserId");
            prop_assert_eq!(searched, seen);
        }
    }

    #[test]
    fn pages_show_every_group_once_newest_first(
        count in 0..60_usize,
        deleted in vec(any::<prop::sample::Index>(), 0..20),
        size in 1..=100_usize,
    ) {
        let people = Directory::new();
        let mut ids: Vec<String> = (0..count).map(|n| people.group(&format!("g{n}"))).collect();
        for place in deleted {
            if !ids.is_empty() {
                let id = ids.remove(place.index(ids.len()));
                people.ok("DeleteUserGroups", json!({ "UserGroupIds": [id] }));
            }
        }
        ids.reverse();
        let seen = walk(&people.world, "ListUserGroups", &people.input(json!({})), size, "UserGroupId");
        prop_assert_eq!(seen, ids);
    }

    #[test]
    fn pages_of_a_sorted_search_show_every_user_once_in_order(
        users in vec((0..1_000_u32, prop::option::of(0..3_u8)), 0..50),
        key in prop::sample::select(vec!["userName", "indexedAttribute1", "qqOpenId", "phoneNumber"]),
        ascending in any::<bool>(),
        size in 1..=100_usize,
    ) {
        let people = Directory::new();
        let row = |(place, (name, mark)): (usize, &(u32, Option<u8>))| json!({
            "UserName": format!("{name:03}-{place}"),
            "IndexedAttribute1": mark.map(|mark| mark.to_string()),
        });
        if !users.is_empty() {
            people.import(users.iter().enumerate().map(row).collect());
        }
        let order = if ascending { "ASC" } else { "DESC" };
        let input = people.input(json!({ "Sort": { "PropertyKey": key, "Order": order } }));
        let seen = walk(&people.world, "DescribeUser", &input, size, "UserName");

        let mut expected: Vec<(Option<u8>, usize, String)> = users.iter().enumerate()
            .map(|(place, (name, mark))| (*mark, place, format!("{name:03}-{place}"))).collect();
        // Newest first, then by the key: sorting keeps the order of equals.
        expected.reverse();
        match key {
            "userName" => expected.sort_by(|one, other| one.2.cmp(&other.2)),
            "indexedAttribute1" => expected.sort_by_key(|user| user.0),
            // Nobody has these: any order will do, if it is the same on every page.
            _ => {
                let mut seen = seen;
                seen.sort();
                expected.sort_by(|one, other| one.2.cmp(&other.2));
                let names: Vec<String> = expected.into_iter().map(|user| user.2).collect();
                prop_assert_eq!(seen, names);
                return Ok(());
            }
        }
        if !ascending {
            expected.reverse();
            if key == "indexedAttribute1" {
                expected.sort_by(|one, other| other.0.cmp(&one.0).then(other.1.cmp(&one.1)));
            }
        }
        let names: Vec<String> = expected.into_iter().map(|user| user.2).collect();
        prop_assert_eq!(seen, names);
    }
}

proptest! {
    #![proptest_config(cases(3))]

    // Counts are kept for runs of 1,024 users: these pages lie in, between and across them.
    #[test]
    fn pages_of_a_large_directory_show_every_user_once(
        deleted in vec(any::<prop::sample::Index>(), 0..150),
        added in 0..30_u32,
        size in 60..=100_usize,
    ) {
        let (world, id) = planted(3_000);
        let input = json!({ "UserStoreId": id });
        let mut ids = walk(&world, "ListUser", &input, 100, "UserId");
        prop_assert_eq!(ids.len(), 3_000);
        delete(&world, &id, &mut ids, &deleted);
        for number in 0..added {
            let user = json!({
                "UserStoreId": id, "UserName": format!("new{number}"), "Password": "x",
                "PhoneNumber": format!("{}", 10_000 + number),
                "Email": format!("new{number}@example.com"),
            });
            ids.insert(0, text(&world.ok("CreateUser", user)["User"]["UserId"]));
        }
        prop_assert_eq!(walk(&world, "ListUser", &input, size, "UserId"), ids);
        let names = walk(&world, "DescribeUser", &json!({
            "UserStoreId": id, "Sort": { "PropertyKey": "userName", "Order": "ASC" },
        }), size, "UserName");
        prop_assert!(names.is_sorted());
        let whole = json!({ "UserStoreId": id, "Pageable": { "PageSize": 1, "PageNumber": 1 } });
        prop_assert_eq!(&world.ok("ListUser", whole)["Total"], names.len());
    }
}

#[test]
fn a_block_of_a_large_directory_may_be_emptied_and_others_keep_their_pages() {
    let (world, id) = planted(3_000);
    let input = json!({ "UserStoreId": id });
    let mut ids = walk(&world, "ListUser", &input, 100, "UserId");
    // All of the middle block, with some around it.
    let gone: Vec<String> = ids.drain(900..2_000).collect();
    for some in gone.chunks(100) {
        world.ok("DeleteUsers", json!({ "UserStoreId": id, "UserIds": some }));
    }
    assert_eq!(walk(&world, "ListUser", &input, 100, "UserId"), ids);
    let stores = world.ok("ListUserStore", json!({}));
    assert_eq!(stores["UserStoreSet"][0]["UserNum"], 1_900);
}

#[test]
fn a_page_has_1_to_100_entries_and_is_told_back() {
    let people = Directory::new();
    people.user("ann");
    for action in ["ListUser", "DescribeUser", "ListUserGroups", "ListLogMessageByCondition"] {
        let input = |page: Value| {
            let mut input = json!({ "Pageable": page });
            if action == "ListLogMessageByCondition" {
                input["StartTime"] = 0.into();
            }
            input
        };
        let page = json!({ "PageSize": 100, "PageNumber": i64::MAX });
        let answer = people.ok(action, input(page.clone()));
        let total = i32::from(action != "ListUserGroups");
        assert_eq!(answer, json!({ "Total": total, "Pageable": page, "Content": [] }), "{action}");
        for (size, number) in [(0, 1), (101, 1), (-1, 1), (1, 0), (1, -1)] {
            let page = json!({ "PageSize": size, "PageNumber": number });
            let code = people.code(action, input(page.clone()));
            assert_eq!(code, "InvalidParameter.ParameterIllegal", "{action} {page}");
        }
        assert_eq!(people.code(action, input(json!({ "PageSize": 1 }))), "MissingParameter");
        assert_eq!(people.code(action, input(Value::Null)), "MissingParameter");
    }
}
