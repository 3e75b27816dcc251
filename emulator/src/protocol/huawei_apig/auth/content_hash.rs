//! `X-Sdk-Content-Sha256`: the payload of the canonical request in place of the body's own hash.
//! The signature covers the body only if the header is that hash.

use super::canonical::{CONTENT_HASH, sha256_hex};
use crate::wire::Request;

/// The value by which a client leaves its body unsigned: Python and Go send it with every body
/// that is not JSON, and sign the header.
pub(super) const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Checks the header, if there is one. Error: why it may not replace the hash of the body.
pub(super) fn check(request: &Request, signed_headers: &[String]) -> Result<(), String> {
    let Some(header) = request.headers.get(CONTENT_HASH) else { return Ok(()) };
    let value = String::from_utf8_lossy(header.as_bytes());
    let value = value.trim();
    if value == UNSIGNED {
        // Unsigned, anybody could add it to a request and then change the body.
        let is_signed = signed_headers.iter().any(|name| name == CONTENT_HASH);
        return is_signed.then_some(()).ok_or_else(|| {
            format!("X-Sdk-Content-Sha256 is `{UNSIGNED}` and must then be in SignedHeaders")
        });
    }
    let hash = sha256_hex(&request.body);
    if value.eq_ignore_ascii_case(&hash) {
        return Ok(());
    }
    Err(format!(
        "X-Sdk-Content-Sha256 is `{value}`, but the SHA-256 of the body is `{hash}`: send that hash, \
         `{UNSIGNED}` as a signed header, or no such header"
    ))
}
