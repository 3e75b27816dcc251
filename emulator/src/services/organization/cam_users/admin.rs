//! `/_twin/cam/{uin}/users`: the CAM users of an account, shown and replaced. Seed files have the same
//! form.

use std::collections::BTreeSet;

use rusqlite::params;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::unfit;

use super::super::accounts;
use super::super::directory::users;
use super::{CamKind, CamUser, CamUsers, NAME_MAX};

/// A CAM user, as a seed file and the control interface place it.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CamUserSeed {
    /// Its name, unique in the account: 1 to 128 characters.
    pub name: String,
    /// What it is; `SubUser` if left out. A user sync can take over only a `SubUser`.
    #[serde(default)]
    pub kind: CamKind,
    /// Whether it has access keys: a user sync cannot delete it then.
    #[serde(default)]
    pub has_access_keys: bool,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Users {
    users: Vec<Shown>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Shown {
    name: String,
    #[serde(default)]
    kind: CamKind,
    #[serde(default)]
    has_access_keys: bool,
    /// The user of the zone whose CAM user it is by a sync. It cannot be changed here.
    #[serde(default)]
    user_id: Option<String>,
}

/// What is wrong with the names of the CAM users of an account.
pub(crate) fn check<'a>(all: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let (mut problems, mut names) = (Vec::new(), BTreeSet::new());
    for name in all {
        if !(1..=NAME_MAX).contains(&name.chars().count()) {
            problems.push(format!("{name:?}: a name has 1 to {NAME_MAX} characters"));
        } else if !names.insert(fold(name)) {
            problems.push(format!("{name:?} is taken"));
        }
    }
    problems
}

impl From<&CamUserSeed> for CamUser {
    fn from(seed: &CamUserSeed) -> Self {
        let CamUserSeed { name, kind, has_access_keys } = seed.clone();
        Self { name, kind, has_access_keys, user: None }
    }
}

/// All of them, by name.
pub(crate) fn show(call: &mut Call<'_>, uin: &str) -> Result<Value, Failure> {
    let mut users = Vec::new();
    for CamUser { name, kind, has_access_keys, user } in of(call, uin)?.all()? {
        let user_id = match user {
            Some(seq) => users::by_seq(call.tx, call.tenant.key(), seq)?.map(|user| user.user_id),
            None => None,
        };
        users.push(Shown { name, kind, has_access_keys, user_id });
    }
    Ok(serde_json::to_value(Users { users })?)
}

/// Other CAM users in the place of all. One that keeps its name stays the CAM user of its user; one
/// that is left out is gone, and no sync needs it any more.
pub(crate) fn replace(call: &mut Call<'_>, uin: &str, body: &[u8]) -> Result<(), Failure> {
    let Users { users: wanted } = serde_json::from_slice(body).map_err(|error| {
        unfit(format!("{error}; send for example {{\"users\": [{{\"name\": \"ada\", \"has_access_keys\": true}}]}}"))
    })?;
    let mut problems = check(wanted.iter().map(|shown| shown.name.as_str()));
    let account = of(call, uin)?;
    let tenant = call.tenant.key();
    let mut left_out = account.all()?;
    let mut users = Vec::with_capacity(wanted.len());
    for Shown { name, kind, has_access_keys, user_id } in wanted {
        let known = left_out.iter().position(|user| fold(&user.name) == fold(&name));
        let user = known.and_then(|at| left_out.swap_remove(at).user);
        if let Some(user_id) = &user_id {
            let seq = users::by_id(call.tx, tenant, user_id)?.map(|user| user.seq);
            if seq.is_none() || seq != user {
                problems.push(format!(
                    "{name:?}: only a sync sets `user_id`, and none did set {user_id:?}"
                ));
            }
        }
        users.push(CamUser { name, kind, has_access_keys, user });
    }
    if !problems.is_empty() {
        return Err(unfit(problems.join("; ")));
    }
    for gone in left_out {
        account.delete(&gone.name)?;
        call.tx
            .prepare_cached(
                "DELETE FROM organization_synced_users
                 WHERE tenant = ?1 AND user_seq = ?2 AND uin = ?3",
            )?
            .execute(params![tenant, gone.user, account.uin])?;
    }
    Ok(users.iter().try_for_each(|user| account.put(user))?)
}

/// The account of that number.
fn of<'a>(call: &Call<'a>, uin: &str) -> Result<CamUsers<'a>, Failure> {
    let account = match uin.parse() {
        Ok(uin) => accounts::account(call, uin)?,
        Err(_) => None,
    };
    let account = account
        .ok_or_else(|| unfit(format!("the organization of this tenant has no account {uin:?}")))?;
    Ok(CamUsers::of(call.tx, call.tenant.key(), account.uin))
}
