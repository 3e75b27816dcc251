//! Makes the plan of a finding as small and as ordinary as it can be, while the finding stays the same.

use std::collections::BTreeSet;

use super::calls::{Called, Target};
use super::calm::Calm;
use super::codes::ordinary;
use super::fault::Fault;
use super::outcome::Outcome;
use super::plan::{Choice, Often, Plan};

/// Most runs for one finding.
const RUNS_MAX: usize = 40;

/// Runs a plan; nothing where that is no longer possible.
pub(super) type Try<'t> = dyn Fn(&Plan) -> Option<Outcome> + 't;

/// The smallest outcome that has the finding.
pub(super) fn shrink(first: Outcome, fingerprint: &str, calm: &Calm, attempt: &Try<'_>) -> Outcome {
    // What did not fire did nothing.
    let fired = first.plan.only(&first.fired);
    let mut tried = BTreeSet::from([first.plan.scenario()]);
    let mut smallest = first;
    let mut runs = 0;
    let mut candidates = vec![fired];
    candidates.extend(smaller(&smallest.plan, calm));
    while let Some(plan) = take(&mut candidates) {
        if runs == RUNS_MAX {
            break;
        }
        if plan.choices.is_empty() || !tried.insert(plan.scenario()) {
            continue;
        }
        runs += 1;
        let Some(outcome) = attempt(&plan) else { break };
        if outcome.has(fingerprint) {
            candidates = smaller(&plan, calm);
            smallest = outcome;
        }
    }
    smallest
}

fn take(candidates: &mut Vec<Plan>) -> Option<Plan> {
    (!candidates.is_empty()).then(|| candidates.remove(0))
}

/// All plans that are one step smaller, the largest steps first.
fn smaller(plan: &Plan, calm: &Calm) -> Vec<Plan> {
    let places: Vec<usize> = (0..plan.choices.len()).collect();
    let without = |at: &usize| {
        let kept: Vec<_> = places.iter().copied().filter(|other| other != at).collect();
        plan.only(&kept)
    };
    let mut plans = Vec::new();
    if plan.choices.len() > 1 {
        plans.extend(places.iter().map(without));
    }
    for at in &places {
        let Some(choice) = plan.choices.get(*at) else { continue };
        plans.extend(simpler(choice, calm).into_iter().map(|choice| with(plan, *at, choice)));
    }
    plans
}

fn with(plan: &Plan, at: usize, choice: Choice) -> Plan {
    let mut plan = plan.clone();
    if let Some(place) = plan.choices.get_mut(at) {
        *place = choice;
    }
    plan
}

/// Choices that are easier to understand: once, of an ordinary kind, and on an earlier request.
fn simpler(choice: &Choice, calm: &Calm) -> Vec<Choice> {
    let mut choices = Vec::new();
    if choice.often == Often::Always {
        choices.push(Choice { often: Often::Once, ..choice.clone() });
    }
    let fault = plainer(choice);
    choices.extend(fault.map(|fault| Choice { fault, ..choice.clone() }));
    let target = earlier(&choice.target, &calm.calls);
    choices.extend(target.map(|target| Choice { target, ..choice.clone() }));
    choices
}

/// A fault that is more ordinary, and the same for a client that does what the vendor says.
fn plainer(choice: &Choice) -> Option<Fault> {
    let plainer = match &choice.fault {
        Fault::Refused(refusal) => {
            Fault::Refused(ordinary(operation(&choice.target)?, refusal.code)?)
        }
        Fault::RefusedAfter(_) | Fault::Gateway(_, true) => Fault::Lost,
        Fault::Gateway(_, false) | Fault::Garbage | Fault::Cut => Fault::Unreachable,
        _ => return None,
    };
    (plainer != choice.fault).then_some(plainer)
}

fn operation(target: &Target) -> Option<&'static crate::model::Operation> {
    let service = crate::catalog().service(&target.service)?;
    let name = target.operation?;
    service.operations.iter().find(|operation| operation.name == name).map(|operation| &**operation)
}

