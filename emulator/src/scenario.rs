//! Where a request goes wrong on purpose. A scenario is a file of rules; a rule meets requests, counts
//! them, and acts upon some: the same requests always meet the same faults.
//!
//! Deciding and counting is one critical section. A rule counts each request that it matches and that
//! reaches its phase, and those that a fault took before: so `skip = 2` behind a rule that refuses two
//! requests means the third. Of the rules of a phase the first that can act does, in the order in which
//! the scenarios were loaded; the others count the request.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::runtime::clock::Timestamp;
use crate::state::History;

mod chance;
mod change;
mod check;
mod file;
mod index;
mod loaded;
mod page;
mod pointer;
mod rule;
mod schema;
mod shipped;
mod target;

pub use change::{Change, PageChange, PageFault};
pub use check::Problem;
pub use contracts::near;
pub use loaded::Fired;
pub use rule::{Answer, Headers};
pub use schema::schema;
pub use shipped::{SHIPPED, about, shipped};
pub use target::Target;

use index::Index;
use loaded::{Scenario, Seen};
use target::target_count;

/// The moments of a request at which a fault can be injected.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The operation and the claimed tenant are known; nothing is proved.
    Arrival,
    /// Recognised, signed and valid; no work done.
    BeforeHandler,
    /// The work is done and committed; the answer is not sent.
    AfterCommit,
    /// The answer goes out, whatever it is.
    Body,
}

impl Phase {
    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Self::Arrival => "arrival",
            Self::BeforeHandler => "before_handler",
            Self::AfterCommit => "after_commit",
            Self::Body => "body",
        }
    }

    /// Its bit in a set of phases.
    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What is wrong with the text of a scenario; nothing where it can be loaded.
pub fn problems(text: &str) -> Vec<Problem> {
    check::rules(text, None).err().unwrap_or_default()
}

/// Which of the loaded scenarios; absent: whatever it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which<'a> {
    /// Its name.
    pub name: Option<&'a str>,
    /// The tenant for whom alone it was loaded.
    pub tenant: Option<&'a str>,
}

/// The name by which rules mean downloads, in the place of a service.
const FILES: &str = "files";

/// The code in a rule that means any which the operation documents.
const ANY_CODE: &str = "*";

/// The scenarios of a twin.
#[derive(Debug)]
pub struct Scenarios {
    /// By the place of the target: the bits of the phases in which a rule can meet it. Absent until a
    /// scenario is loaded. Most requests ask no more than this.
    touched: OnceLock<Vec<AtomicU8>>,
    state: Mutex<State>,
    history: Arc<History>,
}

#[derive(Debug, Default)]
struct State {
    scenarios: Vec<Scenario>,
    index: Index,
}

impl State {
    fn index(&mut self) {
        self.index = Index::new(&self.scenarios);
    }

    /// Counts the request for the rules of a phase; what the first does that acts, if one may.
    fn meet(&mut self, phase: Phase, seen: &Seen<'_>, mut may_act: bool) -> Option<Fired> {
        let mut fired = None;
        for (scenario, rule) in self.index.rules(seen.target.place(), seen.tenant, phase) {
            let acts = self.scenarios.get_mut(scenario)?.meet(rule, seen, may_act);
            may_act &= acts.is_none();
            fired = fired.or(acts);
        }
        fired
    }
}

impl Scenarios {
    /// None is loaded. What stale reads will need is asked of `history`.
    pub fn new(history: Arc<History>) -> Self {
        Self { touched: OnceLock::new(), state: Mutex::default(), history }
    }

    /// Loads a scenario for all tenants, by the name that it has. Returns the name.
    pub fn load(&self, text: &str, now: Timestamp) -> Result<String, Vec<Problem>> {
        self.load_as(text, Which::default(), now)
    }

    /// Loads a scenario, TOML or JSON, behind those that are loaded, or in place of the one of that name
    /// and tenant. Returns the name.
    pub fn load_as(
        &self,
        text: &str,
        which: Which<'_>,
        now: Timestamp,
    ) -> Result<String, Vec<Problem>> {
        let (story, mut rules) = check::rules(text, which.tenant)?;
        let name = which.name.map_or(story.name, str::to_owned);
        for rule in &mut rules {
            rule.tenant = rule.tenant.take().or(which.tenant.map(str::to_owned));
        }
        let new = Scenario::new(&name, story.seed, which.tenant, rules, now);
        let mut state = self.state();
        let mut all = state.scenarios.iter_mut();
        match all.find(|one| one.name == new.name && one.tenant == new.tenant) {
            Some(old) => *old = new,
            None => state.scenarios.push(new),
        }
        state.index();
        self.touch(&state);
        Ok(name)
    }

    /// Removes those; false where there are none.
    pub fn unload(&self, which: Which<'_>) -> bool {
        let mut state = self.state();
        let before = state.scenarios.len();
        state.scenarios.retain(|one| !one.is(which));
        state.index();
        self.touch(&state);
        state.scenarios.len() < before
    }

    fn touch(&self, state: &State) {
        self.history.keep(state.scenarios.iter().flat_map(Scenario::wanted).collect());
        let none = || (0..target_count()).map(|_| AtomicU8::default()).collect();
        for (place, touched) in self.touched.get_or_init(none).iter().enumerate() {
            touched.store(state.index.phases(place), Ordering::Release);
        }
    }

    /// What a rule does to a request that has reached that phase; nothing where none acts, or where one
    /// has acted before. A request that is taken from its way is counted for the phases that it would
    /// have reached.
    pub fn decide<'t>(
        &self,
        phase: Phase,
        target: Target<'_>,
        tenant: impl FnOnce() -> Option<Cow<'t, str>>,
        input: Option<&Value>,
        now: Timestamp,
        may_act: bool,
    ) -> Option<Fired> {
        let touched = self.touched.get()?;
        if touched.get(target.place())?.load(Ordering::Acquire) & phase.bit() == 0 {
            return None;
        }
        // Before the lock: it may be looked up in the database.
        let tenant = tenant();
        let mut state = self.state();
        let seen = Seen { target, tenant: tenant.as_deref(), input, now };
        let fired = state.meet(phase, &seen, may_act);
        if fired.as_ref().is_some_and(Fired::ends_request) {
            let later = [Phase::BeforeHandler, Phase::AfterCommit].into_iter();
            for later in later.filter(|later| *later > phase) {
                state.meet(later, &seen, false);
            }
        }
        fired
    }

    /// Begins to count anew: for that tenant, or for all; of the scenario of that name, or of all.
    pub fn forget(&self, name: Option<&str>, tenant: Option<&str>) {
        let which = Which { name, tenant: None };
        let mut state = self.state();
        let named = state.scenarios.iter_mut().filter(|scenario| scenario.is(which));
        named.for_each(|scenario| scenario.forget(tenant));
    }

    /// What is loaded of those and what it has counted.
    pub fn shown(&self, which: Which<'_>) -> Vec<Value> {
        let state = self.state();
        state.scenarios.iter().filter(|one| one.is(which)).map(Scenario::shown).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
