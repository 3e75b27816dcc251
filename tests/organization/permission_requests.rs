//! Permission requests: scopes, requests that a seed or the control interface files, decisions.

use http::Method;
use serde_json::{Value, json};

use super::center::{Center, MEMBER, each};
use super::syncing::{TASK_MS, run};
use crate::documents::ask;

const SEED: &str = r#"
    [organization]
    name = "o"
    [[organization.member]]
    uin = 200000000001
    name = "production"
    [organization.zone]
    id = "z-cloudtwin001"
    name = "zone"
    [[organization.zone.user]]
    id = "u-ada000000001"
    name = "ada"
    [[organization.zone.role_configuration]]
    id = "rc-readers00001"
    name = "readers"
    description = "read only"
    [[organization.zone.role_configuration.policy]]
    id = 186457
    name = "QcloudVPCReadOnlyAccess"
    [[organization.zone.role_configuration]]
    id = "rc-writers00001"
    name = "writers"
    [[organization.zone.permission_request]]
    id = "apply-00000000000000aa"
    user = "ada"
    uin = 200000000001
    role_configurations = ["readers", "writers"]
    [[organization.zone.permission_request]]
    id = "apply-00000000000000bb"
    user = "ada"
    uin = 200000000001
    role_configurations = ["readers"]
"#;

const USER: &str = "u-ada000000001";
const READERS: &str = "rc-readers00001";

fn statuses(center: &Center, filter: Value) -> Vec<i64> {
    let listed = center.ok("ListPermissionApplyOrders", filter);
    let orders = listed["ApplyOrders"].as_array().unwrap();
    assert_eq!(listed["TotalCounts"], orders.len());
    orders.iter().map(|order| order["Status"].as_i64().unwrap()).collect()
}

#[test]
fn a_request_is_approved_or_rejected_once() {
    let center = Center::slow_and_seeded(SEED);
    insta::assert_json_snapshot!(center.ok("ListPermissionApplyOrders", json!({})));
    let audit = |id: &str, result: &str| json!({ "ApplyId": format!("apply-00000000000000{id}"), "AuditResult": result, "AuditOpinion": "so" });
    let tasks = center.ok("AuditPermissionApplyOrder", audit("aa", "Approve"))["Tasks"].clone();
    assert_eq!(each(&tasks, "RoleConfigurationName"), ["readers", "writers"]);
    assert_eq!(statuses(&center, json!({})), [1, 2]);
    center.wait(TASK_MS);
    assert_eq!(statuses(&center, json!({})), [1, 3]);
    assert_eq!(center.ok("ListRoleAssignments", json!({ "PrincipalId": USER }))["TotalCounts"], 2);
    let rejected = center.ok("AuditPermissionApplyOrder", audit("bb", "Reject"));
    assert_eq!(rejected["Tasks"], json!([]));
    assert_eq!(statuses(&center, json!({})), [5, 3]);
    assert_eq!(statuses(&center, json!({ "Status": 5 })), [5]);
    assert_eq!(statuses(&center, json!({ "SearchValue": "AA" })), [3]);
    assert_eq!(statuses(&center, json!({ "SearchValue": "ada" })), [5, 3]);
    let code = |input| center.code("AuditPermissionApplyOrder", input);
    assert_eq!(code(audit("aa", "Reject")), "FailedOperation.PermissionApplyOrderStatusInvalid");
    assert_eq!(code(audit("cc", "Reject")), "ResourceNotFound.PermissionApplyOrderNotFound");
    assert_eq!(code(audit("aa", "Maybe")), "InvalidParameter.ParamError");
    let code = |input| center.code("ListPermissionApplyOrders", input);
    assert_eq!(code(json!({ "NextToken": "%" })), "InvalidParameter.NextTokenInvalid");
    assert_eq!(code(json!({ "Status": 6 })), "InvalidParameter.ParamError");
}

#[test]
fn an_approval_whose_task_fails_shows_it_and_assigns_nothing_twice() {
    let center = Center::slow_and_seeded(SEED);
    let audit = |id: &str| json!({ "ApplyId": format!("apply-00000000000000{id}"), "AuditResult": "Approve" });
    center.ok("AuditPermissionApplyOrder", audit("bb"));
    let sql = "UPDATE organization_role_tasks SET outcome = 'fail'";
    run(&center.world, sql);
    center.wait(TASK_MS);
    assert_eq!(statuses(&center, json!({ "SearchValue": "bb" })), [4]);
    center.ok("AuditPermissionApplyOrder", audit("aa"));
    center.wait(TASK_MS);
    assert_eq!(center.ok("ListRoleAssignments", json!({}))["TotalCounts"], 2);
}

