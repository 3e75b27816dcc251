//! Imports: rows in order, bad ones passed over and told, users as rich as a row can make them.

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, STEP_MS, list};

/// The ended job of an import of these rows.
fn imported(people: &Directory, rows: Value) -> Value {
    let id = people.import(rows);
    people.job(&id)
}

/// Why a row alone in an import fails; nothing if it does not.
fn failure(people: &Directory, row: Value) -> Option<String> {
    let job = imported(people, json!([row]));
    let failed = list(&job["FailedUsers"]);
    assert_eq!(job["Status"], if failed.is_empty() { "COMPLETED" } else { "FAILED" });
    let told = failed.first()?;
    Some(format!("{}: {}", told["FailedUserIdentification"], told["FailedReason"]))
}

#[test]
fn a_row_can_tell_more_of_a_user_than_any_other_action() {
    let people = Directory::with_slow_jobs();
    let group = people.group("staff");
    let id = people.import(json!([{
        "UserName": "ann", "PhoneNumber": "+86-13800000000", "Email": "ann@example.com",
        "ResidentIdentityCard": "110101199003071234", "Nickname": "Annie", "Address": "here",
        "UserGroup": [group], "QqOpenId": "qo", "QqUnionId": "qu", "WechatOpenId": "wo",
        "WechatUnionId": "wu", "AlipayUserId": "al", "WeComUserId": "wc", "Description": "d",
        "Birthdate": "1990-03-07", "Name": "Ann A.", "Locale": "zh", "Gender": "female",
        "IdentityVerificationMethod": "nameIdCardAndPhone", "IdentityVerified": true,
        "Job": "cook", "Nationality": "CN", "Zone": "Asia/Shanghai", "Password": "x",
        "CustomizationAttributes": [{ "Name": "team", "Value": "red" }],
        "Salt": {
            "SaltValue": "s",
            "SaltLocation": {
                "SaltLocationTypeEnum": "OTHER", "SaltLocationRule": { "Regex": ".*" },
            },
        },
        "PasswordEncryptTypeEnum": "SHA1", "IndexedAttribute1": "1", "IndexedAttribute2": "2",
        "IndexedAttribute3": "3", "IndexedAttribute4": "4", "IndexedAttribute5": "5",
    }]));
    people.wait(2 * STEP_MS);
    insta::assert_json_snapshot!(people.job(&id), @r#"
    {
      "CreatedDate": 1769846400000,
      "ErrorDetails": [],
      "FailedUsers": [],
      "Format": "NDJSON",
      "Id": "1183eb29a303dcd4f4004fa48800f7b6",
      "Location": null,
      "Status": "COMPLETED",
      "Type": "IMPORT_USER"
    }
    "#);
    let page = people.page("ListUser", json!({ "Original": true }));
    insta::assert_json_snapshot!(page["Content"][0], @r#"
    {
      "Address": "here",
      "AlipayUserId": "al",
      "AlreadyFirstLogin": false,
      "Birthdate": 636768000000,
      "CreatedDate": 1769846401000,
      "CustomAttributes": [
        {
          "Name": "team",
          "Type": "STRING",
          "Value": "red"
        }
      ],
      "Description": "d",
      "Email": "ann@example.com",
      "Gender": "FEMALE",
      "IdentityVerificationMethod": "nameIdCardAndPhone",
      "IdentityVerified": true,
      "IndexedAttribute1": "1",
      "IndexedAttribute2": "2",
      "IndexedAttribute3": "3",
      "IndexedAttribute4": "4",
      "IndexedAttribute5": "5",
      "Job": "cook",
      "LastModifiedDate": 1769846401000,
      "LastSignOn": null,
      "Locale": "zh",
      "LockTime": null,
      "LockType": null,
      "Name": "Ann A.",
      "Nationality": "CN",
      "Nickname": "Annie",
      "PhoneNumber": "+86-13800000000",
      "Primary": true,
      "QqOpenId": "qo",
      "QqUnionId": "qu",
      "ResidentIdentityCard": "110101199003071234",
      "Status": "NOT_ENABLED",
      "TenantId": "384327297149",
      "UserDataSourceEnum": "批量导入",
      "UserGroupNames": [
        "staff"
      ],
      "UserGroups": [
        "e1967d178218f60f85f897f52f9adf5f"
      ],
      "UserId": "757be8a5ef04b7fbe2e831337d5e3507",
      "UserName": "ann",
      "UserOrgs": [],
      "UserStoreId": "cc4f55042b8185a5bee4670217f3c684",
      "Version": null,
      "WeComUserId": "wc",
      "WeComUserOrgs": [],
      "WechatOpenId": "wo",
      "WechatUnionId": "wu",
      "Zone": "Asia/Shanghai"
    }
    "#);
}

#[test]
fn any_of_nine_ids_makes_a_user_and_nothing_else_does() {
    let people = Directory::new();
    for (member, value) in [
        ("UserName", "ann"),
        ("PhoneNumber", "13800000000"),
        ("Email", "ann@example.com"),
        ("WechatOpenId", "1"),
        ("WechatUnionId", "1"),
        ("AlipayUserId", "1"),
        ("QqOpenId", "1"),
        ("QqUnionId", "1"),
        ("WeComUserId", "1"),
    ] {
        assert_eq!(failure(&people, json!({ member: value })), None, "{member}");
    }
    for row in [json!({}), json!({ "Nickname": "x" }), json!({ "UserName": "", "Email": "" })] {
        let told = failure(&people, row).unwrap();
        insta::allow_duplicates! { insta::assert_snapshot!(told, @r#""": "a user needs a user name, a phone number, an email or an id elsewhere""#); }
    }
    assert_eq!(people.page("ListUser", json!({}))["Total"], 9);
}

#[test]
fn a_bad_row_is_passed_over_and_told_by_what_it_can_be_known_by() {
    let people = Directory::new();
    people.user_with("taken", json!({ "PhoneNumber": "13800009999" }));
    let long = "x".repeat(513);
    let job = imported(
        &people,
        json!([
            { "UserName": "ann" },
            { "UserName": "TAKEN" },
            { "PhoneNumber": "+86-13800009999", "Email": "free@example.com" },
            { "Email": "Taken@example.com", "QqOpenId": "q" },
            { "UserName": "Ann", "Nickname": "the second of that name" },
            { "UserName": "a b" },
            { "PhoneNumber": "12" },
            { "Email": "nowhere" },
            { "WechatOpenId": "w", "Birthdate": "7 March 1990" },
            { "WeComUserId": "c", "UserGroup": [NOBODY] },
            { "QqUnionId": "u", "IndexedAttribute5": long },
            { "AlipayUserId": "p", "PasswordEncryptTypeEnum": "ROT13", "Password": "x" },
            { "WechatUnionId": "v", "IdentityVerified": true },
            { "UserName": "half", "IdentityVerified": true, "IdentityVerificationMethod": "nameAndIdCard" },
            { "Nickname": "nobody" },
            { "UserName": "bob", "Email": "free@example.com" },
        ]),
    );
    assert_eq!((&job["Status"], &job["ErrorDetails"]), (&json!("COMPLETED"), &json!([])));
    let line = |failed: &Value| {
        format!("{}: {}", failed["FailedUserIdentification"], failed["FailedReason"])
    };
    let told: Vec<String> = list(&job["FailedUsers"]).iter().map(line).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    "TAKEN": "another user of the directory has that user name"
    "+86-13800009999": "the phone number belongs to another user of the directory"
    "Taken@example.com": "the email belongs to another user of the directory"
    "Ann": "another user of the directory has that user name"
    "a b": "a user attribute breaks its configured format rule"
    "12": "a user attribute breaks its configured format rule"
    "nowhere": "a user attribute breaks its configured format rule"
    "w": "a user attribute breaks its configured format rule"
    "c": "a named user group does not exist"
    "u": "an indexed attribute is longer than 512 characters"
    "p": "a parameter's value is not acceptable"
    "v": "the identity verification lacks its method or what the method verifies"
    "half": "the identity verification lacks its method or what the method verifies"
    "": "a user needs a user name, a phone number, an email or an id elsewhere"
    "#);
    assert_eq!(people.names("ListUser", json!({})), "bob ann taken");
}

#[test]
fn a_verified_identity_comes_with_what_was_verified() {
    let people = Directory::new();
    let row = |name: &str, method: Value, more: Value| {
        let mut row = json!({
            "UserName": name, "IdentityVerified": true, "IdentityVerificationMethod": method,
        });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        failure(&people, row).is_none()
    };
    let person = json!({ "Name": "Ann", "ResidentIdentityCard": "1" });
    let phoned = json!({ "Name": "Ann", "ResidentIdentityCard": "1", "PhoneNumber": "55501" });
    assert!(!row("a", Value::Null, person.clone()));
    assert!(!row("b", json!("nameAndIdCard"), json!({ "Name": "Ann" })));
    assert!(!row("c", json!("nameAndIdCard"), json!({ "ResidentIdentityCard": "1" })));
    assert!(!row("d", json!("nameIdCardAndPhone"), person.clone()));
    assert!(!row("e", json!("handshake"), phoned.clone()));
    assert!(row("f", json!("nameAndIdCard"), person));
    assert!(row("g", json!("nameIdCardAndPhone"), phoned));
    let page = people.page("ListUser", json!({}));
    for user in list(&page["Content"]) {
        assert_eq!(user["IdentityVerified"], true);
    }
}

#[test]
fn a_job_fails_only_if_every_row_does() {
    let people = Directory::new();
    let (good, bad) = (json!({ "UserName": "a" }), json!({ "UserName": "a b" }));
    let job = imported(&people, json!([bad, bad]));
    assert_eq!((&job["Status"], list(&job["FailedUsers"]).len()), (&json!("FAILED"), 2));
    assert_eq!(job["Location"], Value::Null);
    let job = imported(&people, json!([bad, good, bad]));
    assert_eq!((&job["Status"], list(&job["FailedUsers"]).len()), (&json!("COMPLETED"), 2));
}

#[test]
fn one_import_takes_1_to_1000_rows() {
    let people = Directory::new();
    let rows = |count: usize| {
        let rows = (0..count).map(|number| json!({ "UserName": format!("u{number}") }));
        json!({ "DataFlowUserCreateList": rows.collect::<Value>() })
    };
    let code = people.code("CreateApiImportUserJob", rows(0));
    assert_eq!(code, "FailedOperation.ImportUserIsEmpty");
    let code = people.code("CreateApiImportUserJob", rows(1_001));
    assert_eq!(code, "InvalidParameter.ParameterIllegal");
    assert_eq!(people.code("CreateApiImportUserJob", json!({})), "MissingParameter");
    people.ok("CreateApiImportUserJob", rows(1_000));
    assert_eq!(people.page("ListUser", json!({ "Filters": [] }))["Total"], 1_000);
}

#[test]
fn rows_meet_what_is_there_when_the_job_ends() {
    let people = Directory::with_slow_jobs();
    let (old, group) = (people.user("old"), people.group("g"));
    let id = people.import(json!([
        { "UserName": "old" },
        { "UserName": "new" },
        { "UserName": "member", "UserGroup": [group] },
    ]));
    people.wait(2 * STEP_MS - 1);
    people.ok("DeleteUsers", json!({ "UserIds": [old] }));
    people.ok("DeleteUserGroups", json!({ "UserGroupIds": [group] }));
    people.user("new");
    people.wait(1);
    let job = people.job(&id);
    let failed = list(&job["FailedUsers"]).iter();
    let failed: Vec<_> = failed.map(|row| row["FailedUserIdentification"].clone()).collect();
    assert_eq!(failed, ["new", "member"]);
    assert_eq!(people.names("ListUser", json!({})), "old new");
}

#[test]
fn a_gender_in_any_case_is_one_of_three_or_stays_as_it_is() {
    let people = Directory::new();
    let given = ["MALE", "Female", "unknown", "男", ""];
    let row = |gender: &&str| json!({ "UserName": format!("u{gender}"), "Gender": gender });
    let job = imported(&people, given.iter().map(row).collect());
    assert_eq!(job["FailedUsers"], json!([]));
    let page = people.page("ListUser", json!({}));
    let mut genders: Vec<_> = list(&page["Content"]).iter().map(|user| &user["Gender"]).collect();
    genders.reverse();
    assert_eq!(json!(genders), json!(["MALE", "FEMALE", "UNKNOWN", "男", null]));
}
