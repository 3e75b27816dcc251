//! User syncs: the users of a principal as CAM users of an account. Rows are in `user_syncs/rows.rs`,
//! what a sync does to CAM users in `user_syncs/effect.rs`, the tasks that do it in
//! `user_syncs/tasks.rs`.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::zones;

mod create;
mod effect;
mod info;
mod list;
mod rows;
mod strategies;
mod tasks;

pub(super) use create::{create, insert_seeded};
pub(super) use effect::{member_joined, member_left};
use info::{UserProvisioning, UserProvisioningsTask};
pub(super) use list::list;
use rows::UserSync;
pub use strategies::{Deletion, Duplication};
use tasks::TaskType;
pub(super) use tasks::{advance, check_row as check_task_row, status as task_status};

/// Input of the operations on one user sync.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    zone_id: String,
    user_provisioning_id: String,
}

/// The user sync of that id, or the refusal.
fn existing(call: &Call<'_>, zone_id: &str, sync_id: &str) -> Result<UserSync, Failure> {
    let zone = zones::find(call, zone_id)?;
    rows::by_id(call.tx, zone.tenant, sync_id)?
        .ok_or_else(|| refuse("ResourceNotFound.UserProvisioningNotFound"))
}

/// Output of `GetUserSyncProvisioning`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Given {
    user_provisioning: UserProvisioning,
}

/// `GetUserSyncProvisioning`.
pub(super) fn get(call: &mut Call<'_>, input: One) -> Result<Given, Failure> {
    let sync = existing(call, &input.zone_id, &input.user_provisioning_id)?;
    Ok(Given { user_provisioning: sync.into() })
}

/// Input of `UpdateUserSyncProvisioning`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    zone_id: String,
    user_provisioning_id: String,
    new_description: Option<String>,
    new_duplication_stateful: Option<Duplication>,
    new_deletion_strategy: Option<Deletion>,
}

/// `UpdateUserSyncProvisioning`: absent members stay. What was synced before stays as it is.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let mut sync = existing(call, &input.zone_id, &input.user_provisioning_id)?;
    sync.description = input.new_description.unwrap_or(sync.description);
    sync.duplication = input.new_duplication_stateful.unwrap_or(sync.duplication);
    sync.deletion = input.new_deletion_strategy.unwrap_or(sync.deletion);
    rows::update(call, &sync)?;
    Ok(Empty {})
}

/// Output of `DeleteUserSyncProvisioning`: one task, although its member is called `Tasks`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Deleted {
    tasks: UserProvisioningsTask,
}

/// `DeleteUserSyncProvisioning`: refused while a task of the sync is running. The sync is there until
/// the new task succeeds.
pub(super) fn delete(call: &mut Call<'_>, input: One) -> Result<Deleted, Failure> {
    let sync = existing(call, &input.zone_id, &input.user_provisioning_id)?;
    if tasks::is_running(call, sync.seq, None)? {
        return Err(refuse("FailedOperation.UserProvisioningFailed"));
    }
    let task_id = tasks::begin(call, TaskType::Delete, sync.seq)?;
    Ok(Deleted { tasks: UserProvisioningsTask::of(task_id, TaskType::Delete, sync) })
}
