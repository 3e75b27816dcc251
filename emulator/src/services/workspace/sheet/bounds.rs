//! What reading a sheet may cost. A small file can describe a huge one, so everything that reading
//! keeps in memory or repeats has a bound, checked before the memory is used.

/// Bounds of reading one sheet; beyond any of them the whole file is refused.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Bounds {
    /// Parts of the file: entries of its zip directory.
    pub(in super::super) parts: usize,
    /// Bytes that come out of all parts that are unpacked, in sum.
    pub(in super::super) unpacked: u64,
    /// Bytes of one tag, text, comment or other piece of XML: as much as is in memory at a time.
    pub(in super::super) xml_piece: usize,
    /// How deep elements may be nested.
    pub(in super::super) xml_depth: usize,
    /// Entries of the table of shared strings.
    pub(in super::super) shared_strings: usize,
    /// Bytes of all shared strings, in sum.
    pub(in super::super) shared_text: usize,
    /// Cell formats, and number formats.
    pub(in super::super) cell_formats: usize,
    /// UTF-16 units of one text, as the format counts characters.
    pub(in super::super) cell_characters: usize,
    /// Columns that are looked at; cells to the right of them are ignored, not refused.
    pub(in super::super) columns: usize,
    /// Rows below the header that hold a text.
    pub(in super::super) rows: usize,
    /// Bytes of the texts of all rows, in sum, where a shared string counts in each of its cells.
    pub(in super::super) text: usize,
}
