//! Tasks of roles: how the clock moves them, how they end, what outlives the process.

use cloudtwin::runtime::lifecycle::Pace;
use http::Method;
use serde_json::{Value, json};

use super::center::{Center, MEMBER, VERSION, ZONE, each};
use super::roles::{entry, place};
use super::syncing::{TASK_MS, but, item};
use crate::documents::ask;

const FAILED: &str = "Failed: the job was made to fail";

#[test]
fn a_task_moves_by_the_clock_and_stays_as_it_ended() {
    let center = Center::slow();
    let id = center.configuration("a");
    let begun = center.ok("ProvisionRoleConfiguration", place(&id))["Task"].take();
    insta::assert_json_snapshot!(begun);
    let task = begun["TaskId"].as_str().unwrap();
    let look = || center.ok("GetTaskStatus", json!({ "TaskId": task }))["TaskStatus"].take();
    let expected = |status: &str| json!({ "Status": status, "TaskId": task, "TaskType": "ProvisionRoleConfiguration", "FailureReason": "" });
    for (wait, status) in
        [(0, "InProgress"), (TASK_MS - 1, "InProgress"), (1, "Success"), (-10 * TASK_MS, "Success")]
    {
        center.wait(wait);
        assert_eq!(look(), expected(status), "{wait}");
    }
}

#[test]
fn a_pace_of_its_own_is_kept_and_at_once_means_the_next_look() {
    let center = Center::new();
    let id = center.configuration("a");
    let task = center.begin_role_task("ProvisionRoleConfiguration", place(&id));
    assert_eq!(center.role_task(&task), "Success");
    let folder = tempfile::tempdir().unwrap();
    let center = Center::kept(folder.path().join("state.db"), Pace::EveryMs(7));
    let id = center.configuration("a");
    let task = center.begin_role_task("ProvisionRoleConfiguration", place(&id));
    center.wait(6);
    assert_eq!(center.role_task(&task), "InProgress");
    center.wait(1);
    assert_eq!(center.role_task(&task), "Success");
}

/// A task of a user sync is of the other family, in both directions.
#[test]
fn an_id_that_is_no_role_task_is_not_found() {
    let center = Center::new();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let (_, sync) = center.begin(item(&ada, MEMBER));
    for unknown in ["t-000000000000", "", &sync, &id] {
        let code = center.code("GetTaskStatus", json!({ "TaskId": unknown }));
        assert_eq!(code, "ResourceNotFound.RoleConfigurationTaskNotFound", "{unknown}");
    }
    let task = center.begin_role_task("ProvisionRoleConfiguration", place(&id));
    let code = center.code("GetProvisioningTaskStatus", json!({ "TaskId": task }));
    assert_eq!(code, "ResourceNotFound.UserProvisioningTaskNotFound");
}

#[test]
fn tasks_are_listed_with_the_names_of_their_time() {
    let center = Center::slow();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    center.assign(entry(&id, &ada, MEMBER));
    center.wait(TASK_MS);
    center.ok("DeleteRoleAssignment", entry(&id, &ada, MEMBER));
    center.wait(TASK_MS);
    center.ok("DismantleRoleConfiguration", place(&id));
    center.wait(TASK_MS);
    center.ok("DeleteRoleConfiguration", json!({ "RoleConfigurationId": id }));
    center.ok("DeleteUser", json!({ "UserId": ada }));
    let other = center.configuration("b");
    center.ok("ProvisionRoleConfiguration", but(place(&other), json!({ "TargetUin": MEMBER + 1 })));
    insta::assert_json_snapshot!(center.ok("ListTasks", json!({ "MaxResults": 2 })));
    let find = |input: Value| {
        let found = center.ok("ListTasks", input);
        assert_eq!(found["TotalCounts"], found["Tasks"].as_array().unwrap().len());
        each(&found["Tasks"], "TaskType").join(" ")
    };
    let of_ada = "DeleteRoleAssignment CreateRoleAssignment";
    assert_eq!(find(json!({ "PrincipalId": ada })), of_ada);
    assert_eq!(find(json!({ "PrincipalType": "User" })), of_ada);
    assert_eq!(find(json!({ "PrincipalType": "Group" })), "");
    assert_eq!(find(json!({ "TargetUin": MEMBER + 1 })), "ProvisionRoleConfiguration");
    assert_eq!(find(json!({ "TargetType": "ManagerUin" })), "");
    // As the vendor's example has it.
    let of_a = format!("DeprovisionRoleConfiguration {of_ada}");
    assert_eq!(find(json!({ "TargetType": "Member", "RoleConfigurationId": id })), of_a);
    assert_eq!(find(json!({ "Status": "InProgress" })), "ProvisionRoleConfiguration");
    assert_eq!(find(json!({ "Status": "Success" })), of_a);
    assert_eq!(find(json!({ "Status": "Failed" })), "");
    assert_eq!(find(json!({ "TaskType": "DeleteRoleAssignment" })), "DeleteRoleAssignment");
    let code = center.code("ListTasks", json!({ "NextToken": "%" }));
    assert_eq!(code, "InvalidParameter.NextTokenInvalid");
}

