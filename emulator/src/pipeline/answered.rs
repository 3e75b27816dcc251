//! How a request ended: what its client gets, and what the journal says of it.

use std::borrow::Cow;

use crate::journal::Outcome;
use crate::wire::Response;

/// How a request ended.
pub(super) struct Answered {
    pub(super) ended: Outcome,
    pub(super) answer: Response,
    /// That of the answer; 0 where none is sent.
    pub(super) status: u16,
    pub(super) code: Option<Cow<'static, str>>,
}

impl Answered {
    /// With that answer.
    pub(super) fn new(ended: Outcome, answer: Response, code: Option<Cow<'static, str>>) -> Self {
        Self { ended, status: answer.status.as_u16(), answer, code }
    }
}
