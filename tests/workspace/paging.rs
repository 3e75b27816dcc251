//! Pages of lists.

use super::client::{Api, list, seeded, text};
use serde_json::json;

const SEED: &str = r#"
[[workspace.project]]
id = "p"
[[workspace.project.group]]
name = "all"
[[workspace.project.users]]
count = 250
user_name = "user-{n:03}"
user_email = "user-{n}@example.com"
groups = ["all"]
"#;

/// Names from the first number to the last.
fn names(from: u32, to: u32) -> Vec<String> {
    (from..=to).map(|n| format!("user-{n:03}")).collect()
}

#[test]
fn limits_and_offsets_are_texts_and_nought_is_all() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    let gone = api.shown("/users?limit=1")["users"][0]["id"].clone();
    for holes in [false, true] {
        if holes {
            // Pages are found in another way once a user is gone.
            let body = json!({ "user_name": "user-251", "user_phone": "1" });
            api.post("/users", body).with(201);
            api.delete(&format!("/users/{}", text(&gone))).with(204);
        }
        let first = if holes { 2 } else { 1 };
        for (query, from, count) in [
            ("", 0, 250),
            ("limit=0", 0, 250),
            ("limit=7", 0, 7),
            ("limit=007&offset=0", 0, 7),
            ("limit=100&offset=200", 200, 50),
            ("offset=240", 240, 10),
            ("limit=5&offset=250", 250, 0),
            ("limit=5&offset=99999999999999999999999", 250, 0),
            ("limit=99999999999999999999999", 0, 250),
        ] {
            let page = api.names(&format!("/users?{query}"));
            let expected = names(first + from, first + from + count - 1);
            assert_eq!(page, (expected, 250), "{query} {holes}");
        }
    }
    for bad in ["limit=x", "limit=-1", "offset=1.5"] {
        assert_eq!(api.get(&format!("/users?{bad}")).refusal(), (400, "WKS.EMU.0001"), "{bad}");
    }
}

#[test]
fn a_filtered_list_counts_what_passes_before_it_is_cut() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    let page = api.names("/users?user_name=user-1&limit=3&offset=98");
    assert_eq!(page, (names(198, 199), 100));
    assert_eq!(api.names("/users?user_name=user-1&limit=3&offset=100"), (vec![], 100));
}

#[test]
fn members_are_paged_by_numbers() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    let group = text(&api.shown("/groups")["user_groups"][0]["id"]);
    let path = format!("/groups/{group}/users");
    assert_eq!(api.names(&path), (names(1, 250), 250));
    assert_eq!(api.names(&format!("{path}?limit=2&offset=249")), (names(250, 250), 250));
    assert_eq!(api.names(&format!("{path}?limit=0&offset=250")), (vec![], 250));
    let refusal = api.get(&format!("{path}?limit=10001"));
    assert_eq!(refusal.refusal(), (400, "WKS.EMU.0001"));
}

#[test]
fn terraform_pages_groups_until_an_empty_page() {
    let world = seeded("");
    let api = Api::of(&world);
    for n in 0..103 {
        let body = json!({ "group_name": format!("group-{n}"), "platform_type": "LOCAL" });
        api.post("/groups", body).with(201);
    }
    let first = api.shown("/groups");
    let size = list(&first["user_groups"]).len();
    assert_eq!(size, 100);
    let mut met = size;
    loop {
        let page = api.shown(&format!("/groups?limit={size}&offset={met}"));
        assert_eq!(page["total_count"], 103);
        let lists = page.as_object().unwrap().values().filter(|member| member.is_array()).count();
        assert_eq!(lists, 1);
        match list(&page["user_groups"]).len() {
            0 => break,
            more => met += more,
        }
    }
    assert_eq!(met, 103);
    assert_eq!(list(&api.shown("/groups?limit=0")["user_groups"]).len(), 100);
    assert_eq!(api.get("/groups?limit=101").refusal(), (400, "WKS.EMU.0001"));
}

#[test]
fn pages_stay_right_wherever_users_are_gone() {
    let many = SEED.replace("count = 250", "count = 3000").replace("{n:03}", "{n:04}");
    let world = seeded(&many);
    let api = Api { world: &world, project: "p" };
    let mut left: Vec<(String, String)> = list(&api.shown("/users")["users"])
        .iter()
        .map(|user| (text(&user["user_name"]), text(&user["id"])))
        .collect();
    // In every run of numbers some, of one run all.
    let numbers = (0..3000).filter(|n| n % 7 == 0 || (1024..2048).contains(n));
    let gone: Vec<usize> = numbers.collect();
    for batch in gone.chunks(100) {
        let ids: Vec<&String> = batch.iter().map(|n| &left[*n].1).collect();
        api.post("/users/batch-delete", json!({ "user_ids": ids })).with(204);
    }
    let mut number = 0..;
    left.retain(|_| !gone.contains(&number.next().unwrap()));
    let total = i64::try_from(left.len()).unwrap();
    for offset in (0..left.len() + 50).step_by(61) {
        let expected = left.iter().skip(offset).take(3).map(|(name, _)| name.clone()).collect();
        let page = api.names(&format!("/users?limit=3&offset={offset}"));
        assert_eq!(page, (expected, total), "{offset}");
    }
}
