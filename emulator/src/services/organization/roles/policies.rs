//! The rows of policies.

use rusqlite::{Connection, OptionalExtension, params};

use crate::operation::Call;

/// The type of the vendor's own policies.
pub(crate) const SYSTEM: &str = "System";
/// The type of policies with a document of their own.
pub(crate) const CUSTOM: &str = "Custom";

/// A policy.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) seq: i64,
    /// Zero for custom policies.
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) document: String,
    pub(crate) added: i64,
}

/// All policies of a configuration, in the order in which they were added.
pub(crate) fn all(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
) -> rusqlite::Result<Vec<Policy>> {
    tx.prepare_cached(
        "SELECT seq, policy_id, name, type, document, added FROM organization_role_policies
         WHERE tenant = ?1 AND configuration = ?2 ORDER BY seq",
    )?
    .query_map([tenant, configuration], |row| {
        Ok(Policy {
            seq: row.get(0)?,
            id: row.get(1)?,
            name: row.get(2)?,
            kind: row.get(3)?,
            document: row.get(4)?,
            added: row.get(5)?,
        })
    })?
    .collect()
}

/// How many there are, of one type or of all.
pub(crate) fn count(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    kind: Option<&str>,
) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "SELECT COUNT(*) FROM organization_role_policies
         WHERE tenant = ?1 AND configuration = ?2 AND type = COALESCE(?3, type)",
    )?
    .query_row(params![tenant, configuration, kind], |row| row.get(0))
}

/// The type of the policy of that name, if the configuration has one.
pub(crate) fn kind_of(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    name: &str,
) -> rusqlite::Result<Option<String>> {
    tx.prepare_cached(
        "SELECT type FROM organization_role_policies
         WHERE tenant = ?1 AND configuration = ?2 AND name = ?3 ORDER BY type",
    )?
    .query_row(params![tenant, configuration, name], |row| row.get(0))
    .optional()
}

/// Inserts a policy.
pub(crate) fn insert(
    call: &Call<'_>,
    configuration: i64,
    policy_id: i64,
    name: &str,
    document: Option<&str>,
) -> rusqlite::Result<()> {
    let kind = if document.is_some() { CUSTOM } else { SYSTEM };
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_policies
             SELECT ?1, ?2, COALESCE(MAX(seq), 0) + 1, ?3, ?4, ?5, ?6, ?7
             FROM organization_role_policies WHERE tenant = ?1 AND configuration = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            configuration,
            policy_id,
            name,
            kind,
            document.unwrap_or_default(),
            call.now.0,
        ])
        .map(drop)
}

/// Replaces the document of a custom policy.
pub(crate) fn set_document(
    call: &Call<'_>,
    configuration: i64,
    name: &str,
    document: &str,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_policies SET document = ?4
             WHERE tenant = ?1 AND configuration = ?2 AND name = ?3 AND type = 'Custom'",
        )?
        .execute(params![call.tenant.key(), configuration, name, document])
        .map(drop)
}

/// Deletes a policy.
pub(crate) fn remove(call: &Call<'_>, configuration: i64, seq: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "DELETE FROM organization_role_policies
             WHERE tenant = ?1 AND configuration = ?2 AND seq = ?3",
        )?
        .execute([call.tenant.key(), configuration, seq])
        .map(drop)
}
