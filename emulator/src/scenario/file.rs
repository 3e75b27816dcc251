//! A scenario as its file has it: TOML, one story a file. What is allowed is checked in `check.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::Phase;

/// A story of things that go wrong.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    /// What happens, as a sentence.
    pub(super) name: String,
    /// From what chance is drawn.
    #[serde(default)]
    pub(super) seed: u64,
    /// `[[rule]]`. Of those that could act on a request in one phase, the first does.
    #[serde(rename = "rule")]
    pub(super) rules: Vec<Spanned<RuleTable>>,
}

/// Which requests, which of them, where, and what happens to them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleTable {
    /// Only requests of this tenant.
    pub(super) tenant: Option<String>,
    /// Only requests to this service.
    pub(super) service: Option<Spanned<String>>,
    /// Only requests of this operation.
    pub(super) operation: Option<Spanned<String>>,
    /// Only requests whose input has these values, by JSON pointer.
    #[serde(default)]
    pub(super) input: BTreeMap<String, Condition>,
    /// How many matching requests are left alone first.
    #[serde(default)]
    pub(super) skip: u64,
    /// How many are acted upon. 1 if nothing else bounds the rule.
    pub(super) times: Option<u64>,
    /// Only each so-manieth.
    pub(super) every: Option<u64>,
    /// All of them.
    #[serde(default)]
    pub(super) always: bool,
    /// Not before so many seconds after the loading, by the twin's clock.
    pub(super) from: Option<f64>,
    /// Not from so many seconds after the loading on.
    pub(super) until: Option<f64>,
    /// With this probability, 0 to 1.
    pub(super) chance: Option<f64>,
    /// Whose requests are counted together.
    #[serde(default)]
    pub(super) count: CountScope,
    /// Where on its way a request is met.
    pub(super) at: Phase,
    /// What happens to it.
    pub(super) effect: Spanned<EffectTable>,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub(super) enum CountScope {
    /// Each tenant has counts of its own.
    #[default]
    #[serde(rename = "each tenant")]
    EachTenant,
    /// There is one count.
    #[serde(rename = "all tenants")]
    AllTenants,
}

/// What a value of the input must be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Condition {
    /// One of these.
    OneOf(OneOf),
    /// A text that this regular expression matches.
    Matches(Matches),
    /// This.
    Equals(Value),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OneOf {
    pub(super) one_of: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Matches {
    pub(super) matches: String,
}

/// What happens: at most one of the first group, with a delay if so.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EffectTable {
    /// The operation refuses with this code.
    pub(super) refuse: Option<Spanned<String>>,
    /// The text with it; the model's if left out.
    pub(super) message: Option<String>,
    /// Whether the code may be one that the operation does not document.
    #[serde(default)]
    pub(super) undocumented: bool,
    /// A bare answer, as of a middle box: its status.
    pub(super) status: Option<u16>,
    /// Its body.
    pub(super) body: Option<String>,
    /// Its media type; `text/html` if left out.
    pub(super) content_type: Option<String>,
    /// The connection is closed without an answer.
    #[serde(default)]
    pub(super) drop: bool,
    /// The connection is reset without an answer.
    #[serde(default)]
    pub(super) reset: bool,
    /// The connection is closed after so many bytes of the body, or after a fraction of it (0 to 1).
    pub(super) cut: Option<Number>,
    /// These bytes stand in place of the whole answer.
    pub(super) garbage: Option<String>,
    /// The body comes in pieces.
    pub(super) dribble: Option<DribbleTable>,
    /// Seconds before the answer, by the machine's clock.
    pub(super) delay: Option<DelayTable>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(super) enum Number {
    Whole(u64),
    Fraction(f64),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DribbleTable {
    /// Bytes in a piece.
    pub(super) bytes: u64,
    /// Seconds between two pieces.
    pub(super) pause: f64,
}

/// How long a delay is, in seconds.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(super) enum DelayTable {
    Fixed(f64),
    Uniform(Uniform),
    LogNormal(LogNormal),
}

/// Between the two, each as likely.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Uniform {
    pub(super) from: f64,
    pub(super) to: f64,
}

/// Half are below the median; `sigma` is the deviation of the logarithm, as for most networks 0.5 to 1.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LogNormal {
    pub(super) median: f64,
    pub(super) sigma: f64,
}
