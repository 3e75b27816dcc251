//! The rows of permission requests.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::operation::Call;
use crate::state::document::RowView;

/// What was decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Nothing yet.
    #[default]
    Pending,
    /// The user gets the role configurations.
    Approved,
    /// The user does not.
    Rejected,
}

impl Decision {
    const WORDS: &[&str] = &["pending", "approved", "rejected"];

    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

impl ToSql for Decision {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for Decision {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "pending" => Ok(Self::Pending),
            "approved" => Ok(Self::Approved),
            "rejected" => Ok(Self::Rejected),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A role configuration that is asked for, as it was then.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ApplyRoleConfiguration {
    pub(crate) role_configuration_id: String,
    pub(crate) role_configuration_name: String,
    pub(crate) description: String,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) apply_id: String,
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) target_uin: i64,
    pub(crate) target_name: String,
    pub(crate) configurations: Vec<ApplyRoleConfiguration>,
    pub(crate) decision: Decision,
    pub(crate) opinion: String,
    pub(crate) created: i64,
    pub(crate) audited: Option<i64>,
    /// 1 pending, 2 approved and being granted, 3 granted, 4 approved and failed, 5 rejected.
    pub(crate) status: i64,
}

/// The status of the request `o`: what was decided, and how its tasks go.
pub(crate) const STATUS: &str = "CASE o.decision WHEN 'pending' THEN 1 WHEN 'rejected' THEN 5
    ELSE (SELECT CASE WHEN SUM(t.status = 'InProgress') > 0 THEN 2
                      WHEN SUM(t.status = 'Failed') > 0 THEN 4 ELSE 3 END
          FROM organization_role_tasks t
          WHERE t.tenant = o.tenant AND t.apply_id = o.apply_id) END";

/// The columns of [`Order`], in the order in which [`read`] takes them.
pub(crate) fn columns() -> String {
    format!(
        "o.apply_id, o.user_id, o.user_name, o.target_uin, o.target_name, o.configurations,
         o.decision, o.opinion, o.created, o.audited, {STATUS}"
    )
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Order> {
    let configurations: String = row.get(5)?;
    Ok(Order {
        apply_id: row.get(0)?,
        user_id: row.get(1)?,
        user_name: row.get(2)?,
        target_uin: row.get(3)?,
        target_name: row.get(4)?,
        // Checked when a state document brought it.
        configurations: serde_json::from_str(&configurations).unwrap_or_default(),
        decision: row.get(6)?,
        opinion: row.get(7)?,
        created: row.get(8)?,
        audited: row.get(9)?,
        status: row.get(10)?,
    })
}

/// What a request's row of a state document must hold.
pub(crate) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq", "target_uin"])?;
    row.moments(&["created", "audited"])?;
    row.one_of("decision", Decision::WORDS)?;
    row.json::<Vec<ApplyRoleConfiguration>>("configurations")
}

/// The request of that id.
pub(crate) fn by_id(
    tx: &Connection,
    tenant: i64,
    apply_id: &str,
) -> rusqlite::Result<Option<Order>> {
    tx.prepare_cached(&format!(
        "SELECT {} FROM organization_apply_orders o WHERE o.tenant = ?1 AND o.apply_id = ?2",
        columns()
    ))?
    .query_row(params![tenant, apply_id], read)
    .optional()
}

/// All requests, the oldest first.
pub(crate) fn all(tx: &Connection, tenant: i64) -> rusqlite::Result<Vec<Order>> {
    tx.prepare_cached(&format!(
        "SELECT {} FROM organization_apply_orders o WHERE o.tenant = ?1 ORDER BY o.seq",
        columns()
    ))?
    .query_map([tenant], read)?
    .collect()
}

/// Inserts a request as the newest.
pub(crate) fn insert(call: &Call<'_>, order: &Order) -> rusqlite::Result<()> {
    let configurations = serde_json::to_string(&order.configurations);
    let configurations =
        configurations.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    call.tx
        .prepare_cached(
            "INSERT INTO organization_apply_orders
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
             FROM organization_apply_orders WHERE tenant = ?1",
        )?
        .execute(params![
            call.tenant.key(),
            order.apply_id,
            order.user_id,
            order.user_name,
            order.target_uin,
            order.target_name,
            configurations,
            order.decision,
            order.opinion,
            order.created,
            order.audited,
        ])
        .map(drop)
}

/// Stores the decision.
pub(crate) fn decide(
    call: &Call<'_>,
    apply_id: &str,
    decision: Decision,
    opinion: &str,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_apply_orders SET decision = ?3, opinion = ?4, audited = ?5
             WHERE tenant = ?1 AND apply_id = ?2",
        )?
        .execute(params![call.tenant.key(), apply_id, decision, opinion, call.now.0])
        .map(drop)
}

/// Deletes all requests.
pub(crate) fn clear(call: &Call<'_>) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("DELETE FROM organization_apply_orders WHERE tenant = ?1")?
        .execute([call.tenant.key()])
        .map(drop)
}
