//! Users from their making to their end, in the order in which Terraform calls.

use serde_json::{Value, json};

use super::client::{Api, list, seeded, text};
use crate::client::World;

#[test]
fn the_life_of_a_user_as_terraform_has_it() {
    let world = World::new();
    let api = Api::of(&world);
    let body = json!({
        "user_name": "tf_test_abcde_with_admin", "active_type": "USER_ACTIVATE",
        "user_email": "basic@example.com", "password": "Pass-word-1", "description": "Created",
        "account_expires": "2030-12-31T00:00:00Z",
    });
    let id = text(&api.post("/users", body).with(201)["id"]);
    assert_eq!(id.len(), 32);
    let path = format!("/users/{id}");

    // It sends all members once more, right after.
    let all = json!({
        "active_type": "USER_ACTIVATE", "user_email": "basic@example.com", "user_phone": "",
        "account_expires": "2030-12-31T00:00:00Z", "password_never_expired": false,
        "enable_change_password": true, "next_login_change_password": true, "disabled": false,
        "description": "Created",
    });
    assert_eq!(api.put(&path, all).with(200), json!({ "id": id }));
    let detail = api.shown(&path)["user_detail"].take();
    assert_eq!(detail["account_expires"], 1_924_905_600_000_i64);
    assert_eq!(detail["user_email"], "basic@example.com");
    assert_eq!(detail.get("user_phone"), None);

    let changed = json!({
        "active_type": "ADMIN_ACTIVATE", "user_email": "", "user_phone": "+8612345678987",
        "description": "", "account_expires": "0", "password_never_expired": true,
        "enable_change_password": false, "next_login_change_password": false, "disabled": true,
    });
    api.put(&path, changed).with(200);
    let detail = api.shown(&path)["user_detail"].take();
    assert_eq!(detail.get("user_email"), None);
    assert_eq!(detail.get("description"), None);
    assert_eq!(detail["user_phone"], "+8612345678987");
    assert_eq!(detail["active_type"], "ADMIN_ACTIVATE");
    assert_eq!(detail["account_expires"], 0);
    for (member, value) in [
        ("password_never_expired", true),
        ("enable_change_password", false),
        ("enabled_change_password", false),
        ("next_login_change_password", false),
        ("disabled", true),
    ] {
        assert_eq!(detail[member], value, "{member}");
    }

    assert_eq!(api.delete(&path).with(204), Value::Null);
    assert_eq!(api.get(&path).refusal(), (400, "WKS.00170312"));
    assert_eq!(api.delete(&path).refusal(), (400, "WKS.00170312"));
}

#[test]
fn members_that_are_not_sent_stay() {
    let world = World::new();
    let api = Api::of(&world);
    let id = api.user("ada", json!({ "description": "first", "user_phone": "+861" }));
    let before = api.shown(&format!("/users/{id}"));
    api.put(&format!("/users/{id}"), json!({})).with(200);
    assert_eq!(api.shown(&format!("/users/{id}")), before);
    api.put(&format!("/users/{id}"), json!({ "description": null, "user_phone": "+862" }))
        .with(200);
    let after = api.shown(&format!("/users/{id}"))["user_detail"].take();
    assert_eq!((&after["description"], &after["user_phone"]), (&json!("first"), &json!("+862")));
}

#[test]
fn two_users_may_share_an_address_but_no_name() {
    let world = World::new();
    let api = Api::of(&world);
    api.user("Ada", json!({}));
    api.user("ada2", json!({}));
    let again = json!({ "user_name": "aDA", "user_email": "other@example.com" });
    assert_eq!(api.post("/users", again).refusal(), (400, "WKS.EMU.0002"));
    assert_eq!(api.names("/users"), (vec!["Ada".into(), "ada2".into()], 2));
}

#[test]
fn what_a_new_user_needs_depends_on_its_activation() {
    let world = World::new();
    let api = Api::of(&world);
    let refused = [
        json!({ "user_name": "a" }),
        json!({ "user_name": "a", "user_email": "", "active_type": "user_activate" }),
        json!({ "user_name": "a", "active_type": "ADMIN_ACTIVATE", "user_email": "a@b.cn" }),
        json!({ "user_name": "a", "user_phone": "1", "account_expires": "2030-02-31T00:00:00Z" }),
    ];
    let told: Vec<_> = refused.into_iter().map(|body| api.post("/users", body).told()).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    400 WKS.EMU.0001: user_email or user_phone is required with USER_ACTIVATE.
    400 WKS.EMU.0001: user_email or user_phone is required with USER_ACTIVATE.
    400 WKS.EMU.0001: password is required with ADMIN_ACTIVATE.
    400 WKS.EMU.0001: account_expires has a wrong format.
    "#);
    let made = [
        json!({ "user_name": "a", "user_phone": "+8612345678987" }),
        json!({ "user_name": "b", "active_type": "admin_activate", "password": "12345678" }),
        json!({ "user_name": "c", "user_email": "a@b.cn", "password": "dropped-all-the-same" }),
    ];
    for body in made {
        api.post("/users", body).with(201);
    }
    let users = api.shown("/users");
    let kinds: Vec<_> =
        list(&users["users"]).iter().map(|user| text(&user["active_type"])).collect();
    assert_eq!(kinds, ["USER_ACTIVATE", "ADMIN_ACTIVATE", "USER_ACTIVATE"]);
}

