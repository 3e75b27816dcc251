//! Groups as a directory writes them.

use serde_json::{Value, json};

use super::scim::{Directory, id, patch_of};

#[test]
fn a_group_is_created_renamed_filled_and_deleted() {
    let directory = Directory::new();
    let (ada, bob) = (directory.user("ada"), directory.user("bob"));
    // Entra ID creates groups without members.
    let body = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Staff-1", "externalId": "x-1", "meta": { "resourceType": "Group" },
    });
    let created = directory.ok("POST", "/Groups", body);
    insta::assert_json_snapshot!(created);
    let path = format!("/Groups/{}", id(&created));
    let full = json!({
        "displayName": "staff-2", "members": [{ "value": ada, "display": "Ada" }, { "value": bob }],
    });
    let replaced = directory.ok("PUT", &path, full);
    insta::assert_json_snapshot!(replaced);
    let info = directory.center.ok("GetGroup", json!({ "GroupId": created["id"] }));
    insta::assert_json_snapshot!(info);
    let only = json!({ "displayName": "staff-2", "members": [{ "value": bob }] });
    directory.ok("PUT", &path, only);
    assert_eq!(directory.members(&id(&created)), [bob]);
    directory.ok("PUT", &path, json!({ "displayName": "staff-2" }));
    assert!(directory.members(&id(&created)).is_empty(), "a replacement without members has none");
    directory.ok("PUT", &path, json!({ "displayName": "staff-2", "members": [ada] }));
    assert_eq!(directory.send("DELETE", &path, &Value::Null), (204, Value::Null));
    let text = format!("404: No Group has the id {}.", id(&created));
    for (method, body) in [
        ("GET", Value::Null),
        ("PUT", json!({ "displayName": "a" })),
        ("PATCH", patch_of(json!([]))),
        ("DELETE", Value::Null),
    ] {
        assert_eq!(directory.refused(method, &path, body), text, "{method}");
    }
    assert_eq!(directory.ok("GET", "/Users", Value::Null)["totalResults"], 2);
}

#[test]
fn a_name_is_of_one_group_and_keeps_the_rule_of_identity_center() {
    let directory = Directory::new();
    let manual = directory.center.group("admins");
    let staff = format!("/Groups/{}", directory.group("staff", &[]));
    let taken = "409 uniqueness: another group has this displayName";
    let named = |name: &str| json!({ "displayName": name });
    assert_eq!(directory.refused("POST", "/Groups", named("ADMINS")), taken);
    assert_eq!(directory.refused("PUT", &staff, named("Admins")), taken);
    let rename = json!([{ "op": "replace", "path": "displayName", "value": "Admins" }]);
    assert_eq!(directory.patch_refused(&staff, rename), taken);
    let found = directory.ok("GET", "/Groups?filter=displayName+eq+%22Admins%22", Value::Null);
    assert_eq!(found["Resources"][0]["id"], manual);
    for bad in ["", "All Staff", "a_b", "ä", &"a".repeat(129)] {
        let refused = directory.refused("POST", "/Groups", named(bad));
        let rule = "400 invalidValue: displayName has 1 to 128 letters, digits and dashes: the rule of Identity Center";
        assert!(refused.starts_with(rule), "{bad}: {refused}");
        assert!(directory.refused("PUT", &staff, named(bad)).starts_with(rule), "{bad}");
        let rename = json!([{ "op": "replace", "value": { "displayName": bad } }]);
        assert!(directory.patch_refused(&staff, rename).starts_with(rule), "{bad}");
    }
    let refused = directory.refused("POST", "/Groups", json!({ "members": [] }));
    assert_eq!(refused, "400 invalidValue: displayName is required");
}

#[test]
fn a_manual_group_is_shown_and_not_changed() {
    let directory = Directory::new();
    let (ada, group) = (directory.center.user("ada"), directory.center.group("staff"));
    directory.center.join(&ada, &group);
    assert_eq!(directory.members(&group), [ada]);
    let path = format!("/Groups/{group}");
    let update = "403: FailedOperation.ManualGroupNotUpdate: a manually made group cannot be changed by a directory";
    let delete = "403: FailedOperation.ManualGroupNotDelete: a manually made group cannot be deleted by a directory";
    assert_eq!(directory.refused("PUT", &path, json!({ "displayName": "staff" })), update);
    assert_eq!(directory.patch_refused(&path, json!([])), update);
    assert_eq!(directory.refused("DELETE", &path, Value::Null), delete);
}

/// What each way to change members refuses with.
fn refusals(directory: &Directory, group: &str, members: &Value) -> Vec<String> {
    let path = format!("/Groups/{group}");
    let add = json!([{ "op": "add", "path": "members", "value": members }]);
    let body = |name: &str| json!({ "displayName": name, "members": members });
    vec![
        directory.patch_refused(&path, add),
        directory.refused("PUT", &path, body("staff")),
        directory.refused("POST", "/Groups", body("new")),
    ]
}

