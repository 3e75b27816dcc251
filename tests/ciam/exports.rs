//! Export files: which users, which columns, how values are written.

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, UNIT, list, text};

/// Columns by property code and name.
pub(super) fn columns(pairs: &[(&str, &str)]) -> Value {
    let map = |(code, name): &(&str, &str)| json!({ "UserPropertyCode": code, "ColumnName": name });
    pairs.iter().map(map).collect()
}

/// The file of an export with that input.
fn exported(people: &Directory, input: Value) -> String {
    let job = people.export(input);
    people.file_of(&job)
}

/// The lines of an NDJSON file.
fn ndjson(file: &str) -> Vec<Value> {
    assert!(file.is_empty() || file.ends_with('\n'));
    file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The records of a CSV file, its header first.
fn csv(file: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file.as_bytes());
    let records = reader.records().map(|record| record.unwrap());
    records.map(|record| record.iter().map(str::to_owned).collect()).collect()
}

/// The names of the users in an NDJSON export with these filters.
fn names(people: &Directory, filters: Value) -> String {
    let input = json!({ "Filters": filters, "ExportPropertyMaps": columns(&[("userName", "n")]) });
    let rows = ndjson(&exported(people, input));
    rows.iter().map(|row| text(&row["n"])).collect::<Vec<_>>().join(" ")
}

/// The code by which exports name a member of `User`.
fn code_of(member: &str) -> String {
    match member {
        "UserId" => "id".to_owned(),
        "UserGroups" => "userGroup".to_owned(),
        _ => member[..1].to_lowercase() + &member[1..],
    }
}

/// A directory with all sorts of users: full and bare, imported, linked, barred.
fn crowd() -> Directory {
    let people = Directory::new();
    let groups = ["staff", "night shift"].map(|name| people.group(name));
    let full = people.user_with(
        "full",
        json!({
            "Nickname": "says \"hi\", twice", "Address": "line one\nline two\r\nline three",
            "Birthdate": -86_400_000, "UserGroup": groups, "UserOrg": [UNIT],
            "CustomizationAttributes": [{ "Name": "team", "Value": "红,\"蓝\"" }],
            "IndexedAttribute1": " leading; trailing ", "IndexedAttribute2": "=1+1",
        }),
    );
    people.import(json!([
        { "UserName": "🦊", "Name": "null", "Job": "''", "ResidentIdentityCard": "110101199003071234" },
        { "QqOpenId": "q1", "IdentityVerified": false, "UserGroup": [groups[0]] },
    ]));
    let bare = people.user("bare");
    let link = json!({
        "PrimaryUserId": full["UserId"], "SecondaryUserId": bare, "UserLinkedOnAttribute": "EMAIL",
    });
    people.ok("LinkAccount", link);
    people.ok("UpdateUserStatus", json!({ "UserId": bare, "Status": "LOCK" }));
    people
}

#[test]
fn without_columns_every_member_is_exported_unmasked_under_its_own_code() {
    let people = crowd();
    let page = people.page("ListUser", json!({ "Original": true }));
    let renamed = |user: &Value| {
        let members = user.as_object().unwrap().iter();
        Value::Object(members.map(|(name, value)| (code_of(name), value.clone())).collect())
    };
    let expected: Vec<Value> = list(&page["Content"]).iter().map(renamed).collect();
    assert_eq!(expected.len(), 4);
    assert_eq!(ndjson(&exported(&people, json!({}))), expected);
    let input = json!({ "Format": "NDJSON", "ExportPropertyMaps": [], "Filters": [] });
    assert_eq!(ndjson(&exported(&people, input)), expected);
}

#[test]
fn both_formats_tell_the_same_of_every_column() {
    let people = crowd();
    let lines = ndjson(&exported(&people, json!({})));
    let records = csv(&exported(&people, json!({ "Format": "CSV" })));
    let (header, records) = records.split_first().unwrap();
    assert_eq!(header.len(), 45);
    assert_eq!(records.len(), lines.len());
    for (line, record) in lines.iter().zip(records) {
        for (name, cell) in header.iter().zip(record) {
            let expected = match &line[name] {
                Value::Null => String::new(),
                Value::String(text) => text.clone(),
                Value::Array(all) if name == "customAttributes" => {
                    let pair =
                        |one: &Value| format!("{}={}", text(&one["Name"]), text(&one["Value"]));
                    all.iter().map(pair).collect::<Vec<_>>().join(";")
                }
                Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(";"),
                other => other.to_string(),
            };
            assert_eq!(*cell, expected, "{name}");
        }
    }
}

