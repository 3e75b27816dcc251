//! Exit codes: part of the command line's interface, so a number is never given a new meaning.

use std::process::ExitCode;

use crate::local::LocalError;
use crate::twin::StartError;

/// The codes as `--help` lists them.
pub(super) const HELP: &str = "\
Exit codes:
  0  stopped normally
  1  something else went wrong
  2  bad options, or a configuration file that cannot be read or is wrong
  3  a seed file cannot be read or is wrong
  4  the address cannot be listened on
  5  the database cannot be opened, is not cloudtwin's, is in use, or is of a newer cloudtwin
  6  a scenario file cannot be read or is wrong
  7  this system allows no sealed run
  `check`, `explore`, `verify` and `report merge` end with 0 if all promises were kept, 10 if one
  was broken, 11 if there was nothing to judge, 12 if evidence is missing, 13 if all that failed is
  flaky
  `run` ends with the code of its command, 127 if there is no such command, 126 if it cannot be
  run, and 128 and a signal's number if that ended it";

/// Why the command stops early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stop {
    /// Anything without a code of its own.
    #[error("{0}")]
    Other(String),
    /// Options that do not go together.
    #[error("{0}")]
    Usage(String),
    /// A seed file.
    #[error("{0}")]
    Seed(String),
    /// The address.
    #[error("{0}")]
    Address(String),
    /// The database.
    #[error("{0}")]
    Database(String),
    /// A scenario file.
    #[error("{0}")]
    Scenario(String),
    /// A seal that the system does not allow.
    #[error("{0}")]
    Seal(String),
    /// A command that `run` cannot run, with the code that a shell would give.
    #[error("{1}")]
    Command(u8, String),
}

impl From<LocalError> for Stop {
    fn from(error: LocalError) -> Self {
        match error {
            LocalError::Address(..) => Self::Address(error.to_string()),
            LocalError::Twin(StartError::Database(error)) => Self::Database(error.to_string()),
            LocalError::Twin(StartError::Ca(error)) => Self::Usage(error.to_string()),
            error => Self::Other(error.to_string()),
        }
    }
}

impl Stop {
    /// Its exit code.
    pub(super) fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Other(_) => 1,
            Self::Usage(_) => 2,
            Self::Seed(_) => 3,
            Self::Address(_) => 4,
            Self::Database(_) => 5,
            Self::Scenario(_) => 6,
            Self::Seal(_) => 7,
            Self::Command(code, _) => *code,
        })
    }
}
