//! The sheet itself: a cell at a time, never as a rectangle, so that one stray cell far away costs
//! nothing.

use std::io::BufRead;

use quick_xml::events::{BytesStart, Event};

use super::error::Unreadable;
use super::value::{Cell, Context};
use super::xml::{Xml, attribute};
use crate::services::workspace::sheet::{Bounds, ROWS_MAX, Rows};

/// Columns of a sheet: the format's own bound.
const COLUMNS_MAX: usize = 16_384;

/// Reads the cells of a sheet, as texts.
pub(super) fn read<R: BufRead>(mut xml: Xml<R>, context: &Context<'_>) -> Result<Rows, Unreadable> {
    find_data(&mut xml)?;
    let mut sheet = Reading { rows: Rows::default(), line: 0, column: 0, current: 0 };
    loop {
        match xml.inside()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "row" => sheet.begin_row(&element)?,
                "c" => {
                    sheet.move_to(&element, context.bounds)?;
                    let cell = Cell::of(&element)?;
                    sheet.cell(&mut xml, &cell, context)?;
                }
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "row" => (sheet.line, sheet.column) = (sheet.line + 1, 0),
                "sheetData" => break,
                _ => {}
            },
            _ => {}
        }
    }
    sheet.rows.end_row();
    sheet.check_rows(context.bounds)?;
    xml.finish()?;
    Ok(sheet.rows)
}

fn find_data<R: BufRead>(xml: &mut Xml<R>) -> Result<(), Unreadable> {
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "sheetData" => return Ok(()),
            Event::Eof => return Err(Unreadable::broken("its first sheet has no cells")),
            _ => {}
        }
    }
}

/// How far reading has come. Lines and columns count from 0.
struct Reading {
    rows: Rows,
    /// Where a cell without a reference is.
    line: usize,
    column: usize,
    /// The line of the row that is being filled.
    current: usize,
}

impl Reading {
    fn begin_row(&mut self, element: &BytesStart<'_>) -> Result<(), Unreadable> {
        if let Some(reference) = attribute(element, "r")? {
            self.line = line(&reference).ok_or_else(|| nowhere(&reference))?;
        }
        Ok(())
    }

    /// Goes to where a cell says that it is, which need not be its row element.
    fn move_to(&mut self, element: &BytesStart<'_>, bounds: &Bounds) -> Result<(), Unreadable> {
        let mut at = self.line;
        if let Some(reference) = attribute(element, "r")? {
            (at, self.column) = place(&reference).ok_or_else(|| nowhere(&reference))?;
        }
        if at != self.current {
            self.rows.end_row();
            self.check_rows(bounds)?;
            self.current = at;
        }
        Ok(())
    }

    /// Reads the cell that has just begun and goes to the next column.
    fn cell<R: BufRead>(
        &mut self,
        xml: &mut Xml<R>,
        cell: &Cell,
        context: &Context<'_>,
    ) -> Result<(), Unreadable> {
        let column = self.column;
        self.column += 1;
        if column >= context.bounds.columns {
            return xml.skip();
        }
        let text = cell.text(xml, context)?;
        if text.is_empty() {
            return Ok(());
        }
        let most = context.bounds.text;
        if self.rows.text_len() + text.len() > most {
            return Err(Unreadable(format!(
                "the rows have more than {most} bytes of text in all."
            )));
        }
        self.rows.put(column, &text);
        Ok(())
    }

    /// The header is not one of the rows that are counted.
    fn check_rows(&self, bounds: &Bounds) -> Result<(), Unreadable> {
        if self.rows.len().saturating_sub(1) > bounds.rows {
            return Err(Unreadable(format!("more than {} rows.", bounds.rows)));
        }
        Ok(())
    }
}

/// Line and column of a reference such as `AB12`.
fn place(reference: &str) -> Option<(usize, usize)> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, number) = reference.split_at_checked(letters)?;
    let mut column = 0;
    for letter in name.bytes() {
        let value = usize::from(letter.to_ascii_uppercase().checked_sub(b'A')?);
        column = column * 26 + value + 1;
        if column > COLUMNS_MAX {
            return None;
        }
    }
    Some((line(number)?, column.checked_sub(1)?))
}

/// The line of a number from 1.
fn line(number: &str) -> Option<usize> {
    let number: u32 =
        number.bytes().all(|digit| digit.is_ascii_digit()).then_some(number)?.parse().ok()?;
    let is_line = (1..=ROWS_MAX).contains(&number);
    if is_line { usize::try_from(number - 1).ok() } else { None }
}

fn nowhere(reference: &str) -> Unreadable {
    let shown: String = reference.chars().take(32).collect();
    Unreadable::broken(format_args!("{shown:?} is no place in a sheet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_have_a_column_and_a_line_within_the_format() {
        for (reference, at) in
            [("A1", (0, 0)), ("ab12", (11, 27)), ("XFD1048576", (1_048_575, 16_383))]
        {
            assert_eq!(place(reference), Some(at));
        }
        let nonsense = [
            "",
            "A",
            "1",
            "A0",
            "XFE1",
            "A1048577",
            "AAAAAAAAAAAAAAAAAAAA1",
            "A-1",
            "A+1",
            "A1B",
            "A99999999999999999999",
            "Ä1",
            "$A$1",
            "A 1",
        ];
        for reference in nonsense {
            assert_eq!(place(reference), None, "{reference}");
        }
    }
}
