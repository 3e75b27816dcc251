//! Runs a client without faults, to have a measure for its runs with faults.

use super::super::lab::{End, Lab, LabError, Ran};
use super::calls::{Called, Target};
use super::calm::Calm;
use super::drawn::Drawn;
use super::fault::Fault;
use super::parallel::each;
use super::plan::{Choice, Often, Plan};
use crate::rules::Settings;

/// Runs without faults: what differs between them says nothing.
const RUNS: usize = 3;

/// The result of runs without faults.
#[derive(Debug)]
pub(super) enum CalmRuns {
    /// A measure.
    Measured(Box<Calm>),
    /// The client does not do its work even then: nothing can be judged. Why, and the end of what it printed.
    Useless(String, String),
    /// The journal lost entries.
    Incomplete,
}

/// Runs the client three times in rooms of their own, and once more in the room of the first.
pub(super) fn calm_runs(
    lab: &dyn Lab,
    jobs: usize,
    rules: &Settings,
) -> Result<CalmRuns, LabError> {
    let is_first = [true, false, false];
    let done = each(jobs.min(RUNS), &is_first, &|| false, &|is_first| calm_run(lab, *is_first));
    let (mut runs, mut again) = (Vec::new(), None);
    for result in done.into_iter().flatten() {
        let (run, second) = result?;
        runs.push(run);
        again = again.or(second);
    }
    if runs.iter().chain(&again).any(|run| run.lost > 0) {
        return Ok(CalmRuns::Incomplete);
    }
    if let Some((why, output)) = runs.iter().find_map(useless) {
        return Ok(CalmRuns::Useless(why, output));
    }
    let runs: Vec<_> = runs.iter().collect();
    let Some(again) = again else {
        return Ok(CalmRuns::Useless("it did not run".to_owned(), String::new()));
    };
    let shut = shut_run(lab, &Drawn::learn(&runs), &runs)?;
    Ok(CalmRuns::Measured(Box::new(Calm::of(&runs, &again, shut.as_ref(), rules))))
}

fn calm_run(lab: &dyn Lab, is_first: bool) -> Result<(Ran, Option<Ran>), LabError> {
    let mut room = lab.room()?;
    let run = room.run(&[])?;
    let again = if is_first { Some(room.run(&[])?) } else { None };
    Ok((run, again))
}

fn useless(run: &Ran) -> Option<(String, String)> {
    let why = match run.end {
        _ if run.entries.is_empty() => "it sent no request".to_owned(),
        End::Exited(0) => return None,
        End::Exited(code) => format!("it exited {code}"),
        End::Killed(signal) => format!("it was killed by signal {signal}"),
        End::TimedOut => format!("it had not ended after {:.0} s", run.wall.as_secs_f64()),
    };
    Some((format!("without any fault, {why}"), run.output.clone()))
}

/// A run whose writes are all refused shows the state before a run. A client that writes nothing needs none.
fn shut_run(lab: &dyn Lab, drawn: &Drawn, runs: &[&Ran]) -> Result<Option<Ran>, LabError> {
    let calls = runs.first().map(|run| drawn.calls(&run.entries)).unwrap_or_default();
    let plan = shut(&calls);
    if plan.choices.is_empty() {
        return Ok(None);
    }
    lab.room()?.run(&[plan.scenario()]).map(Some)
}

fn shut(calls: &[Called]) -> Plan {
    let mut plan = Plan::default();
    for call in calls.iter().filter(|call| call.writes()) {
        let operation = call.operation.map(|operation| operation.name.as_str());
        let target =
            Target { service: call.service.clone(), operation, input: vec![], skip: 0, place: 0 };
        if plan.choices.iter().all(|choice| choice.target != target) {
            let fault = Fault::Gateway(403, false);
            plan = plan.and(Choice { target, fault, often: Often::Always });
        }
    }
    plan
}
