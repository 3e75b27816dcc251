//! Does a value keep the model? Names the first violation in the vendor's order; words it never.

use std::fmt;

use serde_json::{Map, Value};

use crate::model::{Kind, Member, ProtocolModel, RuleKind, Service, Shape};

/// A rule of the model that a value breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where, in the vendor's flattened spelling: `Filters.0.Key`.
    pub path: String,
    /// The broken rule.
    pub rule: Rule,
    /// The code that the model sets for it, where it is not the protocol's usual one.
    pub code: Option<String>,
}

impl Violation {
    /// The code that answers it: the member's, the service's or the protocol's.
    pub fn answered_by<'a>(
        &'a self,
        service: Option<&'a Service>,
        protocol: &'a ProtocolModel,
    ) -> &'a str {
        let kind = self.rule.kind();
        let own = service.and_then(|service| service.rule(kind)).map(|rule| &rule.code);
        let of_service = own.or_else(|| service?.bad_input.as_ref());
        let usual = || protocol.rules.get(&kind).map(|rule| &rule.code);
        self.code.as_ref().or(of_service).or_else(usual).map_or("", String::as_str)
    }
}

/// A rule that a value can break, in the order in which violations are reported.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The model has no such member.
    Unknown,
    /// The value is of another type; holds the expected type's word: `string`, `integer`, `float`,
    /// `boolean`, `array`, `object`.
    WrongType(&'static str),
    /// A required member is absent or null.
    Missing,
    /// A text or a list shorter than this.
    TooShort(usize),
    /// A text or a list longer than this.
    TooLong(usize),
    /// A text that does not look as it must.
    PatternMismatch,
    /// A number outside `min..=max`.
    OutOfRange(Option<i64>, Option<i64>),
    /// A text outside the allowed ones.
    NotAllowed(Vec<String>),
}

/// The first violation of `input` against `shape`: all unknown members before all wrong types
/// before all missing ones before the bounds, each in the vendor's order.
/// A null member counts as absent, but an unknown one is reported even when it is null; a null list
/// element is a wrong type.
pub fn validate(input: &Value, shape: &Shape) -> Option<Violation> {
    first(input, shape, |_| true)
}

/// The first value of a wrong type, for protocols that leave every other rule to their operations.
pub fn wrong_type(input: &Value, shape: &Shape) -> Option<Violation> {
    first(input, shape, |rule| matches!(rule, Rule::WrongType(_)))
}

/// The same, but unknown members are ignored.
pub fn validate_known(input: &Value, shape: &Shape) -> Option<Violation> {
    first(input, shape, |rule| !matches!(rule, Rule::Unknown))
}

fn first(input: &Value, shape: &Shape, told: fn(&Rule) -> bool) -> Option<Violation> {
    let Some(object) = input.as_object() else {
        let rule = Rule::WrongType("object");
        return Some(Violation { path: String::new(), rule, code: None });
    };
    let mut first = First { violation: None, told };
    members(&mut first, object, shape, &Path::Root);
    first.violation
}

/// Position of the walk: a chain through its stack frames, so that a valid value allocates nothing.
enum Path<'a> {
    Root,
    Member(&'a Path<'a>, &'a str),
    Element(&'a Path<'a>, usize),
}

/// The violation to report, of all that the walk has found.
struct First {
    violation: Option<Violation>,
    /// Which rules count.
    told: fn(&Rule) -> bool,
}

fn members(first: &mut First, object: &Map<String, Value>, shape: &Shape, path: &Path<'_>) {
    let known = shape.members.iter().filter(|member| object.contains_key(&member.name)).count();
    if known < object.len()
        && let Some(name) = object.keys().find(|name| shape.member(name).is_none())
    {
        first.meet(&Path::Member(path, name), None, || Rule::Unknown);
    }
    for member in &shape.members {
        if first.is_final() {
            return;
        }
        let path = Path::Member(path, &member.name);
        match object.get(&member.name) {
            None | Some(Value::Null) if member.required => {
                first.meet(&path, None, || Rule::Missing);
            }
            None | Some(Value::Null) => {}
            Some(value) => one(first, value, &member.kind, member, &path),
        }
    }
}

