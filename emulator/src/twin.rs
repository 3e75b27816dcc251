//! The twin put together: everything that outlives a request.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rusqlite::Connection;

use crate::catalog::{BehaviourError, Behaviours};
use crate::config::{ClockStart, Config};
use crate::intercept::{CaError, Interception};
use crate::journal::Journal;
use crate::operation::{After, Call, Client};
use crate::runtime::background::Pool;
use crate::runtime::clock::{Clock, Timestamp};
use crate::runtime::ids::{Ids, random_seed};
use crate::runtime::lifecycle::Outcome;
use crate::runtime::throttle::Throttle;
use crate::scenario::Scenarios;
use crate::services::seeds::OwnSeeds;
use crate::services::{self, Completion, Service, WarmUps};
use crate::state::generations::{self, OpenEras};
use crate::state::{
    Database, FileToken, Files, Image, OpenError, Readers, Step, Sweep, Tenant, Tenants, Writer,
    schema,
};

/// Requests that are long at a time: what an upload may cost in memory counts as often.
const REQUEST_THREADS: usize = 2;

/// Exports that are written at a time.
pub(crate) const EXPORTERS: usize = 2;

/// Why a twin could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The tables of operations.
    #[error(transparent)]
    Behaviours(#[from] BehaviourError),
    /// The journal's file.
    #[error("cannot create the journal's file: {0}")]
    Journal(std::io::Error),
    /// The CA of a proxy.
    #[error(transparent)]
    Ca(#[from] CaError),
    /// The machine.
    #[error("cannot start: {0}")]
    Machine(String),
}

/// Everything that outlives a request.
#[derive(Debug)]
pub struct Twin {
    /// What was asked for.
    pub config: Config,
    /// The only source of time.
    pub clock: Clock,
    /// What each service adds.
    pub services: Vec<Service>,
    /// The tables with rows of tenants.
    pub tables: Arc<[String]>,
    /// What runs each operation.
    pub behaviours: Behaviours,
    /// The tenants met.
    pub tenants: Tenants,
    /// Tenants that begin otherwise than the configuration says.
    pub own_seeds: OwnSeeds,
    /// Export files.
    pub files: Files,
    /// Calls per second.
    pub throttle: Throttle,
    /// What goes wrong on purpose.
    pub scenarios: Scenarios,
    /// Request journal.
    pub journal: Journal,
    /// The twin as a proxy, if it is one.
    pub interception: Option<Interception>,
    /// Read connections.
    pub readers: Arc<Readers>,
    /// Writer thread.
    pub writer: Writer,
    /// State that is being put in.
    pub open_eras: OpenEras,
    ending: Arc<AtomicBool>,
    sweep_queued: Arc<AtomicBool>,
    /// Fills the cache of the read connections ahead of requests.
    pub warm_ups: WarmUps,
    /// Parse uploads and read for long, beside the threads that serve connections.
    pub request_threads: Pool,
    /// Writes exports beside all requests.
    pub background: Pool,
    /// Ends of exports that the database has not taken, by the key of their tenant's rows.
    pub uncommitted: Mutex<Vec<(i64, Completion)>>,
    /// Dropped last: temporary files are removed after they are closed.
    _database: Arc<Database>,
    request_ids: Mutex<Ids>,
    origin: OnceLock<String>,
}

impl Twin {
    /// Opens the state and puts the twin together; it listens nowhere yet.
    pub fn new(config: Config) -> Result<Arc<Self>, StartError> {
        Self::of(config, services::all())
    }

    /// The same of these services.
    pub fn of(config: Config, mut services: Vec<Service>) -> Result<Arc<Self>, StartError> {
        let machine = |error: &dyn std::fmt::Display| StartError::Machine(error.to_string());
        let behaviours = Behaviours::of(&mut services)?;
        let (database, connection) =
            Database::open_or_copy(config.db.as_deref(), Some(Image::NEW), schema::STEPS)?;
        let seed = match config.seed {
            Some(seed) => seed.to_be_bytes().to_vec(),
            None => random_seed().map_err(|error| machine(&error))?.to_vec(),
        };
        let unreadable = |error: rusqlite::Error| OpenError::Unreadable {
            path: database.path.clone(),
            reason: error.to_string(),
        };
        let tables = services::tables(&services, &connection).map_err(unreadable)?;
        // A private state is empty: there is nothing to begin again, to keep or to remove.
        let is_empty = config.db.is_none();
        let (start, kept) = if is_empty {
            (1, BTreeSet::new())
        } else {
            begin(&services, &connection).map_err(unreadable)?
        };
        // A later start over the same database must not give the ids of the earlier one again.
        let seed = if start == 1 { seed } else { [&seed[..], &start.to_be_bytes()].concat() };
        let files = Files::new(database.files.clone());
        files.sweep(&kept);
        let database = Arc::new(database);
        let readers = Arc::new(Readers::new(Arc::clone(&database)));
        let twin = Arc::new(Self {
            clock: match config.clock {
                ClockStart::Real => Clock::real(),
                ClockStart::Frozen => Clock::frozen(Clock::real().now()),
                ClockStart::At(moment) => Clock::starting(moment),
            },
            warm_ups: WarmUps::new(&services, Arc::clone(&readers)),
            tables: tables.into(),
            services,
            behaviours,
            request_ids: Mutex::new(Ids::derived(&seed, &["requests of nobody"])),
            tenants: Tenants::new(seed, config.bounds.tenants_max),
            own_seeds: OwnSeeds::default(),
            files,
            throttle: Throttle::default(),
            scenarios: Scenarios::new(Arc::clone(readers.history())),
            interception: config.intercept.as_ref().map(Interception::new).transpose()?,
            journal: Journal::new(&config.journal).map_err(StartError::Journal)?,
            readers: Arc::clone(&readers),
            writer: Writer::start(connection, readers, &config.bounds)
                .map_err(|error| machine(&error))?,
            open_eras: OpenEras::default(),
            ending: Arc::default(),
            sweep_queued: Arc::default(),
            request_threads: Pool::new("request", REQUEST_THREADS),
            background: Pool::new("work", EXPORTERS),
            uncommitted: Mutex::default(),
            _database: database,
            origin: OnceLock::new(),
            config,
        });
        // What a process left that was killed while it put state in, or replaced it.
        if !is_empty {
            twin.sweep();
            twin.warm_ups.begin_all(&twin.request_threads);
        }
        Ok(twin)
    }

    /// A request id for that tenant, or for a request without one.
    pub fn request_id(&self, tenant: Option<&Tenant>) -> uuid::Uuid {
        match tenant {
            Some(tenant) => tenant.request_ids().uuid(),
            None => self.request_ids.lock().unwrap_or_else(PoisonError::into_inner).uuid(),
        }
    }

    /// The base URL, without a slash at the end; set once the twin listens.
    pub fn origin(&self) -> &str {
        self.origin.get().map_or("http://127.0.0.1", String::as_str)
    }

    /// Says where the twin listens.
    pub fn set_origin(&self, origin: String) {
        // The server sets it once.
        _ = self.origin.set(origin);
    }

    /// Removes what is no longer visible, beside all requests.
    pub fn sweep(&self) {
        if self.sweep_queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let (tables, open) = (Arc::clone(&self.tables), self.open_eras.clone());
        let (queued, ending) = (Arc::clone(&self.sweep_queued), Arc::clone(&self.ending));
        self.writer.submit(Box::new(Sweep { tables, open, queued, ending }));
    }

    /// Reads a tenant that has grown into the read cache, beside all requests.
    pub fn warm_up(&self, tenant: &Tenant) {
        self.warm_ups.begin(&self.request_threads, [tenant.key()]);
    }

    /// Everything that was committed is in the database file, which is closed.
    pub fn close(&self) {
        self.ending.store(true, Ordering::Release);
        self.warm_ups.stop();
        // First, since their requests still queue for the writer.
        self.request_threads.stop();
        self.files.stop();
        self.background.stop();
        self.readers.close();
        self.writer.stop();
        // Last, since whatever was answered is in it.
        self.journal.close();
    }

    /// Does what handlers asked for, now that their transaction is committed.
    pub fn carry_out(&self, after: After, tenant: &Tenant) {
        if let Some(moment) = after.due {
            tenant.schedule_at(moment);
        }
        for token in after.remove_files {
            self.files.remove(token);
        }
        if after.warms_up {
            self.warm_up(tenant);
        }
    }

    /// The call of a handler.
    pub fn call<'a>(
        &'a self,
        tx: &'a Connection,
        now: Timestamp,
        tenant: &'a Tenant,
        ids: &'a mut Ids,
        client: &'a Client,
        after: &'a mut After,
    ) -> Call<'a> {
        Call {
            tx,
            now,
            ids,
            cache: None,
            tenant,
            client,
            files: &self.files,
            pace: self.config.pace,
            counts_looks: false,
            outcome: Outcome::success(),
            limits: None,
            upload: None,
            step: Step::begin(),
            after,
        }
    }
}

/// What a start does to the state: begins again what was under way. The number of the start, and the
/// files that are named.
fn begin(
    services: &[Service],
    connection: &Connection,
) -> rusqlite::Result<(i64, BTreeSet<FileToken>)> {
    services::recover(services, connection, None)?;
    Ok((generations::count_start(connection)?, services::file_tokens(services, connection)?))
}
