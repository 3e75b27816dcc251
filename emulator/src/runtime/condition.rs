//! What a value must be. A rule of a scenario asks it of a request's input, a job of its rows; that of a
//! job is stored with it, so it can be written and read.

use regex_lite::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a value must be.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// One of these.
    OneOf(Vec<Value>),
    /// A text that this regular expression matches.
    Matches(#[serde(with = "as_text")] Regex),
}

impl Condition {
    /// Whether it holds for a value; for an absent one it does not.
    pub fn holds(&self, value: Option<&Value>) -> bool {
        match self {
            Self::OneOf(values) => value.is_some_and(|value| values.contains(value)),
            Self::Matches(regex) => {
                value.and_then(Value::as_str).is_some_and(|text| regex.is_match(text))
            }
        }
    }
}

/// A regular expression as its text.
mod as_text {
    use super::Regex;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(regex: &Regex, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(regex.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Regex, D::Error> {
        Regex::new(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
