//! Permission requests: what may be asked for, what is asked for, what is decided.

use http::Method;
use serde_json::{Value, json};

use super::center::{Center, MEMBER, each};
use super::roles::{entry, zone_with_roles};
use super::syncing::{TASK_MS, but};
use crate::documents::ask;

const USER: &str = "u-ada000000001";
const READERS: &str = "rc-readers00001";
const WRITERS: &str = "rc-writers00001";
const PATH: &str = "organization/permission-requests";

/// A zone with a request for both role configurations.
fn seeded() -> String {
    format!(
        "{}\n[[organization.permission_request]]\nid = 'apply-0000000000000001'\nuser = 'Ada'\n\
         uin = {MEMBER}\nrole_configurations = ['readers', 'Writers']\n",
        zone_with_roles("role_assignments = 2")
    )
}

fn audit(result: &str) -> Value {
    json!({ "ApplyId": "apply-0000000000000001", "AuditResult": result, "AuditOpinion": "so" })
}

fn orders(center: &Center, input: Value) -> Value {
    center.ok("ListPermissionApplyOrders", input)["ApplyOrders"].take()
}

fn status(center: &Center) -> i64 {
    orders(center, json!({}))[0]["Status"].as_i64().unwrap()
}

#[test]
fn an_approved_request_becomes_assignments() {
    let center = Center::slow_and_seeded(&seeded());
    insta::assert_json_snapshot!(center.ok("ListPermissionApplyOrders", json!({})));
    center.wait(60_000);
    let tasks = center.ok("AuditPermissionApplyOrder", audit("Approve"))["Tasks"].take();
    assert_eq!(each(&tasks, "RoleConfigurationName"), ["readers", "writers"]);
    assert_eq!(each(&tasks, "Status"), ["InProgress"; 2]);
    insta::assert_json_snapshot!(orders(&center, json!({}))[0]);
    let code = center.code("AuditPermissionApplyOrder", audit("Reject"));
    assert_eq!(code, "FailedOperation.PermissionApplyOrderStatusInvalid");
    center.wait(TASK_MS);
    assert_eq!((status(&center), center.assignments()), (3, 2));
}

#[test]
fn a_rejected_request_becomes_nothing() {
    let center = Center::seeded(&seeded());
    assert_eq!(center.ok("AuditPermissionApplyOrder", audit("Reject"))["Tasks"], json!([]));
    assert_eq!((status(&center), center.assignments()), (5, 0));
    let code = center.code("AuditPermissionApplyOrder", audit("Approve"));
    assert_eq!(code, "FailedOperation.PermissionApplyOrderStatusInvalid");
    let unknown = but(audit("Approve"), json!({ "ApplyId": "apply-0" }));
    let code = center.code("AuditPermissionApplyOrder", unknown);
    assert_eq!(code, "ResourceNotFound.PermissionApplyOrderNotFound");
    let code = center.code("AuditPermissionApplyOrder", audit("Perhaps"));
    assert_eq!(code, "InvalidParameter.ParamError");
}

#[test]
fn what_the_user_has_already_is_not_granted_twice() {
    let center = Center::seeded(&seeded());
    for configuration in [READERS, WRITERS] {
        center.assign(entry(configuration, USER, MEMBER));
    }
    assert_eq!(center.ok("AuditPermissionApplyOrder", audit("Approve"))["Tasks"], json!([]));
    assert_eq!(status(&center), 3);
}

/// The approval is recorded; the task tells why the user does not get the role configuration.
#[test]
fn what_cannot_be_granted_fails_in_its_task() {
    let full = Center::seeded(&seeded());
    full.assign(entry(WRITERS, USER, MEMBER + 1));
    let gone = Center::seeded(&seeded());
    gone.ok("DeleteUser", json!({ "UserId": USER }));
    for (center, reasons) in [
        (full, ["", "FailedOperation.RoleConfigurationAuthorizationOverLimit"]),
        (gone, ["ResourceNotFound.UserNotExist"; 2]),
    ] {
        let tasks = center.ok("AuditPermissionApplyOrder", audit("Approve"))["Tasks"].take();
        assert_eq!(each(&tasks, "FailureReason"), ["", ""]);
        let ends = each(&tasks, "TaskId").into_iter().map(|task| center.role_task(&task));
        let expected = reasons.map(|reason| match reason {
            "" => "Success".to_owned(),
            reason => format!("Failed: {reason}"),
        });
        assert_eq!(ends.collect::<Vec<_>>(), expected);
        assert_eq!(status(&center), 4);
        assert!(!center.deployments().contains("DeployFailed"));
    }
}

