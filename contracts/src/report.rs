//! What `check`, `explore` and `verify` found out, as data. Terminal, JSON, `JUnit`, CTRF, HTML and annotations are
//! written from it, and nothing else is known to them.

use serde::{Deserialize, Serialize};

use crate::rules::Finding;

pub mod ctrf;
pub mod exit;
mod finding;
#[cfg(test)]
mod formats;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod merge;
#[cfg(test)]
mod samples;
mod summary;
pub mod terminal;
mod text;

/// The format that this version writes and reads.
pub const FORMAT: u32 = 1;

/// A run of `check`, `explore` or `verify`. Reports of the shards of one run are merged into one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The format of this document; it grows when a reader of the old one would be misled.
    pub format: u32,
    /// The program and its version.
    pub tool: String,
    /// `check`, `explore` or `verify`.
    pub command: String,
    /// Names the run; the same in all shards.
    pub run: String,
    /// The part of the run that is reported; absent: the run was not split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shards: Option<Shards>,
    /// When it began, RFC 3339.
    pub began_at: String,
    /// How long it took; the longest of merged shards.
    pub duration_ms: u64,
    /// The seed of all that was drawn; absent: nothing was.
    pub seed: Option<u64>,
    /// Each contract × case, in the order of the files.
    pub cases: Vec<Case>,
    /// What is to be known of the whole, such as the planned faults that were not run, a sentence each.
    pub notes: Vec<String>,
}

/// Which shards of a run a report covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shards {
    /// The number of shards of the run.
    pub of: u32,
    /// The shards that the report covers, ascending, counted from 1.
    pub covered: Vec<u32>,
    /// Whether reports were merged into this one: from then on every shard should be there.
    pub merged: bool,
}

impl Shards {
    /// One shard, as it runs.
    pub fn one(shard: u32, of: u32) -> Self {
        Self { of, covered: vec![shard], merged: false }
    }

    /// The shards that a merged report lacks, ascending. The report of one shard lacks none.
    pub fn missing(&self) -> Vec<u32> {
        (1..=self.of).filter(|shard| self.merged && !self.covered.contains(shard)).collect()
    }
}

/// One case of one contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The name of the contract.
    pub contract: String,
    /// The name of the case, unique within the contract.
    pub name: String,
    /// The file of the contract, relative to the folder of the run, and the line of the case.
    pub file: Option<(String, u32)>,
    /// How it ended.
    pub outcome: CaseOutcome,
    /// What became of the client and the state under a fault; absent: `check` and `verify`.
    pub verdict: Option<Verdict>,
    /// The faults that it had, for the grid of coverage.
    pub faults: Vec<FaultPoint>,
    /// Broken promises, worst first.
    pub findings: Vec<Reported>,
    /// Requests of the client.
    pub requests: usize,
    /// How long it took.
    pub duration_ms: u64,
    /// How many runs it had, and how many of them failed; more than one if it was repeated.
    pub runs: u32,
    /// See `runs`.
    pub failed_runs: u32,
    /// The end of what the client printed; empty if the case passed.
    pub output: String,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseOutcome {
    /// Every promise was kept.
    Passed,
    /// There was nothing to judge: the client sent nothing, or its fault never fired.
    NothingToJudge,
    /// It failed in some runs and passed in others.
    Flaky,
    /// Evidence was lost.
    Incomplete,
    /// A promise was broken.
    Failed,
}

/// What a client made of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It says success, and state and history equal those of a calm run.
    Recovered,
    /// It says failure, and the state is untouched, equal, or mended by a second run.
    FailedClean,
    /// The fault never fired.
    NotInjected,
    /// Evidence was lost.
    Incomplete,
    /// It did not end in its time.
    Hung,
    /// It says failure, and leaves duplicates, leftovers, or a state that a second run cannot mend.
    FailedDirty,
    /// It says success, and state or history differ.
    SilentlyWrong,
}

/// A fault and where it struck.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FaultPoint {
    /// The service.
    pub service: String,
    /// The operation.
    pub operation: String,
    /// The code that was answered, or what was done instead: `drop`, `cut`, `stale`.
    pub effect: String,
    /// The phase, as scenarios name it.
    pub phase: String,
}

/// A finding with all that a reader needs to believe it and to see it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reported {
    /// The finding.
    pub finding: Finding,
    /// What was promised.
    pub promise: String,
    /// Where the promise comes from.
    pub source: String,
    /// The requests that prove it, in the order of their arrival.
    pub witnesses: Vec<Witness>,
    /// How the state differs from what it should be, a line each: `+`, `-` or `~` first.
    pub state_difference: Vec<String>,
    /// One command to see it again.
    pub replay: String,
    /// Why it is accepted until when, where a baseline knows it; accepted findings fail no case.
    pub accepted: Option<String>,
    /// A stable name of its cause, for baselines and for grouping.
    pub fingerprint: String,
}

/// A request that proves a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// Its number in the journal.
    pub number: u64,
    /// When it arrived, in microseconds since the first request of the case.
    pub at_us: u64,
    /// How long it took.
    pub duration_us: u64,
    /// Its operation; its method and path where it names none.
    pub operation: String,
    /// The status of the answer; 0: none was sent.
    pub status: u16,
    /// The code of a refusal.
    pub code: Option<String>,
    /// What a scenario did to it.
    pub fault: Option<String>,
    /// The input, shortened.
    pub input: String,
}
