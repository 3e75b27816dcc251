//! Each documented code of each operation can be forced.

use cloudtwin::scenario::Which;
use cloudtwin::wire::Request;
use contracts::{Operation, Service};
use http::header::{CONTENT_TYPE, HOST};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;

use super::load;
use crate::client::{Signed, World, bytes_of, request};

/// A request that names the operation; nothing of it is proved or valid.
fn naming(world: &World, service: &Service, operation: &Operation) -> Request {
    let Some(http) = &operation.http else {
        let now = world.twin.clock.now();
        let call = Signed {
            version: &operation.version,
            service: &service.name,
            ..Signed::new(&operation.name, "{}".to_owned(), now)
        };
        return call.request();
    };
    let filled: Vec<_> =
        http.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
    let headers = HeaderMap::from_iter([
        (HOST, HeaderValue::from_static("127.0.0.1:4588")),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ]);
    let method = http.method.as_deref().map_or(Method::POST, |name| name.parse().unwrap());
    request(method, &filled.join("/"), headers, "{}".into())
}

#[test]
fn every_documented_code_of_every_operation_is_forced() {
    let world = World::new();
    let mut forced = 0;
    for service in &contracts::catalog().services {
        for operation in &service.operations {
            for code in &operation.errors {
                world.twin.scenarios.unload(Which::default());
                load(
                    &world,
                    &format!(
                        "name = 'one'\n[[rule]]\nservice = '{}'\noperation = '{}'\nalways = true\n\
                         at = 'arrival'\neffect = {{ refuse = '{code}' }}\n",
                        service.name, operation.name
                    ),
                );
                let answer = world.send(naming(&world, service, operation));
                let place = format!("{} {} {code}", service.name, operation.name);
                let body: Value = serde_json::from_slice(bytes_of(&answer)).unwrap();
                let text = body.to_string();
                // One family answers the status in place of its codes; the journal has them.
                let is_shown = if body["error"]["title"].is_string() {
                    world.journal().pop().unwrap()["code"] == code.as_str()
                } else {
                    text.contains(code)
                };
                assert!(is_shown, "{place}: {body}");
                let is_text_too = text.matches(&format!("\"{code}\"")).count() > 1;
                assert!(!is_text_too, "{place} has no text: {body}");
                let known = service.codes.get(code).and_then(|code| code.status);
                if let Some(status) = known {
                    assert_eq!(answer.status.as_u16(), status, "{place}");
                }
                assert!(!text.contains("{{") && !text.contains("\"\""), "{place}: {body}");
                forced += 1;
            }
        }
    }
    let documented = contracts::catalog().operations().map(|one| one.errors.len()).sum::<usize>();
    assert_eq!(forced, documented);
}