#[test]
fn requests_are_found_by_status_and_text() {
    let center = Center::seeded(&seeded());
    let body = |requests: Value| json!({ "permission_requests": requests }).to_string();
    let one = |uin: i64, more: Value| {
        but(json!({ "user": "ada", "uin": uin, "role_configurations": ["readers"] }), more)
    };
    let requests = json!([
        one(MEMBER, json!({ "id": "apply-00000000000000aa" })),
        one(MEMBER + 1, json!({ "decision": "rejected", "opinion": "no" })),
    ]);
    assert_eq!(ask(&center.world, Method::PUT, PATH, body(requests)).0, 200);
    let find = |input: Value| each(&orders(&center, input), "TargetName").join(" ");
    assert_eq!(find(json!({})), "staging production");
    assert_eq!(find(json!({ "Status": 5 })), "staging");
    assert_eq!(find(json!({ "Status": 1 })), "production");
    assert_eq!(find(json!({ "Status": 2 })), "");
    assert_eq!(find(json!({ "SearchValue": "ADA" })), "staging production");
    assert_eq!(find(json!({ "SearchValue": "00aa" })), "production");
    assert_eq!(find(json!({ "SearchValue": "stag" })), "staging");
    let page = center.ok("ListPermissionApplyOrders", json!({ "MaxResults": 1 }));
    assert_eq!(find(json!({ "MaxResults": 1, "NextToken": page["NextToken"] })), "production");
    for (action, of) in [
        ("ListPermissionApplyOrders", json!({})),
        (
            "ListRoleConfigurationApplyScopes",
            json!({ "PrincipalId": USER, "PrincipalType": "User" }),
        ),
    ] {
        let code = center.code(action, but(of.clone(), json!({ "NextToken": "%" })));
        assert_eq!(code, "InvalidParameter.NextTokenInvalid");
        let code = center.code(action, but(of, json!({ "MaxResults": 0 })));
        assert_eq!(code, "InvalidParameter.ParamError");
    }
}

#[test]
fn the_control_interface_shows_what_it_takes() {
    let center = Center::slow_and_seeded(&seeded());
    let get = || ask(&center.world, Method::GET, PATH, String::new());
    let put = |body: &str| ask(&center.world, Method::PUT, PATH, body.to_owned());
    let (_, shown) = get();
    insta::assert_json_snapshot!(shown);
    // What is put back keeps its times and its tasks.
    center.ok("AuditPermissionApplyOrder", audit("Approve"));
    let before = orders(&center, json!({}));
    assert_eq!(before[0]["Status"], 2);
    center.wait(60_000);
    let (_, shown) = get();
    assert_eq!(put(&shown.to_string()), (200, json!({})));
    let mut after = orders(&center, json!({}));
    assert_eq!(after[0]["Status"].take(), 3);
    after[0]["Status"] = json!(2);
    assert_eq!(after, before);
    let one = |more: Value| {
        let good = json!({ "user": "ada", "uin": MEMBER, "role_configurations": ["readers"] });
        json!({ "permission_requests": [but(good, more)] }).to_string()
    };
    let twice = json!({ "id": "apply-0000000000000001", "user": "ada", "uin": MEMBER, "role_configurations": [] });
    for (bad, says) in [
        ("{}".to_owned(), "send for example"),
        (one(json!({ "user": "bob" })), "there is no user \"bob\""),
        (one(json!({ "uin": 7 })), "there is no account 7"),
        (one(json!({ "role_configurations": ["x"] })), "there is no role configuration \"x\""),
        (one(json!({ "id": "apply-1" })), "an id is `apply-` and 16"),
        (one(json!({ "decision": "maybe" })), "send for example"),
        (json!({ "permission_requests": [twice.clone(), twice] }).to_string(), "is there twice"),
    ] {
        let (status, said) = put(&bad);
        let message = said["message"].as_str().unwrap();
        assert!(status == 400 && message.contains(says), "{bad}: {message}");
    }
    assert_eq!(get().1, shown);
    let (status, _) =
        ask(&center.world, Method::PUT, &format!("{PATH}?tenant=other"), one(json!({})));
    assert_eq!(status, 200);
    assert_eq!(get().1, shown);
}

