//! What clients read of a refusal: the texts of the models.

use std::borrow::Cow;

use contracts::Protocol as Family;

use crate::error::Refusal;
use crate::protocol::About;
use crate::protocol::gateway::Gateway;
use crate::protocol::json_body::BadBody;

/// What the gateway answers for any operation.
pub(super) const GATEWAY: Gateway = Gateway(Family::Aicc);

/// A refusal with the text that belongs to its code.
pub(super) fn refusal(code: &'static str) -> Refusal {
    Refusal { code: Cow::Borrowed(code), message: Cow::Borrowed("") }
}

/// The body cannot be read, and why.
pub(super) fn unreadable(why: impl Into<Cow<'static, str>>) -> Refusal {
    Refusal { code: Cow::Borrowed("400"), message: why.into() }
}

/// The body has no members to read.
pub(super) fn bad_body(bad: &BadBody) -> Refusal {
    match bad {
        BadBody::NotAnObject => GATEWAY.because("400", "not_an_object", &[], false),
        BadBody::Syntax(error) => {
            GATEWAY.because("400", "bad_json", &[("error", &error.to_string())], false)
        }
        BadBody::LoneSurrogate(escape) => {
            GATEWAY.because("400", "lone_surrogate", &[("escape", escape)], false)
        }
    }
}

/// The twin knows the interface and does not implement it.
pub(super) fn not_modelled(name: &str) -> Refusal {
    GATEWAY.not_modelled(name)
}

/// What the client reads for this refusal.
pub(super) fn message<'a>(refusal: &'a Refusal, about: &About) -> Cow<'a, str> {
    if !refusal.message.is_empty() {
        return Cow::Borrowed(&refusal.message);
    }
    if let Some(text) = GATEWAY.text(&refusal.code, false) {
        return text;
    }
    let service = about.operation.as_ref().and_then(|operation| {
        let known = contracts::catalog().service(&operation.service)?;
        known.codes.get(&*refusal.code)?.message.as_deref()
    });
    Cow::Borrowed(service.unwrap_or(&refusal.code))
}
