//! What a seed file makes of a project, and what is wrong with a bad one.

use cloudtwin::services::seeds::Seed;
use cloudtwin::vendors::huawei::project_id;
use serde_json::{Value, json};

use super::client::{Api, seeded, text};
use crate::client::World;

#[test]
fn the_starter_fixture_is_an_open_and_empty_project() {
    let world = World::new();
    let project = project_id("default", "cn-north-4");
    let api = Api { world: &world, project: &project };
    assert_eq!(api.shown("/workspaces")["status"], "SUBSCRIBED");
    assert_eq!(api.names("/users"), (vec![], 0));
}

#[test]
fn a_project_without_id_and_name_is_the_usual_one() {
    let world = seeded(
        r#"
        [[workspace.project]]
        [[workspace.project.users]]
        count = 2
        user_name = "u{n}"
        user_email = "u{n}@example.com"
        user_phone = "+8613800{n:06}"
        description = "by rule"
        [[workspace.project]]
        name = "cn-south-1"
        [[workspace.project.users]]
        count = 1
        first = 7
        user_name = "u{n}"
        active_type = "ADMIN_ACTIVATE"
        "#,
    );
    let (usual, other) = (project_id("default", "cn-north-4"), project_id("default", "cn-south-1"));
    let api = Api { world: &world, project: &usual };
    assert_eq!(api.names("/users"), (vec!["u1".into(), "u2".into()], 2));
    let second = api.shown("/users")["users"][1].take();
    assert_eq!(second["user_email"], "u2@example.com");
    assert_eq!(second["user_phone"], "+8613800000002");
    assert_eq!(Api { world: &world, project: &other }.names("/users").0, ["u7"]);
    // A new user comes after those of the seed, and may not take their names.
    api.user("ada", json!({}));
    assert_eq!(api.names("/users?offset=2"), (vec!["ada".into()], 3));
    let taken = json!({ "user_name": "U1", "user_phone": "1" });
    assert_eq!(api.post("/users", taken).refusal(), (400, "WKS.EMU.0002"));
}

#[test]
fn a_rule_goes_on_past_the_largest_first_number() {
    let world = seeded(
        r#"
        [[workspace.project]]
        id = "p"
        [[workspace.project.users]]
        count = 2
        first = 4294967295
        user_name = "u{n}"
        active_type = "ADMIN_ACTIVATE"
        "#,
    );
    let api = Api { world: &world, project: "p" };
    assert_eq!(api.names("/users").0, ["u4294967295", "u4294967296"]);
}

#[test]
fn devices_are_seeded_shown_and_unbound() {
    let world = seeded(
        r#"
        [[workspace.project]]
        id = "p"
        [[workspace.project.user]]
        id = "u"
        user_name = "ada"
        user_email = "ada@example.com"
        locked = true
        account_expires = "2030-01-01T00:00:00Z"
        [[workspace.project.user.otp_device]]
        id = "otp-1"
        [[workspace.project.user.otp_device]]
        id = "otp-2"
        unregistered = true
        "#,
    );
    let api = Api { world: &world, project: "p" };
    assert_eq!(api.shown("/users/u")["user_detail"]["locked"], true);
    insta::assert_json_snapshot!(api.shown("/users/u/otp-devices"), @r#"
    {
      "otp_devices": [
        {
          "create_time": "2026-01-31 08:00:00",
          "id": "otp-1",
          "status": "REGISTERED",
          "user_id": "u",
          "user_name": "ada"
        },
        {
          "create_time": "2026-01-31 08:00:00",
          "id": "otp-2",
          "status": "UNREGISTER",
          "user_id": "u",
          "user_name": "ada"
        }
      ]
    }
    "#);
    let delete = |ids: Value| {
        let body = Some(json!({ "otp_ids": ids }));
        api.call(http::Method::DELETE, "/users/u/otp-devices", body).with(204)
    };
    delete(json!(["otp-1", "otp-9"]));
    delete(json!([]));
    let left = api.shown("/users/u/otp-devices");
    assert_eq!(text(&left["otp_devices"][0]["id"]), "otp-2");
    assert_eq!(left["otp_devices"].as_array().unwrap().len(), 1);
    api.delete("/users/u").with(204);
    assert_eq!(api.get("/users/u/otp-devices").refusal(), (400, "WKS.00170312"));
}

#[test]
fn a_bad_seed_is_told_with_its_place() {
    let told = Seed::parse(
        r#"
        [[workspace.project]]
        id = "a/b"
        name = "b"
        [[workspace.project]]
        [[workspace.project]]
        name = "cn-north-4"
        user_quota = 4
        [[workspace.project.group]]
        name = "Red"
        members = ["nobody", "USER-3"]
        [[workspace.project.group]]
        name = "red"
        [[workspace.project.user]]
        user_name = "a b"
        [[workspace.project.user]]
        user_name = "ada"
        user_email = "ada"
        account_expires = "soon"
        groups = ["Blue"]
        [[workspace.project.users]]
        count = 3
        first = 2
        user_name = "user-{n}"
        active_type = "ADMIN_ACTIVATE"
        [[workspace.project.users]]
        count = 2
        user_name = "user-2"
        user_email = "{m}"
        [[workspace.project]]
        id = "closed"
        closed = true
        [[workspace.project.group]]
        name = "g"
        "#,
    )
    .unwrap_err();
    insta::assert_snapshot!(told.join("\n"), @r#"
    workspace.project[0]: a project has an id or a name, not both
    workspace.project[0]: an id is a part of a path
    workspace.project[2]: there are two of this project
    workspace.project[2].group[1].name: "red" is taken by an earlier one
    workspace.project[2].user[0].user_name: a call could not ask for this text
    workspace.project[2].user[0]: a user that activates itself has a mail address or a phone number
    workspace.project[2].user[1].user_email: a call could not ask for this text
    workspace.project[2].user[1].account_expires: "soon" is not a time such as 2030-01-31T08:00:00Z
    workspace.project[2].user[1].groups: the project has no group "Blue"
    workspace.project[2].users[1].user_name: "user-2" is taken by an earlier one
    workspace.project[2].users[1].user_email: "{m}" has {m}, but only {n} and {n:06} are known
    workspace.project[2].group[0].members: the project has no user "nobody"
    workspace.project[2]: 5 users do not fit into a quota of 4: set user_quota
    workspace.project[3]: a closed service has no users and no groups
    "#);
}
