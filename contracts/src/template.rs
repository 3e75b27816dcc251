//! Texts of a model with places for values.
//!
//! A place is written `{name=sample}`: the sample is used if no value is given. Every other
//! brace is a brace.

use std::borrow::Cow;

/// A piece of a template.
enum Piece<'a> {
    Literal(&'a str),
    Place { name: &'a str, sample: &'a str },
}

/// The text with these values, by name, in its places.
pub fn fill<'a>(template: &'a str, values: &[(&str, &str)]) -> Cow<'a, str> {
    if !template.contains('{') {
        return Cow::Borrowed(template);
    }
    let mut text = String::with_capacity(template.len() + 32);
    for piece in pieces(template) {
        text.push_str(match piece {
            Piece::Literal(literal) => literal,
            Piece::Place { name, sample } => {
                values.iter().find(|(known, _)| *known == name).map_or(sample, |(_, value)| value)
            }
        });
    }
    Cow::Owned(text)
}

/// Whether the text is the template with some values in its places.
pub fn fits(template: &str, text: &str) -> bool {
    let mut rest = text;
    let mut after_place = false;
    let mut pieces = pieces(template).peekable();
    while let Some(piece) = pieces.next() {
        let Piece::Literal(literal) = piece else {
            after_place = true;
            continue;
        };
        let after = if !after_place {
            rest.strip_prefix(literal)
        } else if pieces.peek().is_none() {
            rest.strip_suffix(literal).map(|_| "")
        } else {
            rest.split_once(literal).map(|(_, after)| after)
        };
        let Some(after) = after else { return false };
        rest = after;
        after_place = false;
    }
    after_place || rest.is_empty()
}

/// The pieces from left to right.
fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, sample, after)) = place(rest) {
            rest = after;
            return Some(Piece::Place { name, sample });
        }
        let next = rest
            .char_indices()
            .skip(1)
            .find(|(at, c)| *c == '{' && rest.get(*at..).and_then(place).is_some());
        let (literal, after) = rest.split_at(next.map_or(rest.len(), |(at, _)| at));
        rest = after;
        Some(Piece::Literal(literal))
    })
}

/// Name, sample and rest, if the text begins with a place.
fn place(text: &str) -> Option<(&str, &str, &str)> {
    let (inner, after) = text.strip_prefix('{')?.split_once('}')?;
    let (name, sample) = inner.split_once('=')?;
    let plain = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (plain && !name.is_empty()).then_some((name, sample, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "times `{count=21}`, limit {limit=20}; see {project_id}.";

    #[test]
    fn places_take_values_or_their_samples_and_other_braces_stay() {
        assert_eq!(fill(TEXT, &[]), "times `21`, limit 20; see {project_id}.");
        let filled = fill(TEXT, &[("limit", "5"), ("count", "6"), ("other", "7")]);
        assert_eq!(filled, "times `6`, limit 5; see {project_id}.");
        assert_eq!(fill("plain", &[("plain", "x")]), "plain");
        assert_eq!(fill("an {open=brace", &[]), "an {open=brace");
        assert_eq!(fill("{tail=}", &[]), "");
    }

    #[test]
    fn a_text_fits_the_template_that_it_was_made_from_and_no_other() {
        assert!(fits(TEXT, "times `6`, limit 5; see {project_id}."));
        assert!(!fits(TEXT, "times `6`, limit 5; see {project_id}"));
        assert!(!fits(TEXT, "Times `6`, limit 5; see {project_id}."));
        assert!(fits("begins{tail=}", "begins") && fits("begins{tail=}", "begins: so"));
        assert!(!fits("plain", "plainer") && fits("plain", "plain") && !fits("plain", "plai"));
        assert!(fits("a {x=1}.", "a b. c.") && !fits("a {x=1}.", "a b. c"));
    }
}
