//! Batches: taken at once, worked off by the clock in the order in which they came, and asked after.

use rusqlite::{OptionalExtension, params};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::{Failure, refuse};
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::{Age, Outcome};
use crate::services::Advanced;
use crate::services::advance::{self, Job, Step, Taken};
use crate::state::document::RowView;

use super::check::Entry;
use super::limits::ENTRIES_MAX;
use super::users;

mod id;

const TODO: &str = "TODO";
const DOING: &str = "DOING";
const DONE: &str = "DONE";

/// The code of an entry where the service itself is at fault.
const SYSTEM_ERROR: &str = "200-999";

/// What a task's row of a state document must hold.
pub(super) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    // The next task has a higher number.
    row.between("task", 1, i64::MAX - (1 << 40))?;
    row.moments(&["created"])?;
    row.one_of("status", &[TODO, DOING, DONE])?;
    advance::check_row(row)?;
    if row.text("status") != Some(DONE) {
        row.present("entries", "before the task is done")?;
    }
    row.json::<Vec<Entry>>("entries")?;
    row.json::<Vec<IgnoredAny>>("failures")
}

/// Input of `createTask`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Create {
    #[serde(default)]
    federation_user_list: Vec<Entry>,
}

/// Output of `createTask`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Created {
    result_code: &'static str,
    result_message: &'static str,
    task_id: String,
}

/// `createTask`. One bad entry refuses the whole batch.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let entries = input.federation_user_list;
    if entries.is_empty() {
        return Err(refuse("100-102"));
    }
    if entries.len() > ENTRIES_MAX {
        return Err(refuse("100-103"));
    }
    entries.iter().try_for_each(Entry::check).map_err(refuse)?;
    let tenant = call.tenant.key();
    let task = id::next(call.tx, call.tenant, call.now)?;
    call.tx
        .prepare_cached(
            "INSERT INTO aicc_tasks (tenant, task, status, created, entries, failures, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, '[]', ?6)",
        )?
        .execute(params![
            tenant,
            task,
            TODO,
            call.now.0,
            serde_json::to_string(&entries)?,
            call.outcome
        ])?;
    call.schedule_first_step();
    Ok(Created {
        result_code: "0",
        result_message: "batch task created successfully.",
        task_id: task.to_string(),
    })
}

/// Input of `queryTask`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Query {
    #[serde(default)]
    task_id: String,
}

/// Output of `queryTask`. Entries that did not fail went through; no member lists them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Queried {
    result_code: &'static str,
    result_message: &'static str,
    task_info: TaskInfo,
    fail_data_list: Box<RawValue>,
}

#[derive(Debug, Serialize)]
struct TaskInfo {
    status: String,
    remark: &'static str,
}

/// `queryTask`.
pub(super) fn query(call: &mut Call<'_>, input: Query) -> Result<Queried, Failure> {
    if input.task_id.trim().is_empty() {
        return Err(refuse("100-301"));
    }
    let unknown = || refuse("100-302");
    // An id is a text: neither a sign nor a zero may precede its digits.
    let task: i64 = input.task_id.parse().map_err(|_| unknown())?;
    if task.to_string() != input.task_id {
        return Err(unknown());
    }
    let (status, failures) = call
        .tx
        .prepare_cached("SELECT status, failures FROM aicc_tasks WHERE tenant = ?1 AND task = ?2")?
        .query_row([call.tenant.key(), task], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?
        .ok_or_else(unknown)?;
    // Those before it end before it.
    let looked_at = "tenant = ?1 AND task <= ?2 AND status <> 'DONE'";
    call.note_look("aicc_tasks", looked_at, params![call.tenant.key(), task])?;
    Ok(Queried {
        result_code: "0",
        result_message: "success",
        task_info: TaskInfo { status, remark: "" },
        fail_data_list: RawValue::from_string(failures)?,
    })
}

/// A task that has not ended.
struct Open {
    task: i64,
    age: Age,
    is_new: bool,
    outcome: Outcome,
}

const STEPS: &[Step<Open>] = &[
    Step {
        due: |call, open| call.reached_at(open.age, 1),
        is_mark: true,
        take: |call, open, _| {
            set(call, open.task, DOING)?;
            Ok(Taken::Whole)
        },
    },
    Step { due: |call, open| call.reached_at(open.age, 2), is_mark: false, take: apply_entries },
];

impl Job for Open {
    /// Batches are worked off in the order in which they came.
    const IN_SEQUENCE: bool = true;

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

    /// The service has no word for a task that failed: it is done, and each of its entries failed.
    fn fail(&self, call: &mut Call<'_>, _: Timestamp, why: &str) -> rusqlite::Result<()> {
        tracing::warn!(task = self.task, why, "an AICC task failed");
        let entries = match read_entries(call, self.task) {
            Ok(entries) => entries,
            Err(_) => vec![Entry::default()],
        };
        let (fail_code, fail_message) = failure(self.outcome.reason.as_deref());
        let failed = |federation_user| FailData { federation_user, fail_code, fail_message };
        let failures: Vec<_> = entries.iter().map(failed).collect();
        let failures = serde_json::to_string(&failures).unwrap_or_else(|_| "[]".to_owned());
        done(call, self.task, &failures)
    }
}

/// Moves every task of the tenant as far as the clock says.
pub(super) fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let tasks = open(call)?;
    advance::advance(call, &tasks)
}

