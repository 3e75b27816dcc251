//! Runs plans until none is left or the budget is used up.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use super::super::lab::{Lab, LabError};
use super::calm::Calm;
use super::outcome::Outcome;
use super::parallel::each;
use super::plan::Plan;
use super::rng::Rng;
use super::settings::{Listener, Progress, Settings};
use super::sweep::{self, Frontier, Planned, Stage};
use crate::rules::Certainty;
use crate::stopwatch::Stopwatch;

/// A sweep over the faults of one client.
pub(super) struct Driver<'d> {
    pub(super) lab: &'d dyn Lab,
    pub(super) calm: &'d Calm,
    pub(super) settings: &'d Settings,
    pub(super) listener: &'d Listener<'d>,
    pub(super) watch: Stopwatch,
    /// Plans that were begun.
    begun: AtomicUsize,
    /// The causes that were reported to the listener.
    reported: Mutex<BTreeSet<String>>,
    /// When the first run ended that shows that the client is wrong.
    first_certain: OnceLock<Duration>,
    /// Why plans could not be carried out.
    errors: Mutex<Vec<LabError>>,
    /// Whether runs were stopped from outside.
    stopped: AtomicBool,
}

/// What a sweep has found.
#[derive(Debug, Default)]
pub(super) struct Swept {
    /// In the order of the plans.
    pub(super) outcomes: Vec<Outcome>,
    /// What ran and what did not, a sentence each.
    pub(super) notes: Vec<String>,
}

/// The stages that come before requests that only faults bring about: they find more in less time.
const DISCOVER_AFTER: usize = 3;

/// The part of the time that the sweep may take.
const SHARE: f64 = 0.8;

impl<'d> Driver<'d> {
    pub(super) fn new(
        lab: &'d dyn Lab,
        calm: &'d Calm,
        settings: &'d Settings,
        listener: &'d Listener<'d>,
        watch: Stopwatch,
    ) -> Self {
        let (begun, reported, first_certain, errors, stopped) = Default::default();
        Self {
            lab,
            calm,
            settings,
            listener,
            watch,
            begun,
            reported,
            first_certain,
            errors,
            stopped,
        }
    }

    /// Carries out all stages.
    pub(super) fn sweep(&self) -> Result<Swept, LabError> {
        let mut planned = Planned::default();
        let stages = sweep::singles(self.calm, &mut planned);
        let singles: Vec<Plan> = stages.iter().flat_map(|stage| stage.plans.clone()).collect();
        let mut frontier = Frontier::new(self.calm);
        let mut swept = Swept::default();
        let mut ran = 0;
        let mut discovered = Vec::new();
        for (at, stage) in stages.iter().enumerate() {
            let outcomes = self.stage(stage);
            ran += outcomes.len();
            let blocked = sweep::retries_blocked(&seen(&outcomes));
            let blocked = planned.stage("the retry is refused too", blocked);
            swept.outcomes.extend(self.stage(&blocked));
            discovered.extend(frontier.grow(&seen(&outcomes)));
            swept.outcomes.extend(outcomes);
            if at >= DISCOVER_AFTER {
                let plans = std::mem::take(&mut discovered);
                self.discover(&mut frontier, &mut planned, plans, &mut swept);
            }
        }
        swept.notes.push(sweep::completeness(self.calm, singles.len(), ran, self.why_over()));
        let pairs = planned.stage("pairs", sweep::pairs(&seen(&swept.outcomes)));
        swept.outcomes.extend(self.stage(&pairs));
        self.random(&singles, &mut planned, &mut swept);
        swept.notes.extend(self.first_certain.get().map(|after| {
            let seconds = after.as_secs_f64();
            format!("the first certain finding came after {seconds:.1} s")
        }));
        self.errors(&mut swept)?;
        Ok(swept)
    }

