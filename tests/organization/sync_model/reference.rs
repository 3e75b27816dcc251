//! The reference: users, groups, syncs, tasks and CAM users as plain lists, in the order of creation.

use serde_json::{Value, json};

use super::super::center::MEMBER;
use super::super::syncing::TASK_MS;

/// The accounts of the stories.
pub const ACCOUNTS: [i64; 2] = [MEMBER, MEMBER + 1];

/// How a call ends: well, or with that code.
pub type Outcome = Result<(), &'static str>;

/// A CAM user.
#[derive(Debug, Clone)]
pub struct Cam {
    pub uin: i64,
    pub name: String,
    pub keys: bool,
    pub special: bool,
    /// The id of the user whose it is by a sync.
    pub user: Option<String>,
}

#[derive(Debug, Clone)]
struct Sync {
    id: String,
    principal: String,
    uin: i64,
    take: bool,
    keep: bool,
    /// Ids of users that it brought.
    brought: Vec<String>,
}

#[derive(Debug)]
struct Task {
    id: String,
    sync: String,
    is_start: bool,
    due: i64,
    status: String,
}

/// All of it. Users and groups are ids and names.
#[derive(Debug, Default)]
pub struct Reference {
    now: i64,
    users: Vec<(String, String)>,
    groups: Vec<(String, String)>,
    /// Users and groups.
    members: Vec<(String, String)>,
    syncs: Vec<Sync>,
    tasks: Vec<Task>,
    cam: Vec<Cam>,
}

fn text(id: &Value) -> String {
    id.as_str().unwrap_or_default().to_owned()
}

fn ids(list: &[(String, String)]) -> Vec<String> {
    list.iter().map(|(id, _)| id.clone()).collect()
}

fn has(list: &[(String, String)], id: &str) -> bool {
    list.iter().any(|(known, _)| known == id)
}

impl Reference {
    pub fn user_ids(&self) -> Vec<String> {
        ids(&self.users)
    }

    pub fn group_ids(&self) -> Vec<String> {
        ids(&self.groups)
    }

    pub fn sync_ids(&self) -> Vec<String> {
        self.syncs.iter().map(|sync| sync.id.clone()).collect()
    }

    pub fn create_user(&mut self, name: &str, id: &Value) -> Outcome {
        if self.users.iter().any(|(_, known)| known == name) {
            return Err("InvalidParameter.UsernameAlreadyExists");
        }
        self.users.push((text(id), name.to_owned()));
        Ok(())
    }

    pub fn delete_user(&mut self, id: &str) -> Outcome {
        if !has(&self.users, id) {
            return Err("ResourceNotFound.UserNotExist");
        }
        if self.members.iter().any(|(user, _)| user == id) {
            return Err("InvalidParameter.UserAlreadyExistsGroup");
        }
        self.is_synced(id)?;
        self.users.retain(|(known, _)| known != id);
        Ok(())
    }

    pub fn create_group(&mut self, name: &str, id: &Value) -> Outcome {
        if self.groups.iter().any(|(_, known)| known == name) {
            return Err("InvalidParameter.GroupNameAlreadyExists");
        }
        self.groups.push((text(id), name.to_owned()));
        Ok(())
    }

    pub fn delete_group(&mut self, id: &str) -> Outcome {
        if !has(&self.groups, id) {
            return Err("InvalidParameter.GroupNotExist");
        }
        if self.members.iter().any(|(_, group)| group == id) {
            return Err("FailedOperation.DeleteGroupNotAllowExistUser");
        }
        self.is_synced(id)?;
        self.groups.retain(|(known, _)| known != id);
        Ok(())
    }

    fn is_synced(&self, principal: &str) -> Outcome {
        let is = self.syncs.iter().any(|sync| sync.principal == principal);
        if is { Err("FailedOperation.UserProvisioningExists") } else { Ok(()) }
    }

    pub fn join(&mut self, user: &str, group: &str) -> Outcome {
        if !has(&self.groups, group) {
            return Err("InvalidParameter.GroupNotExist");
        }
        if !has(&self.users, user) {
            return Err("ResourceNotFound.UserNotExist");
        }
        let pair = (user.to_owned(), group.to_owned());
        if self.members.contains(&pair) {
            return Err("InvalidParameter.GroupUserAlreadyExists");
        }
        self.members.push(pair);
        for at in 0..self.syncs.len() {
            let sync = &self.syncs[at];
            let starts = |task: &Task| task.is_start && task.status == "InProgress";
            let waits = self.tasks.iter().any(|task| task.sync == sync.id && starts(task));
            if sync.principal == group && !waits {
                self.bring(at, user).ok();
            }
        }
        Ok(())
    }

