//! The old signature (`HmacSHA1`, `HmacSHA256`) over all parameters of a query or form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use super::framing::{Pairs, find};
use crate::wire::Request;

/// What is signed: decoded values, sorted by name in byte order.
pub(super) fn string_to_sign(method: &str, host: &str, pairs: &Pairs, dots: bool) -> String {
    let name = |name: &str| if dots { name.replace('_', ".") } else { name.to_owned() };
    let mut signed: Vec<(String, &str)> = pairs
        .iter()
        .filter(|(known, _)| known != "Signature")
        .map(|(known, value)| (name(known), value.as_str()))
        .collect();
    signed.sort_by(|(one, _), (other, _)| one.cmp(other));
    let joined: Vec<String> =
        signed.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{method}{host}/?{}", joined.join("&"))
}

/// The algorithm that the parameters ask for: only `HmacSHA256` selects SHA-256.
pub(super) fn algorithm(pairs: &Pairs) -> hmac::Algorithm {
    match find(pairs, "SignatureMethod") {
        Some("HmacSHA256") => hmac::HMAC_SHA256,
        _ => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
    }
}

/// The signature of a text, as it travels.
pub(super) fn sign(algorithm: hmac::Algorithm, secret: &str, text: &str) -> String {
    STANDARD.encode(hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), text.as_bytes()))
}

/// Whether the signature is that of an official client with this secret. Python and Java replace
/// `_` by `.` in the names that they sign, and only there.
pub(super) fn verify(request: &Request, pairs: &Pairs, secret: &str) -> bool {
    let Some(tag) = find(pairs, "Signature").and_then(|signature| STANDARD.decode(signature).ok())
    else {
        return false;
    };
    let key = hmac::Key::new(algorithm(pairs), secret.as_bytes());
    [false, true].into_iter().any(|dots| {
        let text = string_to_sign(request.method.as_str(), request.host(), pairs, dots);
        hmac::verify(&key, text.as_bytes(), &tag).is_ok()
    })
}

#[cfg(test)]
#[path = "v1_tests.rs"]
mod tests;
