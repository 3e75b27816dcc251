//! Calls behind the gateway made from what the model says of an operation.

use std::fmt::Write;

use cloudtwin::wire::Response;
use contracts::{Location, Operation};
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::client::World;
use crate::workspace::client::{Reply, reply, send_with};

/// Sends an input the way the model puts it into a request.
pub fn call(world: &World, operation: &Operation, input: &Value) -> Reply {
    reply(&send_modelled(world, operation, input))
}

/// The same, with the answer as it is: it may be a file.
pub fn send_modelled(world: &World, operation: &Operation, input: &Value) -> Response {
    let http = operation.http.as_ref().unwrap();
    let (mut path, mut query, mut body) = (http.path.clone(), String::new(), Map::new());
    let mut headers = Vec::new();
    for (name, value) in input.as_object().unwrap() {
        let member = operation.input.members.iter().find(|member| member.name == *name);
        match member.map(|member| member.location) {
            Some(Location::Path) => {
                path = path.replace(&format!("{{{name}}}"), &encoded(value));
            }
            Some(Location::Query) => {
                let values = match value {
                    Value::Array(values) => values.iter().collect(),
                    Value::Null => Vec::new(),
                    one => vec![one],
                };
                for value in values {
                    write!(query, "&{name}={}", encoded(value)).unwrap();
                }
            }
            Some(Location::Header) => headers.push((name.as_str(), value.as_str().unwrap_or("1"))),
            _ => drop(body.insert(name.clone(), value.clone())),
        }
    }
    let method: Method = http.method.as_ref().unwrap().parse().unwrap();
    let in_body = operation.input.members.iter().any(|member| member.location == Location::Body);
    let target = format!("{path}?{}", query.trim_start_matches('&'));
    let body = in_body.then(|| Value::from(body));
    send_with(world, method, &target, &headers, body)
}

fn encoded(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    utf8_percent_encode(&text, NON_ALPHANUMERIC).to_string()
}
