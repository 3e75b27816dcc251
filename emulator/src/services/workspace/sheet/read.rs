//! Reading the first sheet of a file that somebody sent: a row at a time, never as a rectangle, so
//! that one stray cell far away costs nothing.

use std::fmt::Display;
use std::io::{Cursor, Read};

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx};

/// Most columns that are looked at; what stands beyond is passed over.
const COLUMNS_MAX: u32 = 64;

/// Tells each row that holds anything, until `each` fails. The outer error is a file that cannot be
/// read, or one that would have more than `unpacked_max` bytes.
pub(in super::super) fn rows<E>(
    file: &[u8],
    unpacked_max: u64,
    mut each: impl FnMut(&[String]) -> Result<(), E>,
) -> Result<Result<(), E>, String> {
    measure(file, unpacked_max)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(unreadable)?;
    let first = book.sheet_names().into_iter().next();
    let name = first.ok_or_else(|| unreadable("it has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let (mut at, mut row) = (0, Vec::new());
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (line, column) = cell.get_position();
        if line != at {
            if let Err(error) = flush(&mut row, &mut each) {
                return Ok(Err(error));
            }
            at = line;
        }
        let value = text(cell.get_value());
        if column < COLUMNS_MAX && !value.is_empty() {
            put(&mut row, column, value);
        }
    }
    Ok(flush(&mut row, &mut each))
}

/// A small file may unpack into one that fills the memory: how much comes out is counted before any
/// of it is kept.
fn measure(file: &[u8], unpacked_max: u64) -> Result<(), String> {
    let mut parts = zip::ZipArchive::new(Cursor::new(file)).map_err(unreadable)?;
    let mut left = unpacked_max;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(unreadable)?;
        let beyond = &mut part.take(left.saturating_add(1));
        let size = std::io::copy(beyond, &mut std::io::sink()).map_err(unreadable)?;
        let too_large = || format!("the file would unpack into more than {unpacked_max} bytes.");
        left = left.checked_sub(size).ok_or_else(too_large)?;
    }
    Ok(())
}

fn flush<E>(
    row: &mut Vec<String>,
    each: &mut impl FnMut(&[String]) -> Result<(), E>,
) -> Result<(), E> {
    if row.is_empty() {
        return Ok(());
    }
    let told = each(row);
    row.clear();
    told
}

fn put(row: &mut Vec<String>, column: u32, value: String) {
    let column = usize::try_from(column).unwrap_or(usize::MAX);
    if row.len() <= column {
        row.resize(column + 1, String::new());
    }
    if let Some(cell) = row.get_mut(column) {
        *cell = value;
    }
}

/// A value as somebody reads it in the sheet: spreadsheets make numbers of phones, and dates of
/// what looks like one.
fn text(value: &DataRef<'_>) -> String {
    match Data::from(value.clone()) {
        Data::DateTime(moment) => iso(moment),
        other => other.to_string(),
    }
}

/// A date as requests write it.
fn iso(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn unreadable(why: impl Display) -> String {
    format!("the file cannot be read as .xlsx: {why}.")
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::*;

    fn read(file: &[u8], unpacked_max: u64) -> Result<Vec<Vec<String>>, String> {
        let mut all = Vec::new();
        let each = |row: &[String]| {
            all.push(row.to_vec());
            if row[0] == "stop" { Err("stopped".to_owned()) } else { Ok(()) }
        };
        rows(file, unpacked_max, each)??;
        Ok(all)
    }

    /// As a spreadsheet saves it: a table of shared texts, numbers, dates, and a stray cell.
    fn saved() -> Vec<u8> {
        let mut book = Workbook::new();
        let cells = book.add_worksheet();
        let date = Format::new().set_num_format("yyyy-mm-dd");
        cells.write(0, 0, "Username").unwrap();
        cells.write(2, 1, 13_800_000_000_i64).unwrap();
        cells.write(3, 0, true).unwrap();
        let day = ExcelDateTime::parse_from_str("2030-01-31").unwrap();
        cells.write_with_format(3, 2, &day, &date).unwrap();
        cells.write(1_048_575, 16_383, "stray").unwrap();
        book.add_worksheet().write(0, 0, "not of the first sheet").unwrap();
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn what_a_spreadsheet_saves_is_read_as_texts() {
        let told = read(&saved(), u64::MAX).unwrap();
        let expected: &[&[&str]] =
            &[&["Username"], &["", "13800000000"], &["true", "", "2030-01-31T00:00:00Z"]];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_no_sheet_and_what_is_too_large_is_told() {
        let told = read(b"user_name,user_email\n", u64::MAX).unwrap_err();
        assert!(told.starts_with("the file cannot be read as .xlsx: "), "{told}");
        assert!(read(b"", u64::MAX).is_err() && read(&saved()[..500], u64::MAX).is_err());
        let told = read(&saved(), 1_000).unwrap_err();
        assert_eq!(told, "the file would unpack into more than 1000 bytes.");
    }

    #[test]
    fn whoever_reads_may_stop() {
        let mut book = Workbook::new();
        book.add_worksheet().write_column(0, 0, ["go", "stop", "never"]).unwrap();
        assert_eq!(read(&book.save_to_buffer().unwrap(), u64::MAX).unwrap_err(), "stopped");
    }
}
