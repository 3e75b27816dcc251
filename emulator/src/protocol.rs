//! The vendors' ways of framing, signing and answering. A protocol knows no operation's meaning.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use contracts::{Kind, Shape};
use serde_json::{Number, Value};

use crate::error::Refusal;
use crate::journal::BLOT;
use crate::operation::{Client, Content};
use crate::pipeline::Trace;
use crate::twin::Twin;
use crate::wire::{Answer, BODY_MAX, Request};

pub mod aicc;
pub mod credentials;
pub mod huawei_apig;
mod mistakes;
mod routes;
pub mod tencent_api3;

/// A request that may reach its handler.
#[derive(Debug)]
pub struct Admitted {
    /// What it asks for.
    pub operation: Arc<contracts::Operation>,
    /// With what; keeps the model.
    pub input: Value,
    /// The file that came with it.
    pub upload: Option<Bytes>,
    /// Who asks, as far as the operation may know.
    pub client: Client,
}

/// What the journal shows of a request: path and body with secrets blotted out.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Path and query.
    pub path: Cow<'a, str>,
    /// The body.
    pub body: Cow<'a, [u8]>,
}

/// One vendor's protocol.
pub trait Protocol: Sync {
    /// Whether the request is framed in this way.
    fn claims(&self, request: &Request) -> bool;

    /// Domains of the vendor's real services: clients that come as through a proxy name a host of
    /// one of them.
    fn domains(&self) -> &'static [&'static str];

    /// Largest body of a request in bytes.
    fn body_max(&self) -> usize {
        BODY_MAX
    }

    /// Recognises, authenticates, counts and checks a request, in the vendor's order. Notes in
    /// `trace` what it finds out on the way, also where it refuses.
    fn admit(&self, twin: &Twin, request: &Request, trace: &mut Trace)
    -> Result<Admitted, Refusal>;

    /// The vendor's envelope around an operation's answer or a refusal.
    fn answer(&self, twin: &Twin, trace: &Trace, outcome: Result<Content, &Refusal>) -> Answer;

    /// The refusal that says: our fault.
    fn internal_error(&self) -> Refusal;

    /// The refusal that says: this operation is known, and the twin does not do it.
    fn not_modelled(&self, operation: &contracts::Operation) -> Refusal;

    /// What may be shown of the request, given its input if it came so far: the input is used up.
    fn shown<'a>(&self, request: &'a Request, trace: &Trace, input: Option<Value>) -> Shown<'a>;
}

static ALL: [&dyn Protocol; 3] =
    [&aicc::Aicc, &huawei_apig::HuaweiApig, &tencent_api3::TencentApi3];

/// The protocol in which a request speaks.
pub fn of(request: &Request) -> Option<&'static dyn Protocol> {
    ALL.into_iter().find(|protocol| protocol.claims(request))
}

/// Whether a host without a port is one of a vendor's real services.
pub fn is_vendors_host(name: &str) -> bool {
    ALL.iter().flat_map(|protocol| protocol.domains()).any(|domain| {
        name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Names of all secret members of all models.
static SECRETS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let mut names = BTreeSet::new();
    for operation in contracts::catalog().services.iter().flat_map(|service| &service.operations) {
        collect_secrets(&operation.input, &mut names);
    }
    names
});

fn collect_secrets(shape: &'static Shape, names: &mut BTreeSet<&'static str>) {
    for member in &shape.members {
        if member.secret {
            names.insert(&member.name);
        }
        let mut kind = &member.kind;
        while let Kind::List(element) = kind {
            kind = element;
        }
        if let Kind::Object(shape) = kind {
            collect_secrets(shape, names);
        }
    }
}

/// Whether a member of that name is secret in any model.
pub fn is_secret(name: &str) -> bool {
    SECRETS.contains(name)
}

/// Blots out every secret member, at any depth.
pub fn blot(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) {
                    *member = Value::from(BLOT);
                } else {
                    blot(member);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(blot),
        _ => {}
    }
}

/// The body as the journal may show it: without secrets, or not at all where they cannot be found.
fn shown_body<'a>(request: &'a Request, trace: &Trace, input: Option<Value>) -> Cow<'a, [u8]> {
    if trace.operation.as_ref().is_some_and(|operation| !operation.takes_secrets) {
        return Cow::Borrowed(&request.body[..]);
    }
    let parsed = input.or_else(|| serde_json::from_slice(&request.body).ok());
    match parsed {
        Some(mut value) => {
            blot(&mut value);
            Cow::Owned(value.to_string().into_bytes())
        }
        None if holds_secret(&String::from_utf8_lossy(&request.body)) => {
            Cow::Borrowed(b"(not shown: it is malformed and may hold a secret)")
        }
        None => Cow::Borrowed(&request.body[..]),
    }
}

/// Whether the text speaks of a secret.
fn holds_secret(text: &str) -> bool {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .any(|word| is_secret(word) || word == "Token")
}

/// A value of that kind from its text; the text itself where it is none.
fn scalar(text: String, kind: &Kind) -> Value {
    let restored = match kind {
        Kind::Integer { .. } => text
            .parse::<i64>()
            .map(Value::from)
            .or_else(|_| text.parse::<u64>().map(Value::from))
            .ok(),
        Kind::Float => text.parse().ok().and_then(Number::from_f64).map(Value::Number),
        // Python and .NET send True and False.
        Kind::Bool => match text.as_str() {
            "true" | "True" => Some(Value::Bool(true)),
            "false" | "False" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::String | Kind::Numeral | Kind::List(_) | Kind::Object(_) => None,
    };
    restored.unwrap_or(Value::String(text))
}

/// A null member is as good as an absent one.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

/// Writes numbers as texts where the model takes either.
fn write_numerals(input: &mut Value, shape: &Shape) {
    let Value::Object(object) = input else { return };
    for member in &shape.members {
        if let Some(value) = object.get_mut(&member.name) {
            write_numeral(value, &member.kind);
        }
    }
}

fn write_numeral(value: &mut Value, kind: &Kind) {
    match (kind, &mut *value) {
        (Kind::Numeral, Value::Number(number)) => *value = Value::String(number.to_string()),
        (Kind::List(element), Value::Array(elements)) => {
            for value in elements {
                write_numeral(value, element);
            }
        }
        (Kind::Object(shape), object) => write_numerals(object, shape),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_blotted_out_at_any_depth() {
        let mut value = serde_json::json!({"Password": "p", "List": [{"Salt": {"SaltValue": "s"}}], "UserName": "u"});
        blot(&mut value);
        let expected = serde_json::json!({"Password": "***", "List": [{"Salt": {"SaltValue": "***"}}], "UserName": "u"});
        assert_eq!(value, expected);
    }
}
