//! Role assignments and deployments, in the order of requests of the Terraform provider and beside it.

use serde_json::{Value, json};

use super::center::{Center, MEMBER, each};
use super::roles::{entry, place};
use super::syncing::{TASK_MS, but};

#[test]
fn an_assignment_deploys_is_listed_at_once_and_goes_when_its_deletion_succeeds() {
    let center = Center::slow();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let one = entry(&id, &ada, MEMBER);
    let begun = center.ok("CreateRoleAssignment", json!({ "RoleAssignmentInfo": [one] }));
    insta::assert_json_snapshot!(begun);
    let task = begun["Tasks"][0]["TaskId"].as_str().unwrap();
    insta::assert_json_snapshot!(center.ok("ListRoleAssignments", json!({})));
    assert_eq!((center.role_task(task), center.deployments()), ("InProgress".into(), "".into()));
    center.wait(TASK_MS);
    assert_eq!(center.role_task(task), "Success");
    insta::assert_json_snapshot!(center.ok("ListRoleConfigurationProvisionings", json!({})));
    let statistics = &center.ok("GetZoneStatistics", json!({}))["ZoneStatistics"];
    assert_eq!(statistics["RoleConfigurationSyncCount"], 1);
    let deleted = center.ok("DeleteRoleAssignment", one.clone());
    assert_eq!(deleted["Task"]["TaskType"], "DeleteRoleAssignment");
    assert_eq!(deleted["Task"]["Status"], "InProgress");
    assert_eq!(center.assignments(), 1);
    // It is no longer found, and nothing else can take its place yet.
    let code = center.code("DeleteRoleAssignment", one.clone());
    assert_eq!(code, "ResourceNotFound.RoleConfigurationAuthorizationNotFound");
    let code = center.assign_code(one.clone());
    assert_eq!(code, "FailedOperation.RoleConfigurationAuthorizationAlreadyExist");
    center.wait(TASK_MS);
    assert_eq!(center.assignments(), 0);
    assert_eq!(center.deployments(), "a@production Deployed");
}

/// Create, poll, read under six filters; delete, poll, dismantle, poll.
#[test]
fn the_terraform_provider_finds_what_it_expects() {
    let center = Center::slow();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let task = center.assign(entry(&id, &ada, MEMBER));
    center.wait(TASK_MS);
    assert_eq!(center.role_task(&task), "Success");
    let read = || {
        let list = center.ok("ListRoleAssignments", entry(&id, &ada, MEMBER));
        each(&list["RoleAssignments"], "PrincipalName").join(" ")
    };
    assert_eq!(read(), "ada");
    let dismantle = || center.begin_role_task("DismantleRoleConfiguration", place(&id));
    let code = center.code("DismantleRoleConfiguration", place(&id));
    assert_eq!(code, "FailedOperation.RoleConfigurationAuthorizationExist");
    let task = center.begin_role_task("DeleteRoleAssignment", entry(&id, &ada, MEMBER));
    center.wait(TASK_MS);
    assert_eq!((center.role_task(&task), read()), ("Success".into(), "".into()));
    let task = dismantle();
    let code = center.code("DismantleRoleConfiguration", place(&id));
    assert_eq!(code, "FailedOperation.RoleConfigurationProvisioningStatusError");
    center.wait(TASK_MS);
    assert_eq!((center.role_task(&task), center.deployments()), ("Success".into(), "".into()));
    let code = center.code("DismantleRoleConfiguration", place(&id));
    assert_eq!(code, "ResourceNotFound.RoleConfigurationProvisioningNotFound");
    let unknown = place("rc-000000000000");
    let code = center.code("DismantleRoleConfiguration", unknown.clone());
    assert_eq!(code, "ResourceNotFound.RoleConfigurationProvisioningNotFound");
    let code = center.code("ProvisionRoleConfiguration", unknown);
    assert_eq!(code, "InvalidParameter.RoleConfigurationNotExist");
}

#[test]
fn the_last_assignment_on_an_account_takes_its_deployment_along_if_asked() {
    let center = Center::new();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    let id = center.configuration("a");
    let all = [entry(&id, &ada, MEMBER), entry(&id, &staff, MEMBER), entry(&id, &ada, MEMBER + 1)];
    center.ok("CreateRoleAssignment", json!({ "RoleAssignmentInfo": all }));
    assert_eq!(center.deployments(), "a@production Deployed, a@staging Deployed");
    let strategy = json!({ "DeprovisionStrategy": "DeprovisionForLastRoleAssignmentOnAccount" });
    center.ok("DeleteRoleAssignment", but(all[0].clone(), strategy.clone()));
    assert_eq!(center.deployments(), "a@production Deployed, a@staging Deployed");
    center.ok("DeleteRoleAssignment", but(all[1].clone(), strategy));
    assert_eq!(center.deployments(), "a@staging Deployed");
    let none = json!({ "DeprovisionStrategy": "None" });
    center.ok("DeleteRoleAssignment", but(all[2].clone(), none));
    assert_eq!(center.deployments(), "a@staging Deployed");
}

