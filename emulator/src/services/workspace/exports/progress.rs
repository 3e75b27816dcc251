//! How exports move: begun before any request that comes after the one that asked for them, so that
//! nothing later is in the file; over and gone by the clock. There is no background timer here.

use rusqlite::{Connection, params};

use super::{Asked, FILES, LIFE_MS, NOT_BEFORE_LOOKS};
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::{Outcome, Pace};
use crate::services::advance::{self, Job, Step, Taken};
use crate::services::workspace::project::Project;
use crate::services::workspace::sheet::Language;
use crate::services::{Advanced, BackgroundJob};
use crate::state::FileToken;

/// The reason of a task whose file could not be written; ours, since the service's are not known.
const NOT_WRITTEN: &str = "WKS.EMU.0012";

/// One export, by the values of its key.
const ROW: &str = "tenant = ?1 AND project = ?2 AND task_id = ?3";

/// An export that has not ended.
struct Open {
    project: String,
    task_id: String,
    created: Timestamp,
    ends: Timestamp,
    has_begun: bool,
    /// Its file is complete, or will never be.
    is_written: bool,
    is_refused: bool,
    outcome: Outcome,
}

/// It is begun before any request that comes after its own. It waits for its file.
const STEPS: &[Step<Open>] = &[
    Step { due: |call, open| Some(open.created.min(call.now)), is_mark: false, take: begin },
    Step { due: |_, open| open.is_written.then_some(open.ends), is_mark: false, take: end },
];

impl Job for Open {
    fn steps(&self) -> &'static [Step<Self>] {
        STEPS
    }

    fn taken(&self) -> usize {
        usize::from(self.has_begun)
    }

    fn outcome(&self) -> &Outcome {
        // One that cannot be written has failed already, and says why.
        if self.is_refused { Outcome::success() } else { &self.outcome }
    }

    fn created(&self) -> Timestamp {
        self.created
    }

    /// Its `ends` is so much later already.
    fn delayed(&self, _: &Call<'_>, due: Timestamp) -> Timestamp {
        due
    }

    /// What went wrong is kept from now on, and shown once the export is over by the clock.
    fn fail(&self, call: &mut Call<'_>, _: Timestamp, why: &str) -> rusqlite::Result<()> {
        let values = params![call.tenant.key(), self.project, self.task_id];
        let files = FILES.of(call.tx, ROW, values)?;
        let (code, reason) = advance::code_and_text("workspace", why, NOT_WRITTEN);
        let rest = params![code, reason, call.now.0];
        call.tx
            .prepare_cached(
                "UPDATE workspace_exports SET begun = 1, token = NULL, error_code = ?4,
                    fail_reason = ?5, status = CASE WHEN ends <= ?6 THEN 'FAIL' ELSE status END
                 WHERE tenant = ?1 AND project = ?2 AND task_id = ?3",
            )?
            .execute([values, rest].concat().as_slice())?;
        FILES.release(call, files)?;
        if self.ends > call.now {
            call.after.schedule_at(self.ends);
        }
        Ok(())
    }
}

/// Begins what was asked for, and moves every export of the tenant as far as the clock says.
pub(in super::super) fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let (tenant, now) = (call.tenant.key(), call.now.0);
    let looks = if let Pace::EveryLooks(looks) = call.pace { looks } else { 0 };
    // The clock was set back after they began; or they do not wait for the clock. Those that end later
    // than by their looks do so by the clock.
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports SET ends = CASE WHEN created <= ?2 AND json_valid(outcome)
                    THEN max(?2, created + coalesce(json_extract(outcome, '$.later_ms'), 0))
                    ELSE ?2 END
             WHERE tenant = ?1 AND status = 'CREATING' AND ends > ?2
                AND CASE ends WHEN ?3 THEN looks >= ?4 ELSE created > ?2 END",
        )?
        .execute(params![tenant, now, NOT_BEFORE_LOOKS.0, looks])?;
    let exports = open(call.tx, tenant, None)?;
    let advanced = advance::advance(call, &exports)?;
    if !advanced.has_more {
        expire(call, tenant)?;
    }
    Ok(advanced)
}

/// The exports of the tenant that have not ended, or the one of that project and id.
fn open(tx: &Connection, tenant: i64, only: Option<(&str, &str)>) -> rusqlite::Result<Vec<Open>> {
    let (project, task_id) = only.unzip();
    let mut statement = tx.prepare_cached(
        "SELECT project, task_id, created, ends, begun, token IS NOT NULL, fail_reason IS NOT NULL,
            outcome
         FROM workspace_exports
         WHERE tenant = ?1 AND status = 'CREATING'
            AND (?2 IS NULL OR project = ?2 AND task_id = ?3)
         ORDER BY created, project, seq",
    )?;
    let rows = statement.query_map(params![tenant, project, task_id], |row| {
        let is_refused = row.get(6)?;
        Ok(Open {
            project: row.get(0)?,
            task_id: row.get(1)?,
            created: Timestamp(row.get(2)?),
            ends: Timestamp(row.get(3)?),
            has_begun: row.get(4)?,
            is_written: is_refused || row.get(5)?,
            is_refused,
            outcome: row.get(7)?,
        })
    })?;
    rows.collect()
}

