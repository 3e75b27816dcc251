//! Evaluates a filter on the cached values of users, so that only users are read for whom these do not
//! decide.

use memchr::memmem::Finder;
use scim_v2::filter::{AttrExp, CompValue, CompareOp, Filter, ValFilter};

use super::super::attributes::is;
use super::super::filters::in_order;
use super::super::location::{core, leads_to};
use crate::runtime::clock::Timestamp;
use crate::runtime::fold::fold;
use crate::services::organization::directory::user_texts::{
    DISPLAY_NAME, EMAIL, Texts, USER_NAME, User,
};

/// A filter on cached values.
pub(super) enum CachedFilter {
    /// A filter on values that are not cached.
    Unknown,
    /// Whether the text in that column is not empty.
    Present(usize),
    /// Compares the text in that column; `expected` is folded.
    Text {
        column: usize,
        operator: CompareOp,
        expected: String,
        finder: Box<Finder<'static>>,
    },
    /// Compares the status.
    Active(bool),
    /// Compares the time of creation or of the last change.
    Moment {
        of: fn(&User) -> i64,
        operator: CompareOp,
        expected: Timestamp,
    },
    /// Whether the filter takes one of the addresses.
    Address(Box<CachedFilter>),
    Not(Box<CachedFilter>),
    And(Vec<CachedFilter>),
    Or(Vec<CachedFilter>),
}

impl CachedFilter {
    /// The part of the filter that cached values can decide.
    pub(super) fn of(filter: &Filter) -> Self {
        match filter {
            Filter::Attr(expression) => Self::of_user(expression),
            Filter::ValuePath(path) if leads_to(&path.attr, "emails") => {
                Self::Address(Box::new(Self::of_address(&path.filter)))
            }
            Filter::ValuePath(_) => Self::Unknown,
            Filter::Not(inner) => Self::Not(Box::new(Self::of(inner))),
            Filter::And(all) => Self::And(all.iter().map(Self::of).collect()),
            Filter::Or(any) => Self::Or(any.iter().map(Self::of).collect()),
        }
    }

    fn of_user(expression: &AttrExp) -> Self {
        let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
        let Some((Some(name), part)) = core(path) else { return Self::Unknown };
        match (name.to_ascii_lowercase().as_str(), part) {
            ("username", None) => Self::of_text(USER_NAME, expression),
            ("displayname", None) => Self::of_text(DISPLAY_NAME, expression),
            ("emails", None) => Self::of_text(EMAIL, expression),
            ("emails", Some(part)) if is(part, "value") => Self::of_text(EMAIL, expression),
            ("active", None) => Self::of_status(expression),
            ("meta", Some(part)) if is(part, "created") => {
                Self::of_moment(|user| user.created, expression)
            }
            ("meta", Some(part)) if is(part, "lastModified") => {
                Self::of_moment(|user| user.updated, expression)
            }
            _ => Self::Unknown,
        }
    }

    fn of_address(filter: &ValFilter) -> Self {
        match filter {
            ValFilter::Attr(expression) => {
                let (AttrExp::Present(path) | AttrExp::Comparison(path, ..)) = expression;
                match (&path.uri, &path.sub_attr) {
                    (None, None) if is(&path.name, "value") => Self::of_text(EMAIL, expression),
                    _ => Self::Unknown,
                }
            }
            ValFilter::Not(inner) => Self::Not(Box::new(Self::of_address(inner))),
            ValFilter::And(all) => Self::And(all.iter().map(Self::of_address).collect()),
            ValFilter::Or(any) => Self::Or(any.iter().map(Self::of_address).collect()),
        }
    }

    fn of_text(column: usize, expression: &AttrExp) -> Self {
        match expression {
            AttrExp::Present(_) => Self::Present(column),
            AttrExp::Comparison(_, operator, CompValue::Str(text)) => {
                let (operator, expected) = (operator.clone(), fold(text));
                let finder = Box::new(Finder::new(&expected).into_owned());
                Self::Text { column, operator, expected, finder }
            }
            AttrExp::Comparison(..) => Self::Unknown,
        }
    }

    fn of_status(expression: &AttrExp) -> Self {
        let AttrExp::Comparison(_, operator, value) = expression else { return Self::Unknown };
        let expected = match value {
            CompValue::True => true,
            CompValue::False => false,
            CompValue::Str(text) if is(text, "true") => true,
            CompValue::Str(text) if is(text, "false") => false,
            _ => return Self::Unknown,
        };
        match operator {
            CompareOp::Eq => Self::Active(expected),
            CompareOp::Ne => Self::Active(!expected),
            _ => Self::Unknown,
        }
    }

    fn of_moment(of: fn(&User) -> i64, expression: &AttrExp) -> Self {
        match expression {
            AttrExp::Comparison(_, CompareOp::Co | CompareOp::Sw | CompareOp::Ew, _) => {
                Self::Unknown
            }
            AttrExp::Comparison(_, operator, CompValue::Str(text)) => {
                match Timestamp::parse(text) {
                    Ok(expected) => Self::Moment { of, operator: operator.clone(), expected },
                    Err(_) => Self::Unknown,
                }
            }
            _ => Self::Unknown,
        }
    }

    /// Whether it can decide for some users.
    pub(super) fn can_decide(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Not(inner) | Self::Address(inner) => inner.can_decide(),
            Self::And(all) | Self::Or(all) => all.iter().any(Self::can_decide),
            _ => true,
        }
    }

    /// Whether the filter takes the user. `None` if the cached values do not decide it.
    pub(super) fn takes(&self, user: &User, texts: Texts<'_>) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Present(EMAIL) | Self::Text { column: EMAIL, .. } | Self::Address(_)
                if user.has_more_addresses =>
            {
                None
            }
            Self::Present(column) => Some(!texts.of(*column).is_empty()),
            Self::Text { column, operator, expected, finder } => {
                let text = texts.of(*column);
                // A user without the attribute has no value to compare. Every user has a name.
                if text.is_empty() && *column != USER_NAME {
                    return Some(*operator == CompareOp::Ne);
                }
                Some(match operator {
                    CompareOp::Co => finder.find(text).is_some(),
                    CompareOp::Sw => text.starts_with(expected.as_bytes()),
                    CompareOp::Ew => text.ends_with(expected.as_bytes()),
                    _ => in_order(Some(text.cmp(expected.as_bytes())), operator),
                })
            }
            Self::Active(expected) => Some(user.is_enabled == *expected),
            Self::Moment { of, operator, expected } => {
                let moment = Timestamp(of(user));
                moment.utc().map(|_| in_order(Some(moment.cmp(expected)), operator))
            }
            Self::Address(_) if texts.of(EMAIL).is_empty() => Some(false),
            Self::Address(inner) => inner.takes(user, texts),
            Self::Not(inner) => inner.takes(user, texts).map(|takes| !takes),
            Self::And(all) => combine(all.iter().map(|one| one.takes(user, texts)), false),
            Self::Or(any) => combine(any.iter().map(|one| one.takes(user, texts)), true),
        }
    }
}

/// One value that equals `decides` decides. Otherwise all values must be known.
fn combine(all: impl Iterator<Item = Option<bool>>, decides: bool) -> Option<bool> {
    let mut combined = Some(!decides);
    for one in all {
        match one {
            Some(value) if value == decides => return Some(decides),
            Some(_) => {}
            None => combined = None,
        }
    }
    combined
}
