//! The gateway's own refusals and those of bad input, in the words of the models. What else a service
//! refuses is in its model alone.

use std::borrow::Cow;

use contracts::{Protocol as Family, Service, Violation};

use crate::error::{Overload, Refusal};
use crate::protocol::gateway::Gateway;

/// What the gateway answers for any operation.
pub(super) const GATEWAY: Gateway = Gateway(Family::HuaweiApig);

/// A refusal with the text that belongs to its code.
pub(super) fn refusal(code: &'static str) -> Refusal {
    Refusal { code: Cow::Borrowed(code), message: Cow::Borrowed("") }
}

/// The path is known, but not with this method.
pub(super) fn other_method() -> Refusal {
    GATEWAY.because("APIGW.0101", "other_method", &[], false)
}

/// The signature or the token is wrong or absent; no page has a text that says more.
pub(super) fn unauthorized() -> Refusal {
    GATEWAY.refusal("APIGW.0301", &[], false)
}

/// The same for one of the causes in the model.
pub(super) fn denied(cause: &str, values: &[(&str, &str)]) -> Refusal {
    GATEWAY.because("APIGW.0301", cause, values, false)
}

/// The twin is at fault.
pub(super) fn fault() -> Refusal {
    GATEWAY.internal_error()
}

/// A body beyond the gateway's bound.
pub(super) fn body_too_large() -> Refusal {
    GATEWAY.because("APIGW.0201", "body_too_large", &[], false)
}

/// A target beyond the gateway's bound.
pub(super) fn uri_too_large() -> Refusal {
    GATEWAY.because("APIGW.0201", "uri_too_large", &[], false)
}

/// The place-holder of the path was never filled in: an SDK without project id and without region
/// sends it as it is.
pub(super) fn literal_project() -> Refusal {
    GATEWAY.because("APIGW.0201", "literal_project", &[], false)
}

/// Too many calls in this second.
pub(super) fn throttled(limit: u32) -> Refusal {
    GATEWAY.refusal("APIGW.0308", &[("limit", &limit.to_string())], false)
}

/// There is no room for the request, or what it waits for takes too long.
pub(super) fn overloaded(overload: Overload) -> Refusal {
    match overload {
        Overload::Late(_) => GATEWAY.because("APIGW.0201", "backend_timeout", &[], false),
        _ => GATEWAY.because("APIGW.0201", "backend_unavailable", &[], false),
    }
}

/// The twin knows the operation and does not implement it.
pub(super) fn not_modelled(name: &str) -> Refusal {
    GATEWAY.not_modelled(name)
}

/// Input that breaks the model.
pub(super) fn violation(service: &Service, violation: &Violation) -> Refusal {
    GATEWAY.violation(Some(service), violation, false)
}

/// Input that cannot be read, with the service's code for it. The text counts where the model has
/// none for the code.
pub(super) fn bad_input(service: &Service, text: String) -> Refusal {
    let code = GATEWAY.bad_input(service);
    let is_known = service.codes.get(&*code).is_some_and(|known| known.message.is_some());
    let message = if is_known { Cow::Borrowed("") } else { Cow::Owned(text) };
    Refusal { code, message }
}

/// Half of a surrogate pair in a text of the body. A service's known text would not say where to
/// look, so this one is used for every service.
pub(super) fn lone_surrogate(service: &Service, escape: &str) -> Refusal {
    let usual = GATEWAY.because("APIGW.0201", "lone_surrogate", &[("escape", escape)], false);
    Refusal { code: GATEWAY.bad_input(service), ..usual }
}
