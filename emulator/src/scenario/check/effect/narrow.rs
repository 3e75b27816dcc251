//! Which of the operations that a rule names its effect can happen to: the others it does not meet.

use std::collections::BTreeSet;

use contracts::{Operation, Position};

use super::super::{Problems, Targets};
use super::jobs::Jobs;
use crate::scenario::ANY_CODE;
use crate::scenario::change::PageFault;
use crate::scenario::file::{EffectTable, RuleTable};
use crate::services;

impl Problems<'_> {
    /// Those to which the effect can happen. It must be one at least.
    pub(in crate::scenario::check) fn narrowed(
        &mut self,
        targets: Targets,
        table: &RuleTable,
    ) -> Targets {
        let (effect, span) = (table.effect.get_ref(), table.effect.span());
        let Some((suits, what)) = suits(effect) else { return targets };
        let mut operations = match targets {
            Targets::Files => {
                self.add(span, "a download can be delayed, spoiled, lost, or get another status");
                return Targets::Files;
            }
            Targets::All => contracts::catalog().operations().map(|one| &**one).collect(),
            Targets::Operations(all) => all,
        };
        let named = !operations.is_empty();
        operations.retain(|one| suits(one));
        // What a refusal needs is said where its code is.
        if operations.is_empty() && named && effect.refuse.is_none() {
            self.add(span, format!("no such operation {what}"));
        }
        if let Some(job) = effect.job.as_ref().filter(|_| !operations.is_empty()) {
            self.row_names(job, &operations, &table.effect.span());
        }
        Targets::Operations(operations)
    }
}

type Suits<'a> = Box<dyn Fn(&Operation) -> bool + 'a>;

/// What an effect asks of an operation; nothing where it can happen to all.
fn suits(effect: &EffectTable) -> Option<(Suits<'_>, &'static str)> {
    if let Some(code) = effect.refuse.as_ref().filter(|_| !effect.undocumented) {
        let suits = |one: &Operation| match code.get_ref().as_str() {
            ANY_CODE => !one.errors.is_empty(),
            code => one.documents(code),
        };
        return Some((Box::new(suits), "documents the code"));
    }
    if let Some(job) = &effect.job {
        let (jobs, has_rows) = (Jobs::all(), job.rows.is_some());
        let what = if has_rows { "creates a job that has rows" } else { "creates a job" };
        return Some((Box::new(move |one| jobs.has(one, has_rows)), what));
    }
    if effect.stale.is_some() {
        let reading = read_only();
        return Some((Box::new(move |one| reading.contains(&one.index)), "only reads"));
    }
    if effect.page.is_some() || effect.total.is_some() {
        let what = match effect.page {
            Some(PageFault::LostToken) => "has pages with a token",
            _ if effect.total.is_some() => "has pages with a total",
            _ => "has pages",
        };
        return Some((Box::new(|one| has_page(one, effect)), what));
    }
    None
}

/// The places of the operations that only read.
fn read_only() -> BTreeSet<usize> {
    let mut places = BTreeSet::new();
    for service in services::all() {
        let Some(model) = contracts::catalog().service(service.name) else { continue };
        let reading = service.operations.iter().filter(|one| one.read_only);
        places.extend(reading.filter_map(|one| Some(one.model(model)?.index)));
    }
    places
}

fn has_page(operation: &Operation, effect: &EffectTable) -> bool {
    operation.paging.as_ref().is_some_and(|paging| {
        let has_token = matches!(paging.position, Position::Cursor { .. });
        (effect.page != Some(PageFault::LostToken) || has_token)
            && (effect.total.is_none() || paging.total.is_some())
    })
}
