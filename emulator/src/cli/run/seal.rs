//! `--intercept sealed`: what the system must allow for it.

use crate::cli::exit::Stop;

#[cfg(target_os = "linux")]
pub(super) use linux::Seal;

#[cfg(target_os = "linux")]
mod linux {
    use super::Stop;
    use crate::cli::run::trust::Trust;
    use crate::seal::{SealError, Sealed};

    /// The seal around this process.
    pub(in crate::cli::run) struct Seal(Sealed);

    impl Seal {
        /// Seals this process. It must have no other thread.
        pub(in crate::cli::run) fn enter() -> Result<Self, Stop> {
            Sealed::enter().map(Self).map_err(stop)
        }

        /// Lets the command trust the twin, and find it.
        pub(in crate::cli::run) fn replace_files(&self, trust: &Trust) -> Result<(), Stop> {
            self.0.replace_files(trust.folder(), &trust.bundle()).map_err(stop)
        }

        /// What the command tried to reach outside, and how often.
        pub(in crate::cli::run) fn strays(&self) -> Vec<(String, u64)> {
            self.0.strays().all()
        }
    }

    fn stop(error: SealError) -> Stop {
        Stop::Seal(error.to_string())
    }
}

/// The seal of a system that has none.
#[cfg(not(target_os = "linux"))]
pub(super) enum Seal {}

#[cfg(not(target_os = "linux"))]
impl Seal {
    pub(super) fn enter() -> Result<Self, Stop> {
        Err(Stop::Seal("a sealed run needs Linux; use --intercept on".to_owned()))
    }

    pub(super) fn replace_files(&self, _trust: &super::trust::Trust) -> Result<(), Stop> {
        match *self {}
    }

    pub(super) fn strays(&self) -> Vec<(String, u64)> {
        match *self {}
    }
}
