//! `effect = { .. }` of a rule.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::Condition;
use crate::scenario::change::PageFault;

/// What happens to a request. Which effects go together is checked on loading.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the file")]
pub(in crate::scenario) struct EffectTable {
    /// The operation refuses with this code; `*`: one that it documents, drawn from the seed.
    #[schemars(with = "Option<String>")]
    pub(in crate::scenario) refuse: Option<Spanned<String>>,
    /// The text with it; the model's if left out.
    pub(in crate::scenario) message: Option<String>,
    /// Whether the code may be one that the operation does not document.
    #[serde(default)]
    pub(in crate::scenario) undocumented: bool,
    /// A bare answer, as of a middle box: its status.
    pub(in crate::scenario) status: Option<u16>,
    /// Its body.
    pub(in crate::scenario) body: Option<String>,
    /// Its media type; `text/html` if left out.
    pub(in crate::scenario) content_type: Option<String>,
    /// The connection is closed without an answer.
    #[serde(default)]
    pub(in crate::scenario) drop: bool,
    /// The connection is reset without an answer.
    #[serde(default)]
    pub(in crate::scenario) reset: bool,
    /// The connection is closed after so many bytes of the body, or after a fraction of it (0 to 1).
    pub(in crate::scenario) cut: Option<Number>,
    /// These bytes stand in place of the whole answer.
    pub(in crate::scenario) garbage: Option<String>,
    /// `Content-Length` is wrong by so many bytes: less than the body has (below 0), or more.
    pub(in crate::scenario) length: Option<i64>,
    /// Headers of the answer are removed, sent twice or set.
    pub(in crate::scenario) headers: Option<HeadersTable>,
    /// The body comes in pieces.
    pub(in crate::scenario) dribble: Option<DribbleTable>,
    /// Seconds before the answer, by the machine's clock.
    pub(in crate::scenario) delay: Option<DelayTable>,
    /// A read sees the state as it was.
    pub(in crate::scenario) stale: Option<StaleTable>,
    /// A list succeeds with a wrong page.
    pub(in crate::scenario) page: Option<PageFault>,
    /// The total beside the page, in place of the true one.
    pub(in crate::scenario) total: Option<u32>,
    /// The twin judges the signature as if its clock were so many seconds ahead, or behind (below 0).
    pub(in crate::scenario) clock_skew: Option<f64>,
    /// The key or the token of the request counts as revoked.
    #[serde(default)]
    pub(in crate::scenario) revoked: bool,
    /// Limits of the service, lowered or raised for this request, by their names.
    pub(in crate::scenario) limits: Option<BTreeMap<String, u32>>,
    /// How the job ends that the request creates.
    pub(in crate::scenario) job: Option<JobTable>,
}

/// A number of bytes, or a fraction.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum Number {
    /// So many bytes.
    Whole(u64),
    /// Of the whole.
    Fraction(f64),
}

/// What happens to the headers of an answer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct HeadersTable {
    /// These are missing.
    #[serde(default)]
    pub(in crate::scenario) remove: Vec<String>,
    /// These are sent twice.
    #[serde(default)]
    pub(in crate::scenario) repeat: Vec<String>,
    /// These have this value.
    #[serde(default)]
    pub(in crate::scenario) set: BTreeMap<String, String>,
}

/// A body in pieces.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct DribbleTable {
    /// Bytes in a piece.
    pub(in crate::scenario) bytes: u64,
    /// Seconds between two pieces.
    pub(in crate::scenario) pause: f64,
}

/// How long a delay is, in seconds.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(in crate::scenario) enum DelayTable {
    /// Always the same.
    Fixed(f64),
    /// Each as likely.
    Uniform(Uniform),
    /// As on a network.
    LogNormal(LogNormal),
}

/// Between the two, each as likely.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct Uniform {
    pub(in crate::scenario) from: f64,
    pub(in crate::scenario) to: f64,
}

/// Half are below the median; `sigma` is the deviation of the logarithm, as for most networks 0.5 to 1.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct LogNormal {
    pub(in crate::scenario) median: f64,
    pub(in crate::scenario) sigma: f64,
}

/// How old the state is that a read sees: one of the two.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct StaleTable {
    /// As it was so many commits of the tenant ago.
    pub(in crate::scenario) commits: Option<u32>,
    /// As it was so many seconds ago, by the twin's clock.
    pub(in crate::scenario) seconds: Option<f64>,
}

/// How a job ends.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct JobTable {
    /// It fails for this reason, a code or a text that its readers see.
    pub(in crate::scenario) fail: Option<String>,
    /// It never ends.
    #[serde(default)]
    pub(in crate::scenario) stay: bool,
    /// It ends so many seconds later than it would.
    pub(in crate::scenario) later: Option<f64>,
    /// Some of its rows fail.
    pub(in crate::scenario) rows: Option<RowsTable>,
}

/// Which rows of a job fail: of those that match, each so-manieth. One of the two may be left out.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct RowsTable {
    /// Each so-manieth.
    pub(in crate::scenario) every: Option<u32>,
    /// Those whose members, by their names in the request, are these.
    #[serde(default)]
    pub(in crate::scenario) matching: BTreeMap<String, Condition>,
    /// The reason, a code or a text that their readers see.
    pub(in crate::scenario) reason: Option<String>,
}
