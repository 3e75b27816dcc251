//! The rows of user syncs.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::operation::Call;

use super::super::Principal;
use super::super::accounts::Account;
use super::super::directory::deleted_counts;
use super::{Deletion, Duplication};

/// A user sync, with the names of its principal and its account as they are now.
#[derive(Debug, Clone)]
pub(super) struct UserSync {
    pub(super) seq: i64,
    pub(super) sync_id: String,
    pub(super) principal: Principal,
    pub(super) principal_id: String,
    pub(super) principal_name: String,
    /// `ManagerUin` or `MemberUin`.
    pub(super) target_type: String,
    pub(super) target_uin: i64,
    pub(super) target_name: String,
    pub(super) duplication: Duplication,
    pub(super) deletion: Deletion,
    pub(super) description: String,
    pub(super) created: i64,
    pub(super) updated: i64,
}

/// The name of a sync's principal, for a condition or a column; `s` is the sync.
pub(super) const PRINCIPAL_NAME: &str = "COALESCE(CASE s.principal_type
    WHEN 'User' THEN (SELECT user_name FROM organization_users
        WHERE tenant = s.tenant AND seq = s.principal)
    ELSE (SELECT name FROM organization_groups
        WHERE tenant = s.tenant AND seq = s.principal) END, '')";

/// The columns of [`UserSync`], in the order in which [`read`] takes them.
pub(super) fn columns() -> String {
    format!(
        "s.seq, s.sync_id, s.principal_type, s.principal,
         COALESCE(CASE s.principal_type
            WHEN 'User' THEN (SELECT user_id FROM organization_users
                WHERE tenant = s.tenant AND seq = s.principal)
            ELSE (SELECT group_id FROM organization_groups
                WHERE tenant = s.tenant AND seq = s.principal) END, ''),
         {PRINCIPAL_NAME}, s.target_type, s.target_uin,
         COALESCE(CASE s.target_type
            WHEN 'ManagerUin' THEN (SELECT name FROM organization_orgs WHERE tenant = s.tenant)
            ELSE (SELECT name FROM organization_members
                WHERE tenant = s.tenant AND uin = s.target_uin) END, ''),
         s.duplication_strategy, s.deletion_strategy, s.description, s.created, s.updated"
    )
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<UserSync> {
    let (principal_type, principal): (String, i64) = (row.get(2)?, row.get(3)?);
    let is_user = principal_type == "User";
    Ok(UserSync {
        seq: row.get(0)?,
        sync_id: row.get(1)?,
        principal: if is_user { Principal::User(principal) } else { Principal::Group(principal) },
        principal_id: row.get(4)?,
        principal_name: row.get(5)?,
        target_type: row.get(6)?,
        target_uin: row.get(7)?,
        target_name: row.get(8)?,
        duplication: row.get(9)?,
        deletion: row.get(10)?,
        description: row.get(11)?,
        created: row.get(12)?,
        updated: row.get(13)?,
    })
}

/// The user sync of that id.
pub(super) fn by_id(
    tx: &Connection,
    tenant: i64,
    sync_id: &str,
) -> rusqlite::Result<Option<UserSync>> {
    tx.prepare_cached(&format!(
        "SELECT {} FROM organization_user_syncs s WHERE s.tenant = ?1 AND s.sync_id = ?2",
        columns()
    ))?
    .query_row(params![tenant, sync_id], read)
    .optional()
}

/// The user sync of that number.
pub(super) fn by_seq(tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<Option<UserSync>> {
    tx.prepare_cached(&format!(
        "SELECT {} FROM organization_user_syncs s WHERE s.tenant = ?1 AND s.seq = ?2",
        columns()
    ))?
    .query_row([tenant, seq], read)
    .optional()
}

/// All user syncs of a principal, the oldest first. Left to itself the database would read all syncs of
/// the zone, which are in this order.
pub(super) fn of_principal(
    tx: &Connection,
    tenant: i64,
    principal: Principal,
) -> rusqlite::Result<Vec<UserSync>> {
    tx.prepare_cached(&format!(
        "SELECT {} FROM organization_user_syncs s INDEXED BY organization_user_syncs_key
         WHERE s.tenant = ?1 AND s.principal_type = ?2 AND s.principal = ?3 ORDER BY s.seq",
        columns()
    ))?
    .query_map(params![tenant, principal.word(), principal.seq()], read)?
    .collect()
}

/// Whether the principal has a sync to that account, also one that is being deleted.
pub(super) fn exists(
    tx: &Connection,
    tenant: i64,
    principal: Principal,
    uin: i64,
) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_user_syncs
         WHERE tenant = ?1 AND principal_type = ?2 AND principal = ?3 AND target_uin = ?4",
    )?
    .exists(params![tenant, principal.word(), principal.seq(), uin])
}

/// How many the zone has.
pub(super) fn count(tx: &Connection, tenant: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT user_sync_count FROM organization_zones WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
}

/// A user sync to insert.
#[derive(Debug)]
pub(super) struct NewUserSync<'a> {
    pub(super) principal: Principal,
    pub(super) account: &'a Account,
    pub(super) duplication: Duplication,
    pub(super) deletion: Deletion,
    pub(super) description: &'a str,
}

/// Inserts a user sync and counts it. Uniqueness and limits are the caller's business.
pub(super) fn insert(call: &mut Call<'_>, new: &NewUserSync<'_>) -> rusqlite::Result<i64> {
    let tenant = call.tenant.key();
    let sync_id = format!("upe-{}", call.ids.base36(12));
    let seq: i64 = call
        .tx
        .prepare_cached(
            "UPDATE organization_zones
             SET next_user_sync = next_user_sync + 1, user_sync_count = user_sync_count + 1
             WHERE tenant = ?1 RETURNING next_user_sync - 1",
        )?
        .query_row([tenant], |row| row.get(0))?;
    call.tx
        .prepare_cached(
            "INSERT INTO organization_user_syncs
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11)",
        )?
        .execute(params![
            tenant,
            seq,
            sync_id,
            new.principal.word(),
            new.principal.seq(),
            new.account.target_type,
            new.account.uin,
            new.duplication,
            new.deletion,
            new.description,
            call.now.0,
        ])?;
    Ok(seq)
}

/// Writes all that can change, and the moment of the change.
pub(super) fn update(call: &Call<'_>, sync: &UserSync) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_user_syncs SET duplication_strategy = ?3, deletion_strategy = ?4,
                description = ?5, updated = ?6
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            sync.seq,
            sync.duplication,
            sync.deletion,
            sync.description,
            call.now.0,
        ])
        .map(drop)
}

/// Deletes a user sync that no CAM user needs.
pub(super) fn remove(tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM organization_user_syncs WHERE tenant = ?1 AND seq = ?2")?
        .execute([tenant, seq])?;
    tx.prepare_cached(
        "UPDATE organization_zones SET user_sync_count = user_sync_count - 1 WHERE tenant = ?1",
    )?
    .execute([tenant])?;
    deleted_counts::USER_SYNCS.add(tx, tenant, seq)
}
