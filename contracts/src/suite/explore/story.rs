//! Says in one sentence what a client made of a fault, and names the cause under which such sentences are grouped.

use super::super::lab::{End, Ran};
use super::calls::Called;
use super::calm::Calm;
use super::fault::Family;
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
        later.filter(|call| call.key() == hit.key()).count()
    }

    /// The whole in one sentence.
    pub(super) fn sentence(&self) -> String {
        let fired = self.judged.fired.iter().filter_map(|at| self.plan.choices.get(*at));
        let faults: Vec<_> = fired.map(clause).collect();
        let faults = if faults.is_empty() { vec!["without a fault".to_owned()] } else { faults };
        let (hit, end) = (self.hit().map_or("the request", Called::name), self.end());
        let did = match (self.reaction(), self.judged.replaced) {
            (Reaction::Replaced, Some((one, two))) => {
                format!("it deleted with {one} what it then created again with {two}")
            }
            (Reaction::Repeated, _) => format!("it did {hit} again"),
            (Reaction::Tried(1), _) => format!("it sent {hit} once more"),
            (Reaction::Tried(times), _) => format!("it sent {hit} {times} more times"),
            _ => format!("it did not send {hit} again"),
        };
        format!("{}, {did} and {end}{}", faults.join(" and "), self.aftermath())
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
            Reaction::Replaced => "replaces",
            Reaction::Repeated => "repeats",
            // That it tried does not matter where it says that it succeeded.
            Reaction::Tried(_) | Reaction::Skipped => "goes on",
        };
        let kind = match self.hit().map(Called::effect) {
            Some(Effect::Reads) => "read",
            Some(Effect::GrantsAccess) => "token",
            _ => "write",
        };
        let fired = self.judged.fired.iter().filter_map(|at| self.plan.choices.get(*at));
        let mut families: Vec<_> = fired.map(|choice| family(choice.fault.family())).collect();
        families.sort_unstable();
        families.dedup();
        let verdict = verdict_name(self.judged.verdict);
        match self.judged.verdict {
            Verdict::SilentlyWrong => format!("{verdict}/{reaction}/{kind}/{}", families.join("+")),
            Verdict::Hung => format!("{verdict}/{kind}/{}", families.join("+")),
            _ => format!("{verdict}/{reaction}/{}", families.join("+")),
        }
    }

    /// The requests that prove it: the first that met a fault, the next of its kind, and the last of the run.
    pub(super) fn witnesses(&self) -> Vec<u64> {
        let Some(hit) = self.hit() else { return Vec::new() };
        let mut later = self.calls.iter().skip_while(|call| call.number != hit.number).skip(1);
        let next = later.find(|call| call.key() == hit.key()).map(|call| call.number);
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

/// Whether an answer was lost, refused or spoiled is the same to a client that does not look.
fn family(family: Family) -> &'static str {
    match family {
        Family::Unknown | Family::NoAnswer | Family::Refused | Family::Slow => "error",
        Family::Missing => "not found",
        Family::Page(page) => page.word(),
        Family::Stale => "old state",
        Family::Job(job) => job.word(),
    }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::calls::Target;
    use super::super::fault::{Fault, Page};
    use super::super::samples::{ended, ran};
    use super::super::verdict::judge;
    use super::*;
    use crate::rules::Settings;
    use crate::rules::talk::{Step, lost, ok};

    const OK: End = End::Exited(0);

    fn state(users: usize) -> serde_json::Value {
        json!({ "ciam_users": vec![json!({ "user_name": "ada" }); users] })
    }

    fn create() -> Step {
        ok(0, "ciam", "CreateUser").with(json!({ "UserName": "ada" }))
    }

    fn lost_create() -> Step {
        lost(0, "ciam", "CreateUser").with(json!({ "UserName": "ada" }))
    }

    fn calm() -> Calm {
        let run = ended(ran([create(), ok(0, "ciam", "ListUser")]), OK, state(1));
        Calm::of(&[&run], &run, None, &Settings::default())
    }

    /// Sentence, cause and witnesses of a run.
    fn told(fault: Fault, often: Often, run: &Ran) -> (String, String, Vec<u64>) {
        let calm = calm();
        let plan = Plan::one(Target::of(&calm.calls, 0).unwrap(), fault, often);
        let (judged, calls) = (judge(&calm, &plan, run, None), calm.drawn.calls(&run.entries));
        let story = Story { calm: &calm, plan: &plan, run, calls: &calls, judged: &judged };
        (story.sentence(), story.cause(), story.witnesses())
    }

    #[test]
    fn a_repeated_write_is_told() {
        let run = ended(ran([lost_create(), create(), ok(0, "ciam", "ListUser")]), OK, state(2));
        let (sentence, cause, witnesses) = told(Fault::Lost, Often::Once, &run);
        let expected = "after CreateUser #1 was done and its answer was lost, it did CreateUser again and exited 0, \
                        and the state is not that of a calm run";
        assert_eq!(sentence, expected);
        assert_eq!(cause, "silently-wrong/repeats/write/error");
        assert_eq!(witnesses, [1, 2, 3]);
    }

    #[test]
    fn a_swallowed_error_has_one_cause_whatever_the_fault_was() {
        let run = ended(ran([lost_create().fault("drop", None)]), OK, state(0));
        let (sentence, cause, witnesses) = told(Fault::Unreachable, Often::Once, &run);
        assert!(
            sentence.contains("CreateUser #1 got no answer, it did not send CreateUser again"),
            "{sentence}"
        );
        assert_eq!((cause.as_str(), witnesses), ("silently-wrong/goes on/write/error", vec![1]));
        assert_eq!(told(Fault::Cut, Often::Always, &run).1, cause);
        assert_ne!(told(Fault::Page(Page::Empty), Often::Once, &run).1, cause);
    }

    #[test]
    fn a_client_without_an_end_is_told_with_its_requests() {
        let steps = (0..60).map(|_| lost_create().fault("drop", None));
        let run = Ran {
            wall: std::time::Duration::from_secs(8),
            ..ended(ran(steps), End::TimedOut, state(0))
        };
        let (sentence, cause, _) = told(Fault::Unreachable, Often::Always, &run);
        assert!(sentence.ends_with("was still sending it after 60 requests in 8 s"), "{sentence}");
        assert!(sentence.starts_with("while every CreateUser got no answer, "), "{sentence}");
        assert_eq!(cause, "hung/write/error");
    }
}
