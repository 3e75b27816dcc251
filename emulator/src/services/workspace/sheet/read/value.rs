//! The value of one cell as somebody reads it in the sheet: spreadsheets make numbers of phones, and
//! dates of what looks like one.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};

use super::dates;
use super::error::Unreadable;
use super::strings::Strings;
use super::styles::Styles;
use super::text::{check_length, plain, rich, unescape};
use super::xml::{Xml, attribute};
use crate::services::workspace::sheet::Bounds;

/// What cells refer to.
pub(super) struct Context<'a> {
    pub(super) strings: &'a Strings,
    pub(super) styles: &'a Styles,
    pub(super) is_1904: bool,
    pub(super) bounds: &'a Bounds,
}

/// What a cell's tag says of its value.
pub(super) struct Cell {
    kind: Kind,
    style: Option<usize>,
}

/// How the value is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Shared,
    Inline,
    Formula,
    Bool,
    /// A date in words, or what a formula went wrong with.
    AsItIs,
    Number,
    /// No type is given: a number, or a text where it is none.
    Guessed,
}

impl Cell {
    /// Reads the tag.
    pub(super) fn of(element: &BytesStart<'_>) -> Result<Self, Unreadable> {
        let kind = match attribute(element, "t")?.as_deref() {
            None => Kind::Guessed,
            Some("n") => Kind::Number,
            Some("s") => Kind::Shared,
            Some("inlineStr" | "is") => Kind::Inline,
            Some("str") => Kind::Formula,
            Some("b") => Kind::Bool,
            Some("d" | "e") => Kind::AsItIs,
            Some(other) => return Err(wrong("type of a cell", other)),
        };
        let style = attribute(element, "s")?.and_then(|style| style.parse().ok());
        Ok(Self { kind, style })
    }

    /// Reads on to the end of the cell; its text.
    pub(super) fn text<'a, R: BufRead>(
        &self,
        xml: &mut Xml<R>,
        context: &Context<'a>,
    ) -> Result<Cow<'a, str>, Unreadable> {
        enum Child {
            Value,
            Inline,
            Other,
        }
        let outside = xml.depth().saturating_sub(1);
        let mut value = Cow::Borrowed("");
        while xml.depth() > outside {
            let child = match xml.inside()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" if self.kind != Kind::Inline => Child::Value,
                    "is" => Child::Inline,
                    _ => Child::Other,
                },
                _ => continue,
            };
            match child {
                Child::Value => value = self.value(plain(xml, context.bounds)?, context)?,
                Child::Inline => {
                    let mut text = String::new();
                    rich(xml, &mut text, context.bounds)?;
                    value = Cow::Owned(text);
                }
                Child::Other => xml.skip()?,
            }
        }
        check_length(&value, context.bounds)?;
        Ok(value)
    }

    fn value<'a>(&self, text: String, context: &Context<'a>) -> Result<Cow<'a, str>, Unreadable> {
        let word = text.trim();
        if word.is_empty() && self.kind != Kind::Formula {
            return Ok(Cow::Borrowed(""));
        }
        match self.kind {
            Kind::Shared => {
                let string = word.parse().ok().and_then(|number| context.strings.get(number));
                string.map(Cow::Borrowed).ok_or_else(|| wrong("number of a shared string", word))
            }
            Kind::Bool => match word {
                "1" => Ok(Cow::Borrowed("true")),
                "0" => Ok(Cow::Borrowed("false")),
                _ if word.eq_ignore_ascii_case("true") => Ok(Cow::Borrowed("true")),
                _ if word.eq_ignore_ascii_case("false") => Ok(Cow::Borrowed("false")),
                _ => Err(wrong("value of a boolean", word)),
            },
            Kind::Formula => Ok(Cow::Owned(unescape(&text).into_owned())),
            Kind::Inline | Kind::AsItIs => Ok(Cow::Owned(text)),
            Kind::Number | Kind::Guessed => match word.parse() {
                Ok(number) => Ok(Cow::Owned(self.number(number, context))),
                Err(_) if self.kind == Kind::Guessed => Ok(Cow::Owned(text)),
                Err(_) => Err(wrong("number", word)),
            },
        }
    }

    /// A number with all its digits, or the date that it stands for.
    fn number(&self, number: f64, context: &Context<'_>) -> String {
        if self.style.is_some_and(|style| context.styles.is_date(style)) {
            dates::iso(number, context.is_1904)
        } else {
            number.to_string()
        }
    }
}

fn wrong(what: &str, value: &str) -> Unreadable {
    let shown: String = value.chars().take(32).collect();
    Unreadable::broken(format_args!("{shown:?} is no {what}"))
}