#[test]
fn a_batch_makes_all_or_nobody() {
    let world = World::new();
    let api = Api::of(&world);
    let entry = |name: &str| json!({ "user_name": name, "user_email": "a@example.com" });
    let many: Vec<_> = (0..200).map(|n| entry(&format!("user-{n}"))).collect();
    let batch = |users: &[Value]| api.post("/users/batch-create", json!({ "users": users }));
    assert_eq!(batch(&many).with(200), Value::Null);

    let refused = [
        (vec![entry("new"), entry("USER-7")], (400, "WKS.EMU.0002")),
        (vec![entry("new"), entry("New")], (400, "WKS.EMU.0002")),
        (vec![entry("new"), json!({ "user_name": "other" })], (400, "WKS.EMU.0001")),
        (vec![entry("new"), json!({ "user_name": "-" })], (400, "WKS.EMU.0001")),
        (
            vec![entry("new"), json!({ "user_name": "b", "user_phone": "1", "group_ids": ["x"] })],
            (400, "WKS.00170208"),
        ),
        (vec![entry("new"); 201], (400, "WKS.EMU.0001")),
        (vec![], (400, "WKS.EMU.0001")),
    ];
    for (users, refusal) in refused {
        assert_eq!(batch(&users).refusal(), refusal, "{users:?}");
    }
    assert_eq!(api.shown("/users?limit=1")["total_count"], 200);
}

#[test]
fn a_batch_of_deletions_is_checked_before_anything_goes() {
    let world = World::new();
    let api = Api::of(&world);
    let ids: Vec<_> = ["a", "b", "c"].iter().map(|name| api.user(name, json!({}))).collect();
    let delete = |ids: Value| api.post("/users/batch-delete", json!({ "user_ids": ids }));
    assert_eq!(delete(json!([ids[0], "nobody"])).refusal(), (400, "WKS.00170312"));
    assert_eq!(delete(json!([])).refusal(), (400, "WKS.EMU.0001"));
    assert_eq!(api.names("/users").1, 3);
    assert_eq!(delete(json!([ids[0], ids[2], ids[0]])).with(204), Value::Null);
    assert_eq!(api.names("/users"), (vec!["b".into()], 1));
}

#[test]
fn actions_lock_unlock_and_ask_for_a_new_password() {
    let world = World::new();
    let api = Api::of(&world);
    let id = api.user("ada", json!({ "next_login_change_password": false }));
    let act = |op_type: &str| {
        api.post(&format!("/users/{id}/actions"), json!({ "op_type": op_type })).with(204);
        let detail = api.shown(&format!("/users/{id}"))["user_detail"].take();
        (detail["locked"] == true, detail["next_login_change_password"] == true)
    };
    assert_eq!(act("LOCK"), (true, false));
    assert_eq!(act("LOCK"), (true, false));
    assert_eq!(act("RESET_PWD"), (true, true));
    assert_eq!(act("UNLOCK"), (false, true));
    let other = json!({ "op_type": "lock" });
    assert_eq!(api.post(&format!("/users/{id}/actions"), other).refusal(), (400, "WKS.EMU.0001"));
}

#[test]
fn a_password_is_drawn_and_no_password_is_kept() {
    let world = World::new();
    let api = Api::of(&world);
    let given = "Never-To-Be-Seen-1";
    let id = api.user("ada", json!({ "active_type": "ADMIN_ACTIVATE", "password": given }));
    let path = format!("/users/{id}/random-password");
    let drawn = text(&api.shown(&format!("{path}?notification_type=email,phone"))["password"]);
    assert_eq!(drawn.len(), 12);
    assert_ne!(api.shown(&path)["password"], drawn.as_str());
    assert_eq!(api.get(&format!("{path}?notification_type=fax")).refusal(), (400, "WKS.EMU.0001"));
    let journal = format!("{:?}", world.journal());
    let users = api.shown("/users").to_string();
    for password in [given, &drawn] {
        assert!(!journal.contains(password) && !users.contains(password));
    }
}

#[test]
fn only_who_waits_for_a_message_and_has_an_address_is_sent_one() {
    let world = World::new();
    let api = Api::of(&world);
    let by_admin =
        api.user("admin", json!({ "active_type": "ADMIN_ACTIVATE", "password": "12345678" }));
    let by_user = api.user("user", json!({}));
    let send = |id: &str| api.post(&format!("/users/{id}/resend-email"), json!({}));
    assert_eq!(send(&by_user).with(204), Value::Null);
    assert_eq!(send(&by_admin).refusal(), (400, "WKS.EMU.0009"));
    api.put(&format!("/users/{by_user}"), json!({ "user_email": "" })).with(200);
    assert_eq!(send(&by_user).refusal(), (400, "WKS.EMU.0009"));
}

#[test]
fn there_are_no_log_ins_and_their_times_go_together() {
    let world = seeded("[[workspace.project]]\nid = \"closed\"\nclosed = true\n");
    let closed = Api { world: &world, project: "closed" };
    assert_eq!(closed.get("/connections/desktops").refusal(), (403, "WKS.00010099"));
    let api = Api { world: &world, project: "open" };
    api.user("ada", json!({}));
    let none = json!({ "total_count": 0, "records": [] });
    let (start, end) = ("start_time=2016-08-20T21:11Z", "end_time=2026-01-31T08:00:00Z");
    let times = format!("{start}&{end}");
    for filter in ["", "user_name=ada", "limit=0&offset=258", "start_time=&end_time=", &times] {
        assert_eq!(api.shown(&format!("/connections/desktops?{filter}")), none, "{filter}");
    }
    for wrong in [start, end, "start_time=2016-08-20&end_time=2016-08-21", "limit=1001"] {
        let reply = api.get(&format!("/connections/desktops?{wrong}"));
        assert_eq!(reply.refusal(), (400, "WKS.EMU.0001"), "{wrong}");
    }
}

#[test]
fn there_are_no_notices() {
    let world = World::new();
    let shown = Api::of(&world).shown("/users/notification-records?query_type=DESKTOP");
    assert_eq!(shown, json!({ "total_count": 0, "notification_records": [] }));
}
