//! A checked document on its way into the database: in pieces that each take the writer a few
//! milliseconds, into an era that is not visible yet.

use std::sync::Arc;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};

use super::read::{self, Sink};
use super::table::Table;
use crate::state::{Tenant, generations};

/// Rows in one piece.
const ROWS_MAX: usize = 100;

/// Bytes of texts in one piece; a single row may have more.
const BYTES_MAX: usize = 1 << 18;

/// Part of a document, in its order.
#[derive(Debug, Default)]
pub struct Piece {
    items: Vec<Item>,
    bytes: usize,
}

#[derive(Debug)]
enum Item {
    Tenant(String),
    /// The table's number, the row's, and a value for each of its columns.
    Row(usize, usize, Vec<Sql>),
}

/// Cuts a document into pieces, and gives each to `put`. An error of `put` ends it.
pub fn pieces(
    text: &[u8],
    tables: &[Table],
    schema: usize,
    put: &mut dyn FnMut(Piece) -> Result<(), String>,
) -> Result<(), String> {
    let mut cutter = Cutter { piece: Piece::default(), table: 0, rows: 0, put };
    read::read(text, tables, schema, &mut cutter)?;
    cutter.flush()
}

struct Cutter<'a> {
    piece: Piece,
    /// The table of the last row, and how many of its rows were read.
    table: usize,
    rows: usize,
    put: &'a mut dyn FnMut(Piece) -> Result<(), String>,
}

impl Cutter<'_> {
    fn add(&mut self, item: Item, bytes: usize) -> Result<(), String> {
        self.piece.items.push(item);
        self.piece.bytes += bytes;
        if self.piece.items.len() < ROWS_MAX && self.piece.bytes < BYTES_MAX {
            return Ok(());
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<(), String> {
        (self.put)(std::mem::take(&mut self.piece))
    }
}

impl Sink for Cutter<'_> {
    fn tenant(&mut self, name: &str) -> Result<(), String> {
        self.rows = 0;
        self.add(Item::Tenant(name.to_owned()), name.len())
    }

    fn row(&mut self, table: usize, values: &[Sql]) -> Result<(), String> {
        self.rows = if table == self.table { self.rows } else { 0 };
        self.table = table;
        let row = Item::Row(table, self.rows, values.to_vec());
        self.rows += 1;
        let texts = values.iter().map(|value| match value {
            Sql::Text(text) => text.len(),
            _ => 0,
        });
        self.add(row, texts.sum())
    }
}

/// Puts the pieces of one document into an era, in order.
pub struct Filler {
    /// The era.
    pub era: i64,
    /// The name under which the document's one tenant is put in, if not its own.
    pub only: Option<String>,
    /// The tables that the document was checked against.
    pub tables: Arc<Vec<Table>>,
    /// The tenant that is being filled: its name in the document, and the key of its rows.
    pub tenant: (String, i64),
    /// The keys under which there are rows.
    pub filled: Vec<i64>,
}

impl Filler {
    /// Puts one piece in. An error names the tenant, the table and the row; what of the piece is in
    /// by then is the caller's to undo.
    pub fn put(&mut self, tx: &Connection, piece: &Piece) -> Result<(), String> {
        for item in &piece.items {
            match item {
                Item::Tenant(name) => {
                    let tenant = Tenant::new(self.only.as_deref().unwrap_or(name), b"");
                    let key = generations::add(tx, self.era, &tenant);
                    let key = key.map_err(|error| format!("tenants.{name}: {error}"))?;
                    self.tenant = (name.clone(), key);
                }
                Item::Row(table, number, values) => {
                    let tables = Arc::clone(&self.tables);
                    let Some(table) = tables.get(*table) else { continue };
                    self.insert(tx, table, values).map_err(|error| {
                        format!("tenants.{}.{}[{number}]: {error}", self.tenant.0, table.name)
                    })?;
                }
            }
        }
        Ok(())
    }

    fn insert(&mut self, tx: &Connection, table: &Table, values: &[Sql]) -> rusqlite::Result<()> {
        let key = self.tenant.1;
        if self.filled.last() != Some(&key) {
            self.filled.push(key);
        }
        let key = Sql::Integer(key);
        let all = std::iter::once(&key).chain(values);
        tx.prepare_cached(&table.insert_sql)?.execute(params_from_iter(all)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_piece_has_more_than_the_bounds_and_none_is_lost() {
        let tx = Connection::open_in_memory().unwrap();
        tx.execute_batch("CREATE TABLE box (tenant INTEGER, text TEXT)").unwrap();
        let tables = [Table::read(&tx, "box", None).unwrap()];
        let rows =
            |count: usize, text: &str| vec![format!("{{\"text\": \"{text}\"}}"); count].join(",");
        let long = "x".repeat(BYTES_MAX / 4);
        let text = format!(
            "{{\"cloudtwin_state\": 1, \"schema\": 2, \"tenants\": {{\"a\": {{\"box\": [{}]}}, \"b\": {{\"box\": [{}]}}}}}}",
            rows(250, ""),
            rows(9, &long),
        );
        let mut sizes = Vec::new();
        pieces(text.as_bytes(), &tables, 2, &mut |piece| {
            sizes.push(piece.items.len());
            Ok(())
        })
        .unwrap();
        // 251 of the first tenant, the second and 4 of its long rows, 4, 1.
        assert_eq!(sizes, [100, 100, 51 + 1 + 4, 4, 1]);
    }
}
