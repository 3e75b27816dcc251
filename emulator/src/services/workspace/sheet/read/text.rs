//! Texts of cells: runs of a rich text, and escapes of characters that XML cannot hold.

use std::borrow::Cow;
use std::io::BufRead;

use quick_xml::events::Event;

use super::error::Unreadable;
use super::xml::{Xml, attribute};
use crate::services::workspace::sheet::Bounds;

/// Bytes of `_xHHHH_`, which stands for one UTF-16 unit: no unit takes more.
const ESCAPE: usize = 7;

/// Appends the text of a shared or inline string whose element has just begun: its text, or the
/// texts of its runs. Phonetic hints are no part of it.
pub(super) fn rich<R: BufRead>(
    xml: &mut Xml<R>,
    into: &mut String,
    bounds: &Bounds,
) -> Result<(), Unreadable> {
    enum Child {
        Text { is_preserved: bool },
        Run,
        Other,
    }
    let (outside, from) = (xml.depth().saturating_sub(1), into.len());
    while xml.depth() > outside {
        let child = match xml.inside()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => Child::Text {
                    is_preserved: attribute(&element, "space")?.as_deref() == Some("preserve"),
                },
                "r" => Child::Run,
                _ => Child::Other,
            },
            _ => continue,
        };
        match child {
            Child::Text { is_preserved } => {
                let text = plain(xml, bounds)?;
                let blanks = [' ', '\t', '\r', '\n'];
                let text = if is_preserved { &*text } else { text.trim_matches(blanks) };
                into.push_str(&unescape(text));
                check_length(into.get(from..).unwrap_or_default(), bounds)?;
            }
            Child::Run => {}
            Child::Other => xml.skip()?,
        }
    }
    Ok(())
}

/// The text of the element that has just begun, with its escapes as they are.
pub(super) fn plain<R: BufRead>(xml: &mut Xml<R>, bounds: &Bounds) -> Result<String, Unreadable> {
    let mut text = String::new();
    xml.text(&mut text, bounds.cell_characters.saturating_mul(ESCAPE))?;
    Ok(text)
}

/// Refuses a text that no cell can hold.
pub(super) fn check_length(text: &str, bounds: &Bounds) -> Result<(), Unreadable> {
    let most = bounds.cell_characters;
    // No text has more units than bytes.
    if text.len() > most && text.encode_utf16().count() > most {
        return Err(Unreadable(format!("a cell has more than {most} characters.")));
    }
    Ok(())
}

/// Resolves `_xHHHH_`: a UTF-16 unit, half of a pair where the character needs two. A half alone
/// becomes U+FFFD.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let (mut whole, mut units, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some(character) = rest.chars().next() {
        if let Some(unit) = escape(rest) {
            units.push(unit);
            rest = rest.get(ESCAPE..).unwrap_or_default();
            continue;
        }
        flush(&mut units, &mut whole);
        whole.push(character);
        rest = rest.get(character.len_utf8()..).unwrap_or_default();
    }
    flush(&mut units, &mut whole);
    Cow::Owned(whole)
}

fn flush(units: &mut Vec<u16>, into: &mut String) {
    let characters = char::decode_utf16(units.drain(..));
    into.extend(characters.map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER)));
}

/// The unit of the escape that the text begins with.
fn escape(text: &str) -> Option<u16> {
    let digits = text.get(..ESCAPE)?.strip_prefix("_x")?.strip_suffix('_')?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hex { u16::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_and_what_looks_like_one_is_not() {
        for (text, expected) in [
            ("plain", "plain"),
            ("_x000D_\n", "\r\n"),
            ("_x005F_x0041_", "_x0041_"),
            ("a_xD83D__xDCF7_b", "a\u{1f4f7}b"),
            ("_xD83D_b", "\u{fffd}b"),
            ("_xDCF7__xD83D_", "\u{fffd}\u{fffd}"),
            ("_x00g1_ _x+041_ _x041_ _X0041_ _x", "_x00g1_ _x+041_ _x041_ _X0041_ _x"),
            ("张_x0041_三_x", "张A三_x"),
        ] {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }
}
