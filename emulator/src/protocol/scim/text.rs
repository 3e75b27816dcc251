//! What clients read of a refusal: the body of RFC 7644, section 3.12, with the texts of the models.

use std::borrow::Cow;

use contracts::Protocol as Family;
use http::StatusCode;
use serde_json::{Value, json};

use crate::error::Refusal;
use crate::protocol::About;
use crate::protocol::gateway::Gateway;
use crate::protocol::json_body::BadBody;

/// What the endpoint answers for any operation.
pub(super) const GATEWAY: Gateway = Gateway(Family::Scim);

/// The schema of errors.
const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";

/// A refusal with the text that belongs to its code.
pub(super) fn refusal(code: &'static str) -> Refusal {
    GATEWAY.refusal(code, &[], false)
}

/// The body has no members to read.
pub(super) fn bad_body(bad: &BadBody) -> Refusal {
    let why = match bad {
        BadBody::NotAnObject => "the body is no JSON object".to_owned(),
        BadBody::Syntax(error) => format!("the body is not JSON: {error}"),
        BadBody::LoneSurrogate(escape) => {
            format!("the body has the escape `{escape}`, which is half of a surrogate pair")
        }
    };
    GATEWAY.refusal("invalidSyntax", &[("why", &why)], false)
}

/// A parameter of the query is of a wrong type or none of the allowed texts.
pub(super) fn bad_parameter(violation: &contracts::Violation) -> Refusal {
    let name = &violation.path;
    let why = match &violation.rule {
        contracts::Rule::NotAllowed(allowed) => format!("{name} is one of {}", allowed.join(", ")),
        contracts::Rule::WrongType(kind) => format!("{name} is of type {kind}"),
        _ => format!("{name} is not valid"),
    };
    GATEWAY.refusal("invalidValue", &[("why", &why)], false)
}

/// The status and the body of a refusal.
pub(super) fn error(about: &About, refusal: &Refusal) -> (StatusCode, Value) {
    let code = &*refusal.code;
    let is_gateways = GATEWAY.code(code).is_some();
    let service = about.operation.as_ref().filter(|_| !is_gateways);
    let service = service.and_then(|one| contracts::catalog().service(&one.service));
    let known = service.and_then(|service| service.codes.get(code));
    let status = known.and_then(|known| known.status).or_else(|| GATEWAY.status(refusal));
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let status = status.unwrap_or(StatusCode::BAD_REQUEST);
    let own = known.map(|known| known.message.as_deref().unwrap_or(&known.meaning));
    let text = match refusal.message.as_ref() {
        "" => own.map(Cow::Borrowed).or_else(|| GATEWAY.text(code, false)),
        text => Some(Cow::Borrowed(text)),
    };
    let text = text.unwrap_or(Cow::Borrowed(code));
    let status_text = status.as_str();
    let body = if code.contains('.') {
        let detail = format!("{code}: {text}");
        json!({ "schemas": [ERROR], "status": status_text, "detail": detail })
    } else if code.starts_with(|first: char| first.is_ascii_alphabetic()) {
        json!({ "schemas": [ERROR], "status": status_text, "detail": text, "scimType": code })
    } else {
        json!({ "schemas": [ERROR], "status": status_text, "detail": text })
    };
    (status, body)
}
