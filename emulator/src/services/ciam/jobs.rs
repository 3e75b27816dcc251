//! Import and export jobs: started, listed, and moved along by the clock.
//! What an import or an export does is in its own file; there is no background timer here.

use rusqlite::{Row, params};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::{Failure, refuse};
use crate::operation::{Call, Client};
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Age;
use crate::services::{advance as jobs, artifacts};
use crate::state::FileToken;
use crate::state::document::RowView;

use super::FILES;
use super::filters::{self, Filter};
use super::limits::OPEN_JOBS_MAX;
use super::stores::{self, Store};

mod export;
mod import;
mod progress;

pub(super) use progress::advance;

use export::{Payload, PropertyMap};
use import::ImportUser;

/// Exports that had not ended when the last process did, or in a state document, begin again: their
/// file may not be here.
pub(super) const RECOVER: &str = "UPDATE ciam_jobs SET status = 'PENDING', token = NULL
    WHERE status IN ('PENDING', 'PROCESSING') AND type = 'EXPORT_USER' AND (?1 IS NULL OR tenant = ?1)";

const IMPORT: &str = "IMPORT_USER";
const EXPORT: &str = "EXPORT_USER";

const PENDING: &str = "PENDING";
const PROCESSING: &str = "PROCESSING";
const COMPLETED: &str = "COMPLETED";
const FAILED: &str = "FAILED";

/// What a job's row of a state document must hold.
pub(super) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["store", "seq", "added"])?;
    row.moments(&["created"])?;
    row.one_of("type", &[IMPORT, EXPORT])?;
    row.one_of("status", &[PENDING, PROCESSING, COMPLETED, FAILED])?;
    jobs::check_row(row)?;
    let is_export = row.text("type") == Some(EXPORT);
    if is_export && matches!(row.text("status"), Some(PENDING | PROCESSING)) {
        row.present("payload", "before the job has ended")?;
    }
    row.json::<Payload>("payload")?;
    row.token("token")?;
    row.json::<Vec<IgnoredAny>>("error_details")?;
    row.json::<Vec<IgnoredAny>>("failed_users")
}

/// What a row of an import in a state document must hold.
pub(super) fn check_import_row(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["store", "job", "row"])?;
    row.json::<ImportUser>("user")
}

/// Input of `CreateFileExportUserJob`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateExport {
    user_store_id: String,
    format: Option<String>,
    filters: Option<Vec<Filter>>,
    export_property_maps: Option<Vec<PropertyMap>>,
}

/// Output of both operations that start a job.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Started {
    job: Job,
}

/// `CreateFileExportUserJob`.
pub(super) fn create_export(call: &mut Call<'_>, input: CreateExport) -> Result<Started, Failure> {
    let store = check_room(call, &input.user_store_id)?;
    let payload = Payload {
        filters: input.filters.unwrap_or_default(),
        columns: input.export_property_maps.unwrap_or_default(),
        english: call.client.english,
    };
    filters::users(&payload.filters, store, export::GROUP_KEY)?;
    export::check_columns(call.tx, store, &payload.columns)?;
    let format = input.format.as_deref().unwrap_or("NDJSON");
    let seq = stores::next_job(call.tx, store)?;
    start(call, store, seq, EXPORT, format, Some(&serde_json::to_string(&payload)?))
}

/// Input of `CreateApiImportUserJob`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateImport {
    user_store_id: String,
    data_flow_user_create_list: Vec<ImportUser>,
}

/// `CreateApiImportUserJob`. Bad rows are found when the job runs, and do not stop it.
pub(super) fn create_import(call: &mut Call<'_>, input: CreateImport) -> Result<Started, Failure> {
    let store = check_room(call, &input.user_store_id)?;
    if input.data_flow_user_create_list.is_empty() {
        return Err(refuse("FailedOperation.ImportUserIsEmpty"));
    }
    let seq = stores::next_job(call.tx, store)?;
    import::add_rows(call.tx, store, seq, &input.data_flow_user_create_list)?;
    start(call, store, seq, IMPORT, "NDJSON", None)
}

/// Input of `ListJobs`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    user_store_id: String,
    job_ids: Option<Vec<String>>,
}

/// Output of `ListJobs`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    job_set: Vec<Job>,
}

