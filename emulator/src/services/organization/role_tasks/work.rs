//! What role tasks do when the clock reaches their end.

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Outcome;
use crate::services::Advanced;
use crate::services::advance::{self, Job, Step, Taken};

use super::super::roles::provisionings::{self, DEPLOY_FAILED, DEPLOYED, Place};
use super::super::roles::{assignments, tasks as rows};
use super::TaskType;

/// A task that has not ended.
struct Open {
    seq: i64,
    task_type: TaskType,
    configuration: i64,
    target_type: String,
    target_uin: i64,
    /// None: the task creates or deletes no assignment.
    assignment: Option<i64>,
    undeploys: bool,
    created: Timestamp,
    outcome: Outcome,
}

impl Open {
    fn place(&self) -> Place<'_> {
        Place {
            configuration: self.configuration,
            target_type: &self.target_type,
            target_uin: self.target_uin,
            task: self.seq,
        }
    }

    /// Whether the account has no usable deployment.
    fn is_undeployed(&self, call: &Call<'_>) -> rusqlite::Result<bool> {
        let (tenant, uin) = (call.tenant.key(), self.target_uin);
        let status = provisionings::status(call.tx, tenant, self.configuration, uin)?;
        Ok(status.is_none_or(|status| status == DEPLOY_FAILED))
    }
}

const STEPS: &[Step<Open>] =
    &[Step { due: |call, open| Some(call.reached_at(open.created, 1)), is_mark: false, take: run }];

impl Job for Open {
    fn steps(&self) -> &'static [Step<Self>] {
        STEPS
    }

    fn taken(&self) -> usize {
        0
    }

    fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// An assignment that could not be created is gone. What could not be taken away stays as it was.
    fn fail(&self, call: &mut Call<'_>, at: Timestamp, why: &str) -> rusqlite::Result<()> {
        match (self.task_type, self.assignment) {
            (TaskType::Assign, Some(assignment)) => {
                assignments::remove(call, assignment)?;
                if self.is_undeployed(call)? {
                    provisionings::set(call, self.place(), DEPLOY_FAILED, at)?;
                }
            }
            (TaskType::Provision, _) => provisionings::set(call, self.place(), DEPLOY_FAILED, at)?,
            _ => {}
        }
        rows::end(call, self.seq, Some(why))
    }
}

/// Does the work of a task. The first assignment on an account deploys the role configuration there.
fn run(call: &mut Call<'_>, open: &Open, at: Timestamp) -> Result<Taken, Failure> {
    let (tenant, configuration, uin) = (call.tenant.key(), open.configuration, open.target_uin);
    match open.task_type {
        TaskType::Assign => {
            if open.is_undeployed(call)? {
                provisionings::set(call, open.place(), DEPLOYED, at)?;
            }
        }
        TaskType::Unassign => {
            open.assignment.iter().try_for_each(|seq| assignments::remove(call, *seq))?;
            let is_last = !assignments::has_any(call.tx, tenant, configuration, Some(uin))?;
            if open.undeploys && is_last {
                provisionings::remove(call, configuration, uin)?;
            }
        }
        TaskType::Provision => provisionings::set(call, open.place(), DEPLOYED, at)?,
        TaskType::Deprovision => provisionings::remove(call, configuration, uin)?,
    }
    rows::end(call, open.seq, None)?;
    Ok(Taken::Whole)
}

/// Moves every task of the tenant's roles as far as the clock says.
pub(crate) fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let tasks = open(call)?;
    advance::advance(call, &tasks)
}

fn open(call: &Call<'_>) -> rusqlite::Result<Vec<Open>> {
    call.tx
        .prepare_cached(
            "SELECT seq, type, configuration, target_type, target_uin, assignment, undeploys,
                created, outcome
             FROM organization_role_tasks
             WHERE tenant = ?1 AND status = 'InProgress' ORDER BY seq",
        )?
        .query_map([call.tenant.key()], |row| {
            Ok(Open {
                seq: row.get(0)?,
                task_type: row.get(1)?,
                configuration: row.get(2)?,
                target_type: row.get(3)?,
                target_uin: row.get(4)?,
                assignment: row.get(5)?,
                undeploys: row.get(6)?,
                created: Timestamp(row.get(7)?),
                outcome: row.get(8)?,
            })
        })?
        .collect()
}
