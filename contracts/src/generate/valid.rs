//! Random requests that keep the model.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::Value;

use crate::model::{Kind, Member, Shape};

/// Most elements of a generated list.
const ELEMENTS_MAX: usize = 3;
/// Most characters of a generated text.
const CHARACTERS_MAX: usize = 12;
/// Beyond Latin letters: blanks, quotes, marks that formats trip over, Chinese, an emoji, an accent.
const ODD_CHARACTERS: &[char] =
    &[' ', '"', '\'', '\\', ',', ';', '=', '%', '&', '<', '\n', '用', '户', '管', '理', '😀', 'é'];

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
    match kind {
        Kind::String => text(member),
        Kind::IntegerString => {
            prop_oneof![4 => any::<u64>().prop_map(|n| n.to_string().into()), 1 => any::<u32>().prop_map(Value::from)]
                .boxed()
        }
        Kind::Integer { unsigned: false } => {
            let (min, max) = (member.min.unwrap_or(i64::MIN), member.max.unwrap_or(i64::MAX));
            let small = min.max(0).min(max)..=max.min(min.max(0).saturating_add(100));
            prop_oneof![3 => small, 1 => min..=max].prop_map(Value::from).boxed()
        }
        Kind::Integer { unsigned: true } => {
            let min = member.min.and_then(|min| u64::try_from(min).ok()).unwrap_or(0);
            let max = member.max.and_then(|max| u64::try_from(max).ok()).unwrap_or(u64::MAX);
            let small = min..=max.min(min.saturating_add(100));
            prop_oneof![3 => small, 1 => min..=max].prop_map(Value::from).boxed()
        }
        Kind::Float => fraction(member),
        Kind::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Kind::List(element) => {
            let most = member.max_length.map_or(ELEMENTS_MAX, |most| most.min(ELEMENTS_MAX));
            let least = member.min_length.unwrap_or(0);
            vec(value(element, member), least..=most.max(least)).prop_map(Value::from).boxed()
        }
        Kind::Object(shape) => valid(shape),
    }
}

fn text(member: &Member) -> BoxedStrategy<Value> {
    if !member.values.is_empty() {
        return select(member.values.clone()).prop_map(Value::from).boxed();
    }
    let (least, own_length) = member.text_length();
    if let Some(pattern) = &member.pattern {
        let text = pattern.as_str().trim_start_matches('^').trim_end_matches('$');
        let fits = move |text: &String| {
            let count = text.chars().count();
            count >= least.unwrap_or(0) && own_length.is_none_or(|most| count <= most)
        };
        // A pattern that the generator cannot read has no valid text; its test reports that.
        return match string_regex(text) {
            Ok(texts) => texts.prop_filter("a length", fits).prop_map(Value::from).boxed(),
            Err(_) => Just(Value::Null).boxed(),
        };
    }
    let most = own_length.map_or(CHARACTERS_MAX, |most| most.min(CHARACTERS_MAX));
    let character = prop_oneof![
        8 => proptest::char::range('a', 'z'),
        2 => proptest::char::range('A', 'Z'),
        3 => proptest::char::range('0', '9'),
        2 => select(ODD_CHARACTERS),
    ];
    let free = vec(character, least.unwrap_or(1).min(most)..=most)
        .prop_map(|characters| Value::from(characters.into_iter().collect::<String>()));
    if member.documented_values.is_empty() {
        return free.boxed();
    }
    let known = select(member.documented_values.clone()).prop_map(Value::from);
    prop_oneof![3 => known, 1 => free].boxed()
}

#[expect(clippy::cast_precision_loss, reason = "bounds of fractions are small")]
fn fraction(member: &Member) -> BoxedStrategy<Value> {
    let min = member.min.map_or(-1e9, |min| min as f64);
    let max = member.max.map_or(1e9, |max| max as f64);
    // A finite number is always a JSON number: `Value::from` gives null for the others only.
    (min..=max.max(min)).prop_map(Value::from).boxed()
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
