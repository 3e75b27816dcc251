//! What the journal shows of a request. A directory sends passwords as a member, as the value of a
//! PATCH operation, and could name one in a filter.

use std::borrow::Cow;

use serde_json::Value;

use crate::protocol::{About, Redacted, RedactedInput};
use crate::redact::{self, REDACTED};
use crate::wire::Request;

/// The part of a name or a path that makes its value a secret.
const SECRET: &str = "password";

/// The request without its secrets.
pub(super) fn redacted<'a>(
    request: &'a Request,
    about: &About,
    input: Option<Value>,
) -> Redacted<'a> {
    let target = request.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let path = match query(request.query()) {
        Cow::Borrowed(_) => Cow::Borrowed(target),
        Cow::Owned(query) => Cow::Owned(format!("{}?{query}", request.uri.path())),
    };
    let hidden = serde_json::from_slice::<Value>(&request.body).ok();
    let hidden = hidden.and_then(|mut body| hide(&mut body).then_some(body));
    let body = match hidden {
        Some(body) => Cow::Owned(body.to_string().into_bytes()),
        None => redact::body(&request.body),
    };
    let Some(mut input) = input.filter(|_| about.operation.is_some()) else {
        return Redacted { path, body, input: RedactedInput::None };
    };
    hide(&mut input);
    if let Value::Object(members) = &mut input
        && members.get("filter").and_then(Value::as_str).is_some_and(is_secret)
    {
        members.insert("filter".to_owned(), REDACTED.into());
    }
    Redacted { path, body, input: RedactedInput::Own(input.to_string().into()) }
}

fn is_secret(text: &str) -> bool {
    text.to_ascii_lowercase().contains(SECRET)
}

/// The query, without filters that name a password.
fn query(query: &str) -> Cow<'_, str> {
    let names_one = |pair: &str| {
        let decoded = percent_encoding::percent_decode_str(pair).decode_utf8_lossy();
        is_secret(&decoded) && decoded.contains(['"', '\''])
    };
    if !query.split('&').any(names_one) {
        return redact::pairs(query);
    }
    let shown = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if names_one(pair) => format!("{name}={REDACTED}"),
        _ => redact::pairs(pair).into_owned(),
    });
    Cow::Owned(shown.collect::<Vec<_>>().join("&"))
}

/// Redacts every member whose name is a password's, and the value beside such a path. Whether there
/// was one.
fn hide(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => {
            let beside = |name: &String, path: &Value| {
                name.eq_ignore_ascii_case("path") && path.as_str().is_some_and(is_secret)
            };
            let is_beside = members.iter().any(|(name, path)| beside(name, path));
            members.iter_mut().fold(false, |found, (name, member)| {
                let is_value = is_beside && name.eq_ignore_ascii_case("value");
                if is_value || is_secret(name) || redact::is_secret(name) {
                    *member = REDACTED.into();
                    true
                } else {
                    hide(member) || found
                }
            })
        }
        Value::Array(elements) => {
            // Each element, whether or not one before it had a secret.
            elements.iter_mut().map(hide).filter(|hidden| *hidden).count() > 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passwords_are_hidden_wherever_they_are() {
        let mut body = json!({
            "Password": "a", "userName": "b", "list": [{ "passWord": "c" }],
            "Operations": [
                { "op": "Replace", "Path": "urn:x:User:password", "Value": "d" },
                { "op": "add", "path": "title", "value": "e" },
                { "op": "replace", "value": { "password": "f" } },
            ],
        });
        assert!(hide(&mut body));
        let shown = json!({
            "Password": "***", "userName": "b", "list": [{ "passWord": "***" }],
            "Operations": [
                { "op": "Replace", "Path": "urn:x:User:password", "Value": "***" },
                { "op": "add", "path": "title", "value": "e" },
                { "op": "replace", "value": { "password": "***" } },
            ],
        });
        assert_eq!(body, shown);
    }

    #[test]
    fn filters_that_name_a_password_are_hidden() {
        for (sent, shown) in [
            ("filter=userName%20eq%20%22a%22&count=1", "filter=userName%20eq%20%22a%22&count=1"),
            ("filter=password%20eq%20%22a%22&count=1", "filter=***&count=1"),
            ("attributes=password", "attributes=password"),
        ] {
            assert_eq!(query(sent), shown);
        }
    }
}
