//! Where a request can be made to go wrong on purpose. The phases are named here; no rule can be
//! loaded yet, so no fault is injected.

use crate::error::Refusal;
use crate::protocol::About;

/// The moments of a request at which a fault can be injected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The operation and the claimed tenant are known; nothing is proved.
    Arrival,
    /// Recognised, signed and valid; no work done.
    BeforeHandler,
    /// The work is done and committed; the answer is not sent.
    AfterCommit,
}

/// What a fault puts in place of the request's own course.
#[derive(Debug)]
pub enum Fault {
    /// The request is refused with this.
    Refuse(Refusal),
}

/// The fault to inject at this phase, if any.
pub fn check(_phase: Phase, _about: &About) -> Option<Fault> {
    None
}
