//! Projects and tenants side by side: nothing of one is seen in another.

use http::Method;
use serde_json::{Value, json};

use super::client::{Api, Reply, reply, seeded, send_as, text};
use crate::client::World;

#[test]
fn two_projects_never_meet() {
    let world = World::new();
    let (one, two) = (Api { world: &world, project: "one" }, Api { world: &world, project: "two" });
    let (user, group) = (one.user("ada", json!({})), one.group("people"));
    assert_eq!(two.names("/users"), (vec![], 0));
    assert_eq!(two.shown("/groups")["total_count"], 0);
    assert_eq!(two.get(&format!("/users/{user}")).refusal(), (400, "WKS.00170312"));
    assert_eq!(two.delete(&format!("/groups/{group}")).refusal(), (400, "WKS.00170208"));
    let same = two.user("ada", json!({}));
    assert_ne!(user, same);
    two.group("people");
    let body = json!({ "op_type": "ADD", "user_ids": [same] });
    let path = format!("/groups/{group}/actions");
    assert_eq!(one.post(&path, body).refusal(), (400, "WKS.00170312"));

    two.delete("/workspaces").with(202);
    assert_eq!(two.get("/users").refusal(), (400, "WKS.00170312"));
    assert_eq!(one.names("/users"), (vec!["ada".into()], 1));
    let job = one.shown("/workspace-sub-jobs");
    assert_eq!(job["total_count"], 0);
    assert_eq!(two.shown("/workspace-sub-jobs")["total_count"], 1);
}

#[test]
fn two_tenants_never_meet_in_a_project_of_one_id() {
    let world = seeded("[[workspace.project]]\nid = \"p\"\nuser_quota = 1\n");
    let call = |key: &str, method: Method, path: &str, body: Option<Value>| -> Reply {
        reply(&send_as(key, &world, method, &format!("/v2/p{path}"), body))
    };
    let body = json!({ "user_name": "ada", "user_phone": "1" });
    let make =
        |key: &str| text(&call(key, Method::POST, "/users", Some(body.clone())).with(201)["id"]);
    let total = |key: &str| call(key, Method::GET, "/users", None).with(200)["total_count"].clone();
    let (one, other) = ("TWINAK-one", "TWINAK-other");
    let user = make(one);
    let path = format!("/users/{user}");
    assert_eq!((total(one), total(other)), (json!(1), json!(0)));
    assert_eq!(call(other, Method::GET, &path, None).refusal(), (400, "WKS.00170312"));
    assert_eq!(call(other, Method::DELETE, &path, None).refusal(), (400, "WKS.00170312"));
    // Neither the name nor the quota of the one is used up in the other.
    make(other);
    call(one, Method::DELETE, "/workspaces", None).with(202);
    assert_eq!(call(one, Method::GET, "/users", None).refusal(), (400, "WKS.00170312"));
    assert_eq!(total(other), 1);
}
