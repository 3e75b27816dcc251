//! Role configurations: created, read at once, changed, listed, deleted once nothing needs them.

use serde_json::{Value, json};

use super::center::{Center, MEMBER, each};
use super::roles::{entry, place};

#[test]
fn a_role_configuration_is_created_changed_and_deleted() {
    let center = Center::new();
    let created = center.ok(
        "CreateRoleConfiguration",
        json!({
            "RoleConfigurationName": "Readers-1", "Description": "d", "SessionDuration": 900,
            "RelayState": "https://console.cloud.tencent.com/cam",
        }),
    );
    insta::assert_json_snapshot!(created);
    let id = &created["RoleConfigurationInfo"]["RoleConfigurationId"];
    let one = json!({ "RoleConfigurationId": id });
    assert_eq!(center.ok("GetRoleConfiguration", one.clone()), created);
    center.wait(1_000);
    let change =
        json!({ "RoleConfigurationId": id, "NewDescription": "", "NewSessionDuration": 43_200 });
    let changed = center.ok("UpdateRoleConfiguration", change);
    let info = &changed["RoleConfigurationInfo"];
    assert_eq!(
        [&info["Description"], &info["SessionDuration"], &info["RelayState"], &info["UpdateTime"]],
        [
            &json!(""),
            &json!(43_200),
            &json!("https://console.cloud.tencent.com/cam"),
            &json!("2026-01-31 16:00:01")
        ]
    );
    assert_eq!(center.ok("GetRoleConfiguration", one.clone()), changed);
    let cleared = json!({ "RoleConfigurationId": id, "NewRelayState": "" });
    let cleared = center.ok("UpdateRoleConfiguration", cleared);
    assert_eq!(cleared["RoleConfigurationInfo"]["RelayState"], "");
    center.ok("DeleteRoleConfiguration", one.clone());
    for action in ["GetRoleConfiguration", "UpdateRoleConfiguration", "DeleteRoleConfiguration"] {
        let code = center.code(action, one.clone());
        assert_eq!(code, "InvalidParameter.RoleConfigurationNotExist", "{action}");
    }
}

#[test]
fn a_session_lasts_an_hour_unless_another_time_is_given() {
    let center = Center::new();
    let id = center.configuration("a");
    let read = center.ok("GetRoleConfiguration", json!({ "RoleConfigurationId": id }));
    assert_eq!(read["RoleConfigurationInfo"]["SessionDuration"], 3_600);
}

#[test]
fn names_are_of_one_role_configuration_and_have_their_characters() {
    let center = Center::new();
    center.configuration("Readers");
    let code = |name: &str| {
        center.code("CreateRoleConfiguration", json!({ "RoleConfigurationName": name }))
    };
    assert_eq!(code("READERS"), "InvalidParameter.ConfigurationNameAlreadyExists");
    for bad in ["", "a b", "a_b", "ä", &"a".repeat(129)] {
        assert_eq!(code(bad), "InvalidParameter.ConfigurationNameFormatError", "{bad}");
    }
}

#[test]
fn durations_and_relay_states_are_checked_in_both_directions() {
    let center = Center::new();
    let id = center.configuration("a");
    for bad in [899, 43_201] {
        let create = json!({ "RoleConfigurationName": "b", "SessionDuration": bad });
        assert_eq!(center.code("CreateRoleConfiguration", create), "InvalidParameter.ParamError");
        let update = json!({ "RoleConfigurationId": id, "NewSessionDuration": bad });
        assert_eq!(center.code("UpdateRoleConfiguration", update), "InvalidParameter.ParamError");
    }
    for bad in ["http://console.cloud.tencent.com", "https://example.com"] {
        let create = json!({ "RoleConfigurationName": "b", "RelayState": bad });
        let code = center.code("CreateRoleConfiguration", create);
        assert_eq!(code, "InvalidParameter.RelayStateFormatError", "{bad}");
        let update = json!({ "RoleConfigurationId": id, "NewRelayState": bad });
        let code = center.code("UpdateRoleConfiguration", update);
        assert_eq!(code, "InvalidParameter.RelayStateFormatError", "{bad}");
    }
}

#[test]
fn a_zone_has_so_many_role_configurations() {
    let center = Center::with_limits("role_configurations = 2");
    let one = center.configuration("a");
    center.configuration("b");
    let more = json!({ "RoleConfigurationName": "c" });
    let code = center.code("CreateRoleConfiguration", more.clone());
    assert_eq!(code, "FailedOperation.ConfigurationOverUpperLimit");
    center.ok("DeleteRoleConfiguration", json!({ "RoleConfigurationId": one }));
    center.ok("CreateRoleConfiguration", more);
    let statistics = &center.ok("GetZoneStatistics", json!({}))["ZoneStatistics"];
    assert_eq!(statistics["RoleConfigurationCount"], 2);
}

