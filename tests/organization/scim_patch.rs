//! PATCH as Entra ID and Okta send it.

use serde_json::{Value, json};

use super::scim::{Directory, id, patch_of};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A directory and the path of a user with one address.
fn with_user() -> (Directory, String) {
    let directory = Directory::new();
    let user = json!({
        "userName": "ada", "active": true, "displayName": "Ada",
        "name": { "givenName": "Ada", "familyName": "King" },
        "emails": [{ "value": "a@work.example", "type": "work", "primary": true }],
    });
    let path = format!("/Users/{}", id(&directory.ok("POST", "/Users", user)));
    (directory, path)
}

#[test]
fn entra_id_changes_a_user() {
    let (directory, path) = with_user();
    let changed = directory.patch(
        &path,
        json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "Add", "path": "emails[type eq \"home\"].value", "value": "a@home.example" },
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "b@work.example" },
            { "op": "Replace", "path": "name.familyName", "value": "Lovelace" },
            { "op": "Add", "path": "title", "value": "Countess" },
            { "op": "Add", "path": "phoneNumbers[type eq \"work\"].value", "value": "+44 1" },
            { "op": "Add", "path": format!("{ENTERPRISE}:department"), "value": "Engines" },
            { "op": "Remove", "path": "displayName" },
        ]),
    );
    insta::assert_json_snapshot!(changed);
    assert_eq!(directory.ok("GET", &path, Value::Null), changed);
    let info = directory.center.ok("GetUser", json!({ "UserId": changed["id"] }));
    let info = ["UserStatus", "Email", "LastName"].map(|name| info["UserInfo"][name].clone());
    assert_eq!(info, ["Disabled", "b@work.example", "Lovelace"]);
    // Without the parts of a path it sends paths as names.
    let changed = directory.patch(
        &path,
        json!([{ "op": "Add", "value": {
            "active": "True", "displayName": "Ada L", "name.givenName": "Augusta",
            "emails[type eq \"work\"].value": "c@work.example",
            format!("{ENTERPRISE}:division"): "Analysis",
            ENTERPRISE: { "costCenter": "7" },
        } }]),
    );
    insta::assert_json_snapshot!(changed);
}

#[test]
fn okta_changes_a_user_and_a_group() {
    let (directory, path) = with_user();
    let changed =
        directory.patch(&path, json!([{ "op": "replace", "value": { "active": false } }]));
    assert_eq!(changed["active"], false);
    let (ada, bob) = (id(&changed), directory.user("bob"));
    let group = directory.group("staff", &[&ada]);
    let renamed = directory.patch(
        &format!("/Groups/{group}"),
        json!([{ "op": "replace", "value": { "id": group, "displayName": "People" } }]),
    );
    assert_eq!([&renamed["displayName"], &renamed["id"]], [&json!("People"), &json!(group)]);
    assert_eq!(directory.members(&group), [ada.as_str()], "a rename leaves the members alone");
    directory.patch(
        &format!("/Groups/{group}"),
        json!([
            { "op": "remove", "path": format!("members[value eq \"{ada}\"]") },
            { "op": "add", "path": "members", "value": [{ "value": bob, "display": "bob" }] },
        ]),
    );
    assert_eq!(directory.members(&group), [bob]);
}

#[test]
fn members_are_added_removed_and_replaced_in_every_form() {
    let directory = Directory::new();
    let [ada, bob, cyd] = ["ada", "bob", "cyd"].map(|name| directory.user(name));
    let group = directory.group("staff", &[]);
    let path = format!("/Groups/{group}");
    let member = |id: &str| json!({ "value": id });
    let all = [ada.as_str(), &bob, &cyd];
    let full = json!([member(&ada), member(&bob), member(&cyd)]);
    let members = json!([{ "op": "add", "path": "members", "value": full }]);
    for (operations, left) in [
        (json!([]), &all[..]),
        // Once more is no conflict.
        (members.clone(), &all[..]),
        (
            json!([{ "op": "Remove", "path": "members", "value": [member(&ada), member(&cyd)] }]),
            &[&bob],
        ),
        (json!([{ "op": "remove", "path": "members", "value": member(&bob) }]), &[&ada, &cyd]),
        (json!([{ "op": "remove", "path": "members", "value": [ada] }]), &[&bob, &cyd]),
        (json!([{ "op": "remove", "path": "members" }]), &[]),
        (json!([{ "op": "remove", "path": "members", "value": [] }]), &all[..]),
        (json!([{ "op": "remove", "path": "members", "value": null }]), &[]),
        (
            json!([{ "op": "remove", "path": format!("members[value eq \"{ada}\" or value eq \"{bob}\"]") }]),
            &[&cyd],
        ),
        (json!([{ "op": "remove", "path": "members[value eq \"u-x\"]" }]), &all[..]),
        (json!([{ "op": "remove", "path": "members", "value": [member("u-x")] }]), &all[..]),
        (json!([{ "op": "replace", "path": "members", "value": [member(&bob)] }]), &[&bob]),
        (json!([{ "op": "replace", "path": "members", "value": [] }]), &[]),
        (json!([{ "op": "replace", "value": { "members": [member(&cyd)] } }]), &[&cyd]),
        (
            json!([{ "op": "add", "value": { "externalId": "x", "Members": [member(&cyd)] } }]),
            &all[..],
        ),
        (json!([{ "op": "replace", "path": "externalId", "value": "y" }]), &all[..]),
        (json!([{ "op": "remove", "path": "externalId" }]), &all[..]),
    ] {
        directory.patch(&path, members.clone());
        directory.patch(&path, operations.clone());
        assert_eq!(directory.members(&group), left, "{operations}");
    }
    let info = directory.center.ok("GetGroup", json!({ "GroupId": group }));
    assert_eq!(info["GroupInfo"]["MemberCount"], 3);
}

