//! What batches are described to do, once more, as plain maps: what the random batches are compared
//! with. Written from the description alone; it shares no line with the emulator.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::center::STEP_MS;

/// Roles that every tenant has.
pub(super) const ROLES: [&str; 2] = ["1672380646005741634", "1672380646005741635"];

/// An entry of a batch.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) action: &'static str,
    pub(super) account: &'static str,
    pub(super) name: Option<&'static str>,
    pub(super) email: Option<&'static str>,
    pub(super) roles: Option<Vec<&'static str>>,
}

impl Change {
    /// As it goes over the wire.
    pub(super) fn sent(&self) -> Value {
        let all = json!({
            "action": self.action, "userAccount": self.account, "userName": self.name,
            "email": self.email, "roleIds": self.roles,
        });
        let given = all.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
        given.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

#[derive(Debug, Clone, Default)]
struct User {
    name: &'static str,
    email: &'static str,
    roles: Vec<&'static str>,
    enabled: bool,
}

/// A batch, and once it is over what failed of it.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) id: String,
    created: i64,
    changes: Vec<Change>,
    failures: Option<Vec<Value>>,
}

impl Task {
    /// Its state, and what has failed of it.
    pub(super) fn shown(&self, now: i64) -> (&'static str, Value) {
        let status = match (&self.failures, now - self.created) {
            (Some(_), _) => "DONE",
            (None, STEP_MS..) => "DOING",
            _ => "TODO",
        };
        (status, self.failures.clone().unwrap_or_default().into())
    }

    pub(super) fn is_over(&self) -> bool {
        self.failures.is_some()
    }
}

/// One tenant.
#[derive(Debug, Default)]
pub(super) struct Reference {
    users: BTreeMap<&'static str, User>,
    pub(super) quota: Option<usize>,
    pub(super) tasks: Vec<Task>,
}

impl Reference {
    pub(super) fn submit(&mut self, id: String, changes: Vec<Change>, now: i64) {
        self.tasks.push(Task { id, created: now, changes, failures: None });
    }

    /// Works off every task whose time has come, in the order in which they came.
    pub(super) fn wait_until(&mut self, now: i64) {
        for at in 0..self.tasks.len() {
            let task = &self.tasks[at];
            if task.failures.is_some() || task.created + 2 * STEP_MS > now {
                continue;
            }
            let mut failures = Vec::new();
            for change in task.changes.clone() {
                if let Err((code, text)) = self.apply(&change) {
                    failures.push(json!({
                        "federationUser": change.sent(), "failCode": code, "failMessage": text,
                    }));
                }
            }
            self.tasks[at].failures = Some(failures);
        }
    }

    fn apply(&mut self, change: &Change) -> Result<(), (&'static str, &'static str)> {
        let known = self.users.get(change.account);
        if change.action == "CREATE" && known.is_some_and(|user| user.enabled) {
            return Err(("200-101", "The user account already exists."));
        }
        if change.action != "CREATE" && known.is_none() {
            return Err(("200-102", "The user account does not exist."));
        }
        if change.roles.iter().flatten().any(|role| !ROLES.contains(role)) {
            return Err(("200-103", "The role does not exist."));
        }
        let enabled = self.users.values().filter(|user| user.enabled).count();
        if change.action == "CREATE" && self.quota.is_some_and(|quota| enabled >= quota) {
            return Err(("200-105", "The number of users exceeds the upper limit."));
        }
        let user = self.users.entry(change.account).or_default();
        match change.action {
            "CREATE" => *user = User { enabled: true, ..User::default() },
            "DISABLE" => user.enabled = false,
            _ => {}
        }
        user.name = change.name.filter(|name| !name.is_empty()).unwrap_or(user.name);
        user.email = change.email.unwrap_or(user.email);
        if let Some(roles) = &change.roles {
            user.roles.clear();
            for role in roles {
                if !user.roles.contains(role) {
                    user.roles.push(role);
                }
            }
        }
        Ok(())
    }

    /// All accounts as the control interface shows them.
    pub(super) fn shown_users(&self) -> Value {
        let user = |(account, user): (&&str, &User)| {
            json!({
                "account": account, "name": user.name, "email": user.email,
                "role_ids": user.roles, "enabled": user.enabled, "federated": true,
            })
        };
        json!({ "user_quota": self.quota, "users": self.users.iter().map(user).collect::<Value>() })
    }
}
