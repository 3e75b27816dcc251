//! Huawei Cloud contact centre: plain JSON over POST, a bearer token, and statuses that mean
//! something. What the service itself refuses goes out under status 200 with its code inside.

mod accept;
mod text;

use std::borrow::Cow;
use std::sync::LazyLock;

use contracts::{Envelope, Protocol as Family};
use http::header::{ALLOW, HeaderValue};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::issued::Issued;
use super::routes::{Found, Routes};
use super::{About, Identified, Protocol, Redacted, redacted};
use crate::config::Config;
use crate::error::{Overload, Refusal};
use crate::operation::Content;
use crate::wire::{Listener, Request, Response};

/// The protocol of `aicc`.
#[derive(Debug)]
pub struct Aicc;

/// Where a token is asked for.
const TOKEN_PATH: &str = "/apigovernance/api/oauth/tokenByAkSk";

/// What the paths of the service and its siblings begin with.
const PREFIXES: &[&str] = &[
    "/apigovernance/",
    "/apiaccess/",
    "/oifde/",
    "/agentgateway/",
    "/CCFS/",
    "/rest/cmsapp/",
    "/rest/isales/",
    "/service/AICC__Case/",
];

/// Hosts of the real service, for clients that come as through a proxy.
const DOMAINS: &[&str] = &["besclouds.com", "aicccloud.com"];

/// What the journal has in place of the body of an interface that is not modelled.
const UNREAD: &[u8] = b"(not shown: it is not modelled, and may hold a secret)";

static ROUTES: LazyLock<Routes> = LazyLock::new(|| Routes::of(Family::Aicc));

impl Protocol for Aicc {
    fn name(&self) -> &'static str {
        "aicc"
    }

    fn recognises(&self, request: &Request) -> bool {
        let host = request.host().split(':').next().unwrap_or_default();
        let is_vendors = |domain: &&str| {
            host.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        request.listener == Listener::AiccToken
            || PREFIXES.iter().any(|prefix| request.uri.path().starts_with(prefix))
            || DOMAINS.iter().any(is_vendors)
    }

    fn domains(&self) -> &'static [&'static str] {
        DOMAINS
    }

    fn identify(&self, request: &Request, config: &Config) -> Identified {
        accept::identify(request, accept::Settings::of(config))
    }

    fn claimed_tenant(&self, request: &Request, _: &dyn Issued) -> Option<String> {
        accept::claimed_tenant(request)
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

    fn answer(
        &self,
        config: &Config,
        about: &About,
        outcome: Result<Content, &Refusal>,
    ) -> Response {
        let (status, body) = match outcome {
            Ok(content) => (StatusCode::OK, content.into_json()),
            Err(refusal) => {
                (status(config, &refusal.code), enveloped(about, refusal).to_string().into_bytes())
            }
        };
        let answer = Response::new(status, "application/json;charset=UTF-8", body);
        let allowed = allowed(about).filter(|_| status == StatusCode::METHOD_NOT_ALLOWED);
        match allowed {
            Some(allowed) => answer.with(ALLOW, allowed),
            None => answer,
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
        // Some siblings sign in with secrets of their own: no model says which members those are.
        let unread = about.operation.as_ref().is_some_and(|known| known.input.members.is_empty());
        let redacted = redacted(request, about, input);
        if unread && !request.body.is_empty() {
            return Redacted { body: Cow::Borrowed(UNREAD), ..redacted };
        }
        redacted
    }
}

/// A code of three digits is a status; every other one is the service's own.
fn status(config: &Config, code: &str) -> StatusCode {
    let own = config.assume.get("aicc", "code_status").parse().unwrap_or(StatusCode::OK);
    code.parse().ok().and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(own)
}

/// The refusal in the envelope of the operation's family; federated users' where none is known.
fn enveloped(about: &About, refusal: &Refusal) -> Value {
    let message = text::message(refusal, about);
    let envelope = about.operation.as_ref().and_then(|operation| operation.envelope.as_ref());
    match envelope {
        None => json!({ "resultCode": refusal.code, "resultMessage": message }),
        Some(Envelope { code, message: text, number }) => {
            let number = refusal.code.parse::<u16>().ok().filter(|_| *number);
            let told = number.map_or_else(|| json!(refusal.code), |number| json!(number));
            json!({ code.as_str(): told, text.as_str(): message })
        }
    }
}

/// The methods of the operation that was asked for with another one.
fn allowed(about: &About) -> Option<HeaderValue> {
    let http = about.operation.as_ref()?.http.as_ref()?;
    HeaderValue::from_str(http.method.as_deref().unwrap_or(Method::POST.as_str())).ok()
}
