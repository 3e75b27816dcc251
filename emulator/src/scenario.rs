//! Where a request can be made to go wrong on purpose. The points are named here; no rule can be
//! loaded yet, so nothing fires.

use crate::error::Refusal;
use crate::pipeline::Trace;

/// The moments of a request at which a fault can strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// The bytes are in; nothing is known of them.
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

/// The fault that strikes at this point, if any.
pub fn strike(_point: Point, _trace: &Trace) -> Option<Fault> {
    None
}
