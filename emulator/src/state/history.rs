//! The state as it was: what stale reads answer from. Nothing is kept unless a scenario asks for it.
//!
//! Each commit that changes a tenant keeps a snapshot of the state before it. A snapshot is a connection
//! with an open reading transaction, so the log file cannot begin anew while there is one: all are closed
//! once the log is too long, and when the last scenario that asks for them is unloaded.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::{Database, Tenant};
use crate::runtime::clock::Timestamp;

/// Most commits that a lag can have.
pub const COMMITS_MAX: u32 = 32;

/// Most snapshots of a tenant. Beyond it every other one of the older half is closed.
const OF_TENANT_MAX: usize = 2 * COMMITS_MAX as usize;

/// Most snapshots of all tenants; each has two open files. Beyond it the oldest are closed.
const ALL_MAX: usize = 96;

/// Pages of the log file at which all snapshots are closed: 256 MiB.
const LOG_PAGES_MAX: i32 = 65_536;

/// How old the state is that a read sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// So many commits of the tenant.
    Commits(u32),
    /// So many milliseconds of the twin's clock.
    Milliseconds(i64),
}

/// A state that may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Of that tenant; of any if absent.
    pub tenant: Option<String>,
    /// How old.
    pub lag: Lag,
}

impl Wanted {
    fn is_of(&self, tenant: &str) -> bool {
        self.tenant.as_ref().is_none_or(|name| name == tenant)
    }
}

/// The state at a moment.
#[derive(Debug)]
pub struct Snapshot(Mutex<Connection>);

impl Snapshot {
    fn take(database: &Database) -> rusqlite::Result<Arc<Self>> {
        let connection = database.reader()?;
        // Many may be open.
        connection.pragma_update(None, "cache_size", -512)?;
        // A deferred transaction is pinned by its first read; this one reads the schema too.
        connection.execute_batch("BEGIN; SELECT 1 FROM twin_tenants LIMIT 1;")?;
        Ok(Arc::new(Self(Mutex::new(connection))))
    }

    /// Runs `look` on it. Waits while another thread does.
    pub fn with<T>(&self, look: impl FnOnce(&Connection) -> T) -> T {
        look(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether the tenant has its present rows in it.
    fn has(&self, tenant: &Tenant) -> bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM twin_tenants WHERE name = ?1 AND key = ?2)";
        let found = |connection: &Connection| {
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row((&tenant.name, tenant.key()), |row| row.get(0))
        };
        self.with(found).unwrap_or(false)
    }
}

/// A state that a commit of the tenant ended.
#[derive(Debug)]
struct Past {
    until: Timestamp,
    /// Counts the commits of all tenants.
    number: u64,
    snapshot: Arc<Snapshot>,
}

/// What is kept.
#[derive(Debug)]
pub struct History {
    database: Arc<Database>,
    is_kept: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    wanted: Vec<Wanted>,
    /// What the last commit left: the next one makes it a past.
    present: Option<Arc<Snapshot>>,
    /// By tenant, the oldest first.
    pasts: HashMap<String, VecDeque<Past>>,
    number: u64,
}

impl History {
    /// Nothing is kept yet.
    pub(super) fn new(database: Arc<Database>) -> Self {
        Self { database, is_kept: AtomicBool::new(false), state: Mutex::default() }
    }

    /// From now on keeps what is wanted, and nothing else.
    pub fn keep(&self, wanted: Vec<Wanted>) {
        let mut state = self.state();
        // First: a commit that does not see this is in the snapshot.
        self.is_kept.store(!wanted.is_empty(), Ordering::Release);
        state.pasts.retain(|tenant, _| wanted.iter().any(|one| one.is_of(tenant)));
        if wanted.is_empty() {
            state.close();
        } else if state.present.is_none() {
            self.renew(&mut state);
        }
        state.wanted = wanted;
    }

    /// Whether anything is.
    pub fn is_kept(&self) -> bool {
        self.is_kept.load(Ordering::Acquire)
    }

    /// Told by the writer after a commit, before anybody is answered: whose state it changed, and when.
    pub(super) fn ended(&self, tenant: &Tenant, until: Timestamp) {
        self.state().add(tenant, until);
    }

