//! In what IAM differs from the services behind the same gateway: its words for bad input, its
//! errors in Keystone's shape, and a header of its own.

use contracts::{Broken, Envelope, Violation};
use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use super::text;
use crate::error::Refusal;
use crate::wire::Answer;

/// The service's name.
const NAME: &str = "iam";

/// The header in which IAM repeats the id of a request; Python reads it where a look-up fails.
const TRACE_ID: HeaderName = HeaderName::from_static("x-iam-trace-id");

/// Whether the service is IAM.
pub(super) fn is(service: &str) -> bool {
    service == NAME
}

/// Input that breaks the model, in IAM's words (error code page).
pub(super) fn violation(violation: &Violation) -> Refusal {
    let path = &violation.path;
    match violation.broken {
        Broken::Missing => {
            let name = path.rsplit('.').next().unwrap_or(path);
            text::with("IAM.0072", format!("'{name}' is a required property."))
        }
        _ => text::with("IAM.0007", format!("Request parameter {path} is invalid.")),
    }
}

/// The body of a refusal in the shape of its operation: a number in `error` with the status's
/// title, or the code beside its text.
pub(super) fn enveloped(
    envelope: &Envelope,
    status: StatusCode,
    code: &str,
    message: &str,
) -> Value {
    if !envelope.number {
        return json!({ &*envelope.code: code, &*envelope.message: message });
    }
    let title = status.canonical_reason().unwrap_or_default();
    json!({ "error": { &*envelope.code: status.as_u16(), &*envelope.message: message, "title": title } })
}

/// The answer with the header of its own.
pub(super) fn traced(answer: Answer, id: &HeaderValue) -> Answer {
    answer.with(TRACE_ID, id.clone())
}
