//! Huawei Cloud's signature SDK-HMAC-SHA256.
//!
//! <https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html>

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use ring::{digest, hmac};

/// What is escaped in paths and queries.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What of a request is signed.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query as they are on the wire.
    pub target: &'a str,
    /// The signed headers, sorted, names in lower case; `x-sdk-date` is among them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub payload: &'a [u8],
}

/// The value of `X-Sdk-Date`.
pub fn date(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The value of `Authorization`, for that key; `date` is the value of `X-Sdk-Date`.
pub fn authorization(covered: &Covered<'_>, (access, secret): (&str, &str), date: &str) -> String {
    let names: Vec<_> = covered.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = sha256(canonical(covered, &names).as_bytes());
    let text = format!("SDK-HMAC-SHA256\n{date}\n{canonical}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = hex::encode(hmac::sign(&key, text.as_bytes()));
    format!("SDK-HMAC-SHA256 Access={access}, SignedHeaders={names}, Signature={signature}")
}

/// A text with everything escaped that a path or a query must escape.
pub fn escaped(text: &str) -> String {
    percent_encode(text.as_bytes(), ESCAPED).to_string()
}

/// The text of which both sides make a hash.
fn canonical(covered: &Covered<'_>, names: &str) -> String {
    let (path, query) = covered.target.split_once('?').unwrap_or((covered.target, ""));
    let lines: String =
        covered.headers.iter().flat_map(|(name, value)| [*name, ":", value.trim(), "\n"]).collect();
    let pieces: Vec<_> = path.split('/').map(encoded_anew).collect();
    let mut path = pieces.join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    let (query, payload) = (canonical_query(query), sha256(covered.payload));
    format!("{}\n{path}\n{query}\n{lines}\n{names}\n{payload}", covered.method)
}

/// The pairs decoded, sorted and encoded anew.
fn canonical_query(query: &str) -> String {
    let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (decoded(name), decoded(value))).collect();
    pairs.sort();
    let encoded = |bytes: &[u8]| percent_encode(bytes, ESCAPED).to_string();
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| encoded(name) + "=" + &encoded(value)).collect();
    pairs.join("&")
}

fn encoded_anew(text: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(text).collect();
    percent_encode(&decoded, ESCAPED).to_string()
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECT: &str = "0bec5db98280d2d02fd6c00c2de791ce";
    const DATE: &str = "20260102T030405Z";
    const HEADERS: [(&str, &str); 5] = [
        ("content-type", "application/json"),
        ("host", "127.0.0.1:4510"),
        ("x-project-id", PROJECT),
        ("x-sdk-date", DATE),
        ("x-security-token", "SECTOKEN"),
    ];

    fn signature(method: &str, target: &str, headers: usize, body: &str) -> String {
        let (headers, payload) = (&HEADERS[..headers], body.as_bytes());
        let covered = Covered { method, target, headers, payload };
        let key = ("AKEXAMPLE0000000001A", "skexample00000000000000000000000000000001");
        let whole = authorization(&covered, key, DATE);
        whole.rsplit('=').next().unwrap().to_owned()
    }

    #[test]
    fn a_body_is_signed_as_the_official_client_signs_it() {
        let body = r#"{"user_name": "al", "language": "zh_CN"}"#;
        assert_eq!(
            signature("POST", &format!("/v3/{PROJECT}/users/export"), 4, body),
            "8f12ab256b8ad8d51cb3922ce4e933e606c1be8cf2e466711da8fb6d861f0c85"
        );
    }

    #[test]
    fn a_query_is_signed_sorted_whatever_its_order_on_the_wire() {
        let expected = "d90ed63ee12fa04acb7b706a580e669cc6dfd63b720e3cf5f0d805ab5f0f5fc3";
        for query in [
            "description=a%20b%2F%C3%BC&limit=10&user_name=&user_names=alice&user_names=bob",
            "user_names=bob&limit=10&user_names=alice&description=a%20b/%c3%bc&user_name",
        ] {
            let target = format!("/v2/{PROJECT}/users?{query}");
            assert_eq!(signature("GET", &target, 5, ""), expected, "{query}");
        }
    }

    #[test]
    fn dates_have_no_marks() {
        let at: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        assert_eq!(date(at), DATE);
    }
}
