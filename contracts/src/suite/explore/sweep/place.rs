//! The requests of a run that can be faulted, in the order in which they are.

use std::collections::BTreeSet;

use super::super::calls::{Called, Target};

/// Of equal requests one after the other, such as polls, so many are faulted.
pub(super) const EQUALS_MAX: u64 = 3;

/// A request that can be faulted.
pub(super) struct Place<'c> {
    pub(super) call: &'c Called,
    pub(super) target: Target,
    /// Whether it is the first of its operation.
    pub(super) is_first: bool,
    /// Whether something was changed before it.
    pub(super) is_after_write: bool,
}

/// The requests of a run that can be faulted: the first of each operation, the last, then the others.
pub(super) fn places(calls: &[Called]) -> Vec<Place<'_>> {
    let mut seen = BTreeSet::new();
    let mut wrote = false;
    let mut places = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let is_first = seen.insert((&call.service, call.name()));
        if let Some(target) = Target::of(calls, at).filter(|target| target.skip < EQUALS_MAX) {
            places.push(Place { call, target, is_first, is_after_write: wrote });
        }
        wrote |= call.was_done && call.writes();
    }
    ends_first(places)
}

/// A budget that ends early has met both ends of a long row of equal calls.
fn ends_first(places: Vec<Place<'_>>) -> Vec<Place<'_>> {
    let is_last = |at: usize, place: &Place<'_>| {
        places.iter().skip(at + 1).all(|other| other.call.name() != place.call.name())
    };
    let rank = |at: usize, place: &Place<'_>| {
        if place.is_first {
            0
        } else if is_last(at, place) {
            1
        } else {
            2
        }
    };
    let ranks: Vec<u8> = places.iter().enumerate().map(|(at, place)| rank(at, place)).collect();
    let mut ranked: Vec<_> = ranks.into_iter().zip(places).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, place)| place).collect()
}
