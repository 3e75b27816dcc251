//! Users: created, read at once, changed, disabled, listed, deleted when nothing points to them.

use serde_json::{Value, json};

use super::center::{Center, each};

#[test]
fn a_new_user_is_read_at_once_and_its_password_is_shown_once() {
    let center = Center::new();
    let created = center.ok(
        "CreateUser",
        json!({
            "UserName": "Ada.Lovelace@x", "FirstName": "Ada", "LastName": "Lovelace",
            "DisplayName": "Ada L", "Description": "counts", "Email": "ada@example.com",
        }),
    );
    insta::assert_json_snapshot!(created);
    let mut expected = created["UserInfo"].clone();
    expected.as_object_mut().unwrap().remove("Password").unwrap();
    let read = center.ok("GetUser", json!({ "UserId": created["UserInfo"]["UserId"] }));
    assert_eq!(read["UserInfo"], expected);
}

#[test]
fn names_and_addresses_are_of_one_user_whatever_their_case() {
    let center = Center::new();
    let user = |name: &str, email: &str| json!({ "UserName": name, "Email": email });
    let ada = center.ok("CreateUser", user("ada", "a@b.cc"))["UserInfo"]["UserId"].clone();
    let eve = center.user("eve");
    // An empty address is of no user.
    center.user("bob");
    let code = |input| center.code("CreateUser", input);
    assert_eq!(code(user("ADA", "")), "InvalidParameter.UsernameAlreadyExists");
    assert_eq!(code(user("zoe", "A@B.cc")), "InvalidParameter.EmailAlreadyExists");
    let change = json!({ "UserId": eve, "NewEmail": "A@b.cc" });
    assert_eq!(center.code("UpdateUser", change), "InvalidParameter.EmailAlreadyExists");
    center.ok("UpdateUser", json!({ "UserId": ada, "NewEmail": "A@b.cc" }));
    for bad in ["", "a b", "ä", "a/b", &"a".repeat(65)] {
        assert_eq!(code(user(bad, "")), "InvalidParameter.UsernameFormatError", "{bad}");
    }
}

#[test]
fn absent_members_stay_and_empty_ones_are_cleared() {
    let center = Center::new();
    let input = json!({ "UserName": "ada", "DisplayName": "Ada", "Description": "d" });
    let user = center.ok("CreateUser", input)["UserInfo"]["UserId"].clone();
    center.wait(1_000);
    let changed = center
        .ok("UpdateUser", json!({ "UserId": user, "NewDescription": "", "NewLastName": "L" }));
    let info = &changed["UserInfo"];
    assert_eq!(
        [&info["DisplayName"], &info["Description"], &info["LastName"], &info["UpdateTime"]],
        [&json!("Ada"), &json!(""), &json!("L"), &json!("2026-01-31 16:00:01")]
    );
    center.ok("UpdateUserStatus", json!({ "UserId": user, "NewUserStatus": "Disabled" }));
    let info = center.ok("GetUser", json!({ "UserId": user }));
    assert_eq!(info["UserInfo"]["UserStatus"], "Disabled");
}

#[test]
fn an_unknown_user_is_not_found() {
    let center = Center::new();
    for (action, more) in [
        ("GetUser", json!({})),
        ("UpdateUser", json!({})),
        ("UpdateUserStatus", json!({ "NewUserStatus": "Enabled" })),
        ("DeleteUser", json!({})),
        ("ListJoinedGroupsForUser", json!({})),
    ] {
        let mut input = more;
        input["UserId"] = json!("u-000000000000");
        assert_eq!(center.code(action, input), "ResourceNotFound.UserNotExist", "{action}");
    }
}

#[test]
fn a_user_in_a_group_is_deleted_only_after_it_left() {
    let center = Center::new();
    let (user, group) = (center.user("ada"), center.group("staff"));
    center.join(&user, &group);
    let delete = json!({ "UserId": user });
    let code = center.code("DeleteUser", delete.clone());
    assert_eq!(code, "InvalidParameter.UserAlreadyExistsGroup");
    center.ok("RemoveUserFromGroup", json!({ "UserId": user, "GroupId": group }));
    center.ok("DeleteUser", delete.clone());
    assert_eq!(center.code("DeleteUser", delete), "ResourceNotFound.UserNotExist");
    // Its name is free again.
    center.user("ada");
}

#[test]
fn the_zone_takes_as_many_users_as_its_limit() {
    let center = Center::seeded(
        "[organization]\nname = 'o'\nlimits = { users = 1 }\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n",
    );
    center.user("ada");
    let code = center.code("CreateUser", json!({ "UserName": "bob" }));
    assert_eq!(code, "FailedOperation.UserOverUpperLimit");
}

fn names(answer: &Value) -> String {
    each(&answer["Users"], "UserName").join(" ")
}

