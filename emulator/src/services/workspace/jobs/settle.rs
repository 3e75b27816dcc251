//! Jobs move by the clock, and what they are about happens when they end.

use rusqlite::params;

use super::super::project::Project;
use super::super::tenant;
use super::{APPLY, CANCEL, RUNNING, SUCCESS, UPDATE, WAITING};
use crate::clock::Timestamp;
use crate::error::Failure;
use crate::operation::Call;

/// A job that has not ended.
struct Open {
    project: String,
    seq: i64,
    kind: String,
    is_new: bool,
    created: Timestamp,
    change: Option<String>,
}

/// Moves every job of the tenant as far as the clock says; false where the step was over before all
/// were.
pub(in super::super) fn settle(call: &mut Call<'_>) -> Result<bool, Failure> {
    for open in open(call)? {
        let begin = call.reached_at(open.created, 1);
        let end = call.reached_at(open.created, 2);
        if end <= call.now {
            finish(call, &open, end)?;
            if call.step.is_over() {
                return Ok(false);
            }
        } else if begin <= call.now {
            if open.is_new {
                set(call, &open, RUNNING, None)?;
            }
            call.after.wake_at(end);
        } else {
            call.after.wake_at(begin);
        }
    }
    Ok(true)
}

fn open(call: &Call<'_>) -> rusqlite::Result<Vec<Open>> {
    call.tx
        .prepare_cached(
            "SELECT project, seq, type, status, created, change FROM workspace_jobs
             WHERE tenant = ?1 AND status IN ('WAITING', 'RUNNING') ORDER BY project, seq",
        )?
        .query_map([call.tenant.key()], |row| {
            Ok(Open {
                project: row.get(0)?,
                seq: row.get(1)?,
                kind: row.get(2)?,
                is_new: row.get::<_, String>(3)? == WAITING,
                created: Timestamp(row.get(4)?),
                change: row.get(5)?,
            })
        })?
        .collect()
}

fn finish(call: &Call<'_>, open: &Open, at: Timestamp) -> Result<(), Failure> {
    let project = Project { tenant: call.tenant.key(), id: &open.project };
    match open.kind.as_str() {
        APPLY => tenant::opened(call.tx, project, at)?,
        CANCEL => tenant::closed(call.tx, project)?,
        UPDATE => {
            if let Some(change) = &open.change {
                tenant::updated(call.tx, project, serde_json::from_str(change)?)?;
            }
        }
        _ => {}
    }
    set(call, open, SUCCESS, Some(at))?;
    Ok(())
}

fn set(
    call: &Call<'_>,
    open: &Open,
    status: &str,
    ended: Option<Timestamp>,
) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE workspace_jobs SET status = ?4, ended = ?5
             WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
        )?
        .execute(params![
            call.tenant.key(),
            open.project,
            open.seq,
            status,
            ended.map(|moment| moment.0),
        ])?;
    Ok(())
}
