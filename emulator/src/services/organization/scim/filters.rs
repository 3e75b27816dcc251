//! Filters (RFC 7644, section 3.4.2.2): which resources, and which values of an attribute, they take.

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter};
use serde_json::{Map, Value};

use super::attributes::{get, is_empty};
use super::location::{Location, leads_to};
use crate::error::{Failure, refuse_with};

mod compare;
pub(super) mod members;

use compare::compare;
pub(super) use compare::{Texts, in_order};

/// Attributes whose case counts (RFC 7643, sections 3.1, 4.2).
const CASE_EXACT: &[&str] = &["id", "externalId", "meta", "members"];

/// Attributes of type string. Values of the other ones compare as times if they look like times, since
/// their types are unknown.
const TEXTS: &[&str] = &["id", "externalId", "userName", "displayName", "emails", "members"];

/// The filter of that text.
pub(super) fn parse(text: &str) -> Result<Filter, Failure> {
    text.parse::<Filter>().map_err(|error| refuse_with("invalidFilter", error.to_string()))
}

/// Whether the filter takes the resource.
pub(super) fn matches(filter: &Filter, resource: &Map<String, Value>) -> bool {
    match filter {
        Filter::Attr(expression) => {
            let path = path(expression);
            let is_text = TEXTS.iter().any(|name| leads_to(path, name));
            let texts = Texts { exact: is_exact(path), moments: !is_text };
            is_true(expression, &values(path, resource), texts)
        }
        Filter::ValuePath(path) => {
            let (location, texts) = (Location::of(&path.attr, resource), element_texts(&path.attr));
            let value = location.value(resource);
            elements(value).any(|one| takes(&path.filter, texts, one))
        }
        Filter::Not(inner) => !matches(inner, resource),
        Filter::And(all) => all.iter().all(|one| matches(one, resource)),
        Filter::Or(any) => any.iter().any(|one| matches(one, resource)),
    }
}

/// Whether the filter takes one value of an attribute.
pub(super) fn takes(filter: &ValFilter, texts: Texts, value: &Value) -> bool {
    match filter {
        ValFilter::Attr(expression) => {
            let path = path(expression);
            match value {
                Value::Object(members) => is_true(expression, &values(path, members), texts),
                plain if leads_to(path, "value") => is_true(expression, &[plain], texts),
                _ => is_true(expression, &[], texts),
            }
        }
        ValFilter::Not(inner) => !takes(inner, texts, value),
        ValFilter::And(all) => all.iter().all(|one| takes(one, texts, value)),
        ValFilter::Or(any) => any.iter().any(|one| takes(one, texts, value)),
    }
}

/// How the parts of an attribute's values compare: none of RFC 7643 is a moment.
pub(super) fn element_texts(path: &AttrPath) -> Texts {
    Texts { exact: is_exact(path), moments: false }
}

/// Whether the case of the attribute's values counts.
fn is_exact(path: &AttrPath) -> bool {
    CASE_EXACT.iter().any(|name| leads_to(path, name))
}

fn path(expression: &AttrExp) -> &AttrPath {
    match expression {
        AttrExp::Present(path) | AttrExp::Comparison(path, ..) => path,
    }
}

/// The values that a filter compares some attribute with for equality, all of which must hold.
pub(super) fn equalities(filter: &Filter) -> Vec<(&AttrPath, &CompValue)> {
    match filter {
        Filter::Attr(AttrExp::Comparison(path, CompareOp::Eq, value)) => vec![(path, value)],
        Filter::And(all) => all.iter().flat_map(equalities).collect(),
        _ => Vec::new(),
    }
}

fn is_true(expression: &AttrExp, values: &[&Value], texts: Texts) -> bool {
    let is_null = || values.iter().all(|value| is_absent(value));
    let any = |operator: &CompareOp, expected: &CompValue| {
        values.iter().any(|value| compare(value, operator, expected, texts))
    };
    match expression {
        AttrExp::Present(_) | AttrExp::Comparison(_, CompareOp::Ne, CompValue::Null) => !is_null(),
        AttrExp::Comparison(_, CompareOp::Eq, CompValue::Null) => is_null(),
        AttrExp::Comparison(_, CompareOp::Ne, expected) => !any(&CompareOp::Eq, expected),
        AttrExp::Comparison(_, operator, expected) => any(operator, expected),
    }
}

fn is_absent(value: &Value) -> bool {
    is_empty(value) || value == ""
}

/// The values that a path names: of a list of objects each one's `value`, unless it names another part.
pub(super) fn values<'m>(path: &AttrPath, members: &'m Map<String, Value>) -> Vec<&'m Value> {
    let location = Location::of(path, members);
    let part = location.part;
    let of_element = |element: &'m Value| match element {
        Value::Object(members) => get(members, part.unwrap_or("value")),
        plain => Some(plain).filter(|_| part.is_none()),
    };
    match (location.value(members), part) {
        (Some(Value::Array(elements)), _) => elements.iter().filter_map(of_element).collect(),
        (Some(Value::Object(inner)), Some(part)) => get(inner, part).into_iter().collect(),
        (value, None) => value.into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The values of an attribute one by one.
fn elements(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let (list, one) = match value {
        Some(Value::Array(elements)) => (elements.as_slice(), None),
        one => (&[][..], one),
    };
    list.iter().chain(one)
}
