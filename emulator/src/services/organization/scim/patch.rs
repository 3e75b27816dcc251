//! PATCH (RFC 7644, section 3.5.2), as Entra ID and Okta send it: operations in any case, paths as the
//! names of a value, lists of values to remove.

use scim_v2::filter::{AttrPath, PatchPath};
use serde_json::{Map, Value};

use super::attributes::{READ_ONLY, get, is, key, qualified};
use super::bad_value;
use super::bounds::Operations;
use super::location::{core, leads_to};
use crate::error::{Failure, refuse_with};

mod apply;
mod elements;
mod parts;

pub(super) use apply::apply;

/// What an operation does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Adds values to those that are there.
    Add,
    /// Takes the place of what is there.
    Replace,
    /// Removes what is there.
    Remove,
}

/// One operation, which has a path.
#[derive(Debug)]
pub(super) struct Operation {
    /// What it does.
    pub(super) action: Action,
    /// Where.
    pub(super) path: PatchPath,
    /// With which value; null if there is none.
    pub(super) value: Value,
}

impl Operation {
    /// The attribute that it changes.
    pub(super) fn attribute(&self) -> &AttrPath {
        match &self.path {
            PatchPath::Attr(path) => path,
            PatchPath::Value(path) => &path.attr,
        }
    }

    /// Whether it changes what a client cannot set.
    fn is_read_only(&self) -> bool {
        READ_ONLY.iter().any(|name| leads_to(self.attribute(), name))
    }

    /// Whether its path is the schema of users or groups: the resource as a whole.
    fn is_of_resource(&self) -> bool {
        matches!((&self.path, core(self.attribute())), (PatchPath::Attr(_), Some((None, _))))
    }
}

/// The operations of a body, one for each attribute.
pub(super) fn read(mut body: Map<String, Value>) -> Result<Vec<Operation>, Failure> {
    let Some(Value::Array(operations)) = take(&mut body, "Operations") else {
        return Err(bad_syntax("Operations is a list of operations"));
    };
    let mut reader = Reader::default();
    for operation in operations {
        let Value::Object(members) = operation else {
            return Err(bad_syntax("an operation is a JSON object"));
        };
        reader.operation(members)?;
    }
    Ok(reader.all)
}

#[derive(Default)]
struct Reader {
    all: Vec<Operation>,
    counted: Operations,
}

impl Reader {
    fn operation(&mut self, mut members: Map<String, Value>) -> Result<(), Failure> {
        let action = action(get(&members, "op"))?;
        let value = take(&mut members, "value").unwrap_or_default();
        match get(&members, "path") {
            Some(Value::String(text)) if !text.is_empty() => {
                let operation = Operation { action, path: self.path(text)?, value };
                if operation.is_read_only() {
                    return Err(refuse_with("mutability", format!("{text} is read-only")));
                }
                if operation.is_of_resource() {
                    return self.pathless(action, operation.value);
                }
                if operation.value.is_null() && action == Action::Add {
                    return Err(bad_value("an operation that adds has a value"));
                }
                self.all.push(operation);
                Ok(())
            }
            None | Some(Value::Null | Value::String(_)) => self.pathless(action, value),
            Some(_) => Err(refuse_with("invalidPath", "path is of type string")),
        }
    }

    /// Without a path the value is a part of the resource; what a client cannot set is ignored there.
    fn pathless(&mut self, action: Action, value: Value) -> Result<(), Failure> {
        if action == Action::Remove {
            return Err(refuse_with("noTarget", "an operation that removes has a path"));
        }
        let Value::Object(members) = value else {
            return Err(bad_value("the value of an operation without a path is a JSON object"));
        };
        for (name, value) in members {
            if qualified(&name) == Some("") {
                self.pathless(action, value)?;
                continue;
            }
            let operation = Operation { action, path: self.path(&name)?, value };
            if !operation.is_read_only() {
                self.all.push(operation);
            }
        }
        Ok(())
    }

    fn path(&mut self, text: &str) -> Result<PatchPath, Failure> {
        self.counted.count(text)?;
        text.parse().map_err(|error| refuse_with("invalidPath", format!("{text}: {error}")))
    }
}

fn take(members: &mut Map<String, Value>, name: &str) -> Option<Value> {
    members.remove(&key(members, name)?)
}

fn action(op: Option<&Value>) -> Result<Action, Failure> {
    let known = [("add", Action::Add), ("replace", Action::Replace), ("remove", Action::Remove)];
    let named = op.and_then(Value::as_str);
    let found = known.into_iter().find(|(name, _)| named.is_some_and(|op| is(op, name)));
    found.map(|(_, action)| action).ok_or_else(|| bad_syntax("op is add, replace or remove"))
}

fn bad_syntax(why: &'static str) -> Failure {
    refuse_with("invalidSyntax", why)
}
