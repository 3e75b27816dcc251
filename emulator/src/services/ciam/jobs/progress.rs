//! How jobs move: what the clock says about each, and what happens when a step is reached.
//! Told before every request that comes when something is due, and when a file has been written.

use rusqlite::{Connection, params};

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Outcome;
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
    created: Timestamp,
    format: String,
    has_file: bool,
    outcome: Outcome,
}

/// An import adds its users when it ends.
const IMPORT_STEPS: &[Step<Open>] = &[
    Step {
        due: |call, job| Some(call.reached_at(job.created, 1)),
        is_mark: true,
        take: |call, job, _| {
            set_status(call.tx, job, PROCESSING)?;
            Ok(Taken::Whole)
        },
    },
    Step {
        due: |call, job| Some(call.reached_at(job.created, 2)),
        is_mark: false,
        take: import_users,
    },
];

/// An export shows the users that are there when it begins. It waits for its file.
const EXPORT_STEPS: &[Step<Open>] = &[
    Step {
        due: |call, job| Some(call.reached_at(job.created, 1)),
        is_mark: false,
        take: begin_export,
    },
    Step {
        due: |call, job| job.has_file.then(|| call.reached_at(job.created, 2)),
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

    fn outcome(&self) -> Outcome {
        self.outcome
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
    let mut import = Import::read(call.tx, job.store, job.seq)?;
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
    // Where the directory went away meanwhile, nobody will ever ask for the file.
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
            j.status = 'PENDING', j.created, j.format, j.token IS NOT NULL, j.outcome
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
            created: Timestamp(row.get(7)?),
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
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use serde_json::{Value, json};

    use super::*;
    use crate::operation::{After, Client};
    use crate::runtime::ids::Ids;
    use crate::runtime::lifecycle::Pace;
    use crate::services::ciam;
    use crate::state::{Files, Step as Lap, Tenant};

    const STEP_MS: i64 = 500;

    /// The state of one tenant, without a twin: the test completes background jobs itself.
    struct World {
        tx: Connection,
        now: Timestamp,
        tenant: Tenant,
        ids: Ids,
        client: Client,
        files: Files,
        after: After,
        step: fn() -> Lap,
        outcome: Outcome,
    }

    impl World {
        fn new() -> Self {
            let tx = Connection::open_in_memory().unwrap();
            crate::state::issued::register(&tx).unwrap();
            for step in crate::services::SCHEMA {
                tx.execute_batch(step).unwrap();
            }
            let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
            Self {
                tx,
                now: Timestamp(0),
                tenant: Tenant::new("default", b"7"),
                ids: Ids::derived(b"7", &[]),
                client: Client { ip, agent: String::new(), english: false, origin: String::new() },
                files: Files::new(std::path::PathBuf::new()),
                after: After::default(),
                step: Lap::longest,
                outcome: Outcome::Success,
            }
        }

        fn call(&mut self) -> Call<'_> {
            Call {
                tx: &self.tx,
                now: self.now,
                ids: &mut self.ids,
                tenant: &self.tenant,
                client: &self.client,
                files: &self.files,
                pace: Pace::EveryMs(STEP_MS),
                outcome: self.outcome,
                upload: None,
                step: (self.step)(),
                after: &mut self.after,
            }
        }

        fn ask(&mut self, name: &str, input: Value) -> Value {
            let operations = ciam::service().operations;
            let operation = operations.iter().find(|operation| operation.name == name).unwrap();
            let answer = operation.run(&mut self.call(), &input).unwrap();
            serde_json::from_slice(&answer.into_json()).unwrap()
        }

        /// A new directory, and its export of which the file is now to be written.
        fn exporting(&mut self, name: &str) -> (Value, BackgroundJob) {
            let store = self.ask("CreateUserStore", json!({ "UserPoolName": name }));
            let store = store["UserStoreId"].clone();
            self.ask("CreateFileExportUserJob", json!({ "UserStoreId": store }));
            self.now = self.now.plus_ms(STEP_MS);
            let mut background = advance(&mut self.call()).unwrap().background;
            assert_eq!(background.len(), 1);
            (store, background.remove(0))
        }

        fn job(&mut self, store: &Value) -> Value {
            self.ask("ListJobs", json!({ "UserStoreId": store }))["JobSet"][0].take()
        }
    }

    #[test]
    fn a_directory_in_the_place_of_another_never_gets_its_file() {
        for outcome in [Ok(()), Err("the disk is full".to_owned())] {
            let mut world = World::new();
            let (old, old_job) = world.exporting("people");
            world.ask("DeleteUserStore", json!({ "UserPoolId": old }));
            // It has the name and the numbers of the old one.
            let (new, new_job) = world.exporting("people");
            (old_job.on_complete)(&mut world.call(), outcome).unwrap();
            assert_eq!(world.after.remove_files, [old_job.token]);
            assert_eq!(world.job(&new)["Status"], "PROCESSING");

            world.now = world.now.plus_ms(STEP_MS);
            (new_job.on_complete)(&mut world.call(), Ok(())).unwrap();
            let job = world.job(&new);
            assert_eq!(job["Status"], "COMPLETED");
            let location = job["Location"].as_str().unwrap();
            assert!(location.starts_with(&format!("/files/{}/", new_job.token)), "{location}");
        }
    }
    #[test]
    fn an_import_that_takes_many_steps_ends_as_one_that_takes_one() {
        let users: Vec<Value> = (0..9)
            .map(|number| match number % 3 {
                0 => json!({ "UserName": format!("user{number}") }),
                1 => json!({ "Nickname": "nobody" }),
                _ => json!({ "UserName": "user0" }),
            })
            .collect();
        let ended = |step: fn() -> Lap, steps: usize| {
            let mut world = World::new();
            world.step = step;
            let store = world.ask("CreateUserStore", json!({ "UserPoolName": "people" }));
            let store = store["UserStoreId"].clone();
            let input = json!({ "UserStoreId": store, "DataFlowUserCreateList": users });
            world.ask("CreateApiImportUserJob", input);
            world.now = world.now.plus_ms(2 * STEP_MS);
            let mut done = 0;
            while advance(&mut world.call()).unwrap().has_more {
                done += 1;
                let expected = if done < 9 { "PROCESSING" } else { "COMPLETED" };
                assert_eq!(world.job(&store)["Status"], expected);
            }
            assert_eq!(done, steps);
            let list =
                json!({ "UserStoreId": store, "Pageable": { "PageSize": 10, "PageNumber": 1 } });
            (world.job(&store), world.ask("ListUser", list))
        };
        let (one, many) = (ended(Lap::longest, 0), ended(Lap::shortest, 9));
        assert_eq!(one, many);
        assert_eq!(one.0["Status"], "COMPLETED");
        assert_eq!(one.0["FailedUsers"].as_array().unwrap().len(), 6);
        assert_eq!(one.1["Total"], 3);
    }

    #[test]
    fn a_job_that_cannot_be_read_fails_and_stops_no_other() {
        let mut world = World::new();
        let [store, other] = ["people", "others"].map(|name| {
            let store = world.ask("CreateUserStore", json!({ "UserPoolName": name }));
            let store = store["UserStoreId"].clone();
            world.ask("CreateFileExportUserJob", json!({ "UserStoreId": store }));
            store
        });
        let broken =
            "UPDATE ciam_jobs SET payload = '{not json' WHERE status = 'PENDING' AND store = 1";
        assert_eq!(world.tx.execute(broken, []).unwrap(), 1);
        world.now = world.now.plus_ms(STEP_MS);
        assert_eq!(advance(&mut world.call()).unwrap().background.len(), 1);
        let (failed, going) = (world.job(&store), world.job(&other));
        assert_eq!([&failed["Status"], &going["Status"]], ["FAILED", "PROCESSING"]);
        let why = failed["ErrorDetails"][0]["Error"].as_str().unwrap();
        assert!(why.contains("line 1"), "{why}");
    }

    #[test]
    fn an_export_that_is_made_to_fail_or_to_stay_does_so_and_keeps_no_file() {
        for (outcome, status, files) in
            [(Outcome::Fail, "FAILED", 1), (Outcome::Stay, "PROCESSING", 0)]
        {
            let mut world = World::new();
            world.outcome = outcome;
            let (store, job) = world.exporting("people");
            (job.on_complete)(&mut world.call(), Ok(())).unwrap();
            assert_eq!(world.job(&store)["Status"], "PROCESSING");
            world.now = world.now.plus_ms(STEP_MS);
            advance(&mut world.call()).unwrap();
            let job = world.job(&store);
            assert_eq!((&job["Status"], &job["Location"]), (&json!(status), &json!(null)));
            assert_eq!(world.after.remove_files.len(), files);
        }
    }
}
