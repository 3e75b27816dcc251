//! Role configurations and their policies.

use serde_json::{Value, json};

use super::center::{Center, each};

fn role(center: &Center, name: &str) -> String {
    let made = center.ok("CreateRoleConfiguration", json!({ "RoleConfigurationName": name }));
    made["RoleConfigurationInfo"]["RoleConfigurationId"].as_str().unwrap().to_owned()
}

/// The input with the role configuration of that id.
fn of(role: &str, mut input: Value) -> Value {
    input["RoleConfigurationId"] = json!(role);
    input
}

fn policies(center: &Center, role: &str, more: Value) -> Vec<String> {
    let listed = center.ok("ListPermissionPoliciesInRoleConfiguration", of(role, more));
    assert_eq!(listed["TotalCounts"], listed["RolePolicies"].as_array().unwrap().len());
    each(&listed["RolePolicies"], "RolePolicyName")
}

#[test]
fn a_role_configuration_is_created_changed_and_deleted() {
    let center = Center::new();
    let input = json!({
        "RoleConfigurationName": "Readers-1", "Description": "d", "SessionDuration": 900,
        "RelayState": "https://console.cloud.tencent.com/cvm",
    });
    let created = center.ok("CreateRoleConfiguration", input);
    insta::assert_json_snapshot!(created);
    let id = created["RoleConfigurationInfo"]["RoleConfigurationId"].as_str().unwrap();
    assert_eq!(center.ok("GetRoleConfiguration", of(id, json!({}))), created);
    let code = |input| center.code("CreateRoleConfiguration", input);
    let taken = json!({ "RoleConfigurationName": "READERS-1" });
    assert_eq!(code(taken), "InvalidParameter.ConfigurationNameAlreadyExists");
    for bad in ["", "a b", "a_b"] {
        let code = code(json!({ "RoleConfigurationName": bad }));
        assert_eq!(code, "InvalidParameter.ConfigurationNameFormatError", "{bad}");
    }
    for duration in [899, 43_201] {
        let input = json!({ "RoleConfigurationName": "b", "SessionDuration": duration });
        assert_eq!(code(input), "InvalidParameter.ParamError");
    }
    center.wait(1_000);
    let update = json!({ "NewDescription": "", "NewSessionDuration": 1800, "IsApply": true });
    insta::assert_json_snapshot!(center.ok("UpdateRoleConfiguration", of(id, update)));
    let code = center.code("UpdateRoleConfiguration", of(id, json!({ "NewSessionDuration": 1 })));
    assert_eq!(code, "InvalidParameter.ParamError");
    center.ok("DeleteRoleConfiguration", of(id, json!({})));
    let code = center.code("GetRoleConfiguration", of(id, json!({})));
    assert_eq!(code, "InvalidParameter.RoleConfigurationNotExist");
}

