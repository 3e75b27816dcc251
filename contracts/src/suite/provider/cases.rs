//! What is judged, and in which order: what makes things comes before what reads them and what takes them away.

use std::sync::Arc;

use super::promises::Verdict;
use super::selection::Selected;
use super::stories::{Story, stories};
use super::{Suite, pages, proofs};
use crate::client::Transport;
use crate::model::Operation;
use crate::report::Case;
use crate::rules::effects::{Effect, effect};
use crate::stopwatch::Stopwatch;

/// One thing to judge.
pub(super) enum Item {
    /// A story of one service.
    Story(&'static str, &'static Story),
    /// An operation with generated requests.
    Operation(&'static Arc<Operation>),
    /// A list, to its end.
    Pages(&'static Arc<Operation>),
    /// Wrong credentials, with an operation that does no harm.
    Proofs(&'static Arc<Operation>),
}

/// All that is judged.
pub(super) fn plan(selected: &Selected) -> Vec<Item> {
    let all = &selected.operations;
    let stories = stories()
        .iter()
        .flat_map(|(service, stories)| stories.iter().map(move |story| (*service, story)))
        .filter(|(service, story)| story.calls_any(|name| selected.has(service, name)))
        .filter(|(service, story)| story.calls_all(|name| selected.may_call(service, name)))
        .map(|(service, story)| Item::Story(service, story));
    let proofs = proofs::operations(selected).into_iter().map(Item::Proofs);
    let of = |effects: &'static [Effect]| {
        all.iter().copied().filter(|one| effects.contains(&effect(one))).map(Item::Operation)
    };
    let pages = all.iter().copied().filter(|one| one.paging.is_some()).map(Item::Pages);
    stories
        .chain(proofs)
        .chain(of(&[Effect::GrantsAccess, Effect::Creates]))
        .chain(of(&[Effect::Exports, Effect::Changes]))
        .chain(of(&[Effect::Reads]))
        .chain(pages)
        .chain(of(&[Effect::Destroys]))
        .collect()
}

impl<T: Transport> Suite<'_, T> {
    /// Judges one thing; nothing if the server does not implement it, or nothing could be sent.
    pub(super) fn case(&mut self, item: &Item) -> Option<Case> {
        self.caller.begin_case();
        let began = Stopwatch::start();
        let (problems, service, name, operation) = match item {
            Item::Story(service, story) => {
                let problems = self.story(service, story)?;
                (problems, *service, format!("story: {}", story.name), story.first_call())
            }
            Item::Operation(operation) => {
                let name = operation.name.as_str();
                (
                    self.operation(operation)?,
                    operation.service.as_str(),
                    versioned(operation),
                    Some(name),
                )
            }
            Item::Pages(operation) => {
                let problems = pages::judge(self, operation)?;
                let name = format!("{}: pages", versioned(operation));
                (problems, operation.service.as_str(), name, Some(operation.name.as_str()))
            }
            Item::Proofs(operation) => {
                let problems = proofs::judge(self, operation)?;
                (problems, operation.service.as_str(), "credentials".to_owned(), None)
            }
        };
        let duration_ms = began.elapsed_ms();
        let verdict = Verdict { service, name, operation, problems, duration_ms };
        Some(verdict.case(&self.caller, &self.replay()))
    }

    /// The command that draws the same requests again.
    fn replay(&self) -> String {
        let settings = self.settings;
        format!("{} --cases {} --seed {}", settings.command, settings.cases, settings.seed)
    }
}

/// The name of an operation, with its version where it is not the usual one.
pub(super) fn versioned(operation: &Operation) -> String {
    let usual = super::service_of(&operation.service).and_then(|service| service.versions.first());
    if usual == Some(&operation.version) {
        operation.name.clone()
    } else {
        format!("{}@{}", operation.name, operation.version)
    }
}
