//! The rows of deployments.

use rusqlite::{OptionalExtension, params};

use crate::operation::Call;
use crate::runtime::clock::Timestamp;

use super::tasks;

/// The account has what the configuration says.
pub(crate) const DEPLOYED: &str = "Deployed";
/// The configuration has changed since.
pub(crate) const OUTDATED: &str = "DeployedRequired";
/// The last task failed.
pub(crate) const FAILED: &str = "DeployFailed";
/// The words of the column.
pub(crate) const STATUSES: &[&str] = &[DEPLOYED, OUTDATED, FAILED];

/// The status of a deployment, if there is one.
pub(crate) fn status(
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

/// Writes the status of a deployment as of a moment.
pub(crate) fn set_status(
    call: &Call<'_>,
    configuration: i64,
    uin: i64,
    status: &str,
    at: Timestamp,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_provisionings VALUES (?1, ?2, ?3, ?4, ?5, ?5)
             ON CONFLICT DO UPDATE SET status = ?4, updated = ?5",
        )?
        .execute(params![call.tenant.key(), configuration, uin, status, at.0])
        .map(drop)
}

/// Deletes a deployment.
pub(crate) fn remove(call: &Call<'_>, configuration: i64, uin: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "DELETE FROM organization_role_provisionings
             WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3",
        )?
        .execute([call.tenant.key(), configuration, uin])
        .map(drop)
}

/// The configuration has changed: its deployments need another task.
pub(crate) fn mark_outdated(call: &Call<'_>, configuration: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_provisionings SET status = ?3, updated = ?4
             WHERE tenant = ?1 AND configuration = ?2 AND status = ?5",
        )?
        .execute(params![call.tenant.key(), configuration, OUTDATED, call.now.0, DEPLOYED])
        .map(drop)
}

/// Whether the configuration is assigned on the account.
pub(crate) fn is_assigned(call: &Call<'_>, configuration: i64, uin: i64) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM organization_role_assignments
             WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3",
        )?
        .exists([call.tenant.key(), configuration, uin])
}

/// Whether the configuration is deployed or assigned anywhere, or a task of it is running.
pub(crate) fn is_used(call: &Call<'_>, configuration: i64) -> rusqlite::Result<bool> {
    let of = |table: &str| {
        let sql = format!("SELECT 1 FROM {table} WHERE tenant = ?1 AND configuration = ?2");
        call.tx.prepare_cached(&sql)?.exists([call.tenant.key(), configuration])
    };
    Ok(of("organization_role_provisionings")?
        || of("organization_role_assignments")?
        || tasks::is_running(call, configuration, None)?)
}
