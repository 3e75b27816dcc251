//! Texts in which case does not count: the one form in which they are compared, in Rust and in SQL.
//!
//! It is Unicode's simple case folding, letter by letter: `É` is `é` and `Σ`, `σ`, `ς` are one letter.
//! It makes no letter two, so `ß` is `ẞ` and not `ss`, and `İ` is only itself. It composes nothing: an
//! accent that is a character of its own stays one.

use std::cmp::Ordering;
use std::num::NonZeroU32;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

/// The text without regard to case.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(folded).collect()
}

/// Appends the folded text.
pub fn append(text: &str, to: &mut Vec<u8>) {
    let from = to.len();
    if text.is_ascii() {
        to.extend_from_slice(text.as_bytes());
        to.iter_mut().skip(from).for_each(u8::make_ascii_lowercase);
    } else {
        to.extend_from_slice(fold(text).as_bytes());
    }
}

fn folded(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    let other = unicode_case_mapping::case_folded(letter).map(NonZeroU32::get);
    other.and_then(char::from_u32).unwrap_or(letter)
}

/// The order of two texts without regard to case: that of their folded forms, without a copy of them.
pub fn compare(text: &str, other: &str) -> Ordering {
    let (mut texts, mut others) = (text.chars(), other.chars());
    loop {
        match (texts.next(), others.next()) {
            (Some(letter), Some(other)) if letter == other => {}
            (Some(letter), Some(other)) => match folded(letter).cmp(&folded(other)) {
                Ordering::Equal => {}
                order => return order,
            },
            (rest, other) => return rest.is_some().cmp(&other.is_some()),
        }
    }
}

/// Whether the text contains a part that is folded already.
fn has(text: &[u8], part: &str) -> bool {
    if !text.is_ascii() {
        return str::from_utf8(text).is_ok_and(|text| fold(text).contains(part));
    }
    // Without a copy of the text: a search asks this of every row. Most places are refused by one byte.
    let Some(first) = part.bytes().next() else { return true };
    text.windows(part.len()).any(|window| {
        window.first().is_some_and(|byte| byte.to_ascii_lowercase() == first)
            && window.eq_ignore_ascii_case(part.as_bytes())
    })
}

/// Makes [`fold`] known to the statements of a connection under that name, where null stays null; and
/// `fold_has(part, text, ...)`: whether one of the texts contains the part, which is folded already.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("fold", 1, flags, |call| {
        Ok(call.get::<Option<String>>(0)?.as_deref().map(fold))
    })?;
    connection.create_scalar_function("fold_has", -1, flags, |call| {
        let part = call.get_raw(0).as_str()?;
        let mut texts = (1..call.len()).map(|at| call.get_raw(at).as_bytes_or_null());
        texts.try_fold(false, |found, text| Ok(found || text?.is_some_and(|text| has(text, part))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_lose_their_case_and_nothing_else() {
        for (text, expected) in [
            ("", ""),
            ("A-z_09", "a-z_09"),
            ("ÉCOLE Ärzte", "école ärzte"),
            ("ПРИВЕТ", "привет"),
            ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
            ("STRAẞE Straße", "straße straße"),
            ("İI ıi", "İi ıi"),
            ("E\u{301}", "e\u{301}"),
            ("ſ\u{212a}µ", "skμ"),
            ("管理 🦊", "管理 🦊"),
        ] {
            assert_eq!(fold(text), expected);
            assert_eq!(fold(expected), expected);
            let mut appended = b"X".to_vec();
            append(text, &mut appended);
            assert_eq!(appended, format!("X{expected}").into_bytes());
        }
    }

    #[test]
    fn texts_have_the_order_of_their_folded_forms() {
        let texts =
            ["", "a", "A", "ab", "aC", "Z", "\u{212a}elvin", "KELVIN", "É", "é", "éa", "管"];
        for text in texts {
            for other in texts {
                let expected = fold(text).cmp(&fold(other));
                assert_eq!(compare(text, other), expected, "{text} {other}");
            }
        }
    }

    #[test]
    fn statements_fold_as_the_program_does() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let folded = |text: Option<&str>| -> Option<String> {
            connection.query_row("SELECT fold(?1)", [text], |row| row.get(0)).unwrap()
        };
        assert_eq!(folded(Some("ÉCOLE İ")), Some(fold("ÉCOLE İ")));
        assert_eq!(folded(None), None);
    }

    #[test]
    fn statements_search_as_the_program_does() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let texts = ["", "a", "Anna", "Anna ÉCOLE", "\u{212a}elvin", "xx aNN"];
        for part in ["", "a", "ann", "anna", "é", "k", "nna é", "zzzzzzz"] {
            for text in texts {
                let found: (bool, bool) = connection
                    .query_row(
                        "SELECT fold_has(?1, ?2), fold_has(?1, NULL, 'zz', ?2)",
                        [part, text],
                        |row| Ok((row.get(0)?, row.get(1)?)),
                    )
                    .unwrap();
                let expected = fold(text).contains(part);
                assert_eq!(found, (expected, expected || part.is_empty()), "{part} {text}");
            }
        }
    }
}
