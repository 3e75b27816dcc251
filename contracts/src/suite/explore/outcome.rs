//! Carries out one plan: runs the client under it, and once more without faults where only that shows whether a
//! failure was clean.

use std::time::Duration;

use super::super::evidence::{by_rule, reported};
use super::super::lab::{Lab, LabError, Ran};
use super::calls::Called;
use super::calm::Calm;
use super::nearest::nearest;
use super::plan::Plan;
use super::story::{Story, verdict_name};
use super::sweep::Seen;
use super::verdict::{Judged, judge, needs_second_run};
use crate::report::{Reported, Verdict};
use crate::rules::{Certainty, Finding, Settings};

/// Of a client that sends more than this and does not end, the verdict says enough.
const ENTRIES_MAX: usize = 1000;

/// What a run under a plan has shown. The requests themselves are dropped: a sweep has thousands of runs.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) plan: Plan,
    pub(super) verdict: Verdict,
    /// The choices of the plan that acted.
    pub(super) fired: Vec<usize>,
    /// Broken promises, that of the verdict first.
    pub(super) findings: Vec<Reported>,
    pub(super) calls: Vec<Called>,
    pub(super) coped: bool,
    pub(super) wall: Duration,
    pub(super) requests: usize,
    /// The end of what the client printed; before it why no fault met a request.
    pub(super) output: String,
}

impl Outcome {
    /// Runs the client under a plan.
    pub(super) fn of(
        lab: &dyn Lab,
        calm: &Calm,
        plan: &Plan,
        rules: &Settings,
    ) -> Result<Self, LabError> {
        let mut room = lab.room()?;
        let run = room.run(&[plan.scenario()])?;
        let again = if needs_second_run(calm, plan, &run) { Some(room.run(&[])?) } else { None };
        Ok(Self::judged(calm, plan, &run, again.as_ref(), rules))
    }

    fn judged(calm: &Calm, plan: &Plan, run: &Ran, again: Option<&Ran>, rules: &Settings) -> Self {
        let judged = judge(calm, plan, run, again);
        let calls = calm.drawn.calls(&run.entries);
        let story = Story { calm, plan, run, calls: &calls, judged: &judged };
        let mut findings: Vec<_> = of_verdict(&story).into_iter().collect();
        findings.extend(of_rules(&story, rules));
        Self {
            plan: plan.clone(),
            verdict: judged.verdict,
            fired: judged.fired.clone(),
            findings,
            coped: story.coped(),
            wall: run.wall,
            requests: run.entries.len(),
            output: output(plan, run, &judged, &calls),
            calls,
        }
    }

    /// Whether it has a finding of that cause.
    pub(super) fn has(&self, fingerprint: &str) -> bool {
        self.findings.iter().any(|found| found.fingerprint == fingerprint)
    }

    /// What later stages need of it.
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen { plan: &self.plan, calls: &self.calls, coped: self.coped }
    }
}

/// What a client must do whatever happens, and the source of that.
const PROMISE: &str = "ends in time, and says that it failed unless state and history are those of a run without faults; \
                       what it leaves when it failed, a second run brings to that state";
const SOURCE: &str = "the same client without faults; the comparison of end state and history follows Sieve (OSDI 2022)";

fn output(plan: &Plan, run: &Ran, judged: &Judged, calls: &[Called]) -> String {
    let missed = (judged.verdict == Verdict::NotInjected).then(|| nearest(plan, calls)).flatten();
    let lines = missed.into_iter().chain([run.output.clone()]).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn of_verdict(story: &Story<'_>) -> Option<Reported> {
    let verdict = story.judged.verdict;
    let finding = || Finding {
        rule: verdict_name(verdict).to_owned(),
        certainty: Certainty::Certain,
        text: story.sentence(),
        witnesses: story.witnesses(),
    };
    let found = || Reported {
        state_difference: story.judged.difference.clone(),
        fingerprint: story.cause(),
        ..reported(finding(), PROMISE.to_owned(), SOURCE.to_owned(), &story.run.entries)
    };
    is_bad(verdict).then(found)
}

/// What the rules say of a run. Of one with a bad verdict they say only what is certain: the rest follows from it.
fn of_rules(story: &Story<'_>, rules: &Settings) -> Vec<Reported> {
    let Story { calm, run, judged, .. } = *story;
    let is_long = judged.verdict == Verdict::Hung && run.entries.len() > ENTRIES_MAX;
    if is_long || matches!(judged.verdict, Verdict::Incomplete | Verdict::NotInjected) {
        return Vec::new();
    }
    let mut broken = calm.new_findings(run, rules);
    if is_bad(judged.verdict) {
        broken.retain(|finding| finding.certainty == Certainty::Certain);
    }
    broken.into_iter().map(|finding| of_rule(finding, run)).collect()
}

fn is_bad(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Hung | Verdict::FailedDirty | Verdict::SilentlyWrong)
}

/// All findings of one rule have one cause.
pub(super) fn of_rule(finding: Finding, run: &Ran) -> Reported {
    Reported { fingerprint: finding.rule.clone(), ..by_rule(finding, &run.entries) }
}
