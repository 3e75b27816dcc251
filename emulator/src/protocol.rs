//! The vendors' ways of framing, signing and answering. A protocol knows no operation's meaning.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use contracts::{Kind, Shape};
use serde_json::{Number, Value};

use crate::error::Refusal;
use crate::operation::{Client, Content};
use crate::pipeline::Trace;
use crate::redact;
use crate::twin::Twin;
use crate::wire::{Answer, BODY_MAX, Request};

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

pub mod aicc;
pub mod credentials;
mod gateway;
pub mod huawei_apig;
mod json_body;
mod mistakes;
mod multipart;
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

/// What the journal shows of a request: path and body with secrets redacted.
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

/// The body as the journal may show it: without secrets, or not at all where they cannot be found.
fn shown_body<'a>(request: &'a Request, trace: &Trace, input: Option<Value>) -> Cow<'a, [u8]> {
    let takes_secrets = trace.operation.as_ref().is_some_and(|known| known.takes_secrets);
    if request.media_type().eq_ignore_ascii_case(FORM) && !request.body.is_empty() {
        let text = String::from_utf8_lossy(&request.body);
        return Cow::Owned(redact::pairs(&text).into_owned().into_bytes());
    }
    match input {
        Some(mut input) if takes_secrets => {
            redact::value(&mut input);
            Cow::Owned(input.to_string().into_bytes())
        }
        _ => redact::body(&request.body),
    }
}

/// Path and query as the journal may show them.
fn shown_target(request: &Request) -> Cow<'_, str> {
    let target = request.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    match redact::pairs(request.query()) {
        Cow::Borrowed(_) => Cow::Borrowed(target),
        Cow::Owned(query) => Cow::Owned(format!("{}?{query}", request.uri.path())),
    }
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
