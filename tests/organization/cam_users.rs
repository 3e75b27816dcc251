//! What user syncs do to the CAM users of an account, and the path that shows and places them.

use serde_json::{Value, json};

use super::center::{Center, MEMBER};
use super::syncing::{TASK_MS, but, item, organization};
use crate::client::World;

fn take_over(principal: &str) -> Value {
    but(item(principal, MEMBER), json!({ "DuplicationStrategy": "TakeOver" }))
}

fn keep(principal: &str) -> Value {
    but(item(principal, MEMBER), json!({ "DeletionStrategy": "Keep" }))
}

fn leave(center: &Center, user: &str, group: &str) {
    center.ok("RemoveUserFromGroup", json!({ "UserId": user, "GroupId": group }));
}

/// What became of a sync's task.
fn outcome(center: &Center, item: Value) -> String {
    let (_, task) = center.begin(item);
    center.wait(TASK_MS);
    center.task(&task)
}

#[test]
fn a_sync_creates_a_cam_user_of_the_same_name_when_its_task_is_done() {
    let center = Center::slow();
    let ada = center.user("Ada");
    let (_, task) = center.begin(item(&ada, MEMBER));
    assert_eq!(center.cam(MEMBER), "");
    center.wait(TASK_MS);
    assert_eq!(center.cam(MEMBER), format!("Ada({ada})"));
    assert_eq!((center.task(&task), center.cam(MEMBER + 1)), ("Success".into(), String::new()));
}

#[test]
fn a_taken_name_gets_a_suffix_and_if_that_is_taken_too_the_task_fails() {
    let center = Center::new();
    let ada = center.user("ada");
    center.place(json!([{ "name": "ADA" }]));
    let sync = center.sync(item(&ada, MEMBER));
    assert_eq!(center.cam(MEMBER), format!("ADA ada_cic({ada})"));
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), "ADA");
    center.place(json!([{ "name": "ada" }, { "name": "ada_CIC" }]));
    let (sync, task) = center.begin(item(&ada, MEMBER));
    assert_eq!(center.task(&task), "Failed: CAM users \"ada\" and \"ada_cic\" exist already");
    assert_eq!(center.cam(MEMBER), "ada ada_CIC");
    // The sync is there, and can be deleted.
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), "ada ada_CIC");
}

#[test]
fn a_cam_user_is_taken_over_with_its_keys_unless_it_is_special() {
    let center = Center::new();
    let (ada, bob) = (center.user("ada"), center.user("bob"));
    center.place(json!([{ "name": "ada", "has_access_keys": true }, { "name": "bob", "kind": "Collaborator" }]));
    center.sync(take_over(&ada));
    assert_eq!(
        outcome(&center, take_over(&bob)),
        "Failed: FailedOperation.TakeOverUnsupportedUserType: CAM user \"bob\" cannot be taken over"
    );
    assert_eq!(center.cam(MEMBER), format!("ada+({ada}) bob!"));
}

#[test]
fn nobody_takes_over_the_synced_cam_user_of_another() {
    let center = Center::new();
    let (ada, other) = (center.user("ada"), center.user("ada_cic"));
    center.place(json!([{ "name": "ada" }]));
    center.sync(item(&ada, MEMBER));
    let failed = outcome(&center, take_over(&other));
    assert!(failed.contains("TakeOverUnsupportedUserType"), "{failed}");
    assert_eq!(center.cam(MEMBER), format!("ada ada_cic({ada})"));
}

#[test]
fn a_deleted_sync_deletes_its_cam_users_or_keeps_them_as_ordinary_ones() {
    let center = Center::new();
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| center.user(name));
    center.place(json!([{ "name": "eve" }]));
    let syncs = [item(&ada, MEMBER), keep(&bob), take_over(&eve)].map(|item| center.sync(item));
    assert_eq!(center.cam(MEMBER), format!("ada({ada}) bob({bob}) eve({eve})"));
    for sync in &syncs {
        assert_eq!(center.delete_sync(sync), "Success");
    }
    // The one that was taken over was a synced one.
    assert_eq!(center.cam(MEMBER), "bob");
    // What was kept is an ordinary CAM user: its name is taken, and it can be taken over.
    let again = center.sync(item(&bob, MEMBER));
    assert_eq!(center.cam(MEMBER), format!("bob bob_cic({bob})"));
    assert_eq!(center.delete_sync(&again), "Success");
    center.sync(take_over(&bob));
    assert_eq!(center.cam(MEMBER), format!("bob({bob})"));
}

