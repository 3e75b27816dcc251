//! Seeds of an organization: what they make, what is wrong with them.

use cloudtwin::services::seeds::Seed;
use serde_json::json;

use super::center::{Center, each};

#[test]
fn a_seed_makes_users_by_name_and_by_rule() {
    let center = Center::seeded(
        r#"
        [organization]
        name = "o"
        [organization.zone]
        id = "z-cloudtwin001"
        name = "zone"
        [[organization.zone.group]]
        id = "g-staff0000001"
        name = "staff"
        [[organization.zone.user]]
        id = "u-anna00000001"
        name = "anna"
        email = "anna@example.com"
        is_disabled = true
        groups = ["staff"]
        [[organization.zone.users]]
        count = 450
        name = "user-{n:03}"
        email = "{n}@example.com"
        groups = ["staff"]
        "#,
    );
    let anna = center.ok("GetUser", json!({ "UserId": "u-anna00000001" }));
    assert_eq!(anna["UserInfo"]["UserStatus"], "Disabled");
    let group = center.ok("GetGroup", json!({ "GroupId": "g-staff0000001" }));
    assert_eq!(group["GroupInfo"]["MemberCount"], 451);
    let page = center.ok("ListUsers", json!({ "Offset": 449, "SortType": "Asc" }));
    assert_eq!(each(&page["Users"], "UserName"), ["user-449", "user-450"]);
    assert_eq!(page["TotalCounts"], 451);
}

/// Any page of many users is found from both ends, also with deleted ones among them.
#[test]
fn pages_of_many_users_leave_nobody_out() {
    let center = Center::seeded(
        "[organization]\nname = 'o'\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n[[organization.zone.users]]\ncount = 2100\nname = 'user-{n}'\n",
    );
    let page = |offset: usize, order: &str| {
        let input = json!({ "Offset": offset, "MaxResults": 100, "SortType": order });
        center.ok("ListUsers", input)["Users"].clone()
    };
    for n in [0, 1, 2] {
        let user = page(1050 + n, "Asc")[0]["UserId"].clone();
        center.ok("DeleteUser", json!({ "UserId": user }));
    }
    for order in ["Asc", "Desc"] {
        let mut all = Vec::new();
        for at in (0..2100).step_by(100) {
            all.extend(each(&page(at, order), "UserName"));
        }
        assert_eq!(all.len(), 2097, "{order}");
        let numbers: Vec<u32> = all.iter().map(|name| name[5..].parse().unwrap()).collect();
        let rises = order == "Asc";
        assert!(numbers.is_sorted_by(|a, b| (a < b) == rises), "{order}");
    }
}

#[test]
fn what_is_wrong_with_a_seed_is_reported_with_its_place() {
    let problems = Seed::parse(
        r#"
        [organization]
        name = "o"
        limits = { user = 3 }
        [[organization.node]]
        name = "north"
        parent = "south"
        [[organization.member]]
        uin = 7
        name = "a"
        [[organization.member]]
        uin = 7
        name = "b"
        node = "west"
        [organization.zone]
        id = "z-1"
        name = "Zone"
        [[organization.zone.group]]
        name = "hr"
        kind = "Synchronized"
        [[organization.zone.user]]
        name = "a b"
        groups = ["hr", "it"]
        [[organization.zone.user]]
        name = "user-7"
        [[organization.zone.users]]
        count = 10
        name = "user-{n}"
        [[organization.zone.users]]
        count = 2
        name = "same"
        "#,
    )
    .unwrap_err();
    insta::assert_snapshot!(problems.join("\n"));
}

/// The page of limits has each limit with its default.
#[test]
fn the_page_of_limits_lists_them_all() {
    let problem = Seed::parse("[organization]\nname = 'o'\nlimits = { x = 1 }\n").unwrap_err();
    let known = problem[0].split_once("there are: ").unwrap().1;
    let page = include_str!("../../emulator/docs/limits.md");
    let part = page.split_once("## Organization").unwrap().1.split_once("\n## ").unwrap().0;
    let listed: Vec<_> =
        part.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).collect();
    let listed: Vec<_> = listed.into_iter().map(|(name, _)| name).collect();
    assert_eq!(listed.join(", "), known);
}
