//! The body of a refusal in the shape of its family.

use contracts::Envelope;
use http::StatusCode;
use serde_json::{Value, json};

/// A number in `error` with the status's title (Keystone), or the code beside its text.
pub(super) fn body(envelope: &Envelope, status: StatusCode, code: &str, message: &str) -> Value {
    if !envelope.number {
        return json!({ &*envelope.code: code, &*envelope.message: message });
    }
    let title = status.canonical_reason().unwrap_or_default();
    json!({ "error": { &*envelope.code: status.as_u16(), &*envelope.message: message, "title": title } })
}