#[test]
fn scopes_say_who_may_ask_for_what() {
    let center = Center::slow_and_seeded(SEED);
    let info = |role: &str| {
        json!({
            "RoleConfigurationId": role, "PrincipalId": USER, "PrincipalType": "User",
            "TargetUin": MEMBER, "TargetType": "MemberUin",
        })
    };
    let create = "CreateRoleConfigurationApplyScope";
    let both = json!({ "ApplyScopeInfo": [info(READERS), info("rc-writers00001")] });
    assert_eq!(center.ok(create, both.clone())["SuccessCount"], 2);
    // Once more renews them.
    center.wait(1_000);
    assert_eq!(center.ok(create, both)["SuccessCount"], 2);
    let of_user = |more: Value| {
        let mut input = json!({ "PrincipalId": USER, "PrincipalType": "User" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let list = |more| center.ok("ListRoleConfigurationApplyScopes", of_user(more));
    insta::assert_json_snapshot!(list(json!({ "Filter": "read" })));
    assert_eq!(list(json!({ "TargetUin": MEMBER }))["TotalCounts"], 2);
    assert_eq!(list(json!({ "TargetUin": 7 }))["TotalCounts"], 0);
    let code = |more| center.code("ListRoleConfigurationApplyScopes", of_user(more));
    assert_eq!(code(json!({ "NextToken": "%" })), "InvalidParameter.NextTokenInvalid");
    assert_eq!(code(json!({ "MaxResults": 0 })), "InvalidParameter.ParamError");

    for (member, value, code) in [
        ("TargetUin", json!(7), "FailedOperation.OrganizationMemberNotExist"),
        ("RoleConfigurationId", json!("rc-0"), "InvalidParameter.RoleConfigurationNotExist"),
        ("PrincipalId", json!("u-0"), "ResourceNotFound.UserNotExist"),
        ("PrincipalType", json!("Group"), "InvalidParameter.GroupNotExist"),
    ] {
        let mut info = info(READERS);
        info[member] = value;
        assert_eq!(center.code(create, json!({ "ApplyScopeInfo": [info] })), code, "{member}");
    }
    let code = center.code(create, json!({ "ApplyScopeInfo": [] }));
    assert_eq!(code, "InvalidParameter.ParamError");

    let delete = "DeleteRoleConfigurationApplyScope";
    let scope = |ids: Value| of_user(json!({ "RoleConfigurationIds": ids, "TargetUin": MEMBER }));
    let code = center.code(delete, scope(json!([READERS, "rc-0"])));
    assert_eq!(code, "ResourceNotFound.PermissionApplyScopeNotFound");
    assert_eq!(center.code(delete, scope(json!([]))), "InvalidParameter.ParamError");
    center.ok(delete, scope(json!([READERS])));
    assert_eq!(each(&list(json!({}))["ApplyScopes"], "RoleConfigurationName"), ["writers"]);
}

#[test]
fn the_control_interface_shows_and_files_requests() {
    let center = Center::slow_and_seeded(SEED);
    let path = "organization/permission-requests?tenant=default";
    center.ok("ListPermissionApplyOrders", json!({}));
    let (status, shown) = ask(&center.world, Method::GET, path, String::new());
    assert_eq!((status, shown["requests"].as_array().unwrap().len()), (200, 2));
    let one = json!({ "requests": [{
        "user_id": USER, "uin": MEMBER, "role_configuration_ids": [READERS],
    }] });
    let (status, _) = ask(&center.world, Method::PUT, path, one.to_string());
    assert_eq!((status, statuses(&center, json!({}))), (200, vec![1]));
    let wrong = json!({ "requests": [
        { "id": "apply-1", "user_id": "u-0", "uin": 7, "role_configuration_ids": ["rc-0"] },
    ] });
    let (status, told) = ask(&center.world, Method::PUT, path, wrong.to_string());
    assert_eq!(status, 400);
    insta::assert_snapshot!(told["message"].as_str().unwrap());
    assert_eq!(statuses(&center, json!({})), [1]);
}

#[test]
fn an_approval_is_refused_where_no_assignment_fits() {
    let full = SEED.replace("name = \"o\"", "name = \"o\"\nlimits = { role_assignments = 1 }");
    let center = Center::slow_and_seeded(&full);
    let audit = json!({ "ApplyId": "apply-00000000000000aa", "AuditResult": "Approve" });
    let code = center.code("AuditPermissionApplyOrder", audit.clone());
    assert_eq!(code, "FailedOperation.RoleConfigurationAuthorizationOverLimit");
    // Of both configurations nothing is assigned, and the request still waits.
    assert_eq!(center.ok("ListRoleAssignments", json!({}))["TotalCounts"], 0);
    assert_eq!(statuses(&center, json!({})), [1, 1]);
}

#[test]
fn what_a_user_or_a_group_may_ask_for_goes_with_it() {
    let center = Center::slow_and_seeded(SEED);
    let (user, group) = (center.user("bob"), center.group("staff"));
    let scope = |kind: &str, id: &str| {
        let info = json!({
            "PrincipalId": id, "PrincipalType": kind, "RoleConfigurationId": READERS,
            "TargetUin": MEMBER, "TargetType": "MemberUin",
        });
        center.ok("CreateRoleConfigurationApplyScope", json!({ "ApplyScopeInfo": [info] }));
    };
    scope("User", &user);
    scope("Group", &group);
    center.ok("DeleteUser", json!({ "UserId": user }));
    center.ok("DeleteGroup", json!({ "GroupId": group }));
    let (_, state) = ask(&center.world, Method::GET, "state", String::new());
    assert_eq!(state["tenants"]["default"]["organization_apply_scopes"], json!([]));
}
