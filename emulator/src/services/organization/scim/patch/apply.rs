//! What one operation makes of a resource.

use scim_v2::filter::PatchPath;
use serde_json::{Map, Value};

use super::super::attributes::{is, key};
use super::super::bounds::{Work, terms, weight};
use super::super::location::Location;
use super::elements::{append, remove, selected};
use super::parts::{change, merge, object, set};
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
    work: &mut Work,
) -> Result<(), Failure> {
    work.spend(cost(&operation, resource))?;
    let Operation { action, path, value } = operation;
    match &path {
        PatchPath::Attr(path) => {
            attribute(resource, &Location::of(path, resource), action, value);
            Ok(())
        }
        PatchPath::Value(path) => {
            let location = Location::of(&path.attr, resource);
            let Some(name) = location.name else {
                return Err(refuse_with("invalidPath", "a filter is of an attribute"));
            };
            let Some(members) = container(resource, &location) else { return Ok(()) };
            selected(members, name, path, action, value)
        }
    }
}

/// How much the operation compares and copies at most: the names beside the attribute, and with each of
/// its values what the path and the value of the operation have.
fn cost(operation: &Operation, resource: &Map<String, Value>) -> usize {
    let location = Location::of(operation.attribute(), resource);
    let beside = resource.len() + location.container(resource).map_or(0, Map::len);
    let each = match &operation.path {
        PatchPath::Value(path) => terms(&path.filter) + weight(&operation.value),
        PatchPath::Attr(path) if path.sub_attr.is_some() => weight(&operation.value),
        PatchPath::Attr(_) if operation.action == Action::Replace => 1,
        PatchPath::Attr(_) => operation.value.as_array().map_or(1, Vec::len),
    };
    beside + location.value(resource).map_or(0, weight).saturating_mul(each)
}

/// The object that has the attribute, created if there is none.
fn container<'m>(
    resource: &'m mut Map<String, Value>,
    location: &Location<'_>,
) -> Option<&'m mut Map<String, Value>> {
    match (&location.extension, location.name) {
        (Some(schema), Some(_)) => object(resource, schema),
        _ => Some(resource),
    }
}

/// Changes an attribute, an extension as a whole, or a part of an attribute.
fn attribute(
    resource: &mut Map<String, Value>,
    location: &Location<'_>,
    action: Action,
    value: Value,
) {
    let Some(name) = location.name.or(location.extension.as_deref()) else { return };
    let is_list = location.extension.is_none() && SEVERAL.iter().any(|known| is(known, name));
    let Some(members) = container(resource, location) else { return };
    match (location.part, value) {
        (Some(part), value) => part_of(members, name, part, is_list, action, value),
        (None, one @ Value::Object(_)) if is_list => {
            whole(members, name, action, vec![one].into());
        }
        (None, value) => whole(members, name, action, value),
    }
}

fn whole(members: &mut Map<String, Value>, name: &str, action: Action, value: Value) {
    let name = key(members, name).unwrap_or_else(|| name.to_owned());
    match (action, members.get_mut(&name), value) {
        (Action::Remove, Some(Value::Array(elements)), Value::Array(values)) => {
            remove(elements, &values);
        }
        // A value that is sent alone is the one to remove.
        (Action::Remove, Some(Value::Array(elements)), value) if !value.is_null() => {
            remove(elements, &[value]);
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

fn part_of(
    members: &mut Map<String, Value>,
    name: &str,
    part: &str,
    is_list: bool,
    action: Action,
    value: Value,
) {
    let known = key(members, name).and_then(|name| members.get_mut(&name));
    match known {
        Some(Value::Array(elements)) if !elements.is_empty() => {
            let objects = elements.iter_mut().filter_map(Value::as_object_mut);
            objects.for_each(|element| change(element, part, action, value.clone()));
        }
        _ if is_list => {
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
