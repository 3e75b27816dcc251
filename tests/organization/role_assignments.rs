//! Role assignments and deployments, and the tasks that make them.

use serde_json::{Value, json};

use super::center::{Center, MEMBER, each};
use super::syncing::{TASK_MS, run};

/// A zone with a user, a group and a role configuration; tasks take a second.
struct Roles {
    center: Center,
    user: String,
    group: String,
    role: String,
}

impl Roles {
    fn new() -> Self {
        Self::of(Center::slow())
    }

    fn of(center: Center) -> Self {
        let (user, group) = (center.user("ada"), center.group("staff"));
        let made =
            center.ok("CreateRoleConfiguration", json!({ "RoleConfigurationName": "readers" }));
        let role =
            made["RoleConfigurationInfo"]["RoleConfigurationId"].as_str().unwrap().to_owned();
        Self { center, user, group, role }
    }

    fn info(&self, principal: &str) -> Value {
        let kind = if principal.starts_with("u-") { "User" } else { "Group" };
        json!({
            "PrincipalId": principal, "PrincipalType": kind, "TargetType": "MemberUin",
            "TargetUin": MEMBER, "RoleConfigurationId": self.role,
        })
    }

    fn assign(&self, principal: &str) -> Value {
        let info = json!({ "RoleAssignmentInfo": [self.info(principal)] });
        self.center.ok("CreateRoleAssignment", info)["Tasks"][0].clone()
    }

    fn assign_code(&self, info: Value) -> String {
        self.center.code("CreateRoleAssignment", json!({ "RoleAssignmentInfo": [info] }))
    }

    fn on_account(&self) -> Value {
        json!({ "RoleConfigurationId": self.role, "TargetType": "MemberUin", "TargetUin": MEMBER })
    }

    fn status(&self, task: &Value) -> String {
        let asked = self.center.ok("GetTaskStatus", json!({ "TaskId": task["TaskId"] }));
        asked["TaskStatus"]["Status"].as_str().unwrap().to_owned()
    }

    /// Waits until the task has ended well.
    fn finish(&self, task: &Value) {
        assert_eq!(self.status(task), "InProgress");
        self.center.wait(TASK_MS);
        assert_eq!(self.status(task), "Success");
    }

    fn deployed(&self) -> Vec<String> {
        let listed = self.center.ok("ListRoleConfigurationProvisionings", json!({}));
        each(&listed["RoleConfigurationProvisionings"], "DeploymentStatus")
    }

    fn set_outcome(&self, outcome: &str) {
        let sql = format!(
            "UPDATE organization_role_tasks SET outcome = '{outcome}' WHERE status = 'InProgress'"
        );
        run(&self.center.world, &sql);
    }
}

/// The requests of the vendor's Terraform provider, in its order.
#[test]
fn an_assignment_lives_as_terraform_has_it() {
    let roles = Roles::new();
    let task = roles.assign(&roles.user);
    insta::assert_json_snapshot!(task);
    roles.finish(&task);
    let filters = json!({
        "RoleConfigurationId": roles.role, "TargetType": "MemberUin", "TargetUin": MEMBER,
        "PrincipalType": "User", "PrincipalId": roles.user, "Filter": "READ",
    });
    let listed = roles.center.ok("ListRoleAssignments", filters);
    insta::assert_json_snapshot!(listed);
    assert_eq!(roles.deployed(), ["Deployed"]);
    let delete = roles.info(&roles.user);
    let task = roles.center.ok("DeleteRoleAssignment", delete.clone())["Task"].clone();
    // It is there until the task succeeds, and is not deleted twice.
    assert_eq!(roles.center.ok("ListRoleAssignments", json!({}))["TotalCounts"], 1);
    let again = roles.center.code("DeleteRoleAssignment", delete);
    assert_eq!(again, "ResourceNotFound.RoleConfigurationAuthorizationNotFound");
    roles.finish(&task);
    assert_eq!(roles.center.ok("ListRoleAssignments", json!({}))["TotalCounts"], 0);
    let task = roles.center.ok("DismantleRoleConfiguration", roles.on_account())["Task"].clone();
    insta::assert_json_snapshot!(task);
    roles.finish(&task);
    assert_eq!(roles.deployed(), Vec::<String>::new());
    roles.center.ok("DeleteRoleConfiguration", json!({ "RoleConfigurationId": roles.role }));
}

