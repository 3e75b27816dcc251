//! How exports move: begun before any request that comes after the one that asked for them, so that
//! nothing later is in the file; over and gone by the clock. There is no background timer here.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Asked, LIFE_MS};
use crate::clock::Timestamp;
use crate::error::Failure;
use crate::operation::Call;
use crate::services::advance::row_fault;
use crate::services::workspace::project::Project;
use crate::services::workspace::sheet::Language;
use crate::services::{Moved, Work};
use crate::state::{FileToken, in_savepoint};

/// What a task tells of a file that could not be written; of ours, as the service's are not known.
const NOT_WRITTEN: &str = "WKS.EMU.0012";

/// Begins what was asked for, and moves every export of the tenant as far as the clock says.
pub(in super::super) fn settle(call: &mut Call<'_>) -> Result<Moved, Failure> {
    let tx = call.tx;
    let mut moved = Moved::default();
    for task in waiting(tx, call.tenant.key())? {
        match in_savepoint(tx, || begin(call, &task)) {
            Ok(work) => moved.works.push(work),
            Err(failure) => fail(call, &task, row_fault(failure)?)?,
        }
        if call.step.is_over() {
            return Ok(Moved { has_more: true, ..moved });
        }
    }
    advance(call)?;
    Ok(moved)
}

/// The export cannot be written: nobody could make anything of what was asked for.
fn fail(call: &Call<'_>, task: &Waiting, why: String) -> rusqlite::Result<()> {
    let Waiting { project, task_id, .. } = task;
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports SET begun = 1, error_code = ?4, fail_reason = ?5
             WHERE tenant = ?1 AND project = ?2 AND task_id = ?3",
        )?
        .execute(params![call.tenant.key(), project, task_id, NOT_WRITTEN, why])
        .map(drop)
}

/// An export that nobody has begun to write.
struct Waiting {
    project: String,
    task_id: String,
    asked: String,
    language: String,
    created: Timestamp,
}

impl Waiting {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            project: row.get(0)?,
            task_id: row.get(1)?,
            asked: row.get(2)?,
            language: row.get(3)?,
            created: Timestamp(row.get(4)?),
        })
    }
}

fn waiting(tx: &Connection, tenant: i64) -> rusqlite::Result<Vec<Waiting>> {
    let mut statement = tx.prepare_cached(
        "SELECT project, task_id, asked, language, created FROM workspace_exports
         WHERE tenant = ?1 AND status = 'CREATING' AND begun = 0
         ORDER BY created, project, seq",
    )?;
    statement.query_map([tenant], Waiting::read)?.collect()
}

fn begin(call: &mut Call<'_>, task: &Waiting) -> Result<Work, Failure> {
    let Waiting { project, task_id, asked, language, created } = task;
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports SET begun = 1
             WHERE tenant = ?1 AND project = ?2 AND task_id = ?3",
        )?
        .execute(params![call.tenant.key(), project, task_id])?;
    let asked: Asked = serde_json::from_str(asked)?;
    let (tenant, language) = (call.tenant.key(), Language::of(Some(language)));
    let token = call.ids.file_token(tenant);
    let (created, of) = (*created, project.clone());
    let (project, task_id) = (project.clone(), task_id.clone());
    Ok(Work {
        token,
        write: Box::new(move |connection, out| {
            let project = Project { tenant, id: &of };
            asked.sheet(connection, project, language, created)?.finish(out)
        }),
        ended: Box::new(move |call, outcome| ended(call, &project, &task_id, token, outcome)),
    })
}

/// The file of an export is complete, or will never be.
fn ended(
    call: &mut Call<'_>,
    project: &str,
    task_id: &str,
    token: FileToken,
    outcome: Result<(), String>,
) -> Result<(), Failure> {
    let (token, code, reason) = match outcome {
        Ok(()) => (Some(token), None, None),
        Err(reason) => (None, Some(NOT_WRITTEN), Some(reason)),
    };
    // Begun twice, as after a state was put in, the first to end has it.
    let kept = call
        .tx
        .prepare_cached(
            "UPDATE workspace_exports SET begun = 1, token = ?4, error_code = ?5, fail_reason = ?6
             WHERE tenant = ?1 AND project = ?2 AND task_id = ?3
                AND status = 'CREATING' AND token IS NULL AND fail_reason IS NULL",
        )?
        .execute(params![call.tenant.key(), project, task_id, token, code, reason])?;
    if kept == 0 {
        // It was deleted meanwhile, and nobody will ever ask for the file.
        call.after.remove_files.extend(token);
        return Ok(());
    }
    advance(call)
}

/// Ends what is over by the clock, removes what has grown old, and says when to come again.
fn advance(call: &mut Call<'_>) -> Result<(), Failure> {
    let (tenant, now) = (call.tenant.key(), call.now.0);
    // The clock was set back after they began.
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports SET ends = ?2
             WHERE tenant = ?1 AND status = 'CREATING' AND ends > ?2 AND created > ?2",
        )?
        .execute([tenant, now])?;
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports
             SET status = CASE WHEN token IS NULL THEN 'FAIL' ELSE 'SUCCESS' END
             WHERE tenant = ?1 AND status = 'CREATING' AND ends <= ?2
                AND (token IS NOT NULL OR fail_reason IS NOT NULL)",
        )?
        .execute([tenant, now])?;
    expire(call, tenant, now.saturating_sub(LIFE_MS))?;
    let next: Option<i64> = call
        .tx
        .prepare_cached(
            "SELECT min(ends) FROM (
                SELECT min(ends) AS ends FROM workspace_exports
                WHERE tenant = ?1 AND status = 'CREATING'
                    AND (token IS NOT NULL OR fail_reason IS NOT NULL)
                UNION ALL
                SELECT min(ends) + ?2 FROM workspace_exports WHERE tenant = ?1 AND status = 'SUCCESS'
             )",
        )?
        .query_row([tenant, LIFE_MS], |row| row.get(0))
        .optional()?
        .flatten();
    if let Some(next) = next {
        call.after.wake_at(Timestamp(next));
    }
    Ok(())
}

/// Files whose task was over by then go, but for those that a copy of the tenant names too.
fn expire(call: &mut Call<'_>, tenant: i64, ended_by: i64) -> rusqlite::Result<()> {
    let files: Vec<FileToken> = call
        .tx
        .prepare_cached(
            "SELECT token FROM workspace_exports e
             WHERE tenant = ?1 AND status = 'SUCCESS' AND ends <= ?2 AND NOT EXISTS (
                SELECT 1 FROM workspace_exports o WHERE o.token = e.token AND o.tenant <> e.tenant
                    AND o.tenant IN (SELECT key FROM twin_tenants))",
        )?
        .query_map([tenant, ended_by], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    call.after.remove_files.extend(files);
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports SET status = 'EXPIRED', token = NULL
             WHERE tenant = ?1 AND status = 'SUCCESS' AND ends <= ?2",
        )?
        .execute([tenant, ended_by])?;
    Ok(())
}