#[test]
fn role_configurations_are_found_paged_and_marked() {
    let center = Center::new();
    let ids = ["readers", "writers", "owners"].map(|name| center.configuration(name));
    let ada = center.user("ada");
    let describe = json!({ "RoleConfigurationId": ids[2], "NewDescription": "may READ too" });
    center.ok("UpdateRoleConfiguration", describe);
    center.assign(entry(&ids[1], &ada, MEMBER));
    let find = |filter: Value| {
        let found = center.ok("ListRoleConfigurations", filter);
        each(&found["RoleConfigurations"], "RoleConfigurationName").join(" ")
    };
    assert_eq!(find(json!({})), "owners writers readers");
    assert_eq!(find(json!({ "Filter": "read" })), "owners readers");
    let page = center.ok("ListRoleConfigurations", json!({ "MaxResults": 2 }));
    assert_eq!((&page["TotalCounts"], &page["IsTruncated"]), (&json!(3), &json!(true)));
    assert_eq!(find(json!({ "MaxResults": 2, "NextToken": page["NextToken"] })), "readers");
    let marked = |principal: &str, targets: &[i64]| {
        let input = json!({ "PrincipalId": principal, "FilterTargets": targets });
        let found = center.ok("ListRoleConfigurations", input);
        let all = found["RoleConfigurations"].as_array().unwrap().iter();
        all.map(|one| one["IsSelected"].as_bool().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(marked(&ada, &[MEMBER + 1, MEMBER]), [false, true, false]);
    assert_eq!(marked(&ada, &[MEMBER + 1]), [false; 3]);
    assert_eq!(marked("u-000000000000", &[MEMBER]), [false; 3]);
    for (input, code) in [
        (json!({ "NextToken": "%" }), "InvalidParameter.NextTokenInvalid"),
        (json!({ "MaxResults": 101 }), "InvalidParameter.ParamError"),
    ] {
        assert_eq!(center.code("ListRoleConfigurations", input), code);
    }
}

#[test]
fn one_with_policies_or_on_an_account_is_not_deleted() {
    let center = Center::slow();
    let id = center.configuration("a");
    let (one, ada) = (json!({ "RoleConfigurationId": id }), center.user("ada"));
    let code = || center.code("DeleteRoleConfiguration", one.clone());
    let deployed = "FailedOperation.RoleConfigurationProvisioningAlreadyDeployed";
    let add = json!({
        "RoleConfigurationId": id, "RolePolicyType": "System", "RolePolicies": [{ "PolicyId": 7 }],
    });
    center.ok("AddPermissionPolicyToRoleConfiguration", add);
    assert_eq!(code(), "InvalidParameter.RolePolicyAlreadyExist");
    let remove =
        json!({ "RoleConfigurationId": id, "RolePolicyType": "System", "RolePolicyId": 7 });
    center.ok("RemovePermissionPolicyFromRoleConfiguration", remove);
    // On its way to the account, there, and there without assignments.
    center.assign(entry(&id, &ada, MEMBER));
    assert_eq!(code(), deployed);
    center.wait(1_000);
    assert_eq!(code(), deployed);
    center.ok("DeleteRoleAssignment", entry(&id, &ada, MEMBER));
    center.wait(1_000);
    assert_eq!(code(), deployed);
    center.ok("DismantleRoleConfiguration", place(&id));
    assert_eq!(code(), deployed);
    center.wait(1_000);
    // A deployment without assignments is on its way too.
    center.ok("ProvisionRoleConfiguration", place(&id));
    assert_eq!(code(), deployed);
    center.wait(1_000);
    center.ok("DismantleRoleConfiguration", place(&id));
    center.wait(1_000);
    center.ok("DeleteRoleConfiguration", one.clone());
}

#[test]
fn a_new_duration_waits_for_a_deployment_unless_it_is_applied() {
    let center = Center::new();
    let id = center.configuration("a");
    center.ok("ProvisionRoleConfiguration", place(&id));
    let update = |input: Value| {
        let mut all = json!({ "RoleConfigurationId": id });
        all.as_object_mut().unwrap().extend(input.as_object().unwrap().clone());
        center.ok("UpdateRoleConfiguration", all)["RoleConfigurationInfo"].take()
    };
    assert_eq!(update(json!({ "NewDescription": "d" })).get("ApplyStatus"), None);
    assert_eq!(center.deployments(), "a@production Deployed");
    let applied = update(json!({ "NewSessionDuration": 900, "IsApply": true }));
    assert_eq!(center.deployments(), "a@production Deployed");
    let of = |info: &Value| {
        let members = [
            "ApplyStatus",
            "AppliedSessionDuration",
            "SessionDurationUpdateTime",
            "FailedAccounts",
        ];
        members.map(|member| info[member].clone())
    };
    let success = [json!("Success"), json!(900), json!("2026-01-31 16:00:00"), json!([])];
    assert_eq!(of(&applied), success);
    update(json!({ "NewSessionDuration": 901 }));
    assert_eq!(center.deployments(), "a@production DeployedRequired");
    // It does not reach an account whose last deployment failed.
    center.run_sql("UPDATE organization_role_provisionings SET status = 'DeployFailed'");
    let failed = of(&update(json!({ "IsApply": true })));
    let accounts = json!([{ "TargetUin": MEMBER, "TargetName": "production" }]);
    assert_eq!([&failed[0], &failed[3]], [&json!("Failed"), &accounts]);
}
