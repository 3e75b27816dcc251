//! The service itself: open, closed, and on the way between; its quotas.

use cloudtwin::runtime::lifecycle::Pace;
use http::Method;
use serde_json::{Value, json};

use super::client::{Api, list, seeded, text};
use crate::client::World;

const CLOSED: &str = "[[workspace.project]]\nid = \"p\"\nclosed = true\n";

/// Every call that needs an open service, with the least that it takes.
fn calls() -> Vec<(Method, &'static str, Option<Value>)> {
    let user = json!({ "user_name": "a", "user_phone": "1" });
    let (get, post, put, delete) = (Method::GET, Method::POST, Method::PUT, Method::DELETE);
    vec![
        (post.clone(), "/users", Some(user.clone())),
        (post.clone(), "/users/batch-create", Some(json!({ "users": [user] }))),
        (get.clone(), "/users", None),
        (get.clone(), "/users/x", None),
        (put.clone(), "/users/x", Some(json!({}))),
        (delete.clone(), "/users/x", None),
        (post.clone(), "/users/batch-delete", Some(json!({ "user_ids": ["x"] }))),
        (post.clone(), "/users/x/actions", Some(json!({ "op_type": "LOCK" }))),
        (get.clone(), "/users/x/random-password", None),
        (post.clone(), "/users/x/resend-email", Some(json!({}))),
        (get.clone(), "/users/x/otp-devices", None),
        (delete.clone(), "/users/x/otp-devices", Some(json!({ "otp_ids": ["x"] }))),
        (get.clone(), "/users/notification-records?query_type=DESKTOP", None),
        (post.clone(), "/groups", Some(json!({ "group_name": "g", "platform_type": "AD" }))),
        (get.clone(), "/groups", None),
        (put.clone(), "/groups/x", Some(json!({}))),
        (delete.clone(), "/groups/x", None),
        (post.clone(), "/groups/batch-delete", Some(json!({ "group_ids": ["x"] }))),
        (post.clone(), "/groups/x/actions", Some(json!({ "op_type": "ADD", "user_ids": ["x"] }))),
        (get.clone(), "/groups/x/users", None),
        (post.clone(), "/ous", Some(json!({ "domain": "d", "ou_name": "o" }))),
        (get.clone(), "/ous", None),
        (put.clone(), "/ous/x", Some(json!({ "ou_name": "o" }))),
        (delete.clone(), "/ous/x", None),
        (get.clone(), "/ad-ous", None),
        (get.clone(), "/ou-users?ou_dn=x", None),
        (get.clone(), "/quotas", None),
        (get.clone(), "/quotas/detail", None),
        (delete, "/workspaces", None),
        (put.clone(), "/workspaces", Some(json!({ "subnet_ids": ["s"] }))),
        (get.clone(), "/assist-auth-config/method-config", None),
        (
            put,
            "/assist-auth-config/method-config",
            Some(json!({
                "auth_type": "OTP", "otp_config_info": { "enable": true, "receive_mode": "VMFA" },
            })),
        ),
        (get, "/v3/domains/sync-external-user?auth_config_id=a&domain_id=d", None),
        (post.clone(), "/workspace-sub-jobs/batch-delete", Some(json!({ "job_ids": ["x"] }))),
        (post, "/workspace-jobs/x/actions", Some(json!({ "op_type": "retry" }))),
    ]
}

#[test]
fn a_closed_service_refuses_all_but_what_opens_or_tells() {
    let world = seeded(CLOSED);
    let api = Api { world: &world, project: "p" };
    for (method, path, body) in calls() {
        let expected = match path.trim_start_matches("/v3") {
            path if path.starts_with("/users") => (400, "WKS.00170312"),
            path if path.starts_with("/groups") => (400, "WKS.00170117"),
            _ => (403, "WKS.00010099"),
        };
        let reply = api.call(method.clone(), path, body);
        assert_eq!(reply.refusal(), expected, "{method} {path}");
    }
    let shown = json!({ "id": "p", "status": "CLOSED", "closable": false });
    assert_eq!(api.shown("/workspaces"), shown);
    let lock = json!({ "is_lock": 0, "is_locked": 0, "lock_time": "", "lock_reason": "" });
    assert_eq!(api.shown("/workspaces/lock-status"), lock);
    assert_eq!(api.shown("/workspace-sub-jobs")["total_count"], 0);
    assert_eq!(api.get("/workspace-jobs/x").refusal(), (404, "WKS.EMU.0007"));
}

