//! Deployments of role configurations on accounts.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::accounts;
use super::role_configurations as configurations;
use super::role_tasks::{self, NewTask, RoleProvisioningsTask, TaskType};
use super::roles::{configurations as rows, provisionings, tasks};
use super::zones;

mod list;

pub(super) use list::list;

/// Input of `ProvisionRoleConfiguration` and `DismantleRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OnAccount {
    zone_id: String,
    role_configuration_id: String,
    target_type: String,
    target_uin: i64,
}

/// An answer with one task.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Begun {
    task: RoleProvisioningsTask,
}

/// `ProvisionRoleConfiguration`.
pub(super) fn provision(call: &mut Call<'_>, input: OnAccount) -> Result<Begun, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let account = accounts::target(call, &input.target_type, input.target_uin)?;
    let configuration = configurations::existing(call, &zone, &input.role_configuration_id)?;
    let new = NewTask::of(TaskType::Provision, &configuration, &account);
    Ok(Begun { task: RoleProvisioningsTask::of(role_tasks::begin(call, new)?) })
}

/// `DismantleRoleConfiguration`: refused while something is assigned, or a task is running.
pub(super) fn dismantle(call: &mut Call<'_>, input: OnAccount) -> Result<Begun, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let account = accounts::target(call, &input.target_type, input.target_uin)?;
    let not_found = || refuse("ResourceNotFound.RoleConfigurationProvisioningNotFound");
    let configuration =
        rows::by_id(call.tx, zone.tenant, &input.role_configuration_id)?.ok_or_else(not_found)?;
    if tasks::is_running(call, configuration.seq, Some(account.uin))? {
        return Err(refuse("FailedOperation.RoleConfigurationProvisioningStatusError"));
    }
    if provisionings::is_assigned(call, configuration.seq, account.uin)? {
        return Err(refuse("FailedOperation.RoleConfigurationAuthorizationExist"));
    }
    provisionings::status(call, configuration.seq, account.uin)?.ok_or_else(not_found)?;
    let new = NewTask::of(TaskType::Deprovision, &configuration, &account);
    Ok(Begun { task: RoleProvisioningsTask::of(role_tasks::begin(call, new)?) })
}
