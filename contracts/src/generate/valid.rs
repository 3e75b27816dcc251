//! Random requests that keep the model, as strategies that shrink.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::Value;

use super::space::{CHARACTERS_MAX, ELEMENTS_MAX, Length, ODD_CHARACTERS, Space};
use crate::model::{Kind, Member, Pattern, Shape};

/// Requests that keep the shape: required members always, optional ones sometimes, now and then
/// null, which counts as absent. Texts are never empty.
pub fn valid(shape: &Arc<Shape>) -> BoxedStrategy<Value> {
    let members: Vec<_> = shape.members.iter().map(member).collect();
    members.prop_map(|members| Value::Object(members.into_iter().flatten().collect())).boxed()
}

fn member(member: &Member) -> BoxedStrategy<Option<(String, Value)>> {
    let name = member.name.clone();
    let value = value(&member.kind, member);
    let present = if member.required {
        value.prop_map(Some).boxed()
    } else {
        prop_oneof![5 => Just(None), 1 => Just(Some(Value::Null)), 6 => value.prop_map(Some)]
            .boxed()
    };
    present.prop_map(move |value| value.map(|value| (name.clone(), value))).boxed()
}

fn value(kind: &Kind, member: &Member) -> BoxedStrategy<Value> {
    match Space::of(kind, member) {
        Space::Listed(texts) => select(texts.to_vec()).prop_map(Value::from).boxed(),
        Space::Pattern(pattern, length) => patterned(pattern, length),
        Space::Text(length, documented) => text(length, documented),
        Space::IntegerString => {
            prop_oneof![4 => any::<u64>().prop_map(|n| n.to_string().into()), 1 => any::<u32>().prop_map(Value::from)]
                .boxed()
        }
        Space::Integer(min, max) => integer(min, max),
        // A finite number is always a JSON number: `Value::from` gives null for the others only.
        Space::Float(min, max) => (min..=max).prop_map(Value::from).boxed(),
        Space::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Space::List(element, length) => {
            vec(value(element, member), length.least..=length.small(ELEMENTS_MAX))
                .prop_map(Value::from)
                .boxed()
        }
        Space::Object(shape) => valid(shape),
    }
}

fn integer(min: i128, max: i128) -> BoxedStrategy<Value> {
    let low = min.max(0).min(max);
    let small = low..=max.min(low + 100);
    prop_oneof![3 => small, 1 => min..=max].prop_map(super::whole_number).boxed()
}

fn patterned(pattern: &Pattern, length: Length) -> BoxedStrategy<Value> {
    let text = pattern.as_str().trim_start_matches('^').trim_end_matches('$');
    let fits = move |text: &String| length.admits(text.chars().count());
    // A pattern that the generator cannot read has no valid text; its test reports that.
    match string_regex(text) {
        Ok(texts) => texts.prop_filter("a length", fits).prop_map(Value::from).boxed(),
        Err(_) => Just(Value::Null).boxed(),
    }
}

fn text(length: Length, documented: &[String]) -> BoxedStrategy<Value> {
    let character = prop_oneof![
        8 => proptest::char::range('a', 'z'),
        2 => proptest::char::range('A', 'Z'),
        3 => proptest::char::range('0', '9'),
        2 => select(ODD_CHARACTERS),
    ];
    let free = vec(character, length.least..=length.small(CHARACTERS_MAX))
        .prop_map(|characters| Value::from(characters.into_iter().collect::<String>()));
    if documented.is_empty() {
        return free.boxed();
    }
    let known = select(documented.to_vec()).prop_map(Value::from);
    prop_oneof![3 => known, 1 => free].boxed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog, validate};

    #[test]
    fn valid_requests_keep_the_model_of_every_operation() {
        for operation in catalog().operations() {
            proptest!(ProptestConfig::with_cases(64), |(input in valid(&operation.input))| {
                prop_assert_eq!(validate(&input, &operation.input), None, "{}", operation.name);
            });
        }
    }
}
