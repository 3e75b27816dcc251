//! Which faults are tried, and in which order: what finds most comes first.

use std::collections::BTreeSet;

use super::calls::Called;
use super::calm::Calm;
use super::plan::Plan;

mod combined;
mod found;
mod kinds;
mod place;
mod single;

pub(super) use combined::{pairs, random};
pub(super) use found::{Frontier, retries_blocked};
pub(super) use single::singles;

/// Plans of one kind, in their order.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) name: &'static str,
    pub(super) plans: Vec<Plan>,
}

/// What later stages need to know of a run.
#[derive(Debug)]
pub(super) struct Seen<'r> {
    pub(super) plan: &'r Plan,
    pub(super) calls: &'r [Called],
    /// Whether the client did something else than in a calm run, and came to a good end all the same.
    pub(super) coped: bool,
}

/// Takes from each operation in turn, so that a budget that ends early has touched all of them; leaves out what was
/// planned before.
#[derive(Debug, Default)]
pub(super) struct Planned(BTreeSet<String>);

impl Planned {
    /// A stage of these plans, of which each belongs to an operation.
    pub(super) fn stage(&mut self, name: &'static str, plans: Vec<Plan>) -> Stage {
        let mut lists: Vec<(String, Vec<Plan>)> = Vec::new();
        for plan in plans {
            let first = plan.choices.first().map(|choice| &choice.target);
            let operation =
                first.map(|t| format!("{} {:?}", t.service, t.operation)).unwrap_or_default();
            if !self.0.insert(plan.scenario()) {
                continue;
            }
            match lists.iter_mut().find(|(known, _)| *known == operation) {
                Some((_, list)) => list.push(plan),
                None => lists.push((operation, vec![plan])),
            }
        }
        Stage { name, plans: interleaved(lists.into_iter().map(|(_, list)| list)) }
    }
}

fn interleaved(lists: impl Iterator<Item = Vec<Plan>>) -> Vec<Plan> {
    let mut lists: Vec<_> = lists.map(Vec::into_iter).collect();
    let mut plans = Vec::new();
    while !lists.is_empty() {
        lists.retain_mut(|list| list.next().map(|plan| plans.push(plan)).is_some());
    }
    plans
}

/// How many of the planned single faults ran, in a sentence.
pub(super) fn completeness(calm: &Calm, planned: usize, ran: usize, why: &str) -> String {
    let calls = calm.calls.len();
    if ran >= planned {
        return format!("all {planned} single faults of {calls} calls ran");
    }
    format!("{ran} of {planned} single faults of {calls} calls ran: {why}")
}

#[cfg(test)]
mod tests {
    use super::super::calls::Target;
    use super::super::fault::Fault;
    use super::super::plan::Often;
    use super::*;

    fn plan(operation: &'static str, skip: u64) -> Plan {
        let (service, operation) = ("ciam".to_owned(), Some(operation));
        let target = Target { service, operation, input: vec![], skip, place: skip };
        Plan::one(target, Fault::Lost, Often::Once)
    }

    #[test]
    fn operations_take_turns_and_nothing_is_planned_twice() {
        let mut planned = Planned::default();
        let (a, b) = ("CreateUser", "DeleteUsers");
        let plans = vec![plan(a, 0), plan(a, 1), plan(a, 2), plan(b, 0), plan(a, 1)];
        let stage = planned.stage("lost", plans);
        assert_eq!(stage.plans, [plan(a, 0), plan(b, 0), plan(a, 1), plan(a, 2)]);
        assert_eq!(planned.stage("again", vec![plan(b, 0), plan(b, 1)]).plans, [plan(b, 1)]);
    }
}
