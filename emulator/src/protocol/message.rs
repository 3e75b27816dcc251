//! The stages that a request passes in its protocol, from bytes to a checked input. Each returns
//! more than the one before it knew; the pipeline runs them in order.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::issued::Issued;
use crate::credentials::tenant_of;
use crate::error::Refusal;
use crate::runtime::clock::Timestamp;
use crate::wire::Request;

/// What a protocol finds in a request before it believes anything of it.
pub struct Identified {
    /// The operation that the request names. Of a refused request too, if that much could be read.
    pub operation: Option<Arc<contracts::Operation>>,
    /// Whether the client reads Chinese.
    pub chinese: bool,
    /// The request taken apart, or why it is refused.
    pub message: Result<Box<dyn Message>, Rejection>,
}

impl Identified {
    /// Refused before an operation was found. None of these refusals has a Chinese text.
    pub(super) fn refused(rejection: impl Into<Rejection>) -> Self {
        Self { operation: None, chinese: false, message: Err(rejection.into()) }
    }
}

/// A refusal, and what the journal may say of it that the client must not read.
#[derive(Debug)]
pub struct Rejection {
    /// What the client reads.
    pub refusal: Refusal,
    /// What only the journal and the log say.
    pub explanation: Option<String>,
}

impl Rejection {
    /// A refusal with its explanation.
    pub(super) fn explained(refusal: impl Into<Refusal>, explanation: impl Into<String>) -> Self {
        Self { refusal: refusal.into(), explanation: Some(explanation.into()) }
    }
}

impl<R: Into<Refusal>> From<R> for Rejection {
    fn from(refusal: R) -> Self {
        Self { refusal: refusal.into(), explanation: None }
    }
}

/// What authentication uses beside the request.
pub struct Verifier<'a> {
    /// Whether credentials are checked. If not, a key still names its tenant.
    pub auth: bool,
    /// The twin's clock.
    pub now: Timestamp,
    /// The tokens and keys that the twin handed out.
    pub issued: &'a dyn Issued,
    /// Whether the request's key counts as revoked: as if the twin did not know it.
    pub is_revoked: bool,
}

impl Verifier<'_> {
    /// The tenant that a dummy key names, as [`tenant_of`] has it; nothing for an unknown key.
    pub(super) fn tenant_of<'k>(&self, key: &'k str, prefix: &str) -> Option<&'k str> {
        tenant_of(key, prefix).filter(|_| !self.is_revoked)
    }
}

/// The checked input of an operation, and the file that came with it.
pub(crate) type Input = (Value, Option<Bytes>);

/// A request that its protocol could take apart.
pub trait Message: Send {
    /// What it asks for.
    fn operation(&self) -> &Arc<contracts::Operation>;

    /// Whether it is a log-in: its credentials are in the input, which is then read first.
    fn is_login(&self) -> bool {
        false
    }

    /// The name of the caller's tenant. `login` is the input of a log-in.
    fn authenticate(
        &self,
        request: &Request,
        login: Option<&Value>,
        verifier: &Verifier<'_>,
    ) -> Result<String, Rejection>;

    /// Checks what the vendor checks between the caller and the rate.
    fn check_parameters(&self, _request: &Request) -> Result<(), Refusal> {
        Ok(())
    }

    /// The region under which its rate is counted: one of the vendor's list, or empty.
    fn region(&self, _request: &Request) -> &'static str {
        ""
    }

    /// The input, which keeps the model.
    fn input(&self, request: &Request) -> Result<Input, Refusal>;

    /// Whether the client asked for English texts.
    fn english(&self) -> bool {
        false
    }

    /// The twin's base URL as the client reached it, if the request shows it.
    fn origin(&self, _request: &Request) -> Option<String> {
        None
    }
}
