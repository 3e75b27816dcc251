//! Plans with one fault, for the requests of a calm run.

use super::super::calls::Target;
use super::super::calm::Calm;
use super::super::fault::{Fault, Job};
use super::super::plan::{Often, Plan};
use super::kinds::{
    bodies, broken_bodies, classes, everything, everything_for_ever, lost_answer, wrong_reads,
};
use super::place::{Place, places};
use super::{Planned, Stage};

#[cfg(test)]
mod tests;

/// The services whose operations create jobs, and those whose jobs have rows.
const JOBS: [&str; 4] = ["ciam", "organization", "aicc", "workspace"];
const JOBS_WITH_ROWS: [&str; 2] = ["ciam", "aicc"];

/// Words in the names of operations that start jobs. A scenario finds the requests that do; where no name has such a
/// word, it need not be tried.
const JOB_WORDS: [&str; 10] = [
    "Job",
    "Task",
    "Import",
    "Export",
    "Sync",
    "Provision",
    "Dismantle",
    "Assignment",
    "Audit",
    "Workspace",
];

/// The stages of single faults, in their order.
pub(in super::super) fn singles(calm: &Calm, planned: &mut Planned) -> Vec<Stage> {
    let places = places(&calm.calls);
    let of_firsts = |faults: fn(&Place<'_>) -> Vec<Fault>, often| {
        let firsts = places.iter().filter(|place| place.is_first);
        plans(firsts, faults, often)
    };
    let of_all = |faults: fn(&Place<'_>) -> Vec<Fault>, often| plans(places.iter(), faults, often);
    let always = [classes, broken_bodies, lost_answer]
        .map(|faults| of_firsts(faults, Often::Always))
        .concat();
    let jobs = job_plans(&places);
    vec![
        planned.stage("lost answers of writes", of_firsts(lost_answer, Often::Once)),
        planned.stage("one code of each class", of_firsts(classes, Often::Once)),
        planned.stage("jobs", jobs),
        planned.stage("wrong reads", of_all(wrong_reads, Often::Once)),
        planned.stage("lost answers of the other writes", of_all(lost_answer, Often::Once)),
        planned.stage("broken and slow answers", of_firsts(bodies, Often::Once)),
        planned.stage("one code of each class, always", always),
        planned.stage("every call, every code", of_all(everything, Often::Once)),
        planned.stage("every call, every code, always", of_starts(&places)),
    ]
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
    plans(places.iter().filter(|place| place.target.skip == 0), everything_for_ever, Often::Always)
}

/// The ends of the first job of each service in which something is done, once and for all jobs.
fn job_plans(places: &[Place<'_>]) -> Vec<Plan> {
    let mut plans = Vec::new();
    for service in JOBS {
        let creates = |place: &Place<'_>| {
            let has_word = JOB_WORDS.iter().any(|word| place.call.name().contains(word));
            place.call.service == service && place.call.writes() && has_word
        };
        if !places.iter().any(creates) {
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
