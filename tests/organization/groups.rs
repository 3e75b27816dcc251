//! Groups and who is in them.

use serde_json::{Value, json};

use super::center::{Center, each};

#[test]
fn a_group_is_created_renamed_and_deleted_when_it_is_empty() {
    let center = Center::new();
    let input = json!({ "GroupName": "Staff-1", "Description": "d" });
    let created = center.ok("CreateGroup", input.clone());
    insta::assert_json_snapshot!(created);
    let group = &created["GroupInfo"]["GroupId"];
    assert_eq!(center.ok("GetGroup", json!({ "GroupId": group })), created);
    let taken = json!({ "GroupName": "STAFF-1" });
    assert_eq!(center.code("CreateGroup", taken), "InvalidParameter.GroupNameAlreadyExists");
    // A group may be given its own name.
    center.ok("UpdateGroup", json!({ "GroupId": group, "NewGroupName": "staff-1" }));
    center.group("other");
    let rename = json!({ "GroupId": group, "NewGroupName": "Other" });
    assert_eq!(center.code("UpdateGroup", rename), "InvalidParameter.GroupNameAlreadyExists");
    let user = center.user("ada");
    center.join(&user, group.as_str().unwrap());
    let delete = json!({ "GroupId": group });
    let code = center.code("DeleteGroup", delete.clone());
    assert_eq!(code, "FailedOperation.DeleteGroupNotAllowExistUser");
    center.ok("RemoveUserFromGroup", json!({ "UserId": user, "GroupId": group }));
    center.ok("DeleteGroup", delete);
    for bad in ["", "a b", "a_b", &"a".repeat(129)] {
        let code = center.code("CreateGroup", json!({ "GroupName": bad }));
        assert_eq!(code, "InvalidParameter.GroupNameFormatError", "{bad}");
    }
}

#[test]
fn an_unknown_group_is_refused_everywhere() {
    let center = Center::new();
    let user = center.user("ada");
    for action in [
        "GetGroup",
        "UpdateGroup",
        "DeleteGroup",
        "AddUserToGroup",
        "RemoveUserFromGroup",
        "ListGroupMembers",
    ] {
        let mut input = json!({ "GroupId": "g-000000000000" });
        if action.ends_with("Group") && action.contains("User") {
            input["UserId"] = json!(user);
        }
        assert_eq!(center.code(action, input), "InvalidParameter.GroupNotExist", "{action}");
    }
}

#[test]
fn members_join_once_leave_once_and_are_listed() {
    let center = Center::new();
    let (ada, bob, staff) = (center.user("ada"), center.user("bob"), center.group("staff"));
    let member = |user: &str| json!({ "UserId": user, "GroupId": staff });
    center.join(&ada, &staff);
    center.wait(1_000);
    center.join(&bob, &staff);
    let code = |action, input| center.code(action, input);
    assert_eq!(code("AddUserToGroup", member(&ada)), "InvalidParameter.GroupUserAlreadyExists");
    assert_eq!(code("AddUserToGroup", member("u-000000000000")), "ResourceNotFound.UserNotExist");
    insta::assert_json_snapshot!(center.ok("ListGroupMembers", json!({ "GroupId": staff })));
    let page = center.ok("ListGroupMembers", json!({ "GroupId": staff, "MaxResults": 1 }));
    let next = json!({ "GroupId": staff, "MaxResults": 1, "NextToken": page["NextToken"] });
    assert_eq!(each(&center.ok("ListGroupMembers", next)["GroupMembers"], "UserName"), ["bob"]);
    let other = json!({ "GroupId": staff, "UserType": "Synchronized" });
    assert_eq!(center.ok("ListGroupMembers", other)["TotalCounts"], 0);
    insta::assert_json_snapshot!(center.ok("ListJoinedGroupsForUser", json!({ "UserId": bob })));
    center.ok("RemoveUserFromGroup", member(&ada));
    for user in [ada.as_str(), "u-000000000000"] {
        let code = code("RemoveUserFromGroup", member(user));
        assert_eq!(code, "InvalidParameter.GroupUserNotExist", "{user}");
    }
    let group = center.ok("GetGroup", json!({ "GroupId": staff }));
    assert_eq!(group["GroupInfo"]["MemberCount"], 1);
}

