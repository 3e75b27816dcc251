//! Stories: calls that need each other, and what must be seen in between. They are files; this runs them.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::caller::pause;
use super::model::Model;
use super::promises::{Problem, STORY};
use super::{Suite, text_of};
use crate::client::Transport;
use crate::model::Operation;
use crate::rules::values::values;

/// Files by service.
const FILES: [(&str, &str); 6] = [
    ("ciam", include_str!("../../../stories/ciam.toml")),
    ("organization", include_str!("../../../stories/organization.toml")),
    ("scim", include_str!("../../../stories/scim.toml")),
    ("aicc", include_str!("../../../stories/aicc.toml")),
    ("workspace", include_str!("../../../stories/workspace.toml")),
    ("iam", include_str!("../../../stories/iam.toml")),
];

/// How long a job may take, and how long to wait between two looks at it.
const LOOKS_MAX: u32 = 240;
const LOOK: Duration = Duration::from_millis(250);

/// A story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    /// What happens, in one sentence.
    pub(super) name: String,
    step: Vec<Step>,
}

/// One call of a story. In texts `$name` is a name that no other run has, and `$x` what an earlier call kept as x.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// The operation.
    call: String,
    #[serde(default)]
    input: Map<String, Value>,
    /// Values of the answer to keep, by their paths.
    #[serde(default)]
    keep: BTreeMap<String, String>,
    /// Paths of the answer, and a value that must be among those there.
    #[serde(default)]
    shows: BTreeMap<String, Value>,
    /// Paths of the answer, and a value that must not be among those there.
    #[serde(default)]
    lacks: BTreeMap<String, Value>,
    /// The code with which it must be refused.
    refused: Option<String>,
    /// Call again until the member for which clients wait has one of its last values.
    #[serde(default)]
    until_end: bool,
    /// Call it although an earlier step went wrong: it takes away what was made.
    #[serde(default)]
    always: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    story: Vec<Story>,
}

/// All stories by service.
pub(super) fn stories() -> &'static [(&'static str, Vec<Story>)] {
    static STORIES: LazyLock<Vec<(&str, Vec<Story>)>> = LazyLock::new(|| {
        // A test reads each file.
        let read = |text| toml::from_str::<File>(text).map(|file| file.story).unwrap_or_default();
        FILES.iter().map(|(service, text)| (*service, read(text))).collect()
    });
    &STORIES
}

impl Story {
    /// Whether it calls any such operation.
    pub(super) fn calls_any(&self, is: impl Fn(&str) -> bool) -> bool {
        self.step.iter().any(|step| is(&step.call))
    }

    /// Whether all operations that it calls are such.
    pub(super) fn calls_all(&self, is: impl Fn(&str) -> bool) -> bool {
        self.step.iter().all(|step| is(&step.call))
    }

    /// The operation that it calls first.
    pub(super) fn first_call(&self) -> Option<&str> {
        self.step.first().map(|step| step.call.as_str())
    }
}

impl<T: Transport> Suite<'_, T> {
    /// The problems of a story; nothing if the server does not implement all of it.
    pub(super) fn story(&mut self, service: &str, story: &Story) -> Option<Vec<Problem>> {
        let mut told = Told { kept: self.names(), problems: Vec::new() };
        for (at, step) in story.step.iter().enumerate() {
            if !told.problems.is_empty() && !step.always {
                continue;
            }
            let operation = super::service_of(service)?.operations.iter();
            let operation = operation.clone().find(|one| one.name == step.call)?;
            if !self.step(&mut told, at + 1, step, operation) {
                return None;
            }
        }
        Some(told.problems)
    }

    /// What stories begin with: a name of this run, the numbers in it, and the project.
    fn names(&self) -> BTreeMap<String, Value> {
        let name: String =
            self.settings.run.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        let number = name.bytes().fold(0_u64, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u64::from(byte)) % 100_000_000
        });
        let mut names = BTreeMap::from([
            ("name".to_owned(), format!("verify{}", name.to_ascii_lowercase()).into()),
            ("number".to_owned(), format!("{number:08}").into()),
        ]);
        let credentials = self.caller.client().credentials();
        if let Some(project) = &credentials.huawei_project {
            names.insert("project".to_owned(), project.clone().into());
        }
        names
    }

    /// Makes one call, judges it, and keeps what the next ones need; `false`: it cannot be judged.
    fn step(
        &mut self,
        told: &mut Told,
        at: usize,
        step: &Step,
        operation: &'static Operation,
    ) -> bool {
        let Some(model) = Model::of(operation) else { return false };
        // What takes away something that was never made has nothing to name it by.
        let Some(input) = told.filled(&Value::Object(step.input.clone())) else { return true };
        let mut called = self.caller.call(operation, &input);
        for _ in 0..LOOKS_MAX {
            let output = called.answer.as_ref().ok().and_then(|answer| answer.output());
            let waits =
                step.until_end && output.is_some_and(|output| !has_ended(operation, output));
            if !waits {
                break;
            }
            pause(LOOK);
            called = self.caller.call(operation, &input);
        }
        if !self.can_judge(model, &called) {
            return false;
        }
        self.learn(operation, &input, &called);
        told.problems.extend(model.judge_valid(&called));
        let problem = |text: String| {
            let text = format!("step {at}, {}, {text}", step.call);
            Problem::new(&STORY, text, &[called.number])
        };
        let answer = match &called.answer {
            Ok(answer) => answer,
            Err(error) => {
                told.problems.push(problem(error.to_string()));
                return true;
            }
        };
        let code = answer.refused().map(|refused| refused.code.clone().unwrap_or_default());
        match (&step.refused, code, answer.output()) {
            (Some(expected), Some(code), _) if *expected == code => {}
            (Some(expected), code, _) => {
                let found = code.unwrap_or_else(|| "done".to_owned());
                told.problems.push(problem(format!("is {found} and not {expected}")));
            }
            (None, Some(code), _) => told.problems.push(problem(format!("is refused with {code}"))),
            (None, None, Some(output)) => {
                if step.until_end && !has_ended(operation, output) {
                    told.problems.push(problem("does not come to an end".to_owned()));
                }
                told.look(step, output, &problem);
            }
            // The judge of the answer has said that it cannot be read.
            (None, None, None) => {}
        }
        true
    }
}

