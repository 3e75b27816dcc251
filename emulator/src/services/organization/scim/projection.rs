//! Which attributes an answer has (RFC 7644, section 3.9).

use std::collections::{BTreeMap, BTreeSet};

use scim_v2::filter::{AttrPath, PatchPath};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::attributes::is_extension;
use super::bad_value;
use super::bounds::NAMES;
use super::location::core;
use crate::error::Failure;

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
    /// Parses the names. `attributes` wins if both are there.
    pub(super) fn selection(&self) -> Result<Selection, Failure> {
        match (&self.attributes, &self.excluded_attributes) {
            (Some(only), _) => Names::read("attributes", only).map(Selection::Only),
            (None, Some(without)) => {
                Names::read("excludedAttributes", without).map(Selection::Without)
            }
            (None, None) => Ok(Selection::All),
        }
    }
}

/// Which attributes the resources of an answer have.
#[derive(Debug)]
pub(super) enum Selection {
    All,
    Only(Names),
    Without(Names),
}

impl Selection {
    /// Whether the answer has something of the core attribute, whose name is in lower case.
    pub(super) fn wants(&self, attribute: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(names) => names.core || names.tree.below.contains_key(attribute),
            Self::Without(names) => {
                let below = names.tree.below.get(attribute);
                !names.core && !below.is_some_and(|tree| tree.is_whole)
            }
        }
    }

    /// The resource as the answer has it.
    pub(super) fn apply(&self, resource: Map<String, Value>) -> Map<String, Value> {
        let shown = |(name, value): (String, Value)| {
            let is_always = ALWAYS.contains(&name.as_str());
            let value = match self {
                Self::Only(names) if !is_always => names.chosen(&name, value),
                Self::Without(names) if !is_always => names.left(&name, value),
                _ => Some(value),
            };
            value.map(|value| (name, value))
        };
        resource.into_iter().filter_map(shown).collect()
    }
}

/// The names of a list.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Whether the core schema is one of them: all attributes but the extensions.
    core: bool,
    tree: Tree,
}

impl Names {
    /// A text that is no name is ignored.
    fn read(parameter: &str, list: &str) -> Result<Self, Failure> {
        let texts: BTreeSet<_> = list.split(',').map(str::trim).collect();
        if texts.len() > NAMES {
            return Err(bad_value(format!("{parameter} has at most {NAMES} names")));
        }
        let mut names = Self::default();
        for text in texts {
            if let Ok(PatchPath::Attr(path)) = text.parse() {
                names.add(&path);
            }
        }
        Ok(names)
    }

    fn add(&mut self, path: &AttrPath) {
        let (name, part) = (&path.name, path.sub_attr.as_deref());
        match (core(path), &path.uri) {
            (Some((None, _)), _) => self.core = true,
            (Some((Some(name), part)), _) => self.tree.add(&[Some(name), part]),
            (None, uri) => {
                let uri = uri.as_deref().unwrap_or_default();
                self.tree.add(&[Some(uri), Some(name), part]);
                // The name of a schema looks like a path into another.
                if part.is_none() {
                    self.tree.add(&[Some(&format!("{uri}:{name}"))]);
                }
            }
        }
    }

    fn chosen(&self, name: &str, value: Value) -> Option<Value> {
        if self.core && !is_extension(name) { Some(value) } else { self.tree.chosen(name, value) }
    }

    fn left(&self, name: &str, value: Value) -> Option<Value> {
        if self.core && !is_extension(name) { None } else { self.tree.left(name, value) }
    }
}

/// Names from the resource inwards, in lower case.
#[derive(Debug, Default)]
struct Tree {
    is_whole: bool,
    below: BTreeMap<String, Tree>,
}

impl Tree {
    fn add(&mut self, steps: &[Option<&str>]) {
        match steps {
            [Some(first), rest @ ..] => {
                self.below.entry(first.to_ascii_lowercase()).or_default().add(rest);
            }
            _ => self.is_whole = true,
        }
    }

    fn get(&self, name: &str) -> Option<&Self> {
        self.below.get(&name.to_ascii_lowercase())
    }

    /// What is named of the member of an object.
    fn chosen(&self, name: &str, value: Value) -> Option<Value> {
        let named = self.get(name)?;
        if named.is_whole {
            return Some(value);
        }
        inside(value, &|name, value| named.chosen(name, value), |_| None)
    }

    /// What is not named of the member of an object.
    fn left(&self, name: &str, value: Value) -> Option<Value> {
        match self.get(name) {
            None => Some(value),
            Some(named) if named.is_whole => None,
            Some(named) => inside(value, &|name, value| named.left(name, value), Some),
        }
    }
}

/// The object, or each object of a list, with what is kept of its members. What has no members is
/// `plain`.
fn inside(
    value: Value,
    kept: &dyn Fn(&str, Value) -> Option<Value>,
    plain: fn(Value) -> Option<Value>,
) -> Option<Value> {
    match value {
        Value::Object(members) => {
            let member =
                |(name, value): (String, Value)| kept(&name, value).map(|value| (name, value));
            Some(Value::Object(members.into_iter().filter_map(member).collect()))
        }
        Value::Array(elements) => {
            let elements = elements.into_iter().filter_map(|one| inside(one, kept, plain));
            Some(elements.collect())
        }
        other => plain(other),
    }
}
