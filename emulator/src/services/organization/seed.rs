//! What a tenant's organization begins with, as a seed file says it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::services::SeedSteps;

use super::Kind;
pub use super::accounts::Verified;
pub use super::cam_users::{CamKind, CamUserSeed};
pub use super::user_syncs::{Deletion, Duplication};
pub use roles::{PermissionRequestSeed, PolicySeed, RoleConfigurationSeed};
pub use user_syncs::UserSyncSeed;

mod check;
mod insert;
mod roles;
mod user_syncs;

/// Tencent Cloud Organization. Without the table `[organization]` the tenant has no organization.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSeed {
    /// Name of the organization. Its manager is the account of the tenant.
    pub name: String,
    /// Whether the tenant's account manages the organization; so if left out.
    #[serde(default = "yes")]
    pub is_manager: bool,
    /// How far the account is verified; `enterprise` if left out.
    #[serde(default)]
    pub verified: Verified,
    /// Whether the account has the role that Identity Center needs; so if left out.
    #[serde(default = "yes")]
    pub has_service_role: bool,
    /// Zone names that other organizations have.
    #[serde(default)]
    pub taken_zone_names: Vec<String>,
    /// Limits by name, such as `users = 3`; ARCHITECTURE and `docs/limits.md` list them.
    #[serde(default)]
    pub limits: BTreeMap<String, u32>,
    /// Departments under the root, `[[organization.node]]`.
    #[serde(default, rename = "node")]
    pub nodes: Vec<NodeSeed>,
    /// Member accounts, `[[organization.member]]`.
    #[serde(default, rename = "member")]
    pub members: Vec<MemberSeed>,
    /// The zone of Identity Center; not open if left out.
    #[serde(default)]
    pub zone: Option<ZoneSeed>,
}

/// A department.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NodeSeed {
    /// Its name, unique.
    pub name: String,
    /// The name of an earlier department; the root if left out.
    #[serde(default)]
    pub parent: Option<String>,
}

/// A member account.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberSeed {
    /// The number of the account.
    pub uin: i64,
    /// Its name.
    pub name: String,
    /// The name of its department; the root if left out.
    #[serde(default)]
    pub node: Option<String>,
    /// Whether it was invited; created by the organization if left out.
    #[serde(default)]
    pub is_invited: bool,
    /// CAM users of the account, `[[organization.member.cam_user]]`.
    #[serde(default, rename = "cam_user")]
    pub cam_users: Vec<CamUserSeed>,
}

/// The zone.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ZoneSeed {
    /// Its id, `z-` and 12 of `0-9a-z`; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name: 2 to 64 lower-case letters, digits and single inner dashes.
    pub name: String,
    /// Whether the SCIM switch is on.
    #[serde(default)]
    pub scim_enabled: bool,
    /// Groups, `[[organization.zone.group]]`.
    #[serde(default, rename = "group")]
    pub groups: Vec<GroupSeed>,
    /// Users one by one, `[[organization.zone.user]]`; they are older than those made by rule.
    #[serde(default, rename = "user")]
    pub users: Vec<UserSeed>,
    /// Rules that make many users, `[[organization.zone.users]]`.
    #[serde(default, rename = "users")]
    pub rules: Vec<UsersRule>,
    /// User syncs, `[[organization.zone.user_sync]]`: the first request finds them done.
    #[serde(default, rename = "user_sync")]
    pub user_syncs: Vec<UserSyncSeed>,
    /// Role configurations, `[[organization.zone.role_configuration]]`.
    #[serde(default, rename = "role_configuration")]
    pub role_configurations: Vec<RoleConfigurationSeed>,
    /// Permission requests that wait for a decision, `[[organization.zone.permission_request]]`.
    #[serde(default, rename = "permission_request")]
    pub permission_requests: Vec<PermissionRequestSeed>,
}

/// A group.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSeed {
    /// Its id, `g-` and 12 of `0-9a-z`; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the zone: letters, digits and dashes.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Who writes it; `Manual` if left out.
    #[serde(default)]
    pub kind: Kind,
}

/// A user.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSeed {
    /// Its id, `u-` and 12 of `0-9a-z`; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the zone: letters, digits and `+=,.@-_`.
    pub name: String,
    /// Given name.
    #[serde(default)]
    pub first_name: String,
    /// Family name.
    #[serde(default)]
    pub last_name: String,
    /// Display name.
    #[serde(default)]
    pub display_name: String,
    /// Description.
    #[serde(default)]
    pub description: String,
    /// Email address, unique in the zone.
    #[serde(default)]
    pub email: String,
    /// Whether the user is disabled.
    #[serde(default)]
    pub is_disabled: bool,
    /// Who writes it; `Manual` if left out.
    #[serde(default)]
    pub kind: Kind,
    /// Names of the groups that the user is in; they have the same `kind`.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// Many users that differ by a number. In every text `{n}` stands for it, and `{n:06}` for it with
/// zeros in front to six digits.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsersRule {
    /// How many users, 1 to 1,000,000.
    pub count: u32,
    /// The first number; 1 if left out.
    #[serde(default = "one")]
    pub first: u32,
    /// Names, such as `user-{n:06}`.
    pub name: String,
    /// Email addresses, such as `user-{n}@example.com`.
    #[serde(default)]
    pub email: Option<String>,
    /// Display names.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Who writes them; `Manual` if left out.
    #[serde(default)]
    pub kind: Kind,
    /// Names of the groups that these users are in; they have the same `kind`.
    #[serde(default)]
    pub groups: Vec<String>,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

impl OrganizationSeed {
    /// What is wrong with it: each problem with its path in the file.
    pub fn check(&self) -> Vec<String> {
        check::problems(self)
    }

    /// How many rows it makes, about.
    pub fn rows(&self) -> usize {
        let zone = self.zone.as_ref().map_or(0, |zone| {
            let users = zone.users.iter().map(|user| 1 + user.groups.len()).sum::<usize>();
            let by_rule =
                zone.rules.iter().map(|rule| rule.count as usize * (1 + rule.groups.len()));
            users + by_rule.sum::<usize>() + zone.groups.len() + zone.user_syncs.len()
        });
        let members = self.members.iter().map(|member| 1 + member.cam_users.len());
        zone + members.sum::<usize>() + self.nodes.len()
    }
}

/// Inserts the seed's organization into a new tenant.
pub(super) fn steps() -> SeedSteps {
    let mut progress = insert::Progress::default();
    Box::new(move |call, seed| match &seed.organization {
        Some(seed) => progress.step(call, seed),
        None => Ok(true),
    })
}
