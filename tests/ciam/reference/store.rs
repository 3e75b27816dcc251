//! One directory of the reference: its lists, and the rules that look at nothing but them.

use serde_json::{Value, json};

use super::{Outcome, STEP_MS};

/// No such user.
const NO_USER: &str = "FailedOperation.UserNotFound";

/// No such group.
pub(crate) const NO_GROUP: &str = "FailedOperation.UserGroupNotFound";

/// What a caller says of a user; the groups by id.
#[derive(Debug, Clone, Default)]
pub(crate) struct Draft {
    pub(crate) name: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) groups: Option<Vec<String>>,
}

#[derive(Debug, Clone)]
pub(crate) struct User {
    /// Empty until it is read from a listing: an import does not tell it.
    pub(crate) id: String,
    pub(crate) said: Draft,
    pub(crate) status: &'static str,
    pub(crate) lock_time: Option<i64>,
    pub(crate) primary: Option<String>,
    pub(crate) created: i64,
    pub(crate) modified: i64,
}

#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) created: i64,
    /// The rows of an import; an export has none.
    pub(crate) rows: Option<Vec<Draft>>,
    /// Who is in the file of an export: name and email, newest first.
    pub(crate) seen: Option<Vec<Value>>,
    pub(crate) failed: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Store {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) is_default: bool,
    /// All lists begin with the oldest.
    pub(crate) users: Vec<User>,
    pub(crate) groups: Vec<(String, String)>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) log: Vec<(&'static str, String)>,
}

fn folded(text: &str) -> String {
    text.to_lowercase()
}

fn without_86(phone: &str) -> &str {
    phone.strip_prefix("+86-").unwrap_or(phone)
}

impl Draft {
    /// What of this another user has already, in the order in which it is told.
    fn taken(&self, by: &Draft) -> Option<&'static str> {
        let same = |one: &Option<String>, other: &Option<String>, key: fn(&str) -> String| {
            one.is_some() && one.as_deref().map(key) == other.as_deref().map(key)
        };
        let phone = |phone: &str| without_86(phone).to_owned();
        if same(&self.name, &by.name, folded) {
            Some("FailedOperation.UserNameAlreadyExists")
        } else if same(&self.phone, &by.phone, phone) {
            Some("FailedOperation.PhoneNumberAlreadyExists")
        } else if same(&self.email, &by.email, folded) {
            Some("FailedOperation.EmailAlreadyExists")
        } else {
            None
        }
    }
}

impl Store {
    pub(crate) fn user(&mut self, id: &str) -> Result<&mut User, &'static str> {
        self.users.iter_mut().find(|user| user.id == id).ok_or(NO_USER)
    }

    pub(crate) fn check_groups(&self, said: &Draft) -> Outcome {
        let known = |id: &String| self.groups.iter().any(|(known, _)| known == id);
        if said.groups.iter().flatten().all(known) { Ok(()) } else { Err(NO_GROUP) }
    }

    pub(crate) fn check_taken(&self, said: &Draft, but: &str) -> Outcome {
        let others = || self.users.iter().filter(|user| user.id.is_empty() || user.id != but);
        // Any name that is taken is told before any phone.
        let by = [
            Draft { name: said.name.clone(), ..Draft::default() },
            Draft { phone: said.phone.clone(), ..Draft::default() },
            Draft { email: said.email.clone(), ..Draft::default() },
        ];
        let mut taken = by.iter().flat_map(|one| others().filter_map(|user| one.taken(&user.said)));
        taken.next().map_or(Ok(()), Err)
    }

    pub(crate) fn add(&mut self, mut said: Draft, id: String, now: i64) -> Outcome {
        self.check_groups(&said)?;
        self.check_taken(&said, "")?;
        said.groups.get_or_insert_default();
        self.users.push(User {
            id,
            said,
            status: "NOT_ENABLED",
            lock_time: None,
            primary: None,
            created: now,
            modified: now,
        });
        Ok(())
    }

    /// What falls due after one moment and not after the other: imports end, then exports begin.
    pub(crate) fn advance(&mut self, before: i64, now: i64) {
        let falls = |moment: i64| before < moment && moment <= now;
        let mut jobs = std::mem::take(&mut self.jobs);
        for job in jobs.iter_mut().filter(|job| falls(job.created + 2 * STEP_MS)) {
            for row in job.rows.iter().flatten() {
                let identity = [&row.name, &row.phone, &row.email].into_iter().flatten().next();
                let moment = job.created + 2 * STEP_MS;
                if identity.is_none() || self.add(row.clone(), String::new(), moment).is_err() {
                    job.failed.push(identity.cloned().unwrap_or_default());
                }
            }
        }
        let starting = |job: &&mut Job| job.rows.is_none() && falls(job.created + STEP_MS);
        for job in jobs.iter_mut().filter(starting) {
            let seen = self.users.iter().rev();
            let seen = seen.map(|user| json!({ "n": user.said.name, "e": user.said.email }));
            job.seen = Some(seen.collect());
        }
        self.jobs = jobs;
    }

    /// Newest first, as a listing tells them: an import did not.
    pub(crate) fn learn_ids(&mut self, ids: impl Iterator<Item = String>) {
        for (user, id) in self.users.iter_mut().rev().zip(ids) {
            if user.id.is_empty() {
                user.id = id;
            }
        }
    }

    pub(crate) fn user_ids(&self) -> Vec<String> {
        self.users.iter().map(|user| user.id.clone()).collect()
    }

    pub(crate) fn group_ids(&self) -> Vec<String> {
        self.groups.iter().map(|(id, _)| id.clone()).collect()
    }

    pub(crate) fn shown_users(&self) -> Value {
        let shown = |user: &User| {
            json!({
                "UserId": user.id, "UserName": user.said.name, "PhoneNumber": user.said.phone,
                "Email": user.said.email, "UserGroups": user.said.groups, "Status": user.status,
                "LockTime": user.lock_time, "Primary": user.primary.is_none(),
                "CreatedDate": user.created, "LastModifiedDate": user.modified,
            })
        };
        self.users.iter().rev().map(shown).collect()
    }

    pub(crate) fn shown_groups(&self) -> Value {
        let shown =
            |(id, name): &(String, String)| json!({ "UserGroupId": id, "DisplayName": name });
        self.groups.iter().rev().map(shown).collect()
    }

    pub(crate) fn shown_log(&self) -> Value {
        let shown = |(event, id): &(&str, String)| json!({ "EventCode": event, "UserId": id });
        self.log.iter().rev().map(shown).collect()
    }

    /// Id, status and failed rows of every job.
    pub(crate) fn shown_jobs(&self, now: i64) -> Value {
        let status = |job: &Job| match (now - job.created) / STEP_MS {
            0 => "PENDING",
            1 => "PROCESSING",
            _ if job.rows.as_ref().is_some_and(|rows| rows.len() == job.failed.len()) => "FAILED",
            _ => "COMPLETED",
        };
        self.jobs.iter().rev().map(|job| json!([job.id, status(job), job.failed])).collect()
    }
}
