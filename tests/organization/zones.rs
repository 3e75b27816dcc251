//! The zone: opened once, renamed, counted; its IP allow-list.

use std::collections::BTreeSet;

use cloudtwin::catalog::listing;
use contracts::catalog;
use serde_json::json;

use super::center::{Center, ZONE};

const CLOSED: &str = "[organization]\nname = 'closed'\n";

#[test]
fn a_zone_is_opened_once_and_renamed() {
    let center = Center::seeded(CLOSED);
    let describe = || center.call_raw("DescribeIdentityCenter", json!({}));
    assert_eq!(describe()["Error"]["Code"], "FailedOperation.IdentityCenterNotOpen");
    let opened = center.ok_raw("OpenIdentityCenter", json!({ "ZoneName": "north-1" }));
    let zone = opened["ZoneId"].as_str().unwrap();
    assert!(zone.starts_with("z-") && zone.len() == 14, "{zone}");
    insta::assert_json_snapshot!(center.ok_raw("DescribeIdentityCenter", json!({})));
    let again = center.code_raw("OpenIdentityCenter", json!({ "ZoneName": "north-2" }));
    assert_eq!(again, "FailedOperation.IdentityCenterAlreadyOpen");
    center.wait(60_000);
    center.ok_raw("UpdateZone", json!({ "ZoneId": zone, "NewZoneName": "south" }));
    let now = describe();
    assert_eq!(
        (&now["ZoneName"], &now["UpdateTime"]),
        (&json!("south"), &json!("2026-01-31 16:01:00"))
    );
}

#[test]
fn an_account_that_may_not_open_a_zone_reads_why() {
    let refused = |more: &str| {
        let seed = if more == "none" { String::new() } else { format!("{CLOSED}{more}\n") };
        Center::seeded(&seed).code_raw("OpenIdentityCenter", json!({ "ZoneName": "testzone" }))
    };
    for (more, code) in [
        ("none", "FailedOperation.IdentityCenterOrganizationNotOpen"),
        ("is_manager = false", "FailedOperation.IdentityCenterNotOrganizationManager"),
        ("verified = 'no'", "FailedOperation.IdentityCenterNotAuth"),
        ("verified = 'person'", "FailedOperation.IdentityCenterNotEnterpriseAuth"),
        ("has_service_role = false", "ResourceNotFound.ServiceRoleNotExist"),
        (
            "taken_zone_names = ['testzone']",
            "InvalidParameterValue.IdentityCenterZoneNameAlreadyExist",
        ),
    ] {
        assert_eq!(refused(more), code, "{more}");
    }
}

/// Every operation in a zone answers the same where there is none, and where it is another one.
#[test]
fn every_operation_in_a_zone_needs_the_own_zone() {
    let (open, closed) = (Center::new(), Center::seeded(CLOSED));
    let service = catalog().service("organization").unwrap();
    let rows = listing(Some("organization")).into_iter().filter(|row| row.modelled);
    let modelled: BTreeSet<_> = rows.map(|row| row.operation).collect();
    let refusals = ["FailedOperation.ZoneIdNotExist", "FailedOperation.IdentityCenterNotOpen"];
    let mut met = 0;
    for operation in &service.operations {
        let names_a_zone = operation.errors.iter().any(|code| code == refusals[0]);
        if names_a_zone && modelled.contains(&operation.name) {
            let mut input = contracts::generate::minimal(&operation.input);
            input["ZoneId"] = json!("z-another00000");
            let codes =
                [&open, &closed].map(|center| center.code_raw(&operation.name, input.clone()));
            assert_eq!(codes, refusals, "{}", operation.name);
            met += 1;
        }
    }
    assert!(met > 20, "{met}");
}

#[test]
fn the_statistics_count_what_is_there() {
    let center = Center::new();
    center.user("ada");
    center.group("staff");
    insta::assert_json_snapshot!(center.ok("GetZoneStatistics", json!({})));
}

#[test]
fn the_allow_list_is_replaced_as_a_whole() {
    let center = Center::new();
    let get = || center.ok_raw("GetIPWhitelist", json!({}))["IpWhitelist"].clone();
    assert_eq!(get(), json!([]));
    let list = json!(["10.0.0.1", "10.1.0.0/16"]);
    let answer = center.ok("UpdateIPWhitelist", json!({ "IpWhitelist": list }));
    assert_eq!((answer, get()), (json!({ "Success": true }), list));
    center.ok_raw("UpdateIPWhitelist", json!({ "IpWhitelist": [] }));
    assert_eq!(get(), json!([]));
    for action in ["GetIPWhitelist", "UpdateIPWhitelist"] {
        let code = center.code(action, json!({ "ZoneId": "z-another00000" }));
        assert_eq!(code, "FailedOperation.PermissionDenied", "{action}");
        assert_eq!(center.ok(action, json!({ "ZoneId": ZONE })).get("Error"), None);
    }
}
