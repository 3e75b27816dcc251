//! The whole state, or one tenant's: shown, put in, reset. A document is put in piece by piece where
//! nobody sees it, and shown at once; what it replaces is removed piece by piece afterwards.

use std::sync::{Arc, mpsc};

use bytes::Bytes;
use rusqlite::Connection;
use serde_json::json;

use super::{Outcome, bad, fault, overloaded, to_json};
use crate::services::{check_filled, file_tokens, recover};
use crate::state::document::{self, Filler, RowCheck, Table};
use crate::state::generations::{self, OpenEra};
use crate::state::issued;
use crate::state::schema::STEPS;
use crate::state::{Delivery, Disposition, FileToken, Task, Tenant};
use crate::twin::Twin;

/// Tenants whose jobs are begun again in one task of the writer.
const RECOVERED_AT_ONCE: usize = 100;

pub(super) fn export(twin: &Twin, tenant: Option<&str>) -> Outcome {
    let snapshot = twin.readers.snapshot().map_err(fault)?;
    let mut text = Vec::new();
    document::export(&snapshot, &twin.tables, STEPS.len(), tenant, &mut text).map_err(fault)?;
    Ok(text.into())
}

pub(super) fn reset(twin: &Arc<Twin>, tenant: Option<String>) -> Outcome {
    let _place = twin.writer.place().map_err(overloaded)?;
    replace(twin, tenant, |tx, only| generations::hide(tx, only).map_err(|error| error.to_string()))
}

pub(super) fn import(twin: &Arc<Twin>, tenant: Option<String>, body: &Bytes) -> Outcome {
    let tables = tables(twin).map_err(fault)?;
    // Before the writer has to do with it, and before anything changes.
    document::check(body, &tables, STEPS.len(), tenant.as_deref()).map_err(bad)?;
    let _place = twin.writer.place().map_err(overloaded)?;
    twin.tenants.note_import();
    let open = begin(twin).map_err(fault)?;
    let filled = fill(twin, &open, tenant.clone(), tables, body).map_err(bad);
    let era = open.era;
    let shown = filled.and_then(|()| {
        replace(twin, tenant, move |tx, only| {
            let show =
                if only.is_some() { generations::show_beside } else { generations::show_all };
            show(tx, era).map_err(|error| error.to_string())
        })
    });
    drop(open);
    if shown.is_err() {
        twin.sweep();
    }
    shown
}

fn tables(twin: &Twin) -> rusqlite::Result<Arc<Vec<Table>>> {
    let check = |table: &str| {
        let mut checks = twin.services.iter().flat_map(|service| service.row_checks);
        match table {
            issued::TABLE => Some(issued::check_row as RowCheck),
            _ => checks.find(|(name, _)| *name == table).map(|(_, check)| *check),
        }
    };
    let tables = twin.readers.with(|tx| document::tables(tx, &twin.tables, check))?;
    Ok(Arc::new(tables?))
}

fn begin(twin: &Arc<Twin>) -> Result<OpenEra, String> {
    let eras = twin.open_eras.clone();
    twin.writer.run(move |tx| {
        let era = generations::begin(tx).map_err(|error| error.to_string())?;
        Ok(eras.open(era))
    })
}

/// Puts a document into an era, and begins again what was under way when it was taken.
fn fill(
    twin: &Arc<Twin>,
    open: &OpenEra,
    only: Option<String>,
    tables: Arc<Vec<Table>>,
    body: &[u8],
) -> Result<(), String> {
    let era = open.era;
    let tenant = (String::new(), 0);
    let mut waiting =
        Some(Filler { era, only, tables: Arc::clone(&tables), tenant, filled: Vec::new() });
    document::pieces(body, &tables, STEPS.len(), &mut |piece| {
        let mut filler = waiting.take().ok_or("a piece before was refused")?;
        waiting = Some(twin.writer.run(move |tx| filler.put(tx, &piece).map(|()| filler))?);
        Ok(())
    })?;
    let keys = waiting.map(|filler| filler.filled).unwrap_or_default();
    for keys in keys.chunks(RECOVERED_AT_ONCE) {
        let (twin_of, keys) = (Arc::clone(twin), keys.to_vec());
        twin.writer.run(move |tx| {
            keys.into_iter().try_for_each(|key| {
                check_filled(&twin_of.services, tx, key)?;
                recover(&twin_of.services, tx, Some(key)).map_err(|error| error.to_string())
            })
        })?;
    }
    // Before the state is visible, so that the first request finds a warm cache.
    twin.warm_ups.run(&keys.into_iter().collect());
    Ok(())
}

/// Changes what is shown, with what belongs to it outside of the database.
fn replace(
    twin: &Arc<Twin>,
    tenant: Option<String>,
    change: impl FnOnce(&Connection, Option<&str>) -> Result<(), String> + Send + 'static,
) -> Outcome {
    let (tell, told) = mpsc::channel();
    twin.writer.submit(Box::new(Replace {
        twin: Arc::clone(twin),
        tenant,
        change: Some(change),
        files: Vec::new(),
        outcome: Ok(()),
        tell,
    }));
    told.recv().map_err(|_| fault("the twin is ending"))?.map_err(bad)?;
    twin.sweep();
    to_json(&json!({}))
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
    fn run(&mut self, tx: &Connection) -> Disposition {
        self.outcome = self.try_run(tx);
        if self.outcome.is_ok() {
            // Before the commit: a reader that comes between the two must not show an empty state.
            self.twin.tenants.retire(self.tenant.as_deref());
        }
        // Nobody may see the new state with what is remembered of the old one.
        if self.outcome.is_ok() { Disposition::CommitNow } else { Disposition::Rollback }
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let is_retired = self.outcome.is_ok();
        let outcome = self.outcome.and(committed.map_err(ToString::to_string));
        if is_retired && outcome.is_err() {
            // The state stays, so its ids must not be drawn again.
            self.twin.tenants.note_import();
            self.twin.tenants.forget(self.tenant.as_deref());
        }
        if outcome.is_ok() {
            let account = self.tenant.as_deref().map(Tenant::account_of);
            // First: whoever asks for the tenant anew must not see what it was.
            self.twin.readers.history().forget(self.tenant.as_deref());
            self.twin.tenants.forget(self.tenant.as_deref());
            self.twin.throttle.forget(account);
            self.twin.scenarios.forget(None, self.tenant.as_deref());
            self.files.iter().for_each(|token| self.twin.files.remove(*token));
        }
        // The caller may be gone.
        drop(self.tell.send(outcome));
        None
    }
}
