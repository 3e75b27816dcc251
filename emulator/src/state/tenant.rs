//! Tenants: one per key suffix, made on first use, never meeting each other.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use ring::digest;

use crate::error::Overload;
use crate::runtime::clock::Timestamp;
use crate::runtime::ids::Ids;

/// Longest tenant name in characters.
const TENANT_NAME_MAX: usize = 64;

/// The account numbers of tenants lie from here, twelve digits long.
const ACCOUNT_FIRST: i64 = 100_000_000_000;

/// One isolated world of state.
#[derive(Debug)]
pub struct Tenant {
    /// The part of the key after its prefix; `default` where there is none.
    pub name: String,
    /// Twelve digits worked out from the name, so the same name has the same number everywhere.
    pub account: i64,
    /// The key of its rows; 0 while it has none.
    key: AtomicI64,
    ids: Mutex<Ids>,
    request_ids: Mutex<Ids>,
    /// When something of this tenant is due, in milliseconds; `i64::MAX` for never.
    due: AtomicI64,
    /// The same with what the writer has done and not committed yet.
    due_at_writer: AtomicI64,
    /// The clock's setbacks when this was last advanced, and the same at the writer.
    setbacks: AtomicU64,
    setbacks_at_writer: AtomicU64,
    seeded: AtomicBool,
    faults: Mutex<Vec<Fault>>,
    has_faults: AtomicBool,
    busy: AtomicBool,
    retired: AtomicBool,
}

impl Tenant {
    /// A tenant whose ids come from `seed`; due at once, since nothing is known of its jobs yet.
    pub fn new(name: &str, seed: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            account: Self::account_of(name),
            key: AtomicI64::new(0),
            ids: Mutex::new(Ids::derived(seed, &[name, "state"])),
            request_ids: Mutex::new(Ids::derived(seed, &[name, "requests"])),
            due: AtomicI64::new(i64::MIN),
            due_at_writer: AtomicI64::new(i64::MIN),
            setbacks: AtomicU64::new(0),
            setbacks_at_writer: AtomicU64::new(0),
            seeded: AtomicBool::new(false),
            faults: Mutex::default(),
            has_faults: AtomicBool::new(false),
            busy: AtomicBool::new(false),
            retired: AtomicBool::new(false),
        }
    }

    /// The account number of the tenant of that name, whether or not there is one.
    pub fn account_of(name: &str) -> i64 {
        let digest = digest::digest(&digest::SHA256, name.as_bytes());
        let number =
            digest.as_ref().iter().take(8).fold(0_u64, |sum, b| (sum << 8) | u64::from(*b));
        ACCOUNT_FIRST + i64::try_from(number % 900_000_000_000).unwrap_or(0)
    }

    /// The key of its rows, which no other state of any tenant has or had; 0 before it is seeded.
    pub fn key(&self) -> i64 {
        self.key.load(Ordering::Acquire)
    }

    /// Notes the key of its rows.
    pub fn set_key(&self, key: i64) {
        self.key.store(key, Ordering::Release);
    }

    /// The stream of ids for its state.
    pub fn ids(&self) -> MutexGuard<'_, Ids> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stream of its request ids, apart from the other so that reading changes no later id.
    pub fn request_ids(&self) -> MutexGuard<'_, Ids> {
        self.request_ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something is to be settled before a request at `now`, by a clock that was set back so
    /// often: what was settled before it was set back is looked at again.
    pub fn is_due(&self, now: Timestamp, setbacks: u64) -> bool {
        self.due.load(Ordering::Acquire) <= now.0
            || self.setbacks.load(Ordering::Acquire) != setbacks
    }

    /// The same as the writer's open transaction has it; for tasks of the writer alone.
    pub fn is_due_at_writer(&self, now: Timestamp, setbacks: u64) -> bool {
        self.due_at_writer.load(Ordering::Acquire) <= now.0
            || self.setbacks_at_writer.load(Ordering::Acquire) != setbacks
    }

    /// A task of the writer has made something due at that moment; [`Tenant::schedule_at`] follows once
    /// that is committed. Where it is undone, the next task looks in vain, and no more.
    pub fn schedule_at_writer(&self, moment: Timestamp) {
        self.due_at_writer.fetch_min(moment.0, Ordering::AcqRel);
    }

    /// A task of the writer has settled everything due; the next thing is due at `next`.
    /// [`Tenant::mark_current`] follows once that is committed, [`Tenant::mark_due`] where it is undone.
    pub fn mark_current_at_writer(&self, next: Option<Timestamp>, setbacks: u64) {
        let next = next.map_or(i64::MAX, |moment| moment.0);
        self.due_at_writer.store(next, Ordering::Release);
        self.setbacks_at_writer.store(setbacks, Ordering::Release);
    }

    /// What is due at that moment, if nothing is due before it, is committed. The writer may have
    /// settled it since, so this says nothing to its tasks.
    pub fn schedule_at(&self, moment: Timestamp) {
        self.due.fetch_min(moment.0, Ordering::AcqRel);
    }

    /// Something may be due at once, for readers and for the writer's tasks.
    pub fn mark_due(&self) {
        self.due.store(i64::MIN, Ordering::Release);
        self.due_at_writer.store(i64::MIN, Ordering::Release);
    }

    /// What was settled, by a clock that was set back so often, is committed; the next thing is due at
    /// `next`.
    pub fn mark_current(&self, next: Option<Timestamp>, setbacks: u64) {
        self.due.store(next.map_or(i64::MAX, |moment| moment.0), Ordering::Release);
        self.setbacks.store(setbacks, Ordering::Release);
    }

    /// Why that service's state could not be brought up to date last, if so: none of its requests
    /// may run.
    pub fn fault(&self, service: &str) -> Option<String> {
        if !self.has_faults() {
            return None;
        }
        let faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = faults.iter().find(|fault| fault.service.is_none_or(|name| name == service));
        fault.map(|fault| fault.why.clone())
    }

    /// Whether some of its state could not be brought up to date last.
    pub fn has_faults(&self) -> bool {
        self.has_faults.load(Ordering::Acquire)
    }

    /// Notes what went wrong while its state was brought up to date.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.has_faults.store(!faults.is_empty(), Ordering::Release);
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
    }

    /// Whether its state is being brought up to date in several steps: its requests wait.
    pub fn is_busy(&self) -> bool {
        self.busy.load(Ordering::Acquire)
    }

    /// Notes whether its state is being brought up to date in several steps.
    pub fn set_busy(&self, busy: bool) {
        self.busy.store(busy, Ordering::Release);
    }

    /// Whether its state was reset or replaced: another value represents the tenant now.
    pub fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    /// Whether the tenant is known to be in the database, with its starting state.
    pub fn is_seeded(&self) -> bool {
        self.seeded.load(Ordering::Acquire)
    }

    /// Notes whether the tenant is in the database.
    pub fn set_seeded(&self, seeded: bool) {
        self.seeded.store(seeded, Ordering::Release);
    }
}

