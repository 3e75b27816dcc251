//! Bounds of one request. RFC 7644 names none and the vendor documents none: they are assumed, far above
//! what directories send, and keep a request from holding the twin for long.

use scim_v2::filter::{AttrExp, CompValue, ValFilter};
use serde_json::{Map, Value};

use super::bad_value;
use crate::error::{Failure, refuse_with};

/// Most names in `attributes` or `excludedAttributes`.
pub(super) const NAMES: usize = 500;

/// Most operations of a PATCH. Without a path, each attribute of the value is one.
const OPERATIONS: usize = 1_000;

/// Most bytes of the paths of a PATCH.
const PATHS: usize = 256 << 10;

/// Most values of one attribute, and most members of one object.
const VALUES: usize = 1_000;

/// Most comparisons and copies of one PATCH.
const WORK: usize = 10_000_000;

/// A text counts as one more value for each of these bytes, and for each of these if it is not ASCII: its
/// letters are folded one by one.
const TEXT: (usize, usize) = (64, 4);

/// Checks the number of values of each attribute.
pub(super) fn check_values(resource: &Map<String, Value>) -> Result<(), Failure> {
    if resource.len() > VALUES {
        return Err(bad_value(format!("a resource has at most {VALUES} attributes")));
    }
    match resource.iter().find(|(_, value)| has_too_many(value)) {
        Some((name, _)) => Err(bad_value(format!("{name} has at most {VALUES} values"))),
        None => Ok(()),
    }
}

fn has_too_many(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.len() > VALUES || elements.iter().any(has_too_many),
        Value::Object(members) => members.len() > VALUES || members.values().any(has_too_many),
        _ => false,
    }
}

/// The operations of a PATCH that were read, and the bytes of their paths.
#[derive(Debug, Default)]
pub(super) struct Operations(usize, usize);

impl Operations {
    /// Counts one with that path.
    pub(super) fn count(&mut self, path: &str) -> Result<(), Failure> {
        self.0 += 1;
        self.1 += path.len();
        if self.0 > OPERATIONS {
            return Err(refuse_with(
                "413",
                format!("A PATCH has at most {OPERATIONS} operations."),
            ));
        }
        if self.1 > PATHS {
            return Err(refuse_with(
                "413",
                format!("The paths of a PATCH have at most {PATHS} bytes."),
            ));
        }
        Ok(())
    }
}

/// What is left of the comparisons and copies of one PATCH.
#[derive(Debug)]
pub(super) struct Work(usize);

impl Work {
    pub(super) fn new() -> Self {
        Self(WORK)
    }

    /// Counts so many of them.
    pub(super) fn spend(&mut self, number: usize) -> Result<(), Failure> {
        let left = self.0.checked_sub(number);
        let too_many =
            || refuse_with("413", "The operations of this PATCH compare too many values.");
        self.0 = left.ok_or_else(too_many)?;
        Ok(())
    }
}

/// How many values a value has, itself included.
pub(super) fn weight(value: &Value) -> usize {
    match value {
        Value::String(text) => text_weight(text),
        Value::Array(elements) => 1 + elements.iter().map(weight).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(weight).sum::<usize>(),
        _ => 1,
    }
}

/// How many comparisons the filter makes with one value.
pub(super) fn terms(filter: &ValFilter) -> usize {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(_, _, CompValue::Str(text))) => text_weight(text),
        ValFilter::Attr(_) => 1,
        ValFilter::Not(inner) => terms(inner),
        ValFilter::And(all) | ValFilter::Or(all) => all.iter().map(terms).sum(),
    }
}

fn text_weight(text: &str) -> usize {
    1 + text.len() / if text.is_ascii() { TEXT.0 } else { TEXT.1 }
}
