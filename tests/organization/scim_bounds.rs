//! Bounds of one request: what directories send is within, and what would hold the twin is refused.

use serde_json::{Value, json};

use super::scim::{Directory, id, patch_of};

/// A directory of a zone with a thousand users, and their ids.
fn thousand() -> (Directory, Vec<String>) {
    let directory = Directory::seeded(
        "[organization]\nname = 'o'\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n\
         [[organization.zone.users]]\ncount = 1000\nname = 'user-{n}'\nkind = 'Synchronized'\n",
    );
    let mut ids = Vec::new();
    for start in (1..1000).step_by(200) {
        let path = format!("/Users?startIndex={start}&count=200&attributes=id");
        ids.extend(
            directory.ok("GET", &path, Value::Null)["Resources"].as_array().unwrap().iter().map(id),
        );
    }
    (directory, ids)
}

/// `number` elements with a type and a value.
fn emails(number: usize) -> Value {
    (0..number)
        .map(|n| json!({ "type": format!("t{n}"), "value": format!("{n}@x.example") }))
        .collect()
}

#[test]
fn the_names_of_a_projection_are_counted_once_each() {
    let directory = Directory::new();
    let user = format!("/Users/{}", directory.user("ada"));
    let group = format!("/Groups/{}", directory.group("staff", &[]));
    let list = |number: usize| (0..number).map(|n| format!("a{n}")).collect::<Vec<_>>().join(",");
    let requests = [
        ("GET", "/Users", Value::Null),
        ("GET", "/Groups", Value::Null),
        ("GET", &user, Value::Null),
        ("GET", &group, Value::Null),
        ("POST", "/Users", json!({ "userName": "new" })),
        ("POST", "/Groups", json!({ "displayName": "new" })),
        ("PUT", &user, json!({ "userName": "ada" })),
        ("PUT", &group, json!({ "displayName": "staff" })),
        ("PATCH", &user, patch_of(json!([]))),
        ("PATCH", &group, patch_of(json!([]))),
    ];
    for (method, path, body) in requests {
        for parameter in ["attributes", "excludedAttributes"] {
            let refused = directory.refused(
                method,
                &format!("{path}?{parameter}={}", list(501)),
                body.clone(),
            );
            assert_eq!(refused, format!("400 invalidValue: {parameter} has at most 500 names"));
        }
    }
    directory.ok("GET", &format!("/Users?attributes={}", list(500)), Value::Null);
    let repeated = format!("/Users?attributes={}", "userName,USERNAME,".repeat(1_000));
    let shown = directory.ok("GET", &repeated, Value::Null);
    assert_eq!(shown["Resources"][0]["userName"], "ada");
}

#[test]
fn a_patch_has_a_thousand_operations_at_most() {
    let directory = Directory::new();
    let user = format!("/Users/{}", directory.user("ada"));
    let group = format!("/Groups/{}", directory.group("staff", &[]));
    let replace =
        |n: usize| json!({ "op": "replace", "path": "externalId", "value": n.to_string() });
    let some = |number: usize| Value::from((0..number).map(replace).collect::<Vec<_>>());
    let part: Value =
        json!((0..501).map(|n| (format!("a{n}"), n.into())).collect::<serde_json::Map<_, _>>());
    let pathless = json!([{ "op": "add", "value": part }, { "op": "add", "value": part }]);
    let long = json!({ "op": "add", "path": format!("a{}", "b".repeat(256 << 10)), "value": 1 });
    for path in [&user, &group] {
        assert_eq!(directory.patch(path, some(1_000))["externalId"], "999");
        for operations in [some(1_001), pathless.clone()] {
            let refused = directory.patch_refused(path, operations);
            assert_eq!(refused, "413: A PATCH has at most 1000 operations.");
        }
        let refused = directory.patch_refused(path, json!([long]));
        assert_eq!(refused, "413: The paths of a PATCH have at most 262144 bytes.");
        assert_eq!(directory.ok("GET", path, Value::Null)["externalId"], "999");
    }
}

