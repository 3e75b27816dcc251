//! The table of services: what each one adds to the twin. A service never calls another.

use std::collections::BTreeSet;
use std::io::Write;

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use crate::error::{Failure, refuse_with};
use crate::operation::{Call, Operation};
use crate::state::document::{self, RowCheck};
use crate::state::{FileToken, generations};
use knobs::{Choices, Knob};
use seeds::Seed;

mod advance;
pub mod aicc;
mod artifacts;
pub mod ciam;
mod could_ask;
pub mod iam;
pub mod knobs;
mod next_numbers;
pub mod organization;
mod pattern;
pub mod seeds;
mod sparse_paging;
mod taken;
mod text;
mod warm_up;
pub mod workspace;

pub use artifacts::{Artifacts, LINK_PREFIX};
pub use next_numbers::NextNumber;
pub use warm_up::{WarmUp, WarmUps};

/// What a service adds to the twin.
pub struct Service {
    /// The name of its model. Its tables begin with it and `_`, and have a column `tenant`.
    pub name: &'static str,
    /// Its modelled operations.
    pub operations: Vec<Operation>,
    /// What a row of a state document must hold, by table: a document that breaks a rule is refused
    /// whole, since the service could not read the row back.
    pub row_checks: &'static [(&'static str, RowCheck)],
    /// The numbers that its rows get one after the other.
    pub next_numbers: &'static [NextNumber],
    /// What the control interface shows and sets beyond the vendor's API.
    pub resources: &'static [Resource],
    /// What can be chosen where its vendor's pages contradict themselves.
    pub knobs: &'static [Knob],
    /// How many of a thing there may be: the names by which a scenario sets a limit ([`Call::limit`]).
    pub limits: Vec<&'static str>,
    /// The files that its exports make, if it makes any.
    pub files: Option<Artifacts>,
    /// Starts to put a seed's part of this service into a new tenant.
    pub seeding: fn() -> SeedSteps,
    /// Advances due jobs. Runs before any other request of a tenant with due work.
    pub advance: fn(&mut Call<'_>) -> Result<Advanced, Failure>,
    /// A statement that restarts what was in progress when the last process ended, or when a state
    /// document was read; `?1` is the key of one tenant, or null for all.
    pub recover: Option<&'static str>,
    /// What later reads of large tenants look at, if the cache of reads can have it.
    pub warm_up: Option<WarmUp>,
}