    pub fn leave(&mut self, user: &str, group: &str) -> Outcome {
        if !has(&self.groups, group) {
            return Err("InvalidParameter.GroupNotExist");
        }
        let before = self.members.len();
        self.members.retain(|pair| *pair != (user.to_owned(), group.to_owned()));
        if self.members.len() == before {
            return Err("InvalidParameter.GroupUserNotExist");
        }
        for at in 0..self.syncs.len() {
            let sync = &self.syncs[at];
            let brought = sync.brought.iter().any(|known| known == user);
            if sync.principal == group && brought && self.give_up(at, user, sync.keep).is_err() {
                self.give_up(at, user, true).unwrap();
            }
        }
        Ok(())
    }

    pub fn sync(&mut self, id: &str, uin: i64, take: bool, keep: bool, task: &Value) -> Outcome {
        if id.starts_with("u-") && !has(&self.users, id) {
            return Err("ResourceNotFound.UserNotExist");
        }
        if id.starts_with("g-") && !has(&self.groups, id) {
            return Err("InvalidParameter.GroupNotExist");
        }
        if self.syncs.iter().any(|sync| sync.principal == id && sync.uin == uin) {
            return Err("FailedOperation.UserProvisioningAlreadyExists");
        }
        let principal = id.to_owned();
        let id = text(&task["UserProvisioningId"]);
        self.syncs.push(Sync { id: id.clone(), principal, uin, take, keep, brought: Vec::new() });
        self.begin(id, task, true);
        Ok(())
    }

    pub fn update(&mut self, id: &str, take: bool, keep: bool) -> Outcome {
        let sync = self.syncs.iter_mut().find(|sync| sync.id == id);
        let sync = sync.ok_or("ResourceNotFound.UserProvisioningNotFound")?;
        (sync.take, sync.keep) = (take, keep);
        Ok(())
    }

    pub fn end(&mut self, id: &str, task: &Value) -> Outcome {
        if self.syncs.iter().all(|sync| sync.id != id) {
            return Err("ResourceNotFound.UserProvisioningNotFound");
        }
        if self.tasks.iter().any(|task| task.sync == id && task.status == "InProgress") {
            return Err("FailedOperation.UserProvisioningFailed");
        }
        self.begin(id.to_owned(), task, false);
        Ok(())
    }

    fn begin(&mut self, sync: String, task: &Value, is_start: bool) {
        let (due, status) = (self.now + TASK_MS, "InProgress".to_owned());
        self.tasks.push(Task { id: text(&task["TaskId"]), sync, is_start, due, status });
    }

    pub fn wait(&mut self, ms: i64) {
        self.now += ms;
        for task in 0..self.tasks.len() {
            let Task { sync, is_start, due, status, .. } = &self.tasks[task];
            if status != "InProgress" || *due > self.now {
                continue;
            }
            let at = self.syncs.iter().position(|known| known.id == *sync).unwrap();
            let is_start = *is_start;
            let ended = if is_start { self.start(at) } else { self.give_all_up(at) };
            if ended.is_ok() && !is_start {
                self.syncs.remove(at);
            }
            self.tasks[task].status = ended.err().unwrap_or("Success").to_owned();
        }
    }

    /// Every user of the principal, the oldest first; the first failure counts.
    fn start(&mut self, at: usize) -> Outcome {
        let principal = self.syncs[at].principal.clone();
        let mut outcome = Ok(());
        for user in self.user_ids() {
            if user == principal || self.members.contains(&(user.clone(), principal.clone())) {
                outcome = outcome.and(self.bring(at, &user));
            }
        }
        outcome
    }

    fn give_all_up(&mut self, at: usize) -> Outcome {
        let mut outcome = Ok(());
        for user in self.user_ids() {
            if self.syncs[at].brought.contains(&user) {
                outcome = outcome.and(self.give_up(at, &user, self.syncs[at].keep));
            }
        }
        outcome
    }

