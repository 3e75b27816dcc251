//! Finds values in inputs and answers.

use serde_json::Value;

/// The values at a path such as `JobSet.Status`: a list on it means each of its elements.
pub(crate) fn values<'v>(value: &'v Value, path: &str) -> Vec<&'v Value> {
    let mut found = vec![value];
    for name in path.split('.') {
        let each = found.into_iter().flat_map(elements);
        found = each.filter_map(|value| value.get(name)).filter(|value| !value.is_null()).collect();
    }
    found.into_iter().flat_map(elements).collect()
}

fn elements(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(elements) => elements.iter().collect(),
        other => vec![other],
    }
}

/// Every text in a value, at any depth.
pub(super) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(elements) => elements.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_on_a_path_means_each_of_its_elements() {
        let answer =
            json!({"JobSet": [{"Status": "A"}, {"Status": "B", "Ids": [1, 2]}, {}], "Total": null});
        assert_eq!(values(&answer, "JobSet.Status"), [&json!("A"), &json!("B")]);
        assert_eq!(values(&answer, "JobSet.Ids"), [&json!(1), &json!(2)]);
        assert!(values(&answer, "Total").is_empty() && values(&answer, "JobSet.None").is_empty());
        assert_eq!(texts(&answer), ["A", "B"]);
    }
}
