//! What happens to a user after it was made: its attributes, its groups, its status.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, UNIT, only, text};

/// The answer to an update of that user.
fn update(people: &Directory, id: &str, change: Value) -> Value {
    let mut change = change;
    change["UserId"] = id.into();
    let user = people.ok("UpdateUser", change)["User"].take();
    assert_eq!(people.read(id), user, "what is answered is what is kept");
    user
}

#[test]
fn only_what_is_given_changes_and_the_answer_is_unmasked() {
    let people = Directory::new();
    let id = people.user("alice");
    let mut before = people.read(&id);
    people.wait(1_000);
    let change = json!({ "PhoneNumber": "+1-5550100", "Nickname": "Al" });
    let after = update(&people, &id, change);
    before["PhoneNumber"] = "+1-5550100".into();
    before["Nickname"] = "Al".into();
    before["LastModifiedDate"] = people.now().into();
    assert_eq!(after, before);
    assert_eq!(people.now() - after["CreatedDate"].as_i64().unwrap(), 1_000);

    people.wait(1_000);
    before["LastModifiedDate"] = people.now().into();
    assert_eq!(update(&people, &id, json!({})), before);
}

#[test]
fn every_attribute_can_be_changed() {
    let people = Directory::new();
    let (id, group) = (people.user("alice"), people.group("g"));
    let change = json!({
        "UserName": "ALICE", "PhoneNumber": "5550100", "Email": "al@example.com",
        "Nickname": "Al", "Address": "here", "UserGroup": [group], "Birthdate": -1,
        "CustomizationAttributes": [{ "Name": "n", "Value": "v" }], "UserOrg": [UNIT],
        "IndexedAttribute1": "1", "IndexedAttribute2": "2", "IndexedAttribute3": "3",
        "IndexedAttribute4": "4", "IndexedAttribute5": "5",
    });
    let mut expected = change.clone();
    let user = update(&people, &id, change);
    // Three members are called otherwise in answers.
    let given = expected.as_object_mut().unwrap();
    given.remove("CustomizationAttributes");
    let attributes = json!([{ "Name": "n", "Value": "v", "Type": "STRING" }]);
    given.insert("CustomAttributes".to_owned(), attributes);
    for (asked, answered) in [("UserGroup", "UserGroups"), ("UserOrg", "UserOrgs")] {
        let value = given.remove(asked).unwrap();
        given.insert(answered.to_owned(), value);
    }
    let members: Vec<&str> = given.keys().map(String::as_str).collect();
    assert_eq!(only(&user, &members), Value::Object(given.clone()));
    assert_eq!(user["UserGroupNames"], json!(["g"]));
}

