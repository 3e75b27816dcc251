//! Loads a scenario into a running twin.

use bytes::Bytes;
use serde_json::json;

use super::{Outcome, bad, to_json};
use crate::twin::Twin;

/// Loads the TOML, in place of the scenario of its name if there is one. All that is wrong is told, a line
/// each, as `line:column: problem`.
pub(super) fn load(twin: &Twin, body: &Bytes) -> Outcome {
    let text = std::str::from_utf8(body).map_err(|error| bad(format!("no UTF-8: {error}")))?;
    let loaded = twin.scenarios.load(text, twin.clock.now()).map_err(|problems| {
        bad(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    to_json(&json!({ "name": loaded }))
}
