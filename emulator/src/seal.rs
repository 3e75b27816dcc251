//! A process sealed off from all networks but its own: namespaces in which the modelled hosts resolve to the
//! loopback address, the usual trust stores hold one more CA, and no packet gets out (Linux).
//!
//! Nothing on the machine changes: all of it is gone with the last process inside.

mod files;
mod names;
mod namespaces;
mod network;
mod packets;
mod strays;

use std::io;
use std::path::Path;
use std::sync::Arc;

pub use self::strays::Strays;

/// Why a process cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The system does not allow it.
    #[error(
        "this system allows no sealed run: {step}: {error}{reason}. \
         `--intercept on` needs no namespaces; it reaches programs that follow the variables of a proxy"
    )]
    Forbidden {
        /// What was tried.
        step: &'static str,
        /// What the system answered.
        error: io::Error,
        /// Which setting forbids it, with a blank in front; empty where that is not known.
        reason: String,
    },
    /// A file that must be replaced.
    #[error("cannot put another file over {path}: {error}")]
    File {
        /// Which one.
        path: String,
        /// Why.
        error: io::Error,
    },
}

/// A sealed process: this one and all that it starts.
#[derive(Debug)]
pub struct Sealed {
    strays: Arc<Strays>,
}

impl Sealed {
    /// Seals this process, which must have one thread. Threads and processes that it starts from then on
    /// are sealed too.
    pub fn enter() -> Result<Self, SealError> {
        namespaces::enter()?;
        network::prepare()?;
        let strays = Arc::new(Strays::default());
        packets::watch(&strays)?;
        names::answer(&strays)?;
        Ok(Self { strays })
    }

    /// Puts the files of name resolution and, with that bundle of CAs, of trust in place of the system's.
    /// `folder` keeps them.
    pub fn replace_files(&self, folder: &Path, bundle: &Path) -> Result<(), SealError> {
        files::replace(folder, bundle)
    }

    /// What the processes inside tried to reach outside.
    pub fn strays(&self) -> &Strays {
        &self.strays
    }
}

impl SealError {
    /// A step that the system refused.
    fn forbidden(step: &'static str, error: impl Into<io::Error>) -> Self {
        Self::Forbidden { step, error: error.into(), reason: namespaces::reason() }
    }
}
