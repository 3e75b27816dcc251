//! The cell of a sheet that names a user's groups. A name may contain the separator: then it is in
//! quotes, with its own quotes doubled. A cell that is a group's name as a whole means that group, so a
//! single name needs no quotes, and several are never written as what is a name, too.

use std::borrow::Cow;

/// The separator of names: sheets in Chinese have a wide one.
const SEPARATORS: [char; 2] = [';', '\u{ff1b}'];

/// The cell for these groups; `is_name`: whether a text with a separator is a group's name.
pub(super) fn write(names: &[String], is_name: impl Fn(&str) -> bool) -> Cow<'_, str> {
    match names {
        [] => Cow::Borrowed(""),
        [name] => Cow::Borrowed(name),
        _ => {
            let names: Vec<Cow<'_, str>> = names.iter().map(|name| quoted(name)).collect();
            let mut cell = names.join(";");
            while is_name(&cell) {
                // One name more, which says nothing.
                cell.push(';');
            }
            Cow::Owned(cell)
        }
    }
}

/// The name, in quotes if it could be read in another way.
fn quoted(name: &str) -> Cow<'_, str> {
    if name.contains(SEPARATORS) || name.starts_with('"') || name.trim() != name {
        Cow::Owned(format!("\"{}\"", name.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(name)
    }
}

/// Whether a name can be met as a whole cell of several.
pub(super) fn has_separator(name: &str) -> bool {
    name.contains(SEPARATORS)
}

/// The names in a cell that is no group's name as a whole.
pub(super) fn names(cell: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let mut rest = cell;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (name, behind) = first(rest);
            rest = behind;
            if !name.is_empty() {
                return Some(name);
            }
        }
        None
    })
}

/// The first name of a cell, and the text after its separator.
fn first(cell: &str) -> (Cow<'_, str>, &str) {
    if let Some((name, behind)) = unquoted(cell.trim_start()) {
        return (Cow::Owned(name), behind);
    }
    let (name, behind) = cell.split_once(SEPARATORS).unwrap_or((cell, ""));
    (Cow::Borrowed(name.trim()), behind)
}

/// The name in the quotes that a cell begins with, if they end where a name may.
fn unquoted(cell: &str) -> Option<(String, &str)> {
    let mut rest = cell.strip_prefix('"')?;
    let mut name = String::new();
    loop {
        let (before, behind) = rest.split_once('"')?;
        name.push_str(before);
        match behind.strip_prefix('"') {
            Some(behind) => {
                name.push('"');
                rest = behind;
            }
            None if behind.trim_start().is_empty() => return Some((name, "")),
            None => return Some((name, behind.trim_start().strip_prefix(SEPARATORS)?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> Vec<String> {
        names(cell).map(Cow::into_owned).collect()
    }

    fn written(names: &[&str], known: &[&str]) -> String {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        write(&names, |cell| known.contains(&cell)).into_owned()
    }

    #[test]
    fn names_are_quoted_where_they_could_be_misread() {
        assert_eq!(written(&[], &[]), "");
        assert_eq!(written(&["R;D"], &[]), "R;D");
        assert_eq!(written(&["a", "b"], &[]), "a;b");
        assert_eq!(
            written(&["R;D", "b", " c", "\"d", "e\"f"], &[]),
            "\"R;D\";b;\" c\";\"\"\"d\";e\"f"
        );
        assert_eq!(written(&["R", "D"], &["R;D", "R;D;"]), "R;D;;");
    }

    #[test]
    fn names_are_read_with_quotes_and_without() {
        assert_eq!(read(" a ; b\u{ff1b}c;; "), ["a", "b", "c"]);
        assert_eq!(read("\"R;D\" ;b;\" c\""), ["R;D", "b", " c"]);
        assert_eq!(read("\"a\"\"b\";c"), ["a\"b", "c"]);
        // Quotes that are none.
        assert_eq!(read("\"a;b"), ["\"a", "b"]);
        assert_eq!(read("\"a\"x;b"), ["\"a\"x", "b"]);
        assert!(read(" ; \u{3000}").is_empty());
    }
}
