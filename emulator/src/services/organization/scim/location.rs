//! Where an attribute is: in the resource itself, or in one of its extensions. The schema of users or
//! groups may qualify the name of a core attribute (RFC 7644, section 3.10).

use std::borrow::Cow;

use scim_v2::filter::AttrPath;
use serde_json::{Map, Value};

use super::attributes::{get, is, is_core_schema, key};

/// Where an attribute is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Location<'p> {
    /// The schema of the extension.
    pub(super) extension: Option<Cow<'p, str>>,
    /// The attribute. Absent: the extension as a whole, or the resource.
    pub(super) name: Option<&'p str>,
    /// The part of a complex attribute.
    pub(super) part: Option<&'p str>,
}

impl<'p> Location<'p> {
    /// Where that path leads in the resource.
    pub(super) fn of(path: &'p AttrPath, resource: &Map<String, Value>) -> Self {
        if let Some((name, part)) = core(path) {
            return Self { extension: None, name, part };
        }
        let uri = path.uri.as_deref().unwrap_or_default();
        // The name of a schema looks like a path into another.
        let whole = format!("{uri}:{}", path.name);
        let is_whole = key(resource, &whole).is_some() || uri.ends_with(".0");
        if is_whole && path.sub_attr.is_none() {
            return Self { extension: Some(whole.into()), name: None, part: None };
        }
        let (name, part) = (Some(path.name.as_str()), path.sub_attr.as_deref());
        Self { extension: Some(uri.into()), name, part }
    }

    /// The object that has the attribute.
    pub(super) fn container<'m>(
        &self,
        resource: &'m Map<String, Value>,
    ) -> Option<&'m Map<String, Value>> {
        match (&self.extension, self.name) {
            (Some(schema), Some(_)) => get(resource, schema)?.as_object(),
            _ => Some(resource),
        }
    }

    /// The attribute's value.
    pub(super) fn value<'m>(&self, resource: &'m Map<String, Value>) -> Option<&'m Value> {
        get(self.container(resource)?, self.name.or(self.extension.as_deref())?)
    }
}

/// Name and part of a core attribute. No name: the resource as a whole.
pub(super) fn core(path: &AttrPath) -> Option<(Option<&str>, Option<&str>)> {
    let (name, part) = (path.name.as_str(), path.sub_attr.as_deref());
    match &path.uri {
        None => Some((Some(name), part)),
        Some(uri) if is_core_schema(uri) => Some((Some(name), part)),
        Some(uri) if is_core_schema(&format!("{uri}:{name}")) => Some((part, None)),
        Some(_) => None,
    }
}

/// Whether the path leads to that core attribute, or into it.
pub(super) fn leads_to(path: &AttrPath, attribute: &str) -> bool {
    core(path).and_then(|(name, _)| name).is_some_and(|name| is(name, attribute))
}
