//! The vendors' ways of framing, signing and answering. A protocol knows no operation's meaning.

use std::borrow::Cow;
use std::sync::Arc;

use contracts::{Kind, Location, Shape};
use http::Method;
use serde_json::{Number, Value};
use uuid::Uuid;

use crate::config::Config;
use crate::error::{Overload, Refusal};
use crate::operation::Content;
use crate::redact;
use crate::wire::{BODY_MAX, Request, Response};

/// The media type of forms.
const FORM: &str = "application/x-www-form-urlencoded";

pub mod aicc;
mod gateway;
pub mod huawei_apig;
pub mod issued;
mod json_body;
pub(crate) mod message;
mod multipart;
mod routes;
pub mod scim;
mod signature_hints;
pub mod tencent_api3;

pub use message::{Identified, Message, Rejection, Verifier};

/// What an envelope and the journal need to know of a request, answered or refused.
#[derive(Debug)]
pub struct About {
    /// The operation that it names, if that could be read.
    pub operation: Option<Arc<contracts::Operation>>,
    /// Whether the client reads Chinese.
    pub chinese: bool,
    /// The id under which the answer goes out.
    pub request_id: Uuid,
}

/// What the journal shows of a request, secrets redacted.
#[derive(Debug)]
pub struct Redacted<'a> {
    /// Path and query.
    pub path: Cow<'a, str>,
    /// The body.
    pub body: Cow<'a, [u8]>,
    /// The input.
    pub input: RedactedInput,
}

/// The input as the journal keeps it.
#[derive(Debug, PartialEq, Eq)]
pub enum RedactedInput {
    /// The request was refused before it was read.
    None,
    /// The body is the input.
    Body,
    /// It was put together from path, query, headers and body: JSON, secrets redacted.
    Own(Box<str>),
}

/// One vendor's protocol: requests in, answers out. It knows no service, no state and no pipeline.
pub trait Protocol: Sync {
    /// Its name, as the models have it.
    fn name(&self) -> &'static str;

    /// Whether the request is framed in this way.
    fn recognises(&self, request: &Request) -> bool;

    /// Domains of the vendor's real services: clients that come as through a proxy name a host of
    /// one of them.
    fn domains(&self) -> &'static [&'static str];

    /// Whether the first label of a host on these domains names its service; otherwise all hosts there
    /// serve the same.
    fn hosts_name_services(&self) -> bool {
        false
    }

    /// Largest body of a request in bytes.
    fn body_max(&self) -> usize {
        BODY_MAX
    }

    /// Takes a request apart and finds its operation. Nothing of it is believed yet.
    fn identify(&self, request: &Request, config: &Config) -> Identified;

    /// The tenant that the request's credentials name, whether or not they are good.
    fn claimed_tenant(&self, request: &Request, issued: &dyn issued::Issued) -> Option<String>;

    /// Calls of the operation per second that one tenant may make; absent: any number.
    fn rate_max(&self, operation: &contracts::Operation, config: &Config) -> Option<u32>;

    /// The refusal of a call beyond the rate; it was number `count` of its second.
    fn throttled(&self, count: u32, limit: u32, chinese: bool) -> Refusal;

    /// The refusal of a request for which the twin has no room.
    fn overloaded(&self, overload: Overload, chinese: bool) -> Refusal;

    /// The vendor's envelope around an operation's answer or a refusal.
    fn answer(
        &self,
        config: &Config,
        about: &About,
        outcome: Result<Content, &Refusal>,
    ) -> Response;

    /// The refusal that says: our fault.
    fn internal_error(&self) -> Refusal;

    /// The refusal that says: this operation is known, and the twin does not do it.
    fn not_modelled(&self, operation: &contracts::Operation) -> Refusal;

    /// The request without its secrets. Takes the input, if it was read, so that it can be reused.
    fn redacted<'a>(
        &self,
        request: &'a Request,
        about: &About,
        input: Option<Value>,
    ) -> Redacted<'a>;
}

static ALL: [&dyn Protocol; 4] =
    [&scim::Scim, &aicc::Aicc, &huawei_apig::HuaweiApig, &tencent_api3::TencentApi3];

/// The protocol in which a request speaks.
pub fn of(request: &Request) -> Option<&'static dyn Protocol> {
    ALL.into_iter().find(|protocol| protocol.recognises(request))
}

/// Whether a host without a port is one of a vendor's real services.
pub fn is_vendors_host(name: &str) -> bool {
    of_vendors_host(name).is_some()
}

/// The protocol that a vendor's real services speak on a host, given without a port.
pub(crate) fn of_vendors_host(name: &str) -> Option<&'static dyn Protocol> {
    ALL.into_iter().find(|protocol| is_within(name, protocol.domains()))
}

/// The domains of all vendors' hosts.
pub(crate) fn domains() -> impl Iterator<Item = &'static str> {
    ALL.into_iter().flat_map(Protocol::domains).copied()
}

/// Whether a host without a port is one of these domains, or below one.
pub(crate) fn is_within(name: &str, domains: &[&str]) -> bool {
    domains.iter().any(|domain| {
        name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    })
}

/// Body and input as the journal may show them: without secrets, or not at all where they cannot be
/// found.
fn redacted<'a>(request: &'a Request, about: &About, input: Option<Value>) -> Redacted<'a> {
    let path = shown_target(request);
    let is_form = request.media_type().eq_ignore_ascii_case(FORM) && !request.body.is_empty();
    let Some((operation, mut input)) = about.operation.as_ref().zip(input) else {
        let body = if is_form { shown_form(request) } else { redact::body(&request.body) };
        return Redacted { path, body, input: RedactedInput::None };
    };
    let found = redact::input(&mut input, &operation.input);
    let is_all = operation.input.members.iter().all(|member| member.location == Location::Body);
    let is_body = is_all && request.method != Method::GET && request.body.starts_with(b"{");
    if is_form || !is_body {
        let body = if is_form { shown_form(request) } else { redact::body(&request.body) };
        return Redacted { path, body, input: RedactedInput::Own(input.to_string().into()) };
    }
    if found {
        return Redacted {
            path,
            body: Cow::Owned(input.to_string().into_bytes()),
            input: RedactedInput::Body,
        };
    }
    // By names that the model does not know: some only look like a secret's.
    let body = redact::body(&request.body);
    let input = match &body {
        Cow::Borrowed(whole) if whole.len() == request.body.len() => RedactedInput::Body,
        _ => RedactedInput::Own(input.to_string().into()),
    };
    Redacted { path, body, input }
}

fn shown_form(request: &Request) -> Cow<'_, [u8]> {
    let text = String::from_utf8_lossy(&request.body);
    Cow::Owned(redact::pairs(&text).into_owned().into_bytes())
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
        Kind::String | Kind::IntegerString | Kind::List(_) | Kind::Object(_) => None,
    };
    restored.unwrap_or(Value::String(text))
}

/// Writes numbers as texts where the model takes either.
fn write_integer_strings(input: &mut Value, shape: &Shape) {
    let Value::Object(object) = input else { return };
    for member in &shape.members {
        if let Some(value) = object.get_mut(&member.name) {
            write_integer_string(value, &member.kind);
        }
    }
}

fn write_integer_string(value: &mut Value, kind: &Kind) {
    match (kind, &mut *value) {
        (Kind::IntegerString, Value::Number(number)) => *value = Value::String(number.to_string()),
        (Kind::List(element), Value::Array(elements)) => {
            for value in elements {
                write_integer_string(value, element);
            }
        }
        (Kind::Object(shape), object) => write_integer_strings(object, shape),
        _ => {}
    }
}
