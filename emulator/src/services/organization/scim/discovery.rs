//! What the endpoint says of itself (RFC 7644, section 4).

use serde::Deserialize;
use serde_json::{Value, json};

use super::list::Listed;
use super::{base, not_found, open_zone};
use crate::error::Failure;
use crate::operation::Call;

const CONFIG: &str = include_str!("discovery/config.json");
const SCHEMAS: &str = include_str!("discovery/schemas.json");
const RESOURCE_TYPES: &str = include_str!("discovery/resource_types.json");

/// Input of the operations without any.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// `GetServiceProviderConfig`.
pub(super) fn config(call: &mut Call<'_>, _: Nothing) -> Result<Value, Failure> {
    open_zone(call)?;
    let config = serde_json::from_str(CONFIG)?;
    Ok(located(call, config, "ServiceProviderConfig", "/ServiceProviderConfig"))
}

/// `ListSchemas`.
pub(super) fn schemas(call: &mut Call<'_>, _: Nothing) -> Result<Listed<Value>, Failure> {
    list(call, SCHEMAS, "Schema", "Schemas")
}

/// Input of `GetSchema`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneSchema {
    schema_id: String,
}

/// `GetSchema`.
pub(super) fn schema(call: &mut Call<'_>, input: OneSchema) -> Result<Value, Failure> {
    one(call, SCHEMAS, "Schema", "Schemas", &input.schema_id)
}

/// `ListResourceTypes`.
pub(super) fn resource_types(call: &mut Call<'_>, _: Nothing) -> Result<Listed<Value>, Failure> {
    list(call, RESOURCE_TYPES, "ResourceType", "ResourceTypes")
}

/// Input of `GetResourceType`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneType {
    type_name: String,
}

/// `GetResourceType`.
pub(super) fn resource_type(call: &mut Call<'_>, input: OneType) -> Result<Value, Failure> {
    one(call, RESOURCE_TYPES, "ResourceType", "ResourceTypes", &input.type_name)
}

/// All descriptions of that kind, which is at that path.
fn list(call: &Call<'_>, all: &str, kind: &str, path: &str) -> Result<Listed<Value>, Failure> {
    open_zone(call)?;
    let all: Vec<Value> = serde_json::from_str(all)?;
    let at = |one: Value| {
        let path = format!("/{path}/{}", id_of(&one));
        located(call, one, kind, &path)
    };
    let all: Vec<_> = all.into_iter().map(at).collect();
    Ok(Listed::of(i64::try_from(all.len()).unwrap_or(i64::MAX), 1, all))
}

fn one(call: &Call<'_>, all: &str, kind: &str, path: &str, id: &str) -> Result<Value, Failure> {
    open_zone(call)?;
    let all: Vec<Value> = serde_json::from_str(all)?;
    let found = all.into_iter().find(|one| id_of(one) == id).ok_or_else(|| not_found(kind, id))?;
    Ok(located(call, found, kind, &format!("/{path}/{id}")))
}

/// The description with its `meta`.
fn located(call: &Call<'_>, mut description: Value, kind: &str, path: &str) -> Value {
    let location = format!("{}{path}", base(call));
    if let Value::Object(members) = &mut description {
        let meta = json!({ "resourceType": kind, "location": location });
        members.insert("meta".to_owned(), meta);
    }
    description
}

fn id_of(description: &Value) -> &str {
    description.get("id").and_then(Value::as_str).unwrap_or_default()
}
