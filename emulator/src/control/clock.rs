//! The clock, shown and set.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Outcome, bad, to_json};
use crate::runtime::clock::{Clock, Mode, Timestamp};
use crate::twin::Twin;

/// Shows the clock.
pub(super) fn show(twin: &Twin) -> Outcome {
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
    /// `real` follows the machine's clock, `frozen` stops.
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

/// Sets the clock, and shows it.
pub(super) fn set(twin: &Twin, body: &[u8]) -> Outcome {
    let change: ClockChange = serde_json::from_slice(body).map_err(|error| {
        bad(format!("{error}; send for example {{\"mode\": \"frozen\", \"now\": \"2026-01-31T08:00:00Z\"}} or {{\"advance_ms\": 500}}"))
    })?;
    let moment = change
        .now
        .as_deref()
        .map(Timestamp::parse)
        .transpose()
        .map_err(|error| bad(format!("now: {error}")))?;
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
    show(twin)
}
