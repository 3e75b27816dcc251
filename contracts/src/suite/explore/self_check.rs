//! Plants a bug that must be found, so that "nothing was found" does not mean that nothing could be found.

use std::collections::BTreeSet;

use super::super::lab::{Lab, LabError};
use super::calls::Target;
use super::calm::Calm;
use super::calm_runs::{CalmRuns, calm_runs};
use super::codes::{Class, of_each_class};
use super::fault::Fault;
use super::outcome::Outcome;
use super::plan::{Often, Plan};
use super::settings::Settings;
use crate::report::Verdict;

/// What became of the planted bug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SelfCheck {
    /// It was found: what the client with the bug did, in a sentence.
    Found(String),
    /// It was not found: an exploration of this client proves nothing. What was tried.
    Missed(Vec<String>),
    /// This bug does not show in this client, for the reason given.
    Impossible(String),
}

/// Looks for the bug of a client that says that all is well whatever happened. The lab runs the user's own client in
/// a wrapper that does so: `sh -c 'COMMAND; exit 0'`. The writes of the client are refused, each kind in turn; the
/// first that is, must be reported as silently wrong.
pub fn self_check(planted: &dyn Lab, settings: &Settings) -> Result<SelfCheck, LabError> {
    let calm = match calm_runs(planted, settings.jobs, &settings.rules)? {
        CalmRuns::Measured(calm) => calm,
        CalmRuns::Useless(why, _) => return Ok(SelfCheck::Impossible(why)),
        CalmRuns::Incomplete => {
            return Ok(SelfCheck::Impossible("the journal lost entries".to_owned()));
        }
    };
    let plans = plans(&calm);
    if plans.is_empty() {
        let why = "the client changes nothing, so its state cannot be wrong; what rules say of it holds all the same";
        return Ok(SelfCheck::Impossible(why.to_owned()));
    }
    let mut tried = Vec::new();
    for plan in plans {
        let outcome = Outcome::of(planted, &calm, &plan, &settings.rules)?;
        if outcome.verdict == Verdict::SilentlyWrong {
            let sentence = outcome.findings.first().map(|found| found.finding.text.clone());
            return Ok(SelfCheck::Found(sentence.unwrap_or_default()));
        }
        tried.push(plan.title());
    }
    Ok(SelfCheck::Missed(tried))
}

/// Each kind of write refused for ever.
fn plans(calm: &Calm) -> Vec<Plan> {
    let mut seen = BTreeSet::new();
    let mut plans = Vec::new();
    for (at, call) in calm.calls.iter().enumerate() {
        let Some(operation) = call.operation.filter(|_| call.writes() && call.was_done) else {
            continue;
        };
        let permanent = of_each_class(operation).into_iter().find(|r| r.class == Class::Permanent);
        let fault = permanent.map_or(Fault::Gateway(403, false), Fault::Refused);
        if let Some(target) = Target::of(&calm.calls, at).filter(|_| seen.insert(call.name())) {
            let target = Target { input: Vec::new(), skip: 0, place: 0, ..target };
            plans.push(Plan::one(target, fault, Often::Always));
        }
    }
    plans
}