fn begin(call: &mut Call<'_>, open: &Open, _: Timestamp) -> Result<Taken, Failure> {
    let tenant = call.tenant.key();
    let (asked, language): (String, String) = call
        .tx
        .prepare_cached(
            "UPDATE workspace_exports SET begun = 1
             WHERE tenant = ?1 AND project = ?2 AND task_id = ?3 RETURNING asked, language",
        )?
        .query_row(params![tenant, open.project, open.task_id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let asked: Asked = serde_json::from_str(&asked)?;
    let language = Language::of(Some(&language));
    let token = call.ids.file_token(tenant);
    let (created, of) = (open.created, open.project.clone());
    let (project, task_id) = (open.project.clone(), open.task_id.clone());
    Ok(Taken::Begun(BackgroundJob {
        token,
        write: Box::new(move |connection, out| {
            let project = Project { tenant, id: &of };
            asked.sheet(connection, project, language, created)?.finish(out)
        }),
        on_complete: Box::new(move |call, outcome| {
            note_end(call, &project, &task_id, token, outcome)
        }),
    }))
}

/// The file of an export is complete, or will never be.
fn note_end(
    call: &mut Call<'_>,
    project: &str,
    task_id: &str,
    token: FileToken,
    outcome: Result<(), String>,
) -> Result<(), Failure> {
    let only = Some((project, task_id));
    if let Err(why) = outcome {
        let exports = open(call.tx, call.tenant.key(), only)?;
        let unwritten = exports.first().filter(|export| !export.is_written);
        return Ok(unwritten.map_or(Ok(()), |export| export.fail(call, call.now, &why))?);
    }
    // If it was deleted meanwhile, no request can lead to the file.
    let waits = format!("{ROW} AND status = 'CREATING' AND fail_reason IS NULL");
    let values = params![call.tenant.key(), project, task_id];
    if FILES.keep(call, token, &waits, values)? {
        // After a state was put in it may not have begun again; and its time may have come.
        let set = format!("UPDATE workspace_exports SET begun = 1 WHERE {ROW}");
        call.tx.prepare_cached(&set)?.execute(values)?;
        let exports = open(call.tx, call.tenant.key(), only)?;
        advance::advance(call, &exports)?;
        expire(call, call.tenant.key())?;
    }
    Ok(())
}

fn end(call: &mut Call<'_>, open: &Open, _: Timestamp) -> Result<Taken, Failure> {
    let token: Option<FileToken> = call
        .tx
        .prepare_cached(
            "SELECT token FROM workspace_exports
             WHERE tenant = ?1 AND project = ?2 AND task_id = ?3",
        )?
        .query_row(params![call.tenant.key(), open.project, open.task_id], |row| row.get(0))?;
    let status = if token.is_some() { "SUCCESS" } else { "FAIL" };
    call.tx
        .prepare_cached(
            "UPDATE workspace_exports SET status = ?4
             WHERE tenant = ?1 AND project = ?2 AND task_id = ?3",
        )?
        .execute(params![call.tenant.key(), open.project, open.task_id, status])?;
    Ok(Taken::Whole)
}

/// Removes the files that have grown old, and asks to be woken when the next one will have.
fn expire(call: &mut Call<'_>, tenant: i64) -> rusqlite::Result<()> {
    let ended_by = call.now.0.saturating_sub(LIFE_MS);
    let old = "tenant = ?1 AND status = 'SUCCESS' AND ends <= ?2";
    let files = FILES.of(call.tx, old, params![tenant, ended_by])?;
    let set = format!("UPDATE workspace_exports SET status = 'EXPIRED', token = NULL WHERE {old}");
    call.tx.prepare_cached(&set)?.execute([tenant, ended_by])?;
    FILES.release(call, files)?;
    let next: Option<i64> = call
        .tx
        .prepare_cached(
            "SELECT min(ends) FROM workspace_exports WHERE tenant = ?1 AND status = 'SUCCESS'",
        )?
        .query_row([tenant], |row| row.get(0))?;
    if let Some(next) = next {
        call.after.schedule_at(Timestamp(next.saturating_add(LIFE_MS)));
    }
    Ok(())
}