#[test]
fn the_service_is_opened_and_closed_by_the_clock() {
    let world = World::with(|config| config.pace = Pace::EveryMs(1_000));
    let api = Api::of(&world);
    let user = api.user("ada", json!({}));
    let status = || text(&api.shown("/workspaces")["status"]);
    let job = |id: &Value| text(&api.shown(&format!("/workspace-jobs/{}", text(id)))["status"]);

    let cancel = api.delete("/workspaces").with(202);
    assert_eq!(api.shown("/workspaces")["job_id"], cancel["job_id"]);
    assert_eq!((status(), job(&cancel["job_id"])), ("DEREGISTERING".into(), "WAITING".into()));
    assert_eq!(api.delete("/workspaces").refusal(), (400, "WKS.EMU.0011"));
    assert_eq!(api.get("/users").refusal(), (400, "WKS.00170312"));
    world.twin.clock.advance(2_000);
    assert_eq!((status(), job(&cancel["job_id"])), ("CLOSED".into(), "SUCCESS".into()));

    let wish = json!({
        "ad_domains": {
            "domain_type": "LOCAL_AD", "domain_name": "example.com", "domain_password": "secret",
            "delete_computer_object": 1,
        },
        "vpc_id": "v", "subnet_ids": [{ "subnet_id": "s" }], "manage_subnet_cidr": "10.0.0.0/24",
        "access_mode": "BOTH", "enterprise_id": "corp",
    });
    let apply = api.post("/workspaces", wish.clone()).with(200);
    assert_eq!(status(), "SUBSCRIBING");
    assert_eq!(api.post("/workspaces", wish.clone()).refusal(), (400, "WKS.EMU.0011"));
    world.twin.clock.advance(2_000);
    insta::assert_json_snapshot!(api.shown("/workspaces"), @r#"
    {
      "access_mode": "BOTH",
      "ad_domains": {
        "delete_computer_object": "1",
        "domain_name": "example.com",
        "domain_type": "LOCAL_AD"
      },
      "closable": true,
      "complete_time": "2026-01-31T08:00:04.000Z",
      "dedicated_access_address": "192.0.2.10",
      "desktop_security_group": {
        "id": "033e53cdee35d0326e21f09b0e48ca5a",
        "name": "WorkspaceUserSecurityGroup"
      },
      "enterprise_id": "corp",
      "id": "0123456789abcdef0123456789abcdef",
      "infrastructure_security_group": {
        "id": "409702d87dc84752c4fcf6ff53710d4b",
        "name": "WorkspaceManagerSecurityGroup"
      },
      "internet_access_address": "203.0.113.10",
      "internet_access_port": "443",
      "job_id": "572038b2-ca9c-4d66-a930-3e1a8e50c452",
      "management_subnet_cidr": "10.0.0.0/24",
      "status": "SUBSCRIBED",
      "subnet_ids": [
        {
          "subnet_id": "s"
        }
      ],
      "vpc_id": "v"
    }
    "#);
    assert_eq!(api.shown("/workspaces")["job_id"], apply["job_id"]);
    assert_eq!(api.post("/workspaces", wish).refusal(), (400, "WKS.EMU.0011"));

    // All that was there has gone, and users come from the directory now.
    assert_eq!(api.get(&format!("/users/{user}")).refusal(), (400, "WKS.00170312"));
    assert_eq!(api.names("/users"), (vec![], 0));
    let body = json!({ "user_name": "bob", "active_type": "ADMIN_ACTIVATE" });
    let id = text(&api.post("/users", body).with(201)["id"]);
    let detail = api.shown(&format!("/users/{id}"))["user_detail"].take();
    assert_eq!(detail["user_principal_name"], "bob@example.com");
    assert_eq!(api.names("/users?platform_type=AD").1, 1);
}

#[test]
fn a_directory_of_ones_own_has_a_name() {
    let world = seeded(CLOSED);
    let api = Api { world: &world, project: "p" };
    let wish = json!({ "ad_domains": { "domain_type": "LOCAL_AD" } });
    assert_eq!(api.post("/workspaces", wish).refusal(), (400, "WKS.EMU.0001"));
}

#[test]
fn a_service_with_desktops_cannot_be_closed() {
    let world = seeded(
        "[[workspace.project]]\nid = \"p\"\n[[workspace.project.user]]\nuser_name = \"a\"\n\
         user_phone = \"1\"\ntotal_desktops = 1\n",
    );
    let api = Api { world: &world, project: "p" };
    assert_eq!(api.shown("/workspaces")["closable"], false);
    assert_eq!(api.delete("/workspaces").refusal(), (400, "WKS.EMU.0011"));
    let used = |kind: &str| {
        let quotas = api.shown("/quotas");
        let found = list(&quotas["quotas"]["resources"]).iter().find(|q| q["type"] == kind);
        found.unwrap()["used"].clone()
    };
    assert_eq!((used("users"), used("general_instances")), (json!(1), json!(1)));
}

#[test]
fn the_quota_of_users_is_enforced() {
    let world = seeded("[[workspace.project]]\nid = \"p\"\nuser_quota = 2\n");
    let api = Api { world: &world, project: "p" };
    let first = api.user("a", json!({}));
    api.user("b", json!({}));
    let body = json!({ "user_name": "c", "user_phone": "1" });
    assert_eq!(api.post("/users", body.clone()).refusal(), (403, "WKS.EMU.0003"));
    let batch = json!({ "users": [body] });
    assert_eq!(api.post("/users/batch-create", batch.clone()).refusal(), (403, "WKS.EMU.0003"));
    api.delete(&format!("/users/{first}")).with(204);
    api.post("/users/batch-create", batch).with(200);
    let of_site = api.shown("/quotas/detail?site_id=s");
    let users = &of_site["resources"][0];
    assert_eq!(users, &json!({ "type": "users", "quota": 2, "used": 2 }));
    assert_eq!(of_site["site_id"], "s");
}

#[test]
fn the_one_site_has_the_quotas_of_the_project() {
    let world = seeded("[[workspace.project]]\nid = \"p\"\nuser_quota = 7\n");
    let api = Api { world: &world, project: "p" };
    api.user("a", json!({}));
    let shown = api.shown("/quotas");
    let [site] = list(&shown["site_quotas"]).as_slice() else { panic!("{shown}") };
    assert_eq!(site["resources"], shown["quotas"]["resources"]);
    assert_eq!(site["resources"][0], json!({ "type": "users", "quota": 7, "used": 1 }));
    assert_eq!(api.shown("/quotas/detail")["site_id"], site["site_id"]);
    assert_eq!(text(&site["site_id"]).len(), 32);
}
