//! One entry of the journal, as the ring keeps it.

use contracts::conversation::Fault;
use std::sync::Arc;

use contracts::conversation::Outcome;

use super::Sent;
use crate::protocol::RedactedInput;
use crate::runtime::clock::Timestamp;
use crate::state::Tenant;
use crate::wire::Arrival;

/// What an entry costs beside its texts, roughly.
const ENTRY_BYTES: usize = 256;

/// One request and how it ended. [`contracts::conversation::Entry`] says what a reader gets of it.
#[derive(Debug)]
pub struct Entry {
    /// When it came in, by the twin's clock.
    pub at: Timestamp,
    /// Where and when it came in, by the machine's clock.
    pub arrival: Arrival,
    /// How long the twin worked on it, by the machine's clock.
    pub duration_us: u64,
    /// When its answer was ready, in microseconds since the twin's start.
    pub ended_us: u64,
    /// The protocol in which it was framed.
    pub protocol: Option<&'static str>,
    /// Its method.
    pub method: http::Method,
    /// Its target, secrets redacted.
    pub path: Box<str>,
    /// Its headers a line each, secrets redacted.
    pub headers: Arc<str>,
    /// Its body, secrets redacted, cut at [`super::BODY_MAX`].
    pub body: Box<[u8]>,
    /// How many bytes its body had.
    pub body_size: usize,
    /// Whether only the beginning of its body is kept.
    pub body_cut: bool,
    /// The input that the protocol read.
    pub input: RedactedInput,
    /// Whose it was, if it named a tenant.
    pub tenant: Option<Owner>,
    /// What it asked for, if that was found out.
    pub operation: Option<Arc<contracts::Operation>>,
    /// How it ended.
    pub outcome: Outcome,
    /// The status of the answer.
    pub status: u16,
    /// The vendor's code, where the answer was a refusal.
    pub code: Option<Box<str>>,
    /// The answer's body, secrets redacted, where it is kept.
    pub answer: Option<Box<[u8]>>,
    /// How many bytes the answer's body had; absent: a file.
    pub answer_size: Option<usize>,
    /// The id under which the answer went out.
    pub request_id: Box<str>,
    /// Why it was refused, where the answer cannot say it.
    pub explanation: Option<Box<str>>,
    /// Whether no signature was asked for.
    pub unsigned: bool,
    /// Whether its answer was sent.
    pub sent: Sent,
    /// What a scenario did to it.
    pub fault: Option<Box<Fault>>,
}

/// Whose request it was.
#[derive(Debug)]
pub enum Owner {
    /// Its credentials were good.
    Known(Arc<Tenant>),
    /// Its credentials name this tenant, and were refused or never checked.
    Claimed(Box<str>),
}

impl Owner {
    /// The tenant's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(tenant) => &tenant.name,
            Self::Claimed(name) => name,
        }
    }
}

impl Entry {
    pub(super) fn bytes(&self) -> usize {
        let explanation = self.explanation.as_ref().map_or(0, |text| text.len());
        let answer = self.answer.as_ref().map_or(0, |body| body.len());
        let input = if let RedactedInput::Own(text) = &self.input { text.len() } else { 0 };
        let request = self.path.len() + self.headers.len() + self.body.len() + input;
        ENTRY_BYTES + request + answer + explanation
    }
}