#[test]
fn pages_go_from_the_newest_to_the_oldest_and_back() {
    let center = Center::new();
    for n in 0..5 {
        center.user(&format!("u{n}"));
        center.wait(1_000);
    }
    let list = |input| center.ok("ListUsers", input);
    let first = list(json!({ "MaxResults": 2 }));
    assert_eq!(names(&first), "u4 u3");
    assert_eq!(
        [&first["TotalCounts"], &first["MaxResults"], &first["IsTruncated"], &first["NextToken"]],
        [&json!(5), &json!(2), &json!(true), &json!("eyJPZmZzZXQiOjJ9")]
    );
    // A token wins over an offset.
    let second = list(json!({ "MaxResults": 2, "NextToken": first["NextToken"], "Offset": 4 }));
    assert_eq!(names(&second), "u2 u1");
    let third = list(json!({ "MaxResults": 2, "NextToken": second["NextToken"] }));
    assert_eq!(
        (names(&third), &third["IsTruncated"], &third["NextToken"]),
        ("u0".to_owned(), &json!(false), &json!(""))
    );
    assert_eq!(names(&list(json!({ "Offset": 3, "SortType": "Asc" }))), "u3 u4");
    assert_eq!(
        names(&list(json!({ "Offset": 3, "SortField": "CreateTime", "SortType": "Desc" }))),
        "u1 u0"
    );
    let code = center.code("ListUsers", json!({ "NextToken": "%" }));
    assert_eq!(code, "InvalidParameter.NextTokenInvalid");
    for size in [0, 101] {
        let code = center.code("ListUsers", json!({ "MaxResults": size }));
        assert_eq!(code, "InvalidParameter.ParamError");
    }
}

#[test]
fn users_are_found_by_text_status_and_type_and_marked_by_group() {
    let center = Center::new();
    let staff = center.group("staff");
    for (name, more) in [
        ("ada", json!({ "Email": "ada@Example.com" })),
        ("bob", json!({ "UserStatus": "Disabled", "Description": "ÉCOLE" })),
        ("eve", json!({ "UserType": "Synchronized", "DisplayName": "Ada's friend" })),
    ] {
        let mut input = more;
        input["UserName"] = json!(name);
        let user = center.ok("CreateUser", input);
        if name == "bob" {
            center.join(user["UserInfo"]["UserId"].as_str().unwrap(), &staff);
        }
    }
    let find = |filter: Value| {
        let answer = center.ok("ListUsers", filter);
        assert_eq!(answer["TotalCounts"], answer["Users"].as_array().unwrap().len());
        names(&answer)
    };
    assert_eq!(find(json!({ "Filter": "EXAMPLE" })), "ada");
    assert_eq!(find(json!({ "Filter": "école" })), "bob");
    assert_eq!(find(json!({ "Filter": "ada" })), "eve ada");
    assert_eq!(find(json!({ "Filter": "userName eq ADA" })), "ada");
    assert_eq!(find(json!({ "Filter": "" })), "eve bob ada");
    assert_eq!(find(json!({ "UserStatus": "Disabled" })), "bob");
    assert_eq!(find(json!({ "UserType": "Synchronized", "UserStatus": "Enabled" })), "eve");
    let marked = center.ok("ListUsers", json!({ "FilterGroups": ["g-000000000000", staff] }));
    let marked = marked["Users"].as_array().unwrap();
    let marked: Vec<_> = marked.iter().map(|user| user["IsSelected"].as_bool().unwrap()).collect();
    assert_eq!(marked, [false, true, false]);
}

/// Few ids are looked up one by one; of many the memberships are read.
#[test]
fn filters_of_any_number_of_ids_mark_the_same() {
    let center = Center::new();
    let (ada, bob) = (center.user("ada"), center.user("bob"));
    let (staff, empty) = (center.group("staff"), center.group("empty"));
    center.join(&ada, &staff);
    let selected = |action: &str, list: &str, input: Value| {
        let listed = center.ok(action, input)[list].take();
        let of = |one: &Value| one["IsSelected"].as_bool().unwrap();
        listed.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    for more in [0, 40, 5_000] {
        // One id comes again and again.
        let groups: Vec<_> = std::iter::repeat_n(&empty, more).chain([&staff]).collect();
        let marked = selected("ListUsers", "Users", json!({ "FilterGroups": groups }));
        assert_eq!(marked, [false, true], "{more}");
    }
    for number in 0..20 {
        center.group(&format!("more{number}"));
    }
    let groups = center.ok("ListGroups", json!({ "MaxResults": 100 }))["Groups"].take();
    let groups = each(&groups, "GroupId");
    let marked = selected("ListUsers", "Users", json!({ "FilterGroups": groups }));
    assert_eq!(marked, [false, true]);
    let users: Vec<_> = (0..20).map(|number| center.user(&format!("u{number}"))).collect();
    let users: Vec<_> = users.iter().chain([&ada, &bob]).collect();
    let find = json!({ "FilterUsers": users, "Filter": "staff" });
    assert_eq!(selected("ListGroups", "Groups", find), [true]);
    let find = json!({ "FilterUsers": users[..21], "Filter": "empty" });
    assert_eq!(selected("ListGroups", "Groups", find), [false]);
}

/// While a directory writes them, only it may change them (guide 66367).
#[test]
fn synchronized_users_can_be_changed_once_the_switch_is_off() {
    let center = Center::seeded(
        "[organization]\nname = 'o'\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\nscim_enabled = true\n[[organization.zone.user]]\nname = 'eve'\nkind = 'Synchronized'\n",
    );
    let user = center.ok("ListUsers", json!({}))["Users"][0]["UserId"].clone();
    for (action, more, code) in [
        ("UpdateUser", json!({}), "FailedOperation.SynchronizedUserNotUpdate"),
        (
            "UpdateUserStatus",
            json!({ "NewUserStatus": "Disabled" }),
            "FailedOperation.SynchronizedUserNotUpdate",
        ),
        ("DeleteUser", json!({}), "FailedOperation.SynchronizedUserNotDelete"),
    ] {
        let mut input = more;
        input["UserId"] = user.clone();
        assert_eq!(center.code(action, input), code, "{action}");
    }
}
