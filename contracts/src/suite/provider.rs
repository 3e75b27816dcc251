//! Judges a server by the models: every operation with valid requests and with broken ones, stories of things
//! that are made, read, changed and deleted, lists to their ends, and wrong credentials.
//!
//! Knows a server by its answers alone. Where it is not to write, it sends reads and nothing else.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::runner::Progress;
use crate::catalog;
use crate::client::{Client, Transport};
use crate::model::Service;
use crate::report::{self, Case, Report};
use crate::stopwatch::Stopwatch;

mod aim;
mod caller;
mod cases;
mod expected;
mod judge;
mod model;
mod operations;
mod pages;
mod prepare;
mod promises;
mod proofs;
mod selection;
mod stories;

pub use selection::{SelectionError, check};

use caller::Caller;
use selection::Selected;

/// What is sent, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Only this service.
    pub service: Option<String>,
    /// Only this operation.
    pub operation: Option<String>,
    /// How many requests are drawn for each operation, beside those at the edges of its model.
    pub cases: u32,
    /// The seed of what is drawn.
    pub seed: u64,
    /// What may be sent.
    pub reach: Reach,
    /// Names the run in its report, and what stories make.
    pub run: String,
    /// The command that runs the suite against this server, without what selects.
    pub command: String,
}

/// What of a server the suite may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Everything: it is there for this.
    All,
    /// Everything may be read; only what the suite has made is changed or deleted.
    Own,
    /// Everything may be read.
    Reads,
}

/// Why there is no report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A name that no model has.
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// Whoever started the suite wants it to end.
    #[error("stopped")]
    Stopped,
}

/// Runs the suite. `stop`, once set, ends it after the case that runs.
///
/// # Errors
/// Names a service or an operation that no model has.
pub fn verify<T: Transport>(
    client: Client<T>,
    settings: &Settings,
    stop: &AtomicBool,
    progress: &dyn Fn(Progress<'_>),
) -> Result<Report, VerifyError> {
    let (began, began_at) = (Stopwatch::start(), jiff::Timestamp::now().to_string());
    let selected = Selected::of(settings)?;
    let mut notes = selected.notes(settings);
    let client = prepare::with_scim_key(client, &selected, settings, &mut notes);
    let mut suite = Suite {
        caller: Caller::new(&client),
        settings,
        known: aim::Known::new(client.credentials(), settings.reach),
        absent: Absent::default(),
    };
    suite.discover(&selected);
    let plan = cases::plan(&selected);
    let mut cases: Vec<Case> = Vec::new();
    for (ended, item) in plan.iter().enumerate() {
        if stop.load(Ordering::Relaxed) {
            return Err(VerifyError::Stopped);
        }
        if let Some(case) = suite.case(item) {
            progress(Progress { ended: ended + 1, of: plan.len(), case: &case });
            cases.push(case);
        }
    }
    // In the order of the models; they ran in the order in which they need each other.
    cases.sort_by_key(|case| {
        catalog().services.iter().position(|service| service.name == case.contract)
    });
    notes.extend(suite.absent.notes());
    Ok(Report {
        format: report::FORMAT,
        tool: concat!("cloudtwin ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: "verify".to_owned(),
        run: settings.run.clone(),
        shards: None,
        began_at,
        duration_ms: began.elapsed_ms(),
        seed: Some(settings.seed),
        cases,
        notes,
    })
}

/// A run of the suite.
struct Suite<'a, T> {
    caller: Caller<'a, T>,
    settings: &'a Settings,
    known: aim::Known,
    absent: Absent,
}

/// What could not be judged, and why.
#[derive(Default)]
struct Absent {
    /// Operations that the server says it does not implement.
    not_implemented: Vec<String>,
    /// Why calls of a service were not sent.
    unsent: Vec<String>,
}

impl Absent {
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.not_implemented.is_empty() {
            let (count, some) =
                (self.not_implemented.len(), self.not_implemented.iter().take(5).cloned());
            let some = some.collect::<Vec<_>>().join(", ");
            let more = if count > 5 { " and more" } else { "" };
            notes.push(format!(
                "the server says that it does not implement {count} operations: {some}{more}"
            ));
        }
        notes.extend(self.unsent.iter().cloned());
        notes
    }

    fn unsent(&mut self, why: String) {
        if !self.unsent.contains(&why) {
            self.unsent.push(why);
        }
    }
}

/// The text of a value, without quotes around a text.
fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The model of a service by its name.
fn service_of(name: &str) -> Option<&'static Service> {
    catalog().service(name)
}

#[cfg(test)]
mod tests;
