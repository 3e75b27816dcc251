//! TC3-HMAC-SHA256: reading the authorization header and verifying it.
//!
//! Official clients differ in the host they sign (Node leaves the port out) and in how they spell
//! header values, so a small set of canonical requests is accepted, and no other.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use ring::{digest, hmac};

use super::hosts::without_port;
use crate::wire::{Request, header_text};

const ALGORITHM: &str = "TC3-HMAC-SHA256";

/// What the payload line hashes when a client leaves its body unsigned.
pub(super) const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";

/// Signing keys kept; beyond that all are worked out anew.
const KEYS_MAX: usize = 1024;

/// Longest service in bytes whose signing key is kept: the length of a host name.
const KEPT_SERVICE_MAX: usize = 253;

/// A parsed authorization header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authorization<'a> {
    pub(super) secret_id: &'a str,
    pub(super) date: &'a str,
    pub(super) service: &'a str,
    pub(super) signed_headers: &'a str,
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads a header leniently: any number of blanks after the algorithm (.NET sends two) and
    /// after commas. The error names the part that is wrong.
    pub(super) fn parse(header: &'a str) -> Result<Self, &'static str> {
        let fields = header.strip_prefix(ALGORITHM).filter(|rest| rest.starts_with(' '));
        let fields = fields.ok_or("the algorithm must be `TC3-HMAC-SHA256`")?;
        let field = |name: &str| {
            fields
                .split(',')
                .find_map(|field| field.trim().strip_prefix(name)?.strip_prefix('='))
                .filter(|value| !value.is_empty())
        };
        let credential = field("Credential").ok_or("`Credential` not found")?;
        let mut parts = credential.splitn(3, '/');
        let (Some(secret_id), Some(date), Some(scope)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err("`Credential` not valid");
        };
        // Node signs a service with slashes in it where its endpoint has a scheme.
        let service =
            scope.strip_suffix("/tc3_request").ok_or("`tc3_request` in Credential not found")?;
        let signed_headers = field("SignedHeaders").ok_or("`SignedHeaders` not found")?;
        let covers = |name| signed_headers.split(';').any(|header| header == name);
        if !covers("content-type") || !covers("host") {
            return Err("`SignedHeaders` must hold `content-type` and `host`");
        }
        let signature = field("Signature").ok_or("`Signature` not found")?;
        Ok(Self { secret_id, date, service, signed_headers, signature })
    }
}

/// Everything that a canonical request is made of.
#[derive(Debug, Clone)]
pub(super) struct Canonical<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: Cow<'a, str>,
    pub(super) headers: Vec<(&'a str, Cow<'a, str>)>,
    pub(super) signed_headers: &'a str,
    pub(super) payload_hash: String,
}

impl<'a> Canonical<'a> {
    /// The canonical request as most clients make it from this request.
    pub(super) fn of(request: &'a Request, signed_headers: &'a str) -> Self {
        let value = |name: &str| match request.headers.get(name) {
            _ if name == "host" => Cow::Borrowed(request.host()),
            value => value.map(header_text).unwrap_or_default(),
        };
        let unsigned =
            request.header("x-tc-content-sha256").is_some_and(|value| value.as_bytes() == UNSIGNED);
        let get = request.method == http::Method::GET;
        let payload = if unsigned {
            UNSIGNED
        } else if get {
            b""
        } else {
            &request.body[..]
        };
        Self {
            method: request.method.as_str(),
            path: "/",
            query: if get { request.query() } else { "" }.into(),
            headers: signed_headers.split(';').map(|name| (name, trimmed(value(name)))).collect(),
            signed_headers,
            payload_hash: sha256_hex(payload),
        }
    }

    /// The text that is hashed.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(256);
        for line in [self.method, self.path, &self.query] {
            text.push_str(line);
            text.push('\n');
        }
        for (name, value) in &self.headers {
            text.push_str(name);
            text.push(':');
            text.push_str(value);
            text.push('\n');
        }
        text.push('\n');
        text.push_str(self.signed_headers);
        text.push('\n');
        text.push_str(&self.payload_hash);
        text
    }

    /// The same with another value for one header.
    pub(super) fn with_header(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        for (known, old) in &mut other.headers {
            if *known == name {
                *old = Cow::Owned(value.to_owned());
            }
        }
        other
    }
}

