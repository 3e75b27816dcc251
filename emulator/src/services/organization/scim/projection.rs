//! Which attributes an answer has (RFC 7644, section 3.9).

use scim_v2::filter::{AttrPath, PatchPath};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::attributes::{Location, is, key};

/// Attributes that every answer has.
const ALWAYS: &[&str] = &["schemas", "id"];

/// What a request asks for: names that commas separate.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Projection {
    attributes: Option<String>,
    excluded_attributes: Option<String>,
}

impl Projection {
    /// Whether the answer has something of the attribute.
    pub(super) fn wants(&self, attribute: &str) -> bool {
        let named = |list: &str| paths(list).any(|path| is(&path.name, attribute));
        match (&self.attributes, &self.excluded_attributes) {
            (Some(only), _) => named(only),
            (None, Some(without)) => {
                !paths(without).any(|path| is(&path.name, attribute) && path.sub_attr.is_none())
            }
            (None, None) => true,
        }
    }

    /// The resource as the answer has it.
    pub(super) fn apply(&self, mut resource: Map<String, Value>) -> Map<String, Value> {
        if let Some(only) = &self.attributes {
            let mut chosen = Map::new();
            for name in ALWAYS {
                chosen.extend(resource.get(*name).map(|value| ((*name).to_owned(), value.clone())));
            }
            for path in paths(only) {
                choose(&resource, &mut chosen, &Location::of(&path, &resource));
            }
            return chosen;
        }
        for path in paths(self.excluded_attributes.as_deref().unwrap_or_default()) {
            let location = Location::of(&path, &resource);
            if !ALWAYS.iter().any(|name| location.is_core(name)) {
                exclude(&mut resource, &location);
            }
        }
        resource
    }
}

/// The paths of a list; a text that is none is ignored.
fn paths(list: &str) -> impl Iterator<Item = AttrPath> {
    list.split(',').filter_map(|text| match text.trim().parse() {
        Ok(PatchPath::Attr(path)) => Some(path),
        _ => None,
    })
}

/// Names from the resource inwards.
fn steps(location: &Location) -> impl Iterator<Item = &String> {
    [&location.extension, &location.name, &location.part].into_iter().flatten()
}

/// Copies what is at that location.
fn choose(from: &Map<String, Value>, to: &mut Map<String, Value>, location: &Location) {
    copy(from, to, &steps(location).collect::<Vec<_>>());
}

fn copy(from: &Map<String, Value>, to: &mut Map<String, Value>, steps: &[&String]) {
    let Some((first, rest)) = steps.split_first() else { return };
    let Some(name) = key(from, first) else { return };
    let Some(value) = from.get(&name) else { return };
    if rest.is_empty() {
        to.insert(name, value.clone());
        return;
    }
    match value {
        Value::Object(inner) => {
            let entry = to.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(chosen) = entry {
                copy(inner, chosen, rest);
            }
        }
        Value::Array(elements) => {
            let blank = || vec![Value::Object(Map::new()); elements.len()];
            let entry = to.entry(name).or_insert_with(|| Value::Array(blank()));
            let chosen = entry.as_array_mut().into_iter().flatten();
            for (element, chosen) in elements.iter().zip(chosen) {
                if let (Value::Object(inner), Value::Object(chosen)) = (element, chosen) {
                    copy(inner, chosen, rest);
                }
            }
        }
        _ => {}
    }
}

/// Removes what is at that location.
fn exclude(resource: &mut Map<String, Value>, location: &Location) {
    remove(resource, &steps(location).collect::<Vec<_>>());
}

fn remove(from: &mut Map<String, Value>, steps: &[&String]) {
    let Some((first, rest)) = steps.split_first() else { return };
    let Some(name) = key(from, first) else { return };
    if rest.is_empty() {
        from.remove(&name);
        return;
    }
    match from.get_mut(&name) {
        Some(Value::Object(inner)) => remove(inner, rest),
        Some(Value::Array(elements)) => {
            elements.iter_mut().filter_map(Value::as_object_mut).for_each(|one| remove(one, rest));
        }
        _ => {}
    }
}