#[test]
fn a_patch_is_done_whole_or_not_at_all() {
    let (directory, user) = with_user();
    let ada = user.rsplit('/').next().unwrap();
    let group = directory.group("staff", &[ada]);
    let path = format!("/Groups/{group}");
    let before = directory.ok("GET", &path, Value::Null);
    directory.center.wait(1_000);
    let refused = directory.patch_refused(
        &path,
        json!([
            { "op": "replace", "path": "displayName", "value": "people" },
            { "op": "remove", "path": "members" },
            { "op": "add", "path": "members", "value": [{ "value": ada }, { "value": "u-x" }] },
        ]),
    );
    assert_eq!(refused, "400 invalidValue: no user has the id u-x");
    assert_eq!(directory.ok("GET", &path, Value::Null), before);
    let before = directory.ok("GET", &user, Value::Null);
    directory.patch_refused(
        &user,
        json!([
            { "op": "replace", "path": "displayName", "value": "X" },
            { "op": "replace", "path": "userName", "value": "eve" },
        ]),
    );
    assert_eq!(directory.ok("GET", &user, Value::Null), before);
}

#[test]
fn lists_of_values_grow_and_shrink() {
    let (directory, path) = with_user();
    let emails = |operation: Value| {
        let changed = directory.patch(&path, json!([operation]));
        let emails = changed["emails"].as_array().cloned().unwrap_or_default();
        let one = |email: &Value| {
            let value = email["value"].as_str().unwrap_or("-");
            format!("{value}{}", if email["primary"] == true { "*" } else { "" })
        };
        emails.iter().map(one).collect::<Vec<_>>().join(" ")
    };
    let work = "a@work.example*";
    let home = json!({ "value": "h", "type": "home" });
    let all = format!("{work} h");
    assert_eq!(emails(json!({ "op": "add", "path": "emails", "value": [home] })), all);
    assert_eq!(emails(json!({ "op": "add", "path": "emails", "value": home })), all);
    let filter = "emails[type eq \"home\"]";
    assert_eq!(emails(json!({ "op": "remove", "path": format!("{filter}.primary") })), all);
    let primary = json!({ "value": "p", "primary": true });
    let grown = emails(json!({ "op": "add", "path": "emails", "value": [primary] }));
    assert_eq!(grown, "a@work.example h p*", "a new primary value replaces the old one");
    let merged = emails(json!({ "op": "replace", "path": filter, "value": { "value": "i" } }));
    assert_eq!(merged, "a@work.example i p*");
    assert_eq!(emails(json!({ "op": "remove", "path": filter })), "a@work.example p*");
    assert_eq!(emails(json!({ "op": "remove", "path": filter })), "a@work.example p*");
    let removed = emails(json!({ "op": "remove", "path": "emails", "value": [{ "value": "p" }] }));
    assert_eq!(removed, "a@work.example");
    assert_eq!(emails(json!({ "op": "replace", "path": "emails.value", "value": "z" })), "z");
    assert_eq!(emails(json!({ "op": "replace", "path": "emails", "value": [] })), "");
    assert_eq!(emails(json!({ "op": "add", "path": "emails.value", "value": "n" })), "n");
    assert_eq!(emails(json!({ "op": "remove", "path": "emails.value" })), "-");
    assert_eq!(emails(json!({ "op": "remove", "path": "emails" })), "");
    // A list that RFC 7643 does not know: a value that is sent alone is the one to remove.
    let known = json!({ "op": "add", "path": "badges", "value": [{ "value": "a" }, "b"] });
    let remove = |value| json!({ "op": "remove", "path": "badges", "value": value });
    let badges = |operation| directory.patch(&path, json!([operation]))["badges"].clone();
    badges(known);
    assert_eq!(badges(remove(json!([]))), json!([{ "value": "a" }, "b"]));
    assert_eq!(badges(remove(json!({ "value": "a" }))), json!(["b"]));
    assert_eq!(badges(remove(Value::Null)), Value::Null);
    let parts = directory.patch(&path, json!([{ "op": "remove", "path": "name.givenName" }]));
    assert_eq!(parts["name"], json!({ "familyName": "King" }));
    let merged = json!([{ "op": "replace", "path": "name", "value": { "givenName": "A" } }]);
    let merged = directory.patch(&path, merged);
    assert_eq!(merged["name"], json!({ "givenName": "A", "familyName": "King" }));
    let gone = directory.patch(&path, json!([{ "op": "remove", "path": "name" }]));
    assert!(gone.get("name").is_none());
    let extended = json!([{ "op": "add", "path": ENTERPRISE, "value": { "division": "D" } }]);
    assert_eq!(directory.patch(&path, extended)[ENTERPRISE], json!({ "division": "D" }));
    let gone = directory.patch(&path, json!([{ "op": "remove", "path": ENTERPRISE }]));
    assert!(gone.get(ENTERPRISE).is_none());
}