#[test]
fn an_attribute_has_a_thousand_values_at_most() {
    let directory = Directory::new();
    let body = |emails| json!({ "userName": "ada", "emails": emails });
    let created = directory.ok("POST", "/Users", body(emails(1_000)));
    let path = format!("/Users/{}", id(&created));
    directory.ok("PUT", &path, body(emails(1_000)));
    let text = "400 invalidValue: emails has at most 1000 values";
    assert_eq!(directory.refused("POST", "/Users", body(emails(1_001))), text);
    assert_eq!(directory.refused("PUT", &path, body(emails(1_001))), text);
    let one_more = json!([{ "op": "add", "path": "emails[type eq \"new\"].value", "value": "n" }]);
    assert_eq!(directory.patch_refused(&path, one_more), text);
    let nested = json!({ "userName": "bob", "urn:x:y": { "list": vec![1; 1_001] } });
    let text = "400 invalidValue: urn:x:y has at most 1000 values";
    assert_eq!(directory.refused("POST", "/Users", nested), text);
    let mut wide: serde_json::Map<_, _> = (0..1_000).map(|n| (format!("a{n}"), n.into())).collect();
    wide.insert("userName".to_owned(), "bob".into());
    let text = "400 invalidValue: a resource has at most 1000 attributes";
    assert_eq!(directory.refused("POST", "/Users", wide.into()), text);
}

#[test]
fn a_patch_compares_a_bounded_number_of_values() {
    let directory = Directory::new();
    let body = json!({ "userName": "ada", "emails": emails(1_000) });
    let path = format!("/Users/{}", id(&directory.ok("POST", "/Users", body)));
    let remove = |filter: &str| json!({ "op": "remove", "path": format!("emails[{filter}]") });
    let replace = |n: usize| {
        let path = format!("emails[type eq \"t{n}\"].value");
        json!({ "op": "replace", "path": path, "value": format!("new{n}") })
    };
    let each: Value = (0..1_000).map(replace).collect();
    assert_eq!(directory.patch(&path, each)["emails"][999]["value"], "new999");
    let before = directory.ok("GET", &path, Value::Null);
    let text = "413: The operations of this PATCH compare too many values.";
    for operation in [
        remove(&format!("type eq \"{}\"", "x".repeat(1_000))),
        json!({ "op": "add", "path": "emails.type", "value": "x".repeat(5_000) }),
        json!({ "op": "remove", "path": "emails", "value": emails(1_000) }),
    ] {
        let mut operations = vec![remove("type eq \"t0\"")];
        operations.extend(vec![operation.clone(); 200]);
        assert_eq!(directory.patch_refused(&path, operations.into()), text, "{operation:.100}");
    }
    assert_eq!(directory.ok("GET", &path, Value::Null), before);
}

#[test]
fn a_thousand_members_come_and_go_in_one_patch() {
    let (directory, ids) = thousand();
    let group = directory.group("staff", &[]);
    let path = format!("/Groups/{group}?excludedAttributes=members");
    let all: Value = ids.iter().map(|id| json!({ "value": id, "display": "User" })).collect();
    let add = json!([{ "op": "add", "path": "members", "value": all }]);
    let by_id = |id: &String| format!("value eq \"{id}\"");
    let each =
        ids.iter().map(|id| json!({ "op": "remove", "path": format!("members[{}]", by_id(id)) }));
    let filter = ids.iter().map(by_id).collect::<Vec<_>>().join(" or ");
    for operations in [
        json!([{ "op": "Remove", "path": "members", "value": all }]),
        json!([{ "op": "remove", "path": format!("members[{filter}]") }]),
        json!([{ "op": "remove", "path": "members[value pr and type eq \"User\"]" }]),
        each.collect(),
    ] {
        directory.patch(&path, add.clone());
        assert_eq!(directory.members(&group), ids);
        directory.patch(&path, operations);
        assert!(directory.members(&group).is_empty());
    }
    directory.patch(&path, add);
    // Only a filter that is not by id is asked about each member.
    let any =
        vec![json!({ "op": "remove", "path": "members[type eq \"x\" or type eq \"y\"]" }); 1_000];
    let refused = directory.patch_refused(&path, any.into());
    assert_eq!(refused, "413: The operations of this PATCH compare too many values.");
}
