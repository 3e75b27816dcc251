//! User groups: made, renamed, deleted from under their members, listed in two API versions.

use std::fmt::Write as _;

use cloudtwin::services::seeds::Seed;
use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, list, text};
use crate::client::World;

fn groups(people: &Directory, filters: Value) -> String {
    let page = people.page("ListUserGroups", json!({ "Filters": filters }));
    let names: Vec<String> =
        list(&page["Content"]).iter().map(|group| text(&group["DisplayName"])).collect();
    assert_eq!(page["Total"], names.len());
    names.join(" ")
}

#[test]
fn a_new_group_is_listed_newest_first() {
    let people = Directory::new();
    let input = json!({ "DisplayName": "staff", "Description": "who works here" });
    insta::assert_json_snapshot!(people.ok("CreateUserGroup", input), @r#"
    {
      "UserGroupId": "62c9e92d0d977b1dbba206dd572038b2"
    }
    "#);
    people.wait(1_000);
    people.group("guests");
    insta::assert_json_snapshot!(people.page("ListUserGroups", json!({})), @r#"
    {
      "Content": [
        {
          "CreatedDate": 1769846401000,
          "Description": null,
          "DisplayName": "guests",
          "LastModifyDate": 1769846401000,
          "TenantId": "384327297149",
          "UserGroupId": "ca9cad6669303e1a8e50c4522e2f0f1f",
          "UserStoreId": "be69c25091130e504ef3fe9576dd2642"
        },
        {
          "CreatedDate": 1769846400000,
          "Description": "who works here",
          "DisplayName": "staff",
          "LastModifyDate": 1769846400000,
          "TenantId": "384327297149",
          "UserGroupId": "62c9e92d0d977b1dbba206dd572038b2",
          "UserStoreId": "be69c25091130e504ef3fe9576dd2642"
        }
      ],
      "Pageable": {
        "PageNumber": 1,
        "PageSize": 100
      },
      "Total": 2
    }
    "#);
}

/// A call of version 2021-04-20 for this directory, without the request id.
fn older(people: &Directory, action: &str, input: Value) -> Value {
    let mut answer = people.world.call_of(action, "2021-04-20", people.input(input));
    answer.as_object_mut().unwrap().remove("RequestId");
    answer
}

#[test]
fn the_older_version_lists_groups_without_dates() {
    let people = Directory::new();
    people.ok("CreateUserGroup", json!({ "DisplayName": "staff", "Description": "who works" }));
    let list = json!({ "Page": 1, "Size": 10 });
    insta::assert_json_snapshot!(older(&people, "ListUserGroups", list), @r#"
    {
      "Content": [
        {
          "Description": "who works",
          "DisplayName": "staff",
          "TenantId": "384327297149",
          "UserGroupId": "62c9e92d0d977b1dbba206dd572038b2",
          "UserStoreId": "be69c25091130e504ef3fe9576dd2642"
        }
      ],
      "Pageable": {
        "PageNumber": 1,
        "PageSize": 10
      },
      "Total": 1
    }
    "#);
    // The newer members are unknown to it, and its own are required.
    let newer = json!({ "Pageable": { "PageSize": 100, "PageNumber": 1 } });
    for (input, code) in [
        (newer, "UnknownParameter"),
        (json!({ "Page": 1 }), "MissingParameter"),
        (json!({ "Size": 1 }), "MissingParameter"),
        (json!({ "Page": 1, "Size": 1, "Filters": [] }), "UnknownParameter"),
        (json!({ "Page": -1, "Size": 1 }), "InvalidParameter.ParameterIllegal"),
        (json!({ "Page": 1, "Size": 101 }), "InvalidParameter.ParameterIllegal"),
    ] {
        let answer = older(&people, "ListUserGroups", input.clone());
        assert_eq!(answer["Error"]["Code"], code, "{input}: {answer}");
    }
    let page = json!({ "Page": 1, "Size": 10 });
    assert_eq!(people.code("ListUserGroups", page), "UnknownParameter");
}

#[test]
fn the_older_version_pages_from_one_and_finds_by_a_text() {
    let people = Directory::new();
    let night = people.group("Night shift");
    people.group("Day shift");
    people.group("Guests");
    let names = |input: Value| {
        let answer = older(&people, "ListUserGroups", input);
        let names = list(&answer["Content"]).iter().map(|group| text(&group["DisplayName"]));
        format!("{} of {}", names.collect::<Vec<_>>().join(", "), answer["Total"])
    };
    let page = |page: u8| names(json!({ "Page": page, "Size": 2 }));
    // The vendor's example asks for page 0.
    assert_eq!([0, 1].map(page), ["Guests, Day shift of 3"; 2]);
    assert_eq!([2, 3].map(page), ["Night shift of 3", " of 3"]);
    let found = |text: &str| names(json!({ "Page": 1, "Size": 9, "Condition": text }));
    assert_eq!(found("SHIFT"), "Day shift, Night shift of 2");
    assert_eq!(found(&night), "Night shift of 1");
    assert_eq!(found("none"), " of 0");
    assert_eq!(found(""), "Guests, Day shift, Night shift of 3");
}

#[test]
fn the_older_version_has_no_other_action() {
    let people = Directory::new();
    insta::assert_json_snapshot!(older(&people, "CreateUserGroup", json!({ "DisplayName": "x" })), @r#"
    {
      "Error": {
        "Code": "InvalidAction",
        "Message": "The request action=`CreateUserGroup` is invalid or not found in service=`ciam` and version=`2021-04-20`."
      }
    }
    "#);
}

#[test]
fn a_name_is_unique_in_its_directory_and_not_blank() {
    let people = Directory::new();
    let (staff, _) = (people.group("staff"), people.group("guests"));
    let create = |name: &str| people.code("CreateUserGroup", json!({ "DisplayName": name }));
    let rename = |name: &str| {
        people.code("UpdateUserGroup", json!({ "UserGroupId": staff, "DisplayName": name }))
    };
    for code in [create("staff"), create("guests"), rename("guests")] {
        assert_eq!(code, "FailedOperation.UserGroupNameAlreadyExists");
    }
    for blank in ["", " "] {
        assert_eq!(create(blank), "InvalidParameter.ParameterIllegal");
        assert_eq!(rename(blank), "InvalidParameter.ParameterIllegal");
    }
    // Its own name is fine, and so is another directory.
    people.ok("UpdateUserGroup", json!({ "UserGroupId": staff, "DisplayName": "staff" }));
    let other = people.world.store("others");
    people.world.ok("CreateUserGroup", json!({ "UserStoreId": other, "DisplayName": "staff" }));
}

#[test]
fn a_description_has_at_most_128_characters() {
    let people = Directory::new();
    let input = |length| json!({ "DisplayName": "g", "Description": "长".repeat(length) });
    let code = people.code("CreateUserGroup", input(129));
    assert_eq!(code, "InvalidParameter.ParameterIllegal");
    let id = people.ok("CreateUserGroup", input(128))["UserGroupId"].clone();
    let mut update = input(129);
    update["UserGroupId"] = id;
    assert_eq!(people.code("UpdateUserGroup", update), "InvalidParameter.ParameterIllegal");
}

#[test]
fn an_update_keeps_a_description_that_is_not_given() {
    let people = Directory::new();
    let input = json!({ "DisplayName": "a", "Description": "d" });
    let id = text(&people.ok("CreateUserGroup", input)["UserGroupId"]);
    let mut before = people.page("ListUserGroups", json!({}))["Content"][0].clone();
    people.wait(1_000);
    let answer = people.ok("UpdateUserGroup", json!({ "UserGroupId": id, "DisplayName": "b" }));
    assert_eq!(answer, json!({}));
    before["DisplayName"] = "b".into();
    before["LastModifyDate"] = people.now().into();
    assert_eq!(people.page("ListUserGroups", json!({}))["Content"], json!([before]));
    let input = json!({ "UserGroupId": id, "DisplayName": "b", "Description": "e" });
    people.ok("UpdateUserGroup", input);
    before["Description"] = "e".into();
    assert_eq!(people.page("ListUserGroups", json!({}))["Content"], json!([before]));
    let unknown = json!({ "UserGroupId": NOBODY, "DisplayName": "c" });
    assert_eq!(people.code("UpdateUserGroup", unknown), "FailedOperation.UserGroupNotFound");
}

#[test]
fn members_see_a_new_name_and_lose_a_deleted_group() {
    let people = Directory::new();
    let ids = ["a", "b", "c"].map(|name| people.group(name));
    let user = people.user_with("ann", json!({ "UserGroup": ids }));
    let id = text(&user["UserId"]);
    people.ok("UpdateUserGroup", json!({ "UserGroupId": ids[1], "DisplayName": "B" }));
    assert_eq!(people.read(&id)["UserGroupNames"], json!(["a", "B", "c"]));

    let answer = people.ok("DeleteUserGroups", json!({ "UserGroupIds": [ids[1], NOBODY, ids[1]] }));
    insta::assert_json_snapshot!(answer, @r#"
    {
      "UserGroupDeletedInfo": {
        "AppAssociatedUserGroupIds": [],
        "ErrorMessage": ""
      }
    }
    "#);
    assert_eq!(people.read(&id)["UserGroups"], json!([ids[0], ids[2]]));
    assert_eq!(people.read(&id)["UserGroupNames"], json!(["a", "c"]));
    people.ok("DeleteUserGroups", json!({ "UserGroupIds": [ids[0], ids[2]] }));
    assert_eq!(people.read(&id)["UserGroups"], json!([]));
    assert_eq!(groups(&people, json!([])), "");
    // A group that comes later inherits nobody.
    let later = people.group("b");
    assert_eq!(people.read(&id)["UserGroups"], json!([]));
    let in_later = json!({ "Filters": [{ "Key": "userGroup", "Values": [later] }] });
    assert_eq!(people.names("ListUser", in_later), "");
}

#[test]
fn one_call_deletes_at_most_100_groups() {
    let people = Directory::new();
    let some = |count: usize| json!({ "UserGroupIds": vec![NOBODY; count] });
    people.ok("DeleteUserGroups", some(100));
    let code = people.code("DeleteUserGroups", some(101));
    assert_eq!(code, "InvalidParameter.ParameterIllegal");
}

#[test]
fn a_condition_finds_groups_by_id_or_part_of_the_name() {
    let people = Directory::new();
    let night = people.group("Night shift");
    people.group("Day shift");
    people.group("Été");
    let found = |filter: Value| groups(&people, json!([filter]));
    let condition = |value: &str| found(json!({ "Key": "condition", "Values": [value] }));
    assert_eq!(condition(&night), "Night shift");
    assert_eq!(condition(&night[..31]), "");
    assert_eq!(condition("SHIFT"), "Day shift Night shift");
    assert_eq!(condition("té"), "Été");
    assert_eq!(condition("%"), "");
    let none_of = json!({ "Key": "condition", "Values": ["Day", night], "Logic": false });
    assert_eq!(found(none_of), "Été");
    let unknown = json!({ "Key": "nickname", "Values": ["x"] });
    assert_eq!(found(unknown), "Été Day shift Night shift");
}

#[test]
fn a_user_group_id_finds_that_group_alone_until_it_is_deleted() {
    let people = Directory::new();
    let [day, night, _] = ["Day", "Night", "Guests"].map(|name| people.group(name));
    let of = |ids: &[&Value]| groups(&people, json!([{ "Key": "UserGroupId", "Values": ids }]));
    let (first, second) = (json!(day), json!(night));
    assert_eq!(of(&[&first]), "Day");
    assert_eq!(of(&[&second, &first]), "Night Day");
    assert_eq!(of(&[&json!(NOBODY)]), "");
    assert_eq!(of(&[&json!("Day")]), "", "an id, not a name");
    let others = json!({ "Key": "UserGroupId", "Values": [day], "Logic": false });
    assert_eq!(groups(&people, json!([others])), "Guests Night");
    let both = json!([
        { "Key": "UserGroupId", "Values": [day, night] },
        { "Key": "condition", "Values": ["nig"] },
    ]);
    assert_eq!(groups(&people, both), "Night");
    people.ok("DeleteUserGroups", json!({ "UserGroupIds": [day] }));
    assert_eq!(of(&[&first]), "");
}

#[test]
fn the_thousand_and_first_group_is_one_too_many() {
    let mut seed = "[[ciam.directory]]\nname = \"full\"\n".to_owned();
    for number in 0..1_000 {
        writeln!(seed, "[[ciam.directory.group]]\nname = \"{number}\"").unwrap();
    }
    let world = World::with(|config| config.seed_state = Seed::parse(&seed).unwrap());
    let stores = world.ok("ListUserStore", json!({}));
    let input =
        json!({ "UserStoreId": stores["UserStoreSet"][0]["UserStoreId"], "DisplayName": "x" });
    assert_eq!(world.code("CreateUserGroup", input), "FailedOperation.QuotaLimitExceeded");
}
