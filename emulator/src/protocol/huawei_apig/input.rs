//! What a request asks with: path, query, headers and body put together as the model has them.

use bytes::Bytes;
use contracts::{Kind, Location, Operation, Service};
use serde_json::{Map, Value};

use super::{text, upload};
use crate::error::Refusal;
use crate::protocol::json_body::{self, BadBody};
use crate::protocol::{scalar, write_integer_strings};
use crate::wire::{Request, header_text};

/// The name of the part that holds an uploaded file.
const FILE_PART: &str = "file";

/// The input, which keeps the model, and the file that came with it.
pub(super) fn read(
    request: &Request,
    operation: &Operation,
    segments: Vec<(String, String)>,
) -> Result<(Value, Option<Bytes>), Refusal> {
    let Some(service) = contracts::catalog().service(&operation.service) else {
        return Err(text::refusal("APIGW.0101"));
    };
    let (mut members, upload) = body(request, operation, service)?;
    for member in operation.input.members.iter().filter(|m| m.location != Location::Body) {
        // Members with another location never come from the body.
        members.remove(&member.name);
    }
    for member in operation.input.members.iter().filter(|m| m.empty_is_absent) {
        if members.get(&member.name).is_some_and(|value| value == "") {
            members.remove(&member.name);
        }
    }
    members.extend(segments.into_iter().map(|(name, value)| (name, Value::String(value))));
    query(request, operation, &mut members);
    for member in operation.input.members.iter().filter(|m| m.location == Location::Header) {
        if let Some(value) = request.headers.get(member.name.as_str()) {
            let value = header_text(value).into_owned();
            members.insert(member.name.clone(), scalar(value, &member.kind));
        }
    }
    let mut input = Value::Object(members);
    contracts::drop_nulls(&mut input);
    if let Some(violation) = contracts::validate_known(&input, &operation.input) {
        return Err(text::violation(service, &violation));
    }
    write_integer_strings(&mut input, &operation.input);
    Ok((input, upload))
}

/// The members of the body. Clients send bodies with calls that take none; they are ignored.
fn body(
    request: &Request,
    operation: &Operation,
    service: &Service,
) -> Result<(Map<String, Value>, Option<Bytes>), Refusal> {
    if request.media_type().eq_ignore_ascii_case("multipart/form-data") {
        let file = upload::part(request, FILE_PART);
        let unreadable = || {
            let text = format!("the part `{FILE_PART}` is missing, or the form is malformed.");
            text::bad_input(service, text)
        };
        return Ok((Map::new(), Some(file.ok_or_else(unreadable)?)));
    }
    let mut of_body =
        operation.input.members.iter().filter(|m| m.location == Location::Body).peekable();
    if of_body.peek().is_none() {
        return Ok((Map::new(), None));
    }
    if request.body.is_empty() {
        return match &service.no_body {
            Some(code) if of_body.any(|member| member.required) => {
                let code = code.clone().into();
                Err(Refusal { code, message: "".into() })
            }
            _ => Ok((Map::new(), None)),
        };
    }
    let bad = |why: String| text::bad_input(service, why);
    let members = json_body::members(&request.body).map_err(|why| match why {
        BadBody::NotAnObject => bad("the body must be a JSON object.".to_owned()),
        BadBody::Syntax(error) => bad(format!("the body is not JSON: {error}.")),
        BadBody::LoneSurrogate(escape) => text::lone_surrogate(service, &escape),
    })?;
    Ok((members, None))
}

/// Members of the query. A key without a value is no condition; a list is a key that is repeated,
/// or as a courtesy one text with commas.
fn query(request: &Request, operation: &Operation, members: &mut Map<String, Value>) {
    let known = |name: &str| {
        let of_query = |m: &&contracts::Member| m.location == Location::Query && m.name == name;
        operation.input.members.iter().find(of_query)
    };
    for (name, value) in pairs(request.query()) {
        let Some(member) = known(&name) else { continue };
        if value.is_empty() && !member.flag {
            continue;
        }
        match &member.kind {
            Kind::List(element) => {
                let list = members.entry(name).or_insert_with(|| Value::Array(Vec::new()));
                if let Value::Array(elements) = list {
                    let parts = value.split(',').filter(|part| !part.is_empty());
                    elements.extend(parts.map(|part| scalar(part.to_owned(), element)));
                }
            }
            Kind::Bool if value.is_empty() => drop(members.insert(name, Value::Bool(true))),
            kind => drop(members.insert(name, scalar(value, kind))),
        }
    }
}

/// The pairs of a query as this gateway reads them: a plus sign is a plus sign.
fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    let decoded =
        |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    query.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    })
}
