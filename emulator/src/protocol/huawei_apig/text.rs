//! The gateway's own refusals: code, status, text (API Gateway error codes pages). What a service
//! refuses is in its model.

use std::borrow::Cow;

use contracts::{Broken, Violation};

use super::iam;
use crate::error::Refusal;

/// What the gateway answers; one code may stand for several things.
const GATEWAY: &[(&str, u16, &str)] = &[
    ("APIGW.0101", 404, "The API does not exist or has not been published in the environment."),
    ("APIGW.0201", 400, "API request error."),
    ("APIGW.0201", 413, "Request entity too large."),
    ("APIGW.0201", 414, "Request URI too large."),
    ("APIGW.0301", 401, "Incorrect IAM authentication information"),
    ("APIGW.0308", 429, "The throttling threshold has been reached"),
    ("APIGW.0310", 403, "The project is unavailable."),
    ("APIGW.0601", 500, "Internal server error."),
    // Ours: no gateway says so.
    (NOT_MODELLED, 501, ""),
];

/// The code of what the twin knows and does not do; no vendor has one that begins so.
const NOT_MODELLED: &str = "TWIN.0501";

/// A refusal with the text that belongs to its code.
pub(super) fn refusal(code: &'static str) -> Refusal {
    Refusal { code: Cow::Borrowed(code), message: Cow::Borrowed("") }
}

/// A refusal of the gateway in words of its own.
pub(super) fn with(code: &'static str, message: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal { code: Cow::Borrowed(code), message: message.into() }
}

/// A body beyond the gateway's bound.
pub(super) fn body_too_large() -> Refusal {
    with("APIGW.0201", "Request entity too large.")
}

/// A target beyond the gateway's bound.
pub(super) fn uri_too_large() -> Refusal {
    with("APIGW.0201", "Request URI too large.")
}

/// The place-holder of the path was never filled in: an SDK without project id and without region
/// sends it as it is. What the real gateway says is not known.
pub(super) fn literal_project() -> Refusal {
    let text = "API request error. The path holds the literal `{project_id}`: give the client's \
                credentials a project id, or its region a name so that it looks one up.";
    with("APIGW.0201", text)
}

/// Too many calls in this second.
pub(super) fn throttled(limit: u32) -> Refusal {
    let text = format!(
        "The throttling threshold has been reached: policy user over ratelimit,limit:{limit},time:1 second"
    );
    with("APIGW.0308", text)
}

/// The twin knows the operation and does not do it.
pub(super) fn not_modelled(name: &str) -> Refusal {
    with(NOT_MODELLED, format!("cloudtwin knows `{name}` and does not model it yet."))
}

/// The usual text of a code of the gateway.
pub(super) fn usual(code: &str) -> Option<&'static str> {
    GATEWAY.iter().find(|(known, ..)| *known == code).map(|(_, _, text)| *text)
}

/// The status of a refusal of the gateway.
pub(super) fn status(refusal: &Refusal) -> u16 {
    let of_code = || GATEWAY.iter().filter(|(code, ..)| *code == refusal.code);
    let exact = of_code().find(|(_, _, text)| *text == refusal.message);
    exact.or_else(|| of_code().next()).map_or(400, |(_, status, _)| *status)
}

/// Input that breaks the model, in words of ours: none of the service's are known.
pub(super) fn violation(service: &contracts::Service, violation: Violation) -> Refusal {
    if iam::is(&service.name) {
        return iam::violation(&violation);
    }
    let Violation { path, broken, code } = violation;
    let text = match broken {
        Broken::Unknown => format!("{path} is unknown."),
        Broken::WrongType(word) => format!("{path} must be of type {word}."),
        Broken::Missing => format!("{path} is required."),
        Broken::TooShort(least) => format!("{path} must have at least {least}."),
        Broken::TooLong(most) => format!("{path} must have at most {most}."),
        Broken::Misshapen => format!("{path} has a wrong format."),
        Broken::OutOfRange(min, max) => {
            let bound = |name, bound: Option<i64>| {
                bound.map_or(String::new(), |bound| format!(" {name} {bound}"))
            };
            format!("{path} must be{}{}.", bound("at least", min), bound("at most", max))
        }
        Broken::NotAllowed(values) => format!("{path} must be one of {}.", values.join(", ")),
    };
    bad_input(service, code, text)
}

/// Input that cannot be taken, with the service's code for it.
pub(super) fn bad_input(
    service: &contracts::Service,
    code: Option<String>,
    text: String,
) -> Refusal {
    // IAM's text is known, and is in its model.
    let text = if iam::is(&service.name) { String::new() } else { text };
    let code = code.or_else(|| service.bad_input.clone()).map_or("APIGW.0201".into(), Cow::Owned);
    Refusal { code, message: Cow::Owned(text) }
}

/// Half of a surrogate pair in a text of the body. IAM's known text would not say where to look, so
/// this one is ours everywhere.
pub(super) fn lone_surrogate(service: &contracts::Service, escape: &str) -> Refusal {
    let text = format!(
        "the body has the escape `{escape}`, which is half of a surrogate pair and stands for no \
         character."
    );
    Refusal { message: Cow::Owned(text), ..bad_input(service, None, String::new()) }
}
