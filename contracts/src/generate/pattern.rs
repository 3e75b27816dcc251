//! Texts that look like a pattern.

use fastrand::Rng;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::space::Length;
use crate::model::Pattern;

/// How much longer than it must be a repetition without an end becomes at most.
const MORE_MAX: u32 = 8;

/// How many texts are drawn for the shortest and the longest.
const TRIES: u64 = 64;

/// A short and a long text that match and have such a length: the shortest and the longest of some.
pub(super) fn extremes(pattern: &Pattern, length: Length) -> Option<(String, String)> {
    let texts = (0..TRIES).filter_map(|seed| drawn(pattern, &mut Rng::with_seed(seed)));
    let mut texts: Vec<_> = texts.filter(|text| length.admits(text.chars().count())).collect();
    texts.sort_by_key(String::len);
    Some((texts.first()?.clone(), texts.pop()?))
}

/// A text that matches; absent where the pattern has what no model needs: look-around, or bytes that are no text.
pub(super) fn drawn(pattern: &Pattern, rng: &mut Rng) -> Option<String> {
    let hir = regex_syntax::parse(pattern.as_str()).ok()?;
    let mut text = String::new();
    add(&hir, rng, &mut text)?;
    Some(text)
}

fn add(hir: &Hir, rng: &mut Rng, text: &mut String) -> Option<()> {
    match hir.kind() {
        // The anchors of the whole.
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(character(class, rng)?),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min.saturating_add(MORE_MAX));
            for _ in 0..rng.u32(repetition.min..=most) {
                add(&repetition.sub, rng, text)?;
            }
        }
        HirKind::Capture(capture) => add(&capture.sub, rng, text)?,
        HirKind::Concat(parts) => {
            for part in parts {
                add(part, rng, text)?;
            }
        }
        HirKind::Alternation(choices) => add(rng.choice(choices)?, rng, text)?,
    }
    Some(())
}

fn character(class: &Class, rng: &mut Rng) -> Option<char> {
    match class {
        Class::Unicode(class) => {
            let range = rng.choice(class.ranges())?;
            Some(rng.char(range.start()..=range.end()))
        }
        Class::Bytes(class) => {
            let range = rng.choice(class.ranges())?;
            Some(char::from(rng.u8(range.start()..=range.end())))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalog;

    #[test]
    fn every_pattern_of_the_models_has_texts() {
        let mut rng = Rng::with_seed(7);
        let shapes = catalog().services.iter().flat_map(|service| service.shapes.values());
        let inputs = catalog().operations().map(|operation| &*operation.input);
        let members = inputs.chain(shapes).flat_map(|shape| &shape.members);
        let mut tried = 0;
        for pattern in members.filter_map(|member| member.pattern.as_ref()) {
            for _ in 0..32 {
                let text = drawn(pattern, &mut rng);
                assert!(text.as_ref().is_some_and(|t| pattern.is_match(t)), "{pattern:?} {text:?}");
            }
            tried += 1;
        }
        assert!(tried > 10);
    }

    #[test]
    fn choices_repetitions_and_classes_are_all_used() {
        let pattern = Pattern::new("(a|b{0,2})[x-z]+").unwrap();
        let mut rng = Rng::with_seed(7);
        let texts: BTreeSet<_> = (0..500)
            .map(|_| drawn(&pattern, &mut rng).unwrap())
            .map(|t| t[..1].to_owned())
            .collect();
        assert_eq!(texts.into_iter().collect::<String>(), "abxyz");
    }
}
