//! What role assignments and their tasks are described to do, once more, as plain maps. Written from
//! the description alone; it shares no line with the emulator.

use std::collections::{BTreeMap, BTreeSet};

use super::super::center::MEMBER;

/// The accounts that the stories use.
pub const ACCOUNTS: [i64; 2] = [MEMBER, MEMBER + 1];

/// How many half steps a task takes.
const TICKS: u32 = 2;

/// Who has what where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub configuration: usize,
    pub account: usize,
    pub principal: usize,
}

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Assign,
    Unassign { undeploys: bool },
    Provision,
    Dismantle,
}

/// How a task ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Fail,
}

#[derive(Debug)]
struct Task {
    kind: Kind,
    key: Key,
    outcome: Outcome,
    /// Half steps that are left.
    left: u32,
    /// The assignment's turn: a key can be assigned again.
    turn: usize,
}

/// Everything that can be seen, and what is under way.
#[derive(Debug)]
pub struct Reference {
    /// Each with its turn.
    assigned: BTreeMap<Key, usize>,
    deployed: BTreeMap<(usize, usize), &'static str>,
    tasks: Vec<Task>,
    policies: BTreeSet<usize>,
    configurations: BTreeSet<usize>,
    principals: BTreeSet<usize>,
}

impl Reference {
    pub fn new() -> Self {
        Self {
            assigned: BTreeMap::new(),
            deployed: BTreeMap::new(),
            tasks: Vec::new(),
            policies: BTreeSet::new(),
            configurations: (0..2).collect(),
            principals: (0..3).collect(),
        }
    }

    fn is_busy(&self, configuration: usize, account: Option<usize>) -> bool {
        self.tasks.iter().any(|task| {
            task.left > 0
                && task.key.configuration == configuration
                && account.is_none_or(|account| task.key.account == account)
        })
    }

    fn has_any(&self, configuration: usize, account: Option<usize>) -> bool {
        self.assigned.keys().any(|key| {
            key.configuration == configuration
                && account.is_none_or(|account| key.account == account)
        })
    }

