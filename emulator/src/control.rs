//! The twin's own interface under `/_twin/`: JSON, for loopback callers only, never signed,
//! counted or faulted.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog;
use crate::clock::{Clock, Mode, Timestamp};
use crate::journal::Filter;
use crate::state::Tenants;
use crate::twin::Twin;
use crate::wire::{Answer, Request};

pub(crate) mod guard;
mod resources;
mod state;

/// What the paths of the control interface begin with.
pub const PREFIX: &str = "/_twin/";

/// What a refusal of ours says: `{"error": code, "message": what is wrong and how to mend it}`.
struct Refused(StatusCode, &'static str, String);

impl Refused {
    fn answer(self) -> Answer {
        let Self(status, code, message) = self;
        Answer::new(status, JSON, json!({ "error": code, "message": message }).to_string())
    }
}

const JSON: &str = "application/json";

type Outcome = Result<Bytes, Refused>;

/// Answers a request to the control interface. Blocks while the writer works.
pub fn answer(twin: &Arc<Twin>, request: &Request) -> Answer {
    match guarded(twin, request) {
        Ok(body) => Answer::new(StatusCode::OK, JSON, body),
        Err(refused) => refused.answer(),
    }
}

/// The refusal of a caller who may not use the control interface: its code and its answer. The head
/// alone decides, so bodies of such callers need not be read.
pub fn refusal(request: &Request) -> Option<(&'static str, Answer)> {
    guard::check(request).err().map(|refused| (refused.1, refused.answer()))
}

fn guarded(twin: &Arc<Twin>, request: &Request) -> Outcome {
    guard::check(request)?;
    if request.too_large {
        let message = "a state document may hold 256 MiB at most".to_owned();
        return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
    }
    route(twin, request)
}

/// The paths and their methods.
const PATHS: &[(&str, &str)] = &[
    ("health", "GET"),
    ("operations", "GET"),
    ("reset", "POST"),
    ("clock", "GET, PUT"),
    ("journal", "GET, DELETE"),
    ("state", "GET, PUT"),
];

fn route(twin: &Arc<Twin>, request: &Request) -> Outcome {
    let path = request.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let query = Query::read(request.query())?;
    match (path, &request.method) {
        ("health", &Method::GET) => health(twin),
        ("operations", &Method::GET) => {
            catalog::listing_json(query.service.as_deref()).map_err(fault)
        }
        ("reset", &Method::POST) => state::reset(twin, query.tenant),
        ("clock", &Method::GET) => clock(twin),
        ("clock", &Method::PUT) => set_clock(twin, &request.body),
        ("journal", &Method::GET) => {
            twin.journal.read(&query.filter()).map(Bytes::from).map_err(fault)
        }
        ("journal", &Method::DELETE) => {
            twin.journal.clear(query.tenant.as_deref());
            to_json(&json!({}))
        }
        ("state", &Method::GET) => state::export(twin, query.tenant.as_deref()),
        ("state", &Method::PUT) => state::import(twin, query.tenant, &request.body),
        (path, method) => match resources::find(twin, path) {
            Some(resource) => {
                resources::answer(twin, resource, method, query.tenant, request.body.clone())
            }
            None => Err(nowhere(twin, path)),
        },
    }
}

fn nowhere(twin: &Twin, path: &str) -> Refused {
    if let Some((_, methods)) = PATHS.iter().find(|(known, _)| *known == path) {
        let message = format!("{PREFIX}{path} answers {methods}");
        return Refused(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message);
    }
    let own = PATHS.iter().map(|(path, methods)| format!("{methods} {PREFIX}{path}"));
    let more = resources::paths(twin).map(|path| format!("{} {PREFIX}{path}", resources::METHODS));
    let known: Vec<_> = own.chain(more).collect();
    Refused(StatusCode::NOT_FOUND, "no_such_path", format!("there are: {}", known.join("; ")))
}

/// What a query may say; each path uses what it needs.
#[derive(Debug, Default)]
struct Query {
    tenant: Option<String>,
    service: Option<String>,
    operation: Option<String>,
    code: Option<String>,
    since: Option<u64>,
}

impl Query {
    fn read(text: &str) -> Result<Self, Refused> {
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                "tenant" if !Tenants::is_name(&value) => {
                    return Err(bad(format!(
                        "tenant: {value:?} is no tenant's name: 1 to 64 of A-Z a-z 0-9 . _ -"
                    )));
                }
                "tenant" => query.tenant = Some(value),
                "service" => query.service = Some(value),
                "operation" => query.operation = Some(value),
                "code" => query.code = Some(value),
                "since" => {
                    let number = value
                        .parse()
                        .map_err(|_| bad(format!("since: {value:?} is no entry's number")))?;
                    query.since = Some(number);
                }
                other => return Err(bad(format!("{other}: there is no such condition"))),
            }
        }
        Ok(query)
    }

    fn filter(self) -> Filter {
        let Self { tenant, service, operation, code, since } = self;
        Filter { tenant, service, operation, code, since }
    }
}

fn bad(message: String) -> Refused {
    Refused(StatusCode::BAD_REQUEST, "bad_request", message)
}

fn fault(error: impl std::fmt::Display) -> Refused {
    Refused(StatusCode::INTERNAL_SERVER_ERROR, "fault", error.to_string())
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

fn clock(twin: &Twin) -> Outcome {
    to_json(&shown(&twin.clock))
}

fn shown(clock: &Clock) -> Value {
    let now = clock.now();
    let mode = match clock.mode() {
        Mode::Real => "real",
        Mode::Shifted(_) => "shifted",
        Mode::Frozen(_) => "frozen",
    };
    json!({ "mode": mode, "now": now.to_string(), "now_ms": now })
}

/// How to set the clock: the members are carried out in this order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    /// `real` follows the machine's clock, `frozen` stands still.
    mode: Option<WantedMode>,
    /// The moment to go to, RFC 3339.
    now: Option<String>,
    /// Milliseconds to go on, which may be negative.
    advance_ms: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WantedMode {
    Real,
    Frozen,
}

fn set_clock(twin: &Twin, body: &[u8]) -> Outcome {
    let change: ClockChange = serde_json::from_slice(body).map_err(|error| {
        bad(format!("{error}; send for example {{\"mode\": \"frozen\", \"now\": \"2026-01-31T08:00:00Z\"}} or {{\"advance_ms\": 500}}"))
    })?;
    let moment = change
        .now
        .as_deref()
        .map(Timestamp::parse)
        .transpose()
        .map_err(|error| bad(format!("now: {error}")))?;
    let before = twin.clock.now();
    match change.mode {
        Some(WantedMode::Real) => twin.clock.follow(),
        Some(WantedMode::Frozen) => twin.clock.freeze(),
        None => {}
    }
    if let Some(moment) = moment {
        twin.clock.set(moment);
    }
    if let Some(ms) = change.advance_ms {
        twin.clock.advance(ms);
    }
    if twin.clock.now() < before {
        twin.tenants.wake_all();
    }
    clock(twin)
}
