//! What clients read of a refusal. None of these texts is published: those of codes are in the
//! model, those of the gateway here.

use std::borrow::Cow;

use crate::error::Refusal;
use crate::protocol::About;
use crate::protocol::json_body::BadBody;

/// Refusals that belong to no operation.
const GATEWAY: &[(&str, &str)] = &[
    ("404", "Not Found: no interface of the contact centre has this path"),
    ("405", "Method Not Allowed"),
    ("413", "Payload Too Large"),
];

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
    unreadable(match bad {
        BadBody::NotAnObject => "the body is no JSON object".to_owned(),
        BadBody::Syntax(error) => format!("the body is not JSON: {error}"),
        BadBody::LoneSurrogate(escape) => format!(
            "the body has the escape `{escape}`, which is half of a surrogate pair and stands for \
             no character"
        ),
    })
}

/// The twin knows the interface and does not do it.
pub(super) fn not_modelled(name: &str) -> Refusal {
    let text = format!("cloudtwin knows `{name}` and does not model it yet.");
    Refusal { code: Cow::Borrowed("501"), message: Cow::Owned(text) }
}

/// What the client reads for this refusal.
pub(super) fn message<'a>(refusal: &'a Refusal, about: &About) -> &'a str {
    if !refusal.message.is_empty() {
        return &refusal.message;
    }
    let gateway = GATEWAY.iter().find(|(code, _)| *code == refusal.code);
    let service = about.operation.as_ref().map_or("aicc", |operation| &operation.service);
    let known = contracts::catalog().service(service).and_then(|s| s.codes.get(&*refusal.code));
    let said = known.and_then(|known| known.message.as_deref());
    gateway.map(|(_, text)| *text).or(said).unwrap_or(&refusal.code)
}
