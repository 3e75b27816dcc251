//! What a well-behaved client promises, checked against what it did on the wire. One rule a file, its good and
//! its bad conversation beside it. A rule reads entries and the models' facts; it keeps no state and asks no clock.

use serde::{Deserialize, Serialize};

use crate::conversation::Entry;

mod signs_requests;

/// How sure it is that a client with this finding is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Worth knowing; never fails a check.
    Advice,
    /// A threshold is crossed; fails a strict check.
    Likely,
    /// No correct client does this; fails every check.
    Certain,
}

/// One broken promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The name of the rule.
    pub rule: String,
    /// How sure it is.
    pub certainty: Certainty,
    /// What the client did, in one sentence.
    pub text: String,
    /// The requests that prove it, by [`Entry::number`]: two or three, in the order of their arrival.
    pub witnesses: Vec<u64>,
}

/// A promise of clients.
#[derive(Debug)]
pub struct Rule {
    /// Its name in contract files and reports, such as `signs-requests`.
    pub name: &'static str,
    /// What is promised, in one sentence with the client as its subject.
    pub promise: &'static str,
    /// Where the promise comes from: a page, a specification, or a package.
    pub source: &'static str,
    /// The highest certainty of its findings.
    pub certainty: Certainty,
    /// Looks for broken promises in the requests of one client, in the order of their arrival.
    pub check: fn(&[&Entry]) -> Vec<Finding>,
}

/// Every rule.
pub const RULES: &[Rule] = &[signs_requests::RULE];
