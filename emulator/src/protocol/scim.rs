//! SCIM 2.0, as the endpoint of Identity Center speaks it: a bearer key that alone names the zone, REST
//! by path, and errors with a status, a `scimType` and a text.

mod accept;
mod redacted;
mod text;

use std::sync::LazyLock;

use contracts::{Body, Protocol as Family};
use http::StatusCode;
use http::header::{ALLOW, CONTENT_TYPE, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use serde::Deserialize;
use serde_json::Value;

use super::issued::Issued;
use super::routes::{Found, Routes};
use super::{About, Identified, Overload, Protocol, Redacted};
use crate::config::Config;
use crate::error::Refusal;
use crate::operation::Content;
use crate::wire::{Request, Response};

/// The protocol of `scim`.
#[derive(Debug)]
pub struct Scim;

/// Under which path everything is.
const BASE: &str = "/scim/v2";

/// Hosts of the real endpoint, for clients that come as through a proxy.
const DOMAINS: &[&str] = &["scim.tencentcloudsso.com", "scim.tencentcloudssointl.com"];

/// What answers are written in.
const MEDIA_TYPE: &str = "application/scim+json";

static ROUTES: LazyLock<Routes> = LazyLock::new(|| Routes::of(Family::Scim));

impl Protocol for Scim {
    fn name(&self) -> &'static str {
        "scim"
    }

    fn recognises(&self, request: &Request) -> bool {
        let below = request.uri.path().strip_prefix(BASE);
        below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            || is_vendors(request.host())
    }

    fn domains(&self) -> &'static [&'static str] {
        DOMAINS
    }

    fn identify(&self, request: &Request, _: &Config) -> Identified {
        accept::identify(request)
    }

    fn claimed_tenant(&self, request: &Request, issued: &dyn Issued) -> Option<String> {
        let key = issued.scim_key(accept::bearer(request)?).ok()??;
        Some(key.tenant)
    }

    fn rate_max(&self, _: &contracts::Operation, _: &Config) -> Option<u32> {
        None
    }

    fn throttled(&self, _: u32, _: u32, _: bool) -> Refusal {
        text::refusal("429")
    }

    fn overloaded(&self, _: Overload, _: bool) -> Refusal {
        text::refusal("429")
    }

    fn answer(&self, _: &Config, about: &About, outcome: Result<Content, &Refusal>) -> Response {
        match outcome {
            Ok(content) => success(about, content.into_json()),
            Err(refusal) => refused(about, refusal),
        }
    }

    fn internal_error(&self) -> Refusal {
        text::GATEWAY.internal_error()
    }

    fn not_modelled(&self, operation: &contracts::Operation) -> Refusal {
        text::GATEWAY.not_modelled(&operation.name)
    }

    fn redacted<'a>(
        &self,
        request: &'a Request,
        about: &About,
        input: Option<Value>,
    ) -> Redacted<'a> {
        redacted::redacted(request, about, input)
    }
}

/// Whether a host, with or without a port, is the real endpoint's.
fn is_vendors(host: &str) -> bool {
    DOMAINS.contains(&host.split(':').next().unwrap_or_default())
}

/// The part of a resource that names where it is.
#[derive(Deserialize)]
struct Located {
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    location: Option<String>,
}

fn success(about: &About, body: Vec<u8>) -> Response {
    let operation = about.operation.as_deref();
    let status = operation.and_then(|operation| StatusCode::from_u16(operation.status).ok());
    let status = status.unwrap_or(StatusCode::OK);
    if operation.is_some_and(|operation| operation.body == Body::Empty) {
        let mut answer = Response::new(status, MEDIA_TYPE, Vec::new());
        answer.headers.remove(CONTENT_TYPE);
        return answer;
    }
    let location = (status == StatusCode::CREATED).then(|| location(&body)).flatten();
    let answer = Response::new(status, MEDIA_TYPE, body);
    match location {
        Some(location) => answer.with(LOCATION, location),
        None => answer,
    }
}

/// Where a new resource is.
fn location(body: &[u8]) -> Option<HeaderValue> {
    let Located { meta } = serde_json::from_slice(body).ok()?;
    HeaderValue::from_str(&meta?.location?).ok()
}

fn refused(about: &About, refusal: &Refusal) -> Response {
    let (status, body) = text::error(about, refusal);
    let answer = Response::new(status, MEDIA_TYPE, body.to_string());
    match status {
        StatusCode::UNAUTHORIZED => {
            answer.with(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"scim\""))
        }
        StatusCode::METHOD_NOT_ALLOWED => match allowed(about) {
            Some(methods) => answer.with(ALLOW, methods),
            None => answer,
        },
        _ => answer,
    }
}

/// The methods of the endpoint whose operation was asked for with another one.
fn allowed(about: &About) -> Option<HeaderValue> {
    let path = &about.operation.as_ref()?.http.as_ref()?.path;
    let known = contracts::catalog().services.iter().filter(|one| one.protocol == Family::Scim);
    let here = known.flat_map(|service| &service.operations).filter_map(|one| one.http.as_ref());
    let methods: Vec<_> =
        here.filter(|http| http.path == *path).filter_map(|http| http.method.as_deref()).collect();
    HeaderValue::from_str(&methods.join(", ")).ok()
}