/// Inserts the next rows of a seed into a new tenant, about [`SEED_STEP`] of them; returns true after
/// the last. A large seed takes many steps, and other tenants' requests run between them.
pub type SeedSteps = Box<dyn FnMut(&mut Call<'_>, &Seed) -> Result<bool, Failure> + Send>;

/// Rows of a seed in one step.
pub const SEED_STEP: usize = 200;

/// State that no interface of the vendor shows or sets; the control interface serves it. [`unfit`] makes
/// its refusals.
#[derive(Debug)]
pub struct Resource {
    /// Its path behind `/_twin/`. One part can be a name in braces: it stands for any text, which both
    /// functions get; without one they get an empty text.
    pub path: &'static str,
    /// All of it.
    pub show: fn(&mut Call<'_>, &str) -> Result<Value, Failure>,
    /// Replaces all of it with the body.
    pub replace: fn(&mut Call<'_>, &str, &[u8]) -> Result<(), Failure>,
}

/// Refuses the body sent to a [`Resource`].
pub fn unfit(why: String) -> Failure {
    refuse_with("bad_request", why)
}

/// Reads a snapshot and writes a file.
pub type WriteFile =
    Box<dyn FnOnce(&Connection, &mut (dyn Write + Send)) -> anyhow::Result<()> + Send>;

/// Records that a file is complete, or why it is not. Runs again if the database fails.
pub type OnComplete = Box<dyn Fn(&mut Call<'_>, Result<(), String>) -> Result<(), Failure> + Send>;

/// The end of a background job, until it is committed.
pub struct Completion {
    /// Its file.
    pub token: FileToken,
    /// Records it.
    pub on_complete: OnComplete,
    /// Whether the file was written, or why not.
    pub written: Result<(), String>,
}

impl std::fmt::Debug for Completion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Completion").field("token", &self.token).finish_non_exhaustive()
    }
}

/// The outcome of one [`Service::advance`].
#[derive(Default)]
pub struct Advanced {
    /// Jobs to start once the transaction is committed.
    pub background: Vec<BackgroundJob>,
    /// The step ended before all due work was done; `advance` runs again.
    pub has_more: bool,
}

/// Writes a file from a snapshot of the state, taken when the job was enqueued. Runs beside all
/// requests.
pub struct BackgroundJob {
    /// The unguessable name of the file in its address.
    pub token: FileToken,
    /// Writes the file's content.
    pub write: WriteFile,
    /// Records in a transaction that the file is complete, or why it is not.
    pub on_complete: OnComplete,
}

/// The tables with rows of tenants, as the database has them: what a state document holds and a reset
/// empties. Those of a service are together, in the order in which the schema creates them.
pub fn tables(services: &[Service], tx: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut all = document::table_names(tx)?;
    let is_of = |table: &str, service: &Service| {
        table.strip_prefix(service.name).is_some_and(|rest| rest.starts_with('_'))
    };
    all.sort_by_key(|table| {
        let place = services.iter().position(|service| is_of(table, service));
        place.unwrap_or(services.len())
    });
    Ok(all)
}

/// The tokens of all finished files of the tenants that are visible.
pub fn file_tokens(services: &[Service], tx: &Connection) -> rusqlite::Result<BTreeSet<FileToken>> {
    let visible = generations::visible(tx)?;
    let mut all = BTreeSet::new();
    for files in services.iter().filter_map(|service| service.files) {
        let mut statement = tx.prepare_cached(&files.list_sql())?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if visible.contains(&row.get(0)?) {
                all.insert(row.get(1)?);
            }
        }
    }
    Ok(all)
}

/// The name of the tenant that has a finished file.
pub fn owner_of_file(
    services: &[Service],
    tx: &Connection,
    token: FileToken,
) -> rusqlite::Result<Option<String>> {
    for files in services.iter().filter_map(|service| service.files) {
        let sql = format!(
            "SELECT twin_tenants.name FROM {table} JOIN twin_tenants ON twin_tenants.key = {table}.tenant
             WHERE {table}.token = ?1",
            table = files.table
        );
        let name = tx.prepare_cached(&sql)?.query_row([token], |row| row.get(0)).optional()?;
        if name.is_some() {
            return Ok(name);
        }
    }
    Ok(None)
}

/// Whether the rows of a state document fit each other, once they are in the database under that key.
pub fn check_filled(services: &[Service], tx: &Connection, key: i64) -> Result<(), String> {
    let mut numbers = services.iter().flat_map(|service| service.next_numbers);
    numbers.try_for_each(|number| number.check(tx, key))
}

/// Runs [`Service::recover`] of all services, for one tenant or all.
pub fn recover(services: &[Service], tx: &Connection, key: Option<i64>) -> rusqlite::Result<()> {
    let mut statements = services.iter().filter_map(|service| service.recover);
    statements.try_for_each(|sql| tx.prepare_cached(sql)?.execute([key]).map(drop))
}

/// All services of the twin.
pub fn all() -> Vec<Service> {
    vec![
        ciam::service(),
        organization::service(),
        organization::scim_service(),
        aicc::service(),
        workspace::service(),
        iam::service(),
    ]
}

/// The defaults of all knobs.
pub fn choices() -> Choices {
    Choices::of(all().iter().map(|service| (service.name, service.knobs)))
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("name", &self.name).finish_non_exhaustive()
    }
}