/// `ListJobs`: those asked for, or all; newest first.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    wait_for_files(call, store)?;
    let asked = input.job_ids.unwrap_or_default();
    let (all, ids) = (asked.is_empty(), serde_json::to_string(&asked)?);
    let values = params![store.tenant, store.store, all, ids];
    let mut statement = call.tx.prepare_cached(
        "SELECT job_id, type, status, created, format, token, error_details, failed_users
         FROM ciam_jobs WHERE tenant = ?1 AND store = ?2
            AND (?3 OR job_id IN (SELECT value FROM json_each(?4)))
         ORDER BY seq DESC",
    )?;
    let rows = statement.query_and_then(values, |row| Job::read(row, call.client))?;
    let job_set = rows.collect::<Result<_, Failure>>()?;
    let looked_at = "tenant = ?1 AND store = ?2 AND status IN ('PENDING', 'PROCESSING')
        AND (?3 OR job_id IN (SELECT value FROM json_each(?4)))";
    call.note_look("ciam_jobs", looked_at, values)?;
    Ok(Listed { job_set })
}

/// A job, as the vendor words it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Job {
    id: String,
    status: String,
    r#type: String,
    created_date: i64,
    format: String,
    location: Option<String>,
    error_details: Box<RawValue>,
    failed_users: Box<RawValue>,
}

impl Job {
    fn read(row: &Row<'_>, client: &Client) -> Result<Self, Failure> {
        let (id, status): (String, String) = (row.get(0)?, row.get(2)?);
        let format: String = row.get(4)?;
        let token: Option<FileToken> = row.get(5)?;
        let extension = if format == "CSV" { "csv" } else { "ndjson" };
        let location = token
            .filter(|_| status == COMPLETED)
            .map(|token| artifacts::link(client, token, &format!("{id}.{extension}")));
        let (error_details, failed_users) = (list_of(row.get(6)?)?, list_of(row.get(7)?)?);
        Ok(Self {
            id,
            status,
            r#type: row.get(1)?,
            created_date: row.get(3)?,
            format,
            location,
            error_details,
            failed_users,
        })
    }
}

fn list_of(column: Option<String>) -> Result<Box<RawValue>, Failure> {
    Ok(RawValue::from_string(column.unwrap_or_else(|| "[]".to_owned()))?)
}

/// The directory, if it has room for another job.
fn check_room(call: &Call<'_>, user_store_id: &str) -> Result<Store, Failure> {
    let store = stores::find(call, user_store_id)?;
    wait_for_files(call, store)?;
    let open: i64 = call
        .tx
        .prepare_cached(
            "SELECT COUNT(*) FROM ciam_jobs
             WHERE tenant = ?1 AND store = ?2 AND status IN ('PENDING', 'PROCESSING')",
        )?
        .query_row([store.tenant, store.store], |row| row.get(0))?;
    if open >= call.limit("open_jobs").unwrap_or(OPEN_JOBS_MAX) {
        return Err(refuse("FailedOperation.DataFlowTooManyRequests"));
    }
    Ok(store)
}

/// An export can be due before its file is written. Never show that state.
fn wait_for_files(call: &Call<'_>, store: Store) -> Result<(), Failure> {
    // The status is asked for twice: the first time in the words of the index of open jobs.
    let mut statement = call.tx.prepare_cached(
        "SELECT created, looks FROM ciam_jobs
         WHERE tenant = ?1 AND store = ?2 AND status IN ('PENDING', 'PROCESSING')
            AND status = 'PROCESSING' AND type = 'EXPORT_USER' AND token IS NULL",
    )?;
    let mut rows = statement.query([store.tenant, store.store])?;
    while let Some(row) = rows.next()? {
        let age = Age { created: Timestamp(row.get(0)?), looks: row.get(1)? };
        if call.reached_at(age, 2).is_some_and(|end| end <= call.now) {
            return Err(Failure::Pending);
        }
    }
    Ok(())
}

fn start(
    call: &mut Call<'_>,
    store: Store,
    seq: i64,
    kind: &'static str,
    format: &str,
    payload: Option<&str>,
) -> Result<Started, Failure> {
    let id = call.ids.hex32();
    call.tx
        .prepare_cached(
            "INSERT INTO ciam_jobs (tenant, store, seq, job_id, type, status, created, format,
                payload, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            store.tenant,
            store.store,
            seq,
            id,
            kind,
            PENDING,
            call.now.0,
            format,
            payload,
            call.outcome,
        ])?;
    call.schedule_first_step();
    Ok(Started {
        job: Job {
            id,
            status: PENDING.to_owned(),
            r#type: kind.to_owned(),
            created_date: call.now.0,
            format: format.to_owned(),
            location: None,
            error_details: list_of(None)?,
            failed_users: list_of(None)?,
        },
    })
}
