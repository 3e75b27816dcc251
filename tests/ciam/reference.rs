//! What CIAM is described to do, once more, as plain lists: what the state machine compares with.
//! Written from the description alone; it shares no line with the emulator.

use serde_json::{Value, json};

use super::directory::STEP_MS;

mod store;

pub(super) use store::{Draft, Store};

use store::{Job, NO_GROUP};

/// Nothing, or the code of a refusal.
pub(super) type Outcome = Result<(), &'static str>;

const NO_STORE: &str = "FailedOperation.InvalidUserStore";
const NO_OWN_STORE: &str = "FailedOperation.UserStoreNotExist";
const STORE_EXISTS: &str = "FailedOperation.UserStoreAlreadyExists";
const GROUP_EXISTS: &str = "FailedOperation.UserGroupNameAlreadyExists";
const LINKED: &str = "FailedOperation.AccountAlreadyBeLinked";

/// One tenant.
#[derive(Debug, Default)]
pub(super) struct Reference {
    pub(super) now: i64,
    pub(super) stores: Vec<Store>,
}

impl Reference {
    fn find(&mut self, id: &str) -> Result<&mut Store, &'static str> {
        self.stores.iter_mut().find(|store| store.id == id).ok_or(NO_STORE)
    }

    pub(super) fn create_store(&mut self, name: &str, id: String) -> Outcome {
        if self.stores.iter().any(|store| store.name == name) {
            return Err(STORE_EXISTS);
        }
        let (name, is_default) = (name.to_owned(), self.stores.is_empty());
        let (users, groups, jobs, log) = Default::default();
        self.stores.push(Store { id, name, is_default, users, groups, jobs, log });
        Ok(())
    }

    pub(super) fn rename_store(&mut self, id: &str, name: &str) -> Outcome {
        let is_taken = self.stores.iter().any(|store| store.name == name && store.id != id);
        let store = self.find(id).map_err(|_| NO_OWN_STORE)?;
        if is_taken {
            return Err(STORE_EXISTS);
        }
        name.clone_into(&mut store.name);
        Ok(())
    }

    pub(super) fn delete_store(&mut self, id: &str) -> Outcome {
        self.find(id).map_err(|_| NO_OWN_STORE)?;
        self.stores.retain(|store| store.id != id);
        if let Some(oldest) = self.stores.first_mut() {
            oldest.is_default = true;
        }
        Ok(())
    }

    pub(super) fn create_user(&mut self, store: &str, said: Draft, id: String) -> Outcome {
        let now = self.now;
        let store = self.find(store)?;
        store.add(said, id.clone(), now)?;
        store.log.push(("USER_CREATE", id));
        Ok(())
    }

    pub(super) fn update_user(&mut self, store: &str, id: &str, said: Draft) -> Outcome {
        let now = self.now;
        let store = self.find(store)?;
        store.user(id)?;
        store.check_groups(&said)?;
        store.check_taken(&said, id)?;
        let user = store.user(id)?;
        user.said = Draft {
            name: said.name.or(user.said.name.take()),
            phone: said.phone.or(user.said.phone.take()),
            email: said.email.or(user.said.email.take()),
            groups: said.groups.or(user.said.groups.take()),
        };
        user.modified = now;
        store.log.push(("USER_UPDATE", id.to_owned()));
        Ok(())
    }

    pub(super) fn set_status(&mut self, store: &str, id: &str, status: &'static str) -> Outcome {
        let now = self.now;
        let store = self.find(store)?;
        if status == "NOT_ENABLED" {
            return Err("FailedOperation.InvalidUserStatusEnum");
        }
        let user = store.user(id)?;
        (user.status, user.modified) = (status, now);
        user.lock_time = (status == "LOCK").then_some(now);
        Ok(())
    }

    pub(super) fn reset_password(&mut self, store: &str, id: &str) -> Outcome {
        let is_frozen = self.find(store)?.user(id)?.status == "FREEZE";
        if is_frozen { Err("FailedOperation.UserIsFreeze") } else { Ok(()) }
    }

    pub(super) fn delete_users(&mut self, store: &str, ids: &[String]) -> Outcome {
        let store = self.find(store)?;
        if ids.is_empty() {
            return Err("InvalidParameter.ParameterIllegal");
        }
        for id in ids {
            if store.user(id).is_err() {
                continue;
            }
            store.users.retain(|user| user.id != *id);
            for user in &mut store.users {
                user.primary = user.primary.take().filter(|primary| primary != id);
            }
            store.log.push(("USER_DELETE", id.clone()));
        }
        Ok(())
    }

    pub(super) fn create_group(&mut self, store: &str, name: &str, id: String) -> Outcome {
        let store = self.find(store)?;
        if store.groups.iter().any(|(_, known)| known == name) {
            return Err(GROUP_EXISTS);
        }
        store.groups.push((id, name.to_owned()));
        Ok(())
    }

    pub(super) fn rename_group(&mut self, store: &str, id: &str, name: &str) -> Outcome {
        let store = self.find(store)?;
        if !store.groups.iter().any(|(known, _)| known == id) {
            return Err(NO_GROUP);
        }
        if store.groups.iter().any(|(known, taken)| taken == name && known != id) {
            return Err(GROUP_EXISTS);
        }
        let group = store.groups.iter_mut().find(|(known, _)| known == id);
        name.clone_into(&mut group.ok_or(NO_GROUP)?.1);
        Ok(())
    }

    pub(super) fn delete_groups(&mut self, store: &str, ids: &[String]) -> Outcome {
        let store = self.find(store)?;
        store.groups.retain(|(id, _)| !ids.contains(id));
        for groups in store.users.iter_mut().filter_map(|user| user.said.groups.as_mut()) {
            groups.retain(|id| !ids.contains(id));
        }
        Ok(())
    }

    pub(super) fn link(&mut self, store: &str, [first, second]: [&str; 2], by: &str) -> Outcome {
        let now = self.now;
        let store = self.find(store)?;
        if first == second {
            return Err("InvalidParameter.ParameterIllegal");
        }
        store.user(first).map_err(|_| "FailedOperation.PrimaryUserNotFound")?;
        store.user(second).map_err(|_| "FailedOperation.SecondaryUserNotFound")?;
        let leads = store.users.iter().any(|user| user.primary.as_deref() == Some(second));
        let mut both = [first, second].into_iter();
        if leads || both.any(|id| store.user(id).is_ok_and(|user| user.primary.is_some())) {
            return Err(LINKED);
        }
        let mut secondary = store.user(second)?.clone();
        let primary = store.user(first)?;
        let (mine, theirs) = match by {
            "EMAIL" => (&mut primary.said.email, &mut secondary.said.email),
            _ => (&mut primary.said.phone, &mut secondary.said.phone),
        };
        if mine.is_none() {
            *mine = theirs.take();
        }
        primary.modified = now;
        secondary.modified = now;
        secondary.primary = Some(first.to_owned());
        *store.user(second)? = secondary;
        store.log.push(("ACCOUNT_LINKING", first.to_owned()));
        Ok(())
    }

    pub(super) fn start(&mut self, store: &str, rows: Option<Vec<Draft>>, id: String) -> Outcome {
        let now = self.now;
        let store = self.find(store)?;
        let open = store.jobs.iter().filter(|job| now < job.created + 2 * STEP_MS).count();
        if open >= 2 {
            return Err("FailedOperation.DataFlowTooManyRequests");
        }
        store.jobs.push(Job { id, created: now, rows, seen: None, failed: Vec::new() });
        Ok(())
    }

    /// Lets time go on, by less than a step of a job.
    pub(super) fn wait(&mut self, ms: i64) {
        let (before, now) = (self.now, self.now + ms);
        self.now = now;
        for store in &mut self.stores {
            store.advance(before, now);
        }
    }

    /// Name, marks and count of every directory.
    pub(super) fn shown_stores(&self) -> Value {
        let shown =
            |store: &Store| json!([store.id, store.name, store.is_default, store.users.len()]);
        self.stores.iter().map(shown).collect()
    }
}
