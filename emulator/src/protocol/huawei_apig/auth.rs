//! Who calls.

use crate::error::Refusal;
use crate::pipeline::Trace;
use crate::protocol::credentials::DEFAULT_TENANT;
use crate::twin::Twin;
use crate::wire::Request;

/// Who calls.
#[derive(Debug)]
pub(super) struct Caller {
    /// The tenant's name.
    pub(super) tenant: String,
}

/// The tenant of the caller.
pub(super) fn authenticate(
    _twin: &Twin,
    _request: &Request,
    _trace: &mut Trace,
) -> Result<Caller, Refusal> {
    Ok(Caller { tenant: DEFAULT_TENANT.to_owned() })
}
