//! The rows of keys, and how the gateway finds one by its text.

use rusqlite::{Connection, OptionalExtension, params};

use crate::operation::Call;
use crate::state::issued::{self, Kind};

use super::super::{ENABLED, status_of};
use super::Timestamp;

/// A key without its secret.
#[derive(Debug)]
pub(super) struct Credential {
    pub(super) id: String,
    pub(super) is_enabled: bool,
    pub(super) created: i64,
    pub(super) expires: Timestamp,
}

/// Inserts an enabled key.
pub(super) fn insert(call: &Call<'_>, id: &str, expires: Timestamp) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("INSERT INTO organization_scim_credentials VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![call.tenant.key(), id, ENABLED, call.now.0, expires.0])
        .map(drop)
}

/// How many keys there are, expired ones included.
pub(super) fn count(tx: &Connection, tenant: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT COUNT(*) FROM organization_scim_credentials WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
}

/// All keys, or the one of that id; the oldest first.
pub(super) fn list(
    tx: &Connection,
    tenant: i64,
    id: Option<&str>,
) -> rusqlite::Result<Vec<Credential>> {
    tx.prepare_cached(
        "SELECT credential_id, status, created, expires FROM organization_scim_credentials
         WHERE tenant = ?1 AND (?2 IS NULL OR credential_id = ?2)
         ORDER BY created, credential_id",
    )?
    .query_map(params![tenant, id], |row| {
        let status: String = row.get(1)?;
        Ok(Credential {
            id: row.get(0)?,
            is_enabled: status == ENABLED,
            created: row.get(2)?,
            expires: Timestamp(row.get(3)?),
        })
    })?
    .collect()
}

/// Enables or disables a key; false if there is none of that id.
pub(super) fn set_status(
    tx: &Connection,
    tenant: i64,
    id: &str,
    is_enabled: bool,
) -> rusqlite::Result<bool> {
    let sql = "UPDATE organization_scim_credentials SET status = ?3
               WHERE tenant = ?1 AND credential_id = ?2";
    Ok(tx.prepare_cached(sql)?.execute(params![tenant, id, status_of(is_enabled)])? > 0)
}

/// Deletes the row of a key; false if there is none of that id.
pub(super) fn delete(tx: &Connection, tenant: i64, id: &str) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM organization_scim_credentials WHERE tenant = ?1 AND credential_id = ?2";
    Ok(tx.prepare_cached(sql)?.execute(params![tenant, id])? > 0)
}

/// A key as the gateway knows it.
#[derive(Debug)]
pub struct Known {
    /// The name of the tenant whose zone it opens.
    pub tenant: String,
    /// Whether it is enabled.
    pub is_enabled: bool,
    /// The first moment at which it no longer counts.
    pub expires: Timestamp,
}

/// The key of that text, of any tenant: all directories call one address, so the key alone names the
/// zone. It is looked up by its digest, so the time that this takes says nothing of a key's text. Of
/// several copies of a state the oldest tenant's counts.
pub fn find(tx: &Connection, key: &str) -> rusqlite::Result<Option<Known>> {
    let mut copies = issued::find(tx, Kind::ScimKey, &issued::digest(key))?.into_iter();
    let Some(found) = copies.next() else { return Ok(None) };
    let status = tx
        .prepare_cached(
            "SELECT c.status FROM organization_scim_credentials c
             JOIN twin_tenants t ON t.key = c.tenant WHERE t.name = ?1 AND c.credential_id = ?2",
        )?
        .query_row(params![found.tenant, found.subject_id], |row| row.get::<_, String>(0))
        .optional()?;
    Ok(status.map(|status| Known {
        tenant: found.tenant,
        is_enabled: status == ENABLED,
        expires: found.expires,
    }))
}
