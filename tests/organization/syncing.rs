//! User syncs for the tests of this service: begun, asked after, deleted, and what they do to CAM users.

use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::services::seeds::Seed;
use http::Method;
use serde_json::{Value, json};

use super::center::{Center, MEMBER};
use crate::client::World;
use crate::documents::ask;

/// How long a task takes in a slow twin.
pub const TASK_MS: i64 = 1_000;

/// An item of `CreateUserSyncProvisioning`: keeps both, deletes.
pub fn item(principal: &str, uin: i64) -> Value {
    let kind = if principal.starts_with("u-") { "User" } else { "Group" };
    json!({
        "PrincipalId": principal, "PrincipalType": kind, "TargetType": "MemberUin",
        "TargetUin": uin, "DuplicationStrategy": "KeepBoth", "DeletionStrategy": "Delete",
        "Description": "",
    })
}

/// The same with other members.
pub fn but(mut item: Value, changes: Value) -> Value {
    item.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    item
}

impl Center {
    /// The starter fixture; tasks take a second.
    pub fn slow() -> Self {
        Self { world: World::with(|config| config.pace = Pace::EveryMs(TASK_MS)) }
    }

    /// A zone with members and limits as this text says, in the table `[organization]`.
    pub fn with_limits(limits: &str) -> Self {
        Self::seeded(&format!(
            "{}\n[organization.zone]\nid = 'z-cloudtwin001'\nname = 'zone'\n",
            organization(limits)
        ))
    }

    /// This seed; tasks take a second.
    pub fn slow_and_seeded(toml: &str) -> Self {
        let seed = Seed::parse(toml).unwrap_or_else(|problems| panic!("{problems:?}"));
        Self {
            world: World::with(|config| {
                config.seed_state = seed;
                config.pace = Pace::EveryMs(TASK_MS);
            }),
        }
    }

    /// Begins a sync; its id and its task's id.
    pub fn begin(&self, item: Value) -> (String, String) {
        let begun =
            self.ok("CreateUserSyncProvisioning", json!({ "UserSyncProvisionings": [item] }));
        ids(&begun["Tasks"][0])
    }

    /// The code of a refused sync.
    pub fn begin_code(&self, item: Value) -> String {
        self.code("CreateUserSyncProvisioning", json!({ "UserSyncProvisionings": [item] }))
    }

    /// A sync whose task succeeded; its id.
    pub fn sync(&self, item: Value) -> String {
        let (sync, task) = self.begin(item);
        self.wait(TASK_MS);
        assert_eq!(self.task(&task), "Success");
        sync
    }

    /// Begins the deletion of a sync; its task's id.
    pub fn end(&self, sync: &str) -> String {
        let ended = self.ok("DeleteUserSyncProvisioning", json!({ "UserProvisioningId": sync }));
        ids(&ended["Tasks"]).1
    }

    /// Deletes a sync; what became of its task.
    pub fn delete_sync(&self, sync: &str) -> String {
        let task = self.end(sync);
        self.wait(TASK_MS);
        self.task(&task)
    }

    /// The status of a task, with the reason of its failure.
    pub fn task(&self, task: &str) -> String {
        let status = &self.ok("GetProvisioningTaskStatus", json!({ "TaskId": task }))["TaskStatus"];
        match (status["Status"].as_str().unwrap(), status["FailureReason"].as_str().unwrap()) {
            (status, "") => status.to_owned(),
            (status, reason) => format!("{status}: {reason}"),
        }
    }

    /// The CAM users of an account: names, with a `+` if they have access keys, an `!` if they are
    /// special, and the user's id in brackets if they are synced.
    pub fn cam(&self, uin: i64) -> String {
        let (status, shown) =
            ask(&self.world, Method::GET, &format!("cam/{uin}/users"), String::new());
        assert_eq!(status, 200, "{shown}");
        let one = |user: &Value| {
            let keys = if user["has_access_keys"] == true { "+" } else { "" };
            let special = if user["kind"] == "SubUser" { "" } else { "!" };
            let synced = user["user_id"].as_str().map_or(String::new(), |id| format!("({id})"));
            format!("{}{keys}{special}{synced}", user["name"].as_str().unwrap())
        };
        shown["users"].as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(" ")
    }

    /// Replaces the CAM users of an account.
    pub fn put_cam(&self, uin: i64, users: Value) -> (u16, Value) {
        let body = json!({ "users": users }).to_string();
        ask(&self.world, Method::PUT, &format!("cam/{uin}/users"), body)
    }

    /// Replaces the CAM users of the first member account, which must succeed.
    pub fn place(&self, users: Value) {
        assert_eq!(self.put_cam(MEMBER, users), (200, json!({})));
    }
}

/// An organization with two members and these limits.
pub fn organization(limits: &str) -> String {
    format!(
        "[organization]\nname = 'o'\nlimits = {{ {limits} }}\n\
         [[organization.member]]\nuin = {MEMBER}\nname = 'production'\n\
         [[organization.member]]\nuin = {}\nname = 'staging'\n",
        MEMBER + 1
    )
}

/// The id of a task's sync, and its own.
fn ids(task: &Value) -> (String, String) {
    let text = |member: &str| task[member].as_str().unwrap().to_owned();
    (text("UserProvisioningId"), text("TaskId"))
}

/// Changes the state behind the service's back.
pub fn run(world: &World, sql: &str) {
    let sql = sql.to_owned();
    let work = move |tx: &rusqlite::Connection| tx.execute_batch(&sql).map_err(|e| e.to_string());
    world.twin.writer.run(work).unwrap();
}
