//! Names the requests of a run so that the same request has the same name in every run: by operation, by what
//! distinguishes its input from others, and by how many such requests came before.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::Operation;
use crate::rules::effects::{Effect, effect};

/// Most conditions on an input: more are hard to read.
const CONDITIONS_MAX: usize = 3;

/// The service of downloads, as scenarios name it.
pub(super) const FILES: &str = "files";

/// A request of a run.
#[derive(Debug, Clone)]
pub(super) struct Called {
    /// The number of its entry.
    pub(super) number: u64,
    pub(super) service: String,
    /// Absent: the download of a file.
    pub(super) operation: Option<&'static Operation>,
    /// The members of its input that are the same in every run, by JSON pointer.
    pub(super) input: Vec<(String, Value)>,
    /// Whether the service did the work, whatever the client knows.
    pub(super) was_done: bool,
    /// The same for all attempts at the same request within a run, ids and all.
    pub(super) attempt_of: u64,
    /// The same for all requests of an operation within a run that name the same object and give the same members of
    /// it, whatever values. Absent: it names none by an id.
    pub(super) object: Option<u64>,
}

/// Which requests a fault is about. Two runs mean the same request by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) service: String,
    pub(super) operation: Option<&'static str>,
    /// What the input must have, by JSON pointer; as little as is needed.
    pub(super) input: Vec<(String, Value)>,
    /// How many such requests come first.
    pub(super) skip: u64,
    /// How many requests of the operation come first, whatever their input is: on arrival it is not read yet.
    pub(super) place: u64,
}

impl Called {
    /// What it does to the state; a download reads.
    pub(super) fn effect(&self) -> Effect {
        self.operation.map_or(Effect::Reads, effect)
    }

    /// Whether it changes something.
    pub(super) fn writes(&self) -> bool {
        !matches!(self.effect(), Effect::Reads | Effect::GrantsAccess)
    }

    /// The operation's name.
    pub(super) fn name(&self) -> &'static str {
        self.operation.map_or("the download", |operation| operation.name.as_str())
    }

    /// The same text for all requests for the same thing.
    pub(super) fn key(&self) -> String {
        let input: BTreeMap<_, _> = self.input.iter().map(|(name, value)| (name, value)).collect();
        format!("{} {} {input:?}", self.service, self.name())
    }
}

impl Target {
    /// Whether a request is one of those that it counts.
    pub(super) fn counts(&self, call: &Called) -> bool {
        self.service == call.service
            && self.operation == call.operation.map(|operation| operation.name.as_str())
            && self.input.iter().all(|condition| call.input.contains(condition))
    }

    /// The target of a request among all of its run.
    pub(super) fn of(calls: &[Called], at: usize) -> Option<Self> {
        let call = calls.get(at)?;
        let operation = call.operation.map(|operation| operation.name.as_str());
        let (service, input) = (call.service.clone(), Vec::new());
        let mut target = Self { service, operation, input, skip: 0, place: 0 };
        let before = |target: &Self| {
            let before = calls.iter().take(at).filter(|other| target.counts(other)).count();
            u64::try_from(before).unwrap_or(u64::MAX)
        };
        target.place = before(&target);
        target.input = conditions(&target, call, calls);
        target.skip = before(&target);
        Some(target)
    }

    /// The same with the next request of its kind.
    pub(super) fn next(&self) -> Self {
        Self { skip: self.skip + 1, place: self.place + 1, ..self.clone() }
    }

    /// The request that it means, if the run has it.
    pub(super) fn find<'c>(&self, calls: &'c [Called]) -> Option<&'c Called> {
        let skip = usize::try_from(self.skip).ok()?;
        calls.iter().filter(|call| self.counts(call)).nth(skip)
    }
}

/// The members of its input that distinguish a request from those that ask for something else.
fn conditions(bare: &Target, call: &Called, calls: &[Called]) -> Vec<(String, Value)> {
    let is_other = |other: &&Called| bare.counts(other) && other.input != call.input;
    let mut others: Vec<_> = calls.iter().filter(is_other).collect();
    let mut chosen = Vec::new();
    while !others.is_empty() && chosen.len() < CONDITIONS_MAX {
        let left =
            |leaf: &(String, Value)| others.iter().filter(|o| o.input.contains(leaf)).count();
        let best = call.input.iter().min_by_key(|leaf| (left(leaf), leaf.1.to_string().len()));
        let Some(best) = best.filter(|best| left(best) < others.len()) else { break };
        others.retain(|other| other.input.contains(best));
        chosen.push(best.clone());
    }
    chosen
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::super::lab::Ran;
    use super::super::drawn::Drawn;
    use super::super::samples::ran;
    use super::*;
    use crate::rules::talk::{Step, file, lost, ok};

    fn create(store: &str, name: &str) -> Step {
        ok(0, "ciam", "CreateUser")
            .with(json!({"UserStoreId": store, "UserName": name, "Password": "***"}))
    }

    fn run(store: &str) -> Ran {
        let list = |page: u8| {
            ok(0, "ciam", "ListUser")
                .with(json!({"UserStoreId": store, "Pageable": {"PageNumber": page}}))
        };
        let delete =
            |n: u8| ok(0, "ciam", "DeleteUsers").with(json!({"UserIds": [format!("{store}{n}")]}));
        let path = format!("/files/{store}");
        ran([
            list(1),
            list(2),
            create(store, "ada"),
            create(store, "bob"),
            list(1),
            delete(1),
            delete(2),
            file(0, &path),
        ])
    }

    fn targets(store: &str) -> Vec<Target> {
        let runs = [run("aaaa"), run("bbbb")];
        let drawn = Drawn::learn(&runs.iter().collect::<Vec<_>>());
        let calls = drawn.calls(&run(store).entries);
        (0..calls.len()).filter_map(|at| Target::of(&calls, at)).collect()
    }

    fn target(operation: &'static str, input: &[(&str, Value)], skip: u64, place: u64) -> Target {
        let input = input.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Target { service: "ciam".to_owned(), operation: Some(operation), input, skip, place }
    }

    #[test]
    fn a_request_has_the_same_name_in_each_run() {
        assert_eq!(targets("aaaa"), targets("cccc"));
    }

    #[test]
    fn its_name_says_no_more_than_is_needed() {
        let page = |number: u8| ("/Pageable/PageNumber", json!(number));
        let user = |name: &str| ("/UserName", json!(name));
        let file =
            Target { service: FILES.to_owned(), operation: None, input: vec![], skip: 0, place: 0 };
        let expected = [
            target("ListUser", &[page(1)], 0, 0),
            target("ListUser", &[page(2)], 0, 1),
            target("CreateUser", &[user("ada")], 0, 0),
            target("CreateUser", &[user("bob")], 0, 1),
            target("ListUser", &[page(1)], 1, 2),
            target("DeleteUsers", &[], 0, 0),
            target("DeleteUsers", &[], 1, 1),
            file,
        ];
        assert_eq!(targets("aaaa"), expected);
    }

    #[test]
    fn a_target_finds_its_request_in_another_run() {
        let drawn = Drawn::learn(&[&run("aaaa"), &run("bbbb")]);
        let other =
            ran([create("cccc", "bob"), create("cccc", "ada"), lost(0, "ciam", "CreateUser")]);
        let calls = drawn.calls(&other.entries);
        let ada = target("CreateUser", &[("/UserName", json!("ada"))], 0, 0);
        assert_eq!(ada.find(&calls).map(|call| call.number), Some(2));
        assert!(ada.next().find(&calls).is_none());
        assert!(calls.iter().all(|call| call.was_done && call.writes()));
    }
}
