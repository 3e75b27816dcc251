//! Values of a seed file that must not come again: single texts, and those that rules fill.

use std::collections::BTreeSet;
use std::ops::Range;

use super::pattern::Pattern;

/// What is taken, in the form in which it is compared.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    texts: BTreeSet<String>,
    rules: Vec<(Pattern, Range<u64>)>,
}

impl Taken {
    /// Takes a text; false where it was taken.
    pub(crate) fn text(&mut self, text: &str) -> bool {
        let is_filled = |(pattern, numbers): &(Pattern, Range<u64>)| {
            pattern.number_of(text).is_some_and(|number| numbers.contains(&number))
        };
        self.texts.insert(text.to_owned()) && !self.rules.iter().any(is_filled)
    }

    /// Takes what the pattern gives for these numbers. Gives one of them that was taken, if one was.
    pub(crate) fn rule(&mut self, pattern: Pattern, numbers: Range<u64>) -> Option<String> {
        if !pattern.has_number() {
            let mut text = String::new();
            pattern.fill(numbers.start, &mut text);
            return (!self.text(&text)).then_some(text);
        }
        let is_filled = |text: &&String| {
            pattern.number_of(text).is_some_and(|number| numbers.contains(&number))
        };
        let again = self.texts.iter().find(is_filled).cloned();
        let mut rules = self.rules.iter();
        let new = (&pattern, &numbers);
        let again =
            again.or_else(|| rules.find_map(|(other, theirs)| shared(new, (other, theirs))));
        self.rules.push((pattern, numbers));
        again
    }
}

/// A text that both rules fill.
fn shared(one: (&Pattern, &Range<u64>), other: (&Pattern, &Range<u64>)) -> Option<String> {
    let mut text = String::new();
    if one.0 == other.0 {
        let (start, end) = (one.1.start.max(other.1.start), one.1.end.min(other.1.end));
        one.0.fill(start, &mut text);
        return (start < end).then_some(text);
    }
    if !one.0.may_meet(other.0) {
        return None;
    }
    let ((few, numbers), (many, theirs)) = if one.1.end - one.1.start <= other.1.end - other.1.start
    {
        (one, other)
    } else {
        (other, one)
    };
    let mut met = numbers.clone().filter(|number| {
        few.fill(*number, &mut text);
        many.number_of(&text).is_some_and(|number| theirs.contains(&number))
    });
    let number = met.next()?;
    few.fill(number, &mut text);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken when the second rule comes after the first.
    fn met(first: (&str, Range<u64>), second: (&str, Range<u64>)) -> Option<String> {
        let mut taken = Taken::default();
        let parse = |text| Pattern::parse(text).unwrap();
        assert_eq!(taken.rule(parse(first.0), first.1), None);
        taken.rule(parse(second.0), second.1)
    }

    #[test]
    fn rules_meet_where_they_fill_the_same_text() {
        for (first, second, shared) in [
            (("u{n}", 1..31), ("u1{n}", 1..4), Some("u11")),
            (("u{n}", 1..31), ("u{n}", 31..40), None),
            (("u{n}", 1..31), ("u{n}", 30..40), Some("u30")),
            (("u{n:06}", 1..31), ("u00000{n}", 1..9), Some("u000001")),
            (("u{n:06}", 1..31), ("u0000{n}", 1..9), None),
            (("u{n}", 1..31), ("u{n}{n}", 1..3), Some("u11")),
            (("u{n}{n}", 1..9), ("u1", 0..1), None),
            (("u{n}{n}", 1..9), ("u22", 0..1), Some("u22")),
            (("u1", 0..1), ("u{n}", 1..9), Some("u1")),
            (("e{n}@x", 1..31), ("e1{n}@x", 1..4), Some("e11@x")),
            (("e{n}@x", 1..31), ("e{n}@y", 1..31), None),
            (("e{n}", 1..31), ("f{n}", 1..31), None),
            (("{n}", 1..31), ("2{n}", 0..2), Some("20")),
        ] {
            let case = format!("{first:?} {second:?}");
            assert_eq!(met(first.clone(), second.clone()).as_deref(), shared, "{case}");
        }
    }

    #[test]
    fn a_text_meets_a_rule_in_either_order() {
        let mut taken = Taken::default();
        assert!(taken.text("u7") && !taken.text("u7"));
        let pattern = Pattern::parse("u{n}").unwrap();
        assert_eq!(taken.rule(pattern, 1..9).as_deref(), Some("u7"));
        assert!(taken.text("u9") && !taken.text("u8"));
    }
}
