//! The rows of role configurations.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::operation::Call;
use crate::runtime::fold::fold;

/// A role configuration.
#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    pub(crate) seq: i64,
    pub(crate) configuration_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// Seconds.
    pub(crate) session_duration: i64,
    pub(crate) relay_state: String,
    pub(crate) created: i64,
    pub(crate) updated: i64,
}

/// A role configuration to insert.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewConfiguration<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) session_duration: i64,
    pub(crate) relay_state: &'a str,
}

/// The columns of [`Configuration`], in the order in which [`read`] takes them.
pub(crate) const COLUMNS: &str = "c.seq, c.configuration_id, c.name, c.description,
    c.session_duration, c.relay_state, c.created, c.updated";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Configuration> {
    Ok(Configuration {
        seq: row.get(0)?,
        configuration_id: row.get(1)?,
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
    configuration_id: &str,
) -> rusqlite::Result<Option<Configuration>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM organization_role_configurations c
         WHERE c.tenant = ?1 AND c.configuration_id = ?2"
    ))?
    .query_row(params![tenant, configuration_id], read)
    .optional()
}

/// The role configuration of that name, case ignored.
pub(crate) fn by_name(
    tx: &Connection,
    tenant: i64,
    name: &str,
) -> rusqlite::Result<Option<Configuration>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM organization_role_configurations c
         WHERE c.tenant = ?1 AND c.name_key = ?2"
    ))?
    .query_row(params![tenant, fold(name)], read)
    .optional()
}

/// How many there are.
pub(crate) fn count(tx: &Connection, tenant: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT COUNT(*) FROM organization_role_configurations WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
}

/// Inserts a role configuration. Names and limits are the caller's business.
pub(crate) fn insert(
    call: &Call<'_>,
    configuration_id: &str,
    new: &NewConfiguration<'_>,
) -> rusqlite::Result<Configuration> {
    call.tx
        .prepare_cached(&format!(
            "INSERT INTO organization_role_configurations
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8
             FROM organization_role_configurations WHERE tenant = ?1
             RETURNING {}",
            COLUMNS.replace("c.", "")
        ))?
        .query_row(
            params![
                call.tenant.key(),
                configuration_id,
                new.name,
                fold(new.name),
                new.description,
                new.session_duration,
                new.relay_state,
                call.now.0,
            ],
            read,
        )
}

/// Writes all that can change, and the moment of the change. The name never changes.
pub(crate) fn update(call: &Call<'_>, configuration: &mut Configuration) -> rusqlite::Result<()> {
    configuration.updated = call.now.0;
    call.tx
        .prepare_cached(
            "UPDATE organization_role_configurations SET description = ?3, session_duration = ?4,
                relay_state = ?5, updated = ?6
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            configuration.seq,
            configuration.description,
            configuration.session_duration,
            configuration.relay_state,
            configuration.updated,
        ])
        .map(drop)
}

/// Deletes a role configuration, and what principals may ask for of it.
pub(crate) fn remove(tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM organization_apply_scopes WHERE tenant = ?1 AND configuration = ?2",
    )?
    .execute([tenant, seq])?;
    tx.prepare_cached(
        "DELETE FROM organization_role_configurations WHERE tenant = ?1 AND seq = ?2",
    )?
    .execute([tenant, seq])
    .map(drop)
}