#[test]
fn what_an_assignment_names_must_be_there() {
    let roles = Roles::new();
    for (member, value, code) in [
        ("TargetUin", json!(7), "FailedOperation.OrganizationMemberNotExist"),
        ("TargetType", json!("ManagerUin"), "FailedOperation.OrganizationMemberNotExist"),
        ("RoleConfigurationId", json!("rc-0"), "InvalidParameter.RoleConfigurationNotExist"),
        ("PrincipalId", json!("u-0"), "ResourceNotFound.UserNotExist"),
        ("PrincipalType", json!("Group"), "InvalidParameter.GroupNotExist"),
    ] {
        let mut info = roles.info(&roles.user);
        info[member] = value;
        assert_eq!(roles.assign_code(info.clone()), code, "{member}");
        // One bad entry refuses all.
        let both = json!({ "RoleAssignmentInfo": [roles.info(&roles.user), info] });
        assert_eq!(roles.center.code("CreateRoleAssignment", both), code, "{member}");
        assert_eq!(roles.center.ok("ListRoleAssignments", json!({}))["TotalCounts"], 0);
    }
    assert_eq!(roles.assign_code(json!({})), "FailedOperation.OrganizationMemberNotExist");
    for (action, mut input) in [
        ("ProvisionRoleConfiguration", roles.on_account()),
        ("DismantleRoleConfiguration", roles.on_account()),
    ] {
        input["TargetUin"] = json!(7);
        let code = roles.center.code(action, input);
        assert_eq!(code, "FailedOperation.OrganizationMemberNotExist", "{action}");
    }
    for member in ["TargetUin", "RoleConfigurationId", "PrincipalId"] {
        let mut info = roles.info(&roles.user);
        info[member] = if member == "TargetUin" { json!(7) } else { json!("x") };
        let code = roles.center.code("DeleteRoleAssignment", info);
        assert_eq!(code, "ResourceNotFound.RoleConfigurationAuthorizationNotFound", "{member}");
    }
}

#[test]
fn an_assignment_is_made_once_and_within_the_limits() {
    let limits = "role_assignments = 2, role_assignments_per_request = 2";
    let roles = Roles::of(Center::with_limits(limits));
    roles.assign(&roles.user);
    let code = roles.assign_code(roles.info(&roles.user));
    assert_eq!(code, "FailedOperation.RoleConfigurationAuthorizationAlreadyExist");
    let three = vec![roles.info(&roles.group); 3];
    let code = roles.center.code("CreateRoleAssignment", json!({ "RoleAssignmentInfo": three }));
    assert_eq!(code, "LimitExceeded.CreateRoleAssignmentLimitExceeded");
    roles.assign(&roles.group);
    let other = roles.center.user("bob");
    let code = roles.assign_code(roles.info(&other));
    assert_eq!(code, "FailedOperation.RoleConfigurationAuthorizationOverLimit");
}

#[test]
fn who_has_a_role_is_not_deleted() {
    let roles = Roles::new();
    for principal in [&roles.user, &roles.group] {
        roles.assign(principal);
    }
    let delete = |action, member: &str, id: &str| roles.center.code(action, json!({ member: id }));
    let exists = "FailedOperation.RoleConfigurationAuthorizationExist";
    assert_eq!(delete("DeleteUser", "UserId", &roles.user), exists);
    assert_eq!(delete("DeleteGroup", "GroupId", &roles.group), exists);
    let code = delete("DeleteRoleConfiguration", "RoleConfigurationId", &roles.role);
    assert_eq!(code, "FailedOperation.RoleConfigurationProvisioningAlreadyDeployed");
    let selected = |input| {
        let listed = roles.center.ok("ListRoleConfigurations", input);
        listed["RoleConfigurations"][0]["IsSelected"].as_bool().unwrap()
    };
    assert!(selected(json!({ "PrincipalId": roles.user })));
    assert!(selected(json!({ "PrincipalId": roles.group, "FilterTargets": [7, MEMBER] })));
    assert!(!selected(json!({ "PrincipalId": roles.user, "FilterTargets": [7] })));
    assert!(!selected(json!({ "PrincipalId": "u-000000000000" })));
}

