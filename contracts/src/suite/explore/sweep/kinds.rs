//! The faults that a request can meet, by kind.

use super::super::calls::FILES;
use super::super::codes::{Class, documented, of_each_class};
use super::super::fault::{Fault, Page};
use super::place::Place;
use crate::model::{Operation, Position};

/// The answer of a write is lost.
pub(super) fn lost_answer(place: &Place<'_>) -> Vec<Fault> {
    if place.call.writes() { vec![Fault::Lost] } else { Vec::new() }
}

/// A refusal of each class, no answer at all, and a gateway that answers.
pub(super) fn classes(place: &Place<'_>) -> Vec<Fault> {
    let Some(operation) = place.call.operation else {
        return vec![Fault::Gateway(404, false), Fault::Gateway(503, false), Fault::Unreachable];
    };
    let mut faults = Vec::new();
    for refusal in of_each_class(operation) {
        if refusal.class == Class::Transient && place.call.writes() {
            faults.push(Fault::RefusedAfter(refusal.clone()));
        }
        faults.push(Fault::Refused(refusal));
    }
    faults.extend([Fault::Unreachable, Fault::Gateway(502, false)]);
    faults
}

pub(super) fn wrong_reads(place: &Place<'_>) -> Vec<Fault> {
    let Some(operation) = place.call.operation.filter(|_| !place.call.writes()) else {
        return Vec::new();
    };
    let mut faults = pages(operation);
    let is_later = operation.paging.is_some() && !place.is_first;
    let refusals = of_each_class(operation);
    let of_class = |class| refusals.iter().find(|refusal| refusal.class == class).cloned();
    if is_later {
        faults.extend(of_class(Class::Transient).map(Fault::Refused));
    }
    if place.is_after_write {
        faults.push(Fault::Stale);
    }
    faults.extend(of_class(Class::Missing).map(Fault::Refused));
    faults
}

fn pages(operation: &Operation) -> Vec<Fault> {
    let Some(paging) = &operation.paging else { return Vec::new() };
    let mut pages = vec![Page::Empty];
    if paging.total.is_some() {
        // Without a total no client can know of either.
        pages.extend([Page::Nothing, Page::Short]);
    }
    pages.push(Page::RepeatedRow);
    if matches!(paging.position, Position::Cursor { .. }) && paging.total.is_some() {
        pages.push(Page::LostToken);
    }
    pages.into_iter().map(Fault::Page).collect()
}

/// Answers that cannot be read, each time. One that is slow each time says nothing: a long run would end late.
pub(super) fn broken_bodies(place: &Place<'_>) -> Vec<Fault> {
    bodies(place).into_iter().filter(|fault| *fault != Fault::Slow).collect()
}

/// Answers that cannot be read or are slow, and credentials that are refused.
pub(super) fn bodies(place: &Place<'_>) -> Vec<Fault> {
    let mut faults = vec![Fault::Cut, Fault::Slow, Fault::Garbage];
    if place.call.writes() {
        faults.push(Fault::Gateway(504, true));
    }
    if place.call.service != FILES {
        faults.extend([Fault::Revoked, Fault::Skewed]);
    }
    faults
}

/// All of everything that can be so each time.
pub(super) fn everything_for_ever(place: &Place<'_>) -> Vec<Fault> {
    everything(place).into_iter().filter(|fault| *fault != Fault::Slow).collect()
}

/// Every documented code, and all that can happen to any request.
pub(super) fn everything(place: &Place<'_>) -> Vec<Fault> {
    let codes = place.call.operation.map(documented).unwrap_or_default();
    let after =
        codes.iter().filter(|r| r.class == Class::Transient && place.call.writes()).cloned();
    let mut faults: Vec<_> = after.map(Fault::RefusedAfter).collect();
    faults.extend(codes.into_iter().map(Fault::Refused));
    faults.extend(lost_answer(place));
    faults.extend(classes(place));
    faults.extend(bodies(place));
    faults
}
