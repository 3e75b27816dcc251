//! The rows of the policies of role configurations.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use serde::{Deserialize, Serialize};

use crate::operation::Call;
use crate::runtime::fold::fold;

/// `RolePolicyType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum PolicyType {
    /// A policy of the vendor's, by its number.
    System,
    /// A document.
    Custom,
}

impl PolicyType {
    /// The words of the column.
    pub(crate) const WORDS: &[&str] = &["System", "Custom"];

    fn word(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Custom => "Custom",
        }
    }
}

impl ToSql for PolicyType {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for PolicyType {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "System" => Ok(Self::System),
            "Custom" => Ok(Self::Custom),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A policy of a role configuration.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) policy_type: PolicyType,
    /// 0 for a custom one.
    pub(crate) policy_id: i64,
    pub(crate) name: String,
    /// Empty for one of the system's.
    pub(crate) document: String,
    pub(crate) added: i64,
}

/// The policies of a role configuration, the oldest first.
pub(crate) fn all(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
) -> rusqlite::Result<Vec<Policy>> {
    tx.prepare_cached(
        "SELECT type, policy_id, name, document, added FROM organization_role_policies
         WHERE tenant = ?1 AND configuration = ?2 ORDER BY seq",
    )?
    .query_map([tenant, configuration], |row| {
        Ok(Policy {
            policy_type: row.get(0)?,
            policy_id: row.get(1)?,
            name: row.get(2)?,
            document: row.get(3)?,
            added: row.get(4)?,
        })
    })?
    .collect()
}

/// Whether it has any.
pub(crate) fn has_any(tx: &Connection, tenant: i64, configuration: i64) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_role_policies WHERE tenant = ?1 AND configuration = ?2",
    )?
    .exists([tenant, configuration])
}

/// Inserts a policy. Names and limits are the caller's business.
pub(crate) fn insert(call: &Call<'_>, configuration: i64, policy: &Policy) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_policies
             SELECT ?1, ?2, COALESCE(MAX(seq), 0) + 1, ?3, ?4, ?5, ?6, ?7, ?8
             FROM organization_role_policies WHERE tenant = ?1 AND configuration = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            configuration,
            policy.policy_type,
            policy.policy_id,
            policy.name,
            fold(&policy.name),
            policy.document,
            policy.added,
        ])
        .map(drop)
}

/// The type of the policy of that name, case ignored.
pub(crate) fn type_of(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    name: &str,
) -> rusqlite::Result<Option<PolicyType>> {
    tx.prepare_cached(
        "SELECT type FROM organization_role_policies
         WHERE tenant = ?1 AND configuration = ?2 AND name_key = ?3",
    )?
    .query_row(params![tenant, configuration, fold(name)], |row| row.get(0))
    .optional()
}

/// Replaces the document of the policy of that name.
pub(crate) fn set_document(
    call: &Call<'_>,
    configuration: i64,
    name: &str,
    document: &str,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_policies SET document = ?4
             WHERE tenant = ?1 AND configuration = ?2 AND name_key = ?3",
        )?
        .execute(params![call.tenant.key(), configuration, fold(name), document])
        .map(drop)
}

/// Deletes the policy of that type with that number, or with that name if the number is 0. Returns
/// whether there was one.
pub(crate) fn remove(
    call: &Call<'_>,
    configuration: i64,
    policy_type: PolicyType,
    policy_id: i64,
    name: &str,
) -> rusqlite::Result<bool> {
    let deleted = call
        .tx
        .prepare_cached(
            "DELETE FROM organization_role_policies
             WHERE tenant = ?1 AND configuration = ?2 AND type = ?3
                AND CASE ?4 WHEN 0 THEN name_key = ?5 ELSE policy_id = ?4 END",
        )?
        .execute(params![call.tenant.key(), configuration, policy_type, policy_id, fold(name)])?;
    Ok(deleted > 0)
}
