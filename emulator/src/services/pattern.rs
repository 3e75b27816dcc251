//! Texts that differ by a number: `{n}` and `{n:06}`. Nothing else in braces means anything.

use std::fmt::Write;
use std::ops::Range;

/// Widest number that a pattern can ask for.
const WIDTH_MAX: usize = 20;

/// A text with a number in it, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// The number with zeros in front to this many digits.
    Number(usize),
}

impl Pattern {
    /// Reads a pattern; the error says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (inside, behind) =
                after.split_once('}').ok_or_else(|| format!("{text:?} has a {{ without its }}"))?;
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            parts.push(Part::Number(width(inside).ok_or_else(|| {
                format!("{text:?} has {{{inside}}}, but only {{n}} and {{n:06}} are known")
            })?));
            rest = behind;
        }
        if rest.contains('}') || parts.iter().any(|p| matches!(p, Part::Text(t) if t.contains('}')))
        {
            return Err(format!("{text:?} has a }} without its {{"));
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts })
    }

    /// Whether different numbers give different texts.
    pub(crate) fn has_number(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Number(_)))
    }

    /// Writes the text for a number over what `into` held.
    pub(crate) fn fill(&self, number: u64, into: &mut String) {
        into.clear();
        for part in &self.parts {
            match part {
                Part::Text(text) => into.push_str(text),
                // Writing to a string cannot fail.
                Part::Number(width) => drop(write!(into, "{number:0width$}")),
            }
        }
    }

    /// The number that gives this text.
    pub(crate) fn number_of(&self, text: &str) -> Option<u64> {
        let (start, width) = match self.parts.as_slice() {
            [Part::Number(width), ..] => (0, *width),
            [Part::Text(before), Part::Number(width), ..] => (before.len(), *width),
            _ => return None,
        };
        let mut again = String::new();
        // A number of so many digits gives a text of one length.
        let mut lengths = (1..=WIDTH_MAX).filter(|digits| self.length(*digits) == text.len());
        lengths.find_map(|digits| {
            let number = text.get(start..start + digits.max(width))?.parse().ok()?;
            self.fill(number, &mut again);
            (again == text).then_some(number)
        })
    }

    /// How long a text is whose number has so many digits, in bytes.
    fn length(&self, digits: usize) -> usize {
        let of = |part: &Part| match part {
            Part::Text(text) => text.len(),
            Part::Number(width) => digits.max(*width),
        };
        self.parts.iter().map(of).sum()
    }

    /// False where no text of one pattern is one of the other, as their ends tell.
    pub(crate) fn may_meet(&self, other: &Self) -> bool {
        let fits = |one: &str, other: &str| {
            let rest = one.strip_prefix(other).or_else(|| other.strip_prefix(one));
            // Behind the shorter text there is a number.
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit())
            })
        };
        fits(self.before(), other.before()) && fits(&self.after(), &other.after())
    }

    /// The text before the first number.
    fn before(&self) -> &str {
        if let Some(Part::Text(text)) = self.parts.first() { text } else { "" }
    }

    /// The text behind the last number, backwards.
    fn after(&self) -> String {
        let Some(Part::Text(text)) = self.parts.last() else { return String::new() };
        text.chars().rev().collect()
    }
}

/// The numbers of a rule that makes so many from the first one on.
pub(crate) fn numbers(first: u32, count: u32) -> Range<u64> {
    let first = u64::from(first);
    first..first + u64::from(count)
}

/// A pattern that may be left out, with the string that it is written into over and over.
pub(crate) struct Filled {
    pattern: Option<Pattern>,
    text: String,
}

impl Filled {
    /// Reads the pattern, if there is one; the error says what is wrong with it.
    pub(crate) fn new(pattern: Option<&str>) -> anyhow::Result<Self> {
        let pattern = pattern.map(Pattern::parse).transpose().map_err(anyhow::Error::msg)?;
        Ok(Self { pattern, text: String::new() })
    }

    /// The text for that number.
    pub(crate) fn with(&mut self, number: u64) -> Option<&str> {
        self.pattern.as_ref()?.fill(number, &mut self.text);
        Some(&self.text)
    }
}

fn width(inside: &str) -> Option<usize> {
    match inside.strip_prefix('n')? {
        "" => Some(0),
        rest => rest.strip_prefix(":0")?.parse().ok().filter(|width| *width <= WIDTH_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pattern: &str, number: u64) -> String {
        let mut text = "old".to_owned();
        Pattern::parse(pattern).unwrap().fill(number, &mut text);
        text
    }

    #[test]
    fn numbers_stand_plain_or_with_zeros() {
        assert_eq!(filled("user-{n:06}", 42), "user-000042");
        assert_eq!(filled("{n}-{n}@x.cn", 7), "7-7@x.cn");
        assert_eq!(filled("plain", 7), "plain");
        assert!(!Pattern::parse("plain").unwrap().has_number());
    }

    #[test]
    fn a_text_leads_back_to_its_number() {
        let number_of = |pattern, text| Pattern::parse(pattern).unwrap().number_of(text);
        assert_eq!(number_of("user-{n:03}@x", "user-042@x"), Some(42));
        assert_eq!(number_of("user-{n:03}@x", "user-42@x"), None);
        assert_eq!(number_of("{n}", "7"), Some(7));
        assert_eq!(number_of("{n}-{n:02}@x", "7-07@x"), Some(7));
        assert_eq!(number_of("{n}{n}", "1212"), Some(12));
        assert_eq!(number_of("{n}{n}", "1213"), None);
        assert_eq!(number_of("é{n}", "é"), None);
        assert_eq!(number_of("plain", "plain"), None);
    }

    #[test]
    fn other_braces_are_explained() {
        for bad in ["{m}", "{n:6}", "{n:099}", "{n", "n}", "a}b{n}"] {
            assert!(Pattern::parse(bad).is_err(), "{bad}");
        }
        assert!(Pattern::parse("{x}").unwrap_err().contains("only {n} and {n:06}"));
    }
}
