//! User syncs and their tasks as answers have them.

use serde::Serialize;

use super::super::{ENABLED, times};
use super::{Deletion, Duplication, TaskType, UserSync};

/// `UserProvisioning`. Nothing disables a sync.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserProvisioning {
    user_provisioning_id: String,
    description: String,
    status: &'static str,
    principal_id: String,
    principal_name: String,
    principal_type: &'static str,
    target_uin: i64,
    target_name: String,
    duplication_strategy: Duplication,
    deletion_strategy: Deletion,
    create_time: String,
    update_time: String,
    target_type: String,
}

impl From<UserSync> for UserProvisioning {
    fn from(sync: UserSync) -> Self {
        Self {
            user_provisioning_id: sync.sync_id,
            description: sync.description,
            status: ENABLED,
            principal_id: sync.principal_id,
            principal_name: sync.principal_name,
            principal_type: sync.principal.word(),
            target_uin: sync.target_uin,
            target_name: sync.target_name,
            duplication_strategy: sync.duplication,
            deletion_strategy: sync.deletion,
            create_time: times::local(sync.created),
            update_time: times::local(sync.updated),
            target_type: sync.target_type,
        }
    }
}

/// `UserProvisioningsTask`: a task that has just begun.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UserProvisioningsTask {
    task_id: String,
    target_uin: i64,
    target_type: String,
    task_type: TaskType,
    task_status: &'static str,
    user_provisioning_id: String,
    principal_id: String,
    principal_type: &'static str,
    principal_name: String,
    duplication_strategy: Duplication,
    deletion_strategy: Deletion,
}

impl UserProvisioningsTask {
    /// The task of that id of a sync.
    pub(super) fn of(task_id: String, task_type: TaskType, sync: UserSync) -> Self {
        Self {
            task_id,
            target_uin: sync.target_uin,
            target_type: sync.target_type,
            task_type,
            task_status: super::tasks::IN_PROGRESS,
            user_provisioning_id: sync.sync_id,
            principal_id: sync.principal_id,
            principal_type: sync.principal.word(),
            principal_name: sync.principal_name,
            duplication_strategy: sync.duplication,
            deletion_strategy: sync.deletion,
        }
    }
}