#[test]
fn groups_are_found_and_marked() {
    let center = Center::new();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    center.group("guests");
    center.ok("CreateGroup", json!({ "GroupName": "hr", "GroupType": "Synchronized" }));
    center.join(&ada, &staff);
    let find = |filter: Value| {
        let answer = center.ok("ListGroups", filter);
        assert_eq!(answer["TotalCounts"], answer["Groups"].as_array().unwrap().len());
        each(&answer["Groups"], "GroupName").join(" ")
    };
    assert_eq!(find(json!({})), "hr guests staff");
    assert_eq!(find(json!({ "SortType": "Asc" })), "staff guests hr");
    assert_eq!(find(json!({ "Filter": "ST" })), "guests staff");
    assert_eq!(find(json!({ "Filter": "name eq Staff" })), "staff");
    assert_eq!(find(json!({ "GroupType": "Synchronized" })), "hr");
    let marked = center.ok("ListGroups", json!({ "FilterUsers": [ada] }));
    let marked = marked["Groups"].as_array().unwrap();
    let marked: Vec<_> =
        marked.iter().map(|group| group["IsSelected"].as_bool().unwrap()).collect();
    assert_eq!(marked, [false, false, true]);
    let code = center.code("ListGroups", json!({ "NextToken": "%" }));
    assert_eq!(code, "InvalidParameter.NextTokenInvalid");
    let code = center.code("ListGroups", json!({ "MaxResults": 0 }));
    assert_eq!(code, "InvalidParameter.ParamError");
}

#[test]
fn limits_of_groups_and_memberships_hold() {
    let center = Center::seeded(
        "[organization]\nname = 'o'\nlimits = { groups = 2, users_per_group = 1, groups_per_user = 1 }\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n",
    );
    let (ada, bob) = (center.user("ada"), center.user("bob"));
    let (one, two) = (center.group("one"), center.group("two"));
    let code = center.code("CreateGroup", json!({ "GroupName": "three" }));
    assert_eq!(code, "FailedOperation.GroupOverUpperLimit");
    center.join(&ada, &one);
    let code = center.code("AddUserToGroup", json!({ "UserId": bob, "GroupId": one }));
    assert_eq!(code, "FailedOperation.GroupUserCountOverUpperLimit");
    let code = center.code("AddUserToGroup", json!({ "UserId": ada, "GroupId": two }));
    assert_eq!(code, "FailedOperation.UserAddGroupCountOverUpperLimit");
}

#[test]
fn a_directory_keeps_its_groups_to_itself() {
    let center = Center::seeded(
        "[organization]\nname = 'o'\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\nscim_enabled = true\n[[organization.zone.group]]\nname = 'hr'\nkind = 'Synchronized'\n[[organization.zone.user]]\nname = 'eve'\nkind = 'Synchronized'\ngroups = ['hr']\n",
    );
    let group = center.ok("ListGroups", json!({}))["Groups"][0]["GroupId"].clone();
    let eve = center.ok("ListUsers", json!({}))["Users"][0]["UserId"].clone();
    let member = json!({ "GroupId": group, "UserId": eve });
    for (action, code) in [
        ("UpdateGroup", "FailedOperation.SynchronizedGroupNotUpdate"),
        ("DeleteGroup", "FailedOperation.SynchronizedGroupNotDelete"),
    ] {
        assert_eq!(center.code(action, json!({ "GroupId": group })), code, "{action}");
    }
    for (action, code) in [
        ("AddUserToGroup", "FailedOperation.SynchronizedGroupNotAddUser"),
        ("RemoveUserFromGroup", "FailedOperation.SynchronizedGroupNotRemoveUser"),
    ] {
        assert_eq!(center.code(action, member.clone()), code, "{action}");
    }
    let manual = center.group("staff");
    let code = center.code("AddUserToGroup", json!({ "GroupId": manual, "UserId": eve }));
    assert_eq!(code, "FailedOperation.GroupTypeUserTypeNotMatch");
}

/// Pages in the second half are read from the end.
#[test]
fn pages_of_members_are_in_the_order_of_the_users_from_whichever_end_they_are_read() {
    let center = Center::new();
    let staff = center.group("staff");
    let users: Vec<_> = (0..7).map(|n| center.user(&format!("u{n}"))).collect();
    users.iter().rev().for_each(|user| center.join(user, &staff));
    for size in 1..9 {
        let (mut listed, mut token) = (Vec::new(), json!(""));
        loop {
            let input = json!({ "GroupId": staff, "MaxResults": size, "NextToken": token });
            let page = center.ok("ListGroupMembers", input);
            listed.extend(each(&page["GroupMembers"], "UserId"));
            if page["IsTruncated"] == false {
                break;
            }
            token = page["NextToken"].clone();
        }
        assert_eq!(listed, users, "{size}");
    }
}
