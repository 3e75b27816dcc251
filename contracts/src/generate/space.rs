//! Which values a member may have. Strategies, boundary values and drawn values are all made from this.

use std::sync::Arc;

use crate::model::{Kind, Member, Pattern, Shape};

/// Most elements of a list where a few will do.
pub(super) const ELEMENTS_MAX: usize = 3;
/// Most characters of a text where a few will do.
pub(super) const CHARACTERS_MAX: usize = 12;
/// Beyond Latin letters: blanks, quotes, marks that formats trip over, Chinese, an emoji, an accent.
pub(super) const ODD_CHARACTERS: &[char] =
    &[' ', '"', '\'', '\\', ',', ';', '=', '%', '&', '<', '\n', '用', '户', '管', '理', '😀', 'é'];

/// The values of one kind that keep the rules of a member.
pub(super) enum Space<'a> {
    /// One of these texts.
    Listed(&'a [String]),
    /// A text that looks like this.
    Pattern(&'a Pattern, Length),
    /// Any text; the documented ones are more likely to lead somewhere.
    Text(Length, &'a [String]),
    /// The digits of a number, or the number.
    IntegerString,
    /// A whole number from the first to the last; all of them fit into `i64` or `u64`.
    Integer(i128, i128),
    /// A number from the first to the last.
    Float(f64, f64),
    /// True or false.
    Bool,
    /// Elements of that kind.
    List(&'a Kind, Length),
    /// An object.
    Object(&'a Arc<Shape>),
}

/// Bounds of a text in characters or of a list in elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// The fewest.
    pub(super) least: usize,
    /// The most; absent: no bound is known.
    pub(super) most: Option<usize>,
}

impl Length {
    /// The most where a few will do.
    pub(super) fn small(self, few: usize) -> usize {
        self.most.map_or(few, |most| most.min(few)).max(self.least)
    }

    /// Whether so many are within the bounds.
    pub(super) fn admits(self, count: usize) -> bool {
        count >= self.least && self.most.is_none_or(|most| count <= most)
    }
}

impl<'a> Space<'a> {
    /// The values of that kind: the member's own, or of the elements of its list.
    pub(super) fn of(kind: &'a Kind, member: &'a Member) -> Self {
        match kind {
            Kind::String => text(member),
            Kind::IntegerString => Self::IntegerString,
            Kind::Integer { unsigned } => {
                let (lowest, highest) = if *unsigned {
                    (0, i128::from(u64::MAX))
                } else {
                    (i128::from(i64::MIN), i128::from(i64::MAX))
                };
                let min = member.min.map_or(lowest, |min| i128::from(min).max(lowest));
                Self::Integer(min, member.max.map_or(highest, i128::from).max(min))
            }
            Kind::Float => {
                let min = member.min.map_or(-1e9, float);
                Self::Float(min, member.max.map_or(1e9, float).max(min))
            }
            Kind::Bool => Self::Bool,
            Kind::List(element) => {
                let least = member.min_length.unwrap_or(0);
                Self::List(element, Length { least, most: member.max_length })
            }
            Kind::Object(shape) => Self::Object(shape),
        }
    }
}

/// Texts are never empty: in most places an empty one counts as absent.
fn text(member: &Member) -> Space<'_> {
    if !member.values.is_empty() {
        return Space::Listed(&member.values);
    }
    let (least, most) = member.text_length();
    if let Some(pattern) = &member.pattern {
        return Space::Pattern(pattern, Length { least: least.unwrap_or(0), most });
    }
    let least = least.unwrap_or(1).min(most.unwrap_or(usize::MAX));
    Space::Text(Length { least, most }, &member.documented_values)
}

#[expect(clippy::cast_precision_loss, reason = "bounds of fractions are small")]
fn float(bound: i64) -> f64 {
    bound as f64
}
