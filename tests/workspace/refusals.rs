//! Every code that an ordinary call can reach, with its status and its text.

use std::collections::BTreeSet;

use contracts::catalog;
use http::Method;
use serde_json::{Value, json};

use super::client::{Api, Reply, list, reply, seeded, send_bytes, text};

const SEED: &str = r#"
[[workspace.project]]
id = "p"
user_quota = 1
[[workspace.project.group]]
id = "ad"
name = "of the directory"
domain = "example.com"
[[workspace.project.user]]
id = "owner"
user_name = "owner"
user_email = "owner@example.com"
total_desktops = 1
[[workspace.project.job]]
job_type = "createDesktops"
[[workspace.project]]
id = "closed"
closed = true
"#;

/// Codes that calls about exports and imports alone can meet.
const OF_EXPORTS: [&str; 2] = ["WKS.EMU.0005", "WKS.EMU.0014"];

#[test]
fn every_code_has_a_call_that_meets_it() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    let closed = Api { world: &world, project: "closed" };
    let user = |name: &str| json!({ "user_name": name, "user_phone": "1" });
    let job = text(&api.shown("/workspace-sub-jobs")["jobs"][0]["job_id"]);
    let replies: Vec<Reply> = vec![
        api.call(Method::POST, "/users", None),
        closed.get("/quotas"),
        closed.delete("/groups/none"),
        closed.delete("/users/none"),
        api.delete("/groups/none"),
        api.delete("/users/none"),
        api.delete("/ous/none"),
        api.post("/users", json!({ "user_name": "" })),
        api.post("/users", user("OWNER")),
        api.post("/users", user("other")),
        api.delete("/users/owner"),
        api.get("/workspace-jobs/none"),
        api.post(&format!("/workspace-jobs/{job}/actions"), json!({ "op_type": "retry" })),
        {
            let admin = json!({ "active_type": "ADMIN_ACTIVATE" });
            api.put("/users/owner", admin).with(200);
            api.post("/users/owner/resend-email", json!({}))
        },
        api.put("/groups/ad", json!({ "group_name": "x" })),
        api.delete("/workspaces"),
    ];
    let told: Vec<String> = replies.iter().map(Reply::told).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    400 WKS.0001: The request message input by the interface is empty.
    403 WKS.00010099: The Workspace service is not enabled.
    400 WKS.00170117: The tenant does not exist.
    400 WKS.00170312: The tenant does not exist.
    400 WKS.00170208: The user group does not exist.
    400 WKS.00170312: The user does not exist.
    500 WKS.0915: The organizational unit does not exist.
    400 WKS.EMU.0001: user_name has a wrong format.
    400 WKS.EMU.0002: The name already exists.
    403 WKS.EMU.0003: The number of users exceeds the quota.
    400 WKS.EMU.0004: The user has desktops and cannot be deleted.
    404 WKS.EMU.0007: The job does not exist.
    400 WKS.EMU.0008: The job does not support this operation.
    400 WKS.EMU.0009: The user cannot be notified.
    400 WKS.EMU.0010: AD user groups cannot be renamed.
    400 WKS.EMU.0011: The service status does not support this operation.
    "#);

    let met: BTreeSet<&str> = replies.iter().map(|reply| reply.refusal().1).collect();
    let known = catalog().service("workspace").unwrap().codes.iter();
    let free = known.filter(|(_, code)| code.forced_only.is_none()).map(|(name, _)| name.as_str());
    let free: BTreeSet<&str> = free.filter(|code| !OF_EXPORTS.contains(code)).collect();
    assert_eq!(met, free);
}

#[test]
fn a_body_that_is_needed_and_missing_has_a_code_of_its_own() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    for path in ["/users", "/users/batch-create", "/groups", "/groups/ad/actions", "/ous"] {
        let reply = api.call(Method::POST, path, None);
        assert_eq!(reply.refusal(), (400, "WKS.0001"), "{path}");
    }
    // Where nothing is required nothing is missed.
    api.call(Method::PUT, "/users/owner", None).with(200);
    api.call(Method::PUT, "/groups/ad", None).with(200);
}

#[test]
fn a_user_with_desktops_stays_and_so_does_its_batch() {
    let world = seeded(&SEED.replace("user_quota = 1", "user_quota = 2"));
    let api = Api { world: &world, project: "p" };
    let other = api.user("other", json!({}));
    let batch: Value = json!({ "user_ids": [other, "owner"] });
    assert_eq!(api.post("/users/batch-delete", batch).refusal(), (400, "WKS.EMU.0004"));
    assert_eq!(list(&api.shown("/users")["users"]).len(), 2);
}

#[test]
fn a_call_about_an_unknown_user_or_group_says_so_whatever_it_asks() {
    let world = seeded(SEED);
    let api = Api { world: &world, project: "p" };
    let stranger = json!({ "user_name": "new", "user_phone": "1", "group_ids": ["none"] });
    let lock = json!({ "op_type": "LOCK" });
    let devices = json!({ "otp_ids": ["x"] });
    for (code, replies) in [
        (
            "WKS.00170208",
            vec![
                api.get("/groups/none/users"),
                api.get("/v3/groups/none/users/export"),
                api.put("/groups/none", json!({ "description": "x" })),
                api.post("/users", stranger),
            ],
        ),
        (
            "WKS.00170312",
            vec![
                api.put("/users/none", json!({ "description": "x" })),
                api.post("/users/none/actions", lock),
                api.post("/users/none/resend-email", json!({})),
                api.get("/users/none/random-password"),
                api.call(Method::DELETE, "/users/none/otp-devices", Some(devices)),
            ],
        ),
        ("WKS.EMU.0001", vec![api.get("/groups/export?limit=51")]),
    ] {
        for reply in replies {
            assert_eq!(reply.refusal().1, code, "{reply:?}");
        }
    }
}

#[test]
fn a_body_of_null_has_no_members_and_half_of_a_surrogate_pair_is_named() {
    let world = seeded(SEED);
    let told = |method: Method, body: &'static str| {
        reply(&send_bytes("TWINAK", &world, method, "/v2/p/users", body.into())).told()
    };
    assert_eq!(told(Method::POST, "null"), told(Method::POST, "{}"));
    let broken = [told(Method::POST, "[]"), told(Method::POST, r#"{"user_name":"\ud83d"}"#)];
    insta::assert_snapshot!(broken.join("\n"), @r"
    400 WKS.EMU.0001: the body must be a JSON object.
    400 WKS.EMU.0001: the body has the escape `\ud83d`, which is half of a surrogate pair and stands for no character.
    ");
}
