//! The twin's own interface under `/_twin/`: JSON, for loopback callers only, never signed,
//! counted or faulted.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use serde_json::json;

use crate::error::Overload;
use crate::twin::Twin;
use crate::wire::{Request, Response};

mod clock;
pub(crate) mod guard;
mod query;
mod resources;
mod routes;
mod scenarios;
mod seed;
mod state;

pub use routes::{Route, routes};

/// What the paths of the control interface begin with.
pub const PREFIX: &str = "/_twin/";

/// What a refusal of ours says: `{"error": code, "message": what is wrong and how to mend it}`.
struct Error(StatusCode, &'static str, String);

impl Error {
    fn answer(self) -> Response {
        let Self(status, code, message) = self;
        Response::new(status, JSON, json!({ "error": code, "message": message }).to_string())
    }
}

const JSON: &str = "application/json";

type Outcome = Result<Bytes, Error>;

/// Answers a request to the control interface. Blocks while the writer works.
pub fn answer(twin: &Arc<Twin>, request: &Request) -> Response {
    match guarded(twin, request) {
        Ok(body) => Response::new(StatusCode::OK, JSON, body),
        Err(refused) => refused.answer(),
    }
}

/// The refusal of a caller who may not use the control interface: its code and its answer. The head
/// alone decides, so bodies of such callers need not be read.
pub fn refusal(request: &Request) -> Option<(&'static str, Response)> {
    guard::check(request).err().map(|refused| (refused.1, refused.answer()))
}

fn guarded(twin: &Arc<Twin>, request: &Request) -> Outcome {
    guard::check(request)?;
    if request.too_large {
        let message = "a state document may hold 256 MiB at most".to_owned();
        return Err(Error(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
    }
    routes::run(twin, request)
}

fn bad(message: String) -> Error {
    Error(StatusCode::BAD_REQUEST, "bad_request", message)
}

fn overloaded(overload: Overload) -> Error {
    Error(StatusCode::SERVICE_UNAVAILABLE, "overloaded", overload.to_string())
}

fn fault(error: impl std::fmt::Display) -> Error {
    Error(StatusCode::INTERNAL_SERVER_ERROR, "fault", error.to_string())
}

fn to_json(value: &impl serde::Serialize) -> Outcome {
    serde_json::to_vec(value).map(Bytes::from).map_err(fault)
}

fn health(twin: &Twin) -> Outcome {
    let services: Vec<_> =
        contracts::catalog().services.iter().map(|service| &service.name).collect();
    to_json(&json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "url": twin.origin(),
        "services": services,
        "now": twin.clock.now().to_string(),
        "auth": if twin.config.auth { "strict" } else { "off" },
        "throttle": if twin.config.throttle { "on" } else { "off" },
    }))
}
