//! User syncs of a seed: checked, and inserted after all users.

use std::collections::{BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;

use super::super::directory::users;
use super::super::{Principal, accounts, user_syncs};
use super::{Deletion, Duplication, ZoneSeed};

/// A user sync: of a user or of a group.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSyncSeed {
    /// The name of a user with an entry of its own.
    #[serde(default)]
    pub user: Option<String>,
    /// The name of a group.
    #[serde(default)]
    pub group: Option<String>,
    /// The number of a member account.
    pub uin: i64,
    /// What happens if a name is taken in the account; `KeepBoth` if left out.
    #[serde(default)]
    pub duplication: Duplication,
    /// What becomes of CAM users when the sync is deleted; `Delete` if left out.
    #[serde(default)]
    pub deletion: Deletion,
    /// Description.
    #[serde(default)]
    pub description: String,
}

/// What is wrong with the user syncs of a zone; `uins` are the member accounts.
pub(super) fn problems(zone: &ZoneSeed, uins: &BTreeSet<i64>) -> Vec<String> {
    let (mut problems, mut met) = (Vec::new(), BTreeSet::new());
    for (index, sync) in zone.user_syncs.iter().enumerate() {
        let key = match (&sync.user, &sync.group) {
            (Some(name), None) if zone.users.iter().any(|user| user.name == *name) => {
                ("user", name)
            }
            (None, Some(name)) if zone.groups.iter().any(|group| group.name == *name) => {
                ("group", name)
            }
            _ => {
                problems.push(format!(
                    "zone.user_sync[{index}]: give the name of one `user` or of one `group` of the zone"
                ));
                continue;
            }
        };
        if !uins.contains(&sync.uin) {
            problems.push(format!("zone.user_sync[{index}].uin: there is no member {}", sync.uin));
        }
        if !met.insert((key, sync.uin)) {
            problems.push(format!("zone.user_sync[{index}]: repeats an earlier one"));
        }
    }
    problems
}

/// Inserts them; `groups` are the numbers of the groups by name.
pub(super) fn insert(
    call: &mut Call<'_>,
    seeds: &[UserSyncSeed],
    groups: &HashMap<String, i64>,
) -> Result<(), Failure> {
    for seed in seeds {
        let user = match &seed.user {
            Some(name) => users::by_name(call.tx, call.tenant.key(), &fold(name))?,
            None => None,
        };
        let group = seed.group.as_ref().and_then(|name| groups.get(name)).copied();
        let principal = user.map(Principal::User).or(group.map(Principal::Group));
        let account = accounts::account(call, seed.uin)?;
        if let (Some(principal), Some(account)) = (principal, account) {
            let strategies = (seed.duplication, seed.deletion);
            user_syncs::insert_seeded(call, principal, &account, strategies, &seed.description)?;
        }
    }
    Ok(())
}
