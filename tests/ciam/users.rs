//! Users: made and deleted. How they change is in `changes.rs`, how they are found in `lookups.rs`.

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, UNIT};

/// The code that refuses a new user with this member instead of a good one.
fn refused(people: &Directory, member: &str, value: Value) -> String {
    let mut input = people.new_user("somebody");
    input[member] = value;
    people.code("CreateUser", input)
}

#[test]
fn a_new_user_is_answered_whole_and_unmasked() {
    let people = Directory::new();
    let (staff, night) = (people.group("staff"), people.group("night shift"));
    let given = json!({
        "Nickname": "阿丽", "Address": "1 Long Street", "Birthdate": 631_152_000_000_i64,
        "UserGroup": [night, staff, night], "UserOrg": [UNIT],
        "CustomizationAttributes": [
            { "Name": "team", "Value": "red" },
            { "Name": "grade", "Value": "7", "Type": "NUMBER" },
        ],
        "IndexedAttribute1": "one", "IndexedAttribute2": "two", "IndexedAttribute3": "three",
        "IndexedAttribute4": "four", "IndexedAttribute5": "five",
    });
    let user = people.user_with("alice", given);
    insta::assert_json_snapshot!(user, @r#"
    {
      "Address": "1 Long Street",
      "AlipayUserId": null,
      "AlreadyFirstLogin": false,
      "Birthdate": 631152000000,
      "CreatedDate": 1769846400000,
      "CustomAttributes": [
        {
          "Name": "team",
          "Type": "STRING",
          "Value": "red"
        },
        {
          "Name": "grade",
          "Type": "NUMBER",
          "Value": "7"
        }
      ],
      "Description": null,
      "Email": "alice@example.com",
      "Gender": null,
      "IdentityVerificationMethod": null,
      "IdentityVerified": false,
      "IndexedAttribute1": "one",
      "IndexedAttribute2": "two",
      "IndexedAttribute3": "three",
      "IndexedAttribute4": "four",
      "IndexedAttribute5": "five",
      "Job": null,
      "LastModifiedDate": 1769846400000,
      "LastSignOn": null,
      "Locale": null,
      "LockTime": null,
      "LockType": null,
      "Name": null,
      "Nationality": null,
      "Nickname": "阿丽",
      "PhoneNumber": "+86-13800000001",
      "Primary": true,
      "QqOpenId": null,
      "QqUnionId": null,
      "ResidentIdentityCard": null,
      "Status": "NOT_ENABLED",
      "TenantId": "384327297149",
      "UserDataSourceEnum": "管理员添加",
      "UserGroupNames": [
        "night shift",
        "staff"
      ],
      "UserGroups": [
        "ca9cad6669303e1a8e50c4522e2f0f1f",
        "62c9e92d0d977b1dbba206dd572038b2"
      ],
      "UserId": "3c6ef3732a26a31ce2158bcbc2621fd3",
      "UserName": "alice",
      "UserOrgs": [
        "0123456789abcdef0123456789abcdef"
      ],
      "UserStoreId": "be69c25091130e504ef3fe9576dd2642",
      "Version": null,
      "WeComUserId": null,
      "WeComUserOrgs": [],
      "WechatOpenId": null,
      "WechatUnionId": null,
      "Zone": null
    }
    "#);
    assert_eq!(people.read(user["UserId"].as_str().unwrap()), user);
}

#[test]
fn what_a_new_user_was_not_given_is_null_or_empty() {
    let people = Directory::new();
    let empty = json!({
        "Nickname": "", "Address": "", "IndexedAttribute1": "", "UserGroup": [], "UserOrg": [],
        "CustomizationAttributes": [],
    });
    for given in [json!({}), empty] {
        let user = people.user_with(if given == json!({}) { "a" } else { "b" }, given);
        let members = user.as_object().unwrap();
        assert_eq!(members.len(), 45);
        let nulls = members.iter().filter(|(_, value)| value.is_null()).count();
        let lists = members.iter().filter(|(_, value)| **value == json!([])).count();
        // Given or known: id, name, phone, email, status, source, two times, tenant, directory,
        // primary, verified, first login.
        assert_eq!((nulls, lists, 45 - nulls - lists), (27, 5, 13), "{user}");
    }
}

#[test]
fn names_and_emails_are_unique_whatever_their_case_and_phones_whatever_their_86() {
    let people = Directory::new();
    let given = json!({ "PhoneNumber": "+86-13800000000", "Email": "Ana@Example.com" });
    people.user_with("Ana", given);
    people.user_with("bob", json!({ "PhoneNumber": "+1-13800000000" }));
    people.user_with("Éva", json!({ "Email": "eva@example.com" }));
    for (member, values, code) in [
        ("UserName", &["Ana", "ana", "ANA", "éva"][..], "UserNameAlreadyExists"),
        ("PhoneNumber", &["+86-13800000000", "13800000000"], "PhoneNumberAlreadyExists"),
        ("Email", &["ana@example.com", "ANA@EXAMPLE.COM"], "EmailAlreadyExists"),
    ] {
        for value in values {
            let refused = refused(&people, member, json!(value));
            assert_eq!(refused, format!("FailedOperation.{code}"), "{value}");
        }
    }
    // Of several that are taken, name is told before phone, and phone before email.
    let mut input = people.new_user("ANA");
    input["PhoneNumber"] = "13800000000".into();
    input["Email"] = "ana@example.com".into();
    assert_eq!(people.code("CreateUser", input.clone()), "FailedOperation.UserNameAlreadyExists");
    input["UserName"] = "other".into();
    assert_eq!(people.code("CreateUser", input), "FailedOperation.PhoneNumberAlreadyExists");
}

#[test]
fn a_user_can_only_be_put_where_something_is() {
    let people = Directory::new();
    let group = people.group("g");
    let unknown = refused(&people, "UserGroup", json!([group, NOBODY]));
    assert_eq!(unknown, "FailedOperation.UserGroupNotFound");
    // Every id of the right form counts as an organization unit.
    for bad in ["root", "0123", "0123456789abcdef0123456789abcdeg"] {
        let code = refused(&people, "UserOrg", json!([UNIT, bad]));
        assert_eq!(code, "FailedOperation.OrgNotFound");
    }
    assert_eq!(people.names("ListUser", json!({})), "");
}

#[test]
fn a_refused_user_leaves_nothing_behind() {
    let people = Directory::new();
    let group = people.group("g");
    people.user("a");
    let mut input = people.new_user("b");
    input["UserName"] = "A".into();
    input["UserGroup"] = json!([group]);
    people.code("CreateUser", input.clone());
    assert_eq!(people.names("ListUser", json!({})), "a");
    assert_eq!(people.page("ListLogMessageByCondition", json!({ "StartTime": 0 }))["Total"], 1);
    // Phone and email of the refused one are free.
    input["UserName"] = "b".into();
    people.ok("CreateUser", input);
    assert_eq!(people.names("ListUser", json!({})), "b a");
}

#[test]
fn deleting_passes_over_unknown_ids_and_frees_what_was_taken() {
    let people = Directory::new();
    let group = people.group("g");
    let ids = ["a", "b", "c"].map(|name| {
        let user = people.user_with(name, json!({ "UserGroup": [group] }));
        user["UserId"].clone()
    });
    let answer = people.ok("DeleteUsers", json!({ "UserIds": [ids[0], NOBODY, ids[2], ids[0]] }));
    assert_eq!(answer, json!({}));
    assert_eq!(people.names("ListUser", json!({})), "b");
    assert_eq!(people.read(ids[0].as_str().unwrap()), Value::Null);
    let in_group = json!({ "Filters": [{ "Key": "userGroup", "Values": [group] }] });
    assert_eq!(people.names("ListUser", in_group), "b");
    people.ok("DeleteUsers", json!({ "UserIds": [NOBODY] }));
    people.user("a");
}

#[test]
fn one_call_deletes_1_to_100_users() {
    let people = Directory::new();
    let some = |count: usize| json!({ "UserIds": vec![NOBODY; count] });
    people.ok("DeleteUsers", some(100));
    for count in [0, 101] {
        assert_eq!(people.code("DeleteUsers", some(count)), "InvalidParameter.ParameterIllegal");
    }
}
