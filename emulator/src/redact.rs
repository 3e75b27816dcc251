//! Removes secrets from what the journal and the log show of a request. A secret is known by its
//! name: the models mark some, and other names look like one.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use contracts::{Kind, Shape};
use serde_json::Value;

mod text;

pub use text::{header_lines, lines, pairs};

/// What replaces a secret.
pub const REDACTED: &str = "***";

/// What replaces a body in which secrets cannot be found one by one.
const UNREADABLE: &[u8] = b"(not shown: it is malformed and may hold a secret)";

/// Parts of names that look like a secret; case and separators do not count.
const STEMS: [&str; 11] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "privatekey",
    "apikey",
    "accesskeysecret",
    "credential",
];

/// Last words of names that only describe a secret, or name its owner.
const DESCRIPTIONS: [&str; 10] =
    ["at", "expire", "expired", "expires", "type", "enum", "policy", "length", "secretid", "count"];

/// Names of all secret members of all models.
fn modelled() -> &'static [String] {
    &contracts::catalog().secret_names
}

/// What a text with a secret's name holds somewhere: most requests hold none of it, and are then
/// shown without being parsed. Escapes could hide a name.
static HINTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let names = modelled().iter().map(String::as_str);
    let parts = [
        "pass",
        "pwd",
        "secret",
        "token",
        "private",
        "api",
        "credential",
        "sk\"",
        "sk=",
        "sk%",
        "sk\\",
    ];
    let more = ["sk.", "signature", "\\u", "_sk", "-sk"];
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(names.chain(parts).chain(more))
        .ok()
});

/// Whether a member, parameter or header of that name holds a secret.
pub fn is_secret(name: &str) -> bool {
    is_modelled(name) || looks_secret(name)
}

fn is_modelled(name: &str) -> bool {
    modelled().binary_search_by(|known| known.as_str().cmp(name)).is_ok()
}

fn looks_secret(name: &str) -> bool {
    let compact: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let is_short = || {
        let last = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or(name);
        last.eq_ignore_ascii_case("sk") || last.ends_with("Sk") || last.ends_with("SK")
    };
    let has_stem = STEMS.iter().any(|stem| compact.contains(stem));
    let describes = DESCRIPTIONS.iter().any(|word| compact.ends_with(word));
    (has_stem && !describes) || compact == "signature" || is_short()
}

/// Whether the text may hold a secret with its name.
pub fn mentions_secret(text: &[u8]) -> bool {
    HINTS.as_ref().is_none_or(|hints| hints.is_match(text))
}

/// Redacts the members of an input that its model marks as secret, and those that it does not know
/// and whose names look like a secret. Whether there was one.
pub fn input(input: &mut Value, shape: &Shape) -> bool {
    let Value::Object(members) = input else { return value(input) };
    members.iter_mut().fold(false, |found, (name, value)| {
        let redacted = match shape.member(name) {
            Some(member) if member.secret => {
                *value = Value::from(REDACTED);
                true
            }
            Some(member) => of_kind(value, &member.kind),
            None if looks_secret(name) && !value.is_boolean() => {
                *value = Value::from(REDACTED);
                true
            }
            None => self::value(value),
        };
        redacted || found
    })
}

/// An answer's body with the members redacted that the model of its operation marks as secret; what
/// is no JSON is redacted by its names.
pub fn answer<'a>(body: &'a [u8], operation: Option<&contracts::Operation>) -> Cow<'a, [u8]> {
    let parsed = operation.and_then(|known| Some((known, serde_json::from_slice(body).ok()?)));
    let Some((operation, mut parsed)) = parsed else { return self::body(body) };
    let found = match &mut parsed {
        // Tencent's envelope.
        Value::Object(members) if members.len() == 1 && members.contains_key("Response") => {
            members.get_mut("Response").is_some_and(|inner| input(inner, &operation.output))
        }
        _ => input(&mut parsed, &operation.output),
    };
    if found { Cow::Owned(parsed.to_string().into_bytes()) } else { Cow::Borrowed(body) }
}