#[test]
fn scopes_say_what_a_principal_may_ask_for() {
    let center = Center::seeded(&seeded());
    let staff = center.group("staff");
    let create = |all: Value| {
        center.ok("CreateRoleConfigurationApplyScope", json!({ "ApplyScopeInfo": all }))
    };
    let made = create(json!([
        entry(READERS, USER, MEMBER),
        entry(WRITERS, USER, MEMBER),
        entry(READERS, &staff, MEMBER)
    ]));
    assert_eq!(made["SuccessCount"], 3);
    // Once more changes nothing but its time.
    center.wait(1_000);
    assert_eq!(create(json!([entry(READERS, USER, MEMBER)]))["SuccessCount"], 1);
    let of = |more: Value| but(json!({ "PrincipalId": USER, "PrincipalType": "User" }), more);
    let list = |input: Value| center.ok("ListRoleConfigurationApplyScopes", input);
    insta::assert_json_snapshot!(list(of(json!({ "Filter": "READ" }))));
    let names = |input: Value| each(&list(input)["ApplyScopes"], "RoleConfigurationName").join(" ");
    assert_eq!(names(of(json!({}))), "writers readers");
    assert_eq!(names(of(json!({ "TargetUin": MEMBER + 1 }))), "");
    assert_eq!(names(of(json!({ "PrincipalId": staff, "PrincipalType": "Group" }))), "readers");
    assert_eq!(names(of(json!({ "PrincipalId": staff }))), "");
    assert_eq!(names(of(json!({ "PrincipalId": "u-0" }))), "");
    let delete = |ids: Value, more: Value| {
        but(
            json!({ "RoleConfigurationIds": ids, "TargetUin": MEMBER, "PrincipalId": USER, "PrincipalType": "User" }),
            more,
        )
    };
    let action = "DeleteRoleConfigurationApplyScope";
    let unknown = "ResourceNotFound.PermissionApplyScopeNotFound";
    for (input, code) in [
        (delete(json!([]), json!({})), "InvalidParameter.ParamError"),
        (delete(json!([READERS, "rc-0"]), json!({})), unknown),
        (delete(json!([READERS]), json!({ "TargetUin": MEMBER + 1 })), unknown),
        (delete(json!([READERS]), json!({ "PrincipalType": "Group" })), unknown),
        (delete(json!([READERS]), json!({ "PrincipalId": "u-0" })), unknown),
    ] {
        assert_eq!(center.code(action, input.clone()), code, "{input}");
    }
    assert_eq!(names(of(json!({}))), "writers readers");
    center.ok(action, delete(json!([READERS]), json!({})));
    assert_eq!(names(of(json!({}))), "writers");
    assert_eq!(center.code(action, delete(json!([READERS]), json!({}))), unknown);
}

#[test]
fn scopes_name_what_is_there_and_go_with_it() {
    let center = Center::seeded(&seeded());
    let create = |all: Value| json!({ "ApplyScopeInfo": all });
    let action = "CreateRoleConfigurationApplyScope";
    let good = entry(WRITERS, USER, MEMBER);
    for (bad, code) in [
        (json!({ "TargetUin": 7 }), "FailedOperation.OrganizationMemberNotExist"),
        (json!({ "RoleConfigurationId": "rc-0" }), "InvalidParameter.RoleConfigurationNotExist"),
        (json!({ "PrincipalId": "u-0" }), "ResourceNotFound.UserNotExist"),
        (json!({ "PrincipalType": "Group" }), "InvalidParameter.GroupNotExist"),
    ] {
        let all = json!([good, but(good.clone(), bad)]);
        assert_eq!(center.code(action, create(all)), code);
    }
    assert_eq!(center.code(action, create(json!([]))), "InvalidParameter.ParamError");
    let count = || {
        let (_, state) = ask(&center.world, Method::GET, "state", String::new());
        state["tenants"]["default"]["organization_apply_scopes"].as_array().map_or(0, Vec::len)
    };
    assert_eq!(count(), 0);
    let staff = center.group("staff");
    let all = json!([
        good,
        entry(WRITERS, &staff, MEMBER),
        entry(READERS, &staff, MEMBER),
        entry(READERS, USER, MEMBER)
    ]);
    center.ok(action, create(all));
    center.ok("DeleteRoleConfiguration", json!({ "RoleConfigurationId": WRITERS }));
    assert_eq!(count(), 2);
    center.ok("DeleteGroup", json!({ "GroupId": staff }));
    assert_eq!(count(), 1);
    center.ok("DeleteUser", json!({ "UserId": USER }));
    assert_eq!(count(), 0);
}
