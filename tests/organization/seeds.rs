//! Seeds of an organization: what they make, what is wrong with them.

use cloudtwin::services::seeds::Seed;
use http::Method;
use serde_json::json;

use super::center::{Center, MEMBER, each};
use super::syncing::item;
use crate::documents::ask;

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

fn problems(zone: &str) -> Vec<String> {
    let head = "[organization]\nname = 'o'\n[organization.zone]\nname = 'zone'\n";
    Seed::parse(&format!("{head}{zone}")).err().unwrap_or_default()
}

#[test]
fn users_of_rules_meet_in_names_and_in_addresses_and_not_across() {
    let rule = |count: u32, texts: &str| {
        format!("[[organization.zone.users]]\ncount = {count}\n{texts}\n")
    };
    for (first, second, taken) in [
        ("name = 'u{n}'", "name = 'u1{n}'", "name: \"u11\""),
        ("name = 'U{n}'", "name = 'u{n}'", "name: \"u1\""),
        ("name = 'u{n:06}'", "name = 'u00000{n}'", "name: \"u000001\""),
        ("name = 'u{n}'", "name = 'u{n}{n}'", "name: \"u11\""),
        ("name = 'a{n}'\nemail = 'e{n}@x'", "name = 'b{n}'\nemail = 'E1{n}@x'", "email: \"e11@x\""),
    ] {
        let found = problems(&(rule(30, first) + &rule(3, second)));
        let expected = format!("organization.zone.users[1].{taken} is taken by an earlier one");
        assert_eq!(found, [expected], "{first} {second}");
    }
    let same = "name = 'u{n}@x'\nemail = 'u{n}@x'";
    assert_eq!(problems(&rule(30, same)), [""; 0]);
    let user = "[[organization.zone.user]]\nname = 'u22'\n";
    let found = problems(&(user.to_owned() + &rule(3, "name = 'u{n}{n}'")));
    assert_eq!(found.len(), 1, "{found:?}");
}

/// What `CreateUser` and `CreateGroup` refuse, a seed may not have.
#[test]
fn texts_of_a_seed_are_as_long_as_those_of_calls() {
    for (table, key, most) in [
        ("user", "first_name", 64),
        ("user", "last_name", 64),
        ("user", "display_name", 256),
        ("user", "description", 1_024),
        ("user", "email", 128),
        ("group", "description", 1_024),
    ] {
        let zone = |length: usize| {
            let text = "x".repeat(length);
            problems(&format!("[[organization.zone.{table}]]\nname = 'a'\n{key} = '{text}'\n"))
        };
        assert_eq!(zone(most), [""; 0], "{key}");
        let path = format!("organization.zone.{table}[0].{key}");
        assert_eq!(zone(most + 1), [format!("{path}: at most {most} characters are taken")]);
    }
}

#[test]
fn a_state_document_with_a_next_number_that_is_taken_is_refused() {
    let center = Center::new();
    let ada = center.user("ada");
    center.group("staff");
    center.begin(item(&ada, MEMBER));
    let (_, good) = ask(&center.world, Method::GET, "state", String::new());
    for column in ["next_user", "next_group", "next_user_sync"] {
        let mut document = good.clone();
        document["tenants"]["default"]["organization_zones"][0][column] = json!(1);
        let (status, body) = ask(&center.world, Method::PUT, "state", document.to_string());
        let why = body["message"].as_str().unwrap();
        let expected = format!("organization_zones: {column} is 1, but ");
        assert!(status == 400 && why.contains(&expected), "{status} {why}");
    }
    // A document that was taken goes on where it ended.
    assert_eq!(ask(&center.world, Method::PUT, "state", good.to_string()).0, 200);
    center.user("bob");
}