#[test]
fn columns_are_chosen_ordered_and_renamed() {
    let people = crowd();
    let chosen = columns(&[
        ("nickname", "昵称, \"quoted\""),
        ("userName", "login"),
        ("team", "team"),
        ("USERNAME", "login again"),
        ("userGroup", "groups"),
        ("userGroupNames", "group names"),
        ("address", "a"),
        ("birthdate", "born"),
        ("primary", "leads"),
        ("lockType", "l"),
        ("residentIdentityCard", "card"),
    ]);
    let in_csv = json!({ "Format": "CSV", "ExportPropertyMaps": chosen });
    insta::assert_snapshot!(exported(&people, in_csv).replace('\r', "␍"), @r#"
    "昵称, ""quoted""",login,team,login again,groups,group names,a,born,leads,l,card␍
    ,bare,,bare,,,,,false,adminLock,␍
    ,,,,62c9e92d0d977b1dbba206dd572038b2,staff,,,true,,␍
    ,🦊,,🦊,,,,,true,,110101199003071234␍
    "says ""hi"", twice",full,"红,""蓝""",full,62c9e92d0d977b1dbba206dd572038b2;ca9cad6669303e1a8e50c4522e2f0f1f,staff;night shift,"line one
    line two␍
    line three",-86400000,true,,␍
    "#);
    let in_ndjson = json!({ "ExportPropertyMaps": chosen });
    insta::assert_snapshot!(exported(&people, in_ndjson), @r#"
    {"昵称, \"quoted\"":null,"login":"bare","team":null,"login again":"bare","groups":[],"group names":[],"a":null,"born":null,"leads":false,"l":"adminLock","card":null}
    {"昵称, \"quoted\"":null,"login":null,"team":null,"login again":null,"groups":["62c9e92d0d977b1dbba206dd572038b2"],"group names":["staff"],"a":null,"born":null,"leads":true,"l":null,"card":null}
    {"昵称, \"quoted\"":null,"login":"🦊","team":null,"login again":"🦊","groups":[],"group names":[],"a":null,"born":null,"leads":true,"l":null,"card":"110101199003071234"}
    {"昵称, \"quoted\"":"says \"hi\", twice","login":"full","team":"红,\"蓝\"","login again":"full","groups":["62c9e92d0d977b1dbba206dd572038b2","ca9cad6669303e1a8e50c4522e2f0f1f"],"group names":["staff","night shift"],"a":"line one\nline two\r\nline three","born":-86400000,"leads":true,"l":null,"card":null}
    "#);
}

#[test]
fn an_export_without_users_is_empty_but_for_the_header_of_a_csv() {
    let people = Directory::new();
    let chosen = columns(&[("id", "one"), ("email", "two, too")]);
    let input = json!({ "ExportPropertyMaps": chosen });
    assert_eq!(exported(&people, input.clone()), "");
    let mut input = input;
    input["Format"] = "CSV".into();
    assert_eq!(exported(&people, input), "one,\"two, too\"\r\n");
    people.user("ann");
    let filter = json!([{ "Key": "condition", "Values": ["nobody"] }]);
    assert_eq!(exported(&people, json!({ "Filters": filter })), "");
}

#[test]
fn filters_choose_users_and_call_a_group_otherwise_than_listings_do() {
    let people = Directory::new();
    let (red, blue) = (people.group("red"), people.group("blue"));
    people.user_with("ann", json!({ "UserGroup": [red] }));
    people.user_with("bob", json!({ "UserGroup": [red, blue] }));
    people.user("cat");
    for (filters, found) in [
        (json!([{ "Key": "userGroupId", "Values": [red] }]), "bob ann"),
        (json!([{ "Key": "userGroupId", "Values": [red], "Logic": false }]), "cat"),
        (json!([{ "Key": "userGroupId", "Values": [red, blue] }]), "bob ann"),
        (json!([{ "Key": "condition", "Values": ["CAT", "ann"] }]), "cat ann"),
        (
            json!([
                { "Key": "userGroupId", "Values": [red] },
                { "Key": "condition", "Values": ["bob@"], "Logic": false },
            ]),
            "ann",
        ),
        // Keys of others, and those of the vendor's examples, are passed over.
        (json!([{ "Key": "userGroup", "Values": [NOBODY] }]), "cat bob ann"),
        (json!([{ "Key": "nickname", "Values": ["x"] }]), "cat bob ann"),
    ] {
        assert_eq!(names(&people, filters.clone()), found, "{filters}");
    }
}

#[test]
fn a_format_or_column_that_is_not_there_is_refused() {
    let people = crowd();
    let illegal = "InvalidParameter.ParameterIllegal";
    let maps = |maps: Value| json!({ "ExportPropertyMaps": maps });
    for (input, code) in [
        (json!({ "Format": "XML" }), "InvalidParameterValue"),
        (json!({ "Format": "csv" }), "InvalidParameterValue"),
        (maps(columns(&[("password", "p")])), illegal),
        (maps(columns(&[("id", "a"), ("email", "a")])), illegal),
        (maps(columns(&[("id", "a"), ("", "b")])), illegal),
        (maps(json!([{ "UserPropertyCode": "id" }])), "MissingParameter"),
        (maps(json!([{ "ColumnName": "id" }])), "MissingParameter"),
    ] {
        assert_eq!(people.code("CreateFileExportUserJob", input.clone()), code, "{input}");
    }
    // A custom attribute is known as long as somebody has it, with its case.
    exported(&people, maps(columns(&[("team", "t")])));
    let other_case = maps(columns(&[("Team", "t")]));
    assert_eq!(people.code("CreateFileExportUserJob", other_case), illegal);
}