#[test]
fn the_strategies_of_the_moment_count() {
    let center = Center::new();
    let ada = center.user("ada");
    let sync = center.sync(item(&ada, MEMBER));
    center.ok(
        "UpdateUserSyncProvisioning",
        json!({ "UserProvisioningId": sync, "NewDeletionStrategy": "Keep" }),
    );
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), "ada");
}

#[test]
fn a_cam_user_with_access_keys_resists_until_the_keys_are_gone() {
    let center = Center::new();
    let ada = center.user("ada");
    let sync = center.sync(item(&ada, MEMBER));
    center.place(json!([{ "name": "ada", "has_access_keys": true }]));
    assert_eq!(
        center.delete_sync(&sync),
        "Failed: FailedOperation.SyncUserHasAccessKey: CAM user \"ada\" has access keys"
    );
    center.ok("GetUserSyncProvisioning", json!({ "UserProvisioningId": sync }));
    assert_eq!(center.cam(MEMBER), format!("ada+({ada})"));
    let code = center.code("DeleteUser", json!({ "UserId": ada }));
    assert_eq!(code, "FailedOperation.UserProvisioningExists");
    center.place(json!([{ "name": "ada" }]));
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), "");
    // Kept ones do not resist.
    let sync = center.sync(keep(&ada));
    center.place(json!([{ "name": "ada", "has_access_keys": true }]));
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), "ada+");
}

#[test]
fn a_group_covers_its_members_present_and_future() {
    let center = Center::slow();
    let [ada, bob, eve, zoe] = ["ada", "bob", "eve", "zoe"].map(|name| center.user(name));
    let staff = center.group("staff");
    center.join(&ada, &staff);
    let (sync, task) = center.begin(item(&staff, MEMBER));
    // Who joins before the task starts is there when it does.
    center.join(&bob, &staff);
    assert_eq!(center.cam(MEMBER), "");
    center.wait(TASK_MS);
    assert_eq!(center.cam(MEMBER), format!("ada({ada}) bob({bob})"));
    assert_eq!(center.task(&task), "Success");
    center.join(&eve, &staff);
    leave(&center, &ada, &staff);
    assert_eq!(center.cam(MEMBER), format!("bob({bob}) eve({eve})"));
    // Also while the deletion runs, which may fail.
    let task = center.end(&sync);
    center.join(&zoe, &staff);
    assert_eq!(center.cam(MEMBER), format!("bob({bob}) eve({eve}) zoe({zoe})"));
    center.wait(TASK_MS);
    assert_eq!((center.task(&task), center.cam(MEMBER)), ("Success".into(), String::new()));
    // The group is of no sync any more.
    center.join(&ada, &staff);
    assert_eq!(center.cam(MEMBER), "");
}

#[test]
fn who_leaves_a_group_is_treated_as_its_sync_says() {
    let center = Center::new();
    let (ada, staff) = (center.user("ada"), center.group("staff"));
    center.join(&ada, &staff);
    let sync = center.sync(keep(&staff));
    leave(&center, &ada, &staff);
    assert_eq!(center.cam(MEMBER), "ada");
    center.ok("UpdateUserSyncProvisioning", json!({ "UserProvisioningId": sync, "NewDeletionStrategy": "Delete", "NewDuplicationStateful": "TakeOver" }));
    center.join(&ada, &staff);
    assert_eq!(center.cam(MEMBER), format!("ada({ada})"));
    // Access keys keep it in the account, and nothing can tell of it.
    center.place(json!([{ "name": "ada", "has_access_keys": true }]));
    leave(&center, &ada, &staff);
    assert_eq!(center.cam(MEMBER), "ada+");
    // The user is of no sync, and can go.
    center.ok("DeleteUser", json!({ "UserId": ada }));
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), "ada+");
}

#[test]
fn a_member_whose_name_is_taken_fails_the_task_and_stops_no_other() {
    let center = Center::new();
    let [ada, bob, eve] = ["ada", "bob", "eve"].map(|name| center.user(name));
    let staff = center.group("staff");
    for user in [&ada, &bob, &eve] {
        center.join(user, &staff);
    }
    center.place(json!([{ "name": "bob" }, { "name": "bob_cic" }, { "name": "eve" }]));
    let (sync, task) = center.begin(item(&staff, MEMBER));
    assert_eq!(center.task(&task), "Failed: CAM users \"bob\" and \"bob_cic\" exist already");
    assert_eq!(center.cam(MEMBER), format!("ada({ada}) bob bob_cic eve eve_cic({eve})"));
    // Joining does not fail either.
    leave(&center, &bob, &staff);
    center.join(&bob, &staff);
    center.place(json!([{ "name": "ada", "has_access_keys": true }, { "name": "eve_cic" }]));
    let failed = center.delete_sync(&sync);
    assert!(failed.contains("SyncUserHasAccessKey"), "{failed}");
    assert_eq!(center.cam(MEMBER), format!("ada+({ada})"));
    center.place(json!([{ "name": "ada" }]));
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), "");
}

