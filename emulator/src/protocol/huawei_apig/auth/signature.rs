//! `SDK-HMAC-SHA256`, and `V11-HMAC-SHA256` with its derived key: what is signed, and whether a
//! signature fits. The secret is the caller's to find.

use ring::{hkdf, hmac};

use super::authorization::Authorization;
use super::canonical::{CONTENT_HASH, Canonical, sha256_hex};
use super::content_hash;
use crate::wire::Request;

/// Whether the signature is that of this request with this secret, and covers its body unless the
/// client left it unsigned. `date` is the header
/// `X-Sdk-Date` as sent.
pub(super) fn verify(
    request: &Request,
    authorization: &Authorization<'_>,
    date: &str,
    secret: &str,
) -> bool {
    let mut tag = [0; 32];
    let signature = authorization.signature;
    let upper = signature.bytes().any(|byte| byte.is_ascii_uppercase());
    if upper || hex::decode_to_slice(signature, &mut tag).is_err() {
        return false;
    }
    let Some(key) = key(authorization, secret) else { return false };
    let canonical = Canonical::of(request, &authorization.signed_headers);
    let fits = |canonical: &Canonical| {
        let text = string_to_sign(authorization, date, &canonical.text());
        // Compares in constant time.
        hmac::verify(&key, text.as_bytes(), &tag).is_ok()
    };
    let covered = content_hash::check(request, &authorization.signed_headers).is_ok();
    (covered && fits(&canonical)) || bodiless(request, &canonical).is_some_and(|other| fits(&other))
}

/// Python signs the hash of nothing where there is no body, even if a header names another one.
fn bodiless(request: &Request, canonical: &Canonical) -> Option<Canonical> {
    let told = request.headers.contains_key(CONTENT_HASH);
    let other = || Canonical { payload: sha256_hex(b""), ..canonical.clone() };
    (request.body.is_empty() && told).then(other)
}

/// What is signed.
pub(super) fn string_to_sign(
    authorization: &Authorization<'_>,
    date: &str,
    canonical: &str,
) -> String {
    let mut lines = vec![authorization.algorithm(), date];
    lines.extend(authorization.scope);
    let hash = sha256_hex(canonical.as_bytes());
    lines.push(&hash);
    lines.join("\n")
}

/// The key that signs: the secret itself, or the one derived from it.
pub(super) fn key(authorization: &Authorization<'_>, secret: &str) -> Option<hmac::Key> {
    let key = match authorization.scope {
        None => secret.to_owned(),
        Some(scope) => derived(authorization.access, secret, scope)?,
    };
    Some(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()))
}

/// HKDF-SHA-256 with the access key as its salt, written in hex: the clients sign with the text,
/// not with the bytes.
fn derived(access: &str, secret: &str, scope: &str) -> Option<String> {
    let root = hkdf::Salt::new(hkdf::HKDF_SHA256, access.as_bytes()).extract(secret.as_bytes());
    let mut key = [0; 32];
    let info = [scope.as_bytes()];
    // Only a key longer than 255 hashes could fail, and this one is as long as one.
    root.expand(&info, hkdf::HKDF_SHA256).ok()?.fill(&mut key).ok()?;
    Some(hex::encode(key))
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
