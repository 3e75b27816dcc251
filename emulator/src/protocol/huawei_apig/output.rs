//! Members of an answer that the model has in headers: they are taken out of the JSON.

use contracts::{Location, Operation};
use http::header::HeaderName;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use crate::wire::Response;

/// The answer of that JSON object, its members each where the model has them.
pub(super) fn answer(
    operation: Option<&Operation>,
    status: StatusCode,
    object: Vec<u8>,
) -> Response {
    let json = |body: Vec<u8>| Response::new(status, "application/json", body);
    let of_headers = |operation: &&Operation| {
        operation.output.members.iter().any(|member| member.location == Location::Header)
    };
    let parsed = operation.filter(of_headers).zip(serde_json::from_slice(&object).ok());
    let Some((operation, mut members)) = parsed else { return json(object) };
    let headers = headers(operation, &mut members);
    let answer = json(Value::Object(members).to_string().into_bytes());
    headers.into_iter().fold(answer, |answer, (name, value)| answer.with(name, value))
}

fn headers(
    operation: &Operation,
    members: &mut Map<String, Value>,
) -> Vec<(HeaderName, HeaderValue)> {
    let of_headers = operation.output.members.iter().filter(|m| m.location == Location::Header);
    of_headers
        .filter_map(|member| {
            let value = members.remove(&member.name)?;
            let value = HeaderValue::from_str(value.as_str()?).ok()?;
            Some((HeaderName::from_bytes(member.name.as_bytes()).ok()?, value))
        })
        .collect()
}
