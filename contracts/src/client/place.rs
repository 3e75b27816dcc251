//! Where the parts of an input go: path, query, headers or body, as the model has them.

use serde_json::{Map, Value};

use super::sdk_hmac::escaped;
use super::{CallError, Request};
use crate::model::{Location, Operation, Protocol};

/// The request without what proves the caller. Members that the model does not have go into the body; null in
/// the query or in a header is absent.
pub(super) fn placed(
    operation: &Operation,
    input: &Value,
    host: &str,
) -> Result<Request, CallError> {
    let Some(http) = &operation.http else {
        return Err(CallError::Unsendable(format!("{} has no path", operation.name)));
    };
    let mut parts = Parts { path: http.path.clone(), ..Parts::default() };
    for (name, value) in input.as_object().into_iter().flatten() {
        let location = operation.input.member(name).map(|member| member.location);
        parts.put(name, value, location.unwrap_or_default())?;
    }
    if let Some(open) = parts.path.split('/').find(|piece| piece.starts_with('{')) {
        return Err(CallError::Unsendable(format!("the path lacks {open}")));
    }
    let mut headers = vec![("host".to_owned(), host.to_owned())];
    let has_body = operation.input.members.iter().any(|m| m.location == Location::Body);
    let body = if has_body || !parts.body.is_empty() {
        headers.push(("content-type".to_owned(), media_type(operation).to_owned()));
        Value::Object(parts.body).to_string().into_bytes()
    } else {
        Vec::new()
    };
    headers.append(&mut parts.headers);
    let target = match parts.query.join("&") {
        query if query.is_empty() => parts.path,
        query => format!("{}?{query}", parts.path),
    };
    let method = http.method.clone().unwrap_or_else(|| "POST".to_owned());
    Ok(Request { method, target, headers, body })
}

fn media_type(operation: &Operation) -> &'static str {
    let service = crate::catalog().service(&operation.service);
    match service.map(|service| service.protocol) {
        Some(Protocol::Scim) => "application/scim+json",
        _ => "application/json",
    }
}

#[derive(Default)]
struct Parts {
    path: String,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    body: Map<String, Value>,
}

impl Parts {
    fn put(&mut self, name: &str, value: &Value, location: Location) -> Result<(), CallError> {
        match location {
            Location::Body => drop(self.body.insert(name.to_owned(), value.clone())),
            _ if value.is_null() => {}
            Location::Path => {
                let text = text_of(value);
                // An empty segment, or one of dots, leads to another path.
                if text.trim_matches('.').is_empty() {
                    let why = format!("{name} is a segment of the path and cannot be {text:?}");
                    return Err(CallError::Unsendable(why));
                }
                self.path = self.path.replace(&format!("{{{name}}}"), &escaped(&text));
            }
            Location::Query => {
                let values = match value {
                    Value::Array(values) => values.iter().collect(),
                    one => vec![one],
                };
                let pair = |value: &Value| [name, "=", &escaped(&text_of(value))].concat();
                self.query.extend(values.into_iter().map(pair));
            }
            Location::Header => {
                let text = text_of(value);
                let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
                if !is_plain {
                    let why = format!("{name} is a header and cannot be {text:?}");
                    return Err(CallError::Unsendable(why));
                }
                self.headers.push((name.to_ascii_lowercase(), text));
            }
        }
        Ok(())
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog;

    fn of(service: &str, name: &str, input: Value) -> Result<Request, CallError> {
        let mut operations = catalog().service(service).unwrap().operations.iter();
        let operation = operations.find(|operation| operation.name == name).unwrap();
        placed(operation, &input, "host:1")
    }

    #[test]
    fn each_member_goes_where_the_model_says() {
        let input = json!({
            "project_id": "p q", "user_name": "a/é", "limit": 5, "offset": null, "extra": 1,
        });
        let request = of("workspace", "ListUsers", input).unwrap();
        assert_eq!(request.method, "GET");
        assert_eq!(request.target, "/v2/p%20q/users?limit=5&user_name=a%2F%C3%A9");
        assert_eq!(request.body, br#"{"extra":1}"#);
        let input = json!({ "project_id": "p", "user_name": "a" });
        let request = of("workspace", "ListUsers", input).unwrap();
        assert!(request.body.is_empty());
        assert_eq!(request.headers, [("host".to_owned(), "host:1".to_owned())]);
    }

    #[test]
    fn lists_in_a_query_repeat_their_key() {
        let operation = catalog().operations().find(|one| {
            let listed =
                |m: &&crate::Member| m.location == Location::Query && m.kind.word() == "array";
            one.input.members.iter().any(|m| listed(&m))
        });
        let operation = operation.unwrap();
        let mut parts = Parts::default();
        parts.put("ids", &json!(["a", "b c"]), Location::Query).unwrap();
        assert_eq!(parts.query, ["ids=a", "ids=b%20c"], "{}", operation.name);
    }

    #[test]
    fn headers_and_media_types() {
        let input = json!({ "X-Token-Expire": "60", "app_key": "k", "app_secret": "s" });
        let request = of("aicc", "tokenByAkSk", input).unwrap();
        let expected =
            [("host", "host:1"), ("content-type", "application/json"), ("x-token-expire", "60")];
        assert_eq!(request.headers, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(request.body, br#"{"app_key":"k","app_secret":"s"}"#);
        let request = of("scim", "CreateUser", json!({ "userName": "u" })).unwrap();
        assert_eq!(request.headers[1].1, "application/scim+json");
    }

    #[test]
    fn what_no_request_can_hold_is_told() {
        let unsendable = |service, name, input| of(service, name, input).unwrap_err().to_string();
        assert_eq!(
            unsendable("workspace", "ListUsers", json!({})),
            "no request can hold this input: the path lacks {project_id}"
        );
        assert_eq!(
            unsendable("workspace", "ListUsers", json!({ "project_id": ".." })),
            "no request can hold this input: project_id is a segment of the path and cannot be \"..\""
        );
        assert_eq!(
            unsendable("aicc", "tokenByAkSk", json!({ "X-Token-Expire": "é" })),
            "no request can hold this input: X-Token-Expire is a header and cannot be \"é\""
        );
    }
}
