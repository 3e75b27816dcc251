//! What a rule changes for a request that goes on: what the twin knows, and what it answers of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::runtime::lifecycle::Outcome;
use crate::state::Lag;

/// What a rule changes for a request.
#[derive(Debug, Clone)]
pub enum Change {
    /// The signature is judged as if the twin's clock were so many milliseconds ahead.
    ClockSkew(i64),
    /// The key or the token counts as revoked.
    Revoked,
    /// Limits of the service, by their names.
    Limits(Arc<BTreeMap<String, i64>>),
    /// A read sees the state as it was.
    Stale(Lag),
    /// A list succeeds with a wrong page.
    Page(PageChange),
    /// How a job ends that the request creates.
    Job(Arc<Outcome>),
}

/// What is wrong with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageChange {
    /// With its rows or its token.
    pub rows: Option<PageFault>,
    /// The total in place of the true one.
    pub total: Option<u32>,
}

/// What is wrong with the rows of a page, or with its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
pub enum PageFault {
    /// It has no rows.
    #[serde(rename = "empty")]
    Empty,
    /// The second half of its rows is missing.
    #[serde(rename = "short")]
    Short,
    /// Its first row comes a second time, at the end.
    #[serde(rename = "repeated row")]
    RepeatedRow,
    /// The token for the next page is missing.
    #[serde(rename = "lost token")]
    LostToken,
}
