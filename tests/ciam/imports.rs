//! Imports: rows in order, bad ones passed over and told, users as rich as a row can make them.

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, STEP_MS, list};

/// The ended job of an import of these rows.
fn imported(people: &Directory, rows: Value) -> Value {
    let id = people.import(rows);
    people.job(&id)
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
      "Id": "ca9cad6669303e1a8e50c4522e2f0f1f",
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
        "62c9e92d0d977b1dbba206dd572038b2"
      ],
      "UserId": "3c6ef3732a26a31ce2158bcbc2621fd3",
      "UserName": "ann",
      "UserOrgs": [],
      "UserStoreId": "be69c25091130e504ef3fe9576dd2642",
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
