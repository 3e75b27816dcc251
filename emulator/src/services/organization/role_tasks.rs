//! Tasks of role assignments and deployments: begun by a request, done by the clock, asked after.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::accounts::Account;
use super::filters::Conditions;
use super::paging::{Bounds, Page};
use super::roles::configurations::Configuration;
use super::roles::grants;
use super::roles::tasks::{self as rows, NewTask, Task, TaskType};
use super::zones;

mod info;
mod work;

pub(super) use info::{RoleProvisioningsTask, TaskInfo};
pub(super) use work::advance;

/// A task of that type on a role configuration and an account; of no principal.
pub(super) fn on<'a>(
    task_type: TaskType,
    configuration: &'a Configuration,
    account: &'a Account,
) -> NewTask<'a> {
    NewTask {
        task_type,
        configuration: configuration.seq,
        configuration_id: &configuration.configuration_id,
        configuration_name: &configuration.name,
        target_type: account.target_type,
        target_uin: account.uin,
        principal_type: "",
        principal_id: "",
        assignment: None,
        undeploys: false,
        apply_id: None,
        failure_reason: "",
    }
}

/// Begins a task.
pub(super) fn begin(call: &mut Call<'_>, new: &NewTask<'_>) -> rusqlite::Result<Task> {
    let task = rows::insert(call, new)?;
    call.after.schedule_at(call.reached_at(call.now, 1));
    Ok(task)
}

/// Input of `GetTaskStatus`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Ask {
    zone_id: String,
    task_id: String,
}

/// Output of `GetTaskStatus`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Asked {
    task_status: TaskStatus,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct TaskStatus {
    status: String,
    task_id: String,
    task_type: TaskType,
    failure_reason: String,
}

/// `GetTaskStatus`. A task of a user sync is none of these.
pub(super) fn status(call: &mut Call<'_>, input: Ask) -> Result<Asked, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let task = call
        .tx
        .prepare_cached(&format!(
            "SELECT {} FROM organization_role_tasks t WHERE t.tenant = ?1 AND t.task_id = ?2",
            rows::COLUMNS
        ))?
        .query_row(params![zone.tenant, input.task_id], rows::read)
        .optional()?
        .ok_or_else(|| refuse("ResourceNotFound.RoleConfigurationTaskNotFound"))?;
    let Task { status, task_id, task_type, failure_reason, .. } = task;
    Ok(Asked { task_status: TaskStatus { status, task_id, task_type, failure_reason } })
}

/// Input of `ListTasks`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    zone_id: String,
    principal_id: Option<String>,
    next_token: Option<String>,
    max_results: Option<i64>,
    principal_type: Option<String>,
    target_uin: Option<i64>,
    target_type: Option<String>,
    role_configuration_id: Option<String>,
    status: Option<String>,
    task_type: Option<String>,
}

/// Output of `ListTasks`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    tasks: Vec<TaskInfo>,
}

/// `ListTasks`, the newest first.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = Conditions::new("t", zone.tenant);
    conditions.equal("principal_id", input.principal_id.as_deref());
    conditions.equal("principal_type", input.principal_type.as_deref());
    conditions.equal("configuration_id", input.role_configuration_id.as_deref());
    conditions.equal("status", input.status.as_deref());
    conditions.equal("type", input.task_type.as_deref());
    grants::target(&mut conditions, input.target_type.as_deref(), input.target_uin);
    let table = ("organization_role_tasks t", rows::COLUMNS);
    let found = conditions.read_counted(call.tx, table, page, rows::read)?;
    let tasks = found.rows.into_iter().map(TaskInfo::from).collect();
    Ok(Listed { bounds: page.bounds(found.total), tasks })
}
