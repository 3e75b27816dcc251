//! The table of services: what each one adds to the twin. A service never calls another.

use std::io::Write;

use rusqlite::Connection;

use crate::error::Failure;
use crate::operation::{Call, Operation};
use crate::seed::Seed;
use crate::state;

pub mod ciam;

/// What a service adds to the twin.
pub struct Service {
    /// The name of its model.
    pub name: &'static str,
    /// Its modelled operations.
    pub operations: Vec<Operation>,
    /// Its tables, parents before children: what a state document holds and a reset empties.
    /// Each has a column `tenant`.
    pub tables: &'static [&'static str],
    /// SQL that lists the tokens of its finished files, of all tenants.
    pub files: &'static str,
    /// Puts a seed's part of this service into a new tenant.
    pub plant: fn(&mut Call<'_>, &Seed) -> Result<(), Failure>,
    /// Moves what is due by the clock; told before any other request of a tenant that is due.
    pub settle: fn(&mut Call<'_>) -> Result<Vec<Work>, Failure>,
    /// Run once when a database is opened: what was under way when the last process ended.
    pub recover: &'static str,
}

/// Reads a snapshot and writes a file.
pub type WriteFile = Box<dyn FnOnce(&Connection, &mut dyn Write) -> anyhow::Result<()> + Send>;

/// Notes in the state that a file is complete, or why it is not.
pub type NoteEnd = Box<dyn FnOnce(&mut Call<'_>, Result<(), String>) -> Result<(), Failure> + Send>;

/// Long reading that ends in a file: it runs beside all requests, over a snapshot of the state
/// as it was when the work was asked for.
pub struct Work {
    /// The unguessable name under which the file is served once it is complete.
    pub token: String,
    /// Writes the file's content.
    pub write: WriteFile,
    /// Tells the service, in a transaction, that the file is complete or why it is not.
    pub ended: NoteEnd,
}

/// The schema as a list of steps; a database holds the number of steps it has seen, so a step is
/// never changed or moved: later ones are appended.
pub const SCHEMA: &[&str] = &[state::document::TENANTS_SCHEMA, ciam::SCHEMA];

/// All services of the twin.
pub fn all() -> Vec<Service> {
    vec![ciam::service()]
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("name", &self.name).finish_non_exhaustive()
    }
}
