//! Jobs move by the clock, and what they are about happens when they end.

use rusqlite::params;

use super::super::project::Project;
use super::super::tenant;
use super::{APPLY, CANCEL, FAIL, RUNNING, SUCCESS, UPDATE};
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::{Age, Outcome};
use crate::services::Advanced;
use crate::services::advance::{self, Job, Step, Taken};

/// The code of a job that failed; of ours, as the service's are not known.
const FAILED: &str = "WKS.EMU.0013";

/// A job that has not ended.
struct Open {
    project: String,
    seq: i64,
    kind: String,
    is_new: bool,
    age: Age,
    change: Option<String>,
    outcome: Outcome,
}

const STEPS: &[Step<Open>] = &[
    Step {
        due: |call, open| call.reached_at(open.age, 1),
        is_mark: true,
        take: |call, open, _| {
            set(call, open, RUNNING, None)?;
            Ok(Taken::Whole)
        },
    },
    Step { due: |call, open| call.reached_at(open.age, 2), is_mark: false, take: finish },
];

impl Job for Open {
    fn steps(&self) -> &'static [Step<Self>] {
        STEPS
    }

    fn taken(&self) -> usize {
        usize::from(!self.is_new)
    }

    fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    fn created(&self) -> Timestamp {
        self.age.created
    }

    fn fail(&self, call: &mut Call<'_>, at: Timestamp, why: &str) -> rusqlite::Result<()> {
        let (code, reason) = advance::code_and_text("workspace", why, FAILED);
        set(call, self, FAIL, Some(at))?;
        call.tx
            .prepare_cached(
                "UPDATE workspace_jobs SET error_code = ?4, fail_reason = ?5
                 WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
            )?
            .execute(params![call.tenant.key(), self.project, self.seq, code, reason])
            .map(drop)
    }
}

/// Moves every job of the tenant as far as the clock says.
pub(in super::super) fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let jobs = open(call)?;
    advance::advance(call, &jobs)
}

fn open(call: &Call<'_>) -> rusqlite::Result<Vec<Open>> {
    call.tx
        .prepare_cached(
            "SELECT project, seq, type, status = 'WAITING', created, change, outcome, looks
             FROM workspace_jobs
             WHERE tenant = ?1 AND status IN ('WAITING', 'RUNNING')
             ORDER BY created, project, seq",
        )?
        .query_map([call.tenant.key()], |row| {
            Ok(Open {
                project: row.get(0)?,
                seq: row.get(1)?,
                kind: row.get(2)?,
                is_new: row.get(3)?,
                age: Age { created: Timestamp(row.get(4)?), looks: row.get(7)? },
                change: row.get(5)?,
                outcome: row.get(6)?,
            })
        })?
        .collect()
}

fn finish(call: &mut Call<'_>, open: &Open, at: Timestamp) -> Result<Taken, Failure> {
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
    Ok(Taken::Whole)
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
