//! Role configurations and permission requests of a seed: checked and inserted.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;

use super::super::permission_requests;
use super::super::role_configurations::{SESSION_DURATION, is_relay_state};
use super::super::role_policies::{id_of, name_of};
use super::super::roles::configurations::{self, NewConfiguration};
use super::super::roles::policies::{self, Policy, PolicyType};
use super::names::{is_group_name, is_id};
use super::{OrganizationSeed, PermissionRequestSeed, ZoneSeed};

/// Seconds of a session, at least and at most.
const DURATIONS: std::ops::RangeInclusive<i64> = 900..=43_200;

/// A role configuration.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleConfigurationSeed {
    /// Its id, `rc-` and 12 of `0-9a-z`; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the zone: letters, digits and dashes.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Seconds of a session, 900 to 43,200; 3,600 if left out.
    #[serde(default)]
    pub session_duration: Option<i64>,
    /// The page of the console that a session begins with: an https address.
    #[serde(default)]
    pub relay_state: String,
    /// Its policies, `[[organization.zone.role_configuration.policy]]`.
    #[serde(default, rename = "policy")]
    pub policies: Vec<PolicySeed>,
}

/// A policy of a role configuration: one of the system's by its number or its name, or a custom one by
/// its name and its document.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicySeed {
    /// The number of a system policy.
    #[serde(default)]
    pub id: Option<i64>,
    /// Its name, at most 32 characters, unique in the role configuration.
    #[serde(default)]
    pub name: Option<String>,
    /// The document of a custom policy.
    #[serde(default)]
    pub document: Option<String>,
}

impl PolicySeed {
    /// What it stands for; nothing if that cannot be.
    fn policy(&self, added: i64) -> Option<Policy> {
        let (policy_type, policy_id, name) = match (self.id, &self.name, &self.document) {
            (None, Some(name), Some(document)) if !document.is_empty() => {
                (PolicyType::Custom, 0, name.clone())
            }
            (None, Some(name), None) => (PolicyType::System, id_of(name), name.clone()),
            (Some(id), name, None) if id > 0 => {
                (PolicyType::System, id, name.clone().unwrap_or_else(|| name_of(id)))
            }
            _ => return None,
        };
        let document = self.document.clone().unwrap_or_default();
        let fits = (1..=32).contains(&name.chars().count());
        fits.then_some(Policy { policy_type, policy_id, name, document, added })
    }
}

/// What is wrong with the role configurations of a zone.
pub(super) fn problems(zone: &ZoneSeed) -> Vec<String> {
    let (mut problems, mut met) = (Vec::new(), BTreeSet::new());
    for (index, seed) in zone.role_configurations.iter().enumerate() {
        let path = format!("zone.role_configuration[{index}]");
        let mut require = |keeps: bool, problem: &str| {
            if !keeps {
                problems.push(format!("{path}: {problem}"));
            }
        };
        let id = seed.id.as_deref();
        require(id.is_none_or(|id| is_id("rc", id)), "an id is `rc-` and 12 of 0-9a-z");
        require(id.is_none_or(|id| met.insert(id.to_owned())), "the id is taken");
        require(is_group_name(&seed.name), "a name is 1 to 128 letters, digits and dashes");
        require(met.insert(format!("name {}", fold(&seed.name))), "the name is taken");
        let duration = seed.session_duration.unwrap_or(SESSION_DURATION);
        require(DURATIONS.contains(&duration), "a session lasts 900 to 43200 seconds");
        let relay_state = &seed.relay_state;
        let is_page = relay_state.is_empty() || is_relay_state(relay_state);
        require(is_page, "relay_state is an https page of the console");
        let mut names = BTreeSet::new();
        for policy in &seed.policies {
            let policy = policy.policy(0);
            let is_new = policy.as_ref().is_none_or(|policy| names.insert(fold(&policy.name)));
            require(is_new, "two policies have the same name");
            require(
                policy.is_some(),
                "a policy has an id, or a name of 1 to 32 characters, which can have a document",
            );
        }
    }
    problems
}

/// What is wrong with the permission requests; `uins` are the member accounts.
pub(super) fn request_problems(seed: &OrganizationSeed, uins: &BTreeSet<i64>) -> Vec<String> {
    let (mut problems, mut ids) = (Vec::new(), BTreeSet::new());
    let users = seed.zone.iter().flat_map(|zone| &zone.users).map(|user| fold(&user.name));
    let users: BTreeSet<_> = users.collect();
    let roles = seed.zone.iter().flat_map(|zone| &zone.role_configurations);
    let roles: BTreeSet<_> = roles.map(|role| fold(&role.name)).collect();
    for (index, request) in seed.permission_requests.iter().enumerate() {
        let mut require = |keeps: bool, problem: String| {
            if !keeps {
                problems.push(format!("permission_request[{index}]: {problem}"));
            }
        };
        let PermissionRequestSeed { id, user, uin, .. } = request;
        require(request.has_good_id(), "an id is `apply-` and 16 of 0-9a-f".to_owned());
        require(id.as_ref().is_none_or(|id| ids.insert(id)), "the id is taken".to_owned());
        let has_user = users.contains(&fold(user));
        require(has_user, format!("there is no user {user:?} with an entry of its own"));
        require(uins.contains(uin), format!("there is no member {uin}"));
        for name in &request.role_configurations {
            let is_known = roles.contains(&fold(name));
            require(is_known, format!("there is no role configuration {name:?}"));
        }
    }
    problems
}

/// Inserts role configurations with their policies.
pub(super) fn insert(call: &mut Call<'_>, seeds: &[RoleConfigurationSeed]) -> Result<(), Failure> {
    for seed in seeds {
        let id = match &seed.id {
            Some(id) => id.clone(),
            None => format!("rc-{}", call.ids.base36(12)),
        };
        let new = NewConfiguration {
            name: &seed.name,
            description: &seed.description,
            session_duration: seed.session_duration.unwrap_or(SESSION_DURATION),
            relay_state: &seed.relay_state,
        };
        let configuration = configurations::insert(call, &id, &new)?.seq;
        for policy in seed.policies.iter().filter_map(|policy| policy.policy(call.now.0)) {
            policies::insert(call, configuration, &policy)?;
        }
    }
    Ok(())
}

/// Inserts permission requests, after the users.
pub(super) fn insert_requests(
    call: &mut Call<'_>,
    seeds: &[PermissionRequestSeed],
) -> Result<(), Failure> {
    seeds.iter().try_for_each(|seed| permission_requests::insert_seeded(call, seed))
}