    fn bring(&mut self, at: usize, user: &str) -> Outcome {
        let Sync { uin, take, .. } = self.syncs[at].clone();
        let own = |cam: &Cam| cam.uin == uin && cam.user.as_deref() == Some(user);
        if !self.cam.iter().any(own) {
            let name = self.users.iter().find(|(id, _)| id == user).unwrap().1.clone();
            let named =
                |name: &str| self.cam.iter().position(|cam| cam.uin == uin && cam.name == name);
            let (user, suffixed) = (Some(user.to_owned()), format!("{name}_cic"));
            let new =
                |name: String| Cam { uin, name, keys: false, special: false, user: user.clone() };
            match named(&name) {
                None => self.cam.push(new(name)),
                Some(other) if take => {
                    let other = &mut self.cam[other];
                    if other.special || other.user.is_some() {
                        return Err("TakeOverUnsupportedUserType");
                    }
                    other.user = user;
                }
                Some(_) if named(&suffixed).is_some() => return Err("exist already"),
                Some(_) => self.cam.push(new(suffixed)),
            }
        }
        if !self.syncs[at].brought.iter().any(|known| known == user) {
            self.syncs[at].brought.push(user.to_owned());
        }
        Ok(())
    }

    fn give_up(&mut self, at: usize, user: &str, keep: bool) -> Outcome {
        let uin = self.syncs[at].uin;
        let needs = |sync: &Sync| sync.uin == uin && sync.brought.iter().any(|known| known == user);
        let is_last = self.syncs.iter().filter(|sync| needs(sync)).count() == 1;
        let own = |cam: &Cam| cam.uin == uin && cam.user.as_deref() == Some(user);
        if let Some(cam) = self.cam.iter().position(own).filter(|_| is_last) {
            if keep {
                self.cam[cam].user = None;
            } else if self.cam[cam].keys {
                return Err("SyncUserHasAccessKey");
            } else {
                self.cam.remove(cam);
            }
        }
        self.syncs[at].brought.retain(|known| known != user);
        Ok(())
    }

    pub fn cam_of(&self, uin: i64) -> Vec<Cam> {
        let mut all: Vec<_> = self.cam.iter().filter(|cam| cam.uin == uin).cloned().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// Whose the CAM user of that name is.
    pub fn owner(&self, uin: i64, name: &str) -> Option<String> {
        self.cam_of(uin).into_iter().find(|cam| cam.name == name).and_then(|cam| cam.user)
    }

    /// Replaces the CAM users of an account.
    pub fn place(&mut self, uin: i64, users: Vec<Cam>) {
        self.cam.retain(|cam| cam.uin != uin);
        for sync in self.syncs.iter_mut().filter(|sync| sync.uin == uin) {
            let is_there = |user: &String| users.iter().any(|cam| cam.user.as_ref() == Some(user));
            sync.brought.retain(is_there);
        }
        self.cam.extend(users);
    }

    pub fn shown_cam(&self, uin: i64) -> Value {
        let one = |cam: Cam| {
            let kind = if cam.special { "Collaborator" } else { "SubUser" };
            json!({ "name": cam.name, "kind": kind, "has_access_keys": cam.keys, "user_id": cam.user })
        };
        json!({ "users": self.cam_of(uin).into_iter().map(one).collect::<Value>() })
    }

    /// Principal, its name, and strategies of each sync, the newest first.
    pub fn shown_syncs(&self) -> Vec<[&str; 4]> {
        let one = self.syncs.iter().rev().map(|sync| {
            let mut all = self.users.iter().chain(&self.groups);
            let (id, name) = all.find(|(id, _)| *id == sync.principal).unwrap();
            let take = if sync.take { "TakeOver" } else { "KeepBoth" };
            [id.as_str(), name.as_str(), take, if sync.keep { "Keep" } else { "Delete" }]
        });
        one.collect()
    }

    /// Ids and what became of them.
    pub fn shown_tasks(&self) -> Vec<(String, String)> {
        self.tasks.iter().map(|task| (task.id.clone(), task.status.clone())).collect()
    }

    /// Groups and their members, the oldest user first.
    pub fn shown_groups(&self) -> Vec<(String, Vec<String>)> {
        let members = |group: &String| {
            let is_in = |user: &String| self.members.contains(&(user.clone(), group.clone()));
            self.user_ids().into_iter().filter(is_in).collect()
        };
        self.groups.iter().map(|(group, _)| (group.clone(), members(group))).collect()
    }
}