    /// Begins a task, or the code of its refusal.
    pub fn begin(&mut self, kind: Kind, key: Key, outcome: Outcome) -> Result<(), &'static str> {
        let Key { configuration, account, principal } = key;
        let is_known = self.configurations.contains(&configuration);
        let mut turn = self.tasks.len();
        match kind {
            Kind::Assign | Kind::Provision if !is_known => {
                return Err("InvalidParameter.RoleConfigurationNotExist");
            }
            Kind::Assign if !self.principals.contains(&principal) => {
                return Err(match principal {
                    2 => "InvalidParameter.GroupNotExist",
                    _ => "ResourceNotFound.UserNotExist",
                });
            }
            Kind::Assign => {
                if self.assigned.contains_key(&key) {
                    return Err("FailedOperation.RoleConfigurationAuthorizationAlreadyExist");
                }
                self.assigned.insert(key, turn);
            }
            Kind::Unassign { .. } => {
                let unknown = "ResourceNotFound.RoleConfigurationAuthorizationNotFound";
                turn = *self.assigned.get(&key).ok_or(unknown)?;
                let leaves = |task: &Task| {
                    task.left > 0
                        && matches!(task.kind, Kind::Unassign { .. })
                        && task.key == key
                        && task.turn == turn
                };
                if self.tasks.iter().any(leaves) {
                    return Err(unknown);
                }
            }
            Kind::Provision => {}
            Kind::Dismantle => {
                if self.is_busy(configuration, Some(account)) {
                    return Err("FailedOperation.RoleConfigurationProvisioningStatusError");
                }
                if self.has_any(configuration, Some(account)) {
                    return Err("FailedOperation.RoleConfigurationAuthorizationExist");
                }
                if !self.deployed.contains_key(&(configuration, account)) {
                    return Err("ResourceNotFound.RoleConfigurationProvisioningNotFound");
                }
            }
        }
        self.tasks.push(Task { kind, key, outcome, left: TICKS, turn });
        Ok(())
    }

    /// Attaches the policy, or detaches it if it is there. Returns which.
    pub fn change(&mut self, configuration: usize) -> (bool, Result<(), &'static str>) {
        if !self.configurations.contains(&configuration) {
            return (true, Err("InvalidParameter.RoleConfigurationNotExist"));
        }
        let adds = self.policies.insert(configuration);
        if !adds {
            self.policies.remove(&configuration);
        }
        for (place, status) in &mut self.deployed {
            if place.0 == configuration && *status == "Deployed" {
                *status = "DeployedRequired";
            }
        }
        (adds, Ok(()))
    }

    pub fn delete_principal(&mut self, principal: usize) -> Result<(), &'static str> {
        if !self.principals.contains(&principal) {
            return Err(match principal {
                2 => "InvalidParameter.GroupNotExist",
                _ => "ResourceNotFound.UserNotExist",
            });
        }
        if self.assigned.keys().any(|key| key.principal == principal) {
            return Err("FailedOperation.RoleConfigurationAuthorizationExist");
        }
        self.principals.remove(&principal);
        Ok(())
    }

    pub fn delete_configuration(&mut self, configuration: usize) -> Result<(), &'static str> {
        if !self.configurations.contains(&configuration) {
            return Err("InvalidParameter.RoleConfigurationNotExist");
        }
        if self.policies.contains(&configuration) {
            return Err("InvalidParameter.RolePolicyAlreadyExist");
        }
        let is_deployed = self.deployed.keys().any(|place| place.0 == configuration);
        if is_deployed || self.has_any(configuration, None) || self.is_busy(configuration, None) {
            return Err("FailedOperation.RoleConfigurationProvisioningAlreadyDeployed");
        }
        self.configurations.remove(&configuration);
        Ok(())
    }

    /// Half a step of the clock: what is due ends, the oldest first.
    pub fn tick(&mut self) {
        for at in 0..self.tasks.len() {
            let task = &mut self.tasks[at];
            if task.left == 0 {
                continue;
            }
            task.left -= 1;
            if task.left == 0 {
                self.end(at);
            }
        }
    }

    fn end(&mut self, at: usize) {
        let Task { kind, key, outcome, turn, .. } = self.tasks[at];
        let place = (key.configuration, key.account);
        let is_usable = self.deployed.get(&place).is_some_and(|status| *status != "DeployFailed");
        let is_same = self.assigned.get(&key) == Some(&turn);
        match (kind, outcome) {
            (Kind::Assign, Outcome::Success) if !is_usable => {
                self.deployed.insert(place, "Deployed");
            }
            (Kind::Assign, Outcome::Fail) => {
                if is_same {
                    self.assigned.remove(&key);
                }
                if !is_usable {
                    self.deployed.insert(place, "DeployFailed");
                }
            }
            (Kind::Unassign { undeploys }, Outcome::Success) => {
                if is_same {
                    self.assigned.remove(&key);
                }
                if undeploys && !self.has_any(key.configuration, Some(key.account)) {
                    self.deployed.remove(&place);
                }
            }
            (Kind::Provision, Outcome::Success) => drop(self.deployed.insert(place, "Deployed")),
            (Kind::Provision, Outcome::Fail) => drop(self.deployed.insert(place, "DeployFailed")),
            (Kind::Dismantle, Outcome::Success) => drop(self.deployed.remove(&place)),
            _ => {}
        }
    }

    pub fn assignments(&self) -> Vec<Key> {
        self.assigned.keys().copied().collect()
    }

    pub fn deployments(&self) -> Vec<((usize, usize), String)> {
        self.deployed.iter().map(|(place, status)| (*place, (*status).to_owned())).collect()
    }

    /// The statuses of all tasks, the oldest first.
    pub fn statuses(&self) -> impl Iterator<Item = &'static str> {
        self.tasks.iter().map(|task| match (task.left, task.outcome) {
            (1.., _) => "InProgress",
            (0, Outcome::Success) => "Success",
            (0, Outcome::Fail) => "Failed",
        })
    }
}
