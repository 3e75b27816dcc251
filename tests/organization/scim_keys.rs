//! Keys of directories, and the switch.

use http::Method;
use serde_json::{Value, json};

use super::center::{Center, each};
use super::scim::{Directory, json_of};
use crate::documents::ask;

const DAY_MS: i64 = 24 * 3_600_000;

#[test]
fn a_key_shows_its_secret_once_and_there_are_two_at_most() {
    let center = Center::new();
    let created = center.ok("CreateSCIMCredential", json!({ "ExpireDuration": 3_600 }));
    insta::assert_json_snapshot!(created);
    center.wait(1_000);
    let second = center.ok("CreateSCIMCredential", json!({}));
    assert_eq!(second["ExpireTime"], "2027-01-31 16:00:01");
    let code = center.code("CreateSCIMCredential", json!({}));
    assert_eq!(code, "LimitExceeded.ScimCredentialLimitExceeded");
    for duration in [3_599_i64, 3_122_064_001] {
        center.code("CreateSCIMCredential", json!({ "ExpireDuration": duration }));
    }
    let listed = center.ok("ListSCIMCredentials", json!({}));
    insta::assert_json_snapshot!(listed);
    let of = |id: &Value| center.ok("ListSCIMCredentials", json!({ "CredentialId": id }));
    assert_eq!(of(&second["CredentialId"])["SCIMCredentials"][0], listed["SCIMCredentials"][1]);
    assert_eq!(of(&json!("scimcred-x")), json!({ "TotalCounts": 0, "SCIMCredentials": [] }));
    center.ok("DeleteSCIMCredential", json!({ "CredentialId": created["CredentialId"] }));
    let left = center.ok("ListSCIMCredentials", json!({ "CredentialId": "" }));
    assert_eq!(
        each(&left["SCIMCredentials"], "CredentialId"),
        [second["CredentialId"].as_str().unwrap()]
    );
    center.ok("CreateSCIMCredential", json!({}));
}

#[test]
fn an_unknown_key_and_a_wrong_status_are_refused() {
    let center = Center::new();
    let unknown = "InvalidParameter.ScimCredentialNotFound";
    let input = json!({ "CredentialId": "scimcred-000000000000", "NewStatus": "Enabled" });
    assert_eq!(center.code("UpdateSCIMCredentialStatus", input), unknown);
    let input = json!({ "CredentialId": "scimcred-000000000000" });
    assert_eq!(center.code("DeleteSCIMCredential", input), unknown);
    let input = json!({ "CredentialId": "x", "NewStatus": "On" });
    let code = center.code("UpdateSCIMCredentialStatus", input);
    assert_eq!(code, "InvalidParameter.UserScimCredentialStatusError");
    let input = json!({ "SCIMSynchronizationStatus": "On" });
    let code = center.code("UpdateSCIMSynchronizationStatus", input);
    assert_eq!(code, "InvalidParameter.ScimSyncStatusError");
}

#[test]
fn the_switch_is_off_at_first_and_shown_everywhere() {
    let center = Center::new();
    let shown = || {
        let own = center.ok("GetSCIMSynchronizationStatus", json!({}));
        let of_zone = center.ok_raw("DescribeIdentityCenter", json!({}));
        assert_eq!(own["SCIMSynchronizationStatus"], of_zone["ScimSyncStatus"]);
        own["SCIMSynchronizationStatus"].as_str().unwrap().to_owned()
    };
    assert_eq!(shown(), "Disabled");
    for status in ["Enabled", "Enabled", "Disabled"] {
        let input = json!({ "SCIMSynchronizationStatus": status });
        center.ok("UpdateSCIMSynchronizationStatus", input);
        assert_eq!(shown(), status);
    }
}

/// Status and text of a read of users with that key, and what the journal explains.
fn read(directory: &Directory, key: Option<&str>) -> (u16, String, String) {
    let answer = directory.raw("GET", "/Users", key, "");
    let challenge = answer.headers.contains_key("www-authenticate");
    assert_eq!(challenge, answer.status == 401);
    let detail = json_of(&answer)["detail"].as_str().unwrap_or_default().to_owned();
    let entry = directory.center.world.journal().pop().unwrap();
    let explanation = entry["explanation"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), detail, explanation)
}

#[test]
fn a_key_that_is_not_good_is_refused_in_one_way() {
    let directory = Directory::new();
    let center = &directory.center;
    let unauthorized = |key, why: &str| {
        let (status, detail, explanation) = read(&directory, key);
        let expected = (401, "The bearer key is missing or not valid.");
        assert_eq!((status, detail.as_str()), expected, "{why}");
        assert!(explanation.contains(why), "{explanation}");
    };
    let key = Some(directory.key.as_str());
    assert_eq!(read(&directory, key).0, 200);
    unauthorized(None, "Authorization");
    unauthorized(Some("nonsense"), "unknown");
    let listed = center.ok("ListSCIMCredentials", json!({}));
    let id = &listed["SCIMCredentials"][0]["CredentialId"];
    let set = |status| {
        let input = json!({ "CredentialId": id, "NewStatus": status });
        center.ok("UpdateSCIMCredentialStatus", input);
    };
    set("Disabled");
    unauthorized(key, "disabled");
    set("Enabled");
    assert_eq!(read(&directory, key).0, 200);
    center.wait(365 * DAY_MS - 1);
    assert_eq!(read(&directory, key).0, 200);
    center.wait(1);
    unauthorized(key, "expired");
    center.ok("DeleteSCIMCredential", json!({ "CredentialId": id }));
    unauthorized(key, "unknown");
}

