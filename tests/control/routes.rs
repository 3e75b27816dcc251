//! The table of paths: what each of them refuses.

use std::collections::BTreeSet;

use cloudtwin::control::{self, PREFIX, Route};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;

use super::{ask, names};
use crate::client::{World, bytes_of, request};

/// A world in which each path has something to lose, and all that the paths show of it.
fn filled() -> World {
    let world = World::new();
    world.store("one");
    world.ok_as("other", "CreateUserStore", json!({"UserPoolName": "two"}));
    let story = crate::scenarios::refusing("from = 1000000\nat = 'arrival'");
    assert_eq!(ask(&world, Method::PUT, "scenarios/one?tenant=other", &story).status, 200);
    world
}

fn shown(world: &World) -> Vec<String> {
    let show = |path| ask(world, Method::GET, path, "").body.to_string();
    let paths = [
        "clock",
        "journal",
        "state",
        "scenarios",
        "cam/200000000001/users",
        "aicc/roles",
        "aicc/users",
    ];
    paths.into_iter().map(show).collect()
}

fn routes(world: &World) -> Vec<Route> {
    control::routes(&world.twin).collect()
}

/// A path that leads to the route.
fn path_to(route: &Route) -> String {
    route.path.replace("{uin}", "200000000001").replace("{name}", "one")
}

#[test]
fn a_path_refuses_the_keys_that_it_does_not_take_and_changes_nothing() {
    let world = filled();
    let before = shown(&world);
    let routes = routes(&world);
    let known: BTreeSet<_> = routes.iter().flat_map(|route| route.keys).copied().collect();
    for route in &routes {
        let strange = known.iter().copied().chain(["limit", "Tenant", ""]);
        let allowed = route.keys.join(", ");
        let allowed = if allowed.is_empty() { "none" } else { &allowed };
        for key in strange.filter(|key| !route.keys.contains(key)) {
            let also = if route.keys.contains(&"tenant") { "tenant=default&" } else { "" };
            let path = format!("{}?{also}{key}=1", path_to(route));
            let answer = ask(&world, route.method.clone(), &path, "");
            let message = format!(
                "unknown query parameter `{key}`; allowed for {PREFIX}{}: {allowed}",
                path_to(route)
            );
            assert_eq!(answer.body, json!({"error": "bad_request", "message": message}), "{path}");
            assert_eq!(answer.status, 400);
        }
        assert_eq!(shown(&world), before, "{} {}", route.method, route.path);
    }
}

#[test]
fn a_path_takes_the_keys_of_its_row_once_each() {
    for route in routes(&World::new()) {
        for key in route.keys {
            let world = filled();
            let value = if ["since", "limit"].contains(key) { "0" } else { "other" };
            let path = |times: usize| {
                format!("{}?{}", path_to(&route), vec![format!("{key}={value}"); times].join("&"))
            };
            let body = match (&route.method, route.path) {
                (&Method::PUT, "state") => ask(&world, Method::GET, &path(1), "").body.to_string(),
                (&Method::PUT, "scenarios" | "scenarios/{name}") => {
                    crate::scenarios::refusing("from = 1000000\nat = 'arrival'")
                }
                (&Method::PUT, "aicc/roles") => json!({"roles": []}).to_string(),
                (&Method::PUT, "organization/permission-requests") => {
                    json!({"requests": []}).to_string()
                }
                (&Method::PUT, "aicc/users" | "cam/{uin}/users") => {
                    json!({"users": []}).to_string()
                }
                _ => String::new(),
            };
            let before = shown(&world);
            let twice = ask(&world, route.method.clone(), &path(2), &body);
            let message = json!(format!("query parameter `{key}` is given twice"));
            assert_eq!((twice.status, &twice.body["message"]), (400, &message), "{}", path(2));
            assert_eq!(shown(&world), before, "{} {}", route.method, path(2));
            let once = ask(&world, route.method.clone(), &path(1), &body);
            assert_eq!(once.status, 200, "{} {}: {}", route.method, path(1), once.body);
        }
    }
}

#[test]
fn a_body_is_refused_where_none_is_read() {
    let world = filled();
    let before = shown(&world);
    let tenant = json!({"tenant": "other"}).to_string();
    for route in routes(&world).into_iter().filter(|route| route.method != Method::PUT) {
        let answer = ask(&world, route.method.clone(), &path_to(&route), &tenant);
        let message = json!(format!("{} {PREFIX}{} takes no body", route.method, path_to(&route)));
        assert_eq!((answer.status, &answer.body["message"]), (400, &message));
        assert_eq!(shown(&world), before, "{} {}", route.method, route.path);
    }
    assert_eq!(ask(&world, Method::POST, "reset?tenant=other", "{}").status, 200);
    assert_eq!((names(&world, "default").len(), names(&world, "other").len()), (2, 1));
}

#[test]
fn a_body_that_was_too_large_is_refused_on_every_path_and_changes_nothing() {
    let world = filled();
    let before = shown(&world);
    for route in routes(&world) {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("localhost"));
        let path = format!("{PREFIX}{}", path_to(&route));
        let mut large = request(route.method, &path, headers, bytes::Bytes::new());
        large.too_large = true;
        let answer = control::answer(&world.twin, &large);
        let body: serde_json::Value = serde_json::from_slice(bytes_of(&answer)).unwrap();
        assert_eq!((answer.status.as_u16(), &body["error"]), (413, &json!("too_large")), "{path}");
    }
    assert_eq!(shown(&world), before);
}

#[test]
fn a_wrong_path_or_method_is_told_what_there_is() {
    let world = World::new();
    let path = ask(&world, Method::GET, "nothing", "");
    let known = "there are: GET /_twin/health; GET /_twin/operations; POST /_twin/reset; GET, PUT /_twin/clock; \
                 GET, DELETE /_twin/journal; GET, PUT /_twin/state; PUT, DELETE /_twin/seed; GET, PUT, DELETE /_twin/scenarios; POST /_twin/scenarios/reset; \
                 GET, PUT, DELETE /_twin/scenarios/{name}; POST /_twin/scenarios/{name}/reset; \
                 GET, PUT /_twin/cam/{uin}/users; \
                 GET, PUT /_twin/organization/permission-requests; GET, PUT /_twin/aicc/roles; \
                 GET, PUT /_twin/aicc/users";
    assert_eq!((path.status, path.body), (404, json!({"error": "no_such_path", "message": known})));
    let method = ask(&world, Method::DELETE, "clock", "");
    assert_eq!(
        method.body,
        json!({"error": "wrong_method", "message": "/_twin/clock answers GET, PUT"})
    );
}
