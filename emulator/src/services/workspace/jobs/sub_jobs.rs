//! Sub-jobs, and the records of them.

use rusqlite::types::Value;
use rusqlite::{ToSql, params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::super::conditions::Where;
use super::super::limits::SUB_JOBS_PAGE;
use super::super::paging::Page;
use super::super::project::Project;
use super::super::{tenant, times};
use super::{APPLY, CANCEL, CHANGE_ACCESS, COLUMNS, FAIL, FAILED, Job, RUNNING, note_look};
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::{Call, Empty};
use crate::services::text::non_empty;

/// A sub-job, as answers show it.
#[derive(Debug, Serialize)]
pub(super) struct Item {
    id: String,
    job_type: String,
    begin_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<String>,
    status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_reason: Option<String>,
    project_id: String,
    job_id: String,
    process: u8,
}

impl Item {
    /// The sub-job of a job, unless its record was deleted.
    pub(super) fn of(job: &Job, project: Project<'_>) -> Option<Self> {
        Some(Self {
            id: job.sub_id.clone()?,
            job_type: job.kind.clone(),
            begin_time: times::plain(job.created),
            end_time: job.ended.map(times::plain),
            status: if job.status == FAIL { FAILED } else { &job.status }.to_owned(),
            error_code: job.error_code.clone(),
            fail_reason: job.fail_reason.clone(),
            project_id: project.id.to_owned(),
            job_id: job.id.clone(),
            process: match job.status.as_str() {
                RUNNING => 50,
                _ if job.has_ended() => 100,
                _ => 0,
            },
        })
    }
}

/// Input of `ListItaSubJobs`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct List {
    project_id: String,
    #[serde(default)]
    status: Vec<String>,
    job_id: Option<String>,
    job_type: Option<String>,
    desktop_pool_id: Option<String>,
    #[serde(flatten)]
    page: Page,
}

/// Output of `ListItaSubJobs`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Listed {
    total_count: i64,
    jobs: Vec<Item>,
}

/// `ListItaSubJobs`: the newest first. None is about a pool of desktops.
pub(in super::super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let project = Project { tenant: call.tenant.key(), id: &input.project_id };
    let mut conditions = Where::of(project, "j");
    conditions.push("j.sub_id IS NOT NULL", []);
    if !input.status.is_empty() {
        let words: Vec<&str> = input.status.iter().map(|word| of_job(word)).collect();
        let words = serde_json::to_string(&words)?;
        conditions.push_text("j.status IN (SELECT value FROM json_each(?))", words);
    }
    if let Some(id) = non_empty(input.job_id) {
        conditions.push_text("j.id = ?", id);
    }
    if let Some(kind) = non_empty(input.job_type) {
        conditions.push_text("j.type = ?", kind);
    }
    if non_empty(input.desktop_pool_id).is_some() {
        conditions.push("FALSE", []);
    }
    let total = format!("SELECT COUNT(*) FROM workspace_jobs j WHERE {}", conditions.text());
    let total_count = call
        .tx
        .prepare_cached(&total)?
        .query_row(params_from_iter(conditions.values()), |row| row.get(0))?;
    let sql = format!(
        "SELECT {COLUMNS} FROM workspace_jobs j WHERE {} ORDER BY j.seq DESC LIMIT ? OFFSET ?",
        conditions.text()
    );
    let bounds =
        [Value::from(input.page.limit_or(SUB_JOBS_PAGE)), Value::from(input.page.offset())];
    let bounds = bounds.iter().map(|bound| bound as &dyn ToSql);
    let mut statement = call.tx.prepare_cached(&sql)?;
    let jobs =
        statement.query_map(params_from_iter(conditions.values().chain(bounds)), Job::read)?;
    let jobs: Vec<Job> = jobs.collect::<Result<_, _>>()?;
    jobs.iter().try_for_each(|job| note_look(call, project, job.seq))?;
    let jobs = jobs.iter().filter_map(|job| Item::of(job, project)).collect();
    Ok(Listed { total_count, jobs })
}

/// The word that the job has where its sub-job has this one.
fn of_job(word: &str) -> &str {
    if word == FAILED { FAIL } else { word }
}

/// Input of `BatchDeleteSubJobs`: one of the two.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Delete {
    project_id: String,
    job_ids: Option<Vec<String>>,
    #[serde(rename = "delete_by_status")]
    status: Option<String>,
}

/// `BatchDeleteSubJobs`: records of what has ended. By id all or none; by status those that may go.
pub(in super::super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    match (input.job_ids, input.status) {
        (Some(ids), None) => {
            for id in ids {
                if forget(call, project, "sub_id", &id)? == 0 {
                    return Err(refuse("WKS.EMU.0008"));
                }
            }
        }
        (None, Some(word)) => drop(forget(call, project, "status", of_job(&word))?),
        _ => {
            let text = "exactly one of job_ids and delete_by_status is required.";
            return Err(refuse_with("WKS.EMU.0001", text));
        }
    }
    Ok(Empty {})
}

/// Deletes the records that may be deleted and have that value in that column; gives how many.
fn forget(
    call: &Call<'_>,
    project: Project<'_>,
    column: &str,
    value: &str,
) -> rusqlite::Result<usize> {
    let sql = format!(
        "UPDATE workspace_jobs SET sub_id = NULL WHERE tenant = ?1 AND project = ?2
            AND sub_id IS NOT NULL AND {column} = ?3 AND ended IS NOT NULL
            AND type NOT IN (?4, ?5, ?6)"
    );
    call.tx.prepare_cached(&sql)?.execute(params![
        project.tenant,
        project.id,
        value,
        APPLY,
        CANCEL,
        CHANGE_ACCESS
    ])
}
