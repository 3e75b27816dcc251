//! What leaves users and groups out of a list.

use std::sync::Arc;

use cloudtwin::catalog::listing;
use contracts::{Kind, Location, Member, Operation, catalog, generate};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::client::{Api, list, reply, seeded, text};
use crate::client::{World, bytes_of};
use crate::huawei::modelled::send_modelled;

/// A twin with users of every kind.
const SEED: &str = r#"
[[workspace.project]]
id = "p"
[[workspace.project.group]]
name = "Red"
[[workspace.project.group]]
name = "Reddish"
domain = "Example.com"
[[workspace.project.user]]
user_name = "Ada"
user_email = "ada@example.com"
description = "First of ALL"
groups = ["Red"]
enterprise_project_id = "ep-1"
total_desktops = 2
[[workspace.project.user]]
user_name = "bob_ada"
active_type = "ADMIN_ACTIVATE"
groups = ["Reddish", "Red"]
disabled = true
share_space_subscription = true
[[workspace.project.user]]
user_name = "Cy"
user_phone = "1"
description = "50% of all"
domain = "Example.com"
share_space_desktops = 3
"#;

#[test]
fn each_filter_leaves_out_what_it_should() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    for (query, expected) in [
        ("", "Ada bob_ada Cy"),
        ("user_name=ADA", "Ada bob_ada"),
        ("user_name=_", "bob_ada"),
        ("user_name=%25", ""),
        ("user_name=", "Ada bob_ada Cy"),
        ("user_name", "Ada bob_ada Cy"),
        ("user_names=ada&user_names=CY&user_names=nobody", "Ada Cy"),
        ("user_names=ada,cy", "Ada Cy"),
        ("user_names=ad", ""),
        ("user_names=", "Ada bob_ada Cy"),
        ("description=OF%20all", "Ada Cy"),
        ("description=50%25", "Cy"),
        ("active_type=USER_ACTIVATE", "Ada Cy"),
        ("active_type=admin_activate", "bob_ada"),
        ("group_name=red", "Ada bob_ada"),
        ("group_name=Reddish", "bob_ada"),
        ("group_name=Re", ""),
        ("share_space_subscription=true", "bob_ada"),
        ("share_space_subscription=False", "Ada Cy"),
        ("share_space_desktops=true", "Cy"),
        ("share_space_desktops=false", "Ada bob_ada"),
        ("enterprise_project_id=ep-1", "Ada"),
        ("enterprise_project_id=0", "bob_ada Cy"),
        ("enterprise_project_id=all_granted_eps", "Ada bob_ada Cy"),
        ("disabled=true", "bob_ada"),
        ("disabled=false", "Ada Cy"),
        ("domain=example.COM", "Cy"),
        ("platform_type=AD", "Cy"),
        ("platform_type=LOCAL", "Ada bob_ada"),
        ("platform_type=UOS", ""),
        ("user_name=ada&active_type=USER_ACTIVATE&group_name=Red", "Ada"),
        ("unknown=1", "Ada bob_ada Cy"),
    ] {
        let (names, total) = api.names(&format!("/users?{query}"));
        assert_eq!(
            (names.join(" ").as_str(), total),
            (expected, i64::try_from(names.len()).unwrap()),
            "{query}"
        );
    }
}

#[test]
fn desktops_are_counted_unless_the_query_says_not_to() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    let desktops =
        |query: &str| api.shown(&format!("/users?{query}"))["users"][0]["total_desktops"].clone();
    assert_eq!(desktops(""), 2);
    assert_eq!(desktops("is_query_total_desktops=true"), 2);
    assert_eq!(desktops("is_query_total_desktops=false"), 0);
}

#[test]
fn members_of_a_group_are_filtered_in_the_same_way() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    let group = text(&api.shown("/groups?keyword=red")["user_groups"][0]["id"]);
    for (query, expected) in [
        ("", "Ada bob_ada"),
        ("user_name=BOB", "bob_ada"),
        ("user_names=ada&user_names=cy", "Ada"),
        ("description=first", "Ada"),
        ("active_type=ADMIN_ACTIVATE", "bob_ada"),
        ("enterprise_project_id=ep-1", "Ada"),
    ] {
        let (names, total) = api.names(&format!("/groups/{group}/users?{query}"));
        assert_eq!(names.join(" "), expected, "{query}");
        assert_eq!(usize::try_from(total).unwrap(), names.len(), "{query}");
    }
}

#[test]
fn groups_are_found_by_keyword_domain_and_platform() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    for (query, expected) in [
        ("keyword=RED", "Red Reddish"),
        ("keyword=ish", "Reddish"),
        ("keyword=", "Red Reddish"),
        ("domain=example.com", "Reddish"),
        ("platform_type=LOCAL", "Red"),
        ("platform_type=LOCAL&platform_type=AD", "Red Reddish"),
        ("platform_type=UOS", ""),
    ] {
        let page = api.shown(&format!("/groups?{query}"));
        let names: Vec<_> =
            list(&page["user_groups"]).iter().map(|group| text(&group["name"])).collect();
        assert_eq!(names.join(" "), expected, "{query}");
        assert_eq!(page["total_count"], names.len(), "{query}");
    }
}

