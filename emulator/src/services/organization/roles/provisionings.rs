//! The rows of deployments: a role configuration on an account.

use rusqlite::{Connection, OptionalExtension, params};

use crate::operation::Call;
use crate::runtime::clock::Timestamp;

/// The account has the role configuration as it is.
pub(crate) const DEPLOYED: &str = "Deployed";
/// The account has it as it was before a change.
pub(crate) const DEPLOYED_REQUIRED: &str = "DeployedRequired";
/// The last deployment failed.
pub(crate) const DEPLOY_FAILED: &str = "DeployFailed";

/// All of them.
pub(crate) const STATUSES: &[&str] = &[DEPLOYED, DEPLOYED_REQUIRED, DEPLOY_FAILED];

/// The status of the role configuration on the account; nothing if it was never deployed there.
pub(crate) fn status(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    target_uin: i64,
) -> rusqlite::Result<Option<String>> {
    tx.prepare_cached(
        "SELECT status FROM organization_role_provisionings
         WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3",
    )?
    .query_row([tenant, configuration, target_uin], |row| row.get(0))
    .optional()
}

/// Whether the role configuration is deployed on any account, in whatever state.
pub(crate) fn has_any(tx: &Connection, tenant: i64, configuration: i64) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_role_provisionings WHERE tenant = ?1 AND configuration = ?2",
    )?
    .exists([tenant, configuration])
}

/// The accounts on which its last deployment failed.
pub(crate) fn failed(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
) -> rusqlite::Result<Vec<i64>> {
    tx.prepare_cached(
        "SELECT target_uin FROM organization_role_provisionings
         WHERE tenant = ?1 AND configuration = ?2 AND status = 'DeployFailed' ORDER BY target_uin",
    )?
    .query_map([tenant, configuration], |row| row.get(0))?
    .collect()
}

/// Where a task deploys, and its number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) configuration: i64,
    pub(crate) target_type: &'a str,
    pub(crate) target_uin: i64,
    pub(crate) task: i64,
}

/// Sets the status of a deployment, which is inserted if it is the first.
pub(crate) fn set(
    call: &Call<'_>,
    place: Place<'_>,
    status: &str,
    at: Timestamp,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_provisionings VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
             ON CONFLICT DO UPDATE SET status = excluded.status, updated = excluded.updated",
        )?
        .execute(params![
            call.tenant.key(),
            place.configuration,
            place.target_uin,
            place.task,
            place.target_type,
            status,
            at.0,
        ])
        .map(drop)
}

/// The role configuration has changed: its deployments are no longer what it is.
pub(crate) fn mark_changed(call: &Call<'_>, configuration: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_provisionings SET status = 'DeployedRequired', updated = ?3
             WHERE tenant = ?1 AND configuration = ?2 AND status = 'Deployed'",
        )?
        .execute([call.tenant.key(), configuration, call.now.0])
        .map(drop)
}

/// The role configuration is no longer on the account.
pub(crate) fn remove(call: &Call<'_>, configuration: i64, target_uin: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "DELETE FROM organization_role_provisionings
             WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3",
        )?
        .execute([call.tenant.key(), configuration, target_uin])
        .map(drop)
}