#[test]
fn a_task_that_was_made_to_fail_leaves_what_it_could_not_do() {
    let center = Center::slow();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let fails = |task: &str| {
        center.run_sql(
            "UPDATE organization_role_tasks SET outcome = 'fail' WHERE status = 'InProgress'",
        );
        center.wait(TASK_MS);
        assert_eq!(center.role_task(task), FAILED);
    };
    // An assignment that fails is gone: it can be begun again, and its principal can be deleted.
    let one = entry(&id, &ada, MEMBER);
    fails(&center.assign(one.clone()));
    assert_eq!(
        (center.assignments(), center.deployments()),
        (0, "a@production DeployFailed".into())
    );
    let failed = center.ok("ListTasks", json!({ "Status": "Failed" }));
    assert_eq!(failed["Tasks"][0]["FailureReason"], "the job was made to fail");
    center.assign(one.clone());
    center.wait(TASK_MS);
    assert_eq!((center.assignments(), center.deployments()), (1, "a@production Deployed".into()));
    // A later one does not touch the deployment that is there.
    let bob = center.user("bob");
    fails(&center.assign(entry(&id, &bob, MEMBER)));
    assert_eq!((center.assignments(), center.deployments()), (1, "a@production Deployed".into()));
    center.ok("DeleteUser", json!({ "UserId": bob }));
    // A deployment that fails, and one that cannot be taken away.
    fails(&center.begin_role_task("ProvisionRoleConfiguration", place(&id)));
    assert_eq!(center.deployments(), "a@production DeployFailed");
    fails(&center.begin_role_task("DeleteRoleAssignment", one.clone()));
    assert_eq!(center.assignments(), 1);
    center.ok("DeleteRoleAssignment", one);
    center.wait(TASK_MS);
    fails(&center.begin_role_task("DismantleRoleConfiguration", place(&id)));
    assert_eq!(center.deployments(), "a@production DeployFailed");
    center.ok("DismantleRoleConfiguration", place(&id));
    center.wait(TASK_MS);
    assert_eq!(center.deployments(), "");
}

#[test]
fn a_task_that_never_ends_keeps_what_it_works_on() {
    let center = Center::slow();
    let id = center.configuration("a");
    let task = center.begin_role_task("ProvisionRoleConfiguration", place(&id));
    center.run_sql("UPDATE organization_role_tasks SET outcome = 'stay'");
    center.wait(1_000 * TASK_MS);
    assert_eq!(center.role_task(&task), "InProgress");
    let code = center.code("DismantleRoleConfiguration", place(&id));
    assert_eq!(code, "FailedOperation.RoleConfigurationProvisioningStatusError");
}

/// What was begun first is done first: the deletion finds what the creation made, or its failure left.
#[test]
fn an_assignment_is_deleted_while_it_is_being_created() {
    let center = Center::slow();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let one = entry(&id, &ada, MEMBER);
    for outcome in ["Success", FAILED] {
        let created = center.assign(one.clone());
        if outcome == FAILED {
            center.run_sql(
                "UPDATE organization_role_tasks SET outcome = 'fail' WHERE status = 'InProgress'",
            );
        }
        let deleted = center.begin_role_task("DeleteRoleAssignment", one.clone());
        center.wait(TASK_MS);
        assert_eq!([center.role_task(&created), center.role_task(&deleted)], [outcome, "Success"]);
        assert_eq!(center.assignments(), 0);
    }
}

/// A late deletion must not meet a later assignment of the same key.
#[test]
fn a_deletion_deletes_the_assignment_that_it_was_asked_for() {
    let center = Center::slow();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let one = entry(&id, &ada, MEMBER);
    center.assign(one.clone());
    center.run_sql("UPDATE organization_role_tasks SET outcome = 'fail'");
    center.wait(TASK_MS / 2);
    center.ok("DeleteRoleAssignment", one.clone());
    center.wait(TASK_MS / 2);
    assert_eq!(center.assignments(), 0);
    let task = center.assign(one);
    center.wait(TASK_MS);
    assert_eq!((center.role_task(&task), center.assignments()), ("Success".into(), 1));
}

