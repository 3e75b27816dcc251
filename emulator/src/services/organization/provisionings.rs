//! Deployments of role configurations on accounts.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::accounts;
use super::role_configurations as configurations;
use super::role_tasks::{self, NewTask, RoleProvisioningsTask, TaskType};
use super::zones;

mod list;

pub(super) use list::list;

/// The account has what the configuration says.
pub(super) const DEPLOYED: &str = "Deployed";
/// The configuration has changed since.
pub(super) const OUTDATED: &str = "DeployedRequired";
/// The last task failed.
pub(super) const FAILED: &str = "DeployFailed";

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
    let configuration = configurations::by_id(call.tx, zone.tenant, &input.role_configuration_id)?
        .ok_or_else(not_found)?;
    if role_tasks::is_running(call, configuration.seq, Some(account.uin))? {
        return Err(refuse("FailedOperation.RoleConfigurationProvisioningStatusError"));
    }
    if is_assigned(call, configuration.seq, account.uin)? {
        return Err(refuse("FailedOperation.RoleConfigurationAuthorizationExist"));
    }
    status(call, configuration.seq, account.uin)?.ok_or_else(not_found)?;
    let new = NewTask::of(TaskType::Deprovision, &configuration, &account);
    Ok(Begun { task: RoleProvisioningsTask::of(role_tasks::begin(call, new)?) })
}

/// The status of a deployment, if there is one.
pub(super) fn status(
    call: &Call<'_>,
    configuration: i64,
    uin: i64,
) -> rusqlite::Result<Option<String>> {
    call.tx
        .prepare_cached(
            "SELECT status FROM organization_role_provisionings
             WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3",
        )?
        .query_row([call.tenant.key(), configuration, uin], |row| row.get(0))
        .optional()
}

/// Writes the status of a deployment.
pub(super) fn set_status(
    call: &Call<'_>,
    configuration: i64,
    uin: i64,
    status: &str,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_provisionings VALUES (?1, ?2, ?3, ?4, ?5, ?5)
             ON CONFLICT DO UPDATE SET status = ?4, updated = ?5",
        )?
        .execute(params![call.tenant.key(), configuration, uin, status, call.now.0])
        .map(drop)
}

/// Deletes a deployment.
pub(super) fn remove(call: &Call<'_>, configuration: i64, uin: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "DELETE FROM organization_role_provisionings
             WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3",
        )?
        .execute([call.tenant.key(), configuration, uin])
        .map(drop)
}

/// The configuration has changed: its deployments need another task.
pub(super) fn mark_outdated(call: &Call<'_>, configuration: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_provisionings SET status = ?3, updated = ?4
             WHERE tenant = ?1 AND configuration = ?2 AND status = ?5",
        )?
        .execute(params![call.tenant.key(), configuration, OUTDATED, call.now.0, DEPLOYED])
        .map(drop)
}

/// Whether the configuration is assigned on the account.
pub(super) fn is_assigned(call: &Call<'_>, configuration: i64, uin: i64) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM organization_role_assignments
             WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3",
        )?
        .exists([call.tenant.key(), configuration, uin])
}

/// Whether the configuration is deployed or assigned anywhere, or a task of it is running.
pub(super) fn is_used(call: &Call<'_>, configuration: i64) -> rusqlite::Result<bool> {
    let of = |table: &str| {
        let sql = format!("SELECT 1 FROM {table} WHERE tenant = ?1 AND configuration = ?2");
        call.tx.prepare_cached(&sql)?.exists([call.tenant.key(), configuration])
    };
    Ok(of("organization_role_provisionings")?
        || of("organization_role_assignments")?
        || role_tasks::is_running(call, configuration, None)?)
}
