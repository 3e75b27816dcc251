//! How an operation can end other than well. Knows no vendor's envelope: the protocols word it.

use std::borrow::Cow;
use std::time::Duration;

/// Why a handler did not give an answer.
#[derive(Debug)]
pub enum Failure {
    /// The service says no, in words that the client will read.
    Refused(Refusal),
    /// What was asked for is still being written by background work of this tenant: the same
    /// request is run again when that work has ended.
    Pending,
    /// It is not complete: what was done stays, and the handler runs again once others have run. It
    /// keeps what it needs to go on in [`Call::upload`]. One that only looks runs again from its beginning,
    /// on a thread that no connection waits for.
    ///
    /// [`Call::upload`]: crate::operation::Call::upload
    Again,
    /// The twin holds as much as it can: the client reads the vendor's answer of a service that is
    /// overloaded, the journal says of what there is too much.
    Overloaded(Overload),
    /// We are at fault: the client reads the vendor's internal error, the log reads all.
    Internal(anyhow::Error),
}

/// Of what the twin holds as much as it can. The numbers are of [`crate::state::Bounds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Overload {
    /// Callers that wait for the writer.
    #[error("{0} requests wait for the writer already")]
    Queue(usize),
    /// Requests that wait for the end of long work.
    #[error("{0} requests wait for files or starting states that are being written already")]
    Waiting(usize),
    /// A request waited this long for the end of long work.
    #[error("a file or a starting state was not written within {} s", .0.as_secs())]
    Late(Duration),
    /// Tenants.
    #[error(
        "{0} tenants are there already: forget one with `POST /_twin/reset?tenant=NAME`, or all \
         with `POST /_twin/reset`"
    )]
    Tenants(usize),
}

impl From<Overload> for Failure {
    fn from(overload: Overload) -> Self {
        Self::Overloaded(overload)
    }
}

/// A refusal: one of the codes that the model documents for the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The vendor's code.
    pub code: Cow<'static, str>,
    /// What the client reads; empty: the text that the model or the protocol has for the code.
    pub message: Cow<'static, str>,
}

/// The service says no with this code, and the text that the model has for it.
pub fn refuse(code: &'static str) -> Failure {
    refuse_with(code, "")
}

/// The service says no with this code and this text.
pub fn refuse_with(code: &'static str, message: impl Into<Cow<'static, str>>) -> Failure {
    Failure::Refused(Refusal { code: Cow::Borrowed(code), message: message.into() })
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}
