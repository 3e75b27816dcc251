//! The rows of a sheet as texts, all in one buffer: ten thousand rows are three allocations.

/// Rows that hold at least one text.
#[derive(Debug, Default)]
pub(in super::super) struct Rows {
    text: String,
    /// Where each cell's text is in `text`.
    cells: Vec<(u32, u32)>,
    /// Where each row ends in `cells`.
    ends: Vec<u32>,
    /// Bytes of the texts of all rows that are ended.
    ended_text: usize,
}

/// One row: as many cells as up to its last text.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Row<'a> {
    text: &'a str,
    cells: &'a [(u32, u32)],
}

impl Rows {
    /// How many rows there are.
    pub(in super::super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The row of that number, from 0.
    pub(in super::super) fn get(&self, number: usize) -> Option<Row<'_>> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let cells = self.cells.get(index(start.unwrap_or_default())..index(end))?;
        Some(Row { text: &self.text, cells })
    }

    /// Bytes of all texts in sum.
    pub(super) fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Puts a text into a column of the row that is not ended yet, over what is there.
    pub(super) fn put(&mut self, column: usize, text: &str) {
        let start = self.ends.last().copied().map_or(0, index);
        let at = start.saturating_add(column);
        if self.cells.len() <= at {
            self.cells.resize(at.saturating_add(1), (0, 0));
        }
        let from = offset(self.text.len());
        self.text.push_str(text);
        if let Some(cell) = self.cells.get_mut(at) {
            *cell = (from, offset(self.text.len()));
        }
    }

    /// Ends the row. A blank row is dropped.
    pub(super) fn end_row(&mut self) {
        let start = self.ends.last().copied().map_or(0, index);
        let row = self.cells.get(start..).unwrap_or_default();
        if row.iter().all(|&place| slice(&self.text, place).trim().is_empty()) {
            self.cells.truncate(start);
            self.text.truncate(self.ended_text);
        } else {
            self.ends.push(offset(self.cells.len()));
            self.ended_text = self.text.len();
        }
    }
}

impl<'a> Row<'a> {
    /// The text in that column, from 0; empty where there is none.
    pub(in super::super) fn cell(self, column: usize) -> &'a str {
        self.cells.get(column).map_or("", |&place| slice(self.text, place))
    }

    /// The texts from the first column on.
    pub(in super::super) fn cells(self) -> impl Iterator<Item = &'a str> {
        self.cells.iter().map(move |&place| slice(self.text, place))
    }
}

fn slice(text: &str, (from, to): (u32, u32)) -> &str {
    text.get(index(from)..index(to)).unwrap_or_default()
}

/// Bounds keep every offset far below 32 bits.
fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_cells_apart() {
        let mut rows = Rows::default();
        rows.end_row();
        rows.put(1, "b");
        rows.put(0, "a");
        rows.end_row();
        rows.end_row();
        rows.put(2, "old");
        rows.put(2, "new");
        rows.end_row();
        assert_eq!((rows.len(), rows.text_len()), (2, 8));
        let all = |number: usize| rows.get(number).unwrap().cells().collect::<Vec<_>>();
        assert_eq!((all(0), all(1)), (vec!["a", "b"], vec!["", "", "new"]));
        assert_eq!((rows.get(1).unwrap().cell(2), rows.get(1).unwrap().cell(9)), ("new", ""));
        assert!(rows.get(2).is_none());
    }

    #[test]
    fn a_row_of_blanks_is_none() {
        let mut rows = Rows::default();
        for row in [&[" ", "\u{3000}\n"][..], &["a"], &["\t"], &["", " "], &["b"]] {
            for (column, text) in row.iter().enumerate() {
                rows.put(column, text);
            }
            rows.end_row();
        }
        let all = |number: usize| rows.get(number).unwrap().cells().collect::<Vec<_>>();
        assert_eq!((rows.len(), rows.text_len()), (2, 2));
        assert_eq!((all(0), all(1)), (vec!["a"], vec!["b"]));
    }
}
