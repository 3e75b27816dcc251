//! Linking accounts: who leads, what moves, what is refused, and what ends a link.

use serde_json::{Value, json};

use super::directory::{Directory, NOBODY, only, text};

fn link(primary: &str, secondary: &str, attribute: &str) -> Value {
    json!({
        "PrimaryUserId": primary, "SecondaryUserId": secondary, "UserLinkedOnAttribute": attribute,
    })
}

/// Name, phone, email and rank of everybody, newest first.
fn standing(people: &Directory) -> Value {
    let page = people.page("ListUser", json!({ "Original": true }));
    let members = ["UserName", "PhoneNumber", "Email", "Primary"];
    page["Content"].as_array().unwrap().iter().map(|user| only(user, &members)).collect()
}

/// The id of an imported user.
fn imported(people: &Directory, row: Value) -> String {
    people.import(json!([row]));
    text(&people.page("ListUser", json!({}))["Content"][0]["UserId"])
}

#[test]
fn a_link_makes_one_lead_and_the_other_follow() {
    let people = Directory::new();
    let (ann, anna) = (people.user("ann"), people.user("anna"));
    let (mut first, mut second) = (people.read(&ann), people.read(&anna));
    people.wait(1_000);
    assert_eq!(people.ok("LinkAccount", link(&ann, &anna, "PHONENUMBER")), json!({}));
    first["LastModifiedDate"] = people.now().into();
    second["LastModifiedDate"] = people.now().into();
    second["Primary"] = false.into();
    assert_eq!((people.read(&ann), people.read(&anna)), (first, second));
    // The one that follows stays, is listed, counted and found.
    assert_eq!(people.names("ListUser", json!({})), "anna ann");
    let input = json!({ "PropertyCode": "email", "PropertyValue": "anna@example.com" });
    assert_eq!(people.ok("ListUserByProperty", input)["Users"][0]["UserName"], "anna");
}

#[test]
fn what_links_them_moves_to_a_primary_that_lacks_it() {
    let people = Directory::new();
    let bare = imported(&people, json!({ "UserName": "bare" }));
    let (ann, bob) = (people.user("ann"), people.user("bob"));
    people.ok("LinkAccount", link(&bare, &ann, "PHONENUMBER"));
    people.ok("LinkAccount", link(&bare, &bob, "EMAIL"));
    insta::assert_json_snapshot!(standing(&people), @r#"
    [
      {
        "Email": null,
        "PhoneNumber": "+86-13800000002",
        "Primary": false,
        "UserName": "bob"
      },
      {
        "Email": "ann@example.com",
        "PhoneNumber": null,
        "Primary": false,
        "UserName": "ann"
      },
      {
        "Email": "bob@example.com",
        "PhoneNumber": "+86-13800000001",
        "Primary": true,
        "UserName": "bare"
      }
    ]
    "#);
    // What was given away is still unique.
    let mut input = people.new_user("carl");
    input["Email"] = "BOB@example.com".into();
    assert_eq!(people.code("CreateUser", input), "FailedOperation.EmailAlreadyExists");
}

#[test]
fn nothing_moves_where_the_primary_has_its_own_or_the_secondary_has_none() {
    let people = Directory::new();
    let bare = imported(&people, json!({ "UserName": "bare" }));
    let (ann, bob) = (people.user("ann"), people.user("bob"));
    let before = standing(&people);
    people.ok("LinkAccount", link(&ann, &bare, "EMAIL"));
    people.ok("LinkAccount", link(&ann, &bob, "EMAIL"));
    let ranks = |all: &Value| {
        let ranks = all.as_array().unwrap().iter().map(|user| user["Primary"].as_bool().unwrap());
        ranks.collect::<Vec<_>>()
    };
    let mut after = standing(&people);
    assert_eq!(ranks(&after), [false, true, false]);
    for user in after.as_array_mut().unwrap() {
        user["Primary"] = true.into();
    }
    assert_eq!(after, before);
}

#[test]
fn a_link_needs_two_free_users_and_a_known_attribute() {
    let people = Directory::new();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| people.user(name));
    people.ok("LinkAccount", link(&a, &b, "EMAIL"));
    for (primary, secondary, attribute, code) in [
        (NOBODY, c.as_str(), "EMAIL", "FailedOperation.PrimaryUserNotFound"),
        (c.as_str(), NOBODY, "EMAIL", "FailedOperation.SecondaryUserNotFound"),
        (NOBODY, NOBODY, "EMAIL", "InvalidParameter.ParameterIllegal"),
        (&c, &c, "EMAIL", "InvalidParameter.ParameterIllegal"),
        (&c, &d, "USERNAME", "FailedOperation.InvalidUserStatusEnum"),
        (&c, &d, "email", "FailedOperation.InvalidUserStatusEnum"),
        // Linked before: to the same, to another, as a leader, and who leads may not follow.
        (&a, &b, "EMAIL", "FailedOperation.AccountAlreadyBeLinked"),
        (&c, &b, "PHONENUMBER", "FailedOperation.AccountAlreadyBeLinked"),
        (&b, &c, "EMAIL", "FailedOperation.AccountAlreadyBeLinked"),
        (&b, &a, "EMAIL", "FailedOperation.AccountAlreadyBeLinked"),
        (&c, &a, "EMAIL", "FailedOperation.AccountAlreadyBeLinked"),
    ] {
        let refused = people.code("LinkAccount", link(primary, secondary, attribute));
        assert_eq!(refused, code, "{primary} {secondary} {attribute}");
    }
    people.ok("LinkAccount", link(&a, &c, "EMAIL"));
    people.ok("LinkAccount", link(&a, &d, "PHONENUMBER"));
    let ranks = [&a, &b, &c, &d].map(|id| people.read(id)["Primary"].as_bool().unwrap());
    assert_eq!(ranks, [true, false, false, false]);
}

#[test]
fn deleting_the_primary_sets_its_secondaries_free() {
    let people = Directory::new();
    let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| people.user(name));
    people.ok("LinkAccount", link(&a, &b, "EMAIL"));
    people.ok("LinkAccount", link(&a, &c, "EMAIL"));
    people.ok("DeleteUsers", json!({ "UserIds": [a] }));
    assert_eq!([&b, &c].map(|id| people.read(id)["Primary"] == true), [true, true]);
    people.ok("LinkAccount", link(&c, &b, "EMAIL"));
    people.ok("LinkAccount", link(&c, &d, "EMAIL"));
}

#[test]
fn a_primary_whose_secondaries_are_gone_may_follow() {
    let people = Directory::new();
    let [a, b, c] = ["a", "b", "c"].map(|name| people.user(name));
    people.ok("LinkAccount", link(&a, &b, "EMAIL"));
    people.ok("DeleteUsers", json!({ "UserIds": [b] }));
    assert_eq!(people.read(&a)["Primary"], true);
    people.ok("LinkAccount", link(&c, &a, "EMAIL"));
    assert_eq!(people.read(&a)["Primary"], false);
}
