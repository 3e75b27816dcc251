//! Role configurations and permission requests of a seed: checked, and inserted after all users.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;

use super::super::directory::users;
use super::super::permission_requests::{self, RequestSeed};
use super::super::role_configurations::SESSION_DURATION;
use super::super::roles::configurations::{self, RoleConfiguration};
use super::super::roles::policies;
use super::ZoneSeed;

/// A role configuration.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleConfigurationSeed {
    /// Its id, `rc-` and 12 of `0-9a-z`; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the zone: letters, digits and dashes.
    pub name: String,
    /// Description.
    #[serde(default)]
    pub description: String,
    /// Its policies.
    #[serde(default, rename = "policy")]
    pub policies: Vec<PolicySeed>,
}

/// A policy: of the vendor's by number, or a custom one by its document.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicySeed {
    /// The number of a system policy.
    #[serde(default)]
    pub id: Option<i64>,
    /// Its name, unique in the configuration.
    pub name: String,
    /// The document of a custom policy.
    #[serde(default)]
    pub document: Option<String>,
}

/// A permission request that waits for a decision.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PermissionRequestSeed {
    /// Its id, `apply-` and 16 hexadecimal digits; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// The name of a user with an entry of its own.
    pub user: String,
    /// The number of a member account.
    pub uin: i64,
    /// Names of role configurations.
    pub role_configurations: Vec<String>,
}

/// What is wrong with them; `uins` are the member accounts.
pub(super) fn problems(zone: &ZoneSeed, uins: &BTreeSet<i64>) -> Vec<String> {
    let (mut problems, mut names) = (Vec::new(), BTreeSet::new());
    for (index, seed) in zone.role_configurations.iter().enumerate() {
        let path = format!("zone.role_configuration[{index}]");
        if !is_name(&seed.name) {
            problems.push(format!("{path}.name: 1 to 128 letters, digits and dashes"));
        }
        if !names.insert(fold(&seed.name)) {
            problems.push(format!("{path}.name: {:?} is taken", seed.name));
        }
        let mut policies = BTreeSet::new();
        for policy in &seed.policies {
            if policy.id.is_some() == policy.document.is_some() {
                problems.push(format!("{path}.policy: give an `id` or a `document`"));
            }
            if !policies.insert(&policy.name) {
                problems.push(format!("{path}.policy: {:?} is taken", policy.name));
            }
        }
    }
    for (index, seed) in zone.permission_requests.iter().enumerate() {
        let path = format!("zone.permission_request[{index}]");
        if !zone.users.iter().any(|user| user.name == seed.user) {
            problems.push(format!("{path}.user: there is no user {:?}", seed.user));
        }
        if !uins.contains(&seed.uin) {
            problems.push(format!("{path}.uin: there is no member {}", seed.uin));
        }
        for name in seed.role_configurations.iter().filter(|name| !names.contains(&fold(name))) {
            problems.push(format!("{path}: there is no role configuration {name:?}"));
        }
    }
    let requests: Vec<_> =
        zone.permission_requests.iter().map(|seed| request(seed, "", &[])).collect();
    let ids = permission_requests::problems(&requests).into_iter();
    problems.extend(ids.map(|problem| format!("zone.permission_request: {problem}")));
    problems
}

fn is_name(name: &str) -> bool {
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    (1..=128).contains(&name.len()) && name.bytes().all(is_name)
}

fn request(seed: &PermissionRequestSeed, user_id: &str, ids: &[String]) -> RequestSeed {
    RequestSeed {
        id: seed.id.clone(),
        user_id: user_id.to_owned(),
        uin: seed.uin,
        role_configuration_ids: ids.to_vec(),
    }
}

/// Inserts them.
pub(super) fn insert(call: &mut Call<'_>, zone: &ZoneSeed) -> Result<(), Failure> {
    let tenant = call.tenant.key();
    let mut ids = BTreeMap::new();
    for seed in &zone.role_configurations {
        let drawn = seed.id.is_none().then(|| format!("rc-{}", call.ids.base36(12)));
        let id = seed.id.clone().or(drawn).unwrap_or_default();
        let row = RoleConfiguration {
            seq: 0,
            id: id.clone(),
            name: seed.name.clone(),
            description: seed.description.clone(),
            session_duration: SESSION_DURATION,
            relay_state: String::new(),
            created: call.now.0,
            updated: call.now.0,
        };
        let seq = configurations::insert(call, &row)?;
        for policy in &seed.policies {
            let (id, document) = (policy.id.unwrap_or(0), policy.document.as_deref());
            policies::insert(call, seq, id, &policy.name, document)?;
        }
        ids.insert(fold(&seed.name), id);
    }
    for seed in &zone.permission_requests {
        let names = seed.role_configurations.iter();
        let wanted: Vec<_> = names.filter_map(|name| ids.get(&fold(name)).cloned()).collect();
        let seq = users::by_name(call.tx, tenant, &fold(&seed.user))?;
        let user = match seq {
            Some(seq) => users::by_seq(call.tx, tenant, seq)?,
            None => None,
        };
        let user_id = user.map(|user| user.user_id).unwrap_or_default();
        permission_requests::insert_seeded(call, &request(seed, &user_id, &wanted))?;
    }
    Ok(())
}
