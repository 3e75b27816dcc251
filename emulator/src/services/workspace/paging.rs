//! Part of a list: how many entries, after how many. Some operations ask with numbers, some with
//! texts; nought and nothing ask for the usual page.

use serde::Deserialize;

/// What part of a list is wanted.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Page {
    limit: Number,
    offset: Number,
}

/// A number, or its digits; the model has checked which.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Number {
    Count(i64),
    Digits(String),
}

impl Default for Number {
    fn default() -> Self {
        Self::Count(0)
    }
}

impl Number {
    /// Digits beyond the highest number count as it.
    fn value(&self) -> i64 {
        match self {
            Self::Count(count) => (*count).max(0),
            Self::Digits(digits) => digits.parse().unwrap_or(i64::MAX),
        }
    }
}

impl Page {
    /// How many entries at most, where a list without wishes has so many.
    pub(super) fn limit_or(&self, usual: i64) -> i64 {
        match self.limit.value() {
            0 => usual,
            limit => limit,
        }
    }

    /// How many entries to pass over.
    pub(super) fn offset(&self) -> i64 {
        self.offset.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_ask_for_the_same() {
        let page = |json: &str| serde_json::from_str::<Page>(json).unwrap();
        let both = [page(r#"{"limit":"7","offset":"3"}"#), page(r#"{"limit":7,"offset":3}"#)];
        assert!(both.iter().all(|page| (page.limit_or(100), page.offset()) == (7, 3)));
        assert_eq!(page("{}").limit_or(100), 100);
        assert_eq!(page(r#"{"limit":"0"}"#).limit_or(100), 100);
        assert_eq!(page(r#"{"offset":"99999999999999999999"}"#).offset(), i64::MAX);
    }
}
