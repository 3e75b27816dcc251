//! A rule that was checked: which requests it meets, which of them it acts upon, and how.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::Phase;
use super::chance::Draw;
use super::change::Change;
use super::pointer::Pointer;
use crate::error::Refusal;
use crate::runtime::clock::Timestamp;
use crate::runtime::condition::Condition;
use crate::wire::{Dribble, Fate, Plan};

/// A rule of a loaded scenario.
#[derive(Debug)]
pub(super) struct Rule {
    /// Its number in its file, from 1.
    pub(super) number: usize,
    /// Which targets it meets, by their places; absent: every request.
    pub(super) targets: Option<Vec<usize>>,
    pub(super) tenant: Option<String>,
    pub(super) input: Vec<(Pointer, Condition)>,
    pub(super) phase: Phase,
    pub(super) counting: Counting,
    /// Whether all tenants are counted together.
    pub(super) counts_together: bool,
    pub(super) effect: Effect,
    /// What it does, as the journal and the control interface show it.
    pub(super) label: String,
}

/// Which of the matching requests a rule acts upon: counting first, then the clock, then chance.
#[derive(Debug, Clone)]
pub(super) struct Counting {
    pub(super) skip: u64,
    /// At most so many.
    pub(super) times: u64,
    /// Each so-manieth behind those that are skipped.
    pub(super) every: u64,
    /// Milliseconds after the loading: from the first, until before the second.
    pub(super) window: (i64, i64),
    pub(super) chance: f64,
}

impl Counting {
    /// Whether the rule acts upon matching request number `met`, counted from 1, of which it has acted
    /// upon `fired` already.
    pub(super) fn is_met(&self, met: u64, fired: u64, since_loading: i64, draw: &Draw<'_>) -> bool {
        let Some(place) = met.checked_sub(self.skip).filter(|place| *place > 0) else {
            return false;
        };
        place % self.every == 0
            && fired < self.times
            && (self.window.0..self.window.1).contains(&since_loading)
            && (self.chance >= 1.0 || draw.unit(met, "chance") < self.chance)
    }
}

/// What happens to a request.
#[derive(Debug, Clone)]
pub(super) struct Effect {
    pub(super) answer: Answer,
    pub(super) change: Option<Change>,
    pub(super) headers: Option<Arc<Headers>>,
    pub(super) fate: Fate,
    pub(super) dribble: Option<Dribble>,
    pub(super) delay: Delay,
}

/// What happens to the headers of an answer.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Headers {
    /// Missing.
    pub remove: Vec<HeaderName>,
    /// Sent twice, where they are there.
    pub repeat: Vec<HeaderName>,
    /// Set to these values.
    pub set: Vec<(HeaderName, HeaderValue)>,
}

impl Headers {
    /// Changes the headers of an answer.
    pub fn change(&self, headers: &mut HeaderMap) {
        for name in &self.remove {
            headers.remove(name);
            if name == CONTENT_LENGTH {
                headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
            }
        }
        for (name, value) in &self.set {
            headers.insert(name.clone(), value.clone());
        }
        for name in &self.repeat {
            if let Some(value) = headers.get(name).cloned() {
                headers.append(name.clone(), value);
            }
        }
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Answer {
    /// What the operation answers.
    Own,
    /// A refusal in the vendor's envelope.
    Refuse(Refusal),
    /// One with a code that the operation documents, drawn for each request.
    RefuseAny,
    /// A bare answer: status, media type, body.
    Bare(StatusCode, HeaderValue, Bytes),
}

/// How long an answer waits, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Delay {
    Fixed(f64),
    Uniform(f64, f64),
    /// Median, and the deviation of the logarithm.
    LogNormal(f64, f64),
}

impl Delay {
    fn seconds(self, met: u64, draw: &Draw<'_>) -> Duration {
        let seconds = match self {
            Self::Fixed(seconds) => seconds,
            Self::Uniform(from, to) => from + (to - from) * draw.unit(met, "delay"),
            Self::LogNormal(median, sigma) => median * (sigma * draw.normal(met)).exp(),
        };
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

impl Effect {
    /// The plan of delivery, if the server has anything to do.
    pub(super) fn plan(&self, met: u64, draw: &Draw<'_>) -> Option<Box<Plan>> {
        let plan = Plan {
            delay: self.delay.seconds(met, draw),
            fate: self.fate.clone(),
            dribble: self.dribble,
        };
        (plan != Plan::default()).then(|| Box::new(plan))
    }
}

impl Rule {
    /// Whether a request of its target and tenant is one of those that it is about.
    pub(super) fn matches(&self, input: Option<&Value>) -> bool {
        let holds = |(pointer, condition): &(Pointer, Condition)| {
            condition.holds(input.and_then(|input| pointer.find(input)))
        };
        self.input.iter().all(holds)
    }
}

/// The twin's time since a scenario was loaded, in milliseconds.
pub(super) fn since(loaded: Timestamp, now: Timestamp) -> i64 {
    now.0.saturating_sub(loaded.0)
}
