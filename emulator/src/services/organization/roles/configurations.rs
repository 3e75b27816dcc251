//! The rows of role configurations.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::operation::Call;
use crate::runtime::fold::fold;

/// A role configuration.
#[derive(Debug, Clone)]
pub(crate) struct RoleConfiguration {
    /// Its number; [`insert`] chooses it.
    pub(crate) seq: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// In seconds.
    pub(crate) session_duration: i64,
    pub(crate) relay_state: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

/// The columns of [`RoleConfiguration`], in the order in which [`read`] takes them.
pub(crate) const COLUMNS: &str = "c.seq, c.configuration_id, c.name, c.description,
    c.session_duration, c.relay_state, c.created, c.updated";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<RoleConfiguration> {
    Ok(RoleConfiguration {
        seq: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        session_duration: row.get(4)?,
        relay_state: row.get(5)?,
        created: row.get(6)?,
        updated: row.get(7)?,
    })
}

/// The role configuration of that id.
pub(crate) fn by_id(
    tx: &Connection,
    tenant: i64,
    id: &str,
) -> rusqlite::Result<Option<RoleConfiguration>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM organization_role_configurations c
         WHERE c.tenant = ?1 AND c.configuration_id = ?2"
    ))?
    .query_row(params![tenant, id], read)
    .optional()
}

/// Whether a role configuration has that folded name.
pub(crate) fn name_is_taken(tx: &Connection, tenant: i64, key: &str) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_role_configurations WHERE tenant = ?1 AND name_key = ?2",
    )?
    .exists(params![tenant, key])
}

/// How many there are.
pub(crate) fn count(tx: &Connection, tenant: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT COUNT(*) FROM organization_role_configurations WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
}

/// Inserts a role configuration; returns its number.
pub(crate) fn insert(call: &Call<'_>, new: &RoleConfiguration) -> rusqlite::Result<i64> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_configurations
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8
             FROM organization_role_configurations WHERE tenant = ?1
             RETURNING seq",
        )?
        .query_row(
            params![
                call.tenant.key(),
                new.id,
                new.name,
                fold(&new.name),
                new.description,
                new.session_duration,
                new.relay_state,
                new.created,
            ],
            |row| row.get(0),
        )
}

/// Writes all that can change. The name never changes.
pub(crate) fn update(call: &Call<'_>, row: &RoleConfiguration) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_configurations SET description = ?3, session_duration = ?4,
                relay_state = ?5, updated = ?6
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            row.seq,
            row.description,
            row.session_duration,
            row.relay_state,
            row.updated,
        ])
        .map(drop)
}