#[test]
fn empty_text_clears_what_is_optional_and_leaves_name_phone_and_email() {
    let people = Directory::new();
    let given = json!({ "Nickname": "n", "Address": "a", "IndexedAttribute3": "i" });
    let id = text(&people.user_with("alice", given)["UserId"]);
    let blank = json!({
        "UserName": "", "PhoneNumber": " ", "Email": "", "Nickname": "", "Address": "",
        "IndexedAttribute3": "",
    });
    let members = ["UserName", "PhoneNumber", "Email", "Nickname", "Address", "IndexedAttribute3"];
    insta::assert_json_snapshot!(only(&update(&people, &id, blank), &members), @r#"
    {
      "Address": null,
      "Email": "alice@example.com",
      "IndexedAttribute3": null,
      "Nickname": null,
      "PhoneNumber": "+86-13800000001",
      "UserName": "alice"
    }
    "#);
}

#[test]
fn lists_that_are_given_replace_the_old_ones_whole() {
    let people = Directory::new();
    let groups = ["a", "b", "c"].map(|name| people.group(name));
    let given = json!({
        "UserGroup": [groups[0], groups[1]], "UserOrg": [UNIT],
        "CustomizationAttributes": [{ "Name": "x", "Value": "1" }, { "Name": "y", "Value": "2" }],
    });
    let id = text(&people.user_with("alice", given)["UserId"]);
    let members = ["UserGroupNames", "UserOrgs", "CustomAttributes"];
    let kept = only(&update(&people, &id, json!({ "Nickname": "n" })), &members);
    assert_eq!(kept["UserGroupNames"], json!(["a", "b"]));

    let change = json!({
        "UserGroup": [groups[2], groups[0]],
        "CustomizationAttributes": [{ "Name": "y", "Value": "3" }],
    });
    insta::assert_json_snapshot!(only(&update(&people, &id, change), &members), @r#"
    {
      "CustomAttributes": [
        {
          "Name": "y",
          "Type": "STRING",
          "Value": "3"
        }
      ],
      "UserGroupNames": [
        "c",
        "a"
      ],
      "UserOrgs": [
        "0123456789abcdef0123456789abcdef"
      ]
    }
    "#);
    let nothing = json!({ "UserGroup": [], "UserOrg": [], "CustomizationAttributes": [] });
    let left = only(&update(&people, &id, nothing), &members);
    assert_eq!(left, json!({ "UserGroupNames": [], "UserOrgs": [], "CustomAttributes": [] }));
}

#[test]
fn a_user_may_keep_its_own_values_and_not_take_those_of_others() {
    let people = Directory::new();
    let ada = people.user_with("ada", json!({ "PhoneNumber": "13800009999" }));
    let id = people.user("bob");
    let mine = people.read(&id);
    let own = only(&mine, &["UserName", "PhoneNumber", "Email"]);
    update(&people, &id, own);
    update(&people, &id, json!({ "UserName": "BOB", "Email": "BOB@example.com" }));
    let before = people.read(&id);
    for (change, code) in [
        (json!({ "UserName": "ADA" }), "UserNameAlreadyExists"),
        (json!({ "PhoneNumber": "+86-13800009999" }), "PhoneNumberAlreadyExists"),
        (json!({ "Email": "Ada@Example.com" }), "EmailAlreadyExists"),
        (json!({ "UserName": "a b" }), "AttributeFormatError"),
        (json!({ "PhoneNumber": "12" }), "AttributeFormatError"),
        (json!({ "Email": "x" }), "AttributeFormatError"),
        (json!({ "IndexedAttribute2": "x".repeat(513) }), "IndexedAttributeTooLong"),
        (json!({ "UserGroup": [NOBODY] }), "UserGroupNotFound"),
        (json!({ "UserOrg": ["x"] }), "OrgNotFound"),
        (json!({ "UserId": NOBODY }), "UserNotFound"),
    ] {
        let mut input = json!({ "UserId": id, "Nickname": "never" });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = people.code("UpdateUser", input);
        assert_eq!(refused, format!("FailedOperation.{code}"), "{change}");
    }
    assert_eq!(people.read(&id), before, "a refused change changes nothing");
    // What a user gives up is free.
    update(&people, ada["UserId"].as_str().unwrap(), json!({ "PhoneNumber": "5550100" }));
    update(&people, &id, json!({ "PhoneNumber": "13800009999" }));
}

#[test]
fn any_status_follows_any_and_only_a_lock_is_dated() {
    let people = Directory::new();
    let id = people.user("alice");
    let mut story = format!("{}\n", people.read(&id)["Status"]);
    let all = ["NORMAL", "LOCK", "FREEZE"];
    let pairs = all.into_iter().flat_map(|one| all.map(|other| [one, other])).flatten();
    for status in pairs {
        people.wait(1);
        let answer = people.ok("UpdateUserStatus", json!({ "UserId": id, "Status": status }));
        assert_eq!(answer, json!({}));
        let user = people.read(&id);
        assert_eq!(user["LastModifiedDate"], people.now());
        let since = user["LockTime"].as_i64().map(|since| people.now() - since);
        writeln!(story, "{} {} {since:?}", user["Status"], user["LockType"]).unwrap();
    }
    insta::assert_snapshot!(story, @r#"
    "NOT_ENABLED"
    "NORMAL" null None
    "NORMAL" null None
    "NORMAL" null None
    "LOCK" "adminLock" Some(0)
    "NORMAL" null None
    "FREEZE" null None
    "LOCK" "adminLock" Some(0)
    "NORMAL" null None
    "LOCK" "adminLock" Some(0)
    "LOCK" "adminLock" Some(0)
    "LOCK" "adminLock" Some(0)
    "FREEZE" null None
    "FREEZE" null None
    "NORMAL" null None
    "FREEZE" null None
    "LOCK" "adminLock" Some(0)
    "FREEZE" null None
    "FREEZE" null None
    "#);
}

#[test]
fn a_status_is_one_of_three_and_of_a_user_that_is_there() {
    let people = Directory::new();
    let id = people.user("alice");
    let code = |id: &str, status: &str| {
        people.code("UpdateUserStatus", json!({ "UserId": id, "Status": status }))
    };
    for bad in ["NOT_ENABLED", "normal", "DISABLED"] {
        assert_eq!(code(&id, bad), "FailedOperation.InvalidUserStatusEnum");
    }
    for empty in ["", " "] {
        assert_eq!(code(&id, empty), "FailedOperation.UserStatusRequired");
    }
    assert_eq!(people.code("UpdateUserStatus", json!({ "UserId": id })), "MissingParameter");
    assert_eq!(code(NOBODY, "LOCK"), "FailedOperation.UserNotFound");
    assert_eq!(people.read(&id)["Status"], "NOT_ENABLED");
}