    /// Faults the requests that only appear under faults, until none is new.
    fn discover(
        &self,
        frontier: &mut Frontier,
        planned: &mut Planned,
        mut plans: Vec<Plan>,
        swept: &mut Swept,
    ) {
        while !plans.is_empty() && !self.is_over() {
            let found = self.stage(&planned.stage("requests that only faults bring about", plans));
            plans = frontier.grow(&seen(&found));
            swept.outcomes.extend(found);
        }
    }

    fn random(&self, singles: &[Plan], planned: &mut Planned, swept: &mut Swept) {
        let mut rng = Rng::new(self.settings.seed);
        while !self.is_over() {
            let drawn = planned.stage("drawn from the seed", sweep::random(singles, &mut rng));
            if drawn.plans.is_empty() {
                return;
            }
            swept.outcomes.extend(self.stage(&drawn));
        }
    }

    /// Carries out the plans of a stage, as far as the budget goes.
    fn stage(&self, stage: &Stage) -> Vec<Outcome> {
        let left = self.settings.cases.saturating_sub(self.begun.load(Ordering::Relaxed));
        let plans = stage.plans.get(..left.min(stage.plans.len())).unwrap_or_default();
        if plans.is_empty() || self.is_over() {
            return Vec::new();
        }
        (self.listener)(&Progress::Stage { name: stage.name, plans: plans.len() });
        let done = each(self.settings.jobs, plans, &|| self.is_over(), &|plan| self.run(plan));
        done.into_iter().flatten().flatten().collect()
    }

    fn run(&self, plan: &Plan) -> Option<Outcome> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        let outcome = self.attempt(plan)?;
        let title = plan.title();
        (self.listener)(&Progress::Ran { title: &title, verdict: outcome.verdict });
        for found in &outcome.findings {
            if found.finding.certainty == Certainty::Certain {
                self.first_certain.get_or_init(|| self.watch.elapsed());
            }
            let is_new =
                self.reported.lock().is_ok_and(|mut known| known.insert(found.fingerprint.clone()));
            if is_new {
                (self.listener)(&Progress::Found { sentence: &found.finding.text });
            }
        }
        Some(outcome)
    }

    /// Carries out a plan, whatever the budget of plans is; nothing where that is not possible.
    pub(super) fn attempt(&self, plan: &Plan) -> Option<Outcome> {
        if self.stopped.load(Ordering::Relaxed) {
            return None;
        }
        match Outcome::of(self.lab, self.calm, plan, &self.settings.rules) {
            Ok(outcome) => Some(outcome),
            Err(LabError::Stopped) => {
                self.stopped.store(true, Ordering::Relaxed);
                None
            }
            Err(error) => {
                self.errors.lock().map(|mut errors| errors.push(error)).unwrap_or_default();
                None
            }
        }
    }

    fn sweep_time(&self) -> Duration {
        self.settings.max_time.mul_f64(SHARE)
    }

    /// Whether no plan is to be begun any more.
    fn is_over(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
            || self.begun.load(Ordering::Relaxed) >= self.settings.cases
            || self.watch.elapsed() >= self.sweep_time()
    }

    fn why_over(&self) -> &'static str {
        if self.stopped.load(Ordering::Relaxed) {
            "it was stopped"
        } else if self.watch.elapsed() >= self.sweep_time() {
            "the time was used up"
        } else if self.begun.load(Ordering::Relaxed) >= self.settings.cases {
            "the number of plans was used up"
        } else {
            "the others could not be carried out"
        }
    }

    /// Where no plan could be carried out, that is the result.
    fn errors(&self, swept: &mut Swept) -> Result<(), LabError> {
        let mut errors =
            self.errors.lock().map(|mut e| std::mem::take(&mut *e)).unwrap_or_default();
        if let Some(first) = errors.first() {
            let text =
                format!("{} plans could not be carried out; the first: {first}", errors.len());
            if swept.outcomes.is_empty() {
                return Err(errors.remove(0));
            }
            swept.notes.push(text);
        }
        Ok(())
    }
}

fn seen(outcomes: &[Outcome]) -> Vec<sweep::Seen<'_>> {
    outcomes.iter().map(Outcome::seen).collect()
}
