//! Attributes of a resource by their names, in which case does not count (RFC 7643, section 2.1).

use scim_v2::filter::AttrPath;
use serde_json::{Map, Value};

use super::bad_value;
use crate::error::Failure;

/// The schema of users.
pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// What the name of every extension begins with.
const EXTENSION: &str = "urn:";

/// Names that the endpoint reads, as RFC 7643 writes them.
const KNOWN: &[&str] = &[
    "schemas",
    "id",
    "externalId",
    "meta",
    "userName",
    "name",
    "displayName",
    "active",
    "emails",
    "members",
    "groups",
    "password",
];

/// What a client cannot set: ignored in a resource, and refused as the path of an operation.
pub(super) const READ_ONLY: &[&str] = &["schemas", "id", "meta", "groups"];

/// Whether the names are the same.
pub(super) fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

/// The key under which the object has an attribute of that name.
pub(super) fn key(members: &Map<String, Value>, name: &str) -> Option<String> {
    if members.contains_key(name) {
        return Some(name.to_owned());
    }
    members.keys().find(|key| is(key, name)).cloned()
}

/// The attribute of that name.
pub(super) fn get<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m Value> {
    members.get(name).or_else(|| members.iter().find(|(key, _)| is(key, name)).map(|(_, v)| v))
}

/// The resource with the usual names of known attributes, and without what is unassigned: null,
/// an empty list, an empty object (RFC 7643, section 2.5).
pub(super) fn normalized(members: Map<String, Value>) -> Map<String, Value> {
    let mut all = Value::Object(members);
    contracts::drop_nulls(&mut all);
    let Value::Object(members) = all else { return Map::new() };
    let assigned = members.into_iter().filter(|(_, value)| !is_empty(value));
    assigned
        .map(|(name, value)| match KNOWN.iter().find(|known| is(known, &name)) {
            Some(known) => ((*known).to_owned(), value),
            None => (name, value),
        })
        .collect()
}

/// Whether the value counts as unassigned.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(elements) => elements.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// The text, or the refusal that names the attribute.
pub(super) fn text(name: &str, value: Value) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(bad_value(format!("{name} is of type string"))),
    }
}

/// A truth value: Entra ID sends `"True"` and `"False"`.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(known) => Some(*known),
        Value::String(text) if is(text, "true") => Some(true),
        Value::String(text) if is(text, "false") => Some(false),
        _ => None,
    }
}

/// Where an attribute is: in the resource itself, or in one of its extensions.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Location {
    /// The schema of the extension.
    pub(super) extension: Option<String>,
    /// The attribute; the extension as a whole if absent.
    pub(super) name: Option<String>,
    /// The part of a complex attribute.
    pub(super) part: Option<String>,
}

impl Location {
    /// Where that path leads in the resource.
    pub(super) fn of(path: &AttrPath, resource: &Map<String, Value>) -> Self {
        let (name, part) = (Some(path.name.clone()), path.sub_attr.clone());
        let uri = path.uri.as_ref().filter(|uri| !is(uri, USER) && !is(uri, GROUP));
        let Some(uri) = uri else { return Self { extension: None, name, part } };
        // The name of a schema looks like a path into another.
        let whole = format!("{uri}:{}", path.name);
        let is_whole = key(resource, &whole).is_some() || uri.ends_with(".0");
        if is_whole && part.is_none() {
            return Self { extension: Some(whole), name: None, part: None };
        }
        Self { extension: Some(uri.clone()), name, part }
    }

    /// Whether it is that attribute of the resource itself.
    pub(super) fn is_core(&self, name: &str) -> bool {
        self.extension.is_none() && self.name.as_deref().is_some_and(|known| is(known, name))
    }

    /// The attribute's value.
    pub(super) fn value<'m>(&self, resource: &'m Map<String, Value>) -> Option<&'m Value> {
        let container = match &self.extension {
            None => resource,
            Some(schema) => match (get(resource, schema)?, &self.name) {
                (Value::Object(members), Some(_)) => members,
                (whole, None) => return Some(whole),
                _ => return None,
            },
        };
        get(container, self.name.as_deref()?)
    }
}

/// The schemas of a resource: its own, and those of its extensions.
pub(super) fn schemas(core: &str, resource: &Map<String, Value>) -> Value {
    let extensions = resource.keys().filter(|name| name.starts_with(EXTENSION)).cloned();
    Value::from(std::iter::once(core.to_owned()).chain(extensions).collect::<Vec<_>>())
}
