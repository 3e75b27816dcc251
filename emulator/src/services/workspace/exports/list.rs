//! The list of exports: what has become of each.

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use super::{LIFE_MS, STATES, is_unwritten};
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::services::workspace::tenant;

/// Exports in a page by default.
const LIMIT: i64 = 20;

/// Input of `ListExportTasks`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct List {
    project_id: String,
    file_name: Option<String>,
    task_id: Option<String>,
    status: Option<String>,
    is_download: Option<bool>,
    sort_field: Option<String>,
    sort_type: Option<String>,
    offset: Option<i64>,
    limit: Option<i64>,
}

/// Output of `ListExportTasks`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Listed {
    export_tasks: Vec<Item>,
    count: i64,
}

/// An export, as the vendor words it.
#[derive(Debug, Serialize)]
struct Item {
    task_id: String,
    file_name: String,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    create_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<String>,
    is_download: bool,
}

impl Item {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let status: String = row.get("state")?;
        let is_over = status != "CREATING";
        Ok(Self {
            task_id: row.get("task_id")?,
            file_name: row.get("file_name")?,
            // The reason of a failure is shown when the task is over by the clock, not before.
            fail_reason: row.get::<_, Option<_>>("fail_reason")?.filter(|_| is_over),
            error_code: row.get::<_, Option<_>>("error_code")?.filter(|_| is_over),
            create_time: Timestamp(row.get("created")?).to_string(),
            end_time: is_over
                .then(|| row.get("ends").map(|ends| Timestamp(ends).to_string()))
                .transpose()?,
            is_download: row.get("downloaded")?,
            status,
        })
    }
}

/// `ListExportTasks`: newest first, unless a field to sort by is named; then the oldest first,
/// by default.
pub(in super::super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    if is_unwritten(call, project, None)? {
        return Err(Failure::Pending);
    }
    let rising = input.sort_field.is_some() && input.sort_type.as_deref() != Some("DESC");
    let order = if rising { "ORDER BY created, seq" } else { "ORDER BY created DESC, seq DESC" };
    let matching = format!(
        "FROM ({STATES}) WHERE (?5 IS NULL OR task_id = ?5)
            AND (?6 IS NULL OR fold_has(fold(?6), file_name))
            AND (?7 IS NULL OR state = ?7) AND (?8 IS NULL OR downloaded = ?8)"
    );
    let values = params![
        project.tenant,
        project.id,
        call.now.0,
        LIFE_MS,
        input.task_id,
        input.file_name,
        input.status,
        input.is_download,
    ];
    let count = call
        .tx
        .prepare_cached(&format!("SELECT count(*) {matching}"))?
        .query_row(values, |row| row.get(0))?;
    let (limit, offset) = (input.limit.unwrap_or(LIMIT), input.offset.unwrap_or(0));
    let page = [values, params![limit, offset]].concat();
    let export_tasks = call
        .tx
        .prepare_cached(&format!("SELECT * {matching} {order} LIMIT ?9 OFFSET ?10"))?
        .query_map(page.as_slice(), Item::read)?
        .collect::<rusqlite::Result<Vec<Item>>>()?;
    let looked_at = "tenant = ?1 AND project = ?2 AND task_id = ?3 AND status = 'CREATING'";
    for Item { task_id, .. } in &export_tasks {
        let values = params![project.tenant, project.id, task_id];
        call.note_look("workspace_exports", looked_at, values)?;
    }
    Ok(Listed { export_tasks, count })
}
