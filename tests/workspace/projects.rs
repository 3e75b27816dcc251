//! Projects side by side: nothing of one is seen in another.

use serde_json::json;

use super::client::Api;
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
    assert_eq!(two.get("/users").refusal(), (403, "WKS.00010099"));
    assert_eq!(one.names("/users"), (vec!["ada".into()], 1));
    let job = one.shown("/workspace-sub-jobs");
    assert_eq!(job["total_count"], 0);
    assert_eq!(two.shown("/workspace-sub-jobs")["total_count"], 1);
}
