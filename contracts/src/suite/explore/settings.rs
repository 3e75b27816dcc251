//! The settings of an exploration, and the events and results that its caller receives.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::report::{Report, Verdict};
use crate::rules;

/// How much is tried, and how the report is named.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Most plans, beside those that shrink and confirm findings.
    pub cases: usize,
    /// How long it may take. The last fifth is kept for shrinking and confirming.
    pub max_time: Duration,
    /// From what random plans are drawn. The same seed and the same client lead to the same plans.
    pub seed: u64,
    /// Runs side by side. Clients sleep while they back off, so more than there are cores.
    pub jobs: usize,
    /// Thresholds of the rules.
    pub rules: rules::Settings,
    /// The program and its version.
    pub tool: String,
    /// Names the run.
    pub run: String,
    /// Names the client in the report.
    pub contract: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            cases: 2000,
            max_time: Duration::from_secs(60),
            seed: 0,
            jobs: 8,
            rules: rules::Settings::default(),
            tool: "cloudtwin".to_owned(),
            run: String::new(),
            contract: "client".to_owned(),
        }
    }
}

/// What happens during an exploration.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// The client runs without faults.
    Calm,
    /// So many plans are to come next.
    Stage {
        /// What the plans have in common.
        name: &'a str,
        /// How many there are.
        plans: usize,
    },
    /// A plan was carried out.
    Ran {
        /// What happened, in words.
        title: &'a str,
        /// What the client made of it.
        verdict: Verdict,
    },
    /// A cause was found for the first time.
    Found {
        /// What the client did, in a sentence.
        sentence: &'a str,
    },
    /// So many causes are being shrunk and confirmed.
    Shrinking {
        /// How many.
        causes: usize,
    },
}

/// Receives events, from several threads.
pub type Listener<'l> = dyn Fn(&Progress<'_>) + Sync + 'l;

/// What an exploration has found.
#[derive(Debug)]
pub struct Explored {
    /// The findings and all cases. Findings have no command for their replay yet: it names a file that the caller writes.
    pub report: Report,
    /// The scenario that shows a finding, as TOML, by the finding's fingerprint. Findings that need no fault have none.
    pub scenarios: BTreeMap<String, String>,
}