/// Otherwise `_cic` twins of one person appear.
#[test]
fn a_person_whom_two_syncs_bring_has_one_cam_user_until_the_last_ends() {
    for last in ["user", "group"] {
        let center = Center::new();
        let (ada, staff) = (center.user("ada"), center.group("staff"));
        center.join(&ada, &staff);
        let (of_user, of_group) = (center.sync(item(&ada, MEMBER)), center.sync(keep(&staff)));
        assert_eq!(center.cam(MEMBER), format!("ada({ada})"));
        let (first, second, left) = match last {
            "user" => (&of_group, &of_user, ""),
            _ => (&of_user, &of_group, "ada"),
        };
        assert_eq!(center.delete_sync(first), "Success");
        assert_eq!(center.cam(MEMBER), format!("ada({ada})"), "{last}");
        // The strategy of the last one counts.
        assert_eq!(center.delete_sync(second), "Success");
        assert_eq!(center.cam(MEMBER), left);
    }
}

#[test]
fn who_leaves_one_of_two_groups_stays_for_the_other() {
    let center = Center::new();
    let (ada, groups) = (center.user("ada"), ["one", "two"].map(|name| center.group(name)));
    for group in &groups {
        center.join(&ada, group);
        center.sync(item(group, MEMBER));
    }
    leave(&center, &ada, &groups[0]);
    assert_eq!(center.cam(MEMBER), format!("ada({ada})"));
    // Keys do not matter to a sync that is not the last.
    center.place(json!([{ "name": "ada", "has_access_keys": true }]));
    center.join(&ada, &groups[0]);
    leave(&center, &ada, &groups[1]);
    assert_eq!(center.cam(MEMBER), format!("ada+({ada})"));
}

#[test]
fn what_is_shown_can_be_placed_and_what_is_left_out_is_gone() {
    let center = Center::new();
    let (ada, bob) = (center.user("ada"), center.user("bob"));
    let sync = center.sync(item(&ada, MEMBER));
    center.sync(item(&bob, MEMBER));
    let (_, shown) = crate::documents::ask(
        &center.world,
        http::Method::GET,
        &format!("cam/{MEMBER}/users?tenant=default"),
        String::new(),
    );
    assert_eq!(
        shown,
        json!({ "users": [
            { "name": "ada", "kind": "SubUser", "has_access_keys": false, "user_id": ada },
            { "name": "bob", "kind": "SubUser", "has_access_keys": false, "user_id": bob },
        ]})
    );
    center.place(shown["users"].clone());
    assert_eq!(center.cam(MEMBER), format!("ada({ada}) bob({bob})"));
    // As if the account's own administrator had deleted one.
    center.place(json!([{ "name": "bob" }]));
    assert_eq!(center.cam(MEMBER), format!("bob({bob})"));
    assert_eq!(center.delete_sync(&sync), "Success");
    assert_eq!(center.cam(MEMBER), format!("bob({bob})"));
}

#[test]
fn cam_users_that_cannot_be_are_refused_and_change_nothing() {
    let center = Center::new();
    center.place(json!([{ "name": "ada" }]));
    let refused = |uin, users: Value| {
        let (status, said) = center.put_cam(uin, users);
        assert_eq!((status, &said["error"]), (400, &json!("bad_request")));
        said["message"].as_str().unwrap().to_owned()
    };
    let taken = refused(MEMBER, json!([{ "name": "bob" }, { "name": "BOB" }, { "name": "" }]));
    assert_eq!(taken, "\"BOB\" is taken; \"\": a name has 1 to 128 characters");
    let strange = refused(MEMBER, json!([{ "name": "bob", "kind": "Robot" }]));
    assert!(
        strange.contains("unknown variant `Robot`") && strange.contains("send for example"),
        "{strange}"
    );
    let unknown = refused(MEMBER, json!([{ "name": "bob", "keys": 1 }]));
    assert!(unknown.contains("unknown field `keys`"), "{unknown}");
    let linked = refused(MEMBER, json!([{ "name": "ada", "user_id": "u-000000000000" }]));
    assert!(linked.contains("only a sync sets `user_id`"), "{linked}");
    let lost = refused(7, json!([]));
    assert_eq!(lost, "the organization of this tenant has no account \"7\"");
    let (status, said) =
        crate::documents::ask(&center.world, http::Method::GET, "cam/x/users", String::new());
    assert_eq!(
        (status, &said["message"]),
        (400, &json!("the organization of this tenant has no account \"x\""))
    );
    for path in ["cam//users", "cam/1/2/users", "cam/1/user"] {
        let (status, _) =
            crate::documents::ask(&center.world, http::Method::GET, path, String::new());
        assert_eq!(status, 404, "{path}");
    }
    assert_eq!(center.cam(MEMBER), "ada");
}

