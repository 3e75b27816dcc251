//! The rows of permission requests.

use rusqlite::{OptionalExtension, Row, params};

use crate::error::Failure;
use crate::operation::Call;
use crate::state::document::RowView;

/// A permission request.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) seq: i64,
    pub(super) apply_id: String,
    pub(super) user_id: String,
    pub(super) target_uin: i64,
    /// Ids of role configurations.
    pub(super) configurations: Vec<String>,
    /// Absent: not decided yet.
    pub(super) is_approved: Option<bool>,
    /// Tasks of the approval.
    pub(super) task_ids: Vec<String>,
    pub(super) opinion: String,
    pub(super) created: i64,
    pub(super) decided: Option<i64>,
}

/// What a row of a state document must hold.
pub(crate) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    row.between("seq", 1, i64::MAX - (1 << 40))?;
    row.counts(&["target_uin"])?;
    row.flags(&["is_approved"])?;
    row.moments(&["created", "decided"])?;
    row.json::<Vec<String>>("configurations")?;
    row.json::<Vec<String>>("task_ids")
}

const SELECT: &str = "SELECT seq, apply_id, user_id, target_uin, configurations, is_approved,
    task_ids, opinion, created, decided FROM organization_apply_orders WHERE tenant = ?1";

fn read(row: &Row<'_>) -> Result<Order, Failure> {
    let (configurations, task_ids): (String, String) = (row.get(4)?, row.get(6)?);
    Ok(Order {
        seq: row.get(0)?,
        apply_id: row.get(1)?,
        user_id: row.get(2)?,
        target_uin: row.get(3)?,
        configurations: serde_json::from_str(&configurations)?,
        is_approved: row.get(5)?,
        task_ids: serde_json::from_str(&task_ids)?,
        opinion: row.get(7)?,
        created: row.get(8)?,
        decided: row.get(9)?,
    })
}

/// All of them, the newest first.
pub(super) fn all(call: &Call<'_>) -> Result<Vec<Order>, Failure> {
    let mut statement = call.tx.prepare_cached(&format!("{SELECT} ORDER BY seq DESC"))?;
    let rows = statement.query_map([call.tenant.key()], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

/// The request of that id.
pub(super) fn by_id(call: &Call<'_>, apply_id: &str) -> Result<Option<Order>, Failure> {
    call.tx
        .prepare_cached(&format!("{SELECT} AND apply_id = ?2"))?
        .query_row(params![call.tenant.key(), apply_id], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// Files a request.
pub(super) fn insert(
    call: &mut Call<'_>,
    apply_id: Option<&str>,
    user_id: &str,
    target_uin: i64,
    configurations: &[String],
) -> Result<(), Failure> {
    let apply_id = match apply_id {
        Some(id) => id.to_owned(),
        None => format!("apply-{}", call.ids.hex32().chars().take(16).collect::<String>()),
    };
    call.tx
        .prepare_cached(
            "INSERT INTO organization_apply_orders
                (tenant, seq, apply_id, user_id, target_uin, configurations, task_ids, opinion,
                 created)
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, '[]', '', ?6
             FROM organization_apply_orders WHERE tenant = ?1",
        )?
        .execute(params![
            call.tenant.key(),
            apply_id,
            user_id,
            target_uin,
            serde_json::to_string(configurations)?,
            call.now.0,
        ])?;
    Ok(())
}

/// Writes the decision.
pub(super) fn decide(
    call: &Call<'_>,
    seq: i64,
    is_approved: bool,
    task_ids: &[&str],
    opinion: &str,
) -> Result<(), Failure> {
    call.tx
        .prepare_cached(
            "UPDATE organization_apply_orders
             SET is_approved = ?3, task_ids = ?4, opinion = ?5, decided = ?6
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            seq,
            is_approved,
            serde_json::to_string(task_ids)?,
            opinion,
            call.now.0,
        ])?;
    Ok(())
}

/// Deletes all requests.
pub(super) fn clear(call: &Call<'_>) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("DELETE FROM organization_apply_orders WHERE tenant = ?1")?
        .execute([call.tenant.key()])
        .map(drop)
}
