//! Role configurations and assignments for the tests of this service.

use cloudtwin::runtime::lifecycle::Pace;
use serde_json::{Value, json};

use super::center::{Center, MEMBER};
use crate::client::World;

/// An assignment as requests name it.
pub fn entry(configuration: &str, principal: &str, uin: i64) -> Value {
    let kind = if principal.starts_with("u-") { "User" } else { "Group" };
    json!({
        "PrincipalId": principal, "PrincipalType": kind, "TargetType": "MemberUin",
        "TargetUin": uin, "RoleConfigurationId": configuration,
    })
}

/// A role configuration on the first member account.
pub fn place(configuration: &str) -> Value {
    json!({
        "RoleConfigurationId": configuration, "TargetType": "MemberUin", "TargetUin": MEMBER,
    })
}

impl Center {
    /// The id of a new role configuration.
    pub fn configuration(&self, name: &str) -> String {
        let made = self.ok("CreateRoleConfiguration", json!({ "RoleConfigurationName": name }));
        made["RoleConfigurationInfo"]["RoleConfigurationId"].as_str().unwrap().to_owned()
    }

    /// Begins an assignment; its task's id.
    pub fn assign(&self, entry: Value) -> String {
        let begun = self.ok("CreateRoleAssignment", json!({ "RoleAssignmentInfo": [entry] }));
        begun["Tasks"][0]["TaskId"].as_str().unwrap().to_owned()
    }

    /// Begins something that answers one task; its id.
    pub fn begin_role_task(&self, action: &str, input: Value) -> String {
        self.ok(action, input)["Task"]["TaskId"].as_str().unwrap().to_owned()
    }

    /// The status of a role task, with the reason of its failure.
    pub fn role_task(&self, task: &str) -> String {
        let status = &self.ok("GetTaskStatus", json!({ "TaskId": task }))["TaskStatus"];
        match (status["Status"].as_str().unwrap(), status["FailureReason"].as_str().unwrap()) {
            (status, "") => status.to_owned(),
            (status, reason) => format!("{status}: {reason}"),
        }
    }

    /// The deployments, the oldest first: names of role configurations, accounts and statuses.
    pub fn deployments(&self) -> String {
        let input = json!({ "MaxResults": 100 });
        let listed = self.ok("ListRoleConfigurationProvisionings", input);
        let one = |one: &Value| {
            let text = |member: &str| one[member].as_str().unwrap().to_owned();
            format!(
                "{}@{} {}",
                text("RoleConfigurationName"),
                text("TargetName"),
                text("DeploymentStatus")
            )
        };
        let all = listed["RoleConfigurationProvisionings"].as_array().unwrap();
        all.iter().rev().map(one).collect::<Vec<_>>().join(", ")
    }

    /// How many assignments there are.
    pub fn assignments(&self) -> i64 {
        self.ok("ListRoleAssignments", json!({}))["TotalCounts"].as_i64().unwrap()
    }

    /// Changes rows of the state, as nothing but a scenario does.
    pub fn run_sql(&self, sql: &'static str) {
        let work =
            move |tx: &rusqlite::Connection| tx.execute_batch(sql).map_err(|e| e.to_string());
        self.world.twin.writer.run(work).unwrap();
    }

    /// A zone with these limits whose tasks take no time, kept in that file.
    pub fn kept(db: std::path::PathBuf, pace: Pace) -> Self {
        let change = |config: &mut cloudtwin::config::Config| {
            config.db = Some(db);
            config.pace = pace;
        };
        Self { world: World::with(change) }
    }
}