#[test]
fn members_that_cannot_join_are_refused_and_nothing_is_done() {
    let directory = Directory::limited("users_per_group = 2, groups_per_user = 1, groups = 3");
    let names = ["ada", "bob", "cyd"];
    let [ada, bob, cyd] = names.map(|name| directory.user(name));
    let manual = directory.center.user("eve");
    let group = directory.group("staff", &[&ada]);
    let member = |id: &str| json!({ "value": id });
    let code = |name| format!("403: FailedOperation.{name}: ");
    for (members, expected) in [
        (
            json!([member(&bob), member("u-x")]),
            "400 invalidValue: no user has the id u-x".to_owned(),
        ),
        (json!([member(&bob), 7]), "400 invalidValue: a member is an object".to_owned()),
        (json!([member(&bob), {}]), "400 invalidValue: a member is an object".to_owned()),
        (json!([member(&bob), member(&group)]), "400 invalidValue: no user has".to_owned()),
        (json!([member(&bob), member(&manual)]), code("GroupTypeUserTypeNotMatch")),
        (json!([member(&bob), member(&cyd), member(&ada)]), code("GroupUserCountOverUpperLimit")),
    ] {
        for refused in refusals(&directory, &group, &members) {
            assert!(refused.starts_with(&expected), "{members}: {refused}");
        }
        assert_eq!(directory.members(&group), [ada.as_str()], "{members}");
    }
    let other = directory.group("other", &[&bob]);
    let busy = json!([member(&bob)]);
    for refused in refusals(&directory, &group, &busy) {
        assert!(refused.starts_with(&code("UserAddGroupCountOverUpperLimit")), "{refused}");
    }
    assert_eq!(directory.members(&other), [bob]);
    directory.group("third", &[]);
    let refused = directory.refused("POST", "/Groups", json!({ "displayName": "fourth" }));
    assert!(refused.starts_with(&code("GroupOverUpperLimit")), "{refused}");
}

#[test]
fn what_points_to_a_group_refuses() {
    let directory = Directory::new();
    let path = format!("/Groups/{}", directory.group("staff", &[&directory.user("ada")]));
    directory.refer("organization_user_syncs", "Group");
    let refused = directory.refused("DELETE", &path, Value::Null);
    assert!(refused.starts_with("409: FailedOperation.UserProvisioningExists: "), "{refused}");
    directory.refer("organization_role_assignments", "Group");
    let refused = directory.refused("DELETE", &path, Value::Null);
    let code = "409: FailedOperation.RoleConfigurationAuthorizationExist: ";
    assert!(refused.starts_with(code), "{refused}");
}

#[test]
fn discovery_says_what_is_supported_and_takes_no_writes() {
    let directory = Directory::new();
    for path in ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"] {
        let answer = directory.ok("GET", path, Value::Null);
        insta::assert_json_snapshot!(path.trim_start_matches('/'), answer);
        for one in answer["Resources"].as_array().into_iter().flatten() {
            assert_eq!(directory.ok("GET", &format!("{path}/{}", id(one)), Value::Null), *one);
        }
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let expected = format!("405: This endpoint does not take the method {method}.");
            assert_eq!(directory.refused(method, path, json!({})), expected, "{path}");
        }
    }
    let answer = directory.raw("PUT", "/Users", Some(&directory.key), "{}");
    assert_eq!(answer.headers["allow"], "POST, GET");
    assert_eq!(directory.refused("GET", "/Schemas/x", Value::Null), "404: No Schema has the id x.");
    let text = "404: No ResourceType has the id x.";
    assert_eq!(directory.refused("GET", "/ResourceTypes/x", Value::Null), text);
    for path in ["", "/", "/Devices", "/Users/a/b"] {
        let text = "404: No endpoint has this path.";
        assert_eq!(directory.refused("GET", path, Value::Null), text, "{path}");
    }
    for (method, path, name) in [
        ("POST", "/Bulk", "Bulk"),
        ("POST", "/.search", "Search"),
        ("POST", "/Users/.search", "SearchUsers"),
        ("POST", "/Groups/.search", "SearchGroups"),
        ("GET", "/Me", "GetMe"),
    ] {
        let expected = format!("501: {name} is not supported.");
        assert_eq!(directory.refused(method, path, json!({})), expected);
    }
    let mut request = crate::client::request(
        http::Method::POST,
        "/scim/v2/Users",
        http::HeaderMap::new(),
        "{}".into(),
    );
    request.too_large = true;
    assert_eq!(directory.center.world.send(request).status, 413);
}
