//! Runs as literals, for tests.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::lab::{End, Ran};
use crate::rules::talk::Step;

/// A run with these requests that ended with success.
pub(super) fn ran(steps: impl IntoIterator<Item = Step>) -> Ran {
    let numbered = |(number, step): (u64, Step)| {
        let numbers = |entry: &mut crate::conversation::Entry| {
            (entry.number, entry.arrival) = (number, number);
        };
        step.but(numbers).entry()
    };
    Ran {
        end: End::Exited(0),
        wall: Duration::from_millis(100),
        entries: (1..).zip(steps).map(numbered).collect(),
        fired: 0,
        lost: 0,
        state: json!({}),
        given: Vec::new(),
        output: String::new(),
    }
}

/// The same with another end and another state.
pub(super) fn ended(run: Ran, end: End, state: Value) -> Ran {
    Ran { end, state, ..run }
}
