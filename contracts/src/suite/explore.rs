//! Finds what a client does when things go wrong: runs it under one planned fault after the other, and compares what
//! it says and what it leaves with its runs without faults.
//!
//! What it cannot see: what a client prints or keeps for itself, and faults that a twin cannot make.

use std::collections::BTreeMap;

use super::lab::{Lab, LabError};
use crate::report::{Case, CaseOutcome, FORMAT, Report};
use crate::stopwatch::Stopwatch;

mod buckets;
mod calls;
mod calm;
mod calm_runs;
mod cases;
mod causes;
mod codes;
mod drawn;
mod driver;
#[cfg(test)]
mod fake;
mod fault;
mod history;
mod nearest;
mod outcome;
mod parallel;
mod plan;
mod rng;
#[cfg(test)]
mod samples;
mod self_check;
mod settings;
mod shrink;
mod state;
mod story;
mod sweep;
#[cfg(test)]
mod tests;
mod verdict;

pub use self_check::{SelfCheck, self_check};
pub use settings::{Explored, Listener, Progress, Settings};

use calm_runs::CalmRuns;
use cases::{Cause, calm_case, milliseconds};
use driver::Driver;

/// Explores what a client does when things go wrong, as far as the budget goes. An error means that nothing was
/// learned: the twin or the command could not be used at all.
pub fn explore(
    lab: &dyn Lab,
    settings: &Settings,
    listener: &Listener<'_>,
) -> Result<Explored, LabError> {
    let watch = Stopwatch::start();
    let began_at = crate::stopwatch::moment();
    listener(&Progress::Calm);
    let mut explored = Explored { report: empty(settings, began_at), scenarios: BTreeMap::new() };
    let report = &mut explored.report;
    match calm_runs::calm_runs(lab, settings.jobs, &settings.rules)? {
        CalmRuns::Measured(calm) => {
            let case = calm_case(&settings.contract, calm.findings.clone(), CaseOutcome::Passed);
            let (requests, duration_ms) = (calm.calls.len(), milliseconds(calm.wall));
            report.cases.push(Case { requests, duration_ms, ..case });
            let driver = Driver::new(lab, &calm, settings, listener, watch);
            let swept = driver.sweep()?;
            let causes = causes::causes(&driver, &swept.outcomes);
            report.cases.extend(cases::cases(&settings.contract, &causes, &swept.outcomes));
            report.notes = swept.notes;
            report.notes.extend(causes.iter().filter_map(note));
            report.notes.extend(calm.notes());
            explored.scenarios = causes.into_iter().map(scenario).collect();
        }
        CalmRuns::Useless(why, output) => {
            let case = calm_case(&settings.contract, Vec::new(), CaseOutcome::NothingToJudge);
            report.cases.push(Case { output, ..case });
            report.notes.push(format!("nothing was explored: {why}"));
        }
        CalmRuns::Incomplete => {
            report.cases.push(calm_case(&settings.contract, Vec::new(), CaseOutcome::Incomplete));
            report.notes.push(
                "nothing was explored: the journal lost entries of a run without faults".to_owned(),
            );
        }
    }
    explored.report.duration_ms = watch.elapsed_ms();
    Ok(explored)
}

fn empty(settings: &Settings, began_at: String) -> Report {
    Report {
        format: FORMAT,
        tool: settings.tool.clone(),
        command: "explore".to_owned(),
        run: settings.run.clone(),
        shards: None,
        began_at,
        duration_ms: 0,
        seed: Some(settings.seed),
        cases: Vec::new(),
        notes: Vec::new(),
    }
}

fn note(cause: &Cause) -> Option<String> {
    match cause.confirmed {
        None => Some(format!("{} was not confirmed: the time was used up", cause.fingerprint)),
        Some(confirmed) if confirmed.is_flaky() => Some(confirmed.sentence(&cause.fingerprint)),
        Some(_) => None,
    }
}

fn scenario(cause: Cause) -> (String, String) {
    let scenario = cause.smallest.plan.scenario();
    (cause.fingerprint, scenario)
}
