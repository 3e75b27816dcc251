//! Error codes of a service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Cause, Retry};

/// What is known of one error code.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// What the vendor says it means, in our words.
    pub meaning: String,
    /// The English text on the wire, a [template](crate::template). Absent: the protocol's text
    /// for it, or `meaning`.
    pub message: Option<String>,
    /// The Chinese text on the wire, where it is known.
    pub message_zh: Option<String>,
    /// Why no ordinary call can lead to it; present means: reachable only by force.
    pub forced_only: Option<String>,
    /// Operations that document it, and of which no ordinary call leads to it.
    pub forced_only_in: Option<ForcedOnlyIn>,
    /// The HTTP status that goes with it, where the protocol has more than one.
    pub status: Option<u16>,
    /// Whether a refused request may be sent again; absent: the vendor does not say.
    pub retry: Option<Retry>,
    /// Reasons for it that have a text or a status of their own, by name.
    #[serde(default)]
    pub when: BTreeMap<String, Cause>,
    /// What of it is assumed, and why; absent means documented.
    pub assumed: Option<String>,
}

impl Code {
    /// Why no ordinary call of that operation leads to it, if so.
    pub fn forced_only(&self, operation: &str) -> Option<&str> {
        let listed = |known: &&ForcedOnlyIn| known.operations.iter().any(|name| name == operation);
        let here = self.forced_only_in.as_ref().filter(listed).map(|known| known.why.as_str());
        self.forced_only.as_deref().or(here)
    }
}

/// Operations that answer a code only by force.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ForcedOnlyIn {
    /// Their names.
    pub operations: Vec<String>,
    /// Why they do not answer it otherwise.
    pub why: String,
}
