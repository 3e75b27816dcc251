//! Huawei Cloud's API gateway and what stands behind it: REST by path, statuses that mean
//! something, the id of each request in a header.

mod admit;
mod auth;
mod envelope;
mod input;
mod output;
mod text;
mod upload;

use std::borrow::Cow;
use std::sync::LazyLock;

use contracts::{Carries, Protocol as Family};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::routes::{Found, Routes};
use super::{Admitted, Protocol, Shown, shown_body, shown_target};
use crate::error::Refusal;
use crate::operation::Content;
use crate::pipeline::Trace;
use crate::twin::Twin;
use crate::wire::{Answer, Body, Request};

/// The protocol of `workspace` and `iam`.
#[derive(Debug)]
pub struct HuaweiApig;

/// What the paths behind the gateway begin with.
const PREFIXES: &[&str] = &["/v1/", "/v2/", "/v3/", "/v5/", "/v3.0/"];

/// The domain of the real services, for clients that come as through a proxy.
const DOMAIN: &str = "myhuaweicloud.com";

/// Largest body in bytes (API Gateway error codes page: 12 MB).
const BODY_MAX: usize = 12 << 20;

/// The header that SDKs read the id of a request from.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

static ROUTES: LazyLock<Routes> = LazyLock::new(|| Routes::of(Family::HuaweiApig));

impl Protocol for HuaweiApig {
    fn claims(&self, request: &Request) -> bool {
        let is_vendors =
            |host: &str| host.strip_suffix(DOMAIN).is_some_and(|rest| rest.ends_with('.'));
        let signed = |value: &str| value.starts_with("SDK-") || value.starts_with("V11-");
        PREFIXES.iter().any(|prefix| request.uri.path().starts_with(prefix))
            || request.host().split(':').next().is_some_and(is_vendors)
            || request.header("authorization").is_some_and(signed)
    }

    fn domains(&self) -> &'static [&'static str] {
        &[DOMAIN]
    }

    fn body_max(&self) -> usize {
        BODY_MAX
    }

    fn admit(
        &self,
        twin: &Twin,
        request: &Request,
        trace: &mut Trace,
    ) -> Result<Admitted, Refusal> {
        admit::admit(twin, request, trace)
    }

    fn answer(&self, _: &Twin, trace: &Trace, outcome: Result<Content, &Refusal>) -> Answer {
        let id = trace.request_id.simple().to_string();
        let answer = match outcome {
            Ok(content) => success(trace, content),
            Err(refusal) => refused(trace, refusal, &id),
        };
        let Ok(id) = HeaderValue::from_str(&id) else { return answer };
        let second = service(trace).and_then(|service| service.request_id_header.as_ref());
        let second = second.and_then(|name| HeaderName::from_bytes(name.as_bytes()).ok());
        match second {
            Some(name) => answer.with(name, id.clone()).with(REQUEST_ID, id),
            None => answer.with(REQUEST_ID, id),
        }
    }

    fn internal_error(&self) -> Refusal {
        text::GATEWAY.internal_error()
    }

    fn not_modelled(&self, operation: &contracts::Operation) -> Refusal {
        text::not_modelled(&operation.name)
    }

    fn shown<'a>(&self, request: &'a Request, trace: &Trace, input: Option<Value>) -> Shown<'a> {
        // What was added to the input from the path and the query is shown by the path.
        let form = !request.media_type().ends_with("json");
        let body = if form && !request.body.is_empty() {
            format!("({} bytes of {})", request.body.len(), request.media_type())
                .into_bytes()
                .into()
        } else {
            let has_body = !request.body.is_empty();
            shown_body(request, trace, input.filter(|_| has_body))
        };
        Shown { path: shown_target(request), body }
    }
}

fn success(trace: &Trace, content: Content) -> Answer {
    let operation = trace.operation.as_deref();
    let status = operation.and_then(|operation| StatusCode::from_u16(operation.status).ok());
    let status = status.unwrap_or(StatusCode::OK);
    match content {
        _ if operation.is_some_and(|operation| operation.carries == Carries::Nothing) => {
            let mut answer = Answer::new(status, "application/json", Vec::new());
            answer.headers.remove(CONTENT_TYPE);
            answer
        }
        Content::Json(object) => output::answer(operation, status, object),
        Content::File { bytes, name } => {
            file(Answer::new(status, "application/octet-stream", bytes), &name)
        }
        Content::Stored { file: stored, length, name } => {
            let mut answer = Answer::new(status, "application/octet-stream", Vec::new());
            answer.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            answer.body = Body::File(stored);
            file(answer, &name)
        }
    }
}

/// Node reads bytes of nothing but streams; the name is for those who save them.
fn file(answer: Answer, name: &str) -> Answer {
    match HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        Ok(disposition) => answer.with(CONTENT_DISPOSITION, disposition),
        Err(_) => answer,
    }
}

/// The service of the operation, if that is known.
fn service(trace: &Trace) -> Option<&'static contracts::Service> {
    contracts::catalog().service(&trace.operation.as_ref()?.service)
}

/// The gateway names the request in its body too; the services do not.
fn refused(trace: &Trace, refusal: &Refusal, id: &str) -> Answer {
    let is_gateways = text::GATEWAY.code(&refusal.code).is_some();
    let known = service(trace).filter(|_| !is_gateways);
    let known = known.and_then(|service| service.codes.get(&*refusal.code));
    let status = known.and_then(|code| code.status);
    let status = status.or_else(|| text::GATEWAY.status(refusal)).unwrap_or(400);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let own = known.map(|code| Cow::Borrowed(code.message.as_deref().unwrap_or(&code.meaning)));
    let usual = || own.or_else(|| text::GATEWAY.text(&refusal.code, false));
    let message = match refusal.message.as_ref() {
        "" => usual().unwrap_or(Cow::Borrowed(&refusal.code)),
        text => Cow::Borrowed(text),
    };
    let family = trace.operation.as_ref().and_then(|operation| operation.envelope.as_ref());
    let body = match (known, family) {
        (Some(_), Some(family)) => envelope::body(family, status, &refusal.code, &message),
        (Some(_), None) => json!({ "error_code": refusal.code, "error_msg": message }),
        (None, _) => json!({ "error_msg": message, "error_code": refusal.code, "request_id": id }),
    };
    Answer::new(status, "application/json", body.to_string())
}
