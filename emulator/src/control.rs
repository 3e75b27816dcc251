//! The twin's own interface under `/_twin/`: JSON, for loopback callers only, never signed,
//! counted or faulted.

use std::sync::{Arc, mpsc};

use bytes::Bytes;
use http::StatusCode;
use rusqlite::Connection;
use serde_json::json;

use crate::services::{file_tokens, recover};
use crate::state::{Delivery, FileToken, Task, Verdict, document};
use crate::twin::Twin;
use crate::wire::{Answer, Request};

mod clock;
pub(crate) mod guard;
mod query;
mod resources;
mod routes;

pub use routes::{Route, routes};

/// What the paths of the control interface begin with.
pub const PREFIX: &str = "/_twin/";

/// What a refusal of ours says: `{"error": code, "message": what is wrong and how to mend it}`.
struct Refused(StatusCode, &'static str, String);

impl Refused {
    fn answer(self) -> Answer {
        let Self(status, code, message) = self;
        Answer::new(status, JSON, json!({ "error": code, "message": message }).to_string())
    }
}

const JSON: &str = "application/json";

type Outcome = Result<Bytes, Refused>;

/// Answers a request to the control interface. Blocks while the writer works.
pub fn answer(twin: &Arc<Twin>, request: &Request) -> Answer {
    match guarded(twin, request) {
        Ok(body) => Answer::new(StatusCode::OK, JSON, body),
        Err(refused) => refused.answer(),
    }
}

/// The refusal of a caller who may not use the control interface: its code and its answer. The head
/// alone decides, so bodies of such callers need not be read.
pub fn refusal(request: &Request) -> Option<(&'static str, Answer)> {
    guard::check(request).err().map(|refused| (refused.1, refused.answer()))
}

fn guarded(twin: &Arc<Twin>, request: &Request) -> Outcome {
    guard::check(request)?;
    if request.too_large {
        let message = "a state document may hold 256 MiB at most".to_owned();
        return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
    }
    routes::run(twin, request)
}

fn bad(message: String) -> Refused {
    Refused(StatusCode::BAD_REQUEST, "bad_request", message)
}

fn fault(error: impl std::fmt::Display) -> Refused {
    Refused(StatusCode::INTERNAL_SERVER_ERROR, "fault", error.to_string())
}

fn to_json(value: &impl serde::Serialize) -> Outcome {
    serde_json::to_vec(value).map(Bytes::from).map_err(fault)
}

fn health(twin: &Twin) -> Outcome {
    let services: Vec<_> =
        contracts::catalog().services.iter().map(|service| &service.name).collect();
    to_json(&json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "url": twin.origin(),
        "services": services,
        "now": twin.clock.now().to_string(),
        "auth": if twin.config.auth { "strict" } else { "off" },
        "throttle": if twin.config.throttle { "on" } else { "off" },
    }))
}

fn reset(twin: &Arc<Twin>, tenant: Option<String>) -> Outcome {
    let tables = twin.tables();
    replace(twin, tenant, move |tx, only| {
        document::reset(tx, &tables, only).map_err(|error| error.to_string())
    })?;
    to_json(&json!({}))
}

fn export(twin: &Twin, tenant: Option<&str>) -> Outcome {
    let snapshot = twin.readers.snapshot().map_err(fault)?;
    let mut text = Vec::new();
    document::export(&snapshot, &twin.tables(), crate::services::SCHEMA.len(), tenant, &mut text)
        .map_err(fault)?;
    Ok(text.into())
}

fn import(twin: &Arc<Twin>, tenant: Option<String>, body: &Bytes) -> Outcome {
    let check = |table: &str| {
        let mut checks = twin.services.iter().flat_map(|service| service.row_checks);
        checks.find(|(name, _)| *name == table).map(|(_, check)| *check)
    };
    let tables = twin.readers.with(|tx| document::tables(tx, &twin.tables(), check));
    let tables = tables.and_then(|tables| tables).map_err(fault)?;
    let schema = crate::services::SCHEMA.len();
    // Before the writer has to do with it, and before anything changes.
    document::check(body, &tables, schema, tenant.as_deref()).map_err(bad)?;
    twin.tenants.note_import();
    let body = body.clone();
    let account = tenant.as_deref().map(|name| twin.tenants.get(name).account);
    let services_of = Arc::clone(twin);
    replace(twin, tenant, move |tx, only| {
        document::import(tx, &tables, schema, only, &body)?;
        // What was under way when the document was taken is begun again.
        recover(&services_of.services, tx, account).map_err(|error| error.to_string())
    })?;
    to_json(&json!({}))
}

/// Replaces state in one transaction, with what belongs to it outside of the database.
fn replace(
    twin: &Arc<Twin>,
    tenant: Option<String>,
    change: impl FnOnce(&Connection, Option<&str>) -> Result<(), String> + Send + 'static,
) -> Result<(), Refused> {
    let (tell, told) = mpsc::channel();
    twin.writer.submit(Box::new(Replace {
        twin: Arc::clone(twin),
        tenant,
        change: Some(change),
        files: Vec::new(),
        outcome: Ok(()),
        tell,
    }));
    told.recv().map_err(|_| fault("the twin is ending"))?.map_err(bad)
}

struct Replace<C> {
    twin: Arc<Twin>,
    tenant: Option<String>,
    change: Option<C>,
    files: Vec<FileToken>,
    outcome: Result<(), String>,
    tell: mpsc::Sender<Result<(), String>>,
}

impl<C: FnOnce(&Connection, Option<&str>) -> Result<(), String> + Send> Replace<C> {
    fn try_run(&mut self, tx: &Connection) -> Result<(), String> {
        let before = file_tokens(&self.twin.services, tx).map_err(|error| error.to_string())?;
        let change = self.change.take().ok_or("a change can be made once")?;
        change(tx, self.tenant.as_deref())?;
        // A tenant that was filled from another names the same files.
        let kept = file_tokens(&self.twin.services, tx).map_err(|error| error.to_string())?;
        self.files = before.difference(&kept).copied().collect();
        Ok(())
    }
}

impl<C: FnOnce(&Connection, Option<&str>) -> Result<(), String> + Send> Task for Replace<C> {
    fn run(&mut self, tx: &Connection) -> Verdict {
        self.outcome = self.try_run(tx);
        if self.outcome.is_ok() {
            // Before the commit: a reader that comes between the two must not show an empty state.
            self.twin.tenants.retire(self.tenant.as_deref());
        }
        // Nobody may see the new state with what is remembered of the old one.
        if self.outcome.is_ok() { Verdict::KeepAndCommit } else { Verdict::Undo }
    }

    fn over(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let is_retired = self.outcome.is_ok();
        let outcome = self.outcome.and(committed.map_err(ToString::to_string));
        if is_retired && outcome.is_err() {
            // The state stays, so its ids must not be drawn again.
            self.twin.tenants.note_import();
            self.twin.tenants.forget(self.tenant.as_deref());
        }
        if outcome.is_ok() {
            let account = self.tenant.as_deref().map(|name| self.twin.tenants.get(name).account);
            self.twin.tenants.forget(self.tenant.as_deref());
            self.twin.throttle.forget(account);
            self.files.iter().for_each(|token| self.twin.files.remove(*token));
        }
        // The caller may be gone.
        drop(self.tell.send(outcome));
        None
    }
}
