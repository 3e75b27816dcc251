//! The rows of role assignments. One is there from the moment at which its creation begins until its
//! deletion succeeds, or its creation fails.

use rusqlite::{Connection, OptionalExtension, params};

use crate::operation::Call;

use super::super::Principal;
use super::super::accounts::Account;

/// The number of the assignment with that key.
pub(crate) fn find(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    target_uin: i64,
    principal: Principal,
) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached(
        "SELECT seq FROM organization_role_assignments
         WHERE tenant = ?1 AND principal_type = ?2 AND principal = ?3 AND target_uin = ?4
            AND configuration = ?5",
    )?
    .query_row(
        params![tenant, principal.word(), principal.seq(), target_uin, configuration],
        |row| row.get(0),
    )
    .optional()
}

/// Whether the role configuration is assigned on that account, or on any.
pub(crate) fn has_any(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    target_uin: Option<i64>,
) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_role_assignments
         WHERE tenant = ?1 AND configuration = ?2 AND target_uin = COALESCE(?3, target_uin)",
    )?
    .exists(params![tenant, configuration, target_uin])
}

/// How many there are.
pub(crate) fn count(tx: &Connection, tenant: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT COUNT(*) FROM organization_role_assignments WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
}

/// Inserts an assignment with the number of the task that creates it.
pub(crate) fn insert(
    call: &Call<'_>,
    seq: i64,
    configuration: i64,
    account: &Account,
    principal: Principal,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_assignments
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
        )?
        .execute(params![
            call.tenant.key(),
            seq,
            configuration,
            account.target_type,
            account.uin,
            principal.word(),
            principal.seq(),
            call.now.0,
        ])
        .map(drop)
}

/// Deletes the assignment, if it is still there.
pub(crate) fn remove(call: &Call<'_>, seq: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("DELETE FROM organization_role_assignments WHERE tenant = ?1 AND seq = ?2")?
        .execute([call.tenant.key(), seq])
        .map(drop)
}
