//! What clients read: the texts of the model, with values in their places.

use std::borrow::Cow;

use contracts::{Protocol as Family, Violation};

use crate::error::Refusal;
use crate::protocol::About;
use crate::protocol::gateway::Gateway;
use crate::protocol::json_body::BadBody;

/// What the gateway answers for any operation.
pub(super) const GATEWAY: Gateway = Gateway(Family::TencentApi3);

/// A refusal with the text that belongs to its code.
pub(super) fn refusal(code: &'static str) -> Refusal {
    Refusal { code: Cow::Borrowed(code), message: Cow::Borrowed("") }
}

/// What the client reads for this refusal, in its language where that is known: the gateway's text,
/// else the service's, else what the code means.
pub(super) fn message<'a>(refusal: &'a Refusal, about: &'a About) -> Cow<'a, str> {
    if !refusal.message.is_empty() {
        return Cow::Borrowed(&refusal.message);
    }
    let usual = GATEWAY.text(&refusal.code, about.chinese);
    usual.or_else(|| of_service(&refusal.code, about)).unwrap_or(Cow::Borrowed(&refusal.code))
}

fn of_service(code: &str, about: &About) -> Option<Cow<'static, str>> {
    let operation = about.operation.as_ref();
    let service = operation.and_then(|known| contracts::catalog().service(&known.service));
    let known =
        service.and_then(|service| service.codes.get(code)).or_else(|| GATEWAY.code(code))?;
    let translated = known.message_zh.as_deref().filter(|_| about.chinese);
    Some(Cow::Borrowed(translated.or(known.message.as_deref()).unwrap_or(&known.meaning)))
}

/// A required parameter is absent.
pub(super) fn missing(name: &str) -> Refusal {
    GATEWAY.refusal("MissingParameter", &[("parameter", name)], false)
}

/// A common parameter has a bad form.
pub(super) fn bad_type(name: &str) -> Refusal {
    GATEWAY.because("InvalidParameter", "common_type", &[("parameter", name)], false)
}

/// A query or form has a part without `=`.
pub(super) fn bad_pairs() -> Refusal {
    GATEWAY.because("InvalidParameter", "bad_pairs", &[], false)
}

/// The body is no JSON object.
pub(super) fn bad_json(bad: &BadBody, chinese: bool) -> Refusal {
    match bad {
        BadBody::LoneSurrogate(escape) => {
            let values = [("escape", escape.as_str())];
            GATEWAY.because("InvalidParameter", "lone_surrogate", &values, chinese)
        }
        _ => GATEWAY.because("InvalidParameter", "bad_json", &[], chinese),
    }
}

/// A content type that no request form has.
pub(super) fn bad_content_type() -> Refusal {
    GATEWAY.because("InvalidParameter", "content_type", &[], false)
}

/// The authorization header has a bad form; `what` names the part.
pub(super) fn bad_authorization(what: &str) -> Refusal {
    GATEWAY.refusal("AuthFailure.InvalidAuthorization", &[("part", what)], false)
}

/// The timestamp is too far from the clock, which says `now` seconds.
pub(super) fn expired(now: i64) -> Refusal {
    GATEWAY.refusal("AuthFailure.SignatureExpire", &[("now", &now.to_string())], false)
}

/// A form signed with the old method is too large for it.
pub(super) fn form_too_large() -> Refusal {
    GATEWAY.because("AuthFailure.SignatureFailure", "form_too_large", &[], false)
}

/// No such product.
pub(super) fn no_product(service: &str) -> Refusal {
    GATEWAY.refusal("NoSuchProduct", &[("service", service)], false)
}

/// No such version of the service.
pub(super) fn no_version(version: &str, service: &str) -> Refusal {
    GATEWAY.refusal("NoSuchVersion", &[("version", version), ("service", service)], false)
}

/// No such action in that version.
pub(super) fn no_action(action: &str, service: &str, version: &str) -> Refusal {
    let values = [("action", action), ("service", service), ("version", version)];
    GATEWAY.refusal("InvalidAction", &values, false)
}

/// The region is none.
pub(super) fn bad_region(parameter: &str) -> Refusal {
    GATEWAY.because("InvalidParameterValue", "region", &[("parameter", parameter)], false)
}

/// More than `limit` calls in a second; this was number `count`.
pub(super) fn too_many(count: u32, limit: u32, chinese: bool) -> Refusal {
    let (count, limit) = (count.to_string(), limit.to_string());
    GATEWAY.refusal("RequestLimitExceeded", &[("count", &count), ("limit", &limit)], chinese)
}

/// A value that breaks the model.
pub(super) fn violation(violation: Violation, chinese: bool) -> Refusal {
    GATEWAY.violation(None, &violation, chinese)
}
