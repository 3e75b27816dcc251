//! What a forced code is answered with, from the models and the vendors' envelopes: written a second time
//! here, so that a mistake of the protocols shows.

use std::collections::BTreeMap;

use contracts::{Code, Envelope, Protocol, ProtocolModel, catalog, template};
use http::StatusCode;
use serde_json::{Value, json};

use super::Forced;
use super::answer::Answer;

/// The schema of errors of RFC 7644.
const SCIM_ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// The answer, with the id that this one has.
pub(super) fn answer(forced: &Forced, answered: &Answer) -> Answer {
    let Forced { service, operation, code } = *forced;
    let gateway = catalog().protocol(service.protocol).unwrap();
    let (known, is_gateways) = match gateway.codes.get(code) {
        Some(known) => (known, true),
        None => (&service.codes[code], false),
    };
    let text = words(known);
    let status = status(gateway, known, code);
    let envelope = operation.envelope.as_ref();
    let (media_type, body, mut headers) = match service.protocol {
        Protocol::TencentApi3 => {
            let id = answered.body["Response"]["RequestId"].as_str().unwrap();
            assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 4, "{id}");
            let error = json!({ "Code": code, "Message": text });
            let body = json!({ "Response": { "Error": error, "RequestId": id } });
            ("application/json", body, BTreeMap::new())
        }
        Protocol::HuaweiApig => {
            let id = answered.headers["x-request-id"].clone();
            assert!(id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
            let body = huawei(envelope.filter(|_| !is_gateways), status, code, &text);
            let body = if is_gateways { with(body, "request_id", &id) } else { body };
            let second = service.request_id_header.iter().map(|name| name.to_lowercase());
            let names = second.chain(["x-request-id".to_owned()]);
            ("application/json", body, names.map(|name| (name, id.clone())).collect())
        }
        Protocol::Aicc => {
            let headers = allowed(status, operation.http.as_ref().unwrap().method.as_deref());
            ("application/json;charset=UTF-8", aicc(envelope, code, &text), headers)
        }
        Protocol::Scim => {
            let headers = match status.as_u16() {
                401 => {
                    BTreeMap::from([("www-authenticate".into(), "Bearer realm=\"scim\"".into())])
                }
                // The other methods of its path are not in one place of the model.
                _ => {
                    answered.headers.iter().filter(|(name, _)| *name == "allow").map(own).collect()
                }
            };
            ("application/scim+json", scim(status, code, &text), headers)
        }
    };
    headers.insert("content-type".to_owned(), media_type.to_owned());
    Answer { status: status.to_string(), headers, body }
}

/// The text of a code; where it has none, that of its first reason; where no reason has one, what it means.
fn words(code: &Code) -> String {
    let of_reason = || code.when.values().find_map(|reason| reason.message.as_ref());
    let text = code.message.as_ref().or_else(of_reason).unwrap_or(&code.meaning);
    template::fill(text, &[]).into_owned()
}

fn status(gateway: &ProtocolModel, known: &Code, code: &str) -> StatusCode {
    let number = match gateway.family {
        // A code of three digits is a status, every other one goes out under 200.
        Protocol::Aicc => code.parse().ok().filter(|_| code.len() == 3).unwrap_or(200),
        _ => known.status.unwrap_or(gateway.status),
    };
    StatusCode::from_u16(number).unwrap()
}

fn huawei(envelope: Option<&Envelope>, status: StatusCode, code: &str, text: &str) -> Value {
    match envelope {
        // That of Keystone has the status in place of the code.
        Some(Envelope { code: member, message, number: true }) => {
            let title = status.canonical_reason().unwrap();
            json!({ "error": { member: status.as_u16(), message: text, "title": title } })
        }
        Some(Envelope { code: member, message, .. }) => json!({ member: code, message: text }),
        None => json!({ "error_code": code, "error_msg": text }),
    }
}

fn aicc(envelope: Option<&Envelope>, code: &str, text: &str) -> Value {
    match envelope {
        Some(Envelope { code: member, message, number }) => {
            let number = code.parse::<u16>().ok().filter(|_| *number);
            let code = number.map_or_else(|| json!(code), |number| json!(number));
            json!({ member: code, message: text })
        }
        None => json!({ "resultCode": code, "resultMessage": text }),
    }
}

/// A word of RFC 7644 has a member of its own, a code of Identity Center begins the text, a status is only
/// the status.
fn scim(status: StatusCode, code: &str, text: &str) -> Value {
    let error = json!({ "schemas": [SCIM_ERROR], "status": status.as_str(), "detail": text });
    if code.contains('.') {
        with(error, "detail", &format!("{code}: {text}"))
    } else if code.parse::<u16>().is_err() {
        with(error, "scimType", code)
    } else {
        error
    }
}

fn with(mut body: Value, name: &str, value: &str) -> Value {
    body[name] = value.into();
    body
}

fn allowed(status: StatusCode, method: Option<&str>) -> BTreeMap<String, String> {
    let method = method.unwrap_or("POST").to_owned();
    let is_told = status == StatusCode::METHOD_NOT_ALLOWED;
    is_told.then(|| ("allow".to_owned(), method)).into_iter().collect()
}

fn own((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}
