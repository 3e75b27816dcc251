//! The scenarios of a running twin.

use bytes::Bytes;
use http::StatusCode;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::query::Query;
use super::{Error, Outcome, bad, to_json};
use crate::scenario::Which;
use crate::twin::Twin;

/// Loads the body, TOML or JSON, by the name in the path or else by its own, for all tenants or one. All
/// that is wrong is told, a line each: `line:column: problem`, for JSON `rule N: problem`.
pub(super) fn load(twin: &Twin, query: Query, body: &Bytes) -> Outcome {
    let name = name(&query)?;
    let which = Which { name: name.as_deref(), tenant: query.tenant.as_deref() };
    let text = std::str::from_utf8(body).map_err(|error| bad(format!("no UTF-8: {error}")))?;
    let loaded = twin.scenarios.load_as(text, which, twin.clock.now()).map_err(|problems| {
        bad(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    to_json(&json!({ "name": loaded }))
}

/// Those that are loaded, with what they counted: all, or those of a name or a tenant.
pub(super) fn show(twin: &Twin, query: Query) -> Outcome {
    let name = name(&query)?;
    let which = Which { name: name.as_deref(), tenant: query.tenant.as_deref() };
    let shown = twin.scenarios.shown(which);
    match (&name, shown.is_empty()) {
        (Some(name), true) => Err(unknown(twin, name)),
        _ => to_json(&shown),
    }
}

/// Removes all, or those of a name or a tenant.
pub(super) fn unload(twin: &Twin, query: Query) -> Outcome {
    let name = name(&query)?;
    let which = Which { name: name.as_deref(), tenant: query.tenant.as_deref() };
    match (twin.scenarios.unload(which), &name) {
        (false, Some(name)) => Err(unknown(twin, name)),
        _ => to_json(&json!({})),
    }
}

/// Starts the counts again: all, or those of a name or a tenant.
pub(super) fn forget(twin: &Twin, query: Query) -> Outcome {
    let name = name(&query)?;
    let which = Which { name: name.as_deref(), tenant: None };
    if let Some(name) = name.as_deref().filter(|_| twin.scenarios.shown(which).is_empty()) {
        return Err(unknown(twin, name));
    }
    twin.scenarios.forget(name.as_deref(), query.tenant.as_deref());
    to_json(&json!({}))
}

/// The name in the path, if there is one.
fn name(query: &Query) -> Result<Option<String>, Error> {
    if query.which.is_empty() {
        return Ok(None);
    }
    let name = percent_decode_str(&query.which).decode_utf8();
    let name = name.map_err(|error| bad(format!("the scenario's name is no UTF-8: {error}")))?;
    Ok(Some(name.into_owned()))
}

fn unknown(twin: &Twin, name: &str) -> Error {
    let loaded = twin.scenarios.shown(Which::default());
    let names = loaded.iter().map(|one| one["name"].to_string()).collect::<Vec<_>>().join(", ");
    let names = if names.is_empty() { "none".to_owned() } else { names };
    let message = format!("no such scenario is loaded: {name:?}; loaded are: {names}");
    Error(StatusCode::NOT_FOUND, "no_such_scenario", message)
}
