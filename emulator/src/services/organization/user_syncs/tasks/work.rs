//! What tasks of user syncs do, user by user, in steps between which other requests run. A user that
//! fails stops no other; the task then fails with the reason of the first.

use rusqlite::params;

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::services::advance::Taken;

use super::super::super::Principal;
use super::super::super::directory::users;
use super::super::{effect, rows};
use super::{Open, TaskType, UserSync, end};

/// Users between two looks at how long the step has run.
const CHUNK: i64 = 64;

/// How far a task is.
struct Progress {
    /// The number of the last user that it is done with.
    passed: i64,
    /// Why the first user failed; empty if none did.
    failure_reason: String,
}

/// Takes the next users of a task, and ends it after the last.
pub(super) fn run(call: &mut Call<'_>, open: &Open, _: Timestamp) -> Result<Taken, Failure> {
    let tenant = call.tenant.key();
    let Some(sync) = rows::by_seq(call.tx, tenant, open.sync)? else {
        end(call, open.seq, Some("its user sync does not exist"))?;
        return Ok(Taken::Whole);
    };
    let mut progress = read(call, open)?;
    loop {
        let next = match open.task_type {
            TaskType::Start => of_principal(call, &sync, progress.passed)?,
            TaskType::Delete => synced(call, &sync, progress.passed)?,
        };
        if next.is_empty() {
            break;
        }
        for user in next {
            let effect = match open.task_type {
                TaskType::Start => match users::by_seq(call.tx, tenant, user)? {
                    Some(user) => effect::add(call, &sync, &user)?,
                    None => Ok(()),
                },
                TaskType::Delete => effect::remove(call, &sync, user)?,
            };
            progress.passed = user;
            if let Err(reason) = effect
                && progress.failure_reason.is_empty()
            {
                progress.failure_reason = reason;
            }
        }
        if call.step.is_over() {
            write(call, open, &progress)?;
            return Ok(Taken::Part);
        }
    }
    if progress.failure_reason.is_empty() {
        if open.task_type == TaskType::Delete {
            rows::remove(call.tx, tenant, sync.seq)?;
        }
        end(call, open.seq, None)?;
    } else {
        end(call, open.seq, Some(&progress.failure_reason))?;
    }
    Ok(Taken::Whole)
}

fn read(call: &Call<'_>, open: &Open) -> rusqlite::Result<Progress> {
    call.tx
        .prepare_cached(
            "SELECT passed, failure_reason FROM organization_user_sync_tasks
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .query_row([call.tenant.key(), open.seq], |row| {
            Ok(Progress { passed: row.get(0)?, failure_reason: row.get(1)? })
        })
}

fn write(call: &Call<'_>, open: &Open, progress: &Progress) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_user_sync_tasks SET passed = ?3, failure_reason = ?4
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![call.tenant.key(), open.seq, progress.passed, progress.failure_reason])
        .map(drop)
}

/// The next users of the sync's principal.
fn of_principal(call: &Call<'_>, sync: &UserSync, passed: i64) -> rusqlite::Result<Vec<i64>> {
    match sync.principal {
        Principal::User(user) if user > passed => Ok(vec![user]),
        Principal::User(_) => Ok(Vec::new()),
        Principal::Group(group) => numbers(
            call,
            "SELECT user_seq FROM organization_memberships
             WHERE tenant = ?1 AND group_seq = ?2 AND user_seq > ?3 ORDER BY user_seq LIMIT ?4",
            [call.tenant.key(), group, passed, CHUNK],
        ),
    }
}

/// The next users whom the sync brought to its account.
fn synced(call: &Call<'_>, sync: &UserSync, passed: i64) -> rusqlite::Result<Vec<i64>> {
    numbers(
        call,
        "SELECT user_seq FROM organization_synced_users
         WHERE tenant = ?1 AND user_sync = ?2 AND user_seq > ?3 ORDER BY user_seq LIMIT ?4",
        [call.tenant.key(), sync.seq, passed, CHUNK],
    )
}

fn numbers(call: &Call<'_>, sql: &str, values: [i64; 4]) -> rusqlite::Result<Vec<i64>> {
    call.tx.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect()
}
