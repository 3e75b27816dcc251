//! Compares one value with what a filter expects.

use std::cmp::Ordering;

use scim_v2::filter::{CompValue, CompareOp};
use serde_json::Value;

use super::super::attributes::{boolean, is};
use crate::runtime::clock::Timestamp;
use crate::runtime::fold::{self, fold};

/// How an attribute's texts compare.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Texts {
    /// Whether their case counts.
    pub(in super::super) exact: bool,
    /// Whether two that are moments compare as such.
    pub(in super::super) moments: bool,
}

/// Whether the value compares so with what is expected.
pub(super) fn compare(
    value: &Value,
    operator: &CompareOp,
    expected: &CompValue,
    texts: Texts,
) -> bool {
    match (expected, value) {
        (CompValue::Str(expected), Value::Bool(known)) => {
            let word = if *known { "true" } else { "false" };
            is_eq(operator) && is(expected, word)
        }
        (CompValue::Str(expected), Value::String(text)) => {
            compare_texts(text, operator, expected, texts)
        }
        (CompValue::True | CompValue::False, value) => {
            is_eq(operator) && boolean(value) == Some(*expected == CompValue::True)
        }
        (CompValue::Number(expected), value) => match (value.as_f64(), expected.as_f64()) {
            (Some(value), Some(expected)) => in_order(value.partial_cmp(&expected), operator),
            _ => false,
        },
        (CompValue::Str(_) | CompValue::Null, _) => false,
    }
}

fn is_eq(operator: &CompareOp) -> bool {
    *operator == CompareOp::Eq
}

fn compare_texts(text: &str, operator: &CompareOp, expected: &str, texts: Texts) -> bool {
    let form = |text: &str| if texts.exact { text.to_owned() } else { fold(text) };
    match operator {
        CompareOp::Co => form(text).contains(&form(expected)),
        CompareOp::Sw => form(text).starts_with(&form(expected)),
        CompareOp::Ew => form(text).ends_with(&form(expected)),
        _ => in_order(Some(order(text, expected, texts)), operator),
    }
}

/// Without a copy of the texts: this is asked of every value.
fn order(text: &str, expected: &str, texts: Texts) -> Ordering {
    let moments = texts.moments.then(|| moments(text, expected)).flatten();
    match moments {
        Some((value, expected)) => value.cmp(&expected),
        None if texts.exact => text.cmp(expected),
        None => fold::compare(text, expected),
    }
}

/// Both texts as moments, if they are. Most texts are none, and do not begin like one.
fn moments(text: &str, expected: &str) -> Option<(Timestamp, Timestamp)> {
    let may_be = |text: &str| text.starts_with(|first: char| !first.is_alphabetic());
    if !may_be(expected) || !may_be(text) {
        return None;
    }
    Some((Timestamp::parse(text).ok()?, Timestamp::parse(expected).ok()?))
}

/// Whether the operator takes values in that order. Values without an order match no operator.
pub(in super::super) fn in_order(order: Option<Ordering>, operator: &CompareOp) -> bool {
    let Some(order) = order else { return false };
    match operator {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_equal_without_regard_to_case_or_as_moments() {
        let (exact, moments) = (true, true);
        for (text, expected, exact, moments, is_equal) in [
            ("Work", "wORK", !exact, moments, true),
            ("Work", "wORK", exact, moments, false),
            ("École", "ÉCOLE", !exact, moments, true),
            ("2026-01-31T08:00:00Z", "2026-01-31T16:00:00+08:00", exact, moments, true),
            ("2026-01-31T08:00:00Z", "2026-01-31T16:00:00+08:00", exact, !moments, false),
            ("2026-01-31T08:00:00Z", "2026-01-31T16:00:00Z", exact, moments, false),
            ("2026-01-31", "2026-01-31", exact, moments, true),
            ("", "", exact, moments, true),
        ] {
            let value = Value::from(text);
            let wanted = CompValue::Str(expected.to_owned());
            let texts = Texts { exact, moments };
            let found = compare(&value, &CompareOp::Eq, &wanted, texts);
            assert_eq!(found, is_equal, "{text} {expected}");
        }
    }
}
