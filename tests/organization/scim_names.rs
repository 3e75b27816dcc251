//! Names of attributes with a schema before them: that of users and groups qualifies the core attributes
//! (RFC 7644, section 3.10), any other one leads into an extension.

use serde_json::{Value, json};

use super::scim::{Directory, id};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const EXTENSION: &str = "urn:example:people";

/// The members of a user that a directory can set, and the schemas.
fn parts(user: &Value) -> Value {
    let mut user = user.clone();
    for name in ["id", "meta", "userName"] {
        user.as_object_mut().unwrap().remove(name);
    }
    user
}

#[test]
fn the_core_schema_is_the_user_itself() {
    let directory = Directory::new();
    let path = format!("/Users/{}", directory.user("ada"));
    let whole = |path: &str| json!([{ "op": "replace", "path": path, "value": { "title": "T" } }]);
    for (operations, expected) in [
        (whole(USER), json!({ "title": "T" })),
        (whole(&USER.to_uppercase()), json!({ "title": "T" })),
        (
            json!([{ "op": "add", "value": { USER: { "displayName": "A", "active": false } } }]),
            json!({ "displayName": "A", "active": false }),
        ),
        (
            json!([{ "op": "add", "value": { format!("{USER}:name.givenName"): "G", "title": "T" } }]),
            json!({ "name": { "givenName": "G" }, "title": "T" }),
        ),
        (
            json!([{ "op": "add", "path": format!("{USER}:displayName"), "value": "A" }]),
            json!({ "displayName": "A" }),
        ),
        (
            json!([{ "op": "add", "path": format!("{USER}.displayName"), "value": "A" }]),
            json!({ "displayName": "A" }),
        ),
        // What a client cannot set is ignored in a resource.
        (
            json!([{ "op": "add", "value": { USER: { "id": "x", "meta": 1 }, format!("{USER}:id"): "y" } }]),
            json!({}),
        ),
    ] {
        directory.ok("PUT", &path, json!({ "userName": "ada", "active": true }));
        let mut all = json!({ "active": true, "schemas": [USER] });
        all.as_object_mut().unwrap().extend(expected.as_object().unwrap().clone());
        let changed = directory.patch(&path, operations.clone());
        assert_eq!(parts(&changed), all, "{operations}");
        assert_eq!(directory.ok("GET", &path, Value::Null), changed);
    }
}

#[test]
fn resources_may_qualify_their_attributes() {
    let directory = Directory::new();
    let expected = json!({ "active": true, "displayName": "A", "title": "T", "schemas": [USER] });
    for (number, body) in [
        json!({ USER: { "displayName": "A", "title": "T" } }),
        json!({ USER.to_uppercase(): { "DISPLAYNAME": "A", USER: { "title": "T" } } }),
        json!({ format!("{USER}:displayName"): "A", format!("{USER}.title"): "T" }),
        // The name without a schema counts.
        json!({ USER: { "displayName": "B", "title": "T", "id": "x" }, "displayName": "A" }),
    ]
    .into_iter()
    .enumerate()
    {
        let mut full = body.clone();
        full["userName"] = format!("user-{number}").into();
        let created = directory.ok("POST", "/Users", full.clone());
        assert_eq!(parts(&created), expected, "{body}");
        let path = format!("/Users/{}", id(&created));
        directory.ok("PUT", &path, json!({ "userName": full["userName"] }));
        assert_eq!(parts(&directory.ok("PUT", &path, full)), expected, "{body}");
    }
    let refused = directory.refused("POST", "/Users", json!({ "userName": "x", USER: "y" }));
    assert_eq!(refused, format!("400 invalidValue: {USER} is of type object"));
}

#[test]
fn operations_on_the_resource_itself_have_a_resource_as_value() {
    let directory = Directory::new();
    let path = format!("/Users/{}", directory.user("ada"));
    let before = directory.ok("GET", &path, Value::Null);
    for (operation, expected) in [
        (json!({ "op": "remove", "path": USER }), "noTarget: an operation that removes has a path"),
        (json!({ "op": "add", "path": USER, "value": "x" }), "invalidValue: the value of an"),
        (
            json!({ "op": "add", "path": format!("{USER}[active pr]"), "value": {} }),
            "invalidPath: a filter is of an attribute",
        ),
        (
            json!({ "op": "replace", "path": format!("{USER}:id"), "value": "x" }),
            "mutability: urn:ietf:params:scim:schemas:core:2.0:User:id is read-only",
        ),
        (
            json!({ "op": "replace", "path": USER, "value": { "userName": "eve" } }),
            "mutability: userName cannot be changed",
        ),
    ] {
        let refused = directory.patch_refused(&path, json!([operation]));
        assert!(refused.starts_with(&format!("400 {expected}")), "{operation}: {refused}");
    }
    assert_eq!(directory.ok("GET", &path, Value::Null), before);
}

