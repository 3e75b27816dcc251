//! What a tenant's contact centre begins with, as a seed file says it; the control interface shows
//! and takes users in the same form.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::services::{SEED_STEP, SeedSteps};

pub use super::roles::Role;
use super::users::{self, User};
use super::{limits, roles};

/// The contact centre (Huawei Cloud AICC).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AiccSeed {
    /// Business roles, `[[aicc.role]]`: no documented interface makes them.
    #[serde(default, rename = "role")]
    pub roles: Vec<Role>,
    /// Accounts, `[[aicc.user]]`.
    #[serde(default, rename = "user")]
    pub users: Vec<UserSeed>,
    /// How many accounts may be enabled; left out: any number.
    #[serde(default)]
    pub user_quota: Option<u32>,
}

/// An account.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSeed {
    /// What it is known by, upper and lower case differ; 1 to 50 characters.
    pub account: String,
    /// The name of its person.
    #[serde(default)]
    pub name: String,
    /// The mail address of its person.
    #[serde(default)]
    pub email: String,
    /// Ids of its roles.
    #[serde(default)]
    pub role_ids: Vec<String>,
    /// Whether it is enabled; so if left out.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Whether batches may change it; so if left out. No other interface is modelled.
    #[serde(default = "yes")]
    pub federated: bool,
}

fn yes() -> bool {
    true
}

impl AiccSeed {
    /// Everything that is wrong in meaning, each with its place.
    pub fn check(&self) -> Vec<String> {
        let mut problems = check_roles(&self.roles);
        let ids: BTreeSet<_> = self.roles.iter().map(|role| role.id.as_str()).collect();
        problems.extend(check_users(&self.users, &ids));
        problems.into_iter().map(|problem| format!("aicc.{problem}")).collect()
    }
}

/// What is wrong with these roles.
pub(super) fn check_roles(roles: &[Role]) -> Vec<String> {
    let mut met = BTreeSet::new();
    let wrong = |role: &Role| {
        let digits = role.id.bytes().all(|b| b.is_ascii_digit());
        if role.id.is_empty() || role.id.len() > limits::ROLE_ID_MAX || !digits {
            return Some(format!("role {:?}: an id is 1 to 20 decimal digits", role.id));
        }
        (!met.insert(role.id.clone())).then(|| format!("role {:?}: there are two of it", role.id))
    };
    roles.iter().filter_map(wrong).collect()
}

/// What is wrong with these accounts, where there are roles of these ids.
pub(super) fn check_users(users: &[UserSeed], role_ids: &BTreeSet<&str>) -> Vec<String> {
    let mut met = BTreeSet::new();
    let mut problems = Vec::new();
    for user in users {
        let account = &user.account;
        if account.trim().is_empty() || account.chars().count() > limits::ACCOUNT_MAX {
            problems.push(format!("user {account:?}: an account is 1 to 50 characters"));
        } else if !met.insert(account) {
            problems.push(format!("user {account:?}: there are two of it"));
        }
        let mut given = BTreeSet::new();
        for id in &user.role_ids {
            if !role_ids.contains(id.as_str()) {
                problems.push(format!("user {account:?}: there is no role {id:?}"));
            } else if !given.insert(id) {
                problems.push(format!("user {account:?}: it has the role {id:?} twice"));
            }
        }
    }
    problems
}

/// Puts the seed's contact centre into a new tenant.
pub(super) fn steps() -> SeedSteps {
    let mut made = None;
    Box::new(move |call, seed| {
        let (tenant, seed) = (call.tenant.key(), &seed.aicc);
        if made.is_none() {
            roles::replace(call.tx, tenant, &seed.roles)?;
            users::set_quota(call.tx, tenant, seed.user_quota)?;
        }
        let next = made.unwrap_or(0);
        for user in seed.users.iter().skip(next).take(SEED_STEP) {
            users::put(call.tx, tenant, &user.into())?;
        }
        made = Some(next + SEED_STEP);
        Ok(next + SEED_STEP >= seed.users.len())
    })
}

impl From<&UserSeed> for User {
    fn from(seed: &UserSeed) -> Self {
        Self {
            account: seed.account.clone(),
            name: seed.name.clone(),
            email: seed.email.clone(),
            role_ids: seed.role_ids.clone(),
            enabled: seed.enabled,
            federated: seed.federated,
        }
    }
}

impl From<User> for UserSeed {
    fn from(user: User) -> Self {
        let User { account, name, email, role_ids, enabled, federated } = user;
        Self { account, name, email, role_ids, enabled, federated }
    }
}
