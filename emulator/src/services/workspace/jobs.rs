//! Jobs, each with the one sub-job that does its work. Calls about users and groups make none: only
//! what moves the service itself does. Jobs are shown whatever the state of the service, or nobody
//! could see the end of the one that closes it.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::new_job::{APPLY, Begun, CANCEL, UPDATE, WAITING, begin};
use super::project::Project;
use super::{tenant, times};
use crate::error::{Failure, refuse};
use crate::operation::Call;

mod advance;
mod sub_jobs;

pub(super) use advance::advance;
pub(super) use sub_jobs::{delete, list};

use sub_jobs::Item;

/// Under way.
const RUNNING: &str = "RUNNING";

/// Ended well.
const SUCCESS: &str = "SUCCESS";

/// Ended otherwise; a sub-job says [`FAILED`].
pub(super) const FAIL: &str = "FAIL";

/// What a sub-job says for [`FAIL`].
const FAILED: &str = "FAILED";

/// Moves the access of the service to another network.
const CHANGE_ACCESS: &str = "changeAccessVpc";

/// What is known of a job.
#[derive(Debug)]
struct Job {
    seq: i64,
    id: String,
    sub_id: Option<String>,
    kind: String,
    status: String,
    created: i64,
    ended: Option<i64>,
    error_code: Option<String>,
    fail_reason: Option<String>,
}

/// What [`Job::read`] reads from `workspace_jobs j`.
const COLUMNS: &str =
    "j.seq, j.id, j.sub_id, j.type, j.status, j.created, j.ended, j.error_code, j.fail_reason";

impl Job {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            sub_id: row.get(2)?,
            kind: row.get(3)?,
            status: row.get(4)?,
            created: row.get(5)?,
            ended: row.get(6)?,
            error_code: row.get(7)?,
            fail_reason: row.get(8)?,
        })
    }

    fn has_ended(&self) -> bool {
        self.ended.is_some()
    }
}

/// The client looks at that job.
fn note_look(call: &mut Call<'_>, project: Project<'_>, seq: i64) -> rusqlite::Result<()> {
    let looked_at = "tenant = ?1 AND project = ?2 AND seq = ?3 AND ended IS NULL";
    call.note_look("workspace_jobs", looked_at, params![project.tenant, project.id, seq])
}

/// The job of that id, or the refusal of operations that need it.
fn existing(call: &Call<'_>, project: Project<'_>, id: &str) -> Result<Job, Failure> {
    let sql = format!(
        "SELECT {COLUMNS} FROM workspace_jobs j
         WHERE j.tenant = ?1 AND j.project = ?2 AND j.id = ?3"
    );
    call.tx
        .prepare_cached(&sql)?
        .query_row(params![project.tenant, project.id, id], Job::read)
        .optional()?
        .ok_or_else(|| refuse("WKS.EMU.0007"))
}

/// Input of `ShowJob`.
#[derive(Debug, Deserialize)]
pub(super) struct Show {
    project_id: String,
    job_id: String,
}

/// Output of `ShowJob`.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    id: String,
    job_type: String,
    begin_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<String>,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_reason: Option<String>,
    sub_jobs_total: usize,
    sub_jobs: Vec<Item>,
}

/// `ShowJob`.
pub(super) fn show(call: &mut Call<'_>, input: Show) -> Result<Shown, Failure> {
    let project = Project { tenant: call.tenant.key(), id: &input.project_id };
    let job = existing(call, project, &input.job_id)?;
    note_look(call, project, job.seq)?;
    let sub_jobs: Vec<Item> = Item::of(&job, project).into_iter().collect();
    Ok(Shown {
        id: job.id,
        job_type: job.kind,
        begin_time: times::plain(job.created),
        end_time: job.ended.map(times::plain),
        status: job.status,
        job_error_code: job.error_code,
        fail_reason: job.fail_reason,
        sub_jobs_total: sub_jobs.len(),
        sub_jobs,
    })
}

/// Input of `RunActionsOnWorkspaceJob`: there is but one action.
#[derive(Debug, Deserialize)]
pub(super) struct Retry {
    project_id: String,
    job_id: String,
}

/// `RunActionsOnWorkspaceJob`: a job that failed begins again under its id.
pub(super) fn retry(call: &mut Call<'_>, input: Retry) -> Result<Begun, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    let job = existing(call, project, &input.job_id)?;
    if job.status != FAIL {
        return Err(refuse("WKS.EMU.0008"));
    }
    call.tx
        .prepare_cached(
            "UPDATE workspace_jobs SET status = ?4, created = ?5, ended = NULL, error_code = NULL,
                fail_reason = NULL, outcome = ?6, looks = 0
             WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
        )?
        .execute(params![project.tenant, project.id, job.seq, WAITING, call.now.0, call.outcome])?;
    call.schedule_first_step();
    Ok(Begun { job_id: job.id })
}

/// A job that has ended, as a seed has it.
#[derive(Debug)]
pub(super) struct Ended<'a> {
    /// Its type.
    pub(super) kind: &'a str,
    /// Why it failed: code and text; nothing if it did not.
    pub(super) failure: Option<(&'a str, &'a str)>,
}

/// Puts a job in that has ended.
pub(super) fn insert_ended(
    call: &mut Call<'_>,
    project: Project<'_>,
    job: &Ended<'_>,
) -> rusqlite::Result<()> {
    let id = begin(call, project, job.kind)?;
    call.tx
        .prepare_cached(
            "UPDATE workspace_jobs SET status = ?4, ended = ?5, error_code = ?6, fail_reason = ?7
             WHERE tenant = ?1 AND project = ?2 AND id = ?3",
        )?
        .execute(params![
            project.tenant,
            project.id,
            id,
            if job.failure.is_some() { FAIL } else { SUCCESS },
            call.now.0,
            job.failure.map(|(code, _)| code),
            job.failure.map(|(_, reason)| reason),
        ])?;
    Ok(())
}