/// A twin whose texts have letters beyond ASCII.
const LETTERS: &str = r#"
[[workspace.project]]
id = "p"
[[workspace.project.group]]
name = "École"
domain = "Ärzte.example"
[[workspace.project.user]]
user_name = "ann"
user_email = "ann@example.com"
description = "Straße nach İzmir"
domain = "Ärzte.example"
groups = ["ÉCOLE"]
"#;

#[test]
fn filters_ignore_case_in_every_script() {
    let world = seeded(LETTERS);
    let api = Api { world: &world, project: "p" };
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    for (list, filter, value, holds) in [
        ("users", "description", "STRAẞE", true),
        ("users", "description", "STRASSE", false),
        ("users", "description", "İZMIR", true),
        ("users", "description", "izmir", false),
        ("users", "domain", "äRZTE.EXAMPLE", true),
        ("users", "domain", "arzte.example", false),
        ("users", "group_name", "éCOLE", true),
        ("users", "group_name", "ecole", false),
        ("groups", "domain", "äRZTE.EXAMPLE", true),
        ("groups", "keyword", "éCOL", true),
        ("groups", "keyword", "ecol", false),
    ] {
        let page = api.shown(&format!("/{list}?{filter}={}", escaped(value)));
        assert_eq!(page["total_count"], i32::from(holds), "{list} {filter} {value}");
    }
}

#[test]
fn an_account_expires_by_the_clock() {
    let world = World::new();
    let api = Api::of(&world);
    let id = api.user("ada", json!({ "account_expires": "2026-01-31T08:00:01Z" }));
    let expired = || {
        let item = api.shown("/users")["users"][0]["account_expired"].clone();
        assert_eq!(api.shown(&format!("/users/{id}"))["user_detail"]["user_expired"], item);
        item
    };
    assert_eq!(expired(), false);
    world.twin.clock.advance(1_000);
    assert_eq!(expired(), true);
}

/// Filters that take one of a few words, with the operations that have them.
fn enumerated() -> Vec<(&'static Operation, &'static Member)> {
    let modelled: Vec<String> = listing(Some("workspace"))
        .into_iter()
        .filter(|row| row.modelled)
        .map(|row| row.operation)
        .collect();
    let all = catalog().service("workspace").unwrap().operations.iter();
    let all = all.filter(|operation| modelled.contains(&operation.name));
    let of = |operation: &'static Arc<Operation>| {
        let members = operation.input.members.iter();
        let is_filter = |member: &&Member| {
            let is_read =
                member.location == Location::Query || operation.name.starts_with("Export");
            is_read && !member.required && !member.values.is_empty()
        };
        members.filter(is_filter).map(|member| (&**operation, member))
    };
    all.flat_map(of).collect()
}

#[test]
fn an_enumerated_filter_takes_its_words_or_nothing_and_no_other() {
    let world = seeded(&SEED.replace("name = \"Red\"\n", "name = \"Red\"\nid = \"g\"\n"));
    let mut walked = Vec::new();
    for (operation, member) in enumerated() {
        let mut input = generate::minimal(&operation.input);
        input["project_id"] = "p".into();
        if operation.input.member("group_id").is_some() {
            input["group_id"] = "g".into();
        }
        let answer = |value: Option<&str>| {
            let mut input = input.clone();
            match (value, &member.kind) {
                (None, _) => {}
                (Some(value), Kind::List(_)) => input[&member.name] = json!([value]),
                (Some(value), _) => input[&member.name] = value.into(),
            }
            send_modelled(&world, operation, &input)
        };
        let place = format!("{} {}", operation.name, member.name);
        let bare = answer(None);
        assert_eq!(bare.status.as_u16(), operation.status, "{place}");
        let empty = answer(Some(""));
        assert_eq!(empty.status, bare.status, "{place}");
        let is_task = operation.output.member("task_id").is_some();
        if !is_task {
            assert_eq!(bytes_of(&empty), bytes_of(&bare), "{place}");
        }
        for word in &member.values {
            assert_eq!(answer(Some(word)).status, bare.status, "{place} {word}");
        }
        assert_eq!(reply(&answer(Some("other"))).refusal(), (400, "WKS.EMU.0001"), "{place}");
        walked.push(place);
    }
    insta::assert_snapshot!(walked.join("\n"), @"
    ListUsers active_type
    ListUsers platform_type
    ExportUsersTemplate active_type
    ListNotificationRecords type
    ListNotificationRecords sort_field
    ListNotificationRecords sort_type
    ListUserGroups platform_type
    ListUsersOfGroup active_type
    ExportUsersNew active_type
    ExportUserGroupUsersNew active_type
    ListExportTasks status
    ListExportTasks sort_field
    ListExportTasks sort_type
    ListItaSubJobs status
    ");
}