/// The first request of the operation.
fn earlier(target: &Target, calls: &[Called]) -> Option<Target> {
    let is_same = |call: &&Called| {
        call.service == target.service
            && call.operation.map(|o| o.name.as_str()) == target.operation
    };
    let first = calls.iter().position(|call| is_same(&call))?;
    let first = Target::of(calls, first)?;
    let is_earlier = first.place < target.place || target.skip > 0 && first.skip < target.skip;
    is_earlier.then_some(first)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use serde_json::json;

    use super::super::codes::{Class, Refusal};
    use super::super::samples::ran;
    use super::*;
    use crate::report::{Reported, Verdict};
    use crate::rules::talk::ok;
    use crate::rules::{Certainty, Finding, Settings};

    fn calm() -> Calm {
        let create = |name: &str| ok(0, "ciam", "CreateUser").with(json!({ "UserName": name }));
        let run = ran([ok(0, "ciam", "ListUser"), create("ada"), create("bob"), create("cid")]);
        Calm::of(&[&run], &run, None, &Settings::default())
    }

    fn choice(at: usize, fault: Fault, often: Often) -> Choice {
        Choice { target: Target::of(&calm().calls, at).unwrap(), fault, often }
    }

    fn outcome(plan: &Plan, is_bad: bool) -> Outcome {
        let finding = Finding {
            rule: "bad".to_owned(),
            certainty: Certainty::Certain,
            text: String::new(),
            witnesses: vec![],
        };
        let found = Reported {
            finding,
            promise: String::new(),
            source: String::new(),
            witnesses: vec![],
            state_difference: vec![],
            replay: String::new(),
            accepted: None,
            fingerprint: "bad".to_owned(),
        };
        Outcome {
            plan: plan.clone(),
            verdict: Verdict::SilentlyWrong,
            fired: (0..plan.choices.len()).collect(),
            findings: if is_bad { vec![found] } else { vec![] },
            calls: vec![],
            coped: false,
            wall: Duration::ZERO,
            requests: 0,
            output: String::new(),
        }
    }

    /// Shrinks a plan of a client that is wrong where `is_bad` says so; with the number of runs.
    fn shrunk(choices: Vec<Choice>, is_bad: fn(&Choice) -> bool) -> (Plan, usize) {
        let runs = Cell::new(0);
        let attempt = |plan: &Plan| {
            runs.set(runs.get() + 1);
            Some(outcome(plan, plan.choices.iter().any(is_bad)))
        };
        let small = shrink(outcome(&Plan { choices }, true), "bad", &calm(), &attempt);
        (small.plan, runs.get())
    }

    fn odd() -> Fault {
        let code = "RequestLimitExceeded.UinLimitExceeded";
        Fault::Refused(Refusal { class: Class::Throttled, code, is_documented: true })
    }

    #[test]
    fn what_does_not_matter_goes() {
        let creates = |choice: &Choice| choice.target.operation == Some("CreateUser");
        let choices = vec![
            choice(0, Fault::Cut, Often::Once),
            choice(3, odd(), Often::Always),
            choice(2, Fault::Lost, Often::Always),
        ];
        let (plan, runs) = shrunk(choices, creates);
        let [only] = plan.choices.as_slice() else { panic!("{plan:?}") };
        assert_eq!((only.target.place, only.often), (0, Often::Once));
        assert!(runs <= 12, "{runs}");
    }

    #[test]
    fn an_odd_code_becomes_an_ordinary_one_of_its_kind() {
        let refused = |choice: &Choice| matches!(choice.fault, Fault::Refused(_));
        let (plan, _) = shrunk(vec![choice(1, odd(), Often::Once)], refused);
        assert_eq!(plan.choices[0].fault.word(), "RequestLimitExceeded");
    }

    #[test]
    fn what_matters_stays() {
        let matters = |choice: &Choice| choice.often == Often::Always && choice.target.place == 2;
        let (plan, _) = shrunk(vec![choice(3, Fault::Lost, Often::Always)], matters);
        assert_eq!(plan.choices, [choice(3, Fault::Lost, Often::Always)]);
    }

    #[test]
    fn what_did_not_fire_goes_at_once() {
        let plan = Plan {
            choices: vec![choice(1, Fault::Lost, Often::Once), choice(0, Fault::Cut, Often::Once)],
        };
        let first = Outcome { fired: vec![0], ..outcome(&plan, true) };
        let attempt = |plan: &Plan| Some(outcome(plan, true));
        let small = shrink(first, "bad", &calm(), &attempt);
        assert_eq!(small.plan.choices, [choice(1, Fault::Lost, Often::Once)]);
    }
}
