//! What was asked for, resolved and checked. Holds no behaviour.

use std::path::PathBuf;

use crate::intercept::pattern::HostPattern;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Pace;
use crate::services;
use crate::services::knobs::Choices;
use crate::services::seeds::Seed;
use crate::state::Bounds;

/// Everything a twin needs to know before it starts.
#[derive(Debug)]
pub struct Config {
    /// Where the state is kept; absent: nowhere.
    pub db: Option<PathBuf>,
    /// With what every new tenant begins.
    pub seed_state: Seed,
    /// What ids and chance are made from; absent: from the machine's randomness.
    pub seed: Option<u64>,
    /// Whether signatures are asked for.
    pub auth: bool,
    /// Whether calls per second are limited.
    pub throttle: bool,
    /// How fast jobs move.
    pub pace: Pace,
    /// How the clock begins.
    pub clock: ClockStart,
    /// Calls per second of one operation and tenant behind Huawei's gateway; absent: any number.
    pub huawei_rate: Option<u32>,
    /// What is chosen where a vendor's pages contradict themselves.
    pub assume: Choices,
    /// What the request journal keeps.
    pub journal: JournalSettings,
    /// How much it holds at a time.
    pub bounds: Bounds,
    /// How it serves as a proxy; absent: not at all.
    pub intercept: Option<InterceptSettings>,
}

/// How the twin serves as a proxy.
#[derive(Debug, Clone, Default)]
pub struct InterceptSettings {
    /// The folder that keeps the CA; absent: each twin has a new one in memory.
    pub ca_dir: Option<PathBuf>,
    /// Hosts that are not modelled, and that clients may reach.
    pub allow_hosts: Vec<HostPattern>,
}

/// What the journal keeps beside its ring.
#[derive(Debug, Clone, Default)]
pub struct JournalSettings {
    /// The file that takes every entry; absent: none.
    pub file: Option<PathBuf>,
    /// Bodies of successful answers are kept up to so many bytes; longer ones only by their size.
    pub answers_max: usize,
}

/// How the clock begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockStart {
    /// As the machine's clock.
    Real,
    /// Standing at the present moment.
    Frozen,
    /// At that moment, running on.
    At(Timestamp),
}

/// Default duration of each step of a job, in milliseconds.
pub const STEP_MS: i64 = 500;

impl Default for Config {
    fn default() -> Self {
        Self {
            db: None,
            seed_state: Seed::starter(),
            seed: None,
            auth: true,
            throttle: true,
            pace: Pace::EveryMs(STEP_MS),
            clock: ClockStart::Real,
            huawei_rate: None,
            assume: services::choices(),
            journal: JournalSettings::default(),
            bounds: Bounds::default(),
            intercept: None,
        }
    }
}