/// Checks one value of that kind: a member's own, or an element of its list.
fn one(first: &mut First, value: &Value, kind: &Kind, member: &Member, path: &Path<'_>) {
    if !kind.admits(value) {
        first.meet(path, None, || Rule::WrongType(kind.word()));
        return;
    }
    let code = member.code.as_deref();
    match (value, kind) {
        (Value::String(text), _) => {
            // A list's length is that of the list, not of its texts.
            let (least, most) = member.text_length();
            if let Some(most) = most.filter(|most| longer(text, *most)) {
                first.meet(path, code, || Rule::TooLong(most));
            } else if let Some(least) = least.filter(|least| !longer(text, least - 1)) {
                first.meet(path, code, || Rule::TooShort(least));
            } else if member.pattern.as_ref().is_some_and(|pattern| !pattern.is_match(text)) {
                first.meet(path, code, || Rule::PatternMismatch);
            } else if !member.allows(text) {
                first.meet(path, code, || Rule::NotAllowed(member.values.clone()));
            }
        }
        (Value::Number(_), _) if outside(value, member.min, member.max) => {
            first.meet(path, code, || Rule::OutOfRange(member.min, member.max));
        }
        (Value::Array(elements), Kind::List(kind)) => {
            if let Some(most) = member.max_length.filter(|most| elements.len() > *most) {
                first.meet(path, code, || Rule::TooLong(most));
            }
            if let Some(least) = member.min_length.filter(|least| elements.len() < *least) {
                first.meet(path, code, || Rule::TooShort(least));
            }
            for (at, element) in elements.iter().enumerate() {
                if first.is_final() {
                    return;
                }
                one(first, element, kind, member, &Path::Element(path, at));
            }
        }
        (Value::Object(object), Kind::Object(shape)) => members(first, object, shape, path),
        _ => {}
    }
}

/// Whether the text has more characters than that; its length in bytes mostly suffices.
fn longer(text: &str, most: usize) -> bool {
    text.len() > most && text.chars().nth(most).is_some()
}

fn outside(number: &Value, min: Option<i64>, max: Option<i64>) -> bool {
    if min.is_none() && max.is_none() {
        return false;
    }
    let whole = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    if let Some(whole) = whole {
        return min.is_some_and(|min| whole < i128::from(min))
            || max.is_some_and(|max| whole > i128::from(max));
    }
    #[expect(clippy::cast_precision_loss, reason = "bounds of fractions are small")]
    number.as_f64().is_some_and(|fraction| {
        min.is_some_and(|min| fraction < min as f64) || max.is_some_and(|max| fraction > max as f64)
    })
}

impl First {
    /// Keeps the violation if it comes before the one held so far.
    fn meet(&mut self, path: &Path<'_>, code: Option<&str>, rule: impl FnOnce() -> Rule) {
        let rule = rule();
        let later = |held: &Violation| held.rule.rank() <= rule.rank();
        if !(self.told)(&rule) || self.violation.as_ref().is_some_and(later) {
            return;
        }
        let code = code.map(str::to_owned);
        self.violation = Some(Violation { path: path.to_string(), rule, code });
    }

    /// Whether no later violation can come before it.
    fn is_final(&self) -> bool {
        matches!(&self.violation, Some(Violation { rule: Rule::Unknown, .. }))
    }
}

impl Rule {
    /// The kind of the rule.
    pub fn kind(&self) -> RuleKind {
        match self {
            Rule::Unknown => RuleKind::Unknown,
            Rule::WrongType(_) => RuleKind::WrongType,
            Rule::Missing => RuleKind::Missing,
            Rule::TooShort(_) => RuleKind::TooShort,
            Rule::TooLong(_) => RuleKind::TooLong,
            Rule::PatternMismatch => RuleKind::Pattern,
            Rule::OutOfRange(..) => RuleKind::OutOfRange,
            Rule::NotAllowed(_) => RuleKind::NotAllowed,
        }
    }

    /// Its place in the order of telling; the bounds share the last one.
    fn rank(&self) -> u8 {
        match self {
            Rule::Unknown => 0,
            Rule::WrongType(_) => 1,
            Rule::Missing => 2,
            Rule::TooLong(_)
            | Rule::TooShort(_)
            | Rule::PatternMismatch
            | Rule::OutOfRange(..)
            | Rule::NotAllowed(_) => 3,
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Member(Path::Root, name) => f.write_str(name),
            Path::Member(parent, name) => write!(f, "{parent}.{name}"),
            Path::Element(parent, at) => write!(f, "{parent}.{at}"),
        }
    }
}

/// Removes null members at any depth: null counts as absent.
pub fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
