//! Organizational units.

use serde_json::{Value, json};

use super::client::{Api, list, text};
use crate::client::World;

#[test]
fn the_life_of_a_unit() {
    let world = World::new();
    let api = Api::of(&world);
    let body = json!({ "domain": "example.com", "ou_name": "People", "description": "all" });
    let id = text(&api.post("/ous", body.clone()).with(200)["id"]);
    assert_eq!(api.post("/ous", body).refusal(), (400, "WKS.EMU.0002"));
    let elsewhere = json!({ "domain": "example.org", "ou_name": "people" });
    api.post("/ous", elsewhere).with(200);
    assert_eq!(api.shown("/ous?limit=100")["total_count"], 2);
    assert_eq!(api.shown("/ous?ou_name=PEO&limit=1&offset=1")["ous"][0]["domain"], "example.org");

    let path = format!("/ous/{id}");
    assert_eq!(api.put(&path, json!({ "id": "x", "ou_name": "Staff" })).with(200), Value::Null);
    let shown = api.shown("/ous?ou_name=staff")["ous"][0].take();
    assert_eq!(shown["ou_dn"], "OU=Staff,DC=example,DC=com");
    // A description that a change leaves out is gone: Terraform leaves out an empty one.
    assert_eq!(shown["description"], Value::Null);
    api.put(&path, json!({ "ou_name": "Staff", "description": "some" })).with(200);
    assert_eq!(api.shown("/ous?ou_name=staff")["ous"][0]["description"], "some");

    assert_eq!(api.delete(&path).with(204), Value::Null);
    assert_eq!(api.delete(&path).refusal(), (500, "WKS.0915"));
    assert_eq!(api.put(&path, json!({ "ou_name": "a" })).refusal(), (500, "WKS.0915"));
    assert_eq!(api.shown("/ous")["total_count"], 1);
}

#[test]
fn a_unit_takes_no_name_of_another() {
    let world = World::new();
    let api = Api::of(&world);
    let add = |name: &str| {
        let body = json!({ "domain": "example.com", "ou_name": name });
        text(&api.post("/ous", body).with(200)["id"])
    };
    let (one, two) = (add("one"), add("two"));
    let taken = json!({ "ou_name": "ONE" });
    assert_eq!(api.put(&format!("/ous/{two}"), taken.clone()).refusal(), (400, "WKS.EMU.0002"));
    api.put(&format!("/ous/{one}"), taken).with(200);
}

#[test]
fn case_does_not_count_in_any_script() {
    let world = World::new();
    let api = Api::of(&world);
    let unit = |domain: &str, name: &str| json!({ "domain": domain, "ou_name": name });
    api.post("/ous", unit("Ärzte.example", "École")).with(200);
    let again = unit("äRZTE.example", "ÉCOLE");
    assert_eq!(api.post("/ous", again).refusal(), (400, "WKS.EMU.0002"));
    api.post("/ous", unit("arzte.example", "ecole")).with(200);
    // `école`, escaped.
    assert_eq!(api.shown("/ous?ou_name=%C3%A9cole")["total_count"], 1);
}

#[test]
fn units_of_one_domain_share_its_id() {
    let world = World::new();
    let api = Api::of(&world);
    for (domain, name) in [("example.com", "a"), ("EXAMPLE.com", "b"), ("example.org", "c")] {
        api.post("/ous", json!({ "domain": domain, "ou_name": name })).with(200);
    }
    let shown = api.shown("/ous");
    let ids: Vec<String> = list(&shown["ous"]).iter().map(|ou| text(&ou["domain_id"])).collect();
    assert_eq!(ids[0].len(), 32);
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    let elsewhere = Api { world: &world, project: "elsewhere" };
    elsewhere.post("/ous", json!({ "domain": "example.com", "ou_name": "a" })).with(200);
    assert_ne!(elsewhere.shown("/ous")["ous"][0]["domain_id"], ids[0]);
}

#[test]
fn there_is_no_directory_to_look_into() {
    let world = World::new();
    let api = Api::of(&world);
    assert_eq!(api.shown("/ad-ous"), json!({ "ou_infos": [], "total_count": 0 }));
    let users = json!({ "user_infos": [], "total_count": 0, "enable_create_count": 0 });
    assert_eq!(api.shown("/ou-users?ou_dn=OU%3Da"), users);
}