#[test]
fn each_tenant_has_its_own_cam_users() {
    let center = Center::new();
    center.place(json!([{ "name": "ada" }]));
    let path = format!("cam/{MEMBER}/users?tenant=other");
    let (_, shown) = crate::documents::ask(&center.world, http::Method::GET, &path, String::new());
    assert_eq!(shown, json!({ "users": [] }));
}

#[test]
fn a_seed_places_cam_users_and_syncs_that_are_done() {
    let zone = "[[organization.member.cam_user]]\nname = 'ada'\n\
         [[organization.member.cam_user]]\nname = 'bob'\nhas_access_keys = true\nkind = 'MessageReceiver'\n\
         [organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n\
         [[organization.zone.group]]\nname = 'staff'\n\
         [[organization.zone.user]]\nid = 'u-00000000000a'\nname = 'ada'\n\
         [[organization.zone.users]]\ncount = 2\nname = 'x{n}'\ngroups = ['staff']\n";
    let syncs = "[[organization.zone.user_sync]]\nuser = 'ada'\nuin = 200000000002\nduplication = 'TakeOver'\ndeletion = 'Keep'\ndescription = 'd'\n\
         [[organization.zone.user_sync]]\ngroup = 'staff'\nuin = 200000000001\n";
    let center = Center::slow_and_seeded(&format!("{}{zone}{syncs}", organization("")));
    let listed = center.ok("ListUserSyncProvisionings", json!({ "PrincipalType": "User" }));
    let sync = &listed["UserProvisionings"][0];
    assert_eq!(
        [
            &sync["Description"],
            &sync["DuplicationStrategy"],
            &sync["DeletionStrategy"],
            &sync["PrincipalName"]
        ],
        ["d", "TakeOver", "Keep", "ada"]
    );
    assert_eq!(center.cam(MEMBER + 1), "ada(u-00000000000a) bob+!");
    let names = center.cam(MEMBER);
    assert!(names.starts_with("x1(u-") && names.contains(" x2(u-"), "{names}");
    // It is done: nothing runs.
    center.delete_sync(sync["UserProvisioningId"].as_str().unwrap());
    assert_eq!(center.cam(MEMBER + 1), "ada bob+!");
}

#[test]
fn a_seed_with_impossible_cam_users_or_syncs_is_refused() {
    let problems = |text: &str| {
        let text = format!("{}{text}", organization(""));
        match cloudtwin::services::seeds::Seed::parse(&text) {
            Ok(_) => "none".to_owned(),
            Err(problems) => format!("{problems:?}"),
        }
    };
    let zone = "[organization.zone]\nname = 'zone'\n[[organization.zone.user]]\nname = 'ada'\n";
    let sync = |text: &str| problems(&format!("{zone}[[organization.zone.user_sync]]\n{text}\n"));
    assert_eq!(sync("user = 'ada'\nuin = 200000000001"), "none");
    let twice = problems(
        "[[organization.member.cam_user]]\nname = 'a'\n[[organization.member.cam_user]]\nname = 'A'\n",
    );
    assert!(twice.contains("organization.member[1].cam_user: \\\"A\\\" is taken"), "{twice}");
    for bad in [
        "uin = 200000000001",
        "user = 'bob'\nuin = 200000000001",
        "user = 'ada'\ngroup = 'ada'\nuin = 200000000001",
    ] {
        assert!(sync(bad).contains("user_sync[0]: give the name of one `user`"), "{bad}");
    }
    assert!(sync("user = 'ada'\nuin = 7").contains("there is no member 7"));
    let both = sync(
        "user = 'ada'\nuin = 200000000001\n[[organization.zone.user_sync]]\nuser = 'ada'\nuin = 200000000001",
    );
    assert!(both.contains("user_sync[1]: repeats an earlier one"), "{both}");
}

#[test]
fn a_sync_is_of_its_tenant() {
    let center = Center { world: World::new() };
    let ada = center.user("ada");
    center.sync(item(&ada, MEMBER));
    let answer = center.call_as(
        "other",
        "ListUserSyncProvisionings",
        json!({ "ZoneId": super::center::ZONE }),
    );
    assert_eq!(answer["TotalCounts"], 0);
}
