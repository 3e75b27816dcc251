//! Tasks as answers have them: the status has two names.

use serde::Serialize;

use super::{Task, TaskType};

/// `TaskInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TaskInfo {
    task_id: String,
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_type: String,
    principal_id: String,
    principal_type: String,
    task_type: TaskType,
    status: String,
    failure_reason: String,
}

impl From<Task> for TaskInfo {
    fn from(task: Task) -> Self {
        Self {
            task_id: task.task_id,
            role_configuration_id: task.configuration_id,
            role_configuration_name: task.configuration_name,
            target_uin: task.target_uin,
            target_type: task.target_type,
            principal_id: task.principal_id,
            principal_type: task.principal_type,
            task_type: task.task_type,
            status: task.status,
            failure_reason: task.failure_reason,
        }
    }
}

/// `RoleProvisioningsTask`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RoleProvisioningsTask {
    task_id: String,
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_type: String,
    task_type: TaskType,
    task_status: String,
}

impl From<Task> for RoleProvisioningsTask {
    fn from(task: Task) -> Self {
        Self {
            task_id: task.task_id,
            role_configuration_id: task.configuration_id,
            role_configuration_name: task.configuration_name,
            target_uin: task.target_uin,
            target_type: task.target_type,
            task_type: task.task_type,
            task_status: task.status,
        }
    }
}
