//! Which cell formats show a number as a date or a time. Nothing else of a style is kept.

use std::collections::HashMap;

use quick_xml::events::{BytesStart, Event};

use super::error::Unreadable;
use super::package::Package;
use super::xml::attribute;
use crate::services::workspace::sheet::Bounds;

/// Cell formats by their number.
#[derive(Debug, Default)]
pub(super) struct Styles {
    /// The number format of each cell format.
    cell_formats: Vec<u32>,
    /// Whether a number format of the file's own shows dates.
    custom: HashMap<u32, bool>,
}

impl Styles {
    /// Reads the part of that name; a file need not have one.
    pub(super) fn read(
        package: &mut Package<'_>,
        name: &str,
        bounds: &Bounds,
    ) -> Result<Self, Unreadable> {
        let mut styles = Self::default();
        let Some(mut xml) = package.part(name)? else { return Ok(styles) };
        let mut is_in_cell_formats = false;
        loop {
            match xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "cellXfs" => is_in_cell_formats = true,
                    "xf" if is_in_cell_formats => styles.cell_formats.push(number(&element)?),
                    "numFmt" => {
                        let code = attribute(&element, "formatCode")?.unwrap_or_default();
                        styles.custom.insert(number(&element)?, is_date(&code));
                    }
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                    is_in_cell_formats = false;
                }
                Event::Eof => return Ok(styles),
                _ => {}
            }
            if styles.cell_formats.len().max(styles.custom.len()) > bounds.cell_formats {
                let most = bounds.cell_formats;
                return Err(Unreadable(format!("the file has more than {most} cell formats.")));
            }
        }
    }

    /// Whether cells of that format show dates; none does that is not there.
    pub(super) fn is_date(&self, cell_format: usize) -> bool {
        let Some(number) = self.cell_formats.get(cell_format) else { return false };
        let builtin = || matches!(number, 14..=22 | 27..=36 | 45..=47 | 50..=58);
        self.custom.get(number).copied().unwrap_or_else(builtin)
    }
}

fn number(element: &BytesStart<'_>) -> Result<u32, Unreadable> {
    let id = attribute(element, "numFmtId")?;
    Ok(id.and_then(|id| id.parse().ok()).unwrap_or_default())
}

/// Whether a number format has a part of a date or of a time in its first section.
fn is_date(code: &str) -> bool {
    let (mut characters, mut is_quoted) = (code.chars(), false);
    while let Some(character) = characters.next() {
        match character {
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            // What follows is shown as it is, or says how wide or with what to fill.
            '\\' | '_' | '*' => drop(characters.next()),
            ';' => return false,
            '[' => {
                let inside: String = characters.by_ref().take_while(|&next| next != ']').collect();
                if is_elapsed(&inside) {
                    return true;
                }
            }
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return true,
            _ => {}
        }
    }
    false
}

/// Hours, minutes or seconds in all, as in `[h]:mm`; other words in brackets are colours, currencies
/// and conditions.
fn is_elapsed(inside: &str) -> bool {
    let inside = inside.to_ascii_lowercase();
    ['h', 'm', 's'].iter().any(|&unit| !inside.is_empty() && inside.chars().all(|c| c == unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_numbers_by_their_format() {
        for code in [
            "yyyy-mm-dd",
            "DD/MM/YY",
            "H:MM:SS;@",
            "m\"M\"d\"D\";@",
            "[h]:mm:ss",
            "[ss].00",
            "[$-409]d-mmm;@",
            "yyyy\"年\"m\"月\"",
            "h AM/PM",
            "[Red]d",
            "_(d_)",
            "[SS]",
        ] {
            assert!(is_date(code), "{code}");
        }
        for code in [
            "General",
            "0.00E+00",
            "#,##0\\ [$\u{20bd}-46D]",
            "\"days\" 0",
            "\\d0",
            "0;d",
            "",
            "[Red]0",
            "_(* #,##0_)",
            "_d0",
            "@",
            "[>=100]0",
            "[$USD]0",
            "\"open",
            "[open",
        ] {
            assert!(!is_date(code), "{code}");
        }
    }
}
