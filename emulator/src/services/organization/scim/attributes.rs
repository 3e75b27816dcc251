//! Attributes of a resource by their names, in which case does not count (RFC 7643, section 2.1).

use serde_json::{Map, Value};

use super::bad_value;
use crate::error::Failure;

/// The schema of users.
pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of groups.
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

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
pub(super) fn normalized(members: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let mut all = Value::Object(members);
    contracts::drop_nulls(&mut all);
    let Value::Object(members) = all else { return Ok(Map::new()) };
    let mut resource = unqualified(members)?;
    resource.retain(|_, value| !is_empty(value));
    Ok(resource)
}

/// The attributes without the schema of users or groups before their names. If a name is there twice,
/// the one without the schema counts.
fn unqualified(members: Map<String, Value>) -> Result<Map<String, Value>, Failure> {
    let (mut resource, mut plain) = (Map::new(), Map::new());
    for (name, value) in members {
        match (qualified(&name), value) {
            (None, value) => drop(plain.insert(usual(&name), value)),
            (Some(""), Value::Object(inner)) => resource.extend(unqualified(inner)?),
            (Some(""), _) => return Err(bad_value(format!("{name} is of type object"))),
            (Some(name), value) => drop(resource.insert(usual(name), value)),
        }
    }
    resource.extend(plain);
    Ok(resource)
}

/// The name as RFC 7643 writes it.
fn usual(name: &str) -> String {
    KNOWN.iter().find(|known| is(known, name)).map_or(name, |known| known).to_owned()
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

/// Whether it is the schema of users or groups.
pub(super) fn is_core_schema(name: &str) -> bool {
    is(name, USER) || is(name, GROUP)
}

/// What the schema of users or groups qualifies in the key of an object; empty if the key is the schema.
pub(super) fn qualified(key: &str) -> Option<&str> {
    let after = |schema: &str| {
        let (start, rest) = key.split_at_checked(schema.len())?;
        Some(rest).filter(|_| is(start, schema))
    };
    match after(USER).or_else(|| after(GROUP))? {
        "" => Some(""),
        rest => rest.strip_prefix([':', '.']).filter(|name| !name.is_empty()),
    }
}

/// Whether a key of a resource is the schema of an extension.
pub(super) fn is_extension(name: &str) -> bool {
    name.starts_with("urn:")
}

/// The schemas of a resource: its own, and those of its extensions.
pub(super) fn schemas(core: &str, resource: &Map<String, Value>) -> Value {
    let extensions = resource.keys().filter(|name| is_extension(name)).cloned();
    Value::from(std::iter::once(core.to_owned()).chain(extensions).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema_qualifies_names_of_keys() {
        for (key, expected) in [
            (USER.to_owned(), Some("")),
            (GROUP.to_uppercase(), Some("")),
            (format!("{USER}:displayName"), Some("displayName")),
            (format!("{GROUP}.members"), Some("members")),
            (format!("{USER}:"), None),
            (format!("{USER}s"), None),
            ("displayName".to_owned(), None),
            ("urn:x:y:members".to_owned(), None),
            (format!("{}ä", "u".repeat(USER.len() - 1)), None),
        ] {
            assert_eq!(qualified(&key), expected, "{key}");
        }
    }
}