fn open(call: &Call<'_>) -> rusqlite::Result<Vec<Open>> {
    call.tx
        .prepare_cached(
            "SELECT task, created, status = 'TODO', outcome, looks FROM aicc_tasks
             WHERE tenant = ?1 AND status <> 'DONE' ORDER BY task",
        )?
        .query_map([call.tenant.key()], |row| {
            Ok(Open {
                task: row.get(0)?,
                age: Age { created: Timestamp(row.get(1)?), looks: row.get(4)? },
                is_new: row.get(2)?,
                outcome: row.get(3)?,
            })
        })?
        .collect()
}

/// An entry that did not go through.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FailData<'a> {
    federation_user: &'a Entry,
    fail_code: &'a str,
    fail_message: &'a str,
}

/// Code and text of an entry that the outcome of its task makes fail.
fn failure(reason: Option<&str>) -> (&str, &str) {
    match reason {
        Some(reason) => advance::code_and_text("aicc", reason, SYSTEM_ERROR),
        None => (SYSTEM_ERROR, message(SYSTEM_ERROR)),
    }
}

/// Works the entries off in their order; one that fails stops no other.
fn apply_entries(call: &mut Call<'_>, open: &Open, _: Timestamp) -> Result<Taken, Failure> {
    let entries = read_entries(call, open.task)?;
    let mut made_to_fail = open.outcome.rows.clone();
    let mut failures = Vec::new();
    for entry in &entries {
        let is_made_to_fail = match &mut made_to_fail {
            Some(rows) => rows.fails_next(&serde_json::to_value(entry)?),
            None => false,
        };
        let (fail_code, fail_message) = if is_made_to_fail {
            failure(open.outcome.rows.as_ref().and_then(|rows| rows.reason.as_deref()))
        } else if let Err(code) = users::apply(call.tx, call.tenant.key(), entry)? {
            (code, message(code))
        } else {
            continue;
        };
        failures.push(FailData { federation_user: entry, fail_code, fail_message });
    }
    done(call, open.task, &serde_json::to_string(&failures)?)?;
    Ok(Taken::Whole)
}

fn read_entries(call: &Call<'_>, task: i64) -> Result<Vec<Entry>, Failure> {
    let entries: String = call
        .tx
        .prepare_cached("SELECT entries FROM aicc_tasks WHERE tenant = ?1 AND task = ?2")?
        .query_row([call.tenant.key(), task], |row| row.get(0))?;
    Ok(serde_json::from_str(&entries)?)
}

fn done(call: &Call<'_>, task: i64, failures: &str) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE aicc_tasks SET status = ?3, entries = NULL, failures = ?4
             WHERE tenant = ?1 AND task = ?2",
        )?
        .execute(params![call.tenant.key(), task, DONE, failures])
        .map(drop)
}

/// The text that the model has for a code.
fn message(code: &str) -> &'static str {
    advance::model_text("aicc", code)
}

fn set(call: &Call<'_>, task: i64, status: &str) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("UPDATE aicc_tasks SET status = ?3 WHERE tenant = ?1 AND task = ?2")?
        .execute(params![call.tenant.key(), task, status])?;
    Ok(())
}
