//! `cloudtwin config-schema`: the JSON Schema of configuration files, made of the services' knobs.

use serde_json::{Map, Value, json};

use crate::services::Service;
use crate::services::knobs::Knob;

/// The schema as text.
pub(super) fn text(services: &[Service]) -> String {
    let with_knobs = services.iter().filter(|service| !service.knobs.is_empty());
    let tables: Map<_, _> = with_knobs
        .map(|service| {
            let knobs: Map<_, _> =
                service.knobs.iter().map(|one| (one.name.to_owned(), knob(one))).collect();
            (service.name.to_owned(), table(knobs))
        })
        .collect();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cloudtwin configuration file",
        "type": "object",
        "additionalProperties": false,
        "properties": { "assume": table(tables) },
    });
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

fn table(properties: Map<String, Value>) -> Value {
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn knob(Knob { values, about, .. }: &Knob) -> Value {
    // A number can be written with or without quotes.
    let numbers = values.iter().filter_map(|value| value.parse::<i64>().ok()).map(Value::from);
    let all: Vec<_> = values.iter().map(|value| json!(value)).chain(numbers).collect();
    json!({ "description": about, "enum": all, "default": values.first() })
}
