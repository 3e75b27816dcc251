//! The rows of role assignments.

use rusqlite::{Connection, OptionalExtension, params};

use crate::operation::Call;

use super::super::Principal;

/// How many there are.
pub(crate) fn count(tx: &Connection, tenant: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT COUNT(*) FROM organization_role_assignments WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
}

/// The number of the assignment, if there is one.
pub(crate) fn seq(
    call: &Call<'_>,
    configuration: i64,
    uin: i64,
    principal: Principal,
) -> rusqlite::Result<Option<i64>> {
    call.tx
        .prepare_cached(
            "SELECT seq FROM organization_role_assignments
             WHERE tenant = ?1 AND configuration = ?2 AND target_uin = ?3
                AND principal_type = ?4 AND principal = ?5",
        )?
        .query_row(
            params![call.tenant.key(), configuration, uin, principal.word(), principal.seq(),],
            |row| row.get(0),
        )
        .optional()
}

/// Inserts the row alone; returns its number. That is the number of the next task, which creates it:
/// tasks are kept for ever, so no number is used again.
pub(crate) fn insert(
    call: &Call<'_>,
    configuration: i64,
    uin: i64,
    principal: Principal,
) -> rusqlite::Result<i64> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_assignments
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?6
             FROM organization_role_tasks WHERE tenant = ?1
             RETURNING seq",
        )?
        .query_row(
            params![
                call.tenant.key(),
                configuration,
                uin,
                principal.word(),
                principal.seq(),
                call.now.0,
            ],
            |row| row.get(0),
        )
}

/// Deletes the row alone, if it is still there.
pub(crate) fn remove(call: &Call<'_>, seq: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("DELETE FROM organization_role_assignments WHERE tenant = ?1 AND seq = ?2")?
        .execute([call.tenant.key(), seq])
        .map(drop)
}
