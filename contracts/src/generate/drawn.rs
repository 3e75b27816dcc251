//! Random requests that keep the model. The same seed gives the same requests.

use fastrand::Rng;
use serde_json::{Map, Value};

use super::pattern;
use super::space::{CHARACTERS_MAX, ELEMENTS_MAX, Length, ODD_CHARACTERS, Space};
use crate::model::{Kind, Member, Pattern, Shape};

/// How often a text with a pattern is drawn again because of its length.
const TRIES: usize = 64;

/// A request that keeps the shape: required members always, optional ones sometimes. Texts are never empty.
pub fn drawn(shape: &Shape, rng: &mut Rng) -> Value {
    let mut members = Map::new();
    for member in &shape.members {
        if member.required || rng.bool() {
            members.insert(member.name.clone(), value(&member.kind, member, rng));
        }
    }
    members.into()
}

fn value(kind: &Kind, member: &Member, rng: &mut Rng) -> Value {
    match Space::of(kind, member) {
        Space::Listed(texts) => rng.choice(texts).cloned().unwrap_or_default().into(),
        Space::Pattern(pattern, length) => patterned(pattern, length, rng),
        Space::Text(length, documented) => match rng.choice(documented) {
            Some(known) if rng.u8(..4) > 0 => known.clone().into(),
            _ => text(length, rng).into(),
        },
        Space::IntegerString if rng.u8(..5) > 0 => rng.u64(..).to_string().into(),
        Space::IntegerString => rng.u32(..).into(),
        Space::Integer(min, max) => {
            let low = min.max(0).min(max);
            let small = (low, max.min(low + 100));
            let (min, max) = if rng.u8(..4) > 0 { small } else { (min, max) };
            super::whole_number(rng.i128(min..=max))
        }
        Space::Float(min, max) => (min + rng.f64() * (max - min)).into(),
        Space::Bool => rng.bool().into(),
        Space::List(element, length) => {
            let count = rng.usize(length.least..=length.small(ELEMENTS_MAX));
            (0..count).map(|_| value(element, member, rng)).collect()
        }
        Space::Object(shape) => drawn(shape, rng),
    }
}

fn text(length: Length, rng: &mut Rng) -> String {
    let count = rng.usize(length.least..=length.small(CHARACTERS_MAX));
    let mut character = || match rng.u8(..15) {
        ..8 => rng.lowercase(),
        8..10 => rng.uppercase(),
        10..13 => rng.digit(10),
        _ => rng.choice(ODD_CHARACTERS).copied().unwrap_or(' '),
    };
    std::iter::repeat_with(&mut character).take(count).collect()
}

/// A text that looks like this; null, which counts as absent, if none of a good length came.
fn patterned(pattern: &Pattern, length: Length, rng: &mut Rng) -> Value {
    let mut texts = std::iter::repeat_with(|| pattern::drawn(pattern, rng)).take(TRIES);
    let found = texts.find(|text| text.as_ref().is_some_and(|t| length.admits(t.chars().count())));
    found.flatten().map_or(Value::Null, Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{catalog, validate};

    #[test]
    fn drawn_requests_keep_the_model_of_every_operation() {
        let mut rng = Rng::with_seed(7);
        for operation in catalog().operations() {
            for _ in 0..64 {
                let input = drawn(&operation.input, &mut rng);
                assert_eq!(validate(&input, &operation.input), None, "{}", operation.name);
            }
        }
    }

    #[test]
    fn a_seed_gives_the_same_requests_and_another_one_others() {
        let ciam = catalog().service("ciam").unwrap();
        let shape = &ciam.operation("CreateUser", "2022-03-31").unwrap().input;
        let of = |seed| drawn(shape, &mut Rng::with_seed(seed));
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn optional_members_and_odd_characters_come_and_go() {
        let ciam = catalog().service("ciam").unwrap();
        let shape = &ciam.operation("CreateUserStore", "2022-03-31").unwrap().input;
        let mut rng = Rng::with_seed(7);
        let all: Vec<_> = (0..200).map(|_| drawn(shape, &mut rng)).collect();
        let with = all.iter().filter(|input| input.get("UserPoolDesc").is_some()).count();
        assert!((50..150).contains(&with), "{with}");
        let odd = |input: &&Value| input["UserPoolName"].as_str().is_some_and(|t| !t.is_ascii());
        assert!(all.iter().filter(odd).count() > 10);
    }
}
