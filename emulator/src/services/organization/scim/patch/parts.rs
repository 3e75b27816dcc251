//! Changes the members of an object, in whose names case does not count.

use serde_json::{Map, Value};

use super::super::attributes::key;
use super::Action;

/// Sets a member.
pub(super) fn set(members: &mut Map<String, Value>, name: &str, value: Value) {
    let name = key(members, name).unwrap_or_else(|| name.to_owned());
    members.insert(name, value);
}

/// Sets all these members.
pub(super) fn merge(members: &mut Map<String, Value>, values: Map<String, Value>) {
    for (name, value) in values {
        set(members, &name, value);
    }
}

/// Sets a member, or removes it.
pub(super) fn change(members: &mut Map<String, Value>, name: &str, action: Action, value: Value) {
    match (action, key(members, name)) {
        (Action::Remove, Some(name)) => drop(members.remove(&name)),
        (Action::Remove, None) => {}
        _ => set(members, name, value),
    }
}

/// The object of that name, created in the place of anything else.
pub(super) fn object<'m>(
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