#[test]
fn a_relay_state_leads_to_the_console() {
    let center = Center::new();
    let id = role(&center, "a");
    for (text, is_good) in [
        ("", true),
        ("https://console.tencentcloud.com", true),
        ("https://console.cloud.tencent.com/a?b#c", true),
        ("http://console.cloud.tencent.com", false),
        ("https://example.com/https://console.cloud.tencent.com", false),
        ("console", false),
    ] {
        let new =
            json!({ "RoleConfigurationName": format!("n{}", text.len()), "RelayState": text });
        let update = of(&id, json!({ "NewRelayState": text }));
        for (action, input) in
            [("CreateRoleConfiguration", new), ("UpdateRoleConfiguration", update)]
        {
            if is_good {
                center.ok(action, input);
            } else {
                assert_eq!(
                    center.code(action, input),
                    "InvalidParameter.RelayStateFormatError",
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn an_unknown_role_configuration_is_refused_everywhere() {
    let center = Center::new();
    for (action, more) in [
        ("GetRoleConfiguration", json!({})),
        ("UpdateRoleConfiguration", json!({})),
        ("DeleteRoleConfiguration", json!({})),
        ("AddPermissionPolicyToRoleConfiguration", json!({ "RolePolicyType": "System" })),
        ("RemovePermissionPolicyFromRoleConfiguration", json!({ "RolePolicyType": "System" })),
        ("UpdateCustomPolicyForRoleConfiguration", json!({ "CustomPolicyName": "a" })),
        ("ListPermissionPoliciesInRoleConfiguration", json!({})),
        (
            "ProvisionRoleConfiguration",
            json!({ "TargetType": "MemberUin", "TargetUin": super::center::MEMBER }),
        ),
    ] {
        let code = center.code(action, of("rc-000000000000", more));
        assert_eq!(code, "InvalidParameter.RoleConfigurationNotExist", "{action}");
    }
}

/// The vendor's Terraform provider adds a system policy by number alone, removes it by number, and
/// sends the number 0 with names of custom policies.
#[test]
fn policies_are_added_listed_changed_and_removed() {
    let center = Center::new();
    let id = role(&center, "readers");
    let add = |more| center.ok("AddPermissionPolicyToRoleConfiguration", of(&id, more));
    let add_code = |more| center.code("AddPermissionPolicyToRoleConfiguration", of(&id, more));
    add(json!({ "RolePolicyType": "System", "RolePolicies": [{ "PolicyId": 186_457 }] }));
    add(json!({ "RolePolicyType": "System", "RolePolicyNames": ["Named"] }));
    let custom = |name: &str, document: &str| json!({ "RolePolicyType": "Custom", "RolePolicyNames": [name], "CustomPolicyDocument": document });
    add(custom("own", "{}"));
    add(json!({
        "RolePolicyType": "Custom", "RolePolicyNames": ["b", "c"], "CustomPolicyDocuments": ["1", "2"],
    }));
    assert_eq!(
        policies(&center, &id, json!({})),
        ["QcloudVPCReadOnlyAccess", "Named", "own", "b", "c"]
    );
    assert_eq!(policies(&center, &id, json!({ "RolePolicyType": "Custom" })), ["own", "b", "c"]);
    assert_eq!(policies(&center, &id, json!({ "Filter": "vpc" })), ["QcloudVPCReadOnlyAccess"]);
    assert_eq!(add_code(custom("own", "{}")), "InvalidParameter.PolicyNameAlreadyExists");
    assert_eq!(add_code(custom("d", "")), "InvalidParameter.PolicyDocumentEmpty");
    assert_eq!(
        add_code(custom(&"n".repeat(33), "{}")),
        "InvalidParameter.PolicyNameSizeOverUpperLimit"
    );
    let uneven = json!({
        "RolePolicyType": "Custom", "RolePolicyNames": ["d"], "CustomPolicyDocuments": ["1", "2"],
    });
    assert_eq!(add_code(uneven), "InvalidParameter.ParamError");
    assert_eq!(add_code(json!({ "RolePolicyType": "System" })), "InvalidParameter.ParamError");

    let update = |name: &str, document: &str| {
        of(&id, json!({ "CustomPolicyName": name, "NewCustomPolicyDocument": document }))
    };
    let action = "UpdateCustomPolicyForRoleConfiguration";
    center.ok(action, update("own", "new"));
    let listed =
        center.ok("ListPermissionPoliciesInRoleConfiguration", of(&id, json!({ "Filter": "own" })));
    insta::assert_json_snapshot!(listed);
    for (name, document, code) in [
        ("own", "", "InvalidParameter.PolicyDocumentEmpty"),
        ("other", "{}", "InvalidParameter.RolePolicyNotExist"),
        ("Named", "{}", "InvalidParameter.PolicyTypeError"),
    ] {
        assert_eq!(center.code(action, update(name, document)), code, "{name}");
    }

    let action = "RemovePermissionPolicyFromRoleConfiguration";
    let refused = center.code("DeleteRoleConfiguration", of(&id, json!({})));
    assert_eq!(refused, "InvalidParameter.RolePolicyAlreadyExist");
    center.ok(action, of(&id, json!({ "RolePolicyType": "System", "RolePolicyId": 186_457 })));
    for name in ["own", "b", "c"] {
        let named =
            json!({ "RolePolicyType": "Custom", "RolePolicyId": 0, "RolePolicyName": name });
        center.ok(action, of(&id, named));
    }
    for (more, code) in [
        (
            json!({ "RolePolicyType": "Custom", "RolePolicyName": "Named" }),
            "InvalidParameter.RolePolicyNotExist",
        ),
        (json!({ "RolePolicyType": "System", "RolePolicyId": 0 }), "InvalidParameter.ParamError"),
    ] {
        assert_eq!(center.code(action, of(&id, more)), code);
    }
    center.ok(action, of(&id, json!({ "RolePolicyType": "System", "RolePolicyName": "Named" })));
    center.ok("DeleteRoleConfiguration", of(&id, json!({})));
}

#[test]
fn limits_of_configurations_and_policies_hold() {
    let center =
        Center::with_limits("role_configurations = 1, system_policies = 1, custom_policies = 1");
    let id = role(&center, "one");
    let code = center.code("CreateRoleConfiguration", json!({ "RoleConfigurationName": "two" }));
    assert_eq!(code, "FailedOperation.ConfigurationOverUpperLimit");
    let action = "AddPermissionPolicyToRoleConfiguration";
    let system = json!({ "RolePolicyType": "System", "RolePolicyNames": ["a", "b"] });
    assert_eq!(center.code(action, of(&id, system)), "FailedOperation.SystemPolicyOverUpperLimit");
    let custom = json!({
        "RolePolicyType": "Custom", "RolePolicyNames": ["a", "b"], "CustomPolicyDocuments": ["1", "2"],
    });
    assert_eq!(center.code(action, of(&id, custom)), "FailedOperation.CustomPolicyOverUpperLimit");
    // All or none.
    assert_eq!(policies(&center, &id, json!({})), Vec::<String>::new());
}

#[test]
fn configurations_are_found_and_paged() {
    let center = Center::new();
    for name in ["alpha", "beta", "gamma"] {
        role(&center, name);
    }
    let list = |input| center.ok("ListRoleConfigurations", input);
    let names = |answer: &Value| each(&answer["RoleConfigurations"], "RoleConfigurationName");
    assert_eq!(names(&list(json!({}))), ["gamma", "beta", "alpha"]);
    assert_eq!(names(&list(json!({ "Filter": "ETA" }))), ["beta"]);
    let first = list(json!({ "MaxResults": 2 }));
    assert_eq!((&first["IsTruncated"], &first["TotalCounts"]), (&json!(true), &json!(3)));
    assert_eq!(names(&list(json!({ "NextToken": first["NextToken"] }))), ["alpha"]);
    let code = |input| center.code("ListRoleConfigurations", input);
    assert_eq!(code(json!({ "NextToken": "%" })), "InvalidParameter.NextTokenInvalid");
    assert_eq!(code(json!({ "MaxResults": 0 })), "InvalidParameter.ParamError");
}
