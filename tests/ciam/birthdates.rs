//! Birthdates from the first day of the calendar to its last, in every place that takes one.

use cloudtwin::services::seeds::Seed;
use serde_json::{Value, json};

use super::directory::{Directory, list, text};
use crate::client::World;

/// A day, and its midnight in UTC in milliseconds.
const DAYS: &[(&str, i64)] = &[
    ("0001-01-01", -62_135_596_800_000),
    ("1970-01-01", 0),
    ("9999-12-30", 253_402_128_000_000),
    ("9999-12-31", 253_402_214_400_000),
];

#[test]
fn calls_take_any_moment_of_the_calendar() {
    let people = Directory::new();
    let changed = people.user("other");
    let last = [("the last millisecond", 253_402_300_799_999)];
    for (day, ms) in DAYS.iter().chain(&last) {
        let user = people.user_with(&format!("u{ms}"), json!({ "Birthdate": ms }));
        assert_eq!(user["Birthdate"], *ms, "{day}");
        people.ok("UpdateUser", json!({ "UserId": changed, "Birthdate": ms }));
        assert_eq!(people.read(&changed)["Birthdate"], *ms, "{day}");
    }
}

#[test]
fn imports_take_and_exports_show_any_day_of_the_calendar() {
    let people = Directory::new();
    let row = |(day, _): &(&str, i64)| json!({ "UserName": day, "Birthdate": day });
    let job = people.import(DAYS.iter().map(row).collect());
    assert_eq!(people.job(&job)["FailedUsers"], json!([]));
    for user in list(&people.page("ListUser", json!({}))["Content"]) {
        let day = text(&user["UserName"]);
        let (_, ms) = DAYS.iter().find(|(known, _)| *known == day).unwrap();
        assert_eq!(user["Birthdate"], *ms, "{day}");
    }
    let columns = json!([{ "UserPropertyCode": "birthdate", "ColumnName": "born" }]);
    let file = people.file_of(&people.export(json!({ "ExportPropertyMaps": columns })));
    let shown: Vec<i64> = file
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["born"].as_i64().unwrap())
        .collect();
    assert_eq!(shown, DAYS.iter().rev().map(|(_, ms)| *ms).collect::<Vec<_>>());
    for day in ["9999-12-32", "10000-01-01", "9999-12-31T00:00:00Z"] {
        let job = people.import(json!([{ "UserName": "beyond", "Birthdate": day }]));
        assert_eq!(people.job(&job)["Status"], "FAILED", "{day}");
    }
}

#[test]
fn seeds_take_any_day_of_the_calendar() {
    let users = DAYS.iter().map(|(day, _)| {
        format!("[[ciam.directory.user]]\nuser_name = \"{day}\"\nbirthdate = \"{day}\"\n")
    });
    let seed = format!("[[ciam.directory]]\nname = \"all\"\n{}", users.collect::<String>());
    let seed = Seed::parse(&seed).unwrap();
    let world = World::with(|config| config.seed_state = seed);
    let store = text(&world.ok("ListUserStore", json!({}))["UserStoreSet"][0]["UserStoreId"]);
    let pageable = json!({ "PageSize": 10, "PageNumber": 1 });
    let page = world.ok("ListUser", json!({ "UserStoreId": store, "Pageable": pageable }));
    let shown: Vec<_> = list(&page["Content"]).iter().map(|user| &user["Birthdate"]).collect();
    assert_eq!(shown, DAYS.iter().rev().map(|(_, ms)| ms).collect::<Vec<_>>());
}
