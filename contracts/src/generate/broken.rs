//! Requests that break exactly one rule, each with the violation that must be reported.
//!
//! Nothing here is random: the same model gives the same list in the same order.

use serde_json::{Map, Value, json};

use super::pattern;
use super::space::Length;
use crate::model::{Kind, Member, Shape};
use crate::validate::{Rule, Violation};

/// A member that no model has.
const STRANGER: &str = "NotInTheModel";

/// The least request that keeps the shape: its required members, each at its simplest.
pub fn minimal(shape: &Shape) -> Value {
    let required = shape.members.iter().filter(|member| member.required);
    required.map(|member| (member.name.clone(), least(&member.kind, member))).collect()
}

/// The minimal request with every rule of the shape broken in turn, at every depth.
pub fn broken(shape: &Shape) -> Vec<(Value, Violation)> {
    let base = match minimal(shape) {
        Value::Object(base) => base,
        _ => Map::new(),
    };
    let with = |name: &str, value: Value| {
        let mut request = base.clone();
        request.insert(name.to_owned(), value);
        Value::Object(request)
    };

    let mut all = vec![(with(STRANGER, json!("x")), violation(STRANGER, Rule::Unknown, None))];
    for member in &shape.members {
        if member.required {
            let mut request = base.clone();
            request.remove(&member.name);
            all.push((request.into(), violation(&member.name, Rule::Missing, None)));
        }
        for (value, below) in breaches(&member.kind, member) {
            all.push((with(&member.name, value), under(&member.name, below)));
        }
    }
    all
}

/// Values of a member that break one rule; their paths begin below the member.
fn breaches(kind: &Kind, member: &Member) -> Vec<(Value, Violation)> {
    let wrong_type = |value: Value| (value, violation("", Rule::WrongType(kind.word()), None));
    let bound = |value: Value, rule| (value, violation("", rule, member.code.as_deref()));
    let out_of_range = || Rule::OutOfRange(member.min, member.max);
    let mut all = Vec::new();
    match kind {
        Kind::String => {
            all.push(wrong_type(json!(1)));
            let (shortest, own_length) = member.text_length();
            if let Some(shortest) = shortest {
                all.push(bound("x".repeat(shortest - 1).into(), Rule::TooShort(shortest)));
            }
            if member.pattern.is_some() {
                all.push(bound(
                    "\u{1}".repeat(shortest.unwrap_or(1)).into(),
                    Rule::PatternMismatch,
                ));
            }
            if let Some(most) = own_length {
                // Counted in characters: these have three bytes each.
                all.push(bound("长".repeat(most + 1).into(), Rule::TooLong(most)));
            }
            let outside = "not-allowed";
            let fits =
                own_length.is_none_or(|most| outside.len() <= most) && member.pattern.is_none();
            if !member.values.is_empty() && fits {
                all.push(bound(outside.into(), Rule::NotAllowed(member.values.clone())));
            }
        }
        Kind::IntegerString => all.push(wrong_type(json!(1.5))),
        Kind::Integer { unsigned } => {
            all.push(wrong_type(json!("1")));
            all.push(wrong_type(json!(1.5)));
            if *unsigned {
                all.push(wrong_type(json!(-1)));
            }
            let below = member.min.and_then(|min| min.checked_sub(1));
            let below = below.filter(|below| !unsigned || *below >= 0);
            let above = member.max.and_then(|max| max.checked_add(1));
            all.extend(below.map(|number| bound(number.into(), out_of_range())));
            all.extend(above.map(|number| bound(number.into(), out_of_range())));
        }
        Kind::Float => {
            all.push(wrong_type(json!("1")));
            let below = member.min.and_then(|min| min.checked_sub(1));
            let above = member.max.and_then(|max| max.checked_add(1));
            let outside = below.into_iter().chain(above);
            all.extend(outside.map(|number| bound(number.into(), out_of_range())));
        }
        Kind::Bool => all.push(wrong_type(json!("true"))),
        Kind::List(element) => {
            all.push(wrong_type(json!("x")));
            if let Some(most) = member.max_length {
                let elements = vec![least(element, member); most + 1];
                all.push(bound(elements.into(), Rule::TooLong(most)));
            }
            if let Some(least_many) = member.min_length.filter(|many| *many > 0) {
                let elements = vec![least(element, member); least_many - 1];
                all.push(bound(elements.into(), Rule::TooShort(least_many)));
            }
            all.extend(
                breaches(element, member)
                    .into_iter()
                    .map(|(value, below)| (padded(value, element, member), under("0", below))),
            );
        }
        Kind::Object(shape) => {
            all.push(wrong_type(json!("x")));
            all.extend(broken(shape));
        }
    }
    all
}