/// The manager's account is a target too; the vendor's examples have other words for a member.
#[test]
fn targets_are_members_and_the_manager() {
    let center = Center::new();
    let manager = center.ok_raw("DescribeOrganization", json!({}))["HostUin"].as_i64().unwrap();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    center.assign(but(entry(&id, &ada, manager), json!({ "TargetType": "ManagerUin" })));
    center.assign(but(entry(&id, &ada, MEMBER), json!({ "TargetType": "Member" })));
    let of = |kind: &str| {
        let list = center.ok("ListRoleAssignments", json!({ "TargetType": kind }));
        each(&list["RoleAssignments"], "TargetName").join(" ")
    };
    assert_eq!((of("ManagerUin"), of("MemeberUin")), ("Starter".into(), "production".into()));
    let elsewhere = but(entry(&id, &ada, 7), json!({ "TargetType": "MemberUin" }));
    let code = center.assign_code(elsewhere);
    assert_eq!(code, "FailedOperation.OrganizationMemberNotExist");
    let wrong_type = but(entry(&id, &ada, MEMBER), json!({ "TargetType": "ManagerUin" }));
    assert_eq!(center.assign_code(wrong_type), "FailedOperation.OrganizationMemberNotExist");
    for action in ["ProvisionRoleConfiguration", "DismantleRoleConfiguration"] {
        let code = center.code(action, but(place(&id), json!({ "TargetUin": 7 })));
        assert_eq!(code, "FailedOperation.OrganizationMemberNotExist", "{action}");
    }
}

#[test]
fn one_bad_entry_refuses_all() {
    let center = Center::with_limits("role_assignments = 3, role_assignments_per_request = 2");
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    let (a, b) = (center.configuration("a"), center.configuration("b"));
    let good = entry(&a, &ada, MEMBER);
    for (bad, code) in [
        (json!({ "TargetUin": 7 }), "FailedOperation.OrganizationMemberNotExist"),
        (json!({ "RoleConfigurationId": "rc-0" }), "InvalidParameter.RoleConfigurationNotExist"),
        (json!({ "PrincipalId": "u-0" }), "ResourceNotFound.UserNotExist"),
        (json!({ "PrincipalId": ada, "PrincipalType": "Group" }), "InvalidParameter.GroupNotExist"),
        (json!({}), "FailedOperation.RoleConfigurationAuthorizationAlreadyExist"),
    ] {
        let list = [good.clone(), but(good.clone(), bad)];
        let input = json!({ "RoleAssignmentInfo": list });
        assert_eq!(center.code("CreateRoleAssignment", input), code);
        assert_eq!(center.assignments(), 0, "{code}");
    }
    assert_eq!(center.ok("ListTasks", json!({}))["TotalCounts"], 0);
    let input = json!({ "RoleAssignmentInfo": vec![good.clone(); 3] });
    let code = center.code("CreateRoleAssignment", input);
    assert_eq!(code, "LimitExceeded.CreateRoleAssignmentLimitExceeded");
    assert_eq!(center.ok("CreateRoleAssignment", json!({}))["Tasks"], json!([]));
    let two = [good.clone(), entry(&b, &ada, MEMBER)];
    center.ok("CreateRoleAssignment", json!({ "RoleAssignmentInfo": two }));
    let two = [entry(&a, &staff, MEMBER), entry(&b, &staff, MEMBER)];
    let code = center.code("CreateRoleAssignment", json!({ "RoleAssignmentInfo": two }));
    assert_eq!(code, "FailedOperation.RoleConfigurationAuthorizationOverLimit");
    assert_eq!(center.assignments(), 2);
    center.assign(entry(&a, &staff, MEMBER));
}

