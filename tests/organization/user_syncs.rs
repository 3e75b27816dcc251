//! User syncs: begun by a batch, read, changed, listed, deleted.

use serde_json::{Value, json};

use super::center::{Center, MEMBER, each};
use super::syncing::{TASK_MS, but, item};

const NOBODY: &str = "u-000000000000";

fn batch(items: &[Value]) -> Value {
    json!({ "UserSyncProvisionings": items })
}

fn one(sync: &str) -> Value {
    json!({ "UserProvisioningId": sync })
}

#[test]
fn a_sync_is_there_as_soon_as_the_call_returns() {
    let center = Center::slow();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    let items = [
        but(item(&ada, MEMBER), json!({ "Description": "d" })),
        but(
            item(&staff, MEMBER + 1),
            json!({ "DuplicationStrategy": "TakeOver", "DeletionStrategy": "Keep" }),
        ),
    ];
    let begun = center.ok("CreateUserSyncProvisioning", batch(&items));
    let tasks = begun["Tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 2);
    assert!(tasks.iter().all(|task| task["TaskId"].as_str().unwrap().starts_with("t-")));
    let mut first = tasks[0].clone();
    first.as_object_mut().unwrap().remove("TaskId");
    let sync = first["UserProvisioningId"].as_str().unwrap().to_owned();
    assert_eq!((sync.len(), &sync[..4]), (16, "upe-"));
    assert_eq!(
        first,
        json!({
            "TargetUin": MEMBER, "TargetType": "MemberUin", "TaskType": "StartProvisioning",
            "TaskStatus": "InProgress", "UserProvisioningId": sync, "PrincipalId": ada,
            "PrincipalType": "User", "PrincipalName": "ada", "DuplicationStrategy": "KeepBoth",
            "DeletionStrategy": "Delete",
        })
    );
    assert_eq!([&tasks[1]["PrincipalName"], &tasks[1]["PrincipalType"]], ["staff", "Group"]);
    let read = center.ok("GetUserSyncProvisioning", one(&sync));
    assert_eq!(
        read,
        json!({ "UserProvisioning": {
            "UserProvisioningId": sync, "Description": "d", "Status": "Enabled", "PrincipalId": ada,
            "PrincipalName": "ada", "PrincipalType": "User", "TargetUin": MEMBER,
            "TargetName": "production", "DuplicationStrategy": "KeepBoth",
            "DeletionStrategy": "Delete", "CreateTime": "2026-01-31 16:00:00",
            "UpdateTime": "2026-01-31 16:00:00", "TargetType": "MemberUin",
        }})
    );
}

#[test]
fn a_deletion_answers_one_task_and_the_sync_goes_when_it_succeeds() {
    let center = Center::slow();
    let ada = center.user("ada");
    let sync = center.sync(item(&ada, MEMBER));
    let ended = center.ok("DeleteUserSyncProvisioning", one(&sync));
    let task = ended["Tasks"].as_object().unwrap();
    assert_eq!(
        [
            &task["TaskType"],
            &task["TaskStatus"],
            &task["UserProvisioningId"],
            &task["PrincipalName"]
        ],
        ["DeleteProvisioning", "InProgress", &sync, "ada"]
    );
    let task = task["TaskId"].as_str().unwrap();
    center.ok("GetUserSyncProvisioning", one(&sync));
    center.wait(TASK_MS - 1);
    assert_eq!(center.task(task), "InProgress");
    center.wait(1);
    assert_eq!(center.task(task), "Success");
    for action in
        ["GetUserSyncProvisioning", "UpdateUserSyncProvisioning", "DeleteUserSyncProvisioning"]
    {
        let code = center.code(action, one(&sync));
        assert_eq!(code, "ResourceNotFound.UserProvisioningNotFound", "{action}");
    }
    assert_eq!(center.ok("ListUserSyncProvisionings", json!({}))["TotalCounts"], 0);
}

#[test]
fn an_item_needs_all_members_but_its_description() {
    let center = Center::new();
    let ada = center.user("ada");
    let whole = item(&ada, MEMBER);
    let incomplete = "InvalidParameter.ParamError";
    assert_eq!(center.code("CreateUserSyncProvisioning", batch(&[])), incomplete);
    for member in whole.as_object().unwrap().keys() {
        let mut item = whole.clone();
        item.as_object_mut().unwrap().remove(member);
        if member == "Description" {
            center.begin(item);
        } else {
            assert_eq!(center.begin_code(item), incomplete, "{member}");
        }
    }
    let empty = but(whole, json!({ "PrincipalId": "" }));
    assert_eq!(center.begin_code(empty), incomplete);
}

/// The order of 10.1: the request, then each item with all its checks before the next item.
#[test]
fn the_first_wrong_item_decides_and_refuses_all() {
    let center = Center::with_limits("user_syncs = 3, user_syncs_per_request = 4");
    let (ada, bob) = (center.user("ada"), center.user("bob"));
    let taken = item(&ada, MEMBER);
    center.begin(taken.clone());
    let lost = but(item(NOBODY, 7), json!({ "PrincipalType": "User" }));
    let unknown_user = item(NOBODY, MEMBER);
    let unknown_group = item("g-000000000000", MEMBER);
    let bare = json!({});
    let good = item(&bob, MEMBER);
    for (items, code) in [
        (vec![&bare; 5], "LimitExceeded.CreateUserSyncProvisioningLimitExceeded"),
        (vec![&bare, &lost], "InvalidParameter.ParamError"),
        (vec![&lost, &bare], "FailedOperation.OrganizationMemberNotExist"),
        (vec![&good, &unknown_user, &lost], "ResourceNotFound.UserNotExist"),
        (vec![&good, &unknown_group, &unknown_user], "InvalidParameter.GroupNotExist"),
        (vec![&good, &taken, &unknown_user], "FailedOperation.UserProvisioningAlreadyExists"),
        (vec![&good, &good], "FailedOperation.UserProvisioningAlreadyExists"),
    ] {
        let items: Vec<Value> = items.into_iter().cloned().collect();
        assert_eq!(center.code("CreateUserSyncProvisioning", batch(&items)), code, "{items:?}");
        let listed = center.ok("ListUserSyncProvisionings", json!({}));
        assert_eq!(listed["TotalCounts"], 1, "{code}");
    }
    let more = [good, item(&bob, MEMBER + 1), item(&ada, MEMBER + 1)];
    let code = center.code("CreateUserSyncProvisioning", batch(&more));
    assert_eq!(code, "FailedOperation.UserProvisioningOverLimit");
    center.ok("CreateUserSyncProvisioning", batch(&more[..2]));
    assert_eq!(center.begin_code(more[2].clone()), "FailedOperation.UserProvisioningOverLimit");
}

#[test]
fn a_principal_is_synced_to_an_account_once_also_while_the_deletion_runs() {
    let center = Center::slow();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    let sync = center.sync(item(&ada, MEMBER));
    let exists = "FailedOperation.UserProvisioningAlreadyExists";
    let other = but(
        item(&ada, MEMBER),
        json!({ "DuplicationStrategy": "TakeOver", "DeletionStrategy": "Keep" }),
    );
    assert_eq!(center.begin_code(other.clone()), exists);
    center.begin(item(&ada, MEMBER + 1));
    center.begin(item(&staff, MEMBER));
    let task = center.end(&sync);
    assert_eq!(center.begin_code(other.clone()), exists);
    center.wait(TASK_MS);
    assert_eq!(center.task(&task), "Success");
    center.begin(other);
}

#[test]
fn only_accounts_of_the_organization_are_targets() {
    let center = Center::new();
    let ada = center.user("ada");
    let org = center.ok_raw("DescribeOrganization", json!({}));
    let manager = &org["HostUin"];
    let target = |target_type: &str, uin: &Value| {
        but(item(&ada, 0), json!({ "TargetType": target_type, "TargetUin": uin }))
    };
    let unknown = "FailedOperation.OrganizationMemberNotExist";
    assert_eq!(center.begin_code(target("MemberUin", manager)), unknown);
    assert_eq!(center.begin_code(target("ManagerUin", &json!(MEMBER))), unknown);
    assert_eq!(center.begin_code(target("MemberUin", &json!(-1))), unknown);
    // The vendor's own examples send this word.
    center.begin(target("Member", &json!(MEMBER)));
    let (sync, _) = center.begin(target("ManagerUin", manager));
    let read = &center.ok("GetUserSyncProvisioning", one(&sync))["UserProvisioning"];
    assert_eq!([&read["TargetType"], &read["TargetName"]], ["ManagerUin", "Starter"]);
    assert_eq!(read["TargetUin"], *manager);
    let list = |input| center.ok("ListUserSyncProvisionings", input)["TotalCounts"].clone();
    assert_eq!(list(json!({ "TargetType": "MemberUin" })), 1);
    assert_eq!(list(json!({ "TargetType": "ManagerUin" })), 1);
}

#[test]
fn a_sync_is_not_deleted_while_a_task_of_it_runs() {
    let center = Center::slow();
    let ada = center.user("ada");
    let (sync, start) = center.begin(item(&ada, MEMBER));
    let running = "FailedOperation.UserProvisioningFailed";
    assert_eq!(center.code("DeleteUserSyncProvisioning", one(&sync)), running);
    center.wait(TASK_MS);
    center.end(&sync);
    assert_eq!(center.code("DeleteUserSyncProvisioning", one(&sync)), running);
    assert_eq!(center.task(&start), "Success");
}

#[test]
fn absent_members_stay_and_an_empty_description_clears() {
    let center = Center::new();
    let ada = center.user("ada");
    let (sync, _) = center.begin(but(item(&ada, MEMBER), json!({ "Description": "d" })));
    let read = || center.ok("GetUserSyncProvisioning", one(&sync))["UserProvisioning"].clone();
    let before = read();
    center.wait(1_000);
    let answer = center.ok(
        "UpdateUserSyncProvisioning",
        but(one(&sync), json!({ "NewDuplicationStateful": "TakeOver" })),
    );
    assert_eq!(answer, json!({}));
    let expected =
        json!({ "DuplicationStrategy": "TakeOver", "UpdateTime": "2026-01-31 16:00:01" });
    assert_eq!(read(), but(before.clone(), expected.clone()));
    let change = json!({ "NewDescription": "", "NewDeletionStrategy": "Keep" });
    center.ok("UpdateUserSyncProvisioning", but(one(&sync), change));
    let more = json!({ "Description": "", "DeletionStrategy": "Keep" });
    assert_eq!(read(), but(but(before, expected), more));
}

#[test]
fn users_and_groups_are_kept_while_they_are_synced() {
    let center = Center::slow();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    let syncs = [center.sync(item(&ada, MEMBER)), center.sync(item(&staff, MEMBER))];
    let delete = |what: &str| match what {
        "u" => {
            center.call_raw("DeleteUser", json!({ "ZoneId": super::center::ZONE, "UserId": ada }))
        }
        _ => center
            .call_raw("DeleteGroup", json!({ "ZoneId": super::center::ZONE, "GroupId": staff })),
    };
    for what in ["u", "g"] {
        assert_eq!(delete(what)["Error"]["Code"], "FailedOperation.UserProvisioningExists");
    }
    let tasks = syncs.map(|sync| center.end(&sync));
    for what in ["u", "g"] {
        assert_eq!(delete(what)["Error"]["Code"], "FailedOperation.UserProvisioningExists");
    }
    center.wait(TASK_MS);
    assert!(tasks.iter().all(|task| center.task(task) == "Success"));
    for what in ["u", "g"] {
        assert_eq!(delete(what)["Error"], Value::Null);
    }
}

#[test]
fn syncs_are_listed_from_the_newest_by_principal_account_and_text() {
    let center = Center::new();
    let (ada, bob, staff) = (center.user("ada"), center.user("Bob"), center.group("staff"));
    let syncs = [
        center.sync(item(&ada, MEMBER)),
        center.sync(item(&bob, MEMBER)),
        center.sync(item(&staff, MEMBER)),
        center.sync(item(&ada, MEMBER + 1)),
    ];
    let list = |input| center.ok("ListUserSyncProvisionings", input);
    let found = |input: Value| {
        let listed = list(input);
        let found = each(&listed["UserProvisionings"], "UserProvisioningId");
        assert_eq!(listed["TotalCounts"], found.len());
        assert_eq!((&listed["IsTruncated"], &listed["NextToken"]), (&json!(false), &json!("")));
        found.iter().map(|id| syncs.iter().position(|sync| sync == id).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(found(json!({})), [3, 2, 1, 0]);
    assert_eq!(found(json!({ "PrincipalId": ada })), [3, 0]);
    assert_eq!(found(json!({ "PrincipalId": ada, "PrincipalType": "Group" })), Vec::<usize>::new());
    assert_eq!(found(json!({ "PrincipalId": NOBODY })), Vec::<usize>::new());
    assert_eq!(found(json!({ "PrincipalId": "", "PrincipalType": "Group", "Filter": "" })), [2]);
    assert_eq!(found(json!({ "TargetUin": MEMBER, "TargetType": "MemberUin" })), [2, 1, 0]);
    assert_eq!(
        found(json!({ "TargetUin": MEMBER, "TargetType": "ManagerUin" })),
        Vec::<usize>::new()
    );
    assert_eq!(found(json!({ "TargetUin": 7 })), Vec::<usize>::new());
    assert_eq!(found(json!({ "Filter": "BO" })), [1]);
    assert_eq!(found(json!({ "Filter": syncs[2].to_uppercase() })), [2]);
    // A renamed group is found by its new name.
    center.ok("UpdateGroup", json!({ "GroupId": staff, "NewGroupName": "crew" }));
    assert_eq!(found(json!({ "Filter": "crew" })), [2]);

    let first = list(json!({ "MaxResults": 3 }));
    assert_eq!(
        [&first["TotalCounts"], &first["MaxResults"], &first["IsTruncated"]],
        [&json!(4), &json!(3), &json!(true)]
    );
    center.delete_sync(&syncs[1]);
    let second = list(json!({ "MaxResults": 2, "NextToken": first["NextToken"] }));
    assert_eq!((&second["UserProvisionings"], &second["NextToken"]), (&json!([]), &json!("")));
    assert_eq!(
        center.code("ListUserSyncProvisionings", json!({ "NextToken": "%" })),
        "InvalidParameter.NextTokenInvalid"
    );
}

#[test]
fn every_operation_needs_its_zone() {
    let center = Center::seeded("[organization]\nname = 'o'\n");
    let input = json!({
        "UserSyncProvisionings": [], "UserProvisioningId": "upe-1", "TaskId": "t-1",
    });
    for (action, member) in [
        ("CreateUserSyncProvisioning", "UserSyncProvisionings"),
        ("GetUserSyncProvisioning", "UserProvisioningId"),
        ("ListUserSyncProvisionings", ""),
        ("UpdateUserSyncProvisioning", "UserProvisioningId"),
        ("DeleteUserSyncProvisioning", "UserProvisioningId"),
        ("GetProvisioningTaskStatus", "TaskId"),
    ] {
        let mut sent = json!({ "ZoneId": "z-000000000000" });
        if !member.is_empty() {
            sent[member] = input[member].clone();
        }
        assert_eq!(center.code(action, sent.clone()), "FailedOperation.IdentityCenterNotOpen");
        assert_eq!(Center::new().code(action, sent), "FailedOperation.ZoneIdNotExist");
    }
}

/// `resource_tc_identity_center_user_sync_provisioning.go` and its test, request by request.
#[test]
fn the_terraform_resource_lives_its_life() {
    let center = Center::slow();
    let members = center.ok_raw("DescribeOrganizationMembers", json!({ "Offset": 0, "Limit": 50 }));
    let uin = &members["Items"][0]["MemberUin"];
    let user = center.user("tf-test");
    let poll = |task: &Value| {
        for looks in 0.. {
            let status =
                &center.ok("GetProvisioningTaskStatus", json!({ "TaskId": task }))["TaskStatus"];
            match status["Status"].as_str().unwrap() {
                "Success" => return looks,
                "Failed" => panic!("{status}"),
                _ => center.wait(400),
            }
        }
        unreachable!()
    };
    let created = center.ok(
        "CreateUserSyncProvisioning",
        json!({ "UserSyncProvisionings": [{
            "PrincipalId": user, "PrincipalType": "User", "TargetUin": uin, "TargetType": "MemberUin",
            "Description": "tf-test", "DuplicationStrategy": "TakeOver", "DeletionStrategy": "Keep",
        }]}),
    );
    let (task, sync) = (&created["Tasks"][0]["TaskId"], &created["Tasks"][0]["UserProvisioningId"]);
    assert_eq!(poll(task), 3);
    let read = || center.ok("GetUserSyncProvisioning", json!({ "UserProvisioningId": sync }));
    assert_eq!(read()["UserProvisioning"]["Description"], "tf-test");
    center.ok(
        "UpdateUserSyncProvisioning",
        json!({ "UserProvisioningId": sync, "NewDescription": "tf-test-update", "NewDeletionStrategy": "Delete" }),
    );
    let updated = read()["UserProvisioning"].take();
    assert_eq!(
        [&updated["Description"], &updated["DeletionStrategy"], &updated["DuplicationStrategy"]],
        ["tf-test-update", "Delete", "TakeOver"]
    );
    let deleted = center.ok("DeleteUserSyncProvisioning", json!({ "UserProvisioningId": sync }));
    assert_eq!(poll(&deleted["Tasks"]["TaskId"]), 3);
    center.ok("DeleteUser", json!({ "UserId": user }));
}
