//! Groups and who is in them.

use serde_json::{Value, json};

use super::client::{Api, list, seeded, text};
use crate::client::World;

#[test]
fn the_life_of_a_group_as_terraform_has_it() {
    let world = World::new();
    let api = Api::of(&world);
    let group = api.group("tf_group");
    let users = [api.user("a", json!({})), api.user("b", json!({}))];
    api.members("ADD", &group, &[&users[0], &users[1]]);
    let path = format!("/groups/{group}");
    let members = format!("{path}/users");
    assert_eq!(api.names(&members), (vec!["a".into(), "b".into()], 2));

    let renamed = json!({ "group_name": "tf_group_2", "description": "changed" });
    assert_eq!(api.put(&path, renamed).with(200), Value::Null);
    api.members("DELETE", &group, &[&users[0]]);
    let shown = api.shown("/groups?limit=100&offset=0")["user_groups"][0].take();
    assert_eq!((&shown["name"], &shown["user_quantity"]), (&json!("tf_group_2"), &json!(1)));
    assert_eq!(shown["description"], "changed");
    api.put(&path, json!({ "description": "" })).with(200);
    assert_eq!(api.shown("/groups")["user_groups"][0].get("description"), None);

    assert_eq!(api.delete(&path).with(204), Value::Null);
    assert_eq!(api.delete(&path).refusal(), (400, "WKS.00170208"));
    assert_eq!(api.names("/users").1, 2);
    let detail = api.shown(&format!("/users/{}", users[1]));
    assert_eq!(detail["user_detail"]["group_names"], json!([]));
}

#[test]
fn a_group_name_stands_once_without_case() {
    let world = World::new();
    let api = Api::of(&world);
    let (one, two) = (api.group("Über"), api.group("other"));
    let again = json!({ "group_name": "ÜBER", "platform_type": "AD" });
    assert_eq!(api.post("/groups", again).refusal(), (400, "WKS.EMU.0002"));
    let taken = json!({ "group_name": "über" });
    assert_eq!(api.put(&format!("/groups/{two}"), taken.clone()).refusal(), (400, "WKS.EMU.0002"));
    api.put(&format!("/groups/{one}"), taken).with(200);
}

#[test]
fn a_group_of_a_directory_keeps_its_name() {
    let world = World::new();
    let api = Api::of(&world);
    api.post("/groups", json!({ "group_name": "ad", "platform_type": "AD" })).with(201);
    let id = text(&api.shown("/groups?platform_type=AD")["user_groups"][0]["id"]);
    let path = format!("/groups/{id}");
    assert_eq!(api.put(&path, json!({ "group_name": "x" })).refusal(), (400, "WKS.EMU.0010"));
    api.put(&path, json!({ "group_name": "ad", "description": "same name" })).with(200);
}

#[test]
fn actions_twice_do_nothing_and_one_stranger_refuses_all() {
    let world = World::new();
    let api = Api::of(&world);
    let group = api.group("people");
    let users = [api.user("a", json!({})), api.user("b", json!({}))];
    api.members("DELETE", &group, &[&users[0]]);
    api.members("ADD", &group, &[&users[0], &users[0]]);
    api.members("ADD", &group, &[&users[0]]);
    let quantity = || api.shown("/groups")["user_groups"][0]["user_quantity"].clone();
    assert_eq!(quantity(), 1);
    let path = format!("/groups/{group}/actions");
    let mixed = json!({ "op_type": "ADD", "user_ids": [users[1], "nobody"] });
    assert_eq!(api.post(&path, mixed).refusal(), (400, "WKS.00170312"));
    assert_eq!(quantity(), 1);
    let unknown = json!({ "op_type": "ADD", "user_ids": [users[1]] });
    assert_eq!(api.post("/groups/none/actions", unknown).refusal(), (400, "WKS.00170208"));
}

#[test]
fn a_deleted_user_leaves_its_groups() {
    let world = World::new();
    let api = Api::of(&world);
    let group = api.group("people");
    let user = api.user("a", json!({ "group_ids": [group] }));
    api.delete(&format!("/users/{user}")).with(204);
    assert_eq!(api.shown("/groups")["user_groups"][0]["user_quantity"], 0);
    assert_eq!(api.names(&format!("/groups/{group}/users")), (vec![], 0));
}

#[test]
fn a_batch_of_groups_goes_whole_or_not_at_all() {
    let world = World::new();
    let api = Api::of(&world);
    let groups = [api.group("a"), api.group("b"), api.group("c")];
    let delete = |ids: Value| api.post("/groups/batch-delete", json!({ "group_ids": ids }));
    assert_eq!(delete(json!([groups[0], "none"])).refusal(), (400, "WKS.00170208"));
    assert_eq!(api.shown("/groups")["total_count"], 3);
    delete(json!([groups[0], groups[2], groups[0]])).with(204);
    assert_eq!(api.shown("/groups")["user_groups"][0]["name"], "b");
}

#[test]
fn a_group_counts_the_desktops_of_its_members() {
    let world = seeded(
        r#"
        [[workspace.project]]
        id = "p"
        [[workspace.project.group]]
        name = "people"
        members = ["one"]
        [[workspace.project.user]]
        user_name = "one"
        user_phone = "1"
        total_desktops = 2
        [[workspace.project.user]]
        user_name = "two"
        user_phone = "2"
        total_desktops = 3
        "#,
    );
    let api = Api { world: &world, project: "p" };
    let group = api.shown("/groups")["user_groups"][0].take();
    assert_eq!((&group["user_quantity"], &group["total_desktops"]), (&json!(1), &json!(2)));
    let ids: Vec<_> =
        list(&api.shown("/users")["users"]).iter().map(|user| text(&user["id"])).collect();
    api.members("ADD", &text(&group["id"]), &[&ids[0], &ids[1]]);
    assert_eq!(api.shown("/groups")["user_groups"][0]["total_desktops"], 5);
    api.members("DELETE", &text(&group["id"]), &[&ids[0]]);
    assert_eq!(api.shown("/groups")["user_groups"][0]["total_desktops"], 3);
}

#[test]
fn a_group_has_a_name_with_words() {
    let world = World::new();
    let api = Api::of(&world);
    let id = api.group("g");
    for name in ["", " ", "\u{3000}\t"] {
        let body = json!({ "group_name": name, "platform_type": "LOCAL" });
        assert_eq!(api.post("/groups", body.clone()).refusal(), (400, "WKS.EMU.0001"), "{name:?}");
        let renamed = api.put(&format!("/groups/{id}"), body);
        assert_eq!(renamed.refusal(), (400, "WKS.EMU.0001"), "{name:?}");
    }
    assert_eq!(api.shown("/groups")["total_count"], 1);
}
