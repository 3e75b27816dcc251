//! Why a signature differs: tries the usual mistakes until one gives the client's signature, then
//! shows both canonical requests and the first line that differs. Only for the journal and the log.

use percent_encoding::percent_decode_str;
use ring::hmac;

use super::authorization::Authorization;
use super::canonical::{Canonical, encoded, sha256_hex};
use super::content_hash;
use super::signature::{key, string_to_sign};
use crate::protocol::signature_hints::{differing, encodings, hosts};
use crate::redact;
use crate::wire::Request;

/// A canonical request that a client may have signed, and the mistake behind it.
struct Attempt {
    mistake: String,
    text: String,
    secret: String,
}

/// Explains a signature that does not fit.
pub(super) fn explain(
    request: &Request,
    authorization: &Authorization<'_>,
    date: &str,
    secret: &str,
) -> String {
    if let Err(why) = content_hash::check(request, &authorization.signed_headers) {
        return why;
    }
    let ours = Canonical::of(request, &authorization.signed_headers);
    let fits = |attempt: &&Attempt| {
        let text = string_to_sign(authorization, date, &attempt.text);
        key(authorization, &attempt.secret).is_some_and(|key| {
            let tag = hex::encode(hmac::sign(&key, text.as_bytes()));
            tag.eq_ignore_ascii_case(authorization.signature)
        })
    };
    match attempts(request, &ours, secret).iter().find(fits) {
        Some(attempt) => {
            differing(&attempt.mistake, &redact::lines(&ours.text()), &redact::lines(&attempt.text))
        }
        None => format!(
            "no usual mistake explains this signature: is the secret key the one that belongs to `{}`, and was \
             anything changed after signing (a proxy that rewrites Host, say)?\ncanonical request of the twin:\n{}\n\
             the client's cannot be worked out from its signature",
            authorization.access,
            redact::lines(&ours.text())
        ),
    }
}

fn attempts(request: &Request, ours: &Canonical, secret: &str) -> Vec<Attempt> {
    let with = |mistake: &str, text: String, secret: &str| Attempt {
        mistake: mistake.to_owned(),
        text,
        secret: secret.to_owned(),
    };
    let text = ours.text();
    let mut all = vec![
        with("the signature is in upper case", text.clone(), secret),
        with("the secret key was prefixed with `SDK`", text.clone(), &format!("SDK{secret}")),
        with(
            "the secret key was read with a line feed at its end",
            text.clone(),
            &format!("{secret}\n"),
        ),
        with("a line feed was put behind the canonical request", format!("{text}\n"), secret),
        with(
            "the empty line behind the canonical headers was left out",
            text.rsplit_once("\n\n").map_or_else(String::new, |(all, end)| format!("{all}\n{end}")),
            secret,
        ),
    ];
    let others = [targets(request, ours), headers(request, ours), payloads(request, ours)].concat();
    all.extend(others.into_iter().map(|(mistake, other)| with(&mistake, other.text(), secret)));
    all
}

type Other = (String, Canonical);

/// Mistakes in method, path and query.
fn targets(request: &Request, ours: &Canonical) -> Vec<Other> {
    let mut all = Vec::new();
    let path = request.uri.path();
    let bare = ours.uri.trim_end_matches('/');
    let slashed = |path: String| if path.ends_with('/') { path } else { path + "/" };
    for (mistake, uri) in [
        ("the path was signed without a slash at its end", bare.to_owned()),
        ("the path was signed as sent, not encoded anew", slashed(path.to_owned())),
        ("the path was encoded twice", slashed(encoded(path).replace("%2F", "/"))),
        (
            "the path was not encoded",
            slashed(percent_decode_str(path).decode_utf8_lossy().into_owned()),
        ),
        (
            "the path was signed with a doubled slash at its start: leave out the slash at the end of the endpoint",
            format!("/{}", ours.uri),
        ),
    ] {
        all.push((mistake.to_owned(), Canonical { uri, ..ours.clone() }));
    }
    let raw = request.query();
    for (mistake, query) in [
        ("the query was not signed", String::new()),
        ("the query was signed as sent, not sorted and encoded anew", raw.to_owned()),
        ("keys of the query were signed in lower case", lower_keys(&ours.query)),
        ("blanks of the query were signed as `+`", ours.query.replace("%20", "+")),
        ("keys without a value were signed without `=`", bare_keys(&ours.query)),
        ("a `+` of the query was signed as a blank", ours.query.replace("%2B", "%20")),
    ] {
        all.push((mistake.to_owned(), Canonical { query, ..ours.clone() }));
    }
    let others = encodings(&ours.query).into_iter();
    all.extend(others.map(|(mistake, query)| (mistake, Canonical { query, ..ours.clone() })));
    for method in ["GET", "POST", "PUT", "DELETE", "get", "post", "put", "delete"] {
        let mistake = format!("the method was signed as {method}");
        all.push((mistake, Canonical { method: method.to_owned(), ..ours.clone() }));
    }
    all
}

fn lower_keys(query: &str) -> String {
    let lowered = |pair: &str| match pair.split_once('=') {
        Some((key, value)) => format!("{}={value}", key.to_ascii_lowercase()),
        None => pair.to_owned(),
    };
    let mut pairs: Vec<_> = query.split('&').map(lowered).collect();
    pairs.sort();
    pairs.join("&")
}

fn bare_keys(query: &str) -> String {
    query
        .split('&')
        .map(|pair| pair.strip_suffix('=').unwrap_or(pair))
        .collect::<Vec<_>>()
        .join("&")
}

/// Mistakes in the values of signed headers.
fn headers(request: &Request, ours: &Canonical) -> Vec<Other> {
    let mut all = Vec::new();
    let host = request.host();
    let bare = host.rsplit_once(':').map_or(host, |(bare, _)| bare);
    for signed in hosts(host, bare) {
        let mistake = format!("the host was signed as `{signed}`, but sent as `{host}`");
        all.push((mistake, ours.with_header("host", &signed)));
    }
    let sent = request.header("content-type").unwrap_or_default();
    for signed in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
        "application/json;charset=UTF-8",
        "",
    ] {
        let mistake = format!("the content type was signed as `{signed}`, but sent as `{sent}`");
        all.push((mistake, ours.with_header("content-type", signed)));
    }
    let mut sorted = ours.clone();
    sorted.headers.sort();
    let mut names: Vec<_> = sorted.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.dedup();
    sorted.signed_headers = names.join(";");
    all.push(("the headers were sent in another order than they were signed".to_owned(), sorted));
    all
}

/// Mistakes in the hash of the body.
fn payloads(request: &Request, ours: &Canonical) -> Vec<Other> {
    let line = [&request.body[..], b"\n"].concat();
    let trimmed = request.body.trim_ascii_end();
    let hashed = |bytes: &[u8]| sha256_hex(bytes);
    [
        ("the body was signed as an empty one", hashed(b"")),
        ("the body was signed as `{}`", hashed(b"{}")),
        ("the body was signed with a line feed at its end", hashed(&line)),
        ("the body was signed without the blanks at its end", hashed(trimmed)),
        (
            "the body was signed, though X-Sdk-Content-Sha256 tells another hash",
            hashed(&request.body),
        ),
        (
            "`UNSIGNED-PAYLOAD` was signed without sending X-Sdk-Content-Sha256",
            content_hash::UNSIGNED.to_owned(),
        ),
        ("the hash of the body was written in upper case", ours.payload.to_ascii_uppercase()),
    ]
    .map(|(mistake, payload)| (mistake.to_owned(), Canonical { payload, ..ours.clone() }))
    .to_vec()
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
