//! Why a signature differs: tries the usual mistakes until one gives the client's signature, then
//! shows both canonical requests and the first line that differs. Only for the journal and the log.

use ring::hmac;

use super::framing::{Pairs, find};
use super::hosts::without_port;
use super::tc3::{self, Authorization, Canonical, UNSIGNED, sha256_hex};
use super::v1;
use crate::protocol::signature_hints::{differing, encodings, hosts};
use crate::redact::{self, REDACTED};
use crate::wire::Request;

/// A canonical request that a client may have signed, and the mistake behind it.
struct Attempt<'a> {
    mistake: String,
    canonical: Canonical<'a>,
    /// What the chain of keys begins with.
    start: String,
}

/// Explains a TC3 signature that none of the accepted forms gives.
pub(super) fn tc3(
    request: &Request,
    authorization: &Authorization<'_>,
    timestamp: &str,
    secret: &str,
) -> String {
    let ours = Canonical::of(request, authorization.signed_headers);
    let fits = |attempt: &Attempt<'_>| {
        let Authorization { date, service, .. } = authorization;
        let text = tc3::string_to_sign(timestamp, date, service, &attempt.canonical.text());
        let tag = hmac::sign(&tc3::signing_key(&attempt.start, date, service), text.as_bytes());
        hex::encode(tag).eq_ignore_ascii_case(authorization.signature)
    };
    match attempts(request, &ours, secret).iter().find(|attempt| fits(attempt)) {
        Some(attempt) => differing(
            &attempt.mistake,
            &redact::lines(&ours.text()),
            &redact::lines(&attempt.canonical.text()),
        ),
        None => unknown("canonical request", &redact::lines(&ours.text())),
    }
}

fn attempts<'a>(request: &'a Request, ours: &Canonical<'a>, secret: &str) -> Vec<Attempt<'a>> {
    let right = format!("TC3{secret}");
    let mut all = Vec::new();
    let mut add = |mistake: String, canonical: Canonical<'a>, start: &str| {
        all.push(Attempt { mistake, canonical, start: start.to_owned() });
    };
    add("the signature is in upper case".to_owned(), ours.clone(), &right);
    add("the key was not prefixed with `TC3`".to_owned(), ours.clone(), secret);
    add(
        "the secret key was read with a line feed at its end".to_owned(),
        ours.clone(),
        &format!("{right}\n"),
    );
    let host = request.host();
    for signed in hosts(host, without_port(host)) {
        let mistake = format!("the host was signed as `{signed}`, but sent as `{host}`");
        add(mistake, ours.with_header("host", &signed), &right);
    }
    let sent = request.header("content-type").unwrap_or_default();
    for signed in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        "",
    ] {
        let mistake = format!("the content type was signed as `{signed}`, but sent as `{sent}`");
        add(mistake, ours.with_header("content-type", signed), &right);
    }
    for (what, payload) in
        [("an empty body", &b""[..]), ("`{}`", b"{}"), ("`UNSIGNED-PAYLOAD`", UNSIGNED)]
    {
        let canonical = Canonical { payload_hash: sha256_hex(payload), ..ours.clone() };
        add(format!("the payload was signed as {what}"), canonical, &right);
    }
    let loud = Canonical { payload_hash: ours.payload_hash.to_ascii_uppercase(), ..ours.clone() };
    add("the hash of the payload was written in upper case".to_owned(), loud, &right);
    for method in ["GET", "POST"] {
        add(
            format!("the method was signed as {method}"),
            Canonical { method, ..ours.clone() },
            &right,
        );
    }
    add(
        "the query was not signed".to_owned(),
        Canonical { query: "".into(), ..ours.clone() },
        &right,
    );
    add(
        "the query of a POST was signed".to_owned(),
        Canonical { query: request.query().into(), ..ours.clone() },
        &right,
    );
    for (mistake, query) in encodings(&ours.query) {
        add(mistake, Canonical { query: query.into(), ..ours.clone() }, &right);
    }
    all
}

/// Explains an old signature that does not fit.
pub(super) fn v1(request: &Request, pairs: &Pairs, secret: &str) -> String {
    let shown: Pairs = pairs.iter().map(redacted).collect();
    let method = request.method.as_str();
    let ours = v1::string_to_sign(method, request.host(), &shown, false);
    let signature = find(pairs, "Signature").unwrap_or_default();
    let fits = |method: &str, host: &str, algorithm| {
        v1::sign(algorithm, secret, &v1::string_to_sign(method, host, pairs, false)) == signature
    };
    let algorithm = v1::algorithm(pairs);
    for other in ["GET", "POST"] {
        if fits(other, request.host(), algorithm) {
            let theirs = v1::string_to_sign(other, request.host(), &shown, false);
            return differing(&format!("the method was signed as {other}"), &ours, &theirs);
        }
    }
    for host in hosts(request.host(), without_port(request.host())) {
        if fits(method, &host, algorithm) {
            let theirs = v1::string_to_sign(method, &host, &shown, false);
            return differing(
                &format!("the host was signed as `{host}`, but sent as `{}`", request.host()),
                &ours,
                &theirs,
            );
        }
    }
    for (name, other) in
        [("SHA-1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY), ("SHA-256", hmac::HMAC_SHA256)]
    {
        if fits(method, request.host(), other) {
            return format!("{name} was used, which the parameter SignatureMethod does not say");
        }
    }
    unknown("string to sign", &ours)
}

fn redacted((name, value): &(String, String)) -> (String, String) {
    let is_secret = name.split('.').any(redact::is_secret);
    (name.clone(), if is_secret { REDACTED.to_owned() } else { value.clone() })
}

fn unknown(what: &str, ours: &str) -> String {
    format!(
        "no usual mistake explains this signature: is the secret key `cloudtwin-secret`, and was anything \
         changed after signing?\n{what} of the twin:\n{ours}\nthe client's cannot be worked out from its signature"
    )
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
