//! `CreateUserSyncProvisioning`.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;
use crate::services::text::non_empty;

use super::super::accounts::{self, Account};
use super::super::zones::{self, Zone};
use super::super::{Principal, groups, limits, users};
use super::rows::{self, NewUserSync};
use super::{Deletion, Duplication, TaskType, UserProvisioningsTask, tasks};

/// Input of `CreateUserSyncProvisioning`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Create {
    zone_id: String,
    user_sync_provisionings: Vec<Item>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Item {
    #[serde(default)]
    description: String,
    principal_id: Option<String>,
    principal_type: Option<String>,
    target_uin: Option<i64>,
    target_type: Option<String>,
    duplication_strategy: Option<Duplication>,
    deletion_strategy: Option<Deletion>,
}

/// Output of `CreateUserSyncProvisioning`: a task for each item, in their order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Created {
    tasks: Vec<UserProvisioningsTask>,
}

/// `CreateUserSyncProvisioning`. One bad item refuses all.
pub(crate) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let items = input.user_sync_provisionings;
    if items.is_empty() {
        return Err(incomplete());
    }
    let most = limits::USER_SYNCS_PER_REQUEST.of(call)?;
    if i64::try_from(items.len()).is_ok_and(|count| count > most) {
        return Err(refuse("LimitExceeded.CreateUserSyncProvisioningLimitExceeded"));
    }
    let tasks = items.into_iter().map(|item| begin(call, &zone, item));
    Ok(Created { tasks: tasks.collect::<Result<_, _>>()? })
}

fn incomplete() -> Failure {
    refuse("InvalidParameter.ParamError")
}

/// Checks an item, inserts its sync, and begins its task. Earlier items of the request are there
/// already: that finds the same principal twice, and too many of them.
fn begin(call: &mut Call<'_>, zone: &Zone, item: Item) -> Result<UserProvisioningsTask, Failure> {
    let Item { description, principal_id, principal_type, .. } = item;
    let principal_id = non_empty(principal_id.as_deref()).ok_or_else(incomplete)?;
    let principal_type = principal_type.ok_or_else(incomplete)?;
    let target_type = item.target_type.ok_or_else(incomplete)?;
    let target_uin = item.target_uin.ok_or_else(incomplete)?;
    let duplication = item.duplication_strategy.ok_or_else(incomplete)?;
    let deletion = item.deletion_strategy.ok_or_else(incomplete)?;
    let account = &accounts::target(call, &target_type, target_uin)?;
    let principal = match principal_type.as_str() {
        "User" => Principal::User(users::existing(call, zone, principal_id)?.seq),
        _ => Principal::Group(groups::existing(call, zone, principal_id)?.seq),
    };
    if rows::exists(call.tx, zone.tenant, principal, account.uin)? {
        return Err(refuse("FailedOperation.UserProvisioningAlreadyExists"));
    }
    if rows::count(call.tx, zone.tenant)? >= limits::USER_SYNCS.of(call)? {
        return Err(refuse("FailedOperation.UserProvisioningOverLimit"));
    }
    let new = NewUserSync { principal, account, duplication, deletion, description: &description };
    let seq = rows::insert(call, &new)?;
    let task_id = tasks::begin(call, TaskType::Start, seq)?;
    let sync = rows::by_seq(call.tx, zone.tenant, seq)?;
    let sync = sync.ok_or_else(|| anyhow::anyhow!("a new user sync is not there"))?;
    Ok(UserProvisioningsTask::of(task_id, TaskType::Start, sync))
}

/// Inserts a sync of a seed file. Its task is due at once, so that the first request finds it done.
pub(crate) fn insert_seeded(
    call: &mut Call<'_>,
    principal: Principal,
    account: &Account,
    strategies: (Duplication, Deletion),
    description: &str,
) -> rusqlite::Result<()> {
    let (duplication, deletion) = strategies;
    let new = NewUserSync { principal, account, duplication, deletion, description };
    let seq = rows::insert(call, &new)?;
    tasks::begin_overdue(call, seq)
}