#[test]
fn what_is_not_assigned_is_not_found() {
    let center = Center::new();
    let (ada, bob, id) = (center.user("ada"), center.user("bob"), center.configuration("a"));
    let one = entry(&id, &ada, MEMBER);
    center.assign(one.clone());
    for wrong in [
        json!({ "PrincipalId": bob }),
        json!({ "PrincipalId": "u-0" }),
        json!({ "PrincipalType": "Group" }),
        json!({ "TargetUin": MEMBER + 1 }),
        json!({ "TargetUin": 7 }),
        json!({ "TargetType": "ManagerUin" }),
        json!({ "RoleConfigurationId": "rc-0" }),
    ] {
        let code = center.code("DeleteRoleAssignment", but(one.clone(), wrong.clone()));
        assert_eq!(code, "ResourceNotFound.RoleConfigurationAuthorizationNotFound", "{wrong}");
    }
    center.ok("DeleteRoleAssignment", one);
}

#[test]
fn assignments_and_deployments_are_found_and_paged() {
    let center = Center::new();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    let ids = ["readers", "writers"].map(|name| center.configuration(name));
    let all = [
        entry(&ids[0], &ada, MEMBER),
        entry(&ids[1], &ada, MEMBER + 1),
        entry(&ids[1], &staff, MEMBER),
    ];
    center.ok("CreateRoleAssignment", json!({ "RoleAssignmentInfo": all }));
    let find = |input: Value| {
        let list = center.ok("ListRoleAssignments", input);
        let one = |one: &Value| {
            format!("{}:{}", one["RoleConfigurationName"], one["PrincipalName"]).replace('"', "")
        };
        let found = list["RoleAssignments"].as_array().unwrap();
        found.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(find(json!({})), "writers:staff writers:ada readers:ada");
    assert_eq!(find(json!({ "PrincipalId": ada })), "writers:ada readers:ada");
    assert_eq!(find(json!({ "PrincipalType": "Group" })), "writers:staff");
    assert_eq!(find(json!({ "PrincipalType": "Group", "PrincipalId": ada })), "");
    assert_eq!(find(json!({ "PrincipalId": "u-0" })), "");
    assert_eq!(find(json!({ "TargetUin": MEMBER + 1 })), "writers:ada");
    assert_eq!(find(json!({ "RoleConfigurationId": ids[0] })), "readers:ada");
    assert_eq!(find(json!({ "Filter": "READ" })), "readers:ada");
    let page = center.ok("ListRoleAssignments", json!({ "MaxResults": 2 }));
    let next = json!({ "MaxResults": 2, "NextToken": page["NextToken"] });
    assert_eq!(find(next), "readers:ada");
    let deployed = |input: Value| {
        let list = center.ok("ListRoleConfigurationProvisionings", input);
        each(&list["RoleConfigurationProvisionings"], "TargetName").join(" ")
    };
    assert_eq!(deployed(json!({})), "production staging production");
    assert_eq!(deployed(json!({ "Filter": "writ" })), "production staging");
    assert_eq!(deployed(json!({ "RoleConfigurationId": ids[0] })), "production");
    assert_eq!(deployed(json!({ "TargetType": "ManagerUin" })), "");
    assert_eq!(deployed(json!({ "TargetUin": MEMBER + 1 })), "staging");
    assert_eq!(deployed(json!({ "DeploymentStatus": "DeployFailed" })), "");
    assert_eq!(deployed(json!({ "DeploymentStatus": "Deployed", "MaxResults": 1 })), "production");
    for action in ["ListRoleAssignments", "ListRoleConfigurationProvisionings"] {
        let code = center.code(action, json!({ "NextToken": "%" }));
        assert_eq!(code, "InvalidParameter.NextTokenInvalid");
        let code = center.code(action, json!({ "MaxResults": 0 }));
        assert_eq!(code, "InvalidParameter.ParamError");
    }
}

/// While it is being created, while it is there, and while it is being deleted.
#[test]
fn an_assignment_keeps_its_principal_from_being_deleted_in_every_state() {
    let center = Center::slow();
    let (ada, staff, id) = (center.user("ada"), center.group("staff"), center.configuration("a"));
    let deletions = [
        ("DeleteUser", json!({ "UserId": ada }), entry(&id, &ada, MEMBER)),
        ("DeleteGroup", json!({ "GroupId": staff }), entry(&id, &staff, MEMBER)),
    ];
    for (action, delete, one) in deletions {
        let code = || center.code(action, delete.clone());
        let exists = "FailedOperation.RoleConfigurationAuthorizationExist";
        center.assign(one.clone());
        assert_eq!(code(), exists, "{action} while it is being created");
        center.wait(TASK_MS);
        assert_eq!(code(), exists, "{action}");
        center.ok("DeleteRoleAssignment", one);
        assert_eq!(code(), exists, "{action} while it is being deleted");
        center.wait(TASK_MS);
        center.ok(action, delete.clone());
    }
}
