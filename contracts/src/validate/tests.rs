//! Requests of a toy model, and the first rule that each breaks.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::load::{ModelFile, load};

const SERVICE: &str = r#"
    name = "toy"
    title = "Toy"
    protocol = "tencent_api3"
    versions = ["1"]
    hosts = []
    region_required = false
    rate_per_second = 1
    source = "none"
    common_errors = ["TooMuch"]
    [codes.TooMuch]
    meaning = "too much"
"#;

const RESOURCE: &str = r#"
    [operation.Do]
    label = "do"
    input = [
      { name = "Id", type = "string", required = true, max_length = 3, code = "TooMuch" },
      { name = "Size", type = "int64", min = 1, max = 9 },
      { name = "Count", type = "uint64" },
      { name = "Share", type = "float", max = 1 },
      { name = "Sure", type = "bool" },
      { name = "Mode", type = "string", values = ["on", "off"], documented_values = ["auto"] },
      { name = "Tags", type = "list", element = "string", max_length = 2, values = ["a", "b"] },
      { name = "Parts", type = "list", element = "Part" },
      { name = "Last", type = "string", required = true },
    ]
    output = []
    [shape.Part]
    members = [
      { name = "Key", type = "string", required = true },
      { name = "Inner", type = "object", shape = "Inner" },
    ]
    [shape.Inner]
    members = [{ name = "N", type = "int64" }]
"#;

fn toy() -> Arc<Shape> {
    let file = |name, text| ModelFile { folder: "toy", name, text };
    let catalog = load(&[file("service.toml", SERVICE), file("a.toml", RESOURCE)]).unwrap();
    Arc::clone(&catalog.services[0].operations[0].input)
}

/// The violation of a request that would be valid without these members.
fn with(members: Value) -> Option<(String, Rule)> {
    let mut input = json!({ "Id": "id", "Last": "x" });
    for (name, value) in members.as_object().unwrap() {
        input[name] = value.clone();
    }
    validate(&input, &toy()).map(|found| (found.path, found.rule))
}

/// The violation that must be there.
fn told(members: Value) -> (String, Rule) {
    with(members).unwrap()
}

fn at(path: &str, rule: Rule) -> (String, Rule) {
    (path.to_owned(), rule)
}

#[test]
fn a_request_that_keeps_the_model_has_no_violation() {
    assert_eq!(with(json!({})), None);
    assert_eq!(
        with(json!({
            "Id": "一二三", "Size": 9, "Count": u64::MAX, "Share": 0.5, "Sure": false,
            "Mode": "off", "Tags": ["a", "b"], "Parts": [{ "Key": "", "Inner": { "N": -1 } }],
        })),
        None
    );
    assert_eq!(with(json!({ "Size": null, "Parts": null, "Share": 1 })), None);
}

#[test]
fn an_input_that_is_no_object_is_of_a_wrong_type() {
    let found = validate(&json!([]), &toy()).unwrap();
    assert_eq!((found.path.as_str(), found.rule), ("", Rule::WrongType("object")));
}

#[test]
fn unknown_members_are_told_at_any_depth_and_first_of_all() {
    assert_eq!(told(json!({ "Id": 1, "Odd": 1 })), at("Odd", Rule::Unknown));
    let deep = json!({ "Id": null, "Size": "1", "Parts": [{}, { "Inner": { "Odd": null } }] });
    assert_eq!(told(deep), at("Parts.1.Inner.Odd", Rule::Unknown));
}

#[test]
fn wrong_types_are_told_before_missing_members_in_the_order_of_the_model() {
    assert_eq!(
        told(json!({ "Id": null, "Sure": "true", "Parts": 1 })),
        at("Sure", Rule::WrongType("boolean"))
    );
    assert_eq!(
        told(json!({ "Last": null, "Parts": [{}, { "Inner": { "N": 1.0 } }] })),
        at("Parts.1.Inner.N", Rule::WrongType("integer"))
    );
}

#[test]
fn whole_numbers_are_json_integers_within_their_sign_and_size() {
    for wrong in [json!(1.0), json!("1"), json!(true), json!(u64::MAX)] {
        assert_eq!(told(json!({ "Size": wrong })), at("Size", Rule::WrongType("integer")));
    }
    assert_eq!(told(json!({ "Count": -1 })), at("Count", Rule::WrongType("integer")));
}

#[test]
fn a_null_element_is_of_a_wrong_type() {
    assert_eq!(told(json!({ "Tags": [null] })), at("Tags.0", Rule::WrongType("string")));
    assert_eq!(told(json!({ "Parts": [null] })), at("Parts.0", Rule::WrongType("object")));
}

#[test]
fn missing_members_are_told_before_bounds() {
    assert_eq!(told(json!({ "Id": "long", "Last": null })), at("Last", Rule::Missing));
    assert_eq!(told(json!({ "Parts": [{}] })), at("Parts.0.Key", Rule::Missing));
}

#[test]
fn bounds_are_told_in_the_order_of_the_model_whatever_their_kind() {
    assert_eq!(
        told(json!({ "Size": 0, "Tags": ["a", "a", "a"] })),
        at("Size", Rule::OutOfRange(Some(1), Some(9)))
    );
    assert_eq!(told(json!({ "Share": 1.5 })), at("Share", Rule::OutOfRange(None, Some(1))));
    assert_eq!(told(json!({ "Tags": ["a", "a", "a"] })), at("Tags", Rule::TooLong(2)));
    let allowed = |texts: [&str; 2]| Rule::NotAllowed(texts.map(str::to_owned).to_vec());
    assert_eq!(told(json!({ "Mode": "auto" })), at("Mode", allowed(["on", "off"])));
    assert_eq!(told(json!({ "Tags": ["a", "c"] })), at("Tags.1", allowed(["a", "b"])));
}

#[test]
fn a_bound_carries_the_code_of_its_member_and_other_rules_none() {
    let code = |id: Value| validate(&json!({ "Id": id, "Last": "x" }), &toy()).unwrap().code;
    assert_eq!(code(json!("一二三四")).as_deref(), Some("TooMuch"));
    assert_eq!(code(json!(1)), None);
}