fn trimmed(value: Cow<'_, str>) -> Cow<'_, str> {
    match value {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

/// The canonical requests that official clients make: host with and without its port, values as
/// sent and in lower case (the documents ask for that), path `/` and as sent (Node).
fn accepted<'a>(request: &'a Request, first: &Canonical<'a>) -> Vec<Canonical<'a>> {
    let mut all = vec![first.clone()];
    let host = without_port(request.host());
    let ported: Vec<_> = all.iter().map(|one| one.with_header("host", host)).collect();
    all.extend(ported);
    let mut lowered = all.clone();
    lowered
        .iter_mut()
        .flat_map(|one| &mut one.headers)
        .for_each(|(_, value)| value.to_mut().make_ascii_lowercase());
    all.extend(lowered);
    let mut pathed = all.clone();
    for one in &mut pathed {
        one.path = request.uri.path();
    }
    all.extend(pathed);
    all
}

/// What is signed.
pub(super) fn string_to_sign(
    timestamp: &str,
    date: &str,
    service: &str,
    canonical: &str,
) -> String {
    let hash = sha256_hex(canonical.as_bytes());
    [ALGORITHM, "\n", timestamp, "\n", date, "/", service, "/tc3_request\n", &hash].concat()
}

/// Whether the signature is that of an official client with this secret.
pub(super) fn verify(
    request: &Request,
    authorization: &Authorization<'_>,
    timestamp: &str,
    secret: &str,
    keys: &SigningKeys,
) -> bool {
    let Authorization { date, service, signature, signed_headers, .. } = authorization;
    let mut tag = [0; 32];
    let upper = signature.bytes().any(|b| b.is_ascii_uppercase());
    if upper || hex::decode_to_slice(signature, &mut tag).is_err() {
        return false;
    }
    let fits = |key: &hmac::Key, canonical: &Canonical<'_>| {
        let text = string_to_sign(timestamp, date, service, &canonical.text());
        hmac::verify(key, text.as_bytes(), &tag).is_ok()
    };
    let first = Canonical::of(request, signed_headers);
    keys.with(secret, date, service, |key| {
        fits(key, &first)
            || accepted(request, &first).iter().skip(1).any(|canonical| fits(key, canonical))
    })
}

/// The key that signs for a day and a service.
pub(super) fn signing_key(start: &str, date: &str, service: &str) -> hmac::Key {
    let step = |key: &[u8], text: &str| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
    };
    let day = step(start.as_bytes(), date);
    let of_service = step(day.as_ref(), service);
    let last = step(of_service.as_ref(), "tc3_request");
    hmac::Key::new(hmac::HMAC_SHA256, last.as_ref())
}

/// Signing keys worked out before, by secret, day and service.
#[derive(Debug, Default)]
pub(super) struct SigningKeys {
    known: RwLock<HashMap<String, hmac::Key>>,
}

impl SigningKeys {
    fn with<T>(
        &self,
        secret: &str,
        date: &str,
        service: &str,
        using: impl Fn(&hmac::Key) -> T,
    ) -> T {
        let name = [secret, date, service].join("\n");
        if let Some(key) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return using(key);
        }
        let key = signing_key(&format!("TC3{secret}"), date, service);
        let result = using(&key);
        if service.len() > KEPT_SERVICE_MAX {
            return result;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS_MAX {
            known.clear();
        }
        known.insert(name, key);
        result
    }
}

/// Lower-case hex of the SHA-256 of `bytes`.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    let mut text = [0; 64];
    // Into a buffer, since `hex::encode` goes character by character; the length fits.
    _ = hex::encode_to_slice(digest::digest(&digest::SHA256, bytes), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
#[path = "tc3_tests.rs"]
mod tests;