#[test]
fn operations_that_cannot_be_done_are_refused_with_their_kind() {
    let (directory, user) = with_user();
    let group = format!("/Groups/{}", directory.group("staff", &[]));
    for path in [&user, &group] {
        for (operations, expected) in [
            (json!("x"), "invalidSyntax: Operations is a list of operations"),
            (json!(["x"]), "invalidSyntax: an operation is a JSON object"),
            (
                json!([{ "op": "move", "path": "title" }]),
                "invalidSyntax: op is add, replace or remove",
            ),
            (json!([{ "path": "title" }]), "invalidSyntax: op is add, replace or remove"),
            (json!([{ "op": "remove" }]), "noTarget: an operation that removes has a path"),
            (
                json!([{ "op": "add", "path": "title" }]),
                "invalidValue: an operation that adds has a value",
            ),
            (
                json!([{ "op": "add", "value": "x" }]),
                "invalidValue: the value of an operation without",
            ),
            (
                json!([{ "op": "add", "path": 1, "value": 1 }]),
                "invalidPath: path is of type string",
            ),
            (json!([{ "op": "add", "path": "a b", "value": 1 }]), "invalidPath: a b: "),
            (json!([{ "op": "add", "path": "a.b.c", "value": 1 }]), "invalidPath: a.b.c: "),
            (
                json!([{ "op": "add", "path": "emails[type", "value": 1 }]),
                "invalidPath: emails[type: ",
            ),
            (
                json!([{ "op": "replace", "path": "id", "value": "x" }]),
                "mutability: id is read-only",
            ),
            (json!([{ "op": "remove", "path": "meta" }]), "mutability: meta is read-only"),
            (
                json!([{ "op": "replace", "path": "ims[type eq \"x\"].value", "value": "x" }]),
                "noTarget: no value of ims is the one named",
            ),
            (
                json!([{ "op": "remove", "path": "displayName" }, { "op": "add", "path": "displayName.x[a pr]", "value": 1 }]),
                "",
            ),
        ] {
            let refused = directory.patch_refused(path, operations.clone());
            assert!(refused.starts_with(&format!("400 {expected}")), "{operations}: {refused}");
        }
        let refused = directory.refused("PATCH", path, json!({}));
        assert_eq!(refused, "400 invalidSyntax: Operations is a list of operations");
    }
    for (operations, expected) in [
        (json!([{ "op": "remove", "path": "userName" }]), "mutability: userName cannot be removed"),
        (json!([{ "op": "remove", "path": "active" }]), "mutability: active cannot be removed"),
        (
            json!([{ "op": "replace", "path": "userName", "value": "eve" }]),
            "mutability: userName cannot be changed",
        ),
        (
            json!([{ "op": "replace", "path": "active", "value": "no" }]),
            "invalidValue: active is of type boolean",
        ),
        (
            json!([{ "op": "add", "path": "displayName[a eq 1]", "value": "x" }]),
            "invalidPath: displayName has one value",
        ),
    ] {
        let refused = directory.patch_refused(&user, operations.clone());
        assert_eq!(refused, format!("400 {expected}"), "{operations}");
    }
    let renamed = json!([{ "op": "replace", "path": "userName", "value": "ADA" }]);
    assert_eq!(directory.patch(&user, renamed)["userName"], "ada", "case is no change");
    for (operations, expected) in [
        (
            json!([{ "op": "remove", "path": "displayName" }]),
            "mutability: displayName cannot be removed",
        ),
        (
            json!([{ "op": "replace", "path": "members[value eq \"x\"]", "value": "y" }]),
            "invalidPath: members are added, replaced or removed as wholes",
        ),
        (
            json!([{ "op": "remove", "path": "members.value" }]),
            "invalidPath: members are added, replaced or removed as wholes",
        ),
        (
            json!([{ "op": "add", "path": "members", "value": [1] }]),
            "invalidValue: a member is an object whose value is the id of a user",
        ),
    ] {
        let refused = directory.refused("PATCH", &group, patch_of(operations.clone()));
        assert_eq!(refused, format!("400 {expected}"), "{operations}");
    }
}
