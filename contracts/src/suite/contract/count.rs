//! A number that is expected, or its bounds.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

/// Bounds of a number, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::suite) struct Count {
    least: u64,
    most: Option<u64>,
}

impl Count {
    pub(in crate::suite) fn holds(self, number: u64) -> bool {
        number >= self.least && self.most.is_none_or(|most| number <= most)
    }

    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| text.trim().parse().ok();
        let text = text.trim();
        if let Some(least) = text.strip_prefix(">=") {
            return Some(Self { least: number(least)?, most: None });
        }
        if let Some(most) = text.strip_prefix("<=") {
            return Some(Self { least: 0, most: Some(number(most)?) });
        }
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let (least, most) = (number(least)?, number(most)?);
        (least <= most).then_some(Self { least, most: Some(most) })
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (least, Some(most)) if least == most => write!(f, "{least}"),
            (0, Some(most)) => write!(f, "at most {most}"),
            (least, Some(most)) => write!(f, "{least} to {most}"),
            (least, None) => write!(f, "at least {least}"),
        }
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u64),
            Text(String),
        }
        const WANTED: &str =
            "a number, or a text such as \">= 2\", \"<= 5\" or \"2..5\", was expected";
        match Written::deserialize(deserializer) {
            Ok(Written::Number(number)) => Ok(Self { least: number, most: Some(number) }),
            Ok(Written::Text(text)) => Self::parse(&text)
                .ok_or_else(|| de::Error::custom(format!("{WANTED}, not {text:?}"))),
            Err(_) => Err(de::Error::custom(WANTED)),
        }
    }
}

impl JsonSchema for Count {
    fn schema_name() -> Cow<'static, str> {
        "Count".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, or its bounds: `\">= 2\"`, `\"<= 5\"`, `\"2..5\"`.",
            "anyOf": [
                { "type": "integer", "minimum": 0 },
                { "type": "string", "pattern": "^ *((>=|<=) *)?[0-9]+ *(\\.\\. *[0-9]+ *)?$" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> Vec<u64> {
        let count = Count::parse(text).unwrap();
        (0..8).filter(|number| count.holds(*number)).collect()
    }

    #[test]
    fn bounds_are_included() {
        assert_eq!(holds("3"), [3]);
        assert_eq!(holds(">=5"), [5, 6, 7]);
        assert_eq!(holds("<= 2"), [0, 1, 2]);
        assert_eq!(holds(" 2..4 "), [2, 3, 4]);
    }

    #[test]
    fn what_can_hold_for_no_number_is_no_count() {
        for text in ["", "x", "4..2", ">=", "..", "-1", "> 2"] {
            assert_eq!(Count::parse(text), None, "{text}");
        }
    }
}