    /// Told by the writer before it begins another transaction, where the last one changed something, and
    /// how long the log file is. It takes longer than a commit, so others are told of that first.
    pub(super) fn begun(&self, log_pages: i32) {
        if !self.is_kept() {
            return;
        }
        let mut state = self.state();
        if log_pages >= LOG_PAGES_MAX {
            if state.present.is_some() {
                tracing::warn!("the log file is long: stale reads forget the states before this");
            }
            state.close();
            return;
        }
        self.renew(&mut state);
    }

    /// The tenant's state as it was, and its last moment; nothing if the present state is as old as that.
    pub fn past(
        &self,
        tenant: &str,
        lag: Lag,
        now: Timestamp,
    ) -> Option<(Arc<Snapshot>, Timestamp)> {
        if !self.is_kept() {
            return None;
        }
        let mut state = self.state();
        let pasts = state.pasts.get_mut(tenant)?;
        let place = match lag {
            Lag::Commits(commits) => pasts.len().saturating_sub(commits as usize),
            Lag::Milliseconds(ms) => {
                not_after(pasts, now);
                let moment = now.plus_ms(-ms);
                pasts.iter().position(|past| past.until > moment)?
            }
        };
        pasts.get(place).map(|past| (Arc::clone(&past.snapshot), past.until.plus_ms(-1)))
    }

    /// Forgets the pasts of that tenant, or of all: its state was replaced.
    pub fn forget(&self, tenant: Option<&str>) {
        let mut state = self.state();
        match tenant {
            Some(tenant) => drop(state.pasts.remove(tenant)),
            None => state.pasts.clear(),
        }
    }

    /// Without a snapshot of the present no later commit has a past, so all are forgotten.
    fn renew(&self, state: &mut State) {
        match Snapshot::take(&self.database) {
            Ok(present) => state.present = Some(present),
            Err(error) => {
                tracing::warn!(%error, "no snapshot for stale reads: they see the present state");
                state.close();
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn close(&mut self) {
        self.present = None;
        self.pasts.clear();
    }

    /// The present is a past of that tenant, unless it is from before the tenant was seeded.
    fn add(&mut self, tenant: &Tenant, until: Timestamp) {
        let of = self.wanted.iter().filter(|one| one.is_of(&tenant.name));
        let lags: Vec<Lag> = of.map(|one| one.lag).collect();
        let present = self.present.as_ref().filter(|present| present.has(tenant));
        let Some(present) = present.filter(|_| !lags.is_empty()) else { return };
        self.number += 1;
        let past = Past { until, number: self.number, snapshot: Arc::clone(present) };
        let pasts = self.pasts.entry(tenant.name.clone()).or_default();
        not_after(pasts, until);
        pasts.push_back(past);
        prune(pasts, &lags, until);
        while self.pasts.values().map(VecDeque::len).sum::<usize>() > ALL_MAX {
            self.remove_oldest();
        }
    }

    fn remove_oldest(&mut self) {
        let number = |pasts: &VecDeque<Past>| pasts.front().map_or(u64::MAX, |past| past.number);
        let oldest = self.pasts.values_mut().min_by_key(|pasts| number(pasts));
        oldest.and_then(VecDeque::pop_front);
        self.pasts.retain(|_, pasts| !pasts.is_empty());
    }
}

/// The clock may have been set back: what happened did so by now.
fn not_after(pasts: &mut VecDeque<Past>, now: Timestamp) {
    for past in pasts {
        past.until = past.until.min(now);
    }
}

/// Keeps what a lag can reach, and no more than a tenant may have.
fn prune(pasts: &mut VecDeque<Past>, lags: &[Lag], now: Timestamp) {
    let mut commits = 0;
    let mut since = now;
    for lag in lags {
        match *lag {
            Lag::Commits(lag) => commits = commits.max(lag as usize),
            Lag::Milliseconds(ms) => since = since.min(now.plus_ms(-ms)),
        }
    }
    while pasts.len() > commits && pasts.front().is_some_and(|past| past.until <= since) {
        pasts.pop_front();
    }
    if pasts.len() > OF_TENANT_MAX {
        let mut place = 0;
        pasts.retain(|_| {
            place += 1;
            place > OF_TENANT_MAX / 2 || place % 2 == 1
        });
    }
}
