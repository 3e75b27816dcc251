//! Limits that a rule sets: each refuses the call that goes beyond it, with the vendor's code.

use cloudtwin::scenario::Which;
use cloudtwin::scenario::problems;
use serde_json::{Value, json};

use super::{load, user};
use crate::client::World;
use crate::organization::center::{Center, MEMBER};
use crate::organization::roles::entry;
use crate::organization::syncing::item;
use crate::workspace::client::Api;

fn rule(service: &str, limits: &str) -> String {
    format!(
        "name = 'limits'\n[[rule]]\nservice = '{service}'\nalways = true\nat = 'before_handler'\n\
         effect = {{ limits = {{ {limits} }} }}\n"
    )
}

/// The limit, what is sent until it is reached and once more, and the code.
type Case = (&'static str, &'static str, Vec<Value>, &'static str);

fn policy(configuration: &str, kind: &str, name: &str) -> Value {
    let mut input = json!({
        "RoleConfigurationId": configuration, "RolePolicyType": kind, "RolePolicyNames": [name],
    });
    if kind == "Custom" {
        input["CustomPolicyDocuments"] = json!(["{}"]);
    }
    input
}

/// Each limit of the service, set to 1.
fn of_organization(center: &Center) -> Vec<Case> {
    let [ada, bob, cyd, dan] = ["ada", "bob", "cyd", "dan"].map(|name| center.user(name));
    let (one, two) = (center.group("one"), center.group("two"));
    let role = center.configuration("role");
    let named =
        |member: &str| ["x", "y"].map(|name| json!({ member: format!("{name}{member}") })).to_vec();
    let join = |user: &str, group: &str| json!({ "UserId": user, "GroupId": group });
    let assign = |users: &[&str]| {
        let entries = users.iter().map(|user| entry(&role, user, MEMBER));
        json!({ "RoleAssignmentInfo": entries.collect::<Vec<_>>() })
    };
    let sync = |users: &[&str]| {
        let items = users.iter().map(|user| item(user, MEMBER));
        json!({ "UserSyncProvisionings": items.collect::<Vec<_>>() })
    };
    let certificates = [
        include_str!("../organization/saml/first.pem"),
        include_str!("../organization/saml/second.pem"),
    ];
    let policies = "AddPermissionPolicyToRoleConfiguration";
    let member = "AddUserToGroup";
    let certificates = certificates.map(|pem| json!({ "X509Certificate": pem })).to_vec();
    let of = |kind: &str, names: [&str; 2]| names.map(|name| policy(&role, kind, name)).to_vec();
    vec![
        (
            "users_per_group",
            member,
            vec![join(&ada, &one), join(&bob, &one)],
            "FailedOperation.GroupUserCountOverUpperLimit",
        ),
        (
            "groups_per_user",
            member,
            vec![join(&cyd, &one), join(&cyd, &two)],
            "FailedOperation.UserAddGroupCountOverUpperLimit",
        ),
        (
            "role_configurations",
            "CreateRoleConfiguration",
            named("RoleConfigurationName"),
            "FailedOperation.ConfigurationOverUpperLimit",
        ),
        (
            "system_policies",
            policies,
            of("System", ["AdministratorAccess", "ReadOnlyAccess"]),
            "FailedOperation.SystemPolicyOverUpperLimit",
        ),
        (
            "custom_policies",
            policies,
            of("Custom", ["a", "b"]),
            "FailedOperation.CustomPolicyOverUpperLimit",
        ),
        (
            "role_assignments_per_request",
            "CreateRoleAssignment",
            vec![assign(&[&ada]), assign(&[&bob, &cyd])],
            "LimitExceeded.CreateRoleAssignmentLimitExceeded",
        ),
        (
            "role_assignments",
            "CreateRoleAssignment",
            vec![assign(&[&dan])],
            "FailedOperation.RoleConfigurationAuthorizationOverLimit",
        ),
        (
            "user_syncs_per_request",
            "CreateUserSyncProvisioning",
            vec![sync(&[&ada]), sync(&[&bob, &cyd])],
            "LimitExceeded.CreateUserSyncProvisioningLimitExceeded",
        ),
        (
            "user_syncs",
            "CreateUserSyncProvisioning",
            vec![sync(&[&dan])],
            "FailedOperation.UserProvisioningOverLimit",
        ),
        (
            "scim_credentials",
            "CreateSCIMCredential",
            vec![json!({}), json!({})],
            "LimitExceeded.ScimCredentialLimitExceeded",
        ),
        (
            "certificates",
            "AddExternalSAMLIdPCertificate",
            certificates,
            "FailedOperation.X509CertificateLimitExceeded",
        ),
        ("users", "CreateUser", named("UserName"), "FailedOperation.UserOverUpperLimit"),
        ("groups", "CreateGroup", named("GroupName"), "FailedOperation.GroupOverUpperLimit"),
    ]
}

#[test]
fn each_limit_of_identity_center_has_its_code() {
    let center = Center::new();
    let cases = of_organization(&center);
    assert_eq!(cases.len(), 13);
    for (limit, action, inputs, code) in cases {
        let beyond = inputs.last().unwrap();
        // Four users and two groups are there.
        let most = match limit {
            "users" => 5,
            "groups" => 3,
            "role_configurations" => 2,
            _ => 1,
        };
        load(&center.world, &rule("organization", &format!("{limit} = {most}")));
        for input in &inputs[..inputs.len() - 1] {
            center.ok(action, input.clone());
        }
        assert_eq!(center.code(action, beyond.clone()), code, "{limit}");
        // It holds for no other request.
        center.world.twin.scenarios.unload(Which::default());
        center.ok(action, beyond.clone());
    }
}

#[test]
fn the_quotas_that_are_shown_are_those_that_hold() {
    let center = Center::new();
    load(&center.world, &rule("organization", "users = 3, groups = 2"));
    let shown = center.ok("GetZoneStatistics", json!({}))["ZoneStatistics"].take();
    assert_eq!((&shown["UserQuota"], &shown["GroupQuota"]), (&json!(3), &json!(2)));
    let world = World::new();
    load(&world, &rule("workspace", "users = 3"));
    let users = Api::of(&world).shown("/quotas/detail")["resources"][0].take();
    assert_eq!(users["quota"], 3);
}

#[test]
fn each_limit_of_the_user_directories_has_its_code() {
    let world = World::new();
    let store = world.store("people");
    let of = |more: Value| {
        let mut input = json!({ "UserStoreId": store });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let quota = "FailedOperation.QuotaLimitExceeded";
    let group = |name: &str| of(json!({ "DisplayName": name }));
    let rows = of(json!({ "DataFlowUserCreateList": [{ "UserName": "bob" }] }));
    for (limit, action, inputs, code) in [
        // With that of the starter fixture.
        ("stores = 2", "CreateUserStore", vec![json!({ "UserPoolName": "third" })], quota),
        ("users = 1", "CreateUser", vec![user(&store, 1), user(&store, 2)], quota),
        ("groups = 1", "CreateUserGroup", vec![group("one"), group("two")], quota),
        (
            "open_jobs = 0",
            "CreateFileExportUserJob",
            vec![of(json!({}))],
            "FailedOperation.DataFlowTooManyRequests",
        ),
        (
            "open_jobs = 0",
            "CreateApiImportUserJob",
            vec![rows],
            "FailedOperation.DataFlowTooManyRequests",
        ),
    ] {
        load(&world, &rule("ciam", limit));
        for input in &inputs[..inputs.len() - 1] {
            world.ok(action, input.clone());
        }
        let beyond = inputs.last().unwrap();
        assert_eq!(world.code(action, beyond.clone()), code, "{limit}");
        world.twin.scenarios.unload(Which::default());
        world.ok(action, beyond.clone());
    }
}

#[test]
fn each_limit_of_workspace_has_its_code() {
    let world = World::new();
    let api = Api::of(&world);
    load(&world, &rule("workspace", "users = 1, open_exports = 0"));
    api.user("ann", json!({}));
    let bea = json!({ "user_name": "bea", "user_email": "b@example.com" });
    assert_eq!(api.post("/users", bea.clone()).refusal(), (403, "WKS.EMU.0003"));
    assert_eq!(api.post("/v3/users/export", json!({})).refusal(), (400, "WKS.EMU.0014"));
    world.twin.scenarios.unload(Which::default());
    api.post("/users", bea).with(201);
    api.post("/v3/users/export", json!({})).with(200);
}

/// What a seed file sets is not asked.
#[test]
fn a_rule_goes_before_the_seed_and_can_raise_a_limit() {
    let center = Center::with_limits("users = 1");
    center.user("ada");
    let bob = json!({ "UserName": "bob" });
    assert_eq!(center.code("CreateUser", bob.clone()), "FailedOperation.UserOverUpperLimit");
    load(&center.world, &rule("organization", "users = 2"));
    center.ok("CreateUser", bob);
}

#[test]
fn unknown_limits_are_refused_on_loading() {
    let told = [
        rule("organization", "user = 3"),
        rule("ciam", "open_exports = 3, users = 2"),
        rule("aicc", "users = 3"),
        rule("ciam", ""),
        rule("cima", "users = 3"),
        rule("scim", "user_syncs = 1"),
        rule("ciam", "users = 3").replace("service = 'ciam'\n", ""),
        rule("ciam", "users = 3").replace("before_handler", "arrival"),
        rule("ciam", "users = -1"),
    ]
    .map(|text| {
        let problems: Vec<_> = problems(&text).iter().map(ToString::to_string).collect();
        problems.join("\n")
    });
    insta::assert_snapshot!(told.join("\n"), @r#"
    6:10: there is no limit "user"; did you mean "users"?
    6:10: there is no limit "open_exports"; did you mean "open_jobs"?
    3:11: the service "aicc" has no limits
    6:10: `limits` names a limit at least: `{ users = 3 }`
    3:11: there is no service "cima"; did you mean "ciam"?
    6:10: there is no limit "user_syncs"; there are: groups, groups_per_user, users, users_per_group
    5:10: a limit belongs to a service: add `service`
    6:10: limits, stale and job change what the handler sees: use `at = "before_handler"`
    6:31: invalid value: integer `-1`, expected u32
    "#);
}
