//! The vendors' ways of framing, signing and answering. A protocol knows no operation's meaning.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use contracts::{Kind, Shape};
use serde_json::Value;

use crate::error::Refusal;
use crate::journal::BLOT;
use crate::operation::Client;
use crate::pipeline::Trace;
use crate::twin::Twin;
use crate::wire::{Answer, Request};

pub mod credentials;
pub mod tencent_api3;

/// A request that may reach its handler.
#[derive(Debug)]
pub struct Admitted {
    /// What it asks for.
    pub operation: Arc<contracts::Operation>,
    /// With what; keeps the model.
    pub input: Value,
    /// Who asks, as far as the operation may know.
    pub client: Client,
}

/// What the journal shows of a request: path and body with secrets blotted out.
#[derive(Debug)]
pub struct Shown<'a> {
    /// Path and query.
    pub path: Cow<'a, str>,
    /// The body.
    pub body: Cow<'a, [u8]>,
}

/// One vendor's protocol.
pub trait Protocol: Sync {
    /// Whether the request is framed in this way.
    fn claims(&self, request: &Request) -> bool;

    /// Recognises, authenticates, counts and checks a request, in the vendor's order. Notes in
    /// `trace` what it finds out on the way, also where it refuses.
    fn admit(&self, twin: &Twin, request: &Request, trace: &mut Trace)
    -> Result<Admitted, Refusal>;

    /// The vendor's envelope around an operation's answer (a JSON object) or a refusal.
    fn answer(&self, trace: &Trace, outcome: Result<&[u8], &Refusal>) -> Answer;

    /// The refusal that says: our fault.
    fn internal_error(&self) -> Refusal;

    /// The refusal that says: this operation is known, and the twin does not do it.
    fn not_modelled(&self, operation: &contracts::Operation) -> Refusal;

    /// What may be shown of the request, given its input if it came so far: the input is used up.
    fn shown<'a>(&self, request: &'a Request, trace: &Trace, input: Option<Value>) -> Shown<'a>;
}

/// The protocol in which a request speaks.
pub fn of(request: &Request) -> Option<&'static dyn Protocol> {
    let all: [&dyn Protocol; 1] = [&tencent_api3::TencentApi3];
    all.into_iter().find(|protocol| protocol.claims(request))
}

/// Names of all secret members of all models.
static SECRETS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let mut names = BTreeSet::new();
    for operation in contracts::catalog().services.iter().flat_map(|service| &service.operations) {
        collect_secrets(&operation.input, &mut names);
    }
    names
});

fn collect_secrets(shape: &'static Shape, names: &mut BTreeSet<&'static str>) {
    for member in &shape.members {
        if member.secret {
            names.insert(&member.name);
        }
        let mut kind = &member.kind;
        while let Kind::List(element) = kind {
            kind = element;
        }
        if let Kind::Object(shape) = kind {
            collect_secrets(shape, names);
        }
    }
}

/// Whether a member of that name is secret in any model.
pub fn is_secret(name: &str) -> bool {
    SECRETS.contains(name)
}

/// Blots out every secret member, at any depth.
pub fn blot(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if is_secret(name) {
                    *member = Value::from(BLOT);
                } else {
                    blot(member);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(blot),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_blotted_out_at_any_depth() {
        let mut value = serde_json::json!({"Password": "p", "List": [{"Salt": {"SaltValue": "s"}}], "UserName": "u"});
        blot(&mut value);
        let expected = serde_json::json!({"Password": "***", "List": [{"Salt": {"SaltValue": "***"}}], "UserName": "u"});
        assert_eq!(value, expected);
    }
}
