//! Users as a directory writes them.

use serde_json::{Value, json};

use super::scim::{Directory, id};

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A user as Entra ID creates it.
fn entra() -> Value {
    json!({
        "schemas": [CORE, ENTERPRISE],
        "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
        "userName": "Ada.Lovelace@example.com",
        "active": true,
        "displayName": "Ada Lovelace",
        "emails": [{ "primary": true, "type": "work", "value": "ada@example.com" }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada" },
        "roles": [],
        "title": "Countess",
        ENTERPRISE: { "department": "Engines" },
    })
}

#[test]
fn a_user_as_entra_id_sends_it_is_created_found_and_deleted() {
    let directory = Directory::new();
    let answer = directory.raw("POST", "/Users", Some(&directory.key), &entra().to_string());
    assert_eq!(answer.status, 201);
    assert_eq!(answer.headers["content-type"], "application/scim+json");
    let created = super::scim::json_of(&answer);
    insta::assert_json_snapshot!(created);
    assert_eq!(answer.headers["location"], created["meta"]["location"].as_str().unwrap());
    let path = format!("/Users/{}", id(&created));
    assert_eq!(directory.ok("GET", &path, Value::Null), created);
    let info = directory.center.ok("GetUser", json!({ "UserId": created["id"] }));
    insta::assert_json_snapshot!(info);
    let (status, body) = directory.send("DELETE", &path, &Value::Null);
    assert_eq!((status, body), (204, Value::Null));
    let text = format!("404: No User has the id {}.", id(&created));
    for (method, body) in [
        ("GET", Value::Null),
        ("PUT", entra()),
        ("PATCH", super::scim::patch_of(json!([]))),
        ("DELETE", Value::Null),
    ] {
        assert_eq!(directory.refused(method, &path, body), text, "{method}");
    }
}

#[test]
fn a_user_as_okta_sends_it_is_created_and_replaced() {
    let directory = Directory::new();
    let okta = json!({
        "schemas": [CORE], "userName": "test.user@okta.local",
        "name": { "givenName": "Test", "familyName": "User" },
        "emails": [{ "primary": true, "value": "test.user@okta.local", "type": "work" }],
        "displayName": "Test User", "locale": "en-US", "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [], "password": "1mz050nq", "active": true,
    });
    assert_eq!(directory.ok("GET", "/Users?startIndex=1&count=2", Value::Null)["totalResults"], 0);
    let mut created = directory.ok("POST", "/Users", okta);
    assert_eq!([&created["locale"], &created["password"]], [&json!("en-US"), &Value::Null]);
    // It sends back what it has read, and deactivates so.
    created["active"] = json!(false);
    let path = format!("/Users/{}", id(&created));
    let replaced = directory.ok("PUT", &path, created.clone());
    assert_eq!(replaced, created);
    let info = directory.center.ok("GetUser", json!({ "UserId": created["id"] }));
    assert_eq!(info["UserInfo"]["UserStatus"], "Disabled");
    let least = json!({ "userName": "TEST.user@okta.local", "name": null });
    let replaced = directory.ok("PUT", &path, least);
    let members: Vec<_> = replaced.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["active", "id", "meta", "schemas", "userName"]);
    assert_eq!([&replaced["userName"], &replaced["active"]], [&created["userName"], &json!(false)]);
}

#[test]
fn what_a_conflict_is_with_is_found_by_a_look_up() {
    let directory = Directory::new();
    let (center, manual) = (&directory.center, directory.center.user("Eve"));
    center.ok("UpdateUser", json!({ "UserId": manual, "NewEmail": "eve@example.com" }));
    let refused = directory.refused("POST", "/Users", json!({ "userName": "EVE" }));
    assert_eq!(refused, "409 uniqueness: another user has this userName");
    let email = json!([{ "value": "Eve@Example.com" }]);
    let taken = "409 uniqueness: another user has this e-mail address";
    let refused =
        directory.refused("POST", "/Users", json!({ "userName": "bob", "emails": email }));
    assert_eq!(refused, taken);
    for filter in ["userName%20eq%20%22eve%22", "emails.value%20eq%20%22EVE@example.com%22"] {
        let found = directory.ok("GET", &format!("/Users?filter={filter}"), Value::Null);
        assert_eq!(found["Resources"][0]["id"], manual, "{filter}");
    }
    let bob = format!("/Users/{}", directory.user("bob"));
    let replace = json!({ "userName": "bob", "emails": email });
    assert_eq!(directory.refused("PUT", &bob, replace), taken);
    let operation = json!([{ "op": "add", "path": "emails", "value": email }]);
    assert_eq!(directory.patch_refused(&bob, operation), taken);
}

#[test]
fn a_manual_user_is_shown_and_not_changed() {
    let directory = Directory::new();
    let path = format!("/Users/{}", directory.center.user("eve"));
    assert_eq!(directory.ok("GET", &path, Value::Null)["userName"], "eve");
    let update = "403: FailedOperation.ManualUserNotUpdate: a manually made user cannot be changed by a directory";
    let delete = "403: FailedOperation.ManualUserNotDelete: a manually made user cannot be deleted by a directory";
    assert_eq!(directory.refused("PUT", &path, json!({ "userName": "eve" })), update);
    assert_eq!(directory.patch_refused(&path, json!([])), update);
    assert_eq!(directory.refused("DELETE", &path, Value::Null), delete);
}