/// Whether every state in the output is a last one.
fn has_ended(operation: &Operation, output: &Value) -> bool {
    let Some(polls) = &operation.polls else { return true };
    let states = values(output, &polls.member);
    states.iter().all(|state| polls.ends.iter().any(|end| **state == *end))
}

/// What is known in the middle of a story.
struct Told {
    kept: BTreeMap<String, Value>,
    problems: Vec<Problem>,
}

impl Told {
    /// Judges an answer by the step, and keeps what the step keeps.
    fn look(&mut self, step: &Step, output: &Value, problem: &impl Fn(String) -> Problem) {
        for (path, expected) in &step.shows {
            let expected = self.filled(expected).unwrap_or_default();
            if !values(output, path).contains(&&expected) {
                self.problems.push(problem(format!("does not show {path} {expected}")));
            }
        }
        for (path, unexpected) in &step.lacks {
            let unexpected = self.filled(unexpected).unwrap_or_default();
            if values(output, path).contains(&&unexpected) {
                self.problems.push(problem(format!("still shows {path} {unexpected}")));
            }
        }
        for (name, path) in &step.keep {
            match values(output, path).last() {
                Some(value) => drop(self.kept.insert(name.clone(), (*value).clone())),
                None => self.problems.push(problem(format!("has no {path}"))),
            }
        }
    }

    /// The value with what was kept in the place of names; nothing if something was not kept.
    fn filled(&self, value: &Value) -> Option<Value> {
        match value {
            Value::String(text) if text.contains('$') => self.filled_text(text),
            Value::Array(elements) => elements.iter().map(|element| self.filled(element)).collect(),
            Value::Object(members) => {
                let filled =
                    members.iter().map(|(name, value)| Some((name.clone(), self.filled(value)?)));
                filled.collect::<Option<Map<_, _>>>().map(Value::Object)
            }
            other => Some(other.clone()),
        }
    }

    /// A name alone is replaced by the value, one within a text by its text.
    fn filled_text(&self, text: &str) -> Option<Value> {
        if let Some(value) = text.strip_prefix('$').and_then(|name| self.kept.get(name)) {
            return Some(value.clone());
        }
        let mut filled = String::new();
        let mut parts = text.split('$');
        filled += parts.next().unwrap_or_default();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(part.len());
            let (name, rest) = part.split_at(end);
            filled += &text_of(self.kept.get(name)?);
            filled += rest;
        }
        Some(filled.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_file_is_right_and_calls_what_the_models_have() {
        for (service, text) in FILES {
            let file: File =
                toml::from_str(text).unwrap_or_else(|error| panic!("{service}: {error}"));
            for story in file.story {
                for step in story.step {
                    let mut known = super::super::service_of(service).unwrap().operations.iter();
                    let operation = known.find(|one| one.name == step.call);
                    let operation = operation.unwrap_or_else(|| panic!("{service} {}", step.call));
                    for name in step.input.keys() {
                        let known = operation.input.member(name).is_some();
                        assert!(known || service == "scim", "{} {name}", step.call);
                    }
                    assert!(!step.until_end || operation.polls.is_some(), "{}", step.call);
                    if let Some(code) = &step.refused {
                        assert!(operation.documents(code), "{} {code}", step.call);
                    }
                }
            }
        }
    }

    #[test]
    fn names_are_filled_with_what_was_kept() {
        let kept = BTreeMap::from([("name".to_owned(), json!("n")), ("id".to_owned(), json!(7))]);
        let told = Told { kept, problems: Vec::new() };
        let input = json!({ "A": "$id", "B": ["$name@example.com", "x-$id"], "C": true });
        let expected = json!({ "A": 7, "B": ["n@example.com", "x-7"], "C": true });
        assert_eq!(told.filled(&input), Some(expected));
        assert_eq!(told.filled(&json!("$other")), None);
    }
}