#[test]
fn the_core_schema_is_the_group_itself() {
    let directory = Directory::new();
    let [ada, bob] = ["ada", "bob"].map(|name| directory.user(name));
    let body = json!({ GROUP: { "displayName": "staff", "members": [{ "value": ada }] } });
    let created = directory.ok("POST", "/Groups", body);
    assert_eq!([&created["schemas"], &created["displayName"]], [&json!([GROUP]), &json!("staff")]);
    let group = id(&created);
    assert_eq!(directory.members(&group), [ada.as_str()]);
    let path = format!("/Groups/{group}");
    let renamed = json!([{ "op": "replace", "path": GROUP, "value": { "displayName": "people" } }]);
    assert_eq!(directory.patch(&path, renamed)["displayName"], "people");
    let added =
        json!([{ "op": "add", "path": format!("{GROUP}:members"), "value": [{ "value": bob }] }]);
    directory.patch(&path, added);
    assert_eq!(directory.members(&group), [ada.as_str(), &bob]);
    let only = json!([{ "op": "replace", "path": GROUP, "value": { "members": [bob] } }]);
    directory.patch(&path, only);
    assert_eq!(directory.members(&group), [bob.as_str()]);
    let filter = format!("{GROUP}:members[value eq \"{bob}\"]");
    directory.patch(&path, json!([{ "op": "remove", "path": filter }]));
    assert!(directory.members(&group).is_empty());
    let full = json!({ GROUP: { "displayName": "staff" }, format!("{GROUP}:members"): [ada] });
    assert_eq!(directory.ok("PUT", &path, full)["displayName"], "staff");
    assert_eq!(directory.members(&group), [ada]);
}

#[test]
fn an_extension_may_have_attributes_with_the_names_of_core_ones() {
    let directory = Directory::new();
    let [ada, bob] = ["ada", "bob"].map(|name| directory.user(name));
    let group = directory.group("staff", &[&ada]);
    let at = |name: &str| format!("{EXTENSION}:{name}");
    let path = format!("/Groups/{group}");
    for operation in [
        json!({ "op": "add", "path": at("members"), "value": [{ "value": bob }] }),
        json!({ "op": "replace", "path": at("members"), "value": [] }),
        json!({ "op": "add", "value": { at("members"): [{ "value": bob }], EXTENSION: { "members": [] } } }),
        json!({ "op": "remove", "path": at("members") }),
    ] {
        directory.patch(&path, json!([operation]));
        assert_eq!(directory.members(&group), [ada.as_str()], "{operation}");
    }
    let shown =
        directory.ok("GET", &format!("{path}?excludedAttributes={}", at("members")), Value::Null);
    assert_eq!(shown["members"][0]["value"], ada);
    let user = format!("/Users/{ada}");
    let changed = directory.patch(
        &user,
        json!([
            { "op": "add", "path": at("id"), "value": "X-1" },
            { "op": "add", "path": at("userName"), "value": "other" },
            { "op": "add", "path": at("emails"), "value": { "value": "a" } },
            { "op": "replace", "value": { at("groups"): ["g"] } },
            { "op": "add", "path": format!("ims[{} eq \"x\"].value", at("type")), "value": "i" },
        ]),
    );
    let expected =
        json!({ "id": "X-1", "userName": "other", "emails": { "value": "a" }, "groups": ["g"] });
    assert_eq!(changed[EXTENSION], expected);
    assert_eq!(changed["ims"], json!([{ "value": "i" }]));
    assert_eq!([&changed["id"], &changed["userName"]], [&json!(ada), &json!("ada")]);
    for (filter, expected) in [
        (format!("{}+eq+%22OTHER%22", at("userName")), 1),
        (format!("{}+eq+%22ada%22", at("userName")), 0),
        (format!("{}+eq+%22x-1%22", at("id")), 1),
    ] {
        let found = directory.ok("GET", &format!("/Users?filter={filter}"), Value::Null);
        assert_eq!(found["totalResults"], expected, "{filter}");
    }
}

#[test]
fn lists_take_qualified_names() {
    let directory = Directory::new();
    for name in ["bob", "ada"] {
        let user = json!({ "userName": name, "title": "T", EXTENSION: { "level": 1 } });
        directory.ok("POST", "/Users", user);
    }
    let first = |parameters: &str| {
        let sort = format!("sortBy={USER}:userName&count=1");
        let page = directory.ok("GET", &format!("/Users?{sort}&{parameters}"), Value::Null);
        let first = page["Resources"][0].as_object().unwrap().clone();
        first.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    let all = format!("active id meta schemas title {EXTENSION} userName");
    assert_eq!(first(""), all);
    assert_eq!(first(&format!("attributes={USER}")), "active id meta schemas title userName");
    let names = format!("attributes={USER}:title,{}:USERNAME", USER.to_uppercase());
    assert_eq!(first(&names), "id schemas title userName");
    assert_eq!(first(&format!("excludedAttributes={USER}")), format!("id schemas {EXTENSION}"));
    let without = format!("excludedAttributes={USER}:title,{EXTENSION}:level,active.x");
    assert_eq!(first(&without), format!("active id meta schemas {EXTENSION} userName"));
    let page = directory.ok("GET", &format!("/Users?sortBy={USER}:userName"), Value::Null);
    assert_eq!(page["Resources"][0]["userName"], "ada");
    let found = format!("/Users?filter={USER}:userName+eq+%22ADA%22");
    assert_eq!(directory.ok("GET", &found, Value::Null)["totalResults"], 1);
}