#[test]
fn a_task_begun_before_a_restart_still_ends() {
    let folder = tempfile::tempdir().unwrap();
    let start = || Center::kept(folder.path().join("state.db"), Pace::EveryMs(TASK_MS));
    let center = start();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let task = center.assign(entry(&id, &ada, MEMBER));
    drop(center);
    let center = start();
    assert_eq!((center.role_task(&task), center.assignments()), ("InProgress".into(), 1));
    center.wait(TASK_MS);
    assert_eq!(center.role_task(&task), "Success");
    assert_eq!(center.deployments(), "a@production Deployed");
}

#[test]
fn a_state_document_carries_running_tasks_to_another_tenant() {
    let center = Center::slow();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let task = center.assign(entry(&id, &ada, MEMBER));
    let (_, document) = ask(&center.world, Method::GET, "state?tenant=default", String::new());
    let (status, said) =
        ask(&center.world, Method::PUT, "state?tenant=other", document.to_string());
    assert_eq!(status, 200, "{said}");
    let other = |action: &str, input: Value| {
        let mut input = input;
        input["ZoneId"] = json!(ZONE);
        center.call_as("other", action, input)
    };
    let status =
        || other("GetTaskStatus", json!({ "TaskId": task }))["TaskStatus"]["Status"].take();
    assert_eq!(status(), "InProgress");
    center.wait(TASK_MS);
    assert_eq!(status(), "Success");
    let deployed = other("ListRoleConfigurationProvisionings", json!({}));
    assert_eq!(deployed["TotalCounts"], 1, "{VERSION} {deployed}");
}

/// Each row of a document that the service could not read back is refused.
#[test]
fn rows_that_cannot_be_read_back_are_refused() {
    let center = Center::new();
    let (ada, id) = (center.user("ada"), center.configuration("a"));
    let one = entry(&id, &ada, MEMBER);
    center.assign(one.clone());
    center.ok("CreateRoleConfigurationApplyScope", json!({ "ApplyScopeInfo": [one] }));
    let policy = json!({
        "RoleConfigurationId": id, "RolePolicyType": "System",
        "RolePolicies": [{ "PolicyId": i64::MAX }],
    });
    center.ok("AddPermissionPolicyToRoleConfiguration", policy);
    assert_eq!(center.deployments(), "a@production DeployedRequired");
    let (_, good) = ask(&center.world, Method::GET, "state", String::new());
    for (table, column, value) in [
        ("role_policies", "type", json!("Odd")),
        ("role_policies", "policy_id", json!(-1)),
        ("role_assignments", "principal_type", json!("Odd")),
        ("role_provisionings", "status", json!("Odd")),
        ("role_tasks", "type", json!("Odd")),
        ("role_tasks", "status", json!("Odd")),
        ("role_tasks", "outcome", json!("odd")),
        ("role_tasks", "undeploys", json!(2)),
        ("role_tasks", "seq", json!(i64::MAX)),
        ("role_tasks", "assignment", json!(-1)),
        ("apply_scopes", "principal_type", json!("Odd")),
    ] {
        let mut document = good.clone();
        let row = &mut document["tenants"]["default"][format!("organization_{table}")][0];
        assert!(row.get(column).is_some(), "{table}.{column}");
        row[column] = value.clone();
        let (status, said) = ask(&center.world, Method::PUT, "state", document.to_string());
        assert_eq!(status, 400, "{table}.{column} {value}: {said}");
    }
    let (status, said) = ask(&center.world, Method::PUT, "state", good.to_string());
    assert_eq!(status, 200, "{said}");
}

/// However late it is looked at, a deployment is as old as its task's end.
#[test]
fn a_deployment_has_the_moment_at_which_its_task_ended() {
    let center = Center::slow();
    let id = center.configuration("a");
    center.ok("ProvisionRoleConfiguration", place(&id));
    center.wait(60 * TASK_MS);
    let listed = center.ok("ListRoleConfigurationProvisionings", json!({}));
    let one = &listed["RoleConfigurationProvisionings"][0];
    assert_eq!([&one["CreateTime"], &one["UpdateTime"]], ["2026-01-31 16:00:01"; 2]);
}
