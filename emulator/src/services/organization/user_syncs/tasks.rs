//! Tasks of user syncs: begun by a request, done by the clock, asked after. They are kept for ever.

use rusqlite::params;
use serde::Serialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::{Age, Outcome};
use crate::services::Advanced;
use crate::services::advance::{self, Job, Step};
use crate::state::document::RowView;

use super::super::task_status::{self, Ask, Asked};
use super::UserSync;

mod work;

/// The status of a task that runs.
pub(super) const IN_PROGRESS: &str = "InProgress";
const SUCCESS: &str = "Success";
const FAILED: &str = "Failed";

/// What a task does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) enum TaskType {
    /// It brings the users of the principal to the account.
    #[serde(rename = "StartProvisioning")]
    Start,
    /// It gives them up there, and deletes the sync.
    #[serde(rename = "DeleteProvisioning")]
    Delete,
}

impl TaskType {
    const WORDS: &[&str] = &["StartProvisioning", "DeleteProvisioning"];

    fn word(self) -> &'static str {
        match self {
            Self::Start => "StartProvisioning",
            Self::Delete => "DeleteProvisioning",
        }
    }
}

/// What a task's row of a state document must hold.
pub(crate) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    // The next task has a higher number.
    row.between("seq", 1, i64::MAX - (1 << 40))?;
    row.counts(&["user_sync", "passed"])?;
    row.moments(&["created"])?;
    row.one_of("type", TaskType::WORDS)?;
    row.one_of("status", &[IN_PROGRESS, SUCCESS, FAILED])?;
    advance::check_row(row)
}

/// Begins a task of the sync; returns its id.
pub(super) fn begin(
    call: &mut Call<'_>,
    task_type: TaskType,
    sync: i64,
) -> rusqlite::Result<String> {
    let id = insert(call, task_type, sync, Age::new(call.now))?;
    call.schedule_first_step();
    Ok(id)
}

/// Begins a start of the sync that is due at once, however slow tasks are.
pub(super) fn begin_overdue(call: &mut Call<'_>, sync: i64) -> rusqlite::Result<()> {
    let age = call.pace.first_step_taken(call.now);
    insert(call, TaskType::Start, sync, age).map(drop)
}

fn insert(
    call: &mut Call<'_>,
    task_type: TaskType,
    sync: i64,
    age: Age,
) -> rusqlite::Result<String> {
    let id = format!("t-{}", call.ids.base36(12));
    call.tx
        .prepare_cached(
            "INSERT INTO organization_user_sync_tasks
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, 0, '', ?8
             FROM organization_user_sync_tasks WHERE tenant = ?1",
        )?
        .execute(params![
            call.tenant.key(),
            id,
            task_type.word(),
            sync,
            IN_PROGRESS,
            call.outcome,
            age.created.0,
            age.looks,
        ])?;
    Ok(id)
}

/// Whether a task of the sync runs: one of that type, or any.
pub(super) fn is_running(
    call: &Call<'_>,
    sync: i64,
    task_type: Option<TaskType>,
) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM organization_user_sync_tasks INDEXED BY organization_user_sync_tasks_open
             WHERE tenant = ?1 AND user_sync = ?2 AND status = 'InProgress'
                AND type = COALESCE(?3, type)",
        )?
        .exists(params![call.tenant.key(), sync, task_type.map(TaskType::word)])
}

/// `GetProvisioningTaskStatus`. A task of roles is none of these.
pub(in super::super) fn status(call: &mut Call<'_>, input: Ask) -> Result<Asked, Failure> {
    let unknown = "ResourceNotFound.UserProvisioningTaskNotFound";
    task_status::look(call, &input, "organization_user_sync_tasks", unknown)
}

/// A task that has not ended.
struct Open {
    seq: i64,
    task_type: TaskType,
    sync: i64,
    age: Age,
    outcome: Outcome,
}

const STEPS: &[Step<Open>] =
    &[Step { due: |call, open| call.reached_at(open.age, 1), is_mark: false, take: work::run }];

impl Job for Open {
    fn steps(&self) -> &'static [Step<Self>] {
        STEPS
    }

    fn taken(&self) -> usize {
        0
    }

    fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    fn created(&self) -> Timestamp {
        self.age.created
    }

    fn fail(&self, call: &mut Call<'_>, _: Timestamp, why: &str) -> rusqlite::Result<()> {
        end(call, self.seq, Some(why))
    }
}

/// Ends a task: well, or with that reason.
fn end(call: &Call<'_>, task: i64, reason: Option<&str>) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_user_sync_tasks SET status = ?3, failure_reason = ?4
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            task,
            if reason.is_none() { SUCCESS } else { FAILED },
            reason.unwrap_or_default(),
        ])
        .map(drop)
}

/// Moves every task of the tenant's user syncs as far as the clock says.
pub(crate) fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let tasks = open(call)?;
    advance::advance(call, &tasks)
}

fn open(call: &Call<'_>) -> rusqlite::Result<Vec<Open>> {
    call.tx
        .prepare_cached(
            "SELECT seq, type = 'StartProvisioning', user_sync, created, outcome, looks
             FROM organization_user_sync_tasks INDEXED BY organization_user_sync_tasks_open
             WHERE tenant = ?1 AND status = 'InProgress' ORDER BY seq",
        )?
        .query_map([call.tenant.key()], |row| {
            let is_start: bool = row.get(1)?;
            Ok(Open {
                seq: row.get(0)?,
                task_type: if is_start { TaskType::Start } else { TaskType::Delete },
                sync: row.get(2)?,
                age: Age { created: Timestamp(row.get(3)?), looks: row.get(5)? },
                outcome: row.get(4)?,
            })
        })?
        .collect()
}
