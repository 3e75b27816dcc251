//! What one operation makes of the values of an attribute that has several.

use scim_v2::filter::{AttrExp, CompValue, CompareOp, PatchValuePath, ValFilter};
use serde_json::{Map, Value};

use super::super::attributes::{boolean, get, key};
use super::super::filters::{element_texts, takes};
use super::super::location::core;
use super::Action;
use super::parts::{change, merge, set};
use crate::error::{Failure, refuse_with};

/// Removes the elements that the values name: those with the same `value`, or the same ones without any.
pub(super) fn remove(elements: &mut Vec<Value>, values: &[Value]) {
    let names: Vec<_> = values.iter().filter_map(name).collect();
    elements.retain(|element| match name(element) {
        Some(name) => !names.contains(&name),
        None => !values.contains(element),
    });
}

/// What names the element of a list.
fn name(element: &Value) -> Option<&Value> {
    match element {
        Value::Object(members) => get(members, "value"),
        plain => Some(plain),
    }
}

/// Appends a value that is not there yet. A new primary value takes the place of the old one.
pub(super) fn append(elements: &mut Vec<Value>, value: Value) {
    if elements.contains(&value) {
        return;
    }
    if is_primary(&value) {
        let old = elements.iter_mut().filter(|one| is_primary(one));
        for members in old.filter_map(Value::as_object_mut) {
            set(members, "primary", false.into());
        }
    }
    elements.push(value);
}

fn is_primary(element: &Value) -> bool {
    let primary = element.as_object().and_then(|members| get(members, "primary"));
    primary.and_then(boolean) == Some(true)
}

/// Changes the values of an attribute that the filter takes. A value that is added and not there is
/// created from the filter: Entra ID sets `emails[type eq "work"].value` so.
pub(super) fn selected(
    members: &mut Map<String, Value>,
    name: &str,
    path: &PatchValuePath,
    action: Action,
    value: Value,
) -> Result<(), Failure> {
    let (texts, part) = (element_texts(&path.attr), path.sub_attr.as_deref());
    let name = key(members, name).unwrap_or_else(|| name.to_owned());
    let entry = members.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(elements) = entry else {
        return Err(refuse_with("invalidPath", format!("{name} has one value")));
    };
    if action == Action::Remove && part.is_none() {
        elements.retain(|element| !takes(&path.filter, texts, element));
        return Ok(());
    }
    let found = elements.iter_mut().filter(|element| takes(&path.filter, texts, element));
    let mut found: Vec<_> = found.filter_map(Value::as_object_mut).collect();
    match (found.is_empty(), action) {
        (true, Action::Remove) => {}
        (true, Action::Replace) => {
            return Err(refuse_with("noTarget", format!("no value of {name} is the one named")));
        }
        (true, Action::Add) => {
            let mut element = Map::new();
            describe(&path.filter, &mut element);
            assign(&mut element, part, action, value);
            append(elements, Value::Object(element));
        }
        (false, _) => {
            for element in &mut found {
                assign(element, part, action, value.clone());
            }
        }
    }
    Ok(())
}

fn assign(element: &mut Map<String, Value>, part: Option<&str>, action: Action, value: Value) {
    match (part, value) {
        (Some(part), value) => change(element, part, action, value),
        (None, Value::Object(values)) => merge(element, values),
        (None, value) => set(element, "value", value),
    }
}

/// The parts that a value must have for the filter to take it, as far as the filter says so.
fn describe(filter: &ValFilter, element: &mut Map<String, Value>) {
    match filter {
        ValFilter::Attr(AttrExp::Comparison(path, CompareOp::Eq, value)) => {
            let value = match value {
                CompValue::Str(text) => text.as_str().into(),
                CompValue::Number(number) => number.clone().into(),
                CompValue::True => true.into(),
                CompValue::False => false.into(),
                CompValue::Null => return,
            };
            if let Some((Some(name), None)) = core(path) {
                element.insert(name.to_owned(), value);
            }
        }
        ValFilter::And(all) => all.iter().for_each(|one| describe(one, element)),
        _ => {}
    }
}
