//! What has become of a task, as both families answer it. The tasks of one are not found by the other.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::zones;

/// Input of `GetTaskStatus` and of `GetProvisioningTaskStatus`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Ask {
    zone_id: String,
    task_id: String,
}

/// Output of both.
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
    task_type: String,
    failure_reason: String,
}

/// Looks at a task in the table of its family; `unknown` refuses an id that is not there.
pub(super) fn look(
    call: &mut Call<'_>,
    input: &Ask,
    table: &str,
    unknown: &'static str,
) -> Result<Asked, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let values = params![zone.tenant, input.task_id];
    // A task that runs may have noted already why it will fail.
    let sql = format!(
        "SELECT status, task_id, type, CASE status WHEN 'Failed' THEN failure_reason ELSE '' END
         FROM {table} WHERE tenant = ?1 AND task_id = ?2"
    );
    let task_status = call
        .tx
        .prepare_cached(&sql)?
        .query_row(values, |row| {
            Ok(TaskStatus {
                status: row.get(0)?,
                task_id: row.get(1)?,
                task_type: row.get(2)?,
                failure_reason: row.get(3)?,
            })
        })
        .optional()?
        .ok_or_else(|| refuse(unknown))?;
    call.note_look(table, "tenant = ?1 AND task_id = ?2 AND status = 'InProgress'", values)?;
    Ok(Asked { task_status })
}
