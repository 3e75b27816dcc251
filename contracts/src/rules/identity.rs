//! Which requests are attempts at the same thing.

use serde_json::Value;

use crate::conversation::Entry;
use crate::model::Operation;

/// Parameters that differ from attempt to attempt: Tencent's common ones, which a form or a query has beside the
/// input.
const VOLATILE: [&str; 6] =
    ["signature", "nonce", "timestamp", "token", "secretid", "requestclient"];

/// The same text for two requests with the same operation and the same input, however they were signed and
/// whatever their idempotency token is.
pub(super) fn key(entry: &Entry, operation: Option<&Operation>) -> String {
    let path = entry.path.split('?').next().unwrap_or_default();
    let name = entry.operation.as_deref().unwrap_or_default();
    let service = entry.service.as_deref().unwrap_or_default();
    let tenant = entry.tenant.as_deref().unwrap_or_default();
    let mut pairs: Vec<_> = query(entry).filter(|(name, _)| !is_volatile(name)).collect();
    pairs.sort_unstable();
    let body = body(entry, operation);
    format!("{tenant} {service} {name} {} {path} {pairs:?} {body}", entry.method)
}

/// The pairs of the query, as they were sent.
pub(super) fn query(entry: &Entry) -> impl Iterator<Item = (&str, &str)> {
    let query = entry.path.split_once('?').map_or("", |(_, query)| query);
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn is_volatile(name: &str) -> bool {
    VOLATILE.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn body(entry: &Entry, operation: Option<&Operation>) -> String {
    if let Ok(mut value) = serde_json::from_str::<Value>(&entry.body) {
        let token = operation.and_then(|operation| operation.idempotent_by.as_deref());
        if let (Some(token), Some(members)) = (token, value.as_object_mut()) {
            members.remove(token);
        }
        // Members in the order of their names.
        return value.to_string();
    }
    let is_form = entry.headers.iter().any(|(name, value)| {
        name.eq_ignore_ascii_case("content-type") && value.starts_with("application/x-www-form")
    });
    if !is_form {
        return entry.body.clone();
    }
    let name = |pair: &&str| !is_volatile(pair.split('=').next().unwrap_or_default());
    let mut pairs: Vec<_> = entry.body.split('&').filter(name).collect();
    pairs.sort_unstable();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Body, Packed, Shape};
    use crate::rules::talk::request;

    fn key_of(method: &str, path: &str, body: &str) -> String {
        let mut entry = request(1, 0).entry();
        (entry.method, entry.path, entry.body) = (method.into(), path.into(), body.into());
        entry.headers = vec![("content-type".into(), "application/x-www-form-urlencoded".into())];
        key(&entry, None)
    }

    #[test]
    fn a_signature_is_no_part_of_it() {
        let one = key_of("GET", "/?Action=A&Nonce=1&Timestamp=2&Signature=***&Limit=5", "");
        assert_eq!(one, key_of("GET", "/?Limit=5&Action=A&Nonce=7&Timestamp=9&Signature=***", ""));
        assert_ne!(one, key_of("GET", "/?Action=A&Nonce=1&Timestamp=2&Signature=***&Limit=6", ""));
    }

    #[test]
    fn neither_is_the_order_of_members_or_pairs() {
        assert_eq!(
            key_of("POST", "/", r#"{"a":1,"b":2}"#),
            key_of("POST", "/", r#"{"b": 2, "a": 1}"#)
        );
        assert_eq!(key_of("POST", "/", "A=1&Nonce=4&B=2"), key_of("POST", "/", "B=2&A=1&Nonce=5"));
        assert_ne!(key_of("POST", "/", "A=1"), key_of("POST", "/", "A=2"));
    }

    #[test]
    fn an_idempotency_token_is_no_part_of_it() {
        let key_of = |token: &str| {
            let mut operation =
                Operation { idempotent_by: Some("ClientToken".to_owned()), ..some() };
            let body = format!(r#"{{"ClientToken":"{token}","Name":"n"}}"#);
            let entry = request(1, 0).but(|entry| entry.body = body).entry();
            let with = key(&entry, Some(&operation));
            operation.idempotent_by = None;
            (with, key(&entry, Some(&operation)))
        };
        let ((one, own), (other, others)) = (key_of("a"), key_of("b"));
        assert_eq!(one, other);
        assert_ne!(own, others);
    }

    /// An operation without facts.
    fn some() -> Operation {
        let shape = || Packed::new(Arc::new(Shape::default()));
        let text = String::new;
        let (service, name, version, label) = (text(), text(), text(), text());
        Operation {
            index: 0,
            service,
            name,
            version,
            label,
            rate_per_second: None,
            http: None,
            status: 200,
            body: Body::Json,
            envelope: None,
            idempotent_by: None,
            paging: None,
            polls: None,
            assumed: None,
            input: shape(),
            output: shape(),
            errors: Vec::new(),
            takes_secrets: false,
        }
    }
}
