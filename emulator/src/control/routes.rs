//! The paths of the control interface: a row for each path and method, with the query keys that it
//! takes and its handler.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;

use super::query::Query;
use super::{
    Error, Outcome, PREFIX, bad, clock, fault, health, resources, scenarios, seed, state, to_json,
};
use crate::catalog;
use crate::services::Resource;
use crate::twin::Twin;
use crate::wire::Request;

/// One path with one method.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path behind [`PREFIX`]. A part in braces stands for any text.
    pub path: &'static str,
    /// The query keys that it takes.
    pub keys: &'static [&'static str],
    handler: Handler,
}

#[derive(Debug, Clone, Copy)]
enum Handler {
    /// Takes no body.
    Bare(fn(&Arc<Twin>, Query) -> Outcome),
    /// Takes a body.
    WithBody(fn(&Arc<Twin>, Query, &Bytes) -> Outcome),
    /// Shows a resource of a service.
    Show(&'static Resource),
    /// Replaces a resource of a service.
    Replace(&'static Resource),
}

use Handler::{Bare, Replace, Show, WithBody};

const TENANT: &[&str] = &["tenant"];

const JOURNAL: &[&str] = &["tenant", "service", "operation", "code", "since", "limit"];

static OWN: [Route; 19] = [
    own(Method::GET, "health", &[], Bare(|twin, _| health(twin))),
    own(
        Method::GET,
        "operations",
        &["service"],
        Bare(|_, query| catalog::listing_json(query.service.as_deref()).map_err(fault)),
    ),
    own(Method::POST, "reset", TENANT, Bare(|twin, query| state::reset(twin, query.tenant))),
    own(Method::GET, "clock", &[], Bare(|twin, _| clock::show(twin))),
    own(Method::PUT, "clock", &[], WithBody(|twin, _, body| clock::set(twin, body))),
    own(
        Method::GET,
        "journal",
        JOURNAL,
        Bare(|twin, query| twin.journal.read(&query.filter()).map(Bytes::from).map_err(fault)),
    ),
    own(
        Method::DELETE,
        "journal",
        TENANT,
        Bare(|twin, query| {
            twin.journal.clear(query.tenant.as_deref());
            to_json(&json!({}))
        }),
    ),
    own(
        Method::GET,
        "state",
        TENANT,
        Bare(|twin, query| state::export(twin, query.tenant.as_deref())),
    ),
    own(
        Method::PUT,
        "state",
        TENANT,
        WithBody(|twin, query, body| state::import(twin, query.tenant, body)),
    ),
    own(Method::PUT, "seed", TENANT, WithBody(seed::give)),
    own(Method::DELETE, "seed", TENANT, Bare(seed::take_back)),
    own(Method::GET, "scenarios", TENANT, Bare(|twin, query| scenarios::show(twin, query))),
    own(
        Method::PUT,
        "scenarios",
        TENANT,
        WithBody(|twin, query, body| scenarios::load(twin, query, body)),
    ),
    own(Method::DELETE, "scenarios", TENANT, Bare(|twin, query| scenarios::unload(twin, query))),
    own(
        Method::POST,
        "scenarios/reset",
        TENANT,
        Bare(|twin, query| scenarios::forget(twin, query)),
    ),
    own(Method::GET, "scenarios/{name}", TENANT, Bare(|twin, query| scenarios::show(twin, query))),
    own(
        Method::PUT,
        "scenarios/{name}",
        TENANT,
        WithBody(|twin, query, body| scenarios::load(twin, query, body)),
    ),
    own(
        Method::DELETE,
        "scenarios/{name}",
        TENANT,
        Bare(|twin, query| scenarios::unload(twin, query)),
    ),
    own(
        Method::POST,
        "scenarios/{name}/reset",
        TENANT,
        Bare(|twin, query| scenarios::forget(twin, query)),
    ),
];

const fn own(
    method: Method,
    path: &'static str,
    keys: &'static [&'static str],
    handler: Handler,
) -> Route {
    Route { method, path, keys, handler }
}

/// All routes: the twin's own, then those of its services' resources.
pub fn routes(twin: &Twin) -> impl Iterator<Item = Route> {
    OWN.iter().cloned().chain(resources::all(twin).flat_map(|resource| {
        let path = resource.path;
        [(Method::GET, Show(resource)), (Method::PUT, Replace(resource))]
            .map(|(method, handler)| Route { method, path, keys: TENANT, handler })
    }))
}

/// Runs the handler of a request's path and method.
pub(super) fn run(twin: &Arc<Twin>, request: &Request) -> Outcome {
    let path = request.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    let mut routes = routes(twin).filter(|route| route.method == request.method);
    let route = routes.find_map(|route| Some((text_in_braces(route.path, path)?, route)));
    let Some((which, Route { keys, handler, .. })) = route else {
        return Err(no_route(twin, path));
    };
    let query = Query { which: which.to_owned(), ..Query::read(request.query(), path, keys)? };
    let body = &request.body;
    match handler {
        Bare(_) | Show(_) if says_something(body) => {
            Err(bad(format!("{} {PREFIX}{path} takes no body", request.method)))
        }
        Bare(handler) => handler(twin, query),
        WithBody(handler) => handler(twin, query, body),
        Show(resource) => resources::access(twin, resource, which, query.tenant, None),
        Replace(resource) => {
            resources::access(twin, resource, which, query.tenant, Some(body.clone()))
        }
    }
}

/// The text of `path` in the place of the pattern's part in braces; empty if there are no braces, and
/// nothing if the path is another one.
fn text_in_braces<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let Some((before, rest)) = pattern.split_once('{') else {
        return (pattern == path).then_some("");
    };
    let (_, after) = rest.split_once('}')?;
    let text = path.strip_prefix(before)?.strip_suffix(after)?;
    (!text.is_empty() && !text.contains('/')).then_some(text)
}

/// Some clients send an empty object where there is no body.
fn says_something(body: &[u8]) -> bool {
    let body = body.trim_ascii();
    !body.is_empty() && body != b"{}"
}

/// The refusal of an unknown path, or of another method of a known one.
fn no_route(twin: &Twin, path: &str) -> Error {
    let mut known: Vec<(&str, Vec<String>)> = Vec::new();
    for Route { method, path, .. } in routes(twin) {
        match known.last_mut().filter(|(last, _)| *last == path) {
            Some((_, methods)) => methods.push(method.to_string()),
            None => known.push((path, vec![method.to_string()])),
        }
    }
    let is_at = |(known, _): &&(&str, _)| text_in_braces(known, path).is_some();
    if let Some((_, methods)) = known.iter().find(is_at) {
        let message = format!("{PREFIX}{path} answers {}", methods.join(", "));
        return Error(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message);
    }
    let paths =
        known.iter().map(|(path, methods)| format!("{} {PREFIX}{path}", methods.join(", ")));
    let paths: Vec<_> = paths.collect();
    Error(StatusCode::NOT_FOUND, "no_such_path", format!("there are: {}", paths.join("; ")))
}
