//! What becomes of a finished export: it is downloaded, as often as anybody likes, and deleted.

use rusqlite::{OptionalExtension, params};
use serde::Deserialize;

use super::{FILES, LIFE_MS, STATES, is_unwritten};
use crate::error::{Failure, refuse};
use crate::operation::{Call, Content, Empty};
use crate::services::artifacts;
use crate::services::workspace::tenant;

/// Input of `DownloadExportFile`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Download {
    project_id: String,
    task_id: String,
}

/// `DownloadExportFile`. A download counts once it is answered: whether the client read all of the
/// file is not known here.
pub(in super::super) fn download(call: &mut Call<'_>, input: Download) -> Result<Content, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    if is_unwritten(call, project, Some(&input.task_id))? {
        return Err(Failure::Pending);
    }
    let found = call
        .tx
        .prepare_cached(&format!(
            "SELECT seq, token, file_name FROM ({STATES}) WHERE task_id = ?5 AND state = 'SUCCESS'"
        ))?
        .query_row(params![project.tenant, project.id, call.now.0, LIFE_MS, input.task_id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    let Some((seq, token, name)) = found else { return Err(refuse("WKS.EMU.0005")) };
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports SET downloaded = 1
             WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
        )?
        .execute(params![project.tenant, project.id, seq])?;
    artifacts::answer(call, token, name)
}

/// Input of `DeleteExportTasks`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Delete {
    project_id: String,
    #[serde(default)]
    task_ids: Vec<String>,
}

/// `DeleteExportTasks`, whatever has become of them; unknown ids are ignored. Files
/// go with their tasks.
pub(in super::super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    let ids = serde_json::to_string(&input.task_ids)?;
    let values = params![project.tenant, project.id, ids];
    let asked = "tenant = ?1 AND project = ?2 AND task_id IN (SELECT value FROM json_each(?3))";
    let files = FILES.of(call.tx, asked, values)?;
    call.tx
        .prepare_cached(&format!("DELETE FROM workspace_exports WHERE {asked}"))?
        .execute(values)?;
    FILES.release(call, files)?;
    Ok(Empty {})
}
