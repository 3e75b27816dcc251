//! Tencent Cloud API 3.0: framing, authentication, envelope. Every answer is HTTP 200 with the
//! content type exactly `application/json`, because SDKs read errors from nothing else.

mod accept;
mod explain;
mod flat;
mod framing;
mod hosts;
mod multipart;
mod tc3;
mod text;
mod v1;

use std::io::Write as _;

use http::StatusCode;
use serde_json::Value;

use super::issued::Issued;
use super::{About, Identified, Protocol, Redacted, redacted};
use crate::config::Config;
use crate::error::{Overload, Refusal};
use crate::operation::Content;
use crate::wire::{Request, Response};

/// The protocol of `ciam` and its sisters.
#[derive(Debug)]
pub struct TencentApi3;

impl Protocol for TencentApi3 {
    fn name(&self) -> &'static str {
        "tencent_api3"
    }

    fn recognises(&self, request: &Request) -> bool {
        let signed =
            || request.header("authorization").is_some_and(|value| value.starts_with("TC3-"));
        request.uri.path() == "/"
            || request.headers.contains_key("x-tc-action")
            || signed()
            || hosts::Host::read(request.host()).is_vendors
    }

    fn domains(&self) -> &'static [&'static str] {
        &hosts::ROOTS
    }

    fn hosts_name_services(&self) -> bool {
        true
    }

    fn identify(&self, request: &Request, config: &Config) -> Identified {
        accept::identify(request, config.auth)
    }

    fn claimed_tenant(&self, request: &Request, _: &dyn Issued) -> Option<String> {
        accept::claimed_tenant(request)
    }

    fn rate_max(&self, operation: &contracts::Operation, config: &Config) -> Option<u32> {
        operation.rate_per_second.filter(|_| config.throttle)
    }

    fn throttled(&self, count: u32, limit: u32, chinese: bool) -> Refusal {
        text::too_many(count, limit, chinese)
    }

    fn overloaded(&self, _: Overload, chinese: bool) -> Refusal {
        text::GATEWAY.refusal("ServiceUnavailable", &[], chinese)
    }

    fn answer(&self, _: &Config, about: &About, outcome: Result<Content, &Refusal>) -> Response {
        let id = about.request_id;
        let outcome = outcome.map(Content::into_json);
        let mut body = Vec::with_capacity(outcome.as_ref().map_or(256, Vec::len) + 80);
        body.extend_from_slice(b"{\"Response\":{");
        match outcome {
            Ok(object) => {
                let members = object
                    .strip_prefix(b"{")
                    .and_then(|rest| rest.strip_suffix(b"}"))
                    .unwrap_or_default();
                body.extend_from_slice(members);
                if !members.is_empty() {
                    body.push(b',');
                }
            }
            Err(refusal) => {
                let error = serde_json::json!({ "Code": refusal.code, "Message": text::message(refusal, about) });
                // Writing to memory cannot fail.
                _ = write!(body, "\"Error\":{error},");
            }
        }
        _ = write!(body, "\"RequestId\":\"{id}\"}}}}");
        Response::new(StatusCode::OK, "application/json", body)
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
        redacted(request, about, input)
    }
}
