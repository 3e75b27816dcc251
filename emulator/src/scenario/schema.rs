//! The JSON Schema of scenario files.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::FILES;
use super::file::Story;

/// The schema, with the names of all services and operations, so that editors complete them.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Story).to_value();
    let services = &contracts::catalog().services;
    let names = services.iter().map(|service| service.name.as_str()).chain([FILES]);
    let operations: BTreeSet<_> =
        contracts::catalog().operations().map(|operation| operation.name.as_str()).collect();
    let rule = "/$defs/RuleTable/properties";
    for (member, names) in
        [("service", names.collect::<Vec<_>>()), ("operation", operations.into_iter().collect())]
    {
        if let Some(property) = schema.pointer_mut(&format!("{rule}/{member}")) {
            property["enum"] = json!(names);
        }
    }
    schema
}
