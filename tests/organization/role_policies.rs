//! Policies of role configurations: attached by number, by name or with a document, listed, detached.

use serde_json::{Value, json};

use super::center::{Center, each};
use super::roles::place;

const ADD: &str = "AddPermissionPolicyToRoleConfiguration";
const REMOVE: &str = "RemovePermissionPolicyFromRoleConfiguration";
const UPDATE: &str = "UpdateCustomPolicyForRoleConfiguration";
const LIST: &str = "ListPermissionPoliciesInRoleConfiguration";

/// A twin with one role configuration, and its id.
fn with_one() -> (Center, String) {
    let center = Center::new();
    let id = center.configuration("a");
    (center, id)
}

/// A call on policies of that type.
fn of(id: &str, kind: &str, more: Value) -> Value {
    let mut input = json!({ "RoleConfigurationId": id, "RolePolicyType": kind });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

fn names(center: &Center, id: &str, more: Value) -> String {
    let mut input = json!({ "RoleConfigurationId": id });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let listed = center.ok(LIST, input);
    assert_eq!(listed["TotalCounts"], listed["RolePolicies"].as_array().unwrap().len());
    each(&listed["RolePolicies"], "RolePolicyName").join(" ")
}

/// The provider adds by number, finds its attachment by number, and removes by number.
#[test]
fn a_system_policy_is_added_found_and_removed_by_its_number() {
    let (center, id) = with_one();
    center.ok(ADD, of(&id, "System", json!({ "RolePolicies": [{ "PolicyId": 186_457 }] })));
    insta::assert_json_snapshot!(
        center.ok(LIST, json!({ "RoleConfigurationId": id, "RolePolicyType": "System" }))
    );
    center.ok(ADD, of(&id, "System", json!({ "RolePolicies": [{ "PolicyId": 77 }, { "PolicyId": 78, "PolicyName": "Given" }, { "PolicyId": 0, "PolicyName": "Named" }] })));
    let all = center.ok(LIST, json!({ "RoleConfigurationId": id }));
    let ids: Vec<_> = all["RolePolicies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["RolePolicyId"].as_i64().unwrap())
        .collect();
    assert_eq!(ids[..3], [186_457, 77, 78]);
    // One added by name alone has a number too.
    assert!(ids[3] > 0, "{ids:?}");
    assert_eq!(
        names(&center, &id, json!({})),
        "QcloudVPCReadOnlyAccess QcloudPolicy77 Given Named"
    );
    let remove = of(&id, "System", json!({ "RolePolicyId": 77, "RolePolicyName": "" }));
    center.ok(REMOVE, remove.clone());
    assert_eq!(center.code(REMOVE, remove), "InvalidParameter.RolePolicyNotExist");
    assert_eq!(names(&center, &id, json!({ "Filter": "QCLOUDvpc" })), "QcloudVPCReadOnlyAccess");
}

/// The vendor's example sends a document with a system policy; it is ignored.
#[test]
fn a_system_policy_is_added_and_removed_by_its_name() {
    let (center, id) = with_one();
    let add = json!({ "RolePolicyNames": ["ReadAll", "QcloudVPCReadOnlyAccess"], "CustomPolicyDocument": "{}" });
    center.ok(ADD, of(&id, "System", add));
    assert_eq!(names(&center, &id, json!({})), "ReadAll QcloudVPCReadOnlyAccess");
    let again = json!({ "RolePolicies": [{ "PolicyId": 186_457, "PolicyName": "Other" }] });
    let code = center.code(ADD, of(&id, "System", again));
    assert_eq!(code, "InvalidParameter.PolicyNameAlreadyExists");
    // 0 is no number.
    center.ok(REMOVE, of(&id, "System", json!({ "RolePolicyId": 0, "RolePolicyName": "ReadAll" })));
    assert_eq!(names(&center, &id, json!({})), "QcloudVPCReadOnlyAccess");
}

/// The provider sends one call a name, and the number 0.
#[test]
fn custom_policies_have_documents_that_change() {
    let (center, id) = with_one();
    center.ok(
        ADD,
        of(&id, "Custom", json!({ "RolePolicyNames": ["one"], "CustomPolicyDocument": "{1}" })),
    );
    let two =
        json!({ "RolePolicyNames": ["two", "three"], "CustomPolicyDocuments": ["{2}", "{3}"] });
    center.ok(ADD, of(&id, "Custom", two));
    center.ok(ADD, of(&id, "System", json!({ "RolePolicyNames": ["sys"] })));
    assert_eq!(names(&center, &id, json!({ "RolePolicyType": "Custom" })), "one two three");
    let update = |name: &str, document: &str| json!({ "RoleConfigurationId": id, "CustomPolicyName": name, "NewCustomPolicyDocument": document });
    center.ok(UPDATE, update("two", "{9}"));
    let listed = center.ok(LIST, of(&id, "Custom", json!({})));
    assert_eq!(each(&listed["RolePolicies"], "RolePolicyDocument"), ["{1}", "{9}", "{3}"]);
    for (name, document, code) in [
        ("two", "", "InvalidParameter.PolicyDocumentEmpty"),
        ("sys", "{}", "InvalidParameter.PolicyTypeError"),
        ("four", "{}", "InvalidParameter.RolePolicyNotExist"),
    ] {
        assert_eq!(center.code(UPDATE, update(name, document)), code, "{name}");
    }
    center.ok(REMOVE, of(&id, "Custom", json!({ "RolePolicyId": 0, "RolePolicyName": "two" })));
    let code = center.code(REMOVE, of(&id, "System", json!({ "RolePolicyName": "one" })));
    assert_eq!(code, "InvalidParameter.RolePolicyNotExist");
    assert_eq!(names(&center, &id, json!({})), "one three sys");
}

#[test]
fn what_cannot_be_added_changes_nothing() {
    let (center, id) = with_one();
    center.ok(
        ADD,
        of(&id, "Custom", json!({ "RolePolicyNames": ["one"], "CustomPolicyDocument": "{}" })),
    );
    let (long, document) = ("x".repeat(33), "{}");
    for (kind, more, code) in [
        ("System", json!({}), "InvalidParameter.ParamError"),
        ("System", json!({ "RolePolicyNames": [""] }), "InvalidParameter.ParamError"),
        ("System", json!({ "RolePolicies": [{ "PolicyId": 0 }] }), "InvalidParameter.ParamError"),
        ("System", json!({ "RolePolicies": [{ "PolicyId": -1 }] }), "InvalidParameter.ParamError"),
        (
            "System",
            json!({ "RolePolicyNames": ["one"] }),
            "InvalidParameter.PolicyNameAlreadyExists",
        ),
        (
            "Custom",
            json!({ "RolePolicyNames": [long], "CustomPolicyDocument": document }),
            "InvalidParameter.PolicyNameSizeOverUpperLimit",
        ),
        (
            "System",
            json!({ "RolePolicyNames": [long] }),
            "InvalidParameter.PolicyNameSizeOverUpperLimit",
        ),
        (
            "System",
            json!({ "RolePolicyNames": ["new", "new"] }),
            "InvalidParameter.PolicyNameAlreadyExists",
        ),
        ("Custom", json!({ "CustomPolicyDocument": document }), "InvalidParameter.ParamError"),
        ("Custom", json!({ "RolePolicyNames": ["new"] }), "InvalidParameter.PolicyDocumentEmpty"),
        (
            "Custom",
            json!({ "RolePolicyNames": ["a", "b"], "CustomPolicyDocument": document }),
            "InvalidParameter.ParamError",
        ),
        (
            "Custom",
            json!({ "RolePolicyNames": ["a", "b"], "CustomPolicyDocuments": [document] }),
            "InvalidParameter.ParamError",
        ),
        (
            "Custom",
            json!({ "RolePolicyNames": ["a", "b"], "CustomPolicyDocuments": [document, ""] }),
            "InvalidParameter.PolicyDocumentEmpty",
        ),
        (
            "Custom",
            json!({ "RolePolicyNames": ["new", "one"], "CustomPolicyDocuments": [document, document] }),
            "InvalidParameter.PolicyNameAlreadyExists",
        ),
        ("Odd", json!({ "RolePolicyNames": ["new"] }), "InvalidParameter.ParamError"),
    ] {
        assert_eq!(center.code(ADD, of(&id, kind, more.clone())), code, "{kind} {more}");
    }
    assert_eq!(
        center.code(REMOVE, of(&id, "System", json!({ "RolePolicyId": 0 }))),
        "InvalidParameter.ParamError"
    );
    assert_eq!(names(&center, &id, json!({})), "one");
}

#[test]
fn a_role_configuration_has_so_many_policies_of_each_type() {
    let center = Center::with_limits("system_policies = 1, custom_policies = 1");
    let id = center.configuration("a");
    let custom = |name: &str| json!({ "RolePolicyNames": [name], "CustomPolicyDocument": "{}" });
    center.ok(ADD, of(&id, "Custom", custom("one")));
    center.ok(ADD, of(&id, "System", json!({ "RolePolicyNames": ["two"] })));
    let code = center.code(ADD, of(&id, "Custom", custom("three")));
    assert_eq!(code, "FailedOperation.CustomPolicyOverUpperLimit");
    let code = center.code(ADD, of(&id, "System", json!({ "RolePolicyNames": ["three"] })));
    assert_eq!(code, "FailedOperation.SystemPolicyOverUpperLimit");
}

#[test]
fn an_unknown_role_configuration_has_no_policies() {
    let center = Center::new();
    let unknown = "rc-000000000000";
    for (action, input) in [
        (ADD, of(unknown, "System", json!({ "RolePolicyNames": ["a"] }))),
        (REMOVE, of(unknown, "System", json!({ "RolePolicyName": "a" }))),
        (UPDATE, json!({ "RoleConfigurationId": unknown, "CustomPolicyName": "a" })),
        (LIST, json!({ "RoleConfigurationId": unknown })),
    ] {
        let code = center.code(action, input);
        assert_eq!(code, "InvalidParameter.RoleConfigurationNotExist", "{action}");
    }
}

#[test]
fn each_change_of_policies_waits_for_a_deployment() {
    let (center, id) = with_one();
    let deploy = || center.ok("ProvisionRoleConfiguration", place(&id));
    deploy();
    for (action, input) in [
        (ADD, of(&id, "Custom", json!({ "RolePolicyNames": ["x"], "CustomPolicyDocument": "{}" }))),
        (
            UPDATE,
            json!({ "RoleConfigurationId": id, "CustomPolicyName": "x", "NewCustomPolicyDocument": "{1}" }),
        ),
        (REMOVE, of(&id, "Custom", json!({ "RolePolicyName": "x" }))),
    ] {
        assert_eq!(center.deployments(), "a@production Deployed", "{action}");
        center.ok(action, input);
        assert_eq!(center.deployments(), "a@production DeployedRequired", "{action}");
        deploy();
    }
}
