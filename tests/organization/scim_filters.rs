//! Lists: filters, order, pages, and which attributes an answer has.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::scim::{Directory, id};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A list of these parameters.
fn list(directory: &Directory, kind: &str, parameters: &[(&str, &str)]) -> Value {
    directory.ok("GET", &target(kind, parameters), Value::Null)
}

fn target(kind: &str, parameters: &[(&str, &str)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = parameters.iter().map(|(name, value)| format!("{name}={}", encoded(value)));
    format!("/{kind}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// The names of what is listed.
fn names(listed: &Value) -> Vec<&str> {
    let mut names = Vec::new();
    for one in listed["Resources"].as_array().unwrap() {
        let name = one.get("userName").or(one.get("displayName"));
        names.push(name.unwrap().as_str().unwrap());
    }
    names
}

/// Three users: Ada has all attributes, bob has some, cyd is disabled.
fn people() -> Directory {
    let directory = Directory::new();
    for user in [
        json!({
            "userName": "Ada", "externalId": "X-a", "displayName": "Ada Lovelace", "active": true,
            "name": { "givenName": "Ada", "familyName": "Lovelace" }, "title": "Countess",
            "emails": [
                { "value": "ada@work.example", "type": "work", "primary": true },
                { "value": "ada@home.example", "type": "home" },
            ],
            "level": 7, ENTERPRISE: { "department": "Engines" },
        }),
        json!({
            "userName": "bob", "externalId": "x-b", "displayName": "Bob \"B\" Boole",
            "emails": [{ "value": "bob@work.example", "type": "other" }],
        }),
        json!({ "userName": "cyd", "active": false }),
    ] {
        directory.ok("POST", "/Users", user);
        directory.center.wait(1_000);
    }
    directory
}

#[test]
fn filters_of_users_find_whom_they_describe() {
    let directory = people();
    for (filter, expected) in [
        (r#"userName eq "ada""#, "Ada"),
        (r#"USERNAME EQ "ADA""#, "Ada"),
        (r#"urn:ietf:params:scim:schemas:core:2.0:User:userName eq "Ada""#, "Ada"),
        (r#"userName ne "ada""#, "bob cyd"),
        (r#"userName sw "b""#, "bob"),
        (r#"userName co "d""#, "Ada cyd"),
        (r#"userName ew "D""#, "cyd"),
        (r#"userName gt "b""#, "bob cyd"),
        (r#"userName le "bob""#, "Ada bob"),
        (r#"externalId eq "X-a""#, "Ada"),
        (r#"externalId eq "x-a""#, ""),
        (r#"externalId sw "X""#, "Ada"),
        ("externalId pr", "Ada bob"),
        ("not (externalId pr)", "cyd"),
        ("externalId eq null", "cyd"),
        ("externalId ne null", "Ada bob"),
        ("active eq true", "Ada bob"),
        (r#"active eq "False""#, "cyd"),
        ("active ne true", "cyd"),
        ("level ge 7", "Ada"),
        ("level lt 7", ""),
        (r#"displayName eq "bob \"b\" boole""#, "bob"),
        (r#"name.familyName eq "lovelace""#, "Ada"),
        (r#"emails eq "ADA@home.example""#, "Ada"),
        (r#"emails.type eq "other""#, "bob"),
        (r#"emails co "work""#, "Ada bob"),
        (r#"emails[type eq "work" and value ew ".example"]"#, "Ada"),
        (r#"emails[type eq "home" and value co "work"]"#, ""),
        (r#"emails[not (type eq "work")]"#, "Ada bob"),
        (r#"emails[primary eq true or type eq "other"]"#, "Ada bob"),
        (
            r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "engines""#,
            "Ada",
        ),
        (r#"title pr and userName sw "a""#, "Ada"),
        (r#"userName eq "bob" or userName eq "cyd" and active eq true"#, "bob"),
        (r#"(userName eq "bob" or userName eq "cyd") and active eq false"#, "cyd"),
        (r#"meta.lastModified gt "2026-01-31T08:00:00Z""#, "bob cyd"),
        (r#"meta.created lt "2026-01-31T16:00:02+08:00""#, "Ada bob"),
        (r#"nonsense eq "x""#, ""),
    ] {
        let found = list(&directory, "Users", &[("filter", filter)]);
        assert_eq!(names(&found).join(" "), expected, "{filter}");
        assert_eq!(found["totalResults"], found["itemsPerPage"], "{filter}");
    }
}

#[test]
fn filters_of_groups_find_those_with_a_member() {
    let directory = people();
    let users = list(&directory, "Users", &[]);
    let ids: Vec<_> = users["Resources"].as_array().unwrap().iter().map(id).collect();
    let staff = directory.group("staff", &[&ids[0], &ids[1]]);
    directory.group("guests", &[]);
    for (filter, expected) in [
        (r#"displayName eq "STAFF""#.to_owned(), "staff"),
        (format!(r#"id eq "{staff}" and members eq "{}""#, ids[1]), "staff"),
        (format!(r#"members.value eq "{}""#, ids[2]), ""),
        (format!(r#"members[value eq "{}"]"#, ids[0]), "staff"),
        ("members pr".to_owned(), "staff"),
        (r#"displayName sw "g""#.to_owned(), "guests"),
    ] {
        let parameters = [("filter", filter.as_str()), ("excludedAttributes", "members")];
        let found = list(&directory, "Groups", &parameters);
        assert_eq!(names(&found).join(" "), expected, "{filter}");
        assert!(
            found["Resources"].as_array().unwrap().iter().all(|one| one.get("members").is_none())
        );
    }
}

#[test]
fn what_is_no_filter_is_refused() {
    let directory = people();
    for filter in [
        "userName",
        "userName eq",
        r#"userName like "a""#,
        r#"userName eq "a"#,
        "userName eq a",
        r#"(userName eq "a""#,
        r#"userName eq "a" and"#,
        r#"emails[type eq "work""#,
        r#"not userName eq "a""#,
        r#"1 eq "a""#,
        r#"userName eq "a")"#,
    ] {
        for kind in ["Users", "Groups"] {
            let refused =
                directory.refused("GET", &target(kind, &[("filter", filter)]), Value::Null);
            assert!(refused.starts_with("400 invalidFilter: "), "{filter}: {refused}");
        }
    }
    let deep = format!("{}userName pr{}", "(".repeat(100), ")".repeat(100));
    let refused = directory.refused("GET", &target("Users", &[("filter", &deep)]), Value::Null);
    assert!(refused.starts_with("400 invalidFilter: "), "{refused}");
}

#[test]
fn pages_begin_with_one_and_have_bounds() {
    let directory = people();
    let page = |parameters: &[(&str, &str)]| {
        let page = list(&directory, "Users", parameters);
        let numbers = ["totalResults", "startIndex", "itemsPerPage"];
        let numbers = numbers.map(|name| page[name].to_string()).join(" ");
        format!("{numbers}: {}", names(&page).join(" "))
    };
    assert_eq!(page(&[]), "3 1 3: Ada bob cyd");
    assert_eq!(page(&[("startIndex", "2"), ("count", "1")]), "3 2 1: bob");
    assert_eq!(page(&[("startIndex", "0"), ("count", "2")]), "3 1 2: Ada bob");
    assert_eq!(page(&[("startIndex", "9")]), "3 9 0: ");
    assert_eq!(page(&[("count", "0")]), "3 1 0: ");
    assert_eq!(page(&[("count", "-1")]), "3 1 0: ");
    assert_eq!(page(&[("count", "100000"), ("filter", "active pr")]), "3 1 3: Ada bob cyd");
    let filter = ("filter", r#"userName co "d""#);
    assert_eq!(page(&[filter, ("startIndex", "2")]), "2 2 1: cyd");
    assert_eq!(page(&[filter, ("count", "1")]), "2 1 1: Ada");
    for (name, value, why) in [
        ("count", "many", "count is of type integer"),
        ("startIndex", "1.5", "startIndex is of type integer"),
        ("sortOrder", "up", "sortOrder is one of ascending, descending"),
    ] {
        let refused = directory.refused("GET", &target("Users", &[(name, value)]), Value::Null);
        assert_eq!(refused, format!("400 invalidValue: {why}"));
    }
}

#[test]
fn resources_are_sorted_by_any_attribute() {
    let directory = people();
    let sorted = |by: &str, order: &str| {
        let page = list(&directory, "Users", &[("sortBy", by), ("sortOrder", order)]);
        names(&page).join(" ")
    };
    assert_eq!(sorted("userName", ""), "Ada bob cyd");
    assert_eq!(sorted("userName", "descending"), "cyd bob Ada");
    assert_eq!(sorted("emails", "Ascending"), "Ada bob cyd");
    assert_eq!(sorted("externalId", "descending"), "cyd bob Ada");
    assert_eq!(sorted("meta.created", "descending"), "cyd bob Ada");
    assert_eq!(sorted("%", ""), "Ada bob cyd");
    let page = [("sortBy", "userName"), ("sortOrder", "descending"), ("count", "1")];
    assert_eq!(names(&list(&directory, "Users", &page)), ["cyd"]);
}

#[test]
fn an_answer_has_the_attributes_that_are_asked_for() {
    let directory = people();
    let shown = |name: &str, value: &str| {
        let page = list(&directory, "Users", &[("count", "1"), (name, value)]);
        let mut one = page["Resources"][0].clone();
        let one = one.as_object_mut().unwrap();
        assert!(one.remove("id").is_some() && one.remove("schemas").is_some());
        one.clone()
    };
    let chosen = |value: &str| json!(shown("attributes", value));
    assert_eq!(chosen("username"), json!({ "userName": "Ada" }));
    assert_eq!(chosen("id, name.givenName,%"), json!({ "name": { "givenName": "Ada" } }));
    let expected = json!({ "emails": [{ "type": "work" }, { "type": "home" }] });
    assert_eq!(chosen("emails.type"), expected);
    let department = json!({ ENTERPRISE: { "department": "Engines" } });
    assert_eq!(chosen(&format!("{ENTERPRISE}:department")), department);
    assert_eq!(chosen(ENTERPRISE), department);
    let core = "urn:ietf:params:scim:schemas:core:2.0:User:userName";
    assert_eq!(chosen(core), json!({ "userName": "Ada" }));
    for (without, left) in
        [("emails,id,schemas", 9), ("emails.type", 10), (ENTERPRISE, 9), ("x", 10)]
    {
        assert_eq!(shown("excludedAttributes", without).len(), left, "{without}");
    }
    assert!(shown("excludedAttributes", "emails.type")["emails"][0].get("type").is_none());
    // Of one resource, and of what a write answers, too.
    let ada = id(&list(&directory, "Users", &[])["Resources"][0]);
    let one = directory.ok("GET", &format!("/Users/{ada}?attributes=active"), Value::Null);
    let mut names: Vec<_> = one.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["active", "id", "schemas"]);
    let body = json!({ "userName": "dora", "active": true });
    let created = directory.ok("POST", "/Users?excludedAttributes=meta", body);
    assert!(created.get("meta").is_none() && created.get("userName").is_some());
}