#[test]
fn values_that_break_a_rule_are_refused_with_the_rule() {
    let directory = Directory::new();
    let refused = |body| directory.refused("POST", "/Users", body);
    let long = "a".repeat(300);
    for (body, why) in [
        (json!({}), "userName is required"),
        (json!({ "userName": null }), "userName is required"),
        (json!({ "userName": 7 }), "userName is of type string"),
        (json!({ "userName": "" }), "userName has 1 to 64 letters"),
        (json!({ "userName": "a b" }), "userName has 1 to 64 letters"),
        (json!({ "userName": "a", "active": "maybe" }), "active is of type boolean"),
        (json!({ "userName": "a", "displayName": long }), "displayName has at most 256"),
        (json!({ "userName": "a", "name": "x" }), "name is of type object"),
        (json!({ "userName": "a", "name": { "givenName": long } }), "name.givenName has at most"),
        (json!({ "userName": "a", "name": { "familyName": 1 } }), "familyName is of type string"),
        (json!({ "userName": "a", "emails": "x" }), "emails is a list"),
        (json!({ "userName": "a", "emails": ["x"] }), "an element of emails is an object"),
        (json!({ "userName": "a", "emails": [{ "value": 1 }] }), "emails.value is of type"),
        (json!({ "userName": "a", "emails": [{ "value": long }] }), "an e-mail address has at"),
        (
            json!({ "userName": "a", "emails": [{ "value": "x", "primary": 1 }] }),
            "emails.primary is of type boolean",
        ),
        (
            json!({ "userName": "a", "emails": [{ "primary": true }, { "primary": true }] }),
            "one element of emails at most is primary",
        ),
    ] {
        let refused = refused(body.clone());
        assert!(refused.starts_with(&format!("400 invalidValue: {why}")), "{body}: {refused}");
    }
    for (body, why) in [
        ("", "the body is not JSON"),
        ("{", "the body is not JSON"),
        ("[]", "the body is no JSON object"),
        (r#"{"userName":"\ud83d"}"#, r"the body has the escape `\ud83d`"),
    ] {
        let refused = refused(json!(body));
        assert!(refused.starts_with(&format!("400 invalidSyntax: {why}")), "{body}: {refused}");
    }
    let path = format!("/Users/{}", directory.user("ada"));
    let other = json!({ "userName": "bob" });
    let text = "400 mutability: userName cannot be changed";
    assert_eq!(directory.refused("PUT", &path, other), text);
    assert_eq!(
        directory.refused("PUT", &path, json!({})),
        "400 invalidValue: userName is required"
    );
}

#[test]
fn a_full_zone_and_what_points_to_a_user_refuse() {
    let directory = Directory::limited("users = 1");
    let path = format!("/Users/{}", directory.user("ada"));
    let refused = directory.refused("POST", "/Users", json!({ "userName": "bob" }));
    assert!(refused.starts_with("403: FailedOperation.UserOverUpperLimit: "), "{refused}");
    directory.refer("organization_user_syncs", "User");
    let refused = directory.refused("DELETE", &path, Value::Null);
    assert!(refused.starts_with("409: FailedOperation.UserProvisioningExists: "), "{refused}");
    directory.refer("organization_role_assignments", "User");
    let refused = directory.refused("DELETE", &path, Value::Null);
    let code = "409: FailedOperation.RoleConfigurationAuthorizationExist: ";
    assert!(refused.starts_with(code), "{refused}");
}

#[test]
fn a_deleted_user_leaves_its_groups() {
    let directory = Directory::new();
    let (ada, bob) = (directory.user("ada"), directory.user("bob"));
    let group = directory.group("staff", &[&ada, &bob]);
    directory.ok("DELETE", &format!("/Users/{ada}"), Value::Null);
    assert_eq!(directory.members(&group), [bob]);
    let group = directory.center.ok("GetGroup", json!({ "GroupId": group }));
    assert_eq!(group["GroupInfo"]["MemberCount"], 1);
}

#[test]
fn an_address_that_the_api_changed_is_the_one_that_is_shown() {
    let directory = Directory::new();
    let user = directory.ok("POST", "/Users", entra());
    let path = format!("/Users/{}", id(&user));
    let set = |email: &str| {
        directory.switch("Disabled");
        let input = json!({ "UserId": user["id"], "NewEmail": email });
        directory.center.ok("UpdateUser", input);
        directory.switch("Enabled");
        directory.ok("GET", &path, Value::Null)["emails"].clone()
    };
    let email = json!([{ "value": "new@example.com", "type": "work", "primary": true }]);
    assert_eq!(set("new@example.com"), email);
    assert_eq!(set(""), Value::Null);
    assert_eq!(set("ada@example.com"), user["emails"]);
}

/// Pages of a large zone are found by counts of deleted users, not by reading all before them.
#[test]
fn pages_of_many_users_leave_nobody_out() {
    let directory = Directory::seeded(
        "[organization]\nname = 'o'\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n\
         [[organization.zone.users]]\ncount = 2100\nname = 'user-{n}'\nkind = 'Synchronized'\n",
    );
    let page = |start: usize| {
        let path = format!("/Users?startIndex={start}&count=200");
        directory.ok("GET", &path, Value::Null)["Resources"].as_array().unwrap().clone()
    };
    for at in [1, 1024, 1025] {
        let path = format!("/Users/{}", page(at)[0]["id"].as_str().unwrap());
        directory.ok("DELETE", &path, Value::Null);
    }
    let mut numbers = Vec::new();
    for start in (1..=2101).step_by(200) {
        let name = |one: &Value| one["userName"].as_str().unwrap()[5..].parse::<u32>().unwrap();
        numbers.extend(page(start).iter().map(name));
    }
    assert_eq!(numbers.len(), 2097);
    assert!(numbers.is_sorted_by(|one, next| one < next));
}
