//! Every refusal that ordinary calls can lead to is led to here. A code that is newly documented
//! fails the test until it is reached, or is said to be reachable only by force.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY};
use crate::client::World;

/// Leads to a refusal; answers its code.
type Story = fn(&Directory) -> String;

fn page() -> Value {
    json!({ "PageSize": 10, "PageNumber": 1 })
}

/// The code of a new user that differs from a good one in this.
fn new_user(people: &Directory, member: &str, value: Value) -> String {
    let mut input = people.new_user("bob");
    input[member] = value;
    people.code("CreateUser", input)
}

/// The code of a search with these filters and that order.
fn search(people: &Directory, filters: Value, sort: Value) -> String {
    let input = json!({ "Pageable": page(), "Filters": filters, "Sort": sort });
    people.code("DescribeUser", input)
}

fn link(people: &Directory, primary: &str, secondary: &str, attribute: &str) -> String {
    let input = json!({
        "PrimaryUserId": primary, "SecondaryUserId": secondary, "UserLinkedOnAttribute": attribute,
    });
    let answer = people.world.call("LinkAccount", people.input(input));
    answer["Error"]["Code"].as_str().unwrap_or_default().to_owned()
}

/// Codes of directories, groups, jobs and of the protocol.
const OF_DIRECTORIES: [(&str, Story); 13] = [
    ("FailedOperation.DataFlowTooManyRequests", |_| {
        let people = Directory::with_slow_jobs();
        people.export(json!({}));
        people.export(json!({}));
        people.code("CreateFileExportUserJob", json!({}))
    }),
    ("FailedOperation.ImportUserIsEmpty", |people| {
        people.code("CreateApiImportUserJob", json!({ "DataFlowUserCreateList": [] }))
    }),
    ("FailedOperation.InvalidUserStore", |people| {
        people.world.code("ListJobs", json!({ "UserStoreId": NOBODY }))
    }),
    ("FailedOperation.QuotaLimitExceeded", |people| {
        // The starter directory and this one are there already.
        for number in 0..98 {
            people.world.store(&number.to_string());
        }
        people.world.code("CreateUserStore", json!({ "UserPoolName": "x" }))
    }),
    ("FailedOperation.UserGroupNameAlreadyExists", |people| {
        people.group("g");
        people.code("CreateUserGroup", json!({ "DisplayName": "g" }))
    }),
    ("FailedOperation.UserStoreAlreadyExists", |people| {
        people.world.code("CreateUserStore", json!({ "UserPoolName": "people" }))
    }),
    ("FailedOperation.UserStoreNotExist", |people| {
        people.world.code("DeleteUserStore", json!({ "UserPoolId": NOBODY }))
    }),
    ("InvalidParameter", |people| people.code("ListJobs", json!({ "JobIds": "all" }))),
    ("InvalidParameter.ParameterIllegal", |people| {
        people.code("DeleteUsers", json!({ "UserIds": [] }))
    }),
    ("InvalidParameterValue", |people| {
        people.code("CreateFileExportUserJob", json!({ "Format": "XML" }))
    }),
    ("MissingParameter", |people| people.code("ListUser", json!({}))),
    ("RequestLimitExceeded", |_| {
        let world = World::with(|config| config.throttle = true);
        for _ in 0..20 {
            world.ok("ListUserStore", json!({}));
        }
        world.code("ListUserStore", json!({}))
    }),
    ("UnknownParameter", |people| people.code("ListJobs", json!({ "JobId": "x" }))),
];

