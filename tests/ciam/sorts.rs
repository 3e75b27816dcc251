//! `DescribeUser`: the order in which a search tells what it found.

use serde_json::{Value, json};

use super::directory::{Directory, text};
use super::searches::four;

#[test]
fn a_sort_is_descending_unless_it_says_asc() {
    let people = four();
    let sorted = |key: &str, order: Value| {
        people.names("DescribeUser", json!({ "Sort": { "PropertyKey": key, "Order": order } }))
    };
    assert_eq!(sorted("userName", json!("ASC")), "a B c D");
    assert_eq!(sorted("userName", json!("asc")), "a B c D");
    // `decs` is how the vendor's example spells it.
    for order in [json!("DESC"), json!("desc"), json!("decs"), json!(""), Value::Null] {
        assert_eq!(sorted("username", order), "D c B a");
    }
    assert_eq!(sorted("lastModifiedDate", json!("ASC")), "a B c D");
    assert_eq!(sorted("phoneNumber", json!("ASC")), "a B D c");
    // Who lacks the property comes before the lowest; among equals the newest is first.
    assert_eq!(sorted("indexedAttribute1", json!("ASC")), "D B a c");
    assert_eq!(sorted("indexedAttribute2", json!("ASC")), "D c B a");
    assert_eq!(sorted("indexedAttribute2", json!("DESC")), "D c B a");
}

#[test]
fn a_sort_by_group_goes_by_the_first_group() {
    let people = Directory::new();
    let mut groups = ["x", "y"].map(|name| people.group(name));
    groups.sort();
    people.user_with("high", json!({ "UserGroup": [groups[1], groups[0]] }));
    people.user_with("low", json!({ "UserGroup": [groups[0], groups[1]] }));
    people.user("none");
    let sort = |order: &str| json!({ "Sort": { "PropertyKey": "userGroup", "Order": order } });
    assert_eq!(people.names("DescribeUser", sort("ASC")), "none low high");
    assert_eq!(people.names("DescribeUser", sort("DESC")), "high low none");
}

#[test]
fn a_sort_and_filters_work_together_page_by_page() {
    let people = four();
    let mut seen = Vec::new();
    for number in 1..=4 {
        let answer = people.ok("DescribeUser", json!({
            "Pageable": { "PageSize": 1, "PageNumber": number },
            "Filters": [{ "PropertyKey": "userName", "OperateLogic": ">", "PropertyValue": "a" }],
            "Sort": { "PropertyKey": "email", "Order": "ASC" },
        }));
        assert_eq!(answer["Total"], 3);
        seen.extend(answer["Content"][0].get("UserName").map(text));
    }
    assert_eq!(seen, ["B", "c", "D"]);
}
