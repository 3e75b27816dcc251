//! What went over the wire between a client and the twin: the evidence from which clients are judged.
//! The twin's journal writes it (`GET /_twin/journal`, `cloudtwin serve --journal FILE`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod file;

pub use file::{ReadError, read, read_file};

/// A page of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The number of the oldest entry that is kept.
    pub first: u64,
    /// The number to ask `since` from next time.
    pub last: u64,
    /// Entries after `since` that were dropped for want of room before anybody asked: with any, the
    /// evidence is incomplete.
    pub lost: u64,
    /// How many requests have come in so far: the greatest [`Entry::arrival`] that is given out.
    pub arrived: u64,
    /// The [`Entry::arrival`] of the oldest vendors' request that has come in and has no entry yet; absent: all have
    /// one, but for those whose clients went away before they were read.
    pub oldest_open: Option<u64>,
    /// The entries, in the order in which their requests ended.
    pub entries: Vec<Entry>,
}

/// One request and how it ended. Times in microseconds are of the machine's monotonic clock, counted
/// from the start of the twin; secrets are redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Counts requests in the order in which they ended, from 1.
    pub number: u64,
    /// Counts requests in the order in which their heads came in, from 1.
    pub arrival: u64,
    /// When the request came in by the twin's own clock, RFC 3339.
    pub at: String,
    /// The same in milliseconds since 1970.
    pub at_ms: i64,
    /// When its head was in.
    pub arrived_us: u64,
    /// When its answer was ready.
    pub ended_us: u64,
    /// How long the twin worked on it once its body was in.
    pub duration_us: u64,
    /// The connection, counted from 1.
    pub connection: u64,
    /// Its place among the requests of its connection, counted from 1.
    pub position: u64,
    /// The protocol in which it was framed; absent: none that the twin knows.
    pub protocol: Option<String>,
    /// The service that it names.
    pub service: Option<String>,
    /// The operation that it names.
    pub operation: Option<String>,
    /// The tenant that its credentials name.
    pub tenant: Option<String>,
    /// Whether the credentials were refused or never checked.
    pub tenant_claimed: bool,
    /// Its method.
    pub method: String,
    /// Its target.
    pub path: String,
    /// Its headers, in their order.
    pub headers: Vec<(String, String)>,
    /// Its body as text.
    pub body: String,
    /// How many bytes its body had.
    pub body_size: u64,
    /// Whether `body` is only the beginning.
    pub body_cut: bool,
    /// The input as the protocol read it; absent: it was refused before, or was cut.
    pub input: Option<Value>,
    /// How it ended.
    pub outcome: Outcome,
    /// The status of the answer; 0: a scenario let none be sent.
    pub status: u16,
    /// The vendor's code, where the answer was a refusal.
    pub code: Option<String>,
    /// The id under which the answer went out.
    pub request_id: String,
    /// The answer's body as text; absent: it was too long to be kept, or no text.
    pub answer: Option<String>,
    /// How many bytes the answer's body had; absent: a file.
    pub answer_size: Option<u64>,
    /// Whether the last byte of the answer was handed to the operating system; absent: the answer is
    /// still on its way. What the client has read of it is not known.
    pub sent: Option<bool>,
    /// Why it was refused, where the answer cannot say it.
    pub explanation: Option<String>,
    /// Whether credentials were not checked at all.
    pub unsigned: bool,
    /// What a scenario did to it.
    pub fault: Option<Fault>,
}

impl Entry {
    /// Whether the service did the work, whatever the client knows of it.
    pub fn was_done(&self) -> bool {
        match &self.fault {
            Some(Fault { replaced_status: Some(status), replaced_code, .. }) => {
                replaced_code.is_none() && *status < 300
            }
            _ => self.outcome == Outcome::Answered,
        }
    }
}

/// What a scenario did to a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The name of the scenario.
    pub scenario: String,
    /// The rule that acted: its number in the file, from 1.
    pub rule: usize,
    /// Where it met the request, as scenarios name it: `after_commit`.
    #[serde(default)]
    pub phase: String,
    /// What it did, in a word or two.
    pub effect: String,
    /// The status of the answer that the client did not get as it was; absent: the fault came before any
    /// answer.
    pub replaced_status: Option<u16>,
    /// Its code.
    pub replaced_code: Option<String>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With the operation's answer.
    Answered,
    /// With an error that the vendor documents.
    Refused,
    /// With the vendor's internal error; the fault is the twin's.
    Failed,
    /// With a plain refusal: no vendor's request.
    NotOurs,
    /// With what a scenario put in the place of an answer, or with none.
    Faulted,
}
