//! Writing a sheet: a header, then rows of texts. A row leaves memory for a nameless temporary file
//! as soon as the next one begins.

use std::io::Write;

use anyhow::Context;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

use super::{Language, ROWS_MAX, Title};
use crate::runtime::clock::Timestamp;

/// The moments that the format can name, in seconds since 1970: 1900-01-01 to 9999-12-31. The clock of
/// the twin may be outside of them.
const FIRST_S: i64 = -2_208_988_800;
const LAST_S: i64 = 253_402_300_799;

/// A sheet that is being written.
pub(in super::super) struct Sheet {
    workbook: Workbook,
    cells: Worksheet,
    rows: u32,
    rows_max: u32,
}

impl Sheet {
    /// A sheet with its header. `made` goes into the file's properties: the library would put the
    /// machine's time there.
    pub(in super::super) fn new(
        titles: &[Title],
        language: Language,
        made: Timestamp,
    ) -> anyhow::Result<Self> {
        let mut workbook = Workbook::new();
        let moment = ExcelDateTime::from_timestamp(made.seconds().clamp(FIRST_S, LAST_S))?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&moment));
        let cells = workbook.new_worksheet_with_constant_memory()?;
        let mut sheet = Self { workbook, cells, rows: 0, rows_max: ROWS_MAX };
        sheet.cells.set_freeze_panes(1, 0)?;
        sheet.row(titles.iter().map(|title| title.in_language(language)))?;
        Ok(sheet)
    }

    /// Adds a row. Every value is a text, whatever it begins with: what looks like a formula or a
    /// number is neither.
    pub(in super::super) fn row<'a>(
        &mut self,
        values: impl IntoIterator<Item = &'a str>,
    ) -> anyhow::Result<()> {
        if self.rows == self.rows_max {
            anyhow::bail!(
                "The sheet would have more than {} rows, which the format cannot hold.",
                self.rows_max
            );
        }
        for (column, value) in (0..).zip(values) {
            let place = || format!("Column {} of row {} is too long.", column + 1, self.rows + 1);
            self.cells.write_string(self.rows, column, value).with_context(place)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Writes the whole file.
    pub(in super::super) fn finish(mut self, out: impl Write + Send) -> anyhow::Result<()> {
        self.workbook.push_worksheet(self.cells);
        Ok(self.workbook.save_to_writer(out)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows;
    use super::*;
    use crate::services::workspace::limits::IMPORT_SHEET;

    const TITLES: [Title; 2] = [
        Title { english: "Username", chinese: "用户名" },
        Title { english: "Description", chinese: "描述" },
    ];

    fn sheet() -> Sheet {
        Sheet::new(&TITLES, Language::Chinese, Timestamp(0)).unwrap()
    }

    fn bytes(sheet: Sheet) -> Vec<u8> {
        let mut bytes = Vec::new();
        sheet.finish(&mut bytes).unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> Vec<Vec<String>> {
        let rows = rows(bytes, &IMPORT_SHEET).unwrap();
        let row = |number| rows.get(number).unwrap().cells().map(str::to_owned).collect();
        (0..rows.len()).map(row).collect()
    }

    #[test]
    fn what_is_written_is_read_back_to_the_letter() {
        let odd = [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            " both ends ",
            "line\nbreak\r\n",
            "007",
            "1e5",
            "TRUE",
            "2026-01-31",
            "张三🦊",
            "<b>&amp;\"'",
            "_x0041_",
            "\u{1}\u{b}",
            "\u{a0}",
        ];
        let mut sheet = sheet();
        for value in odd {
            sheet.row([value, "end"]).unwrap();
        }
        let told = read(&bytes(sheet));
        assert_eq!(told[0], ["用户名", "描述"]);
        let values: Vec<_> = told[1..].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(values, odd);
    }

    #[test]
    fn a_sheet_is_written_whatever_the_clock_says() {
        for moment in [i64::MIN, -2_208_988_800_001, 253_402_300_800_000, i64::MAX] {
            let sheet = Sheet::new(&TITLES, Language::English, Timestamp(moment)).unwrap();
            assert_eq!(read(&bytes(sheet)).len(), 1, "{moment}");
        }
    }

    #[test]
    fn nothing_is_a_formula_and_nothing_a_number() {
        let mut sheet = sheet();
        sheet.row(["=HYPERLINK(\"http://x\")", "12"]).unwrap();
        let bytes = bytes(sheet);
        let mut book: calamine::Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(&bytes)).unwrap();
        let range = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
        assert!(range.used_cells().all(|(_, _, cell)| matches!(cell, calamine::Data::String(_))));
        let formulas = calamine::Reader::worksheet_formula(&mut book, "Sheet1").unwrap();
        assert_eq!(formulas.used_cells().count(), 0);
    }

    #[test]
    fn the_same_rows_at_the_same_moment_are_the_same_bytes() {
        assert_eq!(bytes(sheet()), bytes(sheet()));
        assert_eq!(read(&bytes(sheet())).len(), 1);
    }

    #[test]
    fn what_the_format_cannot_hold_is_an_error_and_never_left_out() {
        let mut full = Sheet { rows_max: 2, ..sheet() };
        full.row(["fits", ""]).unwrap();
        let told = full.row(["does not", ""]).unwrap_err().to_string();
        assert!(told.contains("more than 2 rows"), "{told}");
        let told = sheet().row(["", &"x".repeat(32_768)]).unwrap_err().to_string();
        assert_eq!(told, "Column 2 of row 2 is too long.");
        sheet().row(["", &"x".repeat(32_767)]).unwrap();
    }
}
