//! Tasks of role assignments and deployments: begun by a request, done by the clock, asked after. They
//! are kept for ever. Tasks of user syncs are another family, with ids of their own.

use rusqlite::params;
use serde::Serialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::services::Advanced;
use crate::services::advance;

use super::Principal;
use super::accounts::Account;
use super::roles::configurations::RoleConfiguration;
use super::roles::tasks;
use super::task_status::{self, Ask, Asked};

mod list;
mod work;

pub(super) use list::list;
pub(super) use work::check_row;

const IN_PROGRESS: &str = "InProgress";
const SUCCESS: &str = "Success";
const FAILED: &str = "Failed";

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TaskType {
    /// It assigns a configuration, and deploys it if it is not yet.
    Assign,
    /// It takes an assignment away.
    Unassign,
    /// It deploys a configuration.
    Provision,
    /// It takes a deployment away.
    Deprovision,
}

impl TaskType {
    const ALL: [Self; 4] = [Self::Assign, Self::Unassign, Self::Provision, Self::Deprovision];

    /// As members have it.
    fn word(self) -> &'static str {
        match self {
            Self::Assign => "CreateRoleAssignment",
            Self::Unassign => tasks::UNASSIGN,
            Self::Provision => "ProvisionRoleConfiguration",
            Self::Deprovision => "DeprovisionRoleConfiguration",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// A task to begin.
pub(super) struct NewTask<'a> {
    task_type: TaskType,
    configuration: &'a RoleConfiguration,
    account: &'a Account,
    /// The principal and its id, of an assignment.
    principal: Option<(Principal, &'a str)>,
    /// The number of the assignment; 0 if it is of none.
    assignment: i64,
    /// Whether the deployment goes with its last assignment.
    undeploys: bool,
}

impl<'a> NewTask<'a> {
    /// A task without a principal.
    pub(super) fn of(
        task_type: TaskType,
        configuration: &'a RoleConfiguration,
        account: &'a Account,
    ) -> Self {
        Self { task_type, configuration, account, principal: None, assignment: 0, undeploys: false }
    }

    /// The same for the assignment of a principal with that id.
    pub(super) fn for_assignment(self, assignment: i64, principal: Principal, id: &'a str) -> Self {
        Self { principal: Some((principal, id)), assignment, ..self }
    }

    /// The same, and the deployment goes with its last assignment if so.
    pub(super) fn undeploying(self, undeploys: bool) -> Self {
        Self { undeploys, ..self }
    }
}

/// `TaskInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct TaskInfo {
    task_id: String,
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_type: String,
    principal_id: String,
    principal_type: String,
    task_type: String,
    status: String,
    failure_reason: String,
}

/// `RoleProvisioningsTask`: its status has another name.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleProvisioningsTask {
    task_id: String,
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_type: String,
    task_type: String,
    task_status: String,
}

impl TaskInfo {
    /// The id of the task.
    pub(super) fn id(&self) -> &str {
        &self.task_id
    }
}

impl RoleProvisioningsTask {
    /// The same task.
    pub(super) fn of(info: TaskInfo) -> Self {
        Self {
            task_id: info.task_id,
            role_configuration_id: info.role_configuration_id,
            role_configuration_name: info.role_configuration_name,
            target_uin: info.target_uin,
            target_type: info.target_type,
            task_type: info.task_type,
            task_status: info.status,
        }
    }
}

/// Begins a task.
pub(super) fn begin(call: &mut Call<'_>, new: NewTask<'_>) -> rusqlite::Result<TaskInfo> {
    let task_id = format!("t-{}", call.ids.base36(12));
    let (principal, principal_id) = new.principal.unzip();
    let principal_type = principal.map_or("", Principal::word);
    call.tx
        .prepare_cached(
            "INSERT INTO organization_role_tasks
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
                ?13, ?14, ?15, ?16, '', 0
             FROM organization_role_tasks WHERE tenant = ?1",
        )?
        .execute(params![
            call.tenant.key(),
            task_id,
            new.task_type.word(),
            IN_PROGRESS,
            new.configuration.seq,
            new.configuration.id,
            new.configuration.name,
            new.account.uin,
            new.account.target_type,
            principal_type,
            principal.map_or(0, Principal::seq),
            principal_id.unwrap_or_default(),
            new.assignment,
            new.undeploys,
            call.now.0,
            call.outcome,
        ])?;
    call.schedule_first_step();
    Ok(TaskInfo {
        task_id,
        role_configuration_id: new.configuration.id.clone(),
        role_configuration_name: new.configuration.name.clone(),
        target_uin: new.account.uin,
        target_type: new.account.target_type.to_owned(),
        principal_id: principal_id.unwrap_or_default().to_owned(),
        principal_type: principal_type.to_owned(),
        task_type: new.task_type.word().to_owned(),
        status: IN_PROGRESS.to_owned(),
        failure_reason: String::new(),
    })
}

/// `GetTaskStatus`. A task of a user sync is none of these.
pub(super) fn status(call: &mut Call<'_>, input: Ask) -> Result<Asked, Failure> {
    let unknown = "ResourceNotFound.RoleConfigurationTaskNotFound";
    task_status::look(call, &input, "organization_role_tasks", unknown)
}

/// Advances every task of the tenant's roles.
pub(super) fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let tasks = work::open(call)?;
    advance::advance(call, &tasks)
}
