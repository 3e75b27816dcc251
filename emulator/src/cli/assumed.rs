//! `cloudtwin operations --assumed`: what no source of the vendors says, and why it is as it is.

use std::fmt::Write as _;

use contracts::assumed::Assumption;

/// One line each, in columns.
pub(super) fn table(rows: &[Assumption]) -> String {
    let width = |text: fn(&Assumption) -> usize| rows.iter().map(text).max().unwrap_or_default();
    let (of, name) = (width(|row| row.of.len()), width(|row| row.name.len()));
    let mut text = format!("{:of$}  {:9}  {:name$}  ASSUMED\n", "OF", "FACT", "NAME");
    for Assumption { of: owner, kind, name: what, why } in rows {
        // Writing to memory cannot fail.
        _ = writeln!(text, "{owner:of$}  {:9}  {what:name$}  {why}", kind.word());
    }
    text
}

/// The same as a table for a page.
pub(super) fn markdown(rows: &[Assumption]) -> String {
    let mut text = "| of | fact | name | assumed |\n| --- | --- | --- | --- |\n".to_owned();
    for Assumption { of, kind, name, why } in rows {
        _ = writeln!(text, "| {of} | {} | {name} | {} |", kind.word(), why.replace('|', "\\|"));
    }
    text
}
