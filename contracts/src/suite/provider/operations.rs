//! One operation: requests at the edges of its model, drawn ones, and ones with one rule broken.

use serde_json::Value;

use super::caller::Called;
use super::expected::Expected;
use super::model::Model;
use super::promises::Problem;
use super::selection::Selected;
use super::{Suite, cases};
use crate::client::{CallError, Transport};
use crate::generate::{boundaries, broken, drawn, minimal};
use crate::model::Operation;
use crate::rules::effects::{Effect, effect};
use crate::validate::{validate, validate_known};

/// How often all reads are asked for what is there: an id of the first answers leads to more.
const DISCOVERIES: usize = 2;

/// What keeps an operation from being judged.
struct Unjudged;

impl<T: Transport> Suite<'_, T> {
    /// Learns what is on the server from calls that read.
    pub(super) fn discover(&mut self, selected: &Selected) {
        for _ in 0..DISCOVERIES {
            for operation in &selected.operations {
                if effect(operation) == Effect::Reads {
                    let input = self.known.aimed(operation, &minimal(&operation.input), 0);
                    let called = self.caller.call(operation, &input);
                    self.learn(operation, &input, &called);
                }
            }
        }
    }

    /// The problems of an operation; nothing if it cannot be judged.
    pub(super) fn operation(&mut self, operation: &'static Operation) -> Option<Vec<Problem>> {
        let model = Model::of(operation)?;
        let mut problems = Vec::new();
        for (nth, input) in self.valid(operation).into_iter().enumerate() {
            for input in self.also_aimed(operation, input, nth) {
                let called = self.caller.call(operation, &input);
                self.look(model, &called).ok()?;
                self.learn(operation, &input, &called);
                problems.extend(model.judge_valid(&called));
            }
        }
        for (nth, (input, violation)) in broken(&operation.input).into_iter().enumerate() {
            let expected = Expected::of(model, &input, &violation);
            // What is put in must not mend the request, nor break another rule.
            let breaks =
                |input: &Value| validate(input, &operation.input).as_ref() == Some(&violation);
            let aimed = self.known.aimed(operation, &input, nth);
            let pinned = self.known.pinned(operation, input.clone());
            let input = [aimed, pinned].into_iter().find(breaks).unwrap_or(input);
            let called = self.caller.call(operation, &input);
            self.look(model, &called).ok()?;
            problems.extend(model.judge_broken(&called, &violation, &expected));
        }
        Some(problems)
    }

    /// Requests that keep the model.
    fn valid(&self, operation: &Operation) -> Vec<Value> {
        let mut rng = fastrand::Rng::with_seed(self.settings.seed ^ seed_of(operation));
        let drawn = (0..self.settings.cases).map(|_| drawn(&operation.input, &mut rng));
        boundaries(&operation.input).into_iter().chain(drawn).collect()
    }

    /// The request as it is, and pointed at what is there if that is another one.
    fn also_aimed(&self, operation: &Operation, input: Value, nth: usize) -> Vec<Value> {
        let aimed = self.known.aimed(operation, &input, nth);
        let plain = self.known.pinned(operation, input);
        let keeps = validate_known(&aimed, &operation.input).is_none();
        if keeps && aimed != plain { vec![plain, aimed] } else { vec![plain] }
    }

    /// Whether the operation can be judged at all, from any answer to it.
    fn look(&mut self, model: Model, called: &Called) -> Result<(), Unjudged> {
        match &called.answer {
            Ok(answer) if model.is_not_implemented(answer) => {
                let operation = model.operation;
                let name = format!("{} {}", operation.service, cases::versioned(operation));
                if !self.absent.not_implemented.contains(&name) {
                    self.absent.not_implemented.push(name);
                }
                Err(Unjudged)
            }
            Err(error @ (CallError::NoCredentials { .. } | CallError::Login(_))) => {
                let service = &model.operation.service;
                self.absent.unsent(format!("{service} was not judged: {error}"));
                Err(Unjudged)
            }
            _ => Ok(()),
        }
    }

    /// Whether a call of a story or of a list can be judged.
    pub(super) fn can_judge(&mut self, model: Model, called: &Called) -> bool {
        self.look(model, called).is_ok()
    }

    pub(super) fn learn(&mut self, operation: &Operation, input: &Value, called: &Called) {
        if let Some(output) = called.answer.as_ref().ok().and_then(|answer| answer.output()) {
            self.known.learn(operation, input, output);
        }
    }
}

/// Other draws for each operation, the same in each run and whichever operations are selected.
fn seed_of(operation: &Operation) -> u64 {
    let name = [&operation.service, &operation.name, &operation.version];
    name.iter().flat_map(|part| part.bytes()).fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
