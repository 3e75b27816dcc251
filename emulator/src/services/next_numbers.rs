//! Numbers that rows get one after the other: a state document must not say that the next one is taken.

use rusqlite::{Connection, OptionalExtension};

/// A column with the number of the next row, and where the numbered rows are.
#[derive(Debug)]
pub struct NextNumber {
    /// The table that has the column.
    pub table: &'static str,
    /// The column that both tables have beside `tenant`, if each of its values is numbered apart.
    pub of: Option<&'static str>,
    /// The column with the next number.
    pub column: &'static str,
    /// The table of the numbered rows, whose column `seq` has the number.
    pub rows: &'static str,
}

impl NextNumber {
    /// Refuses the state of that key where a row has the next number or a later one already.
    pub(super) fn check(&self, tx: &Connection, key: i64) -> Result<(), String> {
        let Self { table, of, column, rows } = self;
        let same = of.map_or_else(String::new, |of| format!(" AND r.{of} = t.{of}"));
        let sql = format!(
            "SELECT t.{column} FROM {table} t WHERE t.tenant = ?1 AND t.{column} <=
                (SELECT MAX(r.seq) FROM {rows} r WHERE r.tenant = ?1{same})"
        );
        let taken: rusqlite::Result<Option<i64>> = tx
            .prepare_cached(&sql)
            .and_then(|mut sql| sql.query_row([key], |row| row.get(0)).optional());
        match taken.map_err(|error| error.to_string())? {
            Some(number) => Err(format!(
                "{table}: {column} is {number}, but {rows} has this number or a later one: give a larger one"
            )),
            None => Ok(()),
        }
    }
}
