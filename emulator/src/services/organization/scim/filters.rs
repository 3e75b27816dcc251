//! Filters (RFC 7644, section 3.4.2.2): which resources, and which values of an attribute, they take.

use std::cmp::Ordering;

use scim_v2::filter::{AttrExp, AttrPath, CompValue, CompareOp, Filter, ValFilter};
use serde_json::{Map, Value};

use super::attributes::{Location, boolean, get, is, is_empty};
use crate::error::{Failure, refuse_with};
use crate::runtime::clock::Timestamp;
use crate::runtime::fold::fold;

/// Attributes whose case counts (RFC 7643, sections 3.1, 4.2).
const CASE_EXACT: &[&str] = &["id", "externalId", "meta", "members", "$ref"];

/// The filter of that text.
pub(super) fn parse(text: &str) -> Result<Filter, Failure> {
    text.parse::<Filter>().map_err(|error| refuse_with("invalidFilter", error.to_string()))
}

/// Whether the filter takes the resource.
pub(super) fn matches(filter: &Filter, resource: &Map<String, Value>) -> bool {
    match filter {
        Filter::Attr(expression) => is_true(expression, None, resource),
        Filter::ValuePath(path) => {
            let location = Location::of(&path.attr, resource);
            let value = location.value(resource);
            elements(value).any(|one| takes(&path.filter, &path.attr.name, one))
        }
        Filter::Not(inner) => !matches(inner, resource),
        Filter::And(all) => all.iter().all(|one| matches(one, resource)),
        Filter::Or(any) => any.iter().any(|one| matches(one, resource)),
    }
}

/// Whether the filter takes one value of the attribute.
pub(super) fn takes(filter: &ValFilter, attribute: &str, value: &Value) -> bool {
    match filter {
        ValFilter::Attr(expression) => match value {
            Value::Object(members) => is_true(expression, Some(attribute), members),
            plain => {
                let members = Map::from_iter([("value".to_owned(), plain.clone())]);
                is_true(expression, Some(attribute), &members)
            }
        },
        ValFilter::Not(inner) => !takes(inner, attribute, value),
        ValFilter::And(all) => all.iter().all(|one| takes(one, attribute, value)),
        ValFilter::Or(any) => any.iter().any(|one| takes(one, attribute, value)),
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

/// Whether the filter names the attribute.
pub(super) fn names(filter: &Filter, attribute: &str) -> bool {
    match filter {
        Filter::Attr(AttrExp::Present(path) | AttrExp::Comparison(path, ..)) => {
            is(&path.name, attribute)
        }
        Filter::ValuePath(path) => is(&path.attr.name, attribute),
        Filter::Not(inner) => names(inner, attribute),
        Filter::And(all) | Filter::Or(all) => all.iter().any(|one| names(one, attribute)),
    }
}

/// `parent` is the attribute whose value the members are of.
fn is_true(expression: &AttrExp, parent: Option<&str>, members: &Map<String, Value>) -> bool {
    match expression {
        AttrExp::Present(path) => values(path, members).iter().any(|value| !is_absent(value)),
        AttrExp::Comparison(path, operator, expected) => {
            let exact = CASE_EXACT.iter().any(|name| is(name, parent.unwrap_or(&path.name)));
            let values = values(path, members);
            let any = |operator: &CompareOp| {
                values.iter().any(|value| compare(value, operator, expected, exact))
            };
            match (operator, expected) {
                (CompareOp::Eq, CompValue::Null) => values.iter().all(|value| is_absent(value)),
                (CompareOp::Ne, CompValue::Null) => !values.iter().all(|value| is_absent(value)),
                (CompareOp::Ne, _) => !any(&CompareOp::Eq),
                _ => any(operator),
            }
        }
    }
}

fn is_absent(value: &Value) -> bool {
    is_empty(value) || value == ""
}

/// The values that a path names: of a list of objects each one's `value`, unless it names another part.
pub(super) fn values<'m>(path: &AttrPath, members: &'m Map<String, Value>) -> Vec<&'m Value> {
    let location = Location::of(path, members);
    let part = location.part.as_deref();
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

fn compare(value: &Value, operator: &CompareOp, expected: &CompValue, exact: bool) -> bool {
    match expected {
        CompValue::Str(expected) => match (value, boolean(value)) {
            (Value::Bool(known), _) => {
                is_eq(operator) && boolean(&Value::from(expected.as_str())) == Some(*known)
            }
            (Value::String(text), _) => compare_texts(text, operator, expected, exact),
            _ => false,
        },
        CompValue::True | CompValue::False => {
            is_eq(operator) && boolean(value) == Some(*expected == CompValue::True)
        }
        CompValue::Number(expected) => match (value.as_f64(), expected.as_f64()) {
            (Some(value), Some(expected)) => in_order(value.partial_cmp(&expected), operator),
            _ => false,
        },
        CompValue::Null => false,
    }
}

fn is_eq(operator: &CompareOp) -> bool {
    *operator == CompareOp::Eq
}

fn compare_texts(text: &str, operator: &CompareOp, expected: &str, exact: bool) -> bool {
    let form = |text: &str| if exact { text.to_owned() } else { fold(text) };
    let (value, wanted) = (form(text), form(expected));
    match operator {
        CompareOp::Co => value.contains(&wanted),
        CompareOp::Sw => value.starts_with(&wanted),
        CompareOp::Ew => value.ends_with(&wanted),
        _ => match (Timestamp::parse(text), Timestamp::parse(expected)) {
            (Ok(value), Ok(wanted)) => in_order(Some(value.cmp(&wanted)), operator),
            _ => in_order(Some(value.cmp(&wanted)), operator),
        },
    }
}

fn in_order(order: Option<Ordering>, operator: &CompareOp) -> bool {
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
