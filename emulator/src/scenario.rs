//! Where a request goes wrong on purpose. A scenario is a file of rules; a rule meets requests, counts
//! them, and acts upon some: the same requests always meet the same faults.
//!
//! Deciding and counting is one critical section. A rule counts each request that it matches and that
//! reaches its phase, and those that a fault took before: so `skip = 2` behind a rule that refuses two
//! requests means the third. Of the rules of a phase the first that can act does, in the order in which
//! the scenarios were loaded; the others count the request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use contracts::Operation;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::runtime::clock::Timestamp;

mod chance;
mod check;
mod file;
mod loaded;
mod rule;

pub use check::Problem;
pub use loaded::Fired;
pub use rule::Answer;

use loaded::{Scenario, Seen};

/// The moments of a request at which a fault can be injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// What is wrong with the text of a scenario; nothing where it can be loaded.
pub fn problems(text: &str) -> Vec<Problem> {
    check::rules(text).err().unwrap_or_default()
}

/// The scenarios of a twin.
#[derive(Debug, Default)]
pub struct Scenarios {
    /// By the index of the operation, and last for requests that name none: whether a rule can meet it.
    /// Absent until a scenario is loaded. Most requests ask no more than this.
    touched: OnceLock<Vec<AtomicBool>>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    scenarios: Vec<Scenario>,
    /// By the index of the operation: the rules that can meet it.
    by_operation: Vec<ByPhase>,
    /// Those that meet a request which names no known operation.
    of_unknown: ByPhase,
}

/// Scenario and rule, by their places, in the order in which they are asked.
type ByPhase = [Vec<(usize, usize)>; 4];

impl State {
    fn index(&mut self) {
        let mut by_operation = vec![ByPhase::default(); contracts::catalog().operations().count()];
        let mut of_unknown = ByPhase::default();
        for (scenario, one) in self.scenarios.iter().enumerate() {
            for (place, rule) in one.rules.iter().enumerate() {
                let phase = rule.phase as usize;
                let of_named = by_operation.iter_mut().enumerate().filter(|(index, _)| {
                    rule.operations.as_ref().is_none_or(|all| all.contains(index))
                });
                let of_named = of_named.map(|(_, rules)| rules);
                let of_none = rule.operations.is_none().then_some(&mut of_unknown);
                for rules in of_named.chain(of_none) {
                    rules
                        .get_mut(phase)
                        .into_iter()
                        .for_each(|rules| rules.push((scenario, place)));
                }
            }
        }
        (self.by_operation, self.of_unknown) = (by_operation, of_unknown);
    }

    /// Counts the request for the rules of a phase; what the first does that acts, if one may.
    fn meet(&mut self, phase: Phase, seen: &Seen<'_>, mut may_act: bool) -> Option<Fired> {
        let rules = match seen.operation {
            Some(operation) => self.by_operation.get(operation.index)?,
            None => &self.of_unknown,
        };
        let mut fired = None;
        for (scenario, rule) in rules.get(phase as usize)? {
            let acts = self.scenarios.get_mut(*scenario)?.meet(*rule, seen, may_act);
            may_act &= acts.is_none();
            fired = fired.or(acts);
        }
        fired
    }
}

impl Scenarios {
    /// Loads a scenario behind those that are loaded, or in place of the one of that name.
    pub fn load(&self, text: &str, now: Timestamp) -> Result<String, Vec<Problem>> {
        let (story, rules) = check::rules(text)?;
        let new = Scenario::new(&story.name, story.seed, rules, now);
        let mut state = self.state();
        match state.scenarios.iter_mut().find(|one| *one.name == *story.name) {
            Some(old) => *old = new,
            None => state.scenarios.push(new),
        }
        state.index();
        self.touch(&state);
        Ok(story.name)
    }

    /// Removes all.
    pub fn unload(&self) {
        let mut state = self.state();
        *state = State::default();
        self.touch(&state);
    }

    fn touch(&self, state: &State) {
        let count = contracts::catalog().operations().count() + 1;
        let touched =
            self.touched.get_or_init(|| (0..count).map(|_| AtomicBool::default()).collect());
        for (index, touched) in touched.iter().enumerate() {
            let rules = if index + 1 == count {
                Some(&state.of_unknown)
            } else {
                state.by_operation.get(index)
            };
            let is_met = rules.is_some_and(|rules| rules.iter().any(|phase| !phase.is_empty()));
            touched.store(is_met, Ordering::Release);
        }
    }

    /// What a rule does to a request that has reached that phase; nothing where none acts, or where one
    /// has acted before. A request that is taken from its way is counted for the phases that it would
    /// have reached.
    pub fn decide(
        &self,
        phase: Phase,
        operation: Option<&Operation>,
        tenant: impl FnOnce() -> Option<String>,
        input: Option<&Value>,
        now: Timestamp,
        may_act: bool,
    ) -> Option<Fired> {
        let touched = self.touched.get()?;
        let index = operation.map_or(touched.len() - 1, |operation| operation.index);
        if !touched.get(index)?.load(Ordering::Acquire) {
            return None;
        }
        // Before the lock: it may be looked up in the database.
        let tenant = tenant();
        let mut state = self.state();
        let seen = Seen { operation, tenant: tenant.as_deref(), input, now };
        let fired = state.meet(phase, &seen, may_act);
        if fired.as_ref().is_some_and(Fired::ends_request) {
            let later = [Phase::BeforeHandler, Phase::AfterCommit].into_iter();
            for later in later.filter(|later| *later > phase) {
                state.meet(later, &seen, false);
            }
        }
        fired
    }

    /// Begins to count anew: for that tenant, or for all.
    pub fn forget(&self, tenant: Option<&str>) {
        self.state().scenarios.iter_mut().for_each(|scenario| scenario.forget(tenant));
    }

    /// What is loaded and what it has counted.
    pub fn shown(&self) -> Value {
        self.state().scenarios.iter().map(Scenario::shown).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