/// What keeps requests from running on a tenant's state.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The service whose state it is about; none: all of it.
    pub service: Option<&'static str>,
    /// What went wrong.
    pub why: String,
}

/// The tenants met since the start.
#[derive(Debug)]
pub struct Tenants {
    seed: Vec<u8>,
    max: usize,
    imports: AtomicU64,
    by_name: RwLock<HashMap<String, Arc<Tenant>>>,
}

impl Tenants {
    /// No tenants yet, at most `max` later; all ids will come from `seed`.
    pub fn new(seed: Vec<u8>, max: usize) -> Self {
        Self { seed, max, imports: AtomicU64::new(0), by_name: RwLock::default() }
    }

    /// The tenant of that name, met before or not; a new one only where there is room for it.
    pub fn get(&self, name: &str) -> Result<Arc<Tenant>, Overload> {
        let known = self.by_name.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let mut all = self.by_name.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= self.max && !all.contains_key(name) {
            tracing::warn!(
                tenant = name,
                "no room for a new tenant: {}",
                Overload::Tenants(self.max)
            );
            return Err(Overload::Tenants(self.max));
        }
        let seed = [&self.seed[..], &self.imports.load(Ordering::Acquire).to_be_bytes()].concat();
        let new = || Arc::new(Tenant::new(name, &seed));
        Ok(Arc::clone(all.entry(name.to_owned()).or_insert_with(new)))
    }

    /// How many tenants are remembered.
    pub fn count(&self) -> usize {
        self.by_name.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The state of that tenant, or of all, is about to be replaced: whoever holds them must ask for
    /// them again, once [`Tenants::forget`] was called.
    pub fn retire(&self, name: Option<&str>) {
        let all = self.by_name.read().unwrap_or_else(PoisonError::into_inner);
        let of = |tenant: &&Arc<Tenant>| name.is_none_or(|name| name == tenant.name);
        all.values().filter(of).for_each(|tenant| tenant.retired.store(true, Ordering::Release));
    }

    /// Forgets what is remembered of tenants: of that one, or of all.
    pub fn forget(&self, name: Option<&str>) {
        let mut all = self.by_name.write().unwrap_or_else(PoisonError::into_inner);
        let retire = |tenant: &Arc<Tenant>| tenant.retired.store(true, Ordering::Release);
        match name {
            Some(name) => all.remove(name).iter().for_each(retire),
            None => all.drain().for_each(|(_, tenant)| retire(&tenant)),
        }
    }

    /// State was put in whose ids may come from the same seed: later tenants draw others.
    pub fn note_import(&self) {
        self.imports.fetch_add(1, Ordering::AcqRel);
    }

    /// Whether a text can name a tenant: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    pub fn is_name(text: &str) -> bool {
        (1..=TENANT_NAME_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_account_number_of_twelve_digits() {
        let one = Tenant::new("ci-1", b"x");
        assert_eq!(one.account, Tenant::new("ci-1", b"y").account);
        assert_ne!(one.account, Tenant::new("ci-2", b"x").account);
        assert_eq!(one.account.to_string().len(), 12);
    }

    #[test]
    fn a_tenant_is_due_until_settled_and_again_when_woken() {
        let tenant = Tenant::new("a", b"");
        assert!(tenant.is_due(Timestamp(0), 0));
        tenant.mark_current(None, 0);
        assert!(!tenant.is_due(Timestamp(i64::MAX - 1), 0));
        tenant.schedule_at(Timestamp(50));
        tenant.schedule_at(Timestamp(70));
        assert!(!tenant.is_due(Timestamp(49), 0) && tenant.is_due(Timestamp(50), 0));
        assert!(tenant.is_due(Timestamp(49), 1), "the clock was set back");
    }

    #[test]
    fn names_are_plain_and_bounded() {
        assert!(Tenants::is_name("ci-42.a_B"));
        assert!(
            !Tenants::is_name("") && !Tenants::is_name("a b") && !Tenants::is_name(&"x".repeat(65))
        );
    }
}
