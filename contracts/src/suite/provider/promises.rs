//! What a server promises, and the findings that show a broken promise.

use std::collections::BTreeMap;

use super::caller::Caller;
use crate::client::Transport;
use crate::report::{Case, CaseOutcome, Reported, Witness};
use crate::rules::{Certainty, Finding};
use crate::suite::evidence::fingerprint;

/// A promise of servers.
#[derive(Debug)]
pub(super) struct Promise {
    pub(super) name: &'static str,
    pub(super) promise: &'static str,
}

pub(super) const ANSWERS: Promise =
    Promise { name: "answers", promise: "answers every request in the form of its protocol" };
pub(super) const FITS: Promise =
    Promise { name: "fits-the-model", promise: "answers with the members that its page lists" };
pub(super) const DOCUMENTED: Promise = Promise {
    name: "documented-codes",
    promise: "refuses with the codes that its page lists, under their statuses",
};
pub(super) const NO_FAULT: Promise =
    Promise { name: "no-internal-error", promise: "takes every valid request without a fault" };
pub(super) const REFUSES: Promise = Promise {
    name: "refuses-broken-rules",
    promise: "refuses a request that breaks a documented rule, with the code of the rule",
};
pub(super) const STORY: Promise =
    Promise { name: "keeps-what-it-took", promise: "shows afterwards what it said was done" };
pub(super) const PAGES: Promise =
    Promise { name: "pages-to-the-end", promise: "lists each item once, on pages that end" };
pub(super) const PROOFS: Promise =
    Promise { name: "checks-credentials", promise: "refuses a call whose proof is wrong" };

/// A broken promise, found in one or two calls.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) promise: &'static Promise,
    pub(super) text: String,
    pub(super) certainty: Certainty,
    /// The numbers of the calls that show it.
    pub(super) calls: Vec<u64>,
}

impl Problem {
    pub(super) fn new(promise: &'static Promise, text: String, calls: &[u64]) -> Self {
        Self { promise, text, certainty: Certainty::Certain, calls: calls.to_vec() }
    }

    /// The same, if what it rests on is assumed: no page says it.
    pub(super) fn likely_if(self, is_assumed: bool) -> Self {
        let certainty = if is_assumed { Certainty::Likely } else { self.certainty };
        Self { certainty, ..self }
    }
}

/// What a case found.
pub(super) struct Verdict<'a> {
    pub(super) service: &'a str,
    pub(super) name: String,
    /// The operation that selects the case.
    pub(super) operation: Option<&'a str>,
    pub(super) problems: Vec<Problem>,
    pub(super) duration_ms: u64,
}

impl Verdict<'_> {
    /// The case of the report, with the calls that were made since it began.
    pub(super) fn case<T: Transport>(self, caller: &Caller<'_, T>, command: &str) -> Case {
        let witnesses = caller.witnesses();
        let findings = self.findings(&witnesses, command);
        let fails = findings.iter().any(|found| found.finding.certainty == Certainty::Certain);
        let outcome = match (fails, witnesses.is_empty()) {
            (true, _) => CaseOutcome::Failed,
            (false, true) => CaseOutcome::NothingToJudge,
            (false, false) => CaseOutcome::Passed,
        };
        Case {
            contract: self.service.to_owned(),
            name: self.name,
            file: None,
            outcome,
            verdict: None,
            faults: Vec::new(),
            findings,
            requests: witnesses.len(),
            duration_ms: self.duration_ms,
            runs: 1,
            failed_runs: 0,
            output: String::new(),
        }
    }

    /// One finding for each cause, the surest first.
    fn findings(&self, witnesses: &[Witness], command: &str) -> Vec<Reported> {
        let source = super::service_of(self.service).map_or("", |service| &service.source);
        let operation = self.operation.map(|name| format!(" --operation {name}"));
        let replay =
            format!("{command} --service {}{}", self.service, operation.unwrap_or_default());
        let mut order = Vec::new();
        let mut by_cause: BTreeMap<String, (&Problem, Finding, usize)> = BTreeMap::new();
        for problem in &self.problems {
            let finding = Finding {
                rule: problem.promise.name.to_owned(),
                certainty: problem.certainty,
                text: problem.text.clone(),
                witnesses: problem.calls.clone(),
            };
            let cause = fingerprint(&finding);
            if let Some((_, _, more)) = by_cause.get_mut(&cause) {
                *more += 1;
            } else {
                order.push(cause.clone());
                by_cause.insert(cause, (problem, finding, 0));
            }
        }
        let reported = |cause: String| {
            let (problem, mut finding, more) = by_cause.remove(&cause)?;
            if more > 0 {
                finding.text = format!("{}; and so {more} more times", finding.text);
            }
            let proves = |witness: &&Witness| problem.calls.contains(&witness.number);
            Some(Reported {
                finding,
                promise: problem.promise.promise.to_owned(),
                source: source.to_owned(),
                witnesses: witnesses.iter().filter(proves).cloned().collect(),
                state_difference: Vec::new(),
                replay: replay.clone(),
                accepted: None,
                fingerprint: cause,
            })
        };
        let mut all: Vec<_> = order.into_iter().filter_map(reported).collect();
        all.sort_by_key(|found| std::cmp::Reverse(found.finding.certainty));
        all
    }
}