/// The simplest value that keeps the rules of the member.
pub(super) fn least(kind: &Kind, member: &Member) -> Value {
    match kind {
        Kind::String => least_text(member).into(),
        Kind::IntegerString => "1".into(),
        Kind::Integer { .. } | Kind::Float => {
            1.max(member.min.unwrap_or(1)).min(member.max.unwrap_or(i64::MAX)).into()
        }
        Kind::Bool => true.into(),
        Kind::List(element) => vec![least(element, member); member.min_length.unwrap_or(0)].into(),
        Kind::Object(shape) => minimal(shape),
    }
}

fn least_text(member: &Member) -> String {
    let plain = || "x".repeat(member.text_length().0.unwrap_or(1));
    let known = member.values.first().or(member.documented_values.first());
    let text = known.cloned().unwrap_or_else(plain);
    match &member.pattern {
        Some(pattern) if !pattern.is_match(&text) => {
            let (least, most) = member.text_length();
            let length = Length { least: least.unwrap_or(0), most };
            pattern::extremes(pattern, length).map_or(text, |(short, _)| short)
        }
        _ => text,
    }
}

/// A list with that value in front, long enough.
fn padded(first: Value, element: &Kind, member: &Member) -> Value {
    let rest = member.min_length.unwrap_or(0).saturating_sub(1);
    std::iter::once(first).chain(vec![least(element, member); rest]).collect()
}

fn violation(path: &str, rule: Rule, code: Option<&str>) -> Violation {
    Violation { path: path.to_owned(), rule, code: code.map(str::to_owned) }
}

/// The violation as seen from the value that holds it under that name.
fn under(name: &str, mut below: Violation) -> Violation {
    below.path =
        if below.path.is_empty() { name.to_owned() } else { format!("{name}.{}", below.path) };
    below
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog, validate};

    #[test]
    fn each_broken_request_has_the_violation_it_was_made_for() {
        for operation in catalog().operations() {
            assert_eq!(validate(&minimal(&operation.input), &operation.input), None);
            for (request, expected) in broken(&operation.input) {
                let found = validate(&request, &operation.input);
                assert_eq!(found, Some(expected), "{}", operation.name);
            }
        }
    }

    #[test]
    fn every_kind_of_rule_is_broken_somewhere_at_the_top_and_below() {
        let all: Vec<_> = catalog()
            .operations()
            .flat_map(|operation| broken(&operation.input))
            .map(|(_, violation)| violation)
            .collect();
        let has = |path: &str, rule: Rule| {
            all.iter().any(|found| found.path == path && found.rule == rule)
        };
        assert!(has("NotInTheModel", Rule::Unknown));
        assert!(has("DataFlowUserCreateList.0.Salt.SaltLocation.NotInTheModel", Rule::Unknown));
        assert!(has("Filters.0.Values.0", Rule::WrongType("string")));
        assert!(has("Pageable", Rule::Missing));
        assert!(has("ExportPropertyMaps.0.ColumnName", Rule::Missing));
        assert!(has("UserIds", Rule::TooLong(100)));
        assert!(has("Pageable.PageSize", Rule::OutOfRange(Some(1), Some(100))));
        let formats = ["NDJSON", "CSV"].map(str::to_owned).to_vec();
        assert!(has("Format", Rule::NotAllowed(formats)));
    }
}
