//! User directories: made, changed, deleted with all they hold, and walled off from each other.

use cloudtwin::services::seeds::Seed;
use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, list, text};
use crate::client::World;

/// A tenant that begins without any directory.
fn empty() -> World {
    World::with(|config| config.seed_state = Seed::default())
}

fn stores(world: &World) -> Vec<Value> {
    list(&world.ok("ListUserStore", json!({}))["UserStoreSet"]).clone()
}

/// Name, marks and user count of every directory, a line each.
fn marks(world: &World) -> String {
    let line = |store: &Value| {
        let mark = |name, word| if store[name] == true { word } else { "" };
        format!(
            "{}{}{} since {} users {}",
            text(&store["UserStoreName"]),
            mark("DefaultStatus", " default"),
            mark("LastStatus", " current"),
            store["LastStatusTime"],
            store["UserNum"]
        )
    };
    stores(world).iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_new_tenant_has_the_starter_directory() {
    insta::assert_snapshot!(marks(&World::new()), @"starter default current since 1769846400000 users 0");
}

#[test]
fn a_new_directory_is_listed_with_all_its_members() {
    let world = empty();
    assert_eq!(world.ok("ListUserStore", json!({})), json!({ "UserStoreSet": [] }));
    let input = json!({
        "UserPoolName": "people", "UserPoolDesc": "all of them", "UserPoolLogo": "https://x/y.png",
    });
    insta::assert_json_snapshot!(world.ok("CreateUserStore", input), @r#"
    {
      "UserStoreId": "236196891b6c55b764e381a7f98cd623"
    }
    "#);
    world.store("bare");
    insta::assert_json_snapshot!(stores(&world), @r#"
    [
      {
        "AppNum": 0,
        "CreateDate": 1769846400000,
        "DefaultStatus": true,
        "LastStatus": true,
        "LastStatusTime": 1769846400000,
        "TenantId": "384327297149",
        "UserNum": 0,
        "UserStoreDesc": "all of them",
        "UserStoreId": "236196891b6c55b764e381a7f98cd623",
        "UserStoreLogo": "https://x/y.png",
        "UserStoreName": "people",
        "UserStoreProtocolHost": "8ceb91108670"
      },
      {
        "AppNum": 0,
        "CreateDate": 1769846400000,
        "DefaultStatus": false,
        "LastStatus": false,
        "LastStatusTime": null,
        "TenantId": "384327297149",
        "UserNum": 0,
        "UserStoreDesc": null,
        "UserStoreId": "be69c25091130e504ef3fe9576dd2642",
        "UserStoreLogo": null,
        "UserStoreName": "bare",
        "UserStoreProtocolHost": "88e548741fb2"
      }
    ]
    "#);
}

#[test]
fn the_first_directory_leads_and_hands_over_to_the_oldest_when_it_goes() {
    let world = empty();
    let ids = ["a", "b", "c"].map(|name| {
        world.twin.clock.advance(1_000);
        world.store(name)
    });
    insta::assert_snapshot!(marks(&world), @"
    a default current since 1769846401000 users 0
    b since null users 0
    c since null users 0
    ");
    world.twin.clock.advance(1_000);
    world.ok("DeleteUserStore", json!({ "UserPoolId": ids[0] }));
    insta::assert_snapshot!(marks(&world), @"
    b default current since 1769846404000 users 0
    c since null users 0
    ");
    world.ok("DeleteUserStore", json!({ "UserPoolId": ids[2] }));
    world.store("d");
    insta::assert_snapshot!(marks(&world), @"
    b default current since 1769846404000 users 0
    d since null users 0
    ");
}

#[test]
fn an_update_changes_only_what_it_names() {
    let world = empty();
    let input = json!({ "UserPoolName": "a", "UserPoolDesc": "b", "UserPoolLogo": "c" });
    let id = text(&world.ok("CreateUserStore", input)["UserStoreId"]);
    let before = stores(&world)[0].clone();
    let update = |change: Value| {
        let mut input = json!({ "UserPoolId": id });
        input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(world.ok("UpdateUserStore", input), json!({}));
        stores(&world)[0].clone()
    };
    assert_eq!(update(json!({})), before);
    let mut after = before;
    after["UserStoreDesc"] = "B".into();
    assert_eq!(update(json!({ "UserPoolDesc": "B" })), after);
    after["UserStoreName"] = "A".into();
    assert_eq!(update(json!({ "UserPoolName": "A" })), after);
    after["UserStoreLogo"] = "C".into();
    assert_eq!(update(json!({ "UserPoolLogo": "C", "UserPoolName": "A" })), after);
}

#[test]
fn a_name_is_unique_in_its_tenant_and_has_1_to_128_characters() {
    let world = empty();
    let (id, name) = (world.store("a"), "名".repeat(128));
    world.store(&name);
    let create = |name: &str| world.code("CreateUserStore", json!({ "UserPoolName": name }));
    let rename = |name: &str| {
        world.code("UpdateUserStore", json!({ "UserPoolId": id, "UserPoolName": name }))
    };
    for code in [create(&name), rename(&name), create("a")] {
        assert_eq!(code, "FailedOperation.UserStoreAlreadyExists");
    }
    for bad in ["", "  ", &"名".repeat(129)] {
        assert_eq!(create(bad), "InvalidParameter.ParameterIllegal", "{bad:?}");
        assert_eq!(rename(bad), "InvalidParameter.ParameterIllegal", "{bad:?}");
    }
    assert_eq!(world.code("CreateUserStore", json!({})), "MissingParameter");
    world.ok_as("other", "CreateUserStore", json!({ "UserPoolName": "a" }));
    world.ok("DeleteUserStore", json!({ "UserPoolId": id }));
    world.store("a");
}

#[test]
fn users_are_counted_however_they_come_and_go() {
    let people = Directory::new();
    let count = || {
        let all = stores(&people.world);
        all.iter().find(|store| store["UserStoreId"] == people.id).unwrap()["UserNum"].clone()
    };
    assert_eq!(count(), 0);
    let ids = ["a", "b", "c"].map(|name| people.user(name));
    people.code("CreateUser", people.new_user("a"));
    assert_eq!(count(), 3);
    people.import(json!([{ "UserName": "d" }, { "UserName": "a" }, { "UserName": "e" }]));
    assert_eq!(count(), 5);
    people.ok("DeleteUsers", json!({ "UserIds": [ids[0], ids[0], NOBODY, ids[2]] }));
    assert_eq!(count(), 3);
}

#[test]
fn nothing_is_shared_between_directories() {
    let people = Directory::new();
    let (user, group) = (people.user("a"), people.group("g"));
    let mut input = people.new_user("a");
    input["UserStoreId"] = people.world.store("others").into();
    let other = people.world.ok("CreateUser", input.clone());
    assert_eq!(other["User"]["UserName"], "a");
    input["UserName"] = "b".into();
    input["PhoneNumber"] = "5550000".into();
    input["Email"] = "b@example.com".into();
    input["UserGroup"] = json!([group]);
    assert_eq!(people.world.code("CreateUser", input), "FailedOperation.UserGroupNotFound");
    let id = other["User"]["UserStoreId"].clone();
    let read = |input| people.world.ok("DescribeUserById", input)["User"].clone();
    assert_eq!(read(json!({ "UserStoreId": id, "UserId": user })), Value::Null);
    people.world.ok("DeleteUsers", json!({ "UserStoreId": id, "UserIds": [user] }));
    people.world.ok("DeleteUserGroups", json!({ "UserStoreId": id, "UserGroupIds": [group] }));
    assert_eq!(people.names("ListUser", json!({})), "a");
    assert_eq!(people.page("ListUserGroups", json!({}))["Total"], 1);
    // Nor between tenants.
    let input = people.input(json!({ "UserId": user }));
    let refused = people.world.call_as("other", "DescribeUserById", input);
    assert_eq!(refused["Error"]["Code"], "FailedOperation.InvalidUserStore");
}

#[test]
fn a_directory_goes_with_everything_in_it() {
    let people = Directory::new();
    let group = people.group("g");
    let user = people.user_with("a", json!({ "UserGroup": [group] }));
    let job = people.export(json!({}));
    let location = text(&people.job(&job)["Location"]);
    assert_eq!(people.download(&location).status, 200);

    people.world.ok("DeleteUserStore", json!({ "UserPoolId": people.id }));
    assert_eq!(people.download(&location).status, 404);
    assert_eq!(people.code("ListJobs", json!({})), "FailedOperation.InvalidUserStore");
    // One of the same name begins anew.
    let id = people.world.store("people");
    let page = json!({ "PageSize": 10, "PageNumber": 1 });
    for action in ["ListUser", "ListUserGroups", "ListLogMessageByCondition"] {
        let mut input = json!({ "UserStoreId": id, "Pageable": page });
        if action == "ListLogMessageByCondition" {
            input["StartTime"] = 0.into();
        }
        let listed = people.world.ok(action, input);
        assert_eq!(listed, json!({ "Total": 0, "Pageable": page, "Content": [] }), "{action}");
    }
    let input = json!({ "UserStoreId": id, "UserId": user["UserId"] });
    assert_eq!(people.world.ok("DescribeUserById", input), json!({ "User": null }));
    assert_eq!(people.world.ok("ListJobs", json!({ "UserStoreId": id })), json!({ "JobSet": [] }));
}

#[test]
fn the_hundred_and_first_directory_is_one_too_many() {
    let world = empty();
    for number in 0..100 {
        world.store(&number.to_string());
    }
    let code = world.code("CreateUserStore", json!({ "UserPoolName": "100" }));
    assert_eq!(code, "FailedOperation.QuotaLimitExceeded");
}
