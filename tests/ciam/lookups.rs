//! Looking users up: what is masked for whom, `ListUser` with its filters, `ListUserByProperty`.

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, UNIT, list, only, text};

fn filtered(people: &Directory, filters: Value) -> String {
    people.names("ListUser", json!({ "Filters": filters }))
}

#[test]
fn readers_see_personal_values_masked_unless_they_ask_for_the_originals() {
    let people = Directory::new();
    people.import(json!([
        { "UserName": "王小明", "Name": "王小明", "PhoneNumber": "+86-13200000000",
          "Email": "132456@qq.com", "ResidentIdentityCard": "110101199003071234" },
        { "UserName": "short", "PhoneNumber": "12345", "Email": "a@qq.com",
          "ResidentIdentityCard": "1234567" },
        { "UserName": "bare" },
    ]));
    let members = ["UserName", "PhoneNumber", "Email", "ResidentIdentityCard", "Name"];
    let shown = |original: Value| {
        let page = people.page("ListUser", json!({ "Original": original }));
        let users = list(&page["Content"]).iter().map(|user| only(user, &members));
        users.collect::<Value>()
    };
    insta::assert_json_snapshot!(shown(json!(false)), @r#"
    [
      {
        "Email": null,
        "Name": null,
        "PhoneNumber": null,
        "ResidentIdentityCard": null,
        "UserName": "bare"
      },
      {
        "Email": "a****@qq.com",
        "Name": null,
        "PhoneNumber": "****",
        "ResidentIdentityCard": "****",
        "UserName": "short"
      },
      {
        "Email": "132****@qq.com",
        "Name": "王小明",
        "PhoneNumber": "+86-132****0000",
        "ResidentIdentityCard": "110****1234",
        "UserName": "王小明"
      }
    ]
    "#);
    insta::assert_json_snapshot!(shown(json!(true)), @r#"
    [
      {
        "Email": null,
        "Name": null,
        "PhoneNumber": null,
        "ResidentIdentityCard": null,
        "UserName": "bare"
      },
      {
        "Email": "a@qq.com",
        "Name": null,
        "PhoneNumber": "12345",
        "ResidentIdentityCard": "1234567",
        "UserName": "short"
      },
      {
        "Email": "132456@qq.com",
        "Name": "王小明",
        "PhoneNumber": "+86-13200000000",
        "ResidentIdentityCard": "110101199003071234",
        "UserName": "王小明"
      }
    ]
    "#);
    assert_eq!(shown(Value::Null), shown(json!(false)), "masked is the default");
}

#[test]
fn every_way_of_reading_masks_alike() {
    let people = Directory::new();
    let created = people.user_with("alice", json!({ "PhoneNumber": "13200000000" }));
    let id = text(&created["UserId"]);
    let ways = |original: bool| {
        let by_email = json!({
            "PropertyCode": "email", "PropertyValue": "alice@example.com", "Original": original,
        });
        let by_id = json!({ "UserId": id, "Original": original });
        let page = json!({ "Original": original });
        [
            people.ok("DescribeUserById", by_id)["User"].clone(),
            people.ok("ListUserByProperty", by_email)["Users"][0].clone(),
            people.page("ListUser", page.clone())["Content"][0].clone(),
            people.page("DescribeUser", page)["Content"][0].clone(),
        ]
    };
    for user in ways(true) {
        assert_eq!(user, created);
    }
    let mut masked = created.clone();
    masked["PhoneNumber"] = "132****0000".into();
    masked["Email"] = "ali****@example.com".into();
    for user in ways(false) {
        assert_eq!(user, masked);
    }
}

#[test]
fn the_newest_user_comes_first_even_at_the_same_moment_or_an_earlier_one() {
    let people = Directory::new();
    people.user("first");
    people.user("second");
    people.wait(-5_000);
    people.user("third");
    assert_eq!(people.names("ListUser", json!({})), "third second first");
}

#[test]
fn a_condition_finds_by_id_or_part_of_name_phone_or_email() {
    let people = Directory::new();
    let ann = people.user_with("Ann", json!({ "Email": "boss@corp.example" }));
    people.user_with("joanna", json!({ "PhoneNumber": "+44-7700900123" }));
    people.user("Bob");
    let id = text(&ann["UserId"]);
    let found = |value: &str| filtered(&people, json!([{ "Key": "condition", "Values": [value] }]));
    insta::assert_snapshot!(
        [&id, &id[..31], "ann", "AN", "+44-7700", "7700900123", "138000000", "@EXAMPLE.com",
         "corp.", "nobody", "100%", "_"]
            .map(|value| format!("{value}: {}", found(value)))
            .join("\n"),
        @"
    3c6ef37362c9e92d0d977b1dbba206dd: Ann
    3c6ef37362c9e92d0d977b1dbba206d: 
    ann: joanna Ann
    AN: joanna Ann
    +44-7700: joanna
    7700900123: joanna
    138000000: Bob Ann
    @EXAMPLE.com: Bob joanna
    corp.: Ann
    nobody: 
    100%: 
    _:
    "
    );
}

#[test]
fn values_are_alternatives_and_filters_must_all_hold() {
    let people = Directory::new();
    let (red, blue) = (people.group("red"), people.group("blue"));
    people.user_with("ann", json!({ "UserGroup": [red] }));
    people.user_with("bob", json!({ "UserGroup": [red, blue], "UserOrg": [UNIT] }));
    people.user_with("cat", json!({ "UserGroup": [blue] }));
    people.user("dan");
    let group = |values: Value, logic: Value| json!({ "Key": "userGroup", "Values": values, "Logic": logic });
    let name = |values: Value| json!({ "Key": "condition", "Values": values });
    let yes = Value::Null;
    for (filters, found) in [
        (json!([group(json!([red]), yes.clone())]), "bob ann"),
        (json!([group(json!([red, blue]), json!(true))]), "cat bob ann"),
        (json!([group(json!([red]), yes.clone()), group(json!([blue]), yes.clone())]), "bob"),
        (json!([group(json!([red]), json!(false))]), "dan cat"),
        (json!([group(json!([red]), json!(false)), name(json!(["a"]))]), "dan cat"),
        (json!([group(json!([red]), yes), name(json!(["cat", "ann"]))]), "ann"),
        (json!([name(json!(["ann", "dan"]))]), "dan ann"),
        (json!([{ "Key": "condition", "Values": ["ann", "bob"], "Logic": false }]), "dan cat"),
        (json!([group(json!([NOBODY]), json!(null))]), ""),
        (json!([group(json!([NOBODY]), json!(false))]), "dan cat bob ann"),
        (json!([{ "Key": "userOrg", "Values": [UNIT] }]), "bob"),
        (json!([{ "Key": "userOrg", "Values": [UNIT], "Logic": false }]), "dan cat ann"),
        (json!([{ "Key": "weComUserOrg", "Values": ["1"] }]), ""),
        (json!([{ "Key": "weComUserOrg", "Values": ["1"], "Logic": false }]), "dan cat bob ann"),
    ] {
        assert_eq!(filtered(&people, filters.clone()), found, "{filters}");
    }
}

#[test]
fn a_filter_that_says_nothing_known_is_passed_over() {
    let people = Directory::new();
    people.user("ann");
    people.user("bob");
    // The first two are the vendor's own examples.
    for filter in [
        json!({ "Key": "nickname", "Values": ["x"], "Logic": true }),
        json!({ "Key": "local", "Values": ["zh"] }),
        json!({ "Key": "userGroupId", "Values": [NOBODY] }),
        json!({ "Key": "condition", "Values": [] }),
        json!({ "Key": "condition" }),
        json!({ "Values": ["ann"] }),
        json!({}),
    ] {
        assert_eq!(filtered(&people, json!([filter])), "bob ann", "{filter}");
    }
    assert_eq!(filtered(&people, json!([])), "bob ann");
}

#[test]
fn a_phone_or_an_email_leads_to_its_one_user() {
    let people = Directory::new();
    let given = json!({ "PhoneNumber": "+86-13800001111", "Email": "Ann@Example.com" });
    people.user_with("ann", given);
    people.user("bob");
    let found = |code: &str, value: &str| {
        let input = json!({ "PropertyCode": code, "PropertyValue": value });
        let answer = people.ok("ListUserByProperty", input);
        list(&answer["Users"]).iter().map(|user| text(&user["UserName"])).collect::<Vec<_>>()
    };
    for (code, value) in [
        ("phoneNumber", "+86-13800001111"),
        ("phoneNumber", "13800001111"),
        ("email", "Ann@Example.com"),
        ("email", "ann@example.COM"),
    ] {
        assert_eq!(found(code, value), ["ann"], "{value}");
    }
    for (code, value) in [
        ("phoneNumber", "1380000111"),
        ("phoneNumber", "+1-13800001111"),
        ("phoneNumber", ""),
        ("email", "ann"),
        ("email", "13800001111"),
    ] {
        assert!(found(code, value).is_empty(), "{value}");
    }
    for code in ["userName", "PhoneNumber", ""] {
        let input = json!({ "PropertyCode": code, "PropertyValue": "ann" });
        assert_eq!(people.code("ListUserByProperty", input), "InvalidParameterValue", "{code}");
    }
}

#[test]
fn nobody_is_found_under_an_unknown_id_and_that_is_no_error() {
    let people = Directory::new();
    for id in [NOBODY, ""] {
        assert_eq!(people.ok("DescribeUserById", json!({ "UserId": id })), json!({ "User": null }));
    }
}

#[test]
fn a_phone_number_is_found_with_and_without_the_home_country_code() {
    let people = Directory::new();
    people.user_with("bare", json!({ "PhoneNumber": "13800000001" }));
    people.user_with("home", json!({ "PhoneNumber": "+86-13900000002" }));
    people.user_with("away", json!({ "PhoneNumber": "+1-13800000001" }));
    let columns = json!([{ "UserPropertyCode": "userName", "ColumnName": "n" }]);
    for (number, found, alone) in [
        ("13800000001", "away bare", "bare"),
        ("+86-13800000001", "bare", "bare"),
        ("13900000002", "home", "home"),
        ("+86-13900000002", "home", "home"),
        ("+1-13800000001", "away", "away"),
        ("+86-138", "bare", ""),
        ("+86-1", "home bare", ""),
        ("+86", "home bare", ""),
        ("000000", "away home bare", ""),
        ("+44-13800000001", "", ""),
    ] {
        let filters = json!([{ "Key": "condition", "Values": [number] }]);
        assert_eq!(filtered(&people, filters.clone()), found, "{number}");
        let job = people.export(json!({ "Filters": filters, "ExportPropertyMaps": columns }));
        let file = people.file_of(&job);
        let row = |line: &str| text(&serde_json::from_str::<Value>(line).unwrap()["n"]);
        assert_eq!(file.lines().map(row).collect::<Vec<_>>().join(" "), found, "{number}");
        let exact = json!([{ "PropertyKey": "phoneNumber", "PropertyValue": number }]);
        assert_eq!(people.names("DescribeUser", json!({ "Filters": exact })), alone, "{number}");
        let by = json!({ "PropertyCode": "phoneNumber", "PropertyValue": number });
        let users = people.ok("ListUserByProperty", by)["Users"].take();
        let users = list(&users).iter().map(|user| text(&user["UserName"])).collect::<Vec<_>>();
        assert_eq!(users.join(" "), alone, "{number}");
    }
}
