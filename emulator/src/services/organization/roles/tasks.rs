//! The rows of role tasks. They are kept for ever, with the ids and names of their time.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row, ToSql, params};
use serde::Serialize;

use crate::operation::Call;
use crate::runtime::lifecycle::Outcome;

/// The status of a task that runs.
pub(crate) const IN_PROGRESS: &str = "InProgress";
/// The status of a task that ended well.
pub(crate) const SUCCESS: &str = "Success";
/// The status of a task that failed.
pub(crate) const FAILED: &str = "Failed";

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum TaskType {
    #[serde(rename = "CreateRoleAssignment")]
    Assign,
    #[serde(rename = "DeleteRoleAssignment")]
    Unassign,
    #[serde(rename = "ProvisionRoleConfiguration")]
    Provision,
    #[serde(rename = "DeprovisionRoleConfiguration")]
    Deprovision,
}

impl TaskType {
    /// The words of the column.
    pub(crate) const WORDS: &[&str] = &[
        "CreateRoleAssignment",
        "DeleteRoleAssignment",
        "ProvisionRoleConfiguration",
        "DeprovisionRoleConfiguration",
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Assign => "CreateRoleAssignment",
            Self::Unassign => "DeleteRoleAssignment",
            Self::Provision => "ProvisionRoleConfiguration",
            Self::Deprovision => "DeprovisionRoleConfiguration",
        }
    }
}

impl ToSql for TaskType {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for TaskType {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "CreateRoleAssignment" => Ok(Self::Assign),
            "DeleteRoleAssignment" => Ok(Self::Unassign),
            "ProvisionRoleConfiguration" => Ok(Self::Provision),
            "DeprovisionRoleConfiguration" => Ok(Self::Deprovision),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A task.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) seq: i64,
    pub(crate) task_id: String,
    pub(crate) task_type: TaskType,
    pub(crate) configuration_id: String,
    pub(crate) configuration_name: String,
    pub(crate) target_type: String,
    pub(crate) target_uin: i64,
    /// Empty if the task is of no principal.
    pub(crate) principal_type: String,
    /// Empty if the task is of no principal.
    pub(crate) principal_id: String,
    pub(crate) status: String,
    /// Empty unless it failed.
    pub(crate) failure_reason: String,
}

/// The columns of [`Task`], in the order in which [`read`] takes them.
pub(crate) const COLUMNS: &str = "t.seq, t.task_id, t.type, t.configuration_id,
    t.configuration_name, t.target_type, t.target_uin, t.principal_type, t.principal_id, t.status,
    CASE t.status WHEN 'Failed' THEN t.failure_reason ELSE '' END";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Task> {
    Ok(Task {
        seq: row.get(0)?,
        task_id: row.get(1)?,
        task_type: row.get(2)?,
        configuration_id: row.get(3)?,
        configuration_name: row.get(4)?,
        target_type: row.get(5)?,
        target_uin: row.get(6)?,
        principal_type: row.get(7)?,
        principal_id: row.get(8)?,
        status: row.get(9)?,
        failure_reason: row.get(10)?,
    })
}

/// A task to insert.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewTask<'a> {
    pub(crate) task_type: TaskType,
    pub(crate) configuration: i64,
    pub(crate) configuration_id: &'a str,
    pub(crate) configuration_name: &'a str,
    pub(crate) target_type: &'a str,
    pub(crate) target_uin: i64,
    pub(crate) principal_type: &'a str,
    pub(crate) principal_id: &'a str,
    /// The assignment that it deletes. One that creates an assignment gives it its own number.
    pub(crate) assignment: Option<i64>,
    /// Whether the deployment goes with the last assignment.
    pub(crate) undeploys: bool,
    /// The permission request whose approval began it.
    pub(crate) apply_id: Option<&'a str>,
    /// Why it is to fail; empty if it is not.
    pub(crate) failure_reason: &'a str,
}

/// Inserts a task that begins now.
pub(crate) fn insert(call: &mut Call<'_>, new: &NewTask<'_>) -> rusqlite::Result<Task> {
    let tenant = call.tenant.key();
    let seq: i64 = call
        .tx
        .prepare_cached(
            "SELECT COALESCE(MAX(seq), 0) + 1 FROM organization_role_tasks WHERE tenant = ?1",
        )?
        .query_row([tenant], |row| row.get(0))?;
    let is_to_fail = !new.failure_reason.is_empty();
    let creates = new.task_type == TaskType::Assign && !is_to_fail;
    let task_id = format!("t-{}", call.ids.base36(12));
    call.tx
        .prepare_cached(&format!(
            "INSERT INTO organization_role_tasks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,
                ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
             RETURNING {}",
            COLUMNS.replace("t.", "")
        ))?
        .query_row(
            params![
                tenant,
                seq,
                task_id,
                new.task_type,
                new.configuration,
                new.configuration_id,
                new.configuration_name,
                new.target_type,
                new.target_uin,
                new.principal_type,
                new.principal_id,
                if creates { Some(seq) } else { new.assignment },
                new.undeploys,
                new.apply_id,
                IN_PROGRESS,
                if is_to_fail { Outcome::Fail } else { call.outcome },
                call.now.0,
                new.failure_reason,
            ],
            read,
        )
}

/// Ends a task: well, or with that reason, unless it has one of its own.
pub(crate) fn end(call: &Call<'_>, task: i64, reason: Option<&str>) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_tasks SET status = ?3,
                failure_reason = CASE failure_reason WHEN '' THEN ?4 ELSE failure_reason END
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            task,
            if reason.is_none() { SUCCESS } else { FAILED },
            reason.unwrap_or_default(),
        ])
        .map(drop)
}

/// Whether a task of the role configuration runs, on that account or on any.
pub(crate) fn is_running(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    target_uin: Option<i64>,
) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_role_tasks
         WHERE tenant = ?1 AND configuration = ?2 AND target_uin = COALESCE(?3, target_uin)
            AND status = 'InProgress'",
    )?
    .exists(params![tenant, configuration, target_uin])
}

/// Whether a task runs that deletes the assignment.
pub(crate) fn is_leaving(
    tx: &Connection,
    tenant: i64,
    configuration: i64,
    assignment: i64,
) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_role_tasks
         WHERE tenant = ?1 AND configuration = ?2 AND status = 'InProgress' AND assignment = ?3
            AND type = 'DeleteRoleAssignment'",
    )?
    .exists([tenant, configuration, assignment])
}
