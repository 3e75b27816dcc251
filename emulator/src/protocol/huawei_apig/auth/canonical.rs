//! The canonical request: the text of which both sides sign a hash. Knows no key.

use http::HeaderMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use ring::digest;

use crate::wire::{Request, header_text};

/// The header with the hash of the body, which replaces the body itself.
pub(super) const CONTENT_HASH: &str = "x-sdk-content-sha256";

/// What is escaped in paths and queries.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A canonical request in its parts; `text` joins them.
#[derive(Debug, Clone)]
pub(super) struct Canonical {
    pub(super) method: String,
    pub(super) uri: String,
    pub(super) query: String,
    /// Name and value of each signed header, a line each.
    pub(super) headers: Vec<(String, String)>,
    pub(super) signed_headers: String,
    pub(super) payload: String,
}

impl Canonical {
    /// The canonical request as it follows from a request and the names of its signed headers.
    pub(super) fn of(request: &Request, signed: &[String]) -> Self {
        Self {
            method: request.method.as_str().to_ascii_uppercase(),
            uri: uri(request.uri.path()),
            query: query(request.query()),
            headers: signed.iter().flat_map(|name| lines(request, name)).collect(),
            signed_headers: signed.join(";"),
            payload: match request.headers.get(CONTENT_HASH) {
                Some(told) => text_of(told),
                None => sha256_hex(&request.body),
            },
        }
    }

    /// The text that is hashed.
    pub(super) fn text(&self) -> String {
        let mut text = [&*self.method, &*self.uri, &*self.query, ""].join("\n");
        for (name, value) in &self.headers {
            text.extend([name.as_str(), ":", value.as_str(), "\n"]);
        }
        text.extend(["\n", &*self.signed_headers, "\n", &*self.payload]);
        text
    }

    /// The same with another value for one header.
    pub(super) fn with_header(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        for (known, old) in &mut other.headers {
            if known == name {
                value.clone_into(old);
            }
        }
        other
    }
}

/// The lines of one signed header. One that was sent several times has a line for each value,
/// sorted, as Go and golangsdk write it (Python cannot send one twice); one that did not arrive
/// has an empty value.
fn lines(request: &Request, name: &str) -> Vec<(String, String)> {
    let mut values = values(&request.headers, name);
    if values.is_empty() {
        // HTTP/2 has the host in the target.
        values.push(if name == "host" { request.host().to_owned() } else { String::new() });
    }
    values.sort();
    values.into_iter().map(|value| (name.to_owned(), value)).collect()
}

fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers.get_all(name).iter().map(text_of).collect()
}

/// A header's value without blanks around it. Python sends UTF-8; whatever is not is taken as
/// ISO 8859-1, so that no two values look alike.
fn text_of(value: &http::HeaderValue) -> String {
    header_text(value).trim().to_owned()
}

/// The path decoded once, each piece encoded anew, with a slash at its end.
pub(super) fn uri(path: &str) -> String {
    let pieces = decoded(path);
    let pieces: Vec<_> = pieces.split(|byte| *byte == b'/').map(encoded).collect();
    let mut uri = pieces.join("/");
    if !uri.ends_with('/') {
        uri.push('/');
    }
    uri
}

/// The query's pairs decoded, sorted by key and then by value, encoded anew. A key alone has an
/// empty value; `+` is a plus sign.
pub(super) fn query(query: &str) -> String {
    let mut pairs: Vec<_> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decoded(key), decoded(value)))
        .collect();
    pairs.sort();
    let pairs: Vec<_> =
        pairs.iter().map(|(key, value)| [encoded(key), encoded(value)].join("=")).collect();
    pairs.join("&")
}

/// Percent escapes undone; a percent sign that begins none stays.
fn decoded(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// Everything escaped but letters, digits and `-_.~`.
pub(super) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    percent_encode(bytes.as_ref(), ESCAPED).to_string()
}

/// Lower-case hex of the SHA-256 of `bytes`.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once_and_ends_with_a_slash() {
        for (sent, signed) in [
            ("", "/"),
            ("/", "/"),
            ("/v2/users", "/v2/users/"),
            ("/v2/users/", "/v2/users/"),
            ("/v2/%7Bproject_id%7d/users", "/v2/%7Bproject_id%7D/users/"),
            ("/a%2Fb", "/a/b/"),
            ("/a%252Fb", "/a%252Fb/"),
            ("/100%/%zz/%4", "/100%25/%25zz/%254/"),
            ("/~a-b_c.d*", "/~a-b_c.d%2A/"),
            ("//a//", "//a//"),
            ("/%C3%BC", "/%C3%BC/"),
        ] {
            assert_eq!(uri(sent), signed, "{sent}");
        }
    }

    #[test]
    fn a_query_is_sorted_by_key_then_value_after_decoding() {
        for (sent, signed) in [
            ("", ""),
            ("b=2&a=1", "a=1&b=2"),
            ("n=b&n=a&n=", "n=&n=a&n=b"),
            ("bare&a", "a=&bare="),
            ("a=1+1&b=%20", "a=1%2B1&b=%20"),
            ("a=b=c&&d=%26", "a=b%3Dc&d=%26"),
            ("%62=1&a=%2f", "a=%2F&b=1"),
            // By the decoded key: `a` comes before `a-`, though `=` comes behind `-`.
            ("a-=1&a=2", "a=2&a-=1"),
        ] {
            assert_eq!(query(sent), signed, "{sent}");
        }
    }
}
