//! Plans that grow from what runs under faults have shown: requests that calm runs do not make.

use std::collections::BTreeSet;

use super::super::calls::{Called, Target};
use super::super::calm::Calm;
use super::super::codes::{Class, of_each_class};
use super::super::fault::Fault;
use super::super::plan::{Choice, Often, Plan};
use super::Seen;

/// Most faults of one plan of a request that only appears under a fault.
const DEPTH_MAX: usize = 3;

/// Requests of one operation that are new are faulted up to this number: some clients name everything anew.
const NEW_MAX: usize = 5;

/// The second attempt at a write whose answer was lost is refused too.
pub(in super::super) fn retries_blocked(seen: &[Seen<'_>]) -> Vec<Plan> {
    seen.iter().filter_map(retry_blocked).collect()
}

fn retry_blocked(seen: &Seen<'_>) -> Option<Plan> {
    let [choice] = seen.plan.choices.as_slice() else { return None };
    let target = choice.target.next();
    let retried = target.find(seen.calls)?;
    let refusals = of_each_class(retried.operation?);
    let refusal = refusals.into_iter().find(|refusal| refusal.class == Class::Throttled)?;
    let fault = Fault::Refused(refusal);
    (choice.fault == Fault::Lost)
        .then(|| seen.plan.and(Choice { target, fault, often: Often::Once }))
}

/// The requests that were seen so far, by what they ask for.
#[derive(Debug)]
pub(in super::super) struct Frontier {
    known: BTreeSet<String>,
    of_operation: std::collections::BTreeMap<&'static str, usize>,
}

impl Frontier {
    pub(in super::super) fn new(calm: &Calm) -> Self {
        let known = calm.calls.iter().map(Called::key).collect();
        Self { known, of_operation: std::collections::BTreeMap::new() }
    }

    /// Plans for the requests of these runs that no run before has made.
    pub(in super::super) fn grow(&mut self, seen: &[Seen<'_>]) -> Vec<Plan> {
        seen.iter().flat_map(|run| self.grow_from(run)).collect()
    }

    fn grow_from(&mut self, run: &Seen<'_>) -> Vec<Plan> {
        let mut plans = Vec::new();
        for (at, call) in run.calls.iter().enumerate() {
            if !self.known.insert(call.key()) || run.plan.choices.len() >= DEPTH_MAX {
                continue;
            }
            let count = self.of_operation.entry(call.name()).or_default();
            *count += 1;
            let Some(target) = Target::of(run.calls, at).filter(|_| *count <= NEW_MAX) else {
                continue;
            };
            let choice = |fault| Choice { target: target.clone(), fault, often: Often::Once };
            plans.extend(faults(call).into_iter().map(|fault| run.plan.and(choice(fault))));
        }
        plans
    }
}

fn faults(call: &Called) -> Vec<Fault> {
    let refusals = call.operation.map(of_each_class).unwrap_or_default();
    let classes = [Class::Throttled, Class::Transient];
    let refusals = refusals.into_iter().filter(|refusal| classes.contains(&refusal.class));
    let mut faults: Vec<_> = refusals.map(Fault::Refused).collect();
    faults.insert(0, if call.writes() { Fault::Lost } else { Fault::Unreachable });
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::drawn::Drawn;
    use super::super::super::samples::ran;
    use super::*;
    use crate::rules::Settings;
    use crate::rules::talk::{Step, lost, ok};

    fn create(name: &str) -> Step {
        ok(0, "ciam", "CreateUser").with(json!({ "UserName": name }))
    }

    fn calls(steps: Vec<Step>) -> Vec<Called> {
        Drawn::default().calls(&ran(steps).entries)
    }

    fn calm() -> Calm {
        let run = ran([create("ada")]);
        Calm::of(&[&run], &run, None, &Settings::default())
    }

    fn lost_create() -> Plan {
        let target = Target::of(&calm().calls, 0).unwrap();
        Plan::one(target, Fault::Lost, Often::Once)
    }

    #[test]
    fn the_retry_is_blocked_where_there_is_one() {
        let plan = lost_create();
        let lost = || lost(0, "ciam", "CreateUser").with(json!({ "UserName": "ada" }));
        let blocked = |steps| {
            let calls = calls(steps);
            retries_blocked(&[Seen { plan: &plan, calls: &calls, coped: true }])
        };
        assert_eq!(blocked(vec![lost()]), []);
        let plans = blocked(vec![lost(), create("ada")]);
        assert_eq!(plans.len(), 1);
        assert_eq!(plans[0].choices[1].target.skip, 1);
        assert_eq!(plans[0].choices[1].fault.word(), "RequestLimitExceeded");
    }

    #[test]
    fn what_only_appears_under_a_fault_is_faulted_until_nothing_is_new() {
        let plan = lost_create();
        let calls = calls(vec![create("ada"), ok(0, "ciam", "ListUser")]);
        let seen = || [Seen { plan: &plan, calls: &calls, coped: true }];
        let mut frontier = Frontier::new(&calm());
        let grown = frontier.grow(&seen());
        let second = |plan: &Plan| plan.choices[1].target.operation;
        assert!(!grown.is_empty() && grown.iter().all(|plan| second(plan) == Some("ListUser")));
        assert_eq!(grown[0].choices[1].fault, Fault::Unreachable);
        assert_eq!(frontier.grow(&seen()), []);
    }

    #[test]
    fn names_without_end_do_not_lead_to_plans_without_end() {
        let plan = lost_create();
        let calls = calls((0..50).map(|n| create(&format!("user-{n}"))).collect());
        let grown =
            Frontier::new(&calm()).grow(&[Seen { plan: &plan, calls: &calls, coped: true }]);
        let targets: BTreeSet<_> = grown.iter().map(|plan| plan.choices[1].target.place).collect();
        assert_eq!(targets.len(), NEW_MAX);
    }
}
