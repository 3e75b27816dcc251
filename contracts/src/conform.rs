//! Does an answer fit the model? Lists what does not; never stops at the first and never shows a secret.

use serde_json::{Map, Value};

use crate::model::{Kind, Location, Member, Shape};

/// How the text of a member ends that the model does not have.
pub const NOT_IN_THE_MODEL: &str = ": not in the model";

/// Everything in `answer` that does not fit `shape`, each with its path and what is wrong there.
/// A client reads members by name: each must be present, and null only where the vendor says so.
pub fn mismatches(answer: &Value, shape: &Shape) -> Vec<String> {
    let mut found = Vec::new();
    match answer.as_object() {
        Some(object) => members(&mut found, object, shape, ""),
        None => found.push(format!("the answer: not an object, but {}", word(answer))),
    }
    found
}

fn members(found: &mut Vec<String>, object: &Map<String, Value>, shape: &Shape, prefix: &str) {
    for member in &shape.members {
        let path = format!("{prefix}{}", member.name);
        match object.get(&member.name) {
            // Members in headers are not in the body.
            None if member.optional || member.location != Location::Body => {}
            None => found.push(format!("{path}: absent")),
            Some(Value::Null) if member.nullable => {}
            Some(value) => one(found, value, &member.kind, member, &path),
        }
    }
    for name in object.keys().filter(|name| shape.member(name).is_none()) {
        found.push(format!("{prefix}{name}{NOT_IN_THE_MODEL}"));
    }
}

fn one(found: &mut Vec<String>, value: &Value, kind: &Kind, member: &Member, path: &str) {
    // A integer_string is a text in every answer.
    if !kind.admits(value) || matches!((kind, value), (Kind::IntegerString, Value::Number(_))) {
        found.push(format!("{path}: not of type {}, but {}", kind.word(), word(value)));
        return;
    }
    match (value, kind) {
        (Value::String(text), _) if !member.values.is_empty() && !member.values.contains(text) => {
            let shown = if member.secret { "a secret" } else { text };
            found.push(format!("{path}: {shown:?} is none of {}", member.values.join(", ")));
        }
        (Value::Array(elements), Kind::List(kind)) => {
            for (at, element) in elements.iter().enumerate() {
                one(found, element, kind, member, &format!("{path}.{at}"));
            }
        }
        (Value::Object(object), Kind::Object(shape)) => {
            members(found, object, shape, &format!("{path}."));
        }
        _ => {}
    }
}

/// What a value is, in words.
fn word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a fraction",
        Value::Number(number) if number.is_i64() => "an integer",
        Value::Number(_) => "an integer above the signed ones",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog;

    /// What does not fit in this answer of a CIAM operation.
    fn mismatches_of(operation: &str, answer: Value) -> Vec<String> {
        let ciam = catalog().service("ciam").unwrap();
        mismatches(&answer, &ciam.operation(operation, "2022-03-31").unwrap().output)
    }

    fn job() -> Value {
        json!({
            "Id": "0123", "Status": "COMPLETED", "Type": "EXPORT_USER", "CreatedDate": 1,
            "Format": null, "Location": null, "ErrorDetails": [], "FailedUsers": null,
        })
    }

    #[test]
    fn an_answer_that_fits_has_no_mismatch() {
        assert!(mismatches_of("ListJobs", json!({ "JobSet": [job(), job()] })).is_empty());
        assert!(mismatches_of("DescribeUserById", json!({ "User": null })).is_empty());
        assert!(mismatches_of("DeleteUsers", json!({})).is_empty());
    }

    #[test]
    fn every_mismatch_is_listed_with_its_path() {
        let mut bad = job();
        bad["Status"] = json!("DONE");
        bad["Type"] = json!(null);
        bad["CreatedDate"] = json!(1.5);
        bad["ErrorDetails"] = json!([{ "UserId": "1", "Error": "e" }, null, { "UserId": "2" }]);
        bad["Odd"] = json!(1);
        bad.as_object_mut().unwrap().remove("Format");
        assert_eq!(
            mismatches_of("ListJobs", json!({ "JobSet": [job(), bad] })),
            [
                "JobSet.1.Status: \"DONE\" is none of PENDING, PROCESSING, COMPLETED, FAILED",
                "JobSet.1.Type: not of type string, but null",
                "JobSet.1.CreatedDate: not of type integer, but a fraction",
                "JobSet.1.Format: absent",
                "JobSet.1.ErrorDetails.1: not of type object, but null",
                "JobSet.1.ErrorDetails.2.Error: absent",
                "JobSet.1.Odd: not in the model",
            ]
        );
    }

    #[test]
    fn an_answer_that_is_no_object_fits_nothing() {
        assert_eq!(
            mismatches_of("ListJobs", json!("text")),
            ["the answer: not an object, but a string"]
        );
    }
}
