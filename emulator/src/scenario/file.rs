//! A scenario as its file has it: TOML, one story a file. What is allowed is checked in `check.rs`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::Phase;

mod effect;

pub(super) use effect::{
    DelayTable, EffectTable, HeadersTable, JobTable, LogNormal, Number, RowsTable, StaleTable,
    Uniform,
};

/// A story of things that go wrong.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "cloudtwin scenario")]
pub(super) struct Story {
    /// What happens, as a sentence.
    pub(super) name: String,
    /// From what chance is drawn.
    #[serde(default)]
    pub(super) seed: u64,
    /// `[[rule]]`. Of those that could act on a request in one phase, the first does.
    #[serde(rename = "rule")]
    #[schemars(with = "Vec<RuleTable>")]
    pub(super) rules: Vec<Spanned<RuleTable>>,
}

/// Which requests, which of them, where, and what happens to them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleTable {
    /// Only requests of this tenant.
    pub(super) tenant: Option<String>,
    /// Only requests to this service.
    #[schemars(with = "Option<String>")]
    pub(super) service: Option<Spanned<String>>,
    /// Only requests of this operation.
    #[schemars(with = "Option<String>")]
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
    #[schemars(with = "EffectTable")]
    pub(super) effect: Spanned<EffectTable>,
}

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
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
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Condition {
    /// One of these.
    OneOf(OneOf),
    /// A text that this regular expression matches.
    Matches(Matches),
    /// This.
    Equals(Value),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OneOf {
    pub(super) one_of: Vec<Value>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Matches {
    pub(super) matches: String,
}
