//! Tencent Cloud API 3.0: framing, authentication, envelope. Every answer is HTTP 200 with the
//! content type exactly `application/json`, because SDKs read errors from nothing else.

mod admit;
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

use super::{Admitted, Protocol, Shown, shown_body, shown_target};
use crate::error::Refusal;
use crate::operation::Content;
use crate::pipeline::Trace;
use crate::twin::Twin;
use crate::wire::{Answer, Request};

pub use tc3::SigningKeys;

/// The protocol of `ciam` and its sisters.
#[derive(Debug)]
pub struct TencentApi3;

impl Protocol for TencentApi3 {
    fn claims(&self, request: &Request) -> bool {
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

    fn admit(
        &self,
        twin: &Twin,
        request: &Request,
        trace: &mut Trace,
    ) -> Result<Admitted, Refusal> {
        admit::admit(twin, request, trace)
    }

    fn answer(&self, _: &Twin, trace: &Trace, outcome: Result<Content, &Refusal>) -> Answer {
        let id = trace.request_id;
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
                let error = serde_json::json!({ "Code": refusal.code, "Message": text::message(refusal, trace) });
                // Writing to memory cannot fail.
                _ = write!(body, "\"Error\":{error},");
            }
        }
        _ = write!(body, "\"RequestId\":\"{id}\"}}}}");
        Answer::new(StatusCode::OK, "application/json", body)
    }

    fn internal_error(&self) -> Refusal {
        text::GATEWAY.internal_error()
    }

    fn not_modelled(&self, operation: &contracts::Operation) -> Refusal {
        text::GATEWAY.not_modelled(&operation.name)
    }

    fn shown<'a>(&self, request: &'a Request, trace: &Trace, input: Option<Value>) -> Shown<'a> {
        Shown { path: shown_target(request), body: shown_body(request, trace, input) }
    }
}
