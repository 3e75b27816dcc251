//! The log of a directory: what is written into it, by whom, and how it is read.

use http::HeaderValue;
use serde_json::{Value, json};

use super::directory::{Directory, list, text};
use crate::client::Signed;

fn logs(people: &Directory, since: i64, filters: Value) -> Value {
    people.page("ListLogMessageByCondition", json!({ "StartTime": since, "Filters": filters }))
}

/// Event, seconds before now, and user of each entry on a page, a line each.
fn story(people: &Directory, page: &Value) -> String {
    let line = |entry: &Value| {
        let ago = (people.now() - entry["EventDate"].as_i64().unwrap()) / 1_000;
        format!("{} {ago}s ago {}", text(&entry["EventCode"]), text(&entry["UserId"]))
    };
    list(&page["Content"]).iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Two users, made, changed, linked and deleted, a second apart.
fn lived() -> Directory {
    let people = Directory::new();
    let [a, b] = ["a", "b"].map(|name| {
        people.wait(1_000);
        people.user(name)
    });
    people.wait(1_000);
    people.ok("UpdateUser", json!({ "UserId": a, "Nickname": "x" }));
    people.wait(1_000);
    let link = json!({
        "PrimaryUserId": b, "SecondaryUserId": a, "UserLinkedOnAttribute": "EMAIL",
    });
    people.ok("LinkAccount", link);
    people.wait(1_000);
    people.ok("DeleteUsers", json!({ "UserIds": [a, b] }));
    people
}

#[test]
fn every_change_of_a_user_is_logged_newest_first() {
    let people = lived();
    let page = logs(&people, 0, json!([]));
    assert_eq!(page["Total"], 6);
    insta::assert_snapshot!(story(&people, &page), @"
    USER_DELETE 0s ago 3c6ef3742e2f0f1f2a26a31ce2158bcb
    USER_DELETE 0s ago 3c6ef37362c9e92d0d977b1dbba206dd
    ACCOUNT_LINKING 1s ago 3c6ef3742e2f0f1f2a26a31ce2158bcb
    USER_UPDATE 2s ago 3c6ef37362c9e92d0d977b1dbba206dd
    USER_CREATE 3s ago 3c6ef3742e2f0f1f2a26a31ce2158bcb
    USER_CREATE 4s ago 3c6ef37362c9e92d0d977b1dbba206dd
    ");
}

#[test]
fn an_entry_tells_who_called_from_where() {
    let people = Directory::new();
    let input = people.new_user("ann").to_string();
    let now = people.world.twin.clock.now();
    let more = vec![("user-agent", "sdk/1.0 (test)".to_owned())];
    people.world.send(Signed { more, ..Signed::new("CreateUser", input, now) }.request());
    insta::assert_json_snapshot!(logs(&people, 0, json!([]))["Content"][0], @r#"
    {
      "ActionResult": "SUCCESS",
      "ApplicationClientId": "",
      "ApplicationName": "",
      "AuthSourceCategory": "",
      "AuthSourceId": "",
      "AuthSourceName": "",
      "AuthSourceType": "",
      "Description": null,
      "Detail": null,
      "EventCode": "USER_CREATE",
      "EventDate": 1769846400000,
      "Ip": "127.0.0.1",
      "LogId": "572038b2ca9cad6669303e1a8e50c452",
      "Participant": "TENANT",
      "TenantId": "384327297149",
      "UserAgent": "sdk/1.0 (test)",
      "UserId": "3c6ef37362c9e92d0d977b1dbba206dd",
      "UserStoreId": "be69c25091130e504ef3fe9576dd2642"
    }
    "#);
}

#[test]
fn an_agent_beyond_ascii_is_read_as_utf_8_or_else_as_latin_1() {
    for (bytes, read) in [
        ("sdk/1.0 (张三)".as_bytes(), "sdk/1.0 (张三)"),
        ("sdk/1.0 (Zoë)".as_bytes(), "sdk/1.0 (Zoë)"),
        (b"sdk/1.0 (Zo\xeb)", "sdk/1.0 (Zoë)"),
    ] {
        let people = Directory::new();
        let input = people.new_user("ann").to_string();
        let now = people.world.twin.clock.now();
        let mut request = Signed::new("CreateUser", input, now).request();
        request.headers.insert("user-agent", HeaderValue::from_bytes(bytes).unwrap());
        people.world.send(request);
        assert_eq!(logs(&people, 0, json!([]))["Content"][0]["UserAgent"], read);
        let journal = people.world.journal();
        let header = json!(["user-agent", read]);
        let shows = |entry: &Value| list(&entry["headers"]).contains(&header);
        assert!(journal.iter().any(shows), "{read}");
    }
}

#[test]
fn the_start_is_the_first_moment_that_counts() {
    let people = lived();
    let since = |seconds: i64, ms: i64| {
        let start = people.now() - seconds * 1_000 + ms;
        logs(&people, start, json!([]))["Total"].clone()
    };
    assert_eq!(since(2, 0), 4);
    assert_eq!(since(2, 1), 3);
    assert_eq!(since(0, 0), 2);
    assert_eq!(since(0, 1), 0);
    let page = json!({ "PageSize": 1, "PageNumber": 1 });
    let code = people.code("ListLogMessageByCondition", json!({ "Pageable": page }));
    assert_eq!(code, "MissingParameter");
}

#[test]
fn events_pick_what_is_wanted() {
    let people = lived();
    let count = |filter: Value| logs(&people, 0, json!([filter]))["Total"].clone();
    let events = |values: Value, logic: bool| {
        count(json!({ "Key": "events", "Values": values, "Logic": logic }))
    };
    assert_eq!(events(json!(["USER_CREATE"]), true), 2);
    assert_eq!(events(json!(["USER_UPDATE", "ACCOUNT_LINKING"]), true), 2);
    assert_eq!(events(json!(["USER_UPDATE", "ACCOUNT_LINKING"]), false), 4);
    assert_eq!(events(json!(["SIGNUP"]), true), 0);
    assert_eq!(events(json!([]), true), 6);
    assert_eq!(count(json!({ "Key": "local", "Values": ["x"] })), 6);
}

#[test]
fn an_entry_belongs_to_its_directory_and_pages_hold_so_many() {
    let people = lived();
    let other = people.world.store("others");
    let page = json!({ "PageSize": 4, "PageNumber": 2 });
    let input = |id: &str| json!({ "UserStoreId": id, "StartTime": 0, "Pageable": page });
    let answer = people.world.ok("ListLogMessageByCondition", input(&people.id));
    assert_eq!(answer["Total"], 6);
    insta::assert_snapshot!(story(&people, &answer), @"
    USER_CREATE 3s ago 3c6ef3742e2f0f1f2a26a31ce2158bcb
    USER_CREATE 4s ago 3c6ef37362c9e92d0d977b1dbba206dd
    ");
    assert_eq!(people.world.ok("ListLogMessageByCondition", input(&other))["Total"], 0);
}

#[test]
fn what_changes_no_user_by_itself_is_not_logged() {
    let people = Directory::new();
    let (id, group) = (people.user("ann"), people.group("g"));
    people.code("CreateUser", people.new_user("ann"));
    people.code("UpdateUser", json!({ "UserId": id, "Email": "x" }));
    people.ok("UpdateUserGroup", json!({ "UserGroupId": group, "DisplayName": "h" }));
    people.ok("DeleteUserGroups", json!({ "UserGroupIds": [group] }));
    people.ok("UpdateUserStatus", json!({ "UserId": id, "Status": "LOCK" }));
    people.ok("SetPassword", json!({ "UserId": id, "Password": "x" }));
    people.ok("ResetPassword", json!({ "UserId": id }));
    people.import(json!([{ "UserName": "bob" }]));
    people.export(json!({}));
    people.read(&id);
    people.ok("DeleteUsers", json!({ "UserIds": ["unknown"] }));
    assert_eq!(story(&people, &logs(&people, 0, json!([]))), format!("USER_CREATE 0s ago {id}"));
}
