//! How jobs move: what the clock says about each, and what happens when a step is reached.
//! Told before every request that comes when something is due, and when a file has been written.

use rusqlite::{Connection, params};

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::{Age, Outcome};
use crate::services::advance::{self, Job, Step, Taken};
use crate::services::{Advanced, BackgroundJob};
use crate::state::FileToken;

use super::super::stores::{self, Store};
use super::export::{Export, Payload};
use super::import::{self, Import};
use super::{COMPLETED, FAILED, FILES, PROCESSING};

/// A job that has not ended.
struct Open {
    store: Store,
    user_store_id: String,
    seq: i64,
    id: String,
    is_import: bool,
    is_pending: bool,
    age: Age,
    format: String,
    has_file: bool,
    outcome: Outcome,
}

/// An import adds its users when it ends.
const IMPORT_STEPS: &[Step<Open>] = &[
    Step {
        due: |call, job| call.reached_at(job.age, 1),
        is_mark: true,
        take: |call, job, _| {
            set_status(call.tx, job, PROCESSING)?;
            Ok(Taken::Whole)
        },
    },
    Step { due: |call, job| call.reached_at(job.age, 2), is_mark: false, take: import_users },
];

/// An export shows the users that are there when it begins. It waits for its file.
const EXPORT_STEPS: &[Step<Open>] = &[
    Step { due: |call, job| call.reached_at(job.age, 1), is_mark: false, take: begin_export },
    Step {
        due: |call, job| call.reached_at(job.age, 2).filter(|_| job.has_file),
        is_mark: false,
        take: complete,
    },
];

impl Job for Open {
    fn steps(&self) -> &'static [Step<Self>] {
        if self.is_import { IMPORT_STEPS } else { EXPORT_STEPS }
    }

    fn taken(&self) -> usize {
        usize::from(!self.is_pending)
    }

    fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    fn created(&self) -> Timestamp {
        self.age.created
    }

    fn fail(&self, call: &mut Call<'_>, _: Timestamp, why: &str) -> rusqlite::Result<()> {
        let Store { tenant, store, .. } = self.store;
        let details = serde_json::json!([{ "UserId": "", "Error": why }]).to_string();
        import::drop_rows(call.tx, self.store, self.seq, i64::MAX)?;
        let row = "tenant = ?1 AND store = ?2 AND seq = ?3";
        let files = FILES.of(call.tx, row, params![tenant, store, self.seq])?;
        call.tx
            .prepare_cached(
                "UPDATE ciam_jobs SET status = ?4, error_details = ?5, payload = NULL, token = NULL,
                    failed_users = CASE WHEN json_valid(failed_users) THEN failed_users END
                 WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
            )?
            .execute(params![tenant, store, self.seq, FAILED, details])?;
        FILES.release(call, files)
    }
}

/// Moves every job of the tenant as far as the clock says.
pub(crate) fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let jobs = open(call.tx, call.tenant.key(), None)?;
    advance::advance(call, &jobs)
}

/// The users come in at the moment at which the job was to end, however late anybody looks.
fn import_users(call: &mut Call<'_>, job: &Open, end: Timestamp) -> Result<Taken, Failure> {
    let mut import = Import::read(call.tx, job.store, job.seq, &job.outcome)?;
    let complete = import.advance(call, end)?;
    let status = match (complete, import.added) {
        (false, _) => PROCESSING,
        (true, 0) => FAILED,
        (true, _) => COMPLETED,
    };
    import.write(call.tx, status)?;
    Ok(if complete { Taken::Whole } else { Taken::Part })
}

fn begin_export(call: &mut Call<'_>, job: &Open, _: Timestamp) -> Result<Taken, Failure> {
    set_status(call.tx, job, PROCESSING)?;
    let payload: Payload = serde_json::from_str(&payload(call.tx, job)?)?;
    // The snapshot is taken once all that is due is done: imports of later moments are in it.
    let end = stores::next_seq(call.tx, job.store)?;
    let export =
        Export::new(call, job.store, job.user_store_id.clone(), &job.format, &payload, end)?;
    let token = call.ids.file_token(call.tenant.key());
    let written = Written { store: job.store, id: job.id.clone(), token };
    Ok(Taken::Begun(BackgroundJob {
        token,
        write: Box::new(move |connection, out| export.write(connection, out)),
        on_complete: Box::new(move |call, outcome| note_end(call, &written, outcome)),
    }))
}

