//! A table as a state document sees it, and the rules that its rows must keep: those of the columns'
//! types, and those by which the service will read the row back.

use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde::de::DeserializeOwned;

use crate::state::FileToken;

/// Largest count or number of something in a table: beyond it, arithmetic on it could overflow.
const NUMBER_MAX: i64 = 1 << 40;

/// Largest moment in milliseconds, either way from 1970.
const MOMENT_MAX: i64 = 1 << 60;

/// Checks one row; an error names the column.
pub type RowCheck = fn(&RowView<'_>) -> Result<(), String>;

/// A table and its columns, without the one of the tenant.
pub struct Table {
    /// Its name.
    pub(super) name: String,
    /// In the order of the schema.
    pub(super) columns: Vec<Column>,
    /// The statement that inserts a row; its first value is the key of the tenant.
    pub(super) insert_sql: String,
    check: Option<RowCheck>,
}

pub(super) struct Column {
    pub(super) name: String,
    kind: String,
    required: bool,
}

impl Table {
    /// The table of that name as the database has it.
    pub(super) fn read(
        tx: &Connection,
        name: &str,
        check: Option<RowCheck>,
    ) -> rusqlite::Result<Self> {
        let mut columns = tx.prepare(
            "SELECT name, type, \"notnull\" FROM pragma_table_info(?1)
             WHERE name <> 'tenant' ORDER BY cid",
        )?;
        let columns = columns.query_map([name], |row| {
            Ok(Column { name: row.get(0)?, kind: row.get(1)?, required: row.get(2)? })
        })?;
        let columns: Vec<Column> = columns.collect::<Result<_, _>>()?;
        let names = columns.iter().map(|column| column.name.as_str());
        let names: Vec<_> = std::iter::once("tenant").chain(names).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let insert_sql = format!("INSERT INTO {name} ({}) VALUES ({marks})", names.join(", "));
        Ok(Self { name: name.to_owned(), columns, insert_sql, check })
    }

    /// The first rule that a row breaks.
    pub(super) fn check(&self, values: &[Sql]) -> Result<(), String> {
        for (column, value) in self.columns.iter().zip(values) {
            let fits = match value {
                Sql::Null => !column.required,
                Sql::Integer(_) => column.kind == "INTEGER" || column.kind == "REAL",
                Sql::Real(_) => column.kind == "REAL",
                Sql::Text(_) => column.kind == "TEXT",
                Sql::Blob(_) => false,
            };
            if !fits {
                let kind = match column.kind.as_str() {
                    "INTEGER" => "a whole number",
                    "REAL" => "a number",
                    _ => "a text",
                };
                let null = if column.required { "" } else { " or null" };
                return Err(format!("{}: {kind}{null} was expected", column.name));
            }
        }
        match self.check {
            Some(check) => check(&RowView { table: self, values }),
            None => Ok(()),
        }
    }
}

/// A row whose values have their columns' types.
pub struct RowView<'a> {
    table: &'a Table,
    values: &'a [Sql],
}

impl RowView<'_> {
    fn value(&self, column: &str) -> &Sql {
        let at = self.table.columns.iter().position(|known| known.name == column);
        at.and_then(|at| self.values.get(at)).unwrap_or(&Sql::Null)
    }

    /// The text of a column; nothing if it is null.
    pub fn text(&self, column: &str) -> Option<&str> {
        match self.value(column) {
            Sql::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Each of the columns holds a count or a number of something: 0 to 2^40.
    pub fn counts(&self, columns: &[&str]) -> Result<(), String> {
        columns.iter().try_for_each(|column| self.between(column, 0, NUMBER_MAX))
    }

    /// Each of the columns holds 0 or 1.
    pub fn flags(&self, columns: &[&str]) -> Result<(), String> {
        columns.iter().try_for_each(|column| self.between(column, 0, 1))
    }

    /// Each of the columns is null or a moment in milliseconds, so far from the ends of the numbers
    /// that days can be added.
    pub fn moments(&self, columns: &[&str]) -> Result<(), String> {
        columns.iter().try_for_each(|column| self.between(column, -MOMENT_MAX, MOMENT_MAX))
    }

    /// The column is null or a number from `least` to `most`.
    pub fn between(&self, column: &str, least: i64, most: i64) -> Result<(), String> {
        match self.value(column) {
            Sql::Integer(number) if !(least..=most).contains(number) => {
                Err(format!("{column}: a number from {least} to {most} was expected"))
            }
            _ => Ok(()),
        }
    }

    /// The column is null or the token of a file.
    pub fn token(&self, column: &str) -> Result<(), String> {
        match self.text(column) {
            Some(text) if FileToken::parse(text).is_none() => {
                Err(format!("{column}: 32 lower-case hexadecimal digits were expected"))
            }
            _ => Ok(()),
        }
    }

    /// The column is null or JSON of that form.
    pub fn json<T: DeserializeOwned>(&self, column: &str) -> Result<(), String> {
        let Some(text) = self.text(column) else { return Ok(()) };
        let read = serde_json::from_str::<T>(text).map(drop);
        read.map_err(|error| format!("{column}: JSON of another form was expected: {error}"))
    }

    /// The column is not null, which `when` demands.
    pub fn present(&self, column: &str, when: &str) -> Result<(), String> {
        match self.value(column) {
            Sql::Null => Err(format!("{column}: must not be null {when}")),
            _ => Ok(()),
        }
    }

    /// The column is null or one of the words.
    pub fn one_of(&self, column: &str, words: &[&str]) -> Result<(), String> {
        match self.text(column) {
            Some(text) if !words.contains(&text) => {
                Err(format!("{column}: one of {} was expected", words.join(", ")))
            }
            _ => Ok(()),
        }
    }
}
