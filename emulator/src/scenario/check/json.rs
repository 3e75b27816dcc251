//! A scenario as JSON: the same members as in TOML.

use serde_json::Value;

use super::Problem;

/// The same scenario in TOML; nothing if it is no JSON, which begins with a brace.
pub(super) fn to_toml(text: &str) -> Result<Option<String>, Problem> {
    if !text.trim_start().starts_with('{') {
        return Ok(None);
    }
    let problem =
        |line, column, text: String| Problem { line, column, rule: 0, is_json: false, text };
    let story: Value = serde_json::from_str(text)
        .map_err(|error| problem(error.line(), error.column(), error.to_string()))?;
    if has_null(&story) {
        return Err(problem(1, 1, "null has no meaning: leave the member out".to_owned()));
    }
    toml::to_string(&story).map(Some).map_err(|error| problem(1, 1, error.to_string()))
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}