/// What is remembered of an export while its file is being written. The job goes by its id: a new
/// directory may have taken the numbers of the old one meanwhile.
struct Written {
    store: Store,
    id: String,
    token: FileToken,
}

/// The file of an export is complete, or will never be.
fn note_end(
    call: &mut Call<'_>,
    written: &Written,
    outcome: Result<(), String>,
) -> Result<(), Failure> {
    let Written { store, ref id, token } = *written;
    let job = Some((store.store, id.as_str()));
    if let Err(why) = outcome {
        let jobs = open(call.tx, store.tenant, job)?;
        return match jobs.first().filter(|job| !job.is_pending && !job.has_file) {
            Some(job) => Ok(job.fail(call, call.now, &why)?),
            None => Ok(FILES.release(call, vec![token])?),
        };
    }
    // If the directory was deleted meanwhile, no request can lead to the file.
    let row = "tenant = ?1 AND store = ?2 AND job_id = ?3 AND status = ?4";
    let values = params![store.tenant, store.store, id, PROCESSING];
    if FILES.keep(call, token, row, values)? {
        // Its time may have come while the file was being written.
        let jobs = open(call.tx, store.tenant, job)?;
        advance::advance(call, &jobs)?;
    }
    Ok(())
}

/// Completes an export that has its file.
fn complete(call: &mut Call<'_>, job: &Open, _: Timestamp) -> Result<Taken, Failure> {
    let Store { tenant, store, .. } = job.store;
    let _readable: FileToken = call
        .tx
        .prepare_cached(
            "SELECT token FROM ciam_jobs WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
        )?
        .query_row([tenant, store, job.seq], |row| row.get(0))?;
    call.tx
        .prepare_cached(
            "UPDATE ciam_jobs SET status = ?4, payload = NULL
             WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
        )?
        .execute(params![tenant, store, job.seq, COMPLETED])?;
    Ok(Taken::Whole)
}

/// The jobs of the tenant that have not ended, or the one of that directory and id.
fn open(tx: &Connection, tenant: i64, only: Option<(i64, &str)>) -> rusqlite::Result<Vec<Open>> {
    let (store, id) = only.unzip();
    let mut statement = tx.prepare_cached(
        "SELECT j.store, s.user_num, s.user_store_id, j.seq, j.job_id, j.type = 'IMPORT_USER',
            j.status = 'PENDING', j.created, j.format, j.token IS NOT NULL, j.outcome,
            j.looks
         FROM ciam_jobs j JOIN ciam_stores s ON s.tenant = j.tenant AND s.store = j.store
         WHERE j.tenant = ?1 AND j.status IN ('PENDING', 'PROCESSING')
            AND (?2 IS NULL OR j.store = ?2 AND j.job_id = ?3)
         ORDER BY j.created, j.store, j.seq",
    )?;
    let rows = statement.query_map(params![tenant, store, id], |row| {
        Ok(Open {
            store: Store { tenant, store: row.get(0)?, user_num: row.get(1)? },
            user_store_id: row.get(2)?,
            seq: row.get(3)?,
            id: row.get(4)?,
            is_import: row.get(5)?,
            is_pending: row.get(6)?,
            age: Age { created: Timestamp(row.get(7)?), looks: row.get(11)? },
            format: row.get(8)?,
            has_file: row.get(9)?,
            outcome: row.get(10)?,
        })
    })?;
    rows.collect()
}

fn payload(tx: &Connection, job: &Open) -> rusqlite::Result<String> {
    tx.prepare_cached(
        "SELECT payload FROM ciam_jobs WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
    )?
    .query_row([job.store.tenant, job.store.store, job.seq], |row| row.get(0))
}

fn set_status(tx: &Connection, job: &Open, status: &'static str) -> rusqlite::Result<()> {
    let Store { tenant, store, .. } = job.store;
    tx.prepare_cached(
        "UPDATE ciam_jobs SET status = ?4 WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
    )?
    .execute(params![tenant, store, job.seq, status])
    .map(drop)
}

#[cfg(test)]
mod tests;
