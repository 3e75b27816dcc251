//! New jobs, whatever they are about.

use rusqlite::params;
use serde::Serialize;
use serde_json::{Map, Value};

use super::project::{Kind, Project};
use crate::error::Failure;
use crate::operation::Call;

/// Not begun.
pub(super) const WAITING: &str = "WAITING";

/// Opens the service.
pub(super) const APPLY: &str = "applyWorkspace";

/// Closes the service.
pub(super) const CANCEL: &str = "cancelWorkspace";

/// Changes attributes of the service; what the vendor calls it is not known.
pub(super) const UPDATE: &str = "updateWorkspace";

/// Pulls users from an identity provider; what the vendor calls it is not known.
pub(super) const SYNC: &str = "syncExternalUser";

/// Output of calls that begin a job.
#[derive(Debug, Serialize)]
pub(super) struct Begun {
    /// The job's id.
    pub(super) job_id: String,
}

/// Creates a job of that type. Returns its id.
pub(super) fn begin(
    call: &mut Call<'_>,
    project: Project<'_>,
    kind: &str,
) -> rusqlite::Result<String> {
    let seq = project.next(call.tx, Kind::Job)?;
    let id = call.ids.uuid().to_string();
    let sub_id = call.ids.uuid().to_string();
    call.tx
        .prepare_cached(
            "INSERT INTO workspace_jobs (tenant, project, seq, id, sub_id, type, status, created,
                outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            project.tenant,
            project.id,
            seq,
            id,
            sub_id,
            kind,
            WAITING,
            call.now.0,
            call.outcome
        ])?;
    call.schedule_first_step();
    Ok(id)
}

/// Creates a job that changes attributes of the service when it ends. Returns its id.
pub(super) fn begin_update(
    call: &mut Call<'_>,
    project: Project<'_>,
    change: &Map<String, Value>,
) -> Result<String, Failure> {
    let id = begin(call, project, UPDATE)?;
    call.tx
        .prepare_cached(
            "UPDATE workspace_jobs SET change = ?4 WHERE tenant = ?1 AND project = ?2 AND id = ?3",
        )?
        .execute(params![project.tenant, project.id, id, serde_json::to_string(change)?])?;
    Ok(id)
}
