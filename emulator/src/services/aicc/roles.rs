//! Business roles. No documented interface shows or makes them: they are seeded, or set through the
//! control interface.

use rusqlite::{Connection, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its id, 1 to 20 decimal digits.
    pub id: String,
    /// What a reader calls it.
    pub name: String,
}

/// Whether the tenant has a role of that id.
pub(super) fn exists(tx: &Connection, tenant: i64, id: &str) -> rusqlite::Result<bool> {
    tx.prepare_cached("SELECT 1 FROM aicc_roles WHERE tenant = ?1 AND id = ?2")?
        .exists(params![tenant, id])
}

/// All roles of the tenant, by id.
pub(super) fn all(tx: &Connection, tenant: i64) -> rusqlite::Result<Vec<Role>> {
    tx.prepare_cached("SELECT id, name FROM aicc_roles WHERE tenant = ?1 ORDER BY id")?
        .query_map([tenant], |row| Ok(Role { id: row.get(0)?, name: row.get(1)? }))?
        .collect()
}

/// Gives the tenant these roles in the place of those that it has.
pub(super) fn replace(tx: &Connection, tenant: i64, roles: &[Role]) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM aicc_roles WHERE tenant = ?1")?.execute([tenant])?;
    let mut insert = tx.prepare_cached(
        "INSERT OR REPLACE INTO aicc_roles (tenant, id, name) VALUES (?1, ?2, ?3)",
    )?;
    roles.iter().try_for_each(|role| insert.execute(params![tenant, role.id, role.name]).map(drop))
}
