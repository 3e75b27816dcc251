//! PATCH (RFC 7644, section 3.5.2), as Entra ID and Okta send it: operations in any case, paths as the
//! names of a value, lists of values to remove.

use scim_v2::filter::{AttrPath, PatchPath};
use serde_json::{Map, Value};

use super::attributes::{READ_ONLY, get, is};
use super::bad_value;
use crate::error::{Failure, refuse_with};

mod apply;

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
}

/// The operations of a body, one for each attribute.
pub(super) fn read(body: &Map<String, Value>) -> Result<Vec<Operation>, Failure> {
    let Some(Value::Array(operations)) = get(body, "Operations") else {
        return Err(bad_syntax("Operations is a list of operations"));
    };
    let mut all = Vec::with_capacity(operations.len());
    for operation in operations {
        let Value::Object(members) = operation else {
            return Err(bad_syntax("an operation is a JSON object"));
        };
        read_one(members, &mut all)?;
    }
    Ok(all)
}

fn read_one(members: &Map<String, Value>, all: &mut Vec<Operation>) -> Result<(), Failure> {
    let action = action(get(members, "op"))?;
    let value = get(members, "value").cloned().unwrap_or_default();
    match get(members, "path") {
        Some(Value::String(text)) if !text.is_empty() => {
            let path = parse(text)?;
            let operation = Operation { action, path, value };
            let name = &operation.attribute().name;
            if READ_ONLY.iter().any(|known| is(known, name)) {
                return Err(refuse_with("mutability", format!("{name} is read-only")));
            }
            if operation.value.is_null() && action == Action::Add {
                return Err(bad_value("an operation that adds has a value"));
            }
            all.push(operation);
            Ok(())
        }
        None | Some(Value::Null | Value::String(_)) => pathless(action, value, all),
        Some(_) => Err(refuse_with("invalidPath", "path is of type string")),
    }
}

/// Without a path the value is a part of the resource; what a client cannot set is ignored there.
fn pathless(action: Action, value: Value, all: &mut Vec<Operation>) -> Result<(), Failure> {
    if action == Action::Remove {
        return Err(refuse_with("noTarget", "an operation that removes has a path"));
    }
    let Value::Object(members) = value else {
        return Err(bad_value("the value of an operation without a path is a JSON object"));
    };
    for (name, value) in members {
        if !READ_ONLY.iter().any(|known| is(known, &name)) {
            all.push(Operation { action, path: parse(&name)?, value });
        }
    }
    Ok(())
}

fn parse(text: &str) -> Result<PatchPath, Failure> {
    text.parse().map_err(|error| refuse_with("invalidPath", format!("{text}: {error}")))
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
