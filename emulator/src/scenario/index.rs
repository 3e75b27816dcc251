//! Which rules a request has to ask: found by its target, its tenant and the phase, however many others are
//! loaded.

use std::collections::HashMap;
use std::iter;

use super::Phase;
use super::loaded::Scenario;
use super::rule::Rule;

/// A rule: the places of its scenario and of itself. They are asked in this order.
pub(super) type Place = (usize, usize);

/// The rules of each phase, sorted.
type ByPhase = [Vec<Place>; 4];

/// The rules of all scenarios.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Those that meet every target.
    of_every: ByTenant,
    /// By the place of the target.
    of_target: HashMap<usize, ByTenant>,
}

#[derive(Debug, Default)]
struct ByTenant {
    /// The bits of the phases that have rules.
    phases: u8,
    of_every: ByPhase,
    of_tenant: HashMap<String, ByPhase>,
}

impl Index {
    pub(super) fn new(scenarios: &[Scenario]) -> Self {
        let mut index = Self::default();
        for (scenario, one) in scenarios.iter().enumerate() {
            for (place, rule) in one.rules.iter().enumerate() {
                index.add(rule, (scenario, place));
            }
        }
        index
    }

    fn add(&mut self, rule: &Rule, place: Place) {
        let Some(targets) = &rule.targets else { return self.of_every.add(rule, place) };
        for target in targets {
            self.of_target.entry(*target).or_default().add(rule, place);
        }
    }

    /// The rules of a phase that can meet such a request, in the order in which they are asked.
    pub(super) fn rules(
        &self,
        target: usize,
        tenant: Option<&str>,
        phase: Phase,
    ) -> impl Iterator<Item = Place> {
        let none: &[Place] = &[];
        let [every, every_of_tenant] = self.of_every.rules(tenant, phase);
        let of_target = self.of_target.get(&target);
        let [own, own_of_tenant] =
            of_target.map_or([none; 2], |by_tenant| by_tenant.rules(tenant, phase));
        merged([every, every_of_tenant, own, own_of_tenant])
    }

    /// The bits of the phases in which rules can meet that target, whatever the tenant.
    pub(super) fn phases(&self, target: usize) -> u8 {
        let of_target = self.of_target.get(&target);
        self.of_every.phases | of_target.map_or(0, |by_tenant| by_tenant.phases)
    }
}

impl ByTenant {
    fn add(&mut self, rule: &Rule, place: Place) {
        self.phases |= rule.phase.bit();
        let by_phase = match &rule.tenant {
            Some(tenant) => self.of_tenant.entry(tenant.clone()).or_default(),
            None => &mut self.of_every,
        };
        if let Some(rules) = by_phase.get_mut(rule.phase as usize) {
            rules.push(place);
        }
    }

    fn rules(&self, tenant: Option<&str>, phase: Phase) -> [&[Place]; 2] {
        let own = tenant.and_then(|tenant| self.of_tenant.get(tenant));
        [of(&self.of_every, phase), own.map_or(&[], |own| of(own, phase))]
    }
}

fn of(by_phase: &ByPhase, phase: Phase) -> &[Place] {
    by_phase.get(phase as usize).map_or(&[], Vec::as_slice)
}

/// What is in sorted lists, sorted.
fn merged(mut lists: [&[Place]; 4]) -> impl Iterator<Item = Place> {
    iter::from_fn(move || {
        let lists = lists.iter_mut().filter(|list| !list.is_empty());
        let list = lists.min_by_key(|list| list.first().copied())?;
        let (first, rest) = list.split_first()?;
        *list = rest;
        Some(*first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_lists_are_merged_in_their_order() {
        let places: [&[Place]; 4] = [&[(0, 2), (1, 0)], &[], &[(0, 0), (2, 1)], &[(0, 1), (1, 1)]];
        let all: Vec<_> = merged(places).collect();
        assert_eq!(all, [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 1)]);
    }
}
