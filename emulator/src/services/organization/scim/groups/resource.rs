//! A group as a SCIM resource, and back, but for its members.

use serde_json::{Map, Value, json};

use super::super::attributes::{GROUP, normalized, schemas, text};
use super::super::users::meta;
use super::super::{bad_value, rules};
use super::Group;
use super::ids::ids;
use crate::error::Failure;
use crate::services::text::non_empty;

/// What a directory says of a group.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) name: String,
    pub(super) external_id: Option<String>,
    /// The ids of its users.
    pub(super) members: Vec<String>,
}

impl Fields {
    /// Reads a resource. Identity Center keeps nothing else of a group.
    pub(super) fn read(resource: Map<String, Value>) -> Result<Self, Failure> {
        let mut rest = normalized(resource)?;
        let mut take = |name: &str| rest.remove(name).map(|value| text(name, value)).transpose();
        let name = take("displayName")?.ok_or_else(|| bad_value("displayName is required"))?;
        let external_id = non_empty(take("externalId")?);
        let members = ids(rest.remove("members").unwrap_or_default())?;
        rules::group(&json!({ "ZoneId": "z", "GroupName": name }))?;
        Ok(Self { name, external_id, members })
    }
}

/// The group as a resource without members.
pub(super) fn show(group: &Group, base: &str) -> Map<String, Value> {
    let location = format!("{base}/Groups/{}", group.group_id);
    let mut resource = Map::new();
    let mut set = |name: &str, value: Value| drop(resource.insert(name.to_owned(), value));
    set("schemas", schemas(GROUP, &Map::new()));
    set("id", group.group_id.as_str().into());
    set("displayName", group.name.as_str().into());
    set("meta", meta("Group", group.created, group.updated, location));
    if let Some(external_id) = &group.external_id {
        set("externalId", external_id.as_str().into());
    }
    resource
}