/// Codes of users.
const OF_USERS: [(&str, Story); 21] = [
    ("FailedOperation.AccountAlreadyBeLinked", |people| {
        let (a, b) = (people.user("a"), people.user("b"));
        assert_eq!(link(people, &a, &b, "EMAIL"), "");
        link(people, &a, &b, "EMAIL")
    }),
    ("FailedOperation.AttributeFormatError", |people| new_user(people, "Email", json!("x"))),
    ("FailedOperation.EmailAlreadyExists", |people| {
        people.user("ann");
        new_user(people, "Email", json!("ann@example.com"))
    }),
    ("FailedOperation.EmailIsNull", |people| new_user(people, "Email", json!(""))),
    ("FailedOperation.IndexedAttributeTooLong", |people| {
        new_user(people, "IndexedAttribute1", json!("x".repeat(513)))
    }),
    ("FailedOperation.InvalidUserStatusEnum", |people| {
        let id = people.user("ann");
        people.code("UpdateUserStatus", json!({ "UserId": id, "Status": "GONE" }))
    }),
    ("FailedOperation.OrgNotFound", |people| new_user(people, "UserOrg", json!(["root"]))),
    ("FailedOperation.PasswordIsNull", |people| new_user(people, "Password", json!(""))),
    ("FailedOperation.PhoneNumberAlreadyExists", |people| {
        people.user_with("ann", json!({ "PhoneNumber": "5550100" }));
        new_user(people, "PhoneNumber", json!("5550100"))
    }),
    ("FailedOperation.PhoneNumberIsNull", |people| new_user(people, "PhoneNumber", json!(""))),
    ("FailedOperation.PrimaryUserNotFound", |people| {
        link(people, NOBODY, &people.user("a"), "EMAIL")
    }),
    ("FailedOperation.QueryUsersParameterMustInWhitelist", |people| {
        search(people, json!([{ "PropertyKey": "nickname" }]), Value::Null)
    }),
    ("FailedOperation.QueryUsersParameterRepeat", |people| {
        search(people, json!([{ "PropertyKey": "id" }, { "PropertyKey": "id" }]), Value::Null)
    }),
    ("FailedOperation.QueryUsersSortParameterMustInWhitelist", |people| {
        search(people, json!([]), json!({ "PropertyKey": "nickname" }))
    }),
    ("FailedOperation.SecondaryUserNotFound", |people| {
        link(people, &people.user("a"), NOBODY, "EMAIL")
    }),
    ("FailedOperation.UserGroupNotFound", |people| new_user(people, "UserGroup", json!([NOBODY]))),
    ("FailedOperation.UserIsFreeze", |people| {
        let id = people.user("ann");
        people.ok("UpdateUserStatus", json!({ "UserId": id, "Status": "FREEZE" }));
        people.code("ResetPassword", json!({ "UserId": id }))
    }),
    ("FailedOperation.UserNameAlreadyExists", |people| {
        people.user("ann");
        new_user(people, "UserName", json!("ann"))
    }),
    ("FailedOperation.UserNameIsNull", |people| new_user(people, "UserName", json!(""))),
    ("FailedOperation.UserNotFound", |people| {
        people.code("ResetPassword", json!({ "UserId": NOBODY }))
    }),
    ("FailedOperation.UserStatusRequired", |people| {
        let id = people.user("ann");
        people.code("UpdateUserStatus", json!({ "UserId": id, "Status": "" }))
    }),
];

#[test]
fn every_code_that_needs_no_force_is_reached_by_ordinary_calls() {
    let mut reached = BTreeSet::new();
    for (code, story) in OF_DIRECTORIES.into_iter().chain(OF_USERS) {
        assert_eq!(story(&Directory::new()), code);
        reached.insert(code);
    }
    let documented: BTreeSet<&str> = contracts::catalog()
        .service("ciam")
        .unwrap()
        .codes
        .iter()
        .filter(|(_, known)| known.forced_only.is_none())
        .map(|(code, _)| code.as_str())
        .collect();
    assert_eq!(reached, documented);
}

#[test]
fn an_unknown_directory_has_one_code_by_its_own_actions_and_one_by_the_others() {
    let world = World::new();
    for action in ["UpdateUserStore", "DeleteUserStore"] {
        let code = world.code(action, json!({ "UserPoolId": NOBODY }));
        assert_eq!(code, "FailedOperation.UserStoreNotExist", "{action}");
    }
    let person = json!({ "UserName": "a", "PhoneNumber": "1", "Email": "", "Password": "" });
    let link = json!({ "PrimaryUserId": "", "SecondaryUserId": "", "UserLinkedOnAttribute": "" });
    let group = json!({ "UserGroupId": "", "DisplayName": "" });
    for (action, mut input) in [
        ("CreateUser", person),
        ("UpdateUser", json!({ "UserId": "" })),
        ("UpdateUserStatus", json!({ "UserId": "", "Status": "" })),
        ("DeleteUsers", json!({ "UserIds": [] })),
        ("DescribeUserById", json!({ "UserId": "" })),
        ("DescribeUser", json!({ "Pageable": page() })),
        ("ListUser", json!({ "Pageable": page() })),
        ("ListUserByProperty", json!({ "PropertyCode": "email", "PropertyValue": "" })),
        ("SetPassword", json!({ "UserId": "", "Password": "" })),
        ("ResetPassword", json!({ "UserId": "" })),
        ("LinkAccount", link),
        ("CreateUserGroup", json!({ "DisplayName": "" })),
        ("UpdateUserGroup", group),
        ("DeleteUserGroups", json!({ "UserGroupIds": [] })),
        ("ListUserGroups", json!({ "Pageable": page() })),
        ("CreateFileExportUserJob", json!({})),
        ("CreateApiImportUserJob", json!({ "DataFlowUserCreateList": [] })),
        ("ListJobs", json!({})),
        ("ListLogMessageByCondition", json!({ "Pageable": page(), "StartTime": 0 })),
    ] {
        input["UserStoreId"] = NOBODY.into();
        assert_eq!(world.code(action, input), "FailedOperation.InvalidUserStore", "{action}");
    }
}
