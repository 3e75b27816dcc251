//! Flattened parameters (`Filters.0.Values.1`) restored to the object that the model describes.

use std::collections::BTreeMap;

use contracts::{Kind, Shape};
use serde_json::{Map, Value};

use crate::protocol::scalar;

use super::framing::Pairs;

/// Deepest nesting that is taken apart; no model comes near it.
const DEPTH_MAX: usize = 16;

enum Node {
    Leaf(String),
    Branch(BTreeMap<String, Node>),
}

/// The object behind the pairs. Texts become what the model says they are; a text that cannot
/// stays one, so that the check of types reports it.
pub(super) fn restore(pairs: Pairs, shape: &Shape) -> Value {
    let mut root = BTreeMap::new();
    for (name, value) in pairs {
        let path: Vec<&str> = name.splitn(DEPTH_MAX, '.').collect();
        insert(&mut root, &path, value);
    }
    object(root, Some(shape))
}

fn insert(branch: &mut BTreeMap<String, Node>, path: &[&str], value: String) {
    match path {
        [] => {}
        [last] => drop(branch.insert((*last).to_owned(), Node::Leaf(value))),
        [first, rest @ ..] => {
            let node =
                branch.entry((*first).to_owned()).or_insert_with(|| Node::Branch(BTreeMap::new()));
            if let Node::Leaf(_) = node {
                *node = Node::Branch(BTreeMap::new());
            }
            if let Node::Branch(inner) = node {
                insert(inner, rest, value);
            }
        }
    }
}

fn object(branch: BTreeMap<String, Node>, shape: Option<&Shape>) -> Value {
    let mut members = Map::new();
    for (name, node) in branch {
        let kind = shape.and_then(|shape| shape.member(&name)).map(|member| &member.kind);
        members.insert(name, typed(node, kind));
    }
    Value::Object(members)
}

fn typed(node: Node, kind: Option<&Kind>) -> Value {
    match (node, kind) {
        (Node::Leaf(text), Some(kind)) => scalar(text, kind),
        (Node::Leaf(text), None) => Value::String(text),
        (Node::Branch(elements), Some(Kind::List(kind))) => list(elements, kind),
        (Node::Branch(members), Some(Kind::Object(shape))) => object(members, Some(shape)),
        (Node::Branch(members), _) => object(members, None),
    }
}

/// Elements in the order of their numbers; names that are none make it an object, a wrong type.
fn list(elements: BTreeMap<String, Node>, kind: &Kind) -> Value {
    if elements.keys().any(|name| name.parse::<u32>().is_err()) {
        return object(elements, None);
    }
    let mut numbered: Vec<(u32, Node)> =
        elements.into_iter().filter_map(|(name, node)| Some((name.parse().ok()?, node))).collect();
    numbered.sort_by_key(|(number, _)| *number);
    Value::Array(numbered.into_iter().map(|(_, node)| typed(node, Some(kind))).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn restored(pairs: &[(&str, &str)], action: &str) -> Value {
        let ciam = contracts::catalog().service("ciam").unwrap();
        let operation = ciam.operation(action, "2022-03-31").unwrap();
        let pairs =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        restore(pairs, &operation.input)
    }

    #[test]
    fn types_come_back_from_the_model() {
        let pairs = [
            ("UserStoreId", "12"),
            ("Pageable.PageSize", "10"),
            ("Pageable.PageNumber", "x"),
            ("Original", "True"),
            ("Filters.1.Key", "b"),
            ("Filters.0.Values.10", "last"),
            ("Filters.0.Values.9", "first"),
            ("Filters.0.Logic", "false"),
            ("New.Thing", "1"),
        ];
        let expected = json!({
            "UserStoreId": "12", "Pageable": {"PageSize": 10, "PageNumber": "x"}, "Original": true,
            "Filters": [{"Values": ["first", "last"], "Logic": false}, {"Key": "b"}],
            "New": {"Thing": "1"},
        });
        assert_eq!(restored(&pairs, "ListUser"), expected);
    }

    #[test]
    fn odd_names_do_no_harm() {
        let deep = "A.".repeat(100_000);
        for name in [deep.as_str(), "Pageable.", ".", "Filters.x.Key", "Pageable.PageSize.0"] {
            assert!(restored(&[(name, "1"), ("Pageable", "2")], "ListUser").is_object());
        }
    }
}
