//! Plans with one fault, for the requests of a calm run.

use std::collections::BTreeSet;

use super::super::calls::{Called, FILES, Target};
use super::super::calm::Calm;
use super::super::codes::{Class, documented, of_each_class};
use super::super::fault::{Fault, Job, Page};
use super::super::plan::{Often, Plan};
use super::{Planned, Stage};
use crate::model::{Operation, Position};

/// Of equal requests one after the other, such as polls, so many are faulted.
const EQUALS_MAX: u64 = 3;

/// The services whose operations create jobs, and those whose jobs have rows.
const JOBS: [&str; 4] = ["ciam", "organization", "aicc", "workspace"];
const JOBS_WITH_ROWS: [&str; 2] = ["ciam", "aicc"];

/// A request that can be faulted.
struct Place<'c> {
    call: &'c Called,
    target: Target,
    /// Whether it is the first of its operation.
    is_first: bool,
    /// Whether something was changed before it.
    is_after_write: bool,
}

/// The stages of single faults, in their order.
pub(in super::super) fn singles(calm: &Calm, planned: &mut Planned) -> Vec<Stage> {
    let places = places(&calm.calls);
    let of_firsts = |faults: fn(&Place<'_>) -> Vec<Fault>, often| {
        let firsts = places.iter().filter(|place| place.is_first);
        plans(firsts, faults, often)
    };
    let of_all = |faults: fn(&Place<'_>) -> Vec<Fault>, often| plans(places.iter(), faults, often);
    let always =
        [classes, bodies, lost_answer].map(|faults| of_firsts(faults, Often::Always)).concat();
    let jobs = job_plans(&places);
    vec![
        planned.stage("lost answers of writes", of_all(lost_answer, Often::Once)),
        planned.stage("one code of each class", of_firsts(classes, Often::Once)),
        planned.stage("wrong reads", of_all(wrong_reads, Often::Once)),
        planned.stage("jobs", jobs),
        planned.stage("broken and slow answers", of_firsts(bodies, Often::Once)),
        planned.stage("one code of each class, always", always),
        planned.stage("every call, every code", of_all(everything, Often::Once)),
        planned.stage("every call, every code, always", of_starts(&places)),
    ]
}

/// The requests of a run that can be faulted: the first of each operation, the last, then the others.
fn places(calls: &[Called]) -> Vec<Place<'_>> {
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

fn plans<'p, 'c: 'p>(
    places: impl Iterator<Item = &'p Place<'c>>,
    faults: fn(&Place<'_>) -> Vec<Fault>,
    often: Often,
) -> Vec<Plan> {
    let of = |place: &Place<'_>| {
        let plan = |fault| Plan::one(place.target.clone(), fault, often);
        faults(place).into_iter().map(plan).collect::<Vec<_>>()
    };
    places.flat_map(of).collect()
}

/// Always from the first of equal requests on.
fn of_starts(places: &[Place<'_>]) -> Vec<Plan> {
    plans(places.iter().filter(|place| place.target.skip == 0), everything, Often::Always)
}

fn lost_answer(place: &Place<'_>) -> Vec<Fault> {
    if place.call.writes() { vec![Fault::Lost] } else { Vec::new() }
}

/// A refusal of each class, no answer at all, and a gateway that answers.
fn classes(place: &Place<'_>) -> Vec<Fault> {
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

fn wrong_reads(place: &Place<'_>) -> Vec<Fault> {
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

fn bodies(place: &Place<'_>) -> Vec<Fault> {
    let mut faults = vec![Fault::Cut, Fault::Slow, Fault::Garbage];
    if place.call.writes() {
        faults.push(Fault::Gateway(504, true));
    }
    if place.call.service != FILES {
        faults.extend([Fault::Revoked, Fault::Skewed]);
    }
    faults
}

fn everything(place: &Place<'_>) -> Vec<Fault> {
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

/// The ends of the first job of each service in which something is done, once and for all jobs.
fn job_plans(places: &[Place<'_>]) -> Vec<Plan> {
    let mut plans = Vec::new();
    for service in JOBS {
        let creates = |place: &&Place<'_>| place.call.service == service && place.call.writes();
        if !places.iter().any(|place| creates(&place)) {
            continue;
        }
        let (operation, input) = (None, Vec::new());
        let target = Target { service: service.to_owned(), operation, input, skip: 0, place: 0 };
        let has_rows = JOBS_WITH_ROWS.contains(&service);
        let ends = [Job::Fails, Job::Stays, Job::Late, Job::BadRows];
        for end in ends.into_iter().filter(|end| *end != Job::BadRows || has_rows) {
            plans.push(Plan::one(target.clone(), Fault::Job(end), Often::Once));
        }
    }
    plans
}