fn of_kind(value: &mut Value, kind: &Kind) -> bool {
    match (kind, &mut *value) {
        (Kind::Object(shape), _) => input(value, shape),
        (Kind::List(element), Value::Array(elements)) => {
            elements.iter_mut().map(|value| of_kind(value, element)).filter(|found| *found).count()
                > 0
        }
        _ => self::value(value),
    }
}

/// Redacts every secret member, at any depth. Whether there was one.
pub fn value(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => members.iter_mut().fold(false, |found, (name, member)| {
            // A switch such as `enable_change_password` only looks like a secret.
            let is_switch = matches!(member, Value::Bool(_) | Value::Null);
            if is_secret(name) && (!is_switch || is_modelled(name)) {
                *member = Value::from(REDACTED);
                true
            } else {
                self::value(member) || found
            }
        }),
        Value::Array(elements) => {
            // Each of them, not only up to the first that holds one.
            elements.iter_mut().map(self::value).filter(|found| *found).count() > 0
        }
        Value::String(text) => string(text),
        _ => false,
    }
}

/// A text that is JSON or pairs itself may hold a secret too.
fn string(text: &mut String) -> bool {
    let structured = text.trim_start().starts_with(['{', '[']) || text.contains('=');
    if !structured || !mentions_secret(text.as_bytes()) {
        return false;
    }
    let redacted = match body(text.as_bytes()) {
        Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Cow::Borrowed(UNREADABLE) => REDACTED.to_owned(),
        Cow::Borrowed(_) => return false,
    };
    *text = redacted;
    true
}

/// A body of JSON with its secrets redacted, or a remark in its place where it cannot be read and
/// may hold one.
pub fn body(body: &[u8]) -> Cow<'_, [u8]> {
    // A percent escape could hide a name, where the body is no JSON.
    if !mentions_secret(body) && !body.contains(&b'%') {
        return Cow::Borrowed(body);
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(mut parsed) => {
            let found = value(&mut parsed);
            if found { Cow::Owned(parsed.to_string().into_bytes()) } else { Cow::Borrowed(body) }
        }
        Err(_) => Cow::Borrowed(UNREADABLE),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_known_by_the_models_and_by_their_names() {
        for secret in [
            "Password",
            "password",
            "PASSWD",
            "user_pwd",
            "new-password",
            "access_token",
            "sk",
            "SK",
            "userSk",
            "app_secret",
            "SecretKey",
            "secret_access_key",
            "private_key",
            "privateKey",
            "credential",
            "Credentials",
            "X-Auth-Token",
            "api_key",
            "SaltValue",
            "Signature",
            "securitytoken",
            "password2",
            "client.secret",
            "passwordConfirmation",
        ] {
            assert!(is_secret(secret), "{secret}");
        }
        for plain in [
            "SecretId",
            "app_key",
            "access",
            "UserName",
            "task",
            "risk",
            "keyword",
            "Description",
            "SignatureMethod",
            "password_expires_at",
            "password_never_expired",
            "keystone",
            "X-Token-Expire",
            "desk",
        ] {
            assert!(!is_secret(plain), "{plain}");
        }
    }

    #[test]
    fn secrets_are_redacted_at_any_depth() {
        let mut input = json!({
            "Password": "p", "List": [{"Salt": {"SaltValue": "s"}}], "UserName": "u",
            "enable_change_password": true, "inner": "{\"pwd\":\"p\"}", "link": "a=1&token=t",
        });
        assert!(value(&mut input));
        let expected = json!({
            "Password": "***", "List": [{"Salt": {"SaltValue": "***"}}], "UserName": "u",
            "enable_change_password": true, "inner": "{\"pwd\":\"***\"}", "link": "***",
        });
        assert_eq!(input, expected);
    }

    #[test]
    fn bodies_are_shown_as_sent_unless_they_hold_a_secret() {
        for plain in [&b"{\"a\": 1}"[..], b"{broken", b"", b"{\"change_password\": true}"] {
            assert_eq!(body(plain), plain);
        }
        assert_eq!(body(b"{\"\\u0070wd\":\"x\"}"), &b"{\"pwd\":\"***\"}"[..]);
        for unreadable in [&b"{\"password\":\"x"[..], b"password=x", b"\"a\" \"sk\": \"x\""] {
            assert_eq!(body(unreadable), UNREADABLE);
        }
    }
}
