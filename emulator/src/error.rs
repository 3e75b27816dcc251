//! How an operation can end other than well. Knows no vendor's envelope: the protocols word it.

use std::borrow::Cow;

/// Why a handler did not give an answer.
#[derive(Debug)]
pub enum Failure {
    /// The service says no, in words that the client will read.
    Refused(Refusal),
    /// What was asked for is still being written by background work of this tenant: the same
    /// request is run again when that work has ended.
    Pending,
    /// It is not complete: what was done stays, and the handler runs again once others have run. It
    /// keeps what it needs to go on in [`Call::upload`].
    ///
    /// [`Call::upload`]: crate::operation::Call::upload
    Again,
    /// We are at fault: the client reads the vendor's internal error, the log reads all.
    Internal(anyhow::Error),
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
