//! Headers, pairs of queries and forms, and canonical requests with their secrets redacted.

use std::borrow::Cow;
use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use percent_encoding::percent_decode_str;

use super::{REDACTED, is_secret, mentions_secret};
use crate::wire::header_text;

/// Headers whose whole value is secret, though their names do not look so.
const SECRET_HEADERS: [&str; 5] = ["guid", "cookie", "set-cookie", "proxy-authorization", "sk"];

/// Schemes of `Authorization` whose value is shown up to the signature: what it covers explains
/// why it does not fit.
const SIGNED: [&str; 3] = ["TC3-", "SDK-", "V11-"];

/// Headers a line each, secrets redacted.
pub fn header_lines(headers: &HeaderMap) -> Arc<str> {
    let mut lines = String::with_capacity(512);
    for (name, value) in headers {
        let value = &*header_text(value);
        lines.push_str(name.as_str());
        lines.push_str(": ");
        if name == AUTHORIZATION {
            push_authorization(&mut lines, value);
        } else if is_secret_header(name.as_str()) {
            lines.push_str(REDACTED);
        } else {
            lines.push_str(value);
        }
        lines.push('\n');
    }
    lines.into()
}

fn push_authorization(lines: &mut String, value: &str) {
    if value == "SKIP" {
        return lines.push_str(value);
    }
    let is_signed = SIGNED.iter().any(|scheme| value.starts_with(scheme));
    if let Some((covered, _)) = value.split_once("Signature=").filter(|_| is_signed) {
        lines.push_str(covered);
        lines.push_str("Signature=");
    }
    lines.push_str(REDACTED);
}

fn is_secret_header(name: &str) -> bool {
    SECRET_HEADERS.contains(&name) || (mentions_secret(name.as_bytes()) && is_secret(name))
}

/// Pairs of a query or a form with the values of secrets redacted.
pub fn pairs(pairs: &str) -> Cow<'_, str> {
    // A percent escape could hide a name.
    if !mentions_secret(pairs.as_bytes()) && !pairs.contains('%') {
        return Cow::Borrowed(pairs);
    }
    let redacted: Vec<_> = pairs.split('&').map(pair).collect();
    Cow::Owned(redacted.join("&"))
}

fn pair(pair: &str) -> Cow<'_, str> {
    let decoded = percent_decode_str(pair).decode_utf8_lossy();
    if !mentions_secret(decoded.as_bytes()) && !decoded.contains('%') {
        return Cow::Borrowed(pair);
    }
    let Some((sent, value)) = pair.split_once('=') else {
        return Cow::Borrowed(if is_name(&decoded) { pair } else { REDACTED });
    };
    let name = percent_decode_str(sent).decode_utf8_lossy();
    if !is_name(&name) && mentions_secret(name.as_bytes()) {
        return Cow::Borrowed(REDACTED);
    }
    let is_switch = matches!(value, "true" | "True" | "false" | "False" | "");
    if name.split('.').any(is_secret) && !is_switch {
        return Cow::Owned(format!("{sent}={REDACTED}"));
    }
    // A value such as a link or a document may hold pairs or members of its own.
    let inner = percent_decode_str(value).decode_utf8_lossy();
    let has_inner = !is_name(&inner) && mentions_secret(inner.as_bytes());
    if has_inner { Cow::Owned(format!("{sent}={REDACTED}")) } else { Cow::Borrowed(pair) }
}

/// Whether the text is a name and not, say, a whole document.
fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.[] +".contains(&byte))
}

/// A canonical request with the secrets of its query and of its headers redacted.
pub fn lines(text: &str) -> String {
    let redacted = |line: &str| match line.split_once(':') {
        Some((name, _)) if is_name(name) && is_secret_header(&name.to_ascii_lowercase()) => {
            format!("{name}:{REDACTED}")
        }
        _ if line.contains('=') => pairs(line).into_owned(),
        _ => line.to_owned(),
    };
    text.split('\n').map(redacted).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_parameters_are_redacted() {
        for (sent, shown) in [
            ("a=1&b=%2F", "a=1&b=%2F"),
            ("limit=1&password=x", "limit=1&password=***"),
            ("%70assword=x&SecretId=AKID", "%70assword=***&SecretId=AKID"),
            ("Users.0.Password=x", "Users.0.Password=***"),
            ("access_token=x&Signature=y&sk=z", "access_token=***&Signature=***&sk=***"),
            ("change_password=true", "change_password=true"),
            ("to=http%3A%2F%2Fa%2F%3Ftoken%3Dx", "to=***"),
            ("a=1;password=x", "a=***"),
            ("{\"password\":\"x\"}", "***"),
            ("{\"password\":\"x=\"}", "***"),
            ("password", "password"),
        ] {
            assert_eq!(pairs(sent), shown);
        }
    }

    #[test]
    fn signatures_and_tokens_are_redacted() {
        let mut headers = HeaderMap::new();
        let signed = "TC3-HMAC-SHA256 Credential=A/2026-01-01/ciam/tc3_request, SignedHeaders=host, Signature=abc";
        headers.insert(AUTHORIZATION, signed.parse().unwrap());
        headers.insert("x-tc-action", "ListUser".parse().unwrap());
        for name in ["x-tc-token", "proxy-authorization", "set-cookie", "x-my-secret", "api-key"] {
            headers.insert(name, "abc".parse().unwrap());
        }
        let lines = header_lines(&headers);
        assert!(lines.contains("SignedHeaders=host, Signature=***"), "{lines}");
        assert!(lines.contains("x-tc-action: ListUser") && !lines.contains("abc"), "{lines}");
        for other in ["Bearer abc", "Basic abc, Signature=d"] {
            headers.insert(AUTHORIZATION, other.parse().unwrap());
            assert!(header_lines(&headers).contains("authorization: ***\n"), "{other}");
        }
    }

    #[test]
    fn canonical_requests_keep_all_but_secrets() {
        let text =
            "GET\n/v2/users/\na=1&token=x\nhost:a\nx-auth-token:x\n\nhost;x-auth-token\nhash";
        let shown =
            "GET\n/v2/users/\na=1&token=***\nhost:a\nx-auth-token:***\n\nhost;x-auth-token\nhash";
        assert_eq!(lines(text), shown);
    }
}
