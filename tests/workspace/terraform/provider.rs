//! The requests that the provider's resources and data sources send, and what they wait for.

use cloudtwin::runtime::lifecycle::Pace;
use serde_json::{Value, json};

use super::super::client::{Api, Reply, list, text};
use crate::client::World;

/// How long the provider waits between two looks.
const POLL_MS: i64 = 15_000;

/// A provider that speaks to one project.
pub struct Provider<'a>(pub Api<'a>);

pub fn world() -> World {
    World::with(|config| config.pace = Pace::EveryMs(10_000))
}

impl<'a> Provider<'a> {
    pub fn of(world: &'a World) -> Self {
        Self(Api::of(world))
    }

    /// Waits until the service has that state.
    pub fn wait_for_service(&self, pending: &[&str], target: &str) {
        for _ in 0..9 {
            self.0.world.twin.clock.advance(POLL_MS);
            let status = text(&self.0.shown("/workspaces")["status"]);
            if status == target {
                return;
            }
            assert!(pending.contains(&status.as_str()), "{status} while waiting for {target}");
        }
        panic!("the service never came to {target}");
    }

    /// Waits for a job by its sub-jobs.
    pub fn wait_for_job(&self, answer: &Value) {
        let path = format!("/workspace-sub-jobs?job_id={}", text(&answer["job_id"]));
        for _ in 0..9 {
            self.0.world.twin.clock.advance(POLL_MS);
            let page = self.0.shown(&path);
            let jobs = list(&page["jobs"]);
            assert!(!jobs.is_empty(), "unable to find any job details");
            match jobs.iter().map(|job| &job["status"]).find(|status| **status != "SUCCESS") {
                None => return,
                Some(status) => assert!(status == "WAITING" || status == "RUNNING", "{status}"),
            }
        }
        panic!("the job never ended");
    }

    /// A read of the service resource: three calls, and what it keeps of them.
    pub fn read_service(&self) -> Value {
        let mut service = self.0.shown("/workspaces");
        assert_ne!(service["status"], "CLOSED", "the resource is gone");
        let members = service.as_object_mut().unwrap();
        members.remove("complete_time");
        members.remove("job_id");
        members
            .extend(self.0.shown("/assist-auth-config/method-config").as_object().unwrap().clone());
        let lock = self.0.shown("/workspaces/lock-status");
        for name in ["is_locked", "lock_time", "lock_reason"] {
            members.insert(name.to_owned(), lock[name].clone());
        }
        service
    }

    pub fn create_service(&self, body: Value) -> Value {
        self.0.post("/workspaces", body).with(200);
        self.wait_for_service(&["PREPARING", "SUBSCRIBING"], "SUBSCRIBED");
        self.read_service()
    }

    pub fn delete_service(&self) {
        assert_eq!(self.0.shown("/workspaces")["closable"], true);
        self.0.delete("/workspaces").with(202);
        self.wait_for_service(&["DEREGISTERING"], "CLOSED");
    }

    pub fn update_service(&self, body: Value) {
        let answer = self.0.put("/workspaces", body).with(200);
        self.wait_for_job(&answer);
    }

    pub fn set_second_factor(&self, info: Value) {
        let body = json!({ "auth_type": "OTP", "otp_config_info": info });
        let path = "/assist-auth-config/method-config";
        assert_eq!(self.0.put(path, body).with(204), Value::Null);
    }

    /// All organizational units, a hundred at a time.
    pub fn ous(&self) -> Vec<Value> {
        let mut all = Vec::new();
        loop {
            let page = self.0.shown(&format!("/ous?limit=100&offset={}", all.len()));
            let ous = list(&page["ous"]);
            all.extend(ous.iter().cloned());
            if ous.len() < 100 {
                return all;
            }
        }
    }

    /// All groups: the first page without a limit, the next with as many as came, until none comes.
    pub fn groups(&self) -> Vec<Value> {
        let mut all = list(&self.0.shown("/groups")["user_groups"]).clone();
        let limit = all.len();
        loop {
            let path = format!("/groups?limit={limit}&offset={}", all.len());
            let page = self.0.shown(&path);
            let groups = list(&page["user_groups"]);
            if groups.is_empty() {
                return all;
            }
            all.extend(groups.iter().cloned());
        }
    }

    pub fn group(&self, name: &str) -> Value {
        self.groups().into_iter().find(|group| group["name"] == name).unwrap()
    }

    pub fn create_user(&self, name: &str) -> String {
        let body = json!({
            "user_name": name, "user_email": "basic@example.com", "account_expires": "0",
            "enable_change_password": true, "next_login_change_password": true,
        });
        let id = text(&self.0.post("/users", body).with(201)["id"]);
        let body = json!({
            "user_email": "basic@example.com", "description": "", "account_expires": "0",
            "enable_change_password": true, "next_login_change_password": true,
            "password_never_expired": false, "disabled": false,
        });
        self.0.put(&format!("/users/{id}"), body).with(200);
        id
    }

    pub fn act_on_group(&self, id: &str, op_type: &str, users: &[&String]) {
        let body = json!({ "op_type": op_type, "user_ids": users });
        self.0.post(&format!("/groups/{id}/actions"), body).with(204);
    }
}

/// Whether the provider takes a refusal for a resource that is gone.
pub fn is_gone(reply: &Reply) -> bool {
    match reply.refusal() {
        (404, _) | (400, "WKS.00170312" | "WKS.00170117" | "WKS.00170208") => true,
        (403, code) => code == "WKS.00010099",
        (500, code) => ["WKS.0202", "WKS.0915"].contains(&code),
        _ => false,
    }
}

/// The value of a setting in the provider block of the documents.
pub fn printed(name: &str) -> String {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("emulator/docs/sdks.md")).unwrap();
    let (_, block) = page.split_once("```hcl\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    let lines = block.lines().filter_map(|line| line.split_once('='));
    let found = lines.map(|(key, value)| (key.trim(), value.trim().trim_matches('"')));
    let found: Vec<_> = found.filter(|(key, _)| *key == name).collect();
    let [(_, value)] = found.as_slice() else { panic!("{name}: {found:?}") };
    (*value).to_owned()
}