#[test]
fn everything_is_refused_while_the_switch_is_off() {
    let directory = Directory::new();
    let user = format!("/Users/{}", directory.user("ada"));
    let group = format!("/Groups/{}", directory.group("staff", &[]));
    directory.switch("Disabled");
    let text = "403: The SCIM synchronization of this zone is disabled.";
    let body = || json!({ "userName": "x", "displayName": "x", "Operations": [] });
    for (method, path) in [
        ("POST", "/Users"),
        ("GET", "/Users"),
        ("GET", &user),
        ("PUT", &user),
        ("PATCH", &user),
        ("DELETE", &user),
        ("POST", "/Groups"),
        ("GET", "/Groups"),
        ("GET", &group),
        ("PUT", &group),
        ("PATCH", &group),
        ("DELETE", &group),
        ("GET", "/ServiceProviderConfig"),
        ("GET", "/Schemas"),
        ("GET", "/Schemas/x"),
        ("GET", "/ResourceTypes"),
        ("GET", "/ResourceTypes/x"),
    ] {
        assert_eq!(directory.refused(method, path, body()), text, "{method} {path}");
    }
    // What it made can be changed by the API now.
    let id = user.rsplit('/').next().unwrap();
    directory.center.ok("UpdateUser", json!({ "UserId": id, "NewDisplayName": "Ada" }));
    directory.switch("Enabled");
    assert_eq!(directory.ok("GET", &user, Value::Null)["displayName"], "Ada");
    let code = directory.center.code("DeleteUser", json!({ "UserId": id }));
    assert_eq!(code, "FailedOperation.SynchronizedUserNotDelete");
}

#[test]
fn a_key_opens_the_zone_of_its_tenant_alone() {
    let directory = Directory::new();
    directory.user("ada");
    let other = |action, mut input: Value| {
        input["ZoneId"] = json!(super::center::ZONE);
        directory.center.call_as("other", action, input)
    };
    let key = other("CreateSCIMCredential", json!({}))["CredentialSecret"].clone();
    other("UpdateSCIMSynchronizationStatus", json!({ "SCIMSynchronizationStatus": "Enabled" }));
    let answer = directory.raw("GET", "/Users", key.as_str(), "");
    assert_eq!(json_of(&answer)["totalResults"], 0);
    let entry = directory.center.world.journal().pop().unwrap();
    let shown = ["protocol", "service", "operation", "tenant"].map(|name| entry[name].clone());
    assert_eq!(shown, ["scim", "scim", "ListUsers", "other"]);
    directory.refused("GET", "/Users/u-000000000000", Value::Null);
    let entry = directory.center.world.journal().pop().unwrap();
    assert_eq!([&entry["tenant"], &entry["code"]], ["default", "404"]);
}

#[test]
fn no_secret_reaches_the_journal_or_the_state() {
    let directory = Directory::new();
    let secret = "Sw0rdfish-of-okta";
    let user = directory.ok("POST", "/Users", json!({ "userName": "a", "Password": secret }));
    let path = format!("/Users/{}", user["id"].as_str().unwrap());
    assert!(user.get("Password").is_none() && user.get("password").is_none(), "{user}");
    directory.ok("PUT", &path, json!({ "userName": "a", "password": secret }));
    let operations = json!([
        { "op": "replace", "path": "password", "value": secret },
        { "op": "Replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:password", "value": secret },
        { "op": "replace", "value": { "password": secret } },
    ]);
    directory.patch(&path, operations);
    directory.send(
        "PATCH",
        &path,
        &json!(format!("{{\"path\":\"password\",\"value\":\"{secret}\"")),
    );
    directory.ok("GET", &format!("/Users?filter=password%20eq%20%22{secret}%22"), Value::Null);
    directory.ok("GET", &format!("/Users?filter=password+eq+%22{secret}%22"), Value::Null);
    let journal = json!(directory.center.world.journal()).to_string();
    assert!(journal.contains("PatchUser") && !journal.contains(secret), "{journal}");
    assert!(!journal.contains(&directory.key));
    let (_, state) = ask(&directory.center.world, Method::GET, "state", String::new());
    let state = state.to_string();
    assert!(state.contains("scim_key") && !state.contains(&directory.key));
    assert!(!state.contains(secret));
}
