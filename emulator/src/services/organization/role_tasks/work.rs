//! What tasks of roles do when they are due.

use rusqlite::params;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::{Age, Outcome};
use crate::services::advance::{self, Job, Step, Taken};
use crate::state::document::RowView;

use super::super::roles::{assignments, provisionings};
use super::{FAILED, IN_PROGRESS, SUCCESS, TaskType};

/// What a task's row of a state document must hold.
pub(crate) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    // The next task has a higher number.
    row.between("seq", 1, i64::MAX - (1 << 40))?;
    row.counts(&["configuration", "target_uin", "principal", "assignment"])?;
    row.moments(&["created"])?;
    row.flags(&["undeploys"])?;
    row.one_of("type", &TaskType::ALL.map(TaskType::word))?;
    row.one_of("status", &[IN_PROGRESS, SUCCESS, FAILED])?;
    advance::check_row(row)
}

/// A task that has not ended.
pub(super) struct Open {
    seq: i64,
    task_type: TaskType,
    configuration: i64,
    uin: i64,
    /// 0 if it is of none.
    assignment: i64,
    undeploys: bool,
    age: Age,
    outcome: Outcome,
}

const STEPS: &[Step<Open>] =
    &[Step { due: |call, open| call.reached_at(open.age, 1), is_mark: false, take: succeed }];

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

    /// A deployment that failed shows it, and an assignment that failed is not there (assumed). The
    /// assignment does not touch what is deployed already.
    fn fail(&self, call: &mut Call<'_>, at: Timestamp, why: &str) -> rusqlite::Result<()> {
        let Self { configuration, uin, .. } = *self;
        let deploys = match self.task_type {
            TaskType::Assign => {
                assignments::remove(call, self.assignment)?;
                is_missing(call, configuration, uin)?
            }
            TaskType::Provision => true,
            TaskType::Unassign | TaskType::Deprovision => false,
        };
        if deploys {
            provisionings::set_status(call, configuration, uin, provisionings::FAILED, at)?;
        }
        end(call, self.seq, FAILED, why)
    }
}

/// Whether the account has no deployment that works.
fn is_missing(call: &Call<'_>, configuration: i64, uin: i64) -> rusqlite::Result<bool> {
    let status = provisionings::status(call, configuration, uin)?;
    Ok(status.is_none_or(|status| status == provisionings::FAILED))
}

fn succeed(call: &mut Call<'_>, open: &Open, at: Timestamp) -> Result<Taken, Failure> {
    let Open { configuration, uin, .. } = *open;
    let deployed = provisionings::DEPLOYED;
    match open.task_type {
        TaskType::Provision => {
            provisionings::set_status(call, configuration, uin, deployed, at)?;
        }
        // What is deployed already stays as it is, outdated or not.
        TaskType::Assign => {
            if is_missing(call, configuration, uin)? {
                provisionings::set_status(call, configuration, uin, deployed, at)?;
            }
        }
        TaskType::Unassign => {
            assignments::remove(call, open.assignment)?;
            if open.undeploys && !provisionings::is_assigned(call, configuration, uin)? {
                provisionings::remove(call, configuration, uin)?;
            }
        }
        TaskType::Deprovision => provisionings::remove(call, configuration, uin)?,
    }
    end(call, open.seq, SUCCESS, "")?;
    Ok(Taken::Whole)
}

fn end(call: &Call<'_>, task: i64, status: &str, reason: &str) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_role_tasks SET status = ?3, failure_reason = ?4
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![call.tenant.key(), task, status, reason])
        .map(drop)
}

/// The tasks that have not ended, the oldest first.
pub(super) fn open(call: &Call<'_>) -> Result<Vec<Open>, Failure> {
    let mut statement = call.tx.prepare_cached(
        "SELECT seq, type, configuration, target_uin, assignment, undeploys, created, outcome,
            looks
         FROM organization_role_tasks
         WHERE tenant = ?1 AND status = 'InProgress' ORDER BY seq",
    )?;
    let mut rows = statement.query([call.tenant.key()])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let word: String = row.get(1)?;
        let task_type = TaskType::of_word(&word);
        all.push(Open {
            seq: row.get(0)?,
            task_type: task_type.ok_or_else(|| anyhow::anyhow!("no task is a {word:?}"))?,
            configuration: row.get(2)?,
            uin: row.get(3)?,
            assignment: row.get(4)?,
            undeploys: row.get(5)?,
            age: Age { created: Timestamp(row.get(6)?), looks: row.get(8)? },
            outcome: row.get(7)?,
        });
    }
    Ok(all)
}
