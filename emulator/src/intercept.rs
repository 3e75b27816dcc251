//! Programs that hold the vendors' real host names: the twin is their proxy, and ends TLS for the
//! hosts that it models with certificates of its own CA.

mod ca;
mod files;
mod hosts;
pub mod pattern;
pub mod trust_store;

use std::sync::OnceLock;

pub use self::ca::{Ca, CaError};
pub use self::hosts::{covers_modelled, is_modelled};
use self::pattern::HostPattern;
use crate::config::InterceptSettings;

/// What becomes of a host that a client wants to reach through the twin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The twin answers in its place.
    Modelled,
    /// The client may reach the real host.
    Allowed,
    /// Neither.
    Refused,
}

/// The twin as a proxy.
#[derive(Debug)]
pub struct Interception {
    ca: OnceLock<Ca>,
    allow_hosts: Vec<HostPattern>,
}

impl Interception {
    /// Reads or creates a CA that is kept; one that is not kept is created when it is first needed.
    pub fn new(settings: &InterceptSettings) -> Result<Self, CaError> {
        let ca = OnceLock::new();
        if let Some(folder) = &settings.ca_dir {
            let kept = files::kept(folder)?;
            ca.get_or_init(|| kept);
        }
        Ok(Self { ca, allow_hosts: settings.allow_hosts.clone() })
    }

    /// The CA of the certificates.
    pub fn ca(&self) -> Result<&Ca, CaError> {
        if let Some(ca) = self.ca.get() {
            return Ok(ca);
        }
        let made = Ca::create()?;
        Ok(self.ca.get_or_init(|| made))
    }

    /// Whether clients may reach any host that is not modelled.
    pub fn allows_hosts(&self) -> bool {
        !self.allow_hosts.is_empty()
    }

    /// What becomes of a host, given without a port. The twin answers for a modelled host even if it is
    /// allowed.
    pub fn target(&self, host: &str) -> Target {
        if is_modelled(host) {
            Target::Modelled
        } else if self.allow_hosts.iter().any(|pattern| pattern.matches(host)) {
            Target::Allowed
        } else {
            Target::Refused
        }
    }
}
