//! What one operation makes of a resource.

use scim_v2::filter::{AttrExp, CompValue, CompareOp, PatchPath, ValFilter};
use serde_json::{Map, Value};

use super::super::attributes::{Location, boolean, get, is, key};
use super::super::filters::takes;
use super::{Action, Operation};
use crate::error::{Failure, refuse_with};

/// Attributes of RFC 7643 with several values: one value that is sent alone is a list of one.
const SEVERAL: &[&str] = &[
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
];

/// Changes the resource.
pub(in super::super) fn apply(
    resource: &mut Map<String, Value>,
    operation: Operation,
) -> Result<(), Failure> {
    let Operation { action, path, value } = operation;
    match path {
        PatchPath::Attr(path) => {
            let location = Location::of(&path, resource);
            attribute(resource, &location, action, value);
            Ok(())
        }
        PatchPath::Value(path) => {
            let location = Location::of(&path.attr, resource);
            let Some(name) = &location.name else {
                return Err(refuse_with("invalidPath", "a filter is of an attribute"));
            };
            let Some(members) = container(resource, &location) else { return Ok(()) };
            selected(members, name, &path.filter, path.sub_attr.as_deref(), action, value)
        }
    }
}

/// The object that has the attribute, created if there is none.
fn container<'m>(
    resource: &'m mut Map<String, Value>,
    location: &Location,
) -> Option<&'m mut Map<String, Value>> {
    match (&location.extension, &location.name) {
        (Some(schema), Some(_)) => object(resource, schema),
        _ => Some(resource),
    }
}

/// The object of that name, created in the place of anything else.
fn object<'m>(
    members: &'m mut Map<String, Value>,
    name: &str,
) -> Option<&'m mut Map<String, Value>> {
    let name = key(members, name).unwrap_or_else(|| name.to_owned());
    let entry = members.entry(name).or_insert(Value::Null);
    if !entry.is_object() {
        *entry = Value::Object(Map::new());
    }
    entry.as_object_mut()
}

/// Changes an attribute, an extension as a whole, or a part of an attribute.
fn attribute(resource: &mut Map<String, Value>, location: &Location, action: Action, value: Value) {
    let name = location.name.as_ref().or(location.extension.as_ref());
    let Some(name) = name else { return };
    let Some(members) = container(resource, location) else { return };
    match &location.part {
        None => whole(members, name, action, value),
        Some(part) => part_of(members, name, part, action, value),
    }
}

fn whole(members: &mut Map<String, Value>, name: &str, action: Action, value: Value) {
    let name = key(members, name).unwrap_or_else(|| name.to_owned());
    let value = match value {
        one @ Value::Object(_) if SEVERAL.iter().any(|known| is(known, &name)) => vec![one].into(),
        other => other,
    };
    match (action, members.get_mut(&name), value) {
        (Action::Remove, Some(Value::Array(elements)), Value::Array(values)) => {
            elements.retain(|element| !values.iter().any(|value| is_same(element, value)));
        }
        (Action::Remove, ..) => drop(members.remove(&name)),
        (Action::Add, Some(Value::Array(elements)), Value::Array(values)) => {
            for value in values {
                append(elements, value);
            }
        }
        (_, Some(Value::Object(inner)), Value::Object(values)) => merge(inner, values),
        (_, _, value) => drop(members.insert(name, value)),
    }
}

/// Whether the element is the one that a value names: the same, or with the same `value`.
fn is_same(element: &Value, value: &Value) -> bool {
    let of = |one: &Value| match one {
        Value::Object(members) => get(members, "value").cloned(),
        plain => Some(plain.clone()),
    };
    element == value || (of(value).is_some() && of(element) == of(value))
}

/// Appends a value that is not there yet. A new primary value takes the place of the old one.
fn append(elements: &mut Vec<Value>, value: Value) {
    if elements.contains(&value) {
        return;
    }
    let primary = |one: &Value| {
        one.as_object().and_then(|members| get(members, "primary")).and_then(boolean) == Some(true)
    };
    if primary(&value) {
        for members in
            elements.iter_mut().filter(|one| primary(one)).filter_map(Value::as_object_mut)
        {
            set(members, "primary", false.into());
        }
    }
    elements.push(value);
}

fn merge(members: &mut Map<String, Value>, values: Map<String, Value>) {
    for (name, value) in values {
        set(members, &name, value);
    }
}

fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    let name = key(members, name).unwrap_or_else(|| name.to_owned());
    members.insert(name, value);
}

fn part_of(members: &mut Map<String, Value>, name: &str, part: &str, action: Action, value: Value) {
    let known = key(members, name).and_then(|name| members.get_mut(&name));
    match known {
        Some(Value::Array(elements)) if !elements.is_empty() => {
            let objects = elements.iter_mut().filter_map(Value::as_object_mut);
            objects.for_each(|element| change(element, part, action, value.clone()));
        }
        _ if SEVERAL.iter().any(|known| is(known, name)) => {
            if action != Action::Remove {
                let element = Map::from_iter([(part.to_owned(), value)]);
                set(members, name, vec![Value::Object(element)].into());
            }
        }
        None if action == Action::Remove => {}
        _ => {
            if let Some(inner) = object(members, name) {
                change(inner, part, action, value);
            }
        }
    }
}

fn change(members: &mut Map<String, Value>, part: &str, action: Action, value: Value) {
    match (action, key(members, part)) {
        (Action::Remove, Some(name)) => drop(members.remove(&name)),
        (Action::Remove, None) => {}
        _ => set(members, part, value),
    }
}

/// Changes the values of an attribute that the filter takes. A value that is added and not there is
/// created from the filter: Entra ID sets `emails[type eq "work"].value` so.
fn selected(
    members: &mut Map<String, Value>,
    name: &str,
    filter: &ValFilter,
    part: Option<&str>,
    action: Action,
    value: Value,
) -> Result<(), Failure> {
    let name = key(members, name).unwrap_or_else(|| name.to_owned());
    let entry = members.entry(name.clone()).or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(elements) = entry else {
        return Err(refuse_with("invalidPath", format!("{name} has one value")));
    };
    if action == Action::Remove && part.is_none() {
        elements.retain(|element| !takes(filter, &name, element));
        return Ok(());
    }
    let found = elements.iter_mut().filter(|element| takes(filter, &name, element));
    let mut found: Vec<_> = found.filter_map(Value::as_object_mut).collect();
    match (found.is_empty(), action) {
        (true, Action::Remove) => return Ok(()),
        (true, Action::Replace) => {
            return Err(refuse_with("noTarget", format!("no value of {name} is the one named")));
        }
        (true, Action::Add) => {
            let mut element = Map::new();
            describe(filter, &mut element);
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
            element.insert(path.name.clone(), value);
        }
        ValFilter::And(all) => all.iter().for_each(|one| describe(one, element)),
        _ => {}
    }
}
