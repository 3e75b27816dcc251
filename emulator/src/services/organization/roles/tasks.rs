//! Which tasks of roles are running.

use rusqlite::params;

use crate::operation::Call;

/// The type of a task that takes an assignment away.
pub(crate) const UNASSIGN: &str = "DeleteRoleAssignment";

/// Whether a task of the configuration is running, on one account or on any.
pub(crate) fn is_running(
    call: &Call<'_>,
    configuration: i64,
    uin: Option<i64>,
) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM organization_role_tasks
             WHERE tenant = ?1 AND status = 'InProgress' AND configuration = ?2
                AND target_uin = COALESCE(?3, target_uin)",
        )?
        .exists(params![call.tenant.key(), configuration, uin])
}

/// Whether a task that takes the assignment away is running.
pub(crate) fn is_being_unassigned(call: &Call<'_>, assignment: i64) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM organization_role_tasks
             WHERE tenant = ?1 AND status = 'InProgress' AND type = ?2 AND assignment = ?3",
        )?
        .exists(params![call.tenant.key(), UNASSIGN, assignment])
}
