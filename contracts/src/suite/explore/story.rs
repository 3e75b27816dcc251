//! Says in one sentence what a client made of a fault, and names the cause under which such sentences are grouped.

#[cfg(test)]
mod tests;

use super::super::lab::{End, Ran};
use super::calls::Called;
use super::calm::Calm;
use super::fault::Fault;
use super::history::History;
use super::plan::{Choice, Often, Plan};
use super::verdict::Judged;
use crate::report::Verdict;
use crate::rules::effects::Effect;

/// Requests of one kind after which a client seems to go on for ever.
const MANY: usize = 10;

/// What the client did after the fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// Took away what should stay, and made it again.
    Replaced,
    /// Changed something back, and again.
    ToAndFro,
    /// Did it again, although it was done.
    Repeated,
    /// Tried again, so many times.
    Tried(usize),
    /// Did not ask for it again.
    Skipped,
}

/// A run under a plan with all that is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Story<'a> {
    pub(super) calm: &'a Calm,
    pub(super) plan: &'a Plan,
    pub(super) run: &'a Ran,
    pub(super) calls: &'a [Called],
    pub(super) judged: &'a Judged,
}

impl Story<'_> {
    /// What the client did.
    pub(super) fn reaction(&self) -> Reaction {
        if self.judged.replaced.is_some() {
            return Reaction::Replaced;
        }
        if self.judged.to_and_fro.is_some() {
            return Reaction::ToAndFro;
        }
        let history = History::of(self.calls);
        let more = history.more_than(&self.calm.history);
        let hit = self.hit().map(Called::name);
        let again = more.iter().any(|(name, effect, _)| {
            Some(*name) == hit && matches!(effect, Effect::Creates | Effect::Exports)
        });
        if again {
            return Reaction::Repeated;
        }
        match self.attempts() {
            0 | 1 => Reaction::Skipped,
            attempts => Reaction::Tried(attempts - 1),
        }
    }

    /// The first request that met a fault.
    fn hit(&self) -> Option<&Called> {
        let faulted = self.run.entries.iter().filter(|entry| entry.fault.is_some());
        let first = faulted.min_by_key(|entry| entry.arrival)?.number;
        self.calls.iter().find(|call| call.number == first)
    }

    /// How often that request was sent from then on.
    fn attempts(&self) -> usize {
        let Some(hit) = self.hit() else { return 0 };
        let later = self.calls.iter().skip_while(|call| call.number != hit.number);
        later.filter(|call| call.attempt_of == hit.attempt_of).count()
    }

    /// The whole in one sentence.
    pub(super) fn sentence(&self) -> String {
        let fired = self.judged.fired.iter().filter_map(|at| self.plan.choices.get(*at));
        let faults: Vec<_> = fired.map(clause).collect();
        let (hit, end) = (self.hit().map_or("the request", Called::name), self.end());
        let did = match (self.reaction(), self.judged.replaced) {
            (Reaction::Replaced, Some((one, two))) => {
                format!("it deleted with {one} what it then created again with {two}")
            }
            (Reaction::ToAndFro, _) => {
                let operation = self.judged.to_and_fro.unwrap_or(hit);
                format!("it changed something with {operation}, changed it back, and again")
            }
            (Reaction::Repeated, _) => format!("it did {hit} again"),
            _ if self.has_job() => return self.with_end(&faults, "it", &end),
            (Reaction::Tried(1), _) => format!("it sent {hit} once more"),
            (Reaction::Tried(times), _) => format!("it sent {hit} {times} more times"),
            _ => format!("it did not send {hit} again"),
        };
        self.with_end(&faults, &format!("{did} and"), &end)
    }

    fn with_end(&self, faults: &[String], did: &str, end: &str) -> String {
        format!("{}, {did} {end}{}", faults.join(" and "), self.aftermath())
    }

    fn end(&self) -> String {
        let (requests, seconds) = (self.run.entries.len(), self.run.wall.as_secs_f64());
        match self.run.end {
            End::Exited(code) => format!("exited {code}"),
            End::Killed(signal) => format!("was killed by signal {signal}"),
            End::TimedOut if self.attempts() > MANY => {
                format!("was still sending it after {} requests in {seconds:.0} s", self.attempts())
            }
            End::TimedOut => format!("had not ended after {seconds:.0} s and {requests} requests"),
        }
    }

    fn aftermath(&self) -> &'static str {
        match self.judged.verdict {
            Verdict::FailedDirty => ", and a second run does not mend what it left",
            Verdict::SilentlyWrong if !self.judged.difference.is_empty() => {
                ", and the state is not that of a calm run"
            }
            _ => "",
        }
    }

    /// A name of the cause that is the same in all runs: what the client did wrong, whatever the fault was in detail.
    pub(super) fn cause(&self) -> String {
        let reaction = match self.reaction() {
            // A job is no request of the client.
            _ if self.has_job() => "goes on after its job",
            Reaction::Replaced => "replaces",
            Reaction::ToAndFro => "changes to and fro",
            Reaction::Repeated => "repeats",
            // That it tried does not matter where it says that it succeeded.
            _ if self.judged.verdict == Verdict::Hung => "goes on for ever",
            Reaction::Tried(_) | Reaction::Skipped => "goes on",
        };
        let kind = match self.hit().map(Called::effect) {
            Some(Effect::Reads) => "read",
            Some(Effect::GrantsAccess) => "token",
            _ => "write",
        };
        format!("{}/{reaction}/{kind}", verdict_name(self.judged.verdict))
    }

    fn has_job(&self) -> bool {
        let mut fired = self.judged.fired.iter().filter_map(|at| self.plan.choices.get(*at));
        fired.any(|choice| matches!(choice.fault, Fault::Job(_)))
    }

    /// The requests that prove it: the first that met a fault, the next of its kind, and the last of the run.
    pub(super) fn witnesses(&self) -> Vec<u64> {
        let Some(hit) = self.hit() else { return Vec::new() };
        let mut later = self.calls.iter().skip_while(|call| call.number != hit.number).skip(1);
        let next = later.find(|call| call.attempt_of == hit.attempt_of).map(|call| call.number);
        let last = self.calls.last().map(|call| call.number);
        let mut numbers: Vec<_> = [Some(hit.number), next, last].into_iter().flatten().collect();
        numbers.dedup();
        numbers
    }

    /// Whether the client did something else than in a calm run.
    pub(super) fn coped(&self) -> bool {
        let asks = |calls: &[Called]| {
            let mut keys: Vec<_> = calls.iter().map(Called::key).collect();
            keys.sort_unstable();
            keys
        };
        self.judged.verdict == Verdict::Recovered && asks(self.calls) != asks(&self.calm.calls)
    }
}

fn clause(choice: &Choice) -> String {
    let before = if choice.often == Often::Always { "while" } else { "after" };
    format!("{before} {} {}", choice.request(), choice.fault.predicate())
}

/// The verdict as the name of a rule.
pub(super) fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Recovered => "recovered",
        Verdict::FailedClean => "failed-clean",
        Verdict::NotInjected => "not-injected",
        Verdict::Incomplete => "incomplete",
        Verdict::Hung => "hung",
        Verdict::FailedDirty => "failed-dirty",
        Verdict::SilentlyWrong => "silently-wrong",
    }
}
