//! Huawei Cloud's API gateway and the services behind it: REST by path, statuses that mean
//! something, the id of each request in a header.

mod accept;
mod auth;
mod envelope;
mod input;
mod output;
mod text;
mod upload;

use std::borrow::Cow;
use std::sync::LazyLock;

use contracts::Protocol as Family;
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::issued::Issued;
use super::routes::{Found, Routes};
use super::{About, Identified, Protocol, Redacted, redacted};
use crate::config::Config;
use crate::error::{Overload, Refusal};
use crate::operation::Content;
use crate::wire::{Body, Request, Response};

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
    fn name(&self) -> &'static str {
        "huawei_apig"
    }

    fn recognises(&self, request: &Request) -> bool {
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

    fn hosts_name_services(&self) -> bool {
        true
    }

    fn body_max(&self) -> usize {
        BODY_MAX
    }

    fn identify(&self, request: &Request, _: &Config) -> Identified {
        accept::identify(request)
    }

    fn claimed_tenant(&self, request: &Request, issued: &dyn Issued) -> Option<String> {
        auth::claimed_tenant(request, issued)
    }

    fn rate_max(&self, _: &contracts::Operation, config: &Config) -> Option<u32> {
        config.huawei_rate
    }

    fn throttled(&self, _: u32, limit: u32, _: bool) -> Refusal {
        text::throttled(limit)
    }

    fn overloaded(&self, overload: Overload, _: bool) -> Refusal {
        text::overloaded(overload)
    }

    fn answer(&self, _: &Config, about: &About, outcome: Result<Content, &Refusal>) -> Response {
        let id = about.request_id.simple().to_string();
        let answer = match outcome {
            Ok(content) => success(about, content),
            Err(refusal) => refused(about, refusal, &id),
        };
        let Ok(id) = HeaderValue::from_str(&id) else { return answer };
        let second = service(about).and_then(|service| service.request_id_header.as_ref());
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

    fn redacted<'a>(
        &self,
        request: &'a Request,
        about: &About,
        input: Option<Value>,
    ) -> Redacted<'a> {
        let redacted = redacted(request, about, input);
        if request.media_type().ends_with("json") || request.body.is_empty() {
            return redacted;
        }
        let body = format!("({} bytes of {})", request.body.len(), request.media_type());
        Redacted { body: body.into_bytes().into(), ..redacted }
    }
}

fn success(about: &About, content: Content) -> Response {
    let operation = about.operation.as_deref();
    let status = operation.and_then(|operation| StatusCode::from_u16(operation.status).ok());
    let status = status.unwrap_or(StatusCode::OK);
    match content {
        _ if operation.is_some_and(|operation| operation.body == contracts::Body::Empty) => {
            let mut answer = Response::new(status, "application/json", Vec::new());
            answer.headers.remove(CONTENT_TYPE);
            answer
        }
        Content::Json(object) => output::answer(operation, status, object),
        Content::File { bytes, name } => {
            file(Response::new(status, "application/octet-stream", bytes), &name)
        }
        Content::Stored { file: stored, length, name } => {
            let mut answer = Response::new(status, "application/octet-stream", Vec::new());
            answer.headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
            answer.body = Body::File(stored);
            file(answer, &name)
        }
    }
}

/// Node reads bytes of nothing but streams; the name is for those who save them.
fn file(answer: Response, name: &str) -> Response {
    match HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        Ok(disposition) => answer.with(CONTENT_DISPOSITION, disposition),
        Err(_) => answer,
    }
}

/// The service of the operation, if that is known.
fn service(about: &About) -> Option<&'static contracts::Service> {
    contracts::catalog().service(&about.operation.as_ref()?.service)
}

/// The gateway names the request in its body too; the services do not.
fn refused(about: &About, refusal: &Refusal, id: &str) -> Response {
    let is_gateways = text::GATEWAY.code(&refusal.code).is_some();
    let known = service(about).filter(|_| !is_gateways);
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
    let family = about.operation.as_ref().and_then(|operation| operation.envelope.as_ref());
    let body = match (known, family) {
        (Some(_), Some(family)) => envelope::body(family, status, &refusal.code, &message),
        (Some(_), None) => json!({ "error_code": refusal.code, "error_msg": message }),
        (None, _) => json!({ "error_msg": message, "error_code": refusal.code, "request_id": id }),
    };
    Response::new(status, "application/json", body.to_string())
}