#[test]
fn deployments_are_outdated_by_a_change_of_policies() {
    let roles = Roles::new();
    let code = roles.center.code("DismantleRoleConfiguration", roles.on_account());
    assert_eq!(code, "ResourceNotFound.RoleConfigurationProvisioningNotFound");
    let deploy =
        || roles.center.ok("ProvisionRoleConfiguration", roles.on_account())["Task"].clone();
    let task = deploy();
    let code = roles.center.code("DismantleRoleConfiguration", roles.on_account());
    assert_eq!(code, "FailedOperation.RoleConfigurationProvisioningStatusError");
    roles.finish(&task);
    let add = json!({
        "RoleConfigurationId": roles.role, "RolePolicyType": "System", "RolePolicyNames": ["a"],
    });
    roles.center.ok("AddPermissionPolicyToRoleConfiguration", add);
    assert_eq!(roles.deployed(), ["DeployedRequired"]);
    let listed = |filter: Value| roles.center.ok("ListRoleConfigurationProvisionings", filter);
    assert_eq!(listed(json!({ "DeploymentStatus": "Deployed" }))["TotalCounts"], 0);
    for filter in [
        json!({ "DeploymentStatus": "DeployedRequired" }),
        json!({ "RoleConfigurationId": roles.role }),
        json!({ "TargetType": "Member", "TargetUin": MEMBER }),
        json!({ "Filter": "reader" }),
    ] {
        assert_eq!(listed(filter.clone())["TotalCounts"], 1, "{filter}");
    }
    assert_eq!(listed(json!({ "TargetType": "ManagerUin" }))["TotalCounts"], 0);
    roles.finish(&deploy());
    insta::assert_json_snapshot!(listed(json!({})));
    roles.finish(&roles.assign(&roles.user));
    let code = roles.center.code("DismantleRoleConfiguration", roles.on_account());
    assert_eq!(code, "FailedOperation.RoleConfigurationAuthorizationExist");
    // The deployment goes with the last assignment if that is wanted.
    let mut delete = roles.info(&roles.user);
    delete["DeprovisionStrategy"] = json!("DeprovisionForLastRoleAssignmentOnAccount");
    roles.finish(&roles.center.ok("DeleteRoleAssignment", delete)["Task"]);
    assert_eq!(roles.deployed(), Vec::<String>::new());
}

#[test]
fn a_task_that_fails_says_why_and_leaves_no_assignment() {
    let roles = Roles::new();
    let task = roles.assign(&roles.user);
    roles.set_outcome("fail");
    roles.center.wait(TASK_MS);
    let asked = roles.center.ok("GetTaskStatus", json!({ "TaskId": task["TaskId"] }));
    let status = &asked["TaskStatus"];
    assert_eq!(status["Status"], "Failed");
    assert!(!status["FailureReason"].as_str().unwrap().is_empty());
    assert_eq!(roles.center.ok("ListRoleAssignments", json!({}))["TotalCounts"], 0);
    assert_eq!(roles.deployed(), ["DeployFailed"]);
    // The next attempt succeeds.
    roles.finish(&roles.assign(&roles.user));
    assert_eq!(roles.deployed(), ["Deployed"]);
    // A deletion that fails keeps the assignment.
    roles.center.ok("DeleteRoleAssignment", roles.info(&roles.user));
    roles.set_outcome("fail");
    roles.center.wait(TASK_MS);
    assert_eq!(roles.center.ok("ListRoleAssignments", json!({}))["TotalCounts"], 1);
}

#[test]
fn tasks_are_listed_and_kept_apart_from_those_of_user_syncs() {
    let roles = Roles::new();
    let first = roles.assign(&roles.user);
    roles.finish(&first);
    roles.center.ok("ProvisionRoleConfiguration", roles.on_account());
    let (_, sync_task) = roles.center.begin(super::syncing::item(&roles.user, MEMBER));
    let list = |filter: Value| each(&roles.center.ok("ListTasks", filter)["Tasks"], "TaskType");
    let both = ["ProvisionRoleConfiguration", "CreateRoleAssignment"];
    assert_eq!(list(json!({})), both);
    assert_eq!(list(json!({ "Status": "InProgress" })), both[..1]);
    assert_eq!(list(json!({ "TaskType": "CreateRoleAssignment" })), both[1..]);
    assert_eq!(list(json!({ "PrincipalId": roles.user, "PrincipalType": "User" })), both[1..]);
    assert_eq!(
        list(
            json!({ "TargetType": "Member", "TargetUin": MEMBER, "RoleConfigurationId": roles.role })
        ),
        both
    );
    assert_eq!(list(json!({ "TargetUin": 7 })), Vec::<String>::new());
    let code = roles.center.code("ListTasks", json!({ "NextToken": "%" }));
    assert_eq!(code, "InvalidParameter.NextTokenInvalid");
    let code = roles.center.code("GetTaskStatus", json!({ "TaskId": sync_task }));
    assert_eq!(code, "ResourceNotFound.RoleConfigurationTaskNotFound");
    let code = roles.center.code("GetProvisioningTaskStatus", json!({ "TaskId": first["TaskId"] }));
    assert_eq!(code, "ResourceNotFound.UserProvisioningTaskNotFound");
    for action in ["ListRoleAssignments", "ListRoleConfigurationProvisionings"] {
        let code = |input| roles.center.code(action, input);
        assert_eq!(code(json!({ "NextToken": "%" })), "InvalidParameter.NextTokenInvalid");
        assert_eq!(code(json!({ "MaxResults": 101 })), "InvalidParameter.ParamError");
    }
}
