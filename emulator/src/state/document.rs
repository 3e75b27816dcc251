//! The state as one JSON document: a row a line, sorted by key, so that it diffs well.
//! Finished files are not part of it.

use std::io::Write;

use rusqlite::Connection;
use rusqlite::types::{Value as Sql, ValueRef};
use serde::Serialize;
use serde_json::Value;

mod fill;
mod read;
mod table;

pub use fill::{Filler, Piece, pieces};
use read::Sink;
pub use table::{RowCheck, RowView, Table};

/// The version of the document's form.
const FORM: u32 = 1;

/// Writes the document of all tenants, or of the named one.
pub fn export(
    tx: &Connection,
    tables: &[impl AsRef<str>],
    schema: usize,
    only: Option<&str>,
    mut out: impl Write,
) -> anyhow::Result<()> {
    writeln!(out, "{{\"cloudtwin_state\": {FORM}, \"schema\": {schema}, \"tenants\": {{")?;
    let mut names = tx.prepare("SELECT name, key FROM twin_tenants ORDER BY name")?;
    let mut names = names.query([])?;
    let mut first = true;
    while let Some(row) = names.next()? {
        let (name, key): (String, i64) = (row.get(0)?, row.get(1)?);
        if only.is_some_and(|only| only != name) {
            continue;
        }
        writeln!(out, "{}{}: {{", if first { "" } else { ",\n" }, Value::from(name))?;
        first = false;
        for (number, table) in tables.iter().map(AsRef::as_ref).enumerate() {
            write!(out, "{}\"{table}\": [", if number == 0 { "" } else { ",\n" })?;
            export_rows(tx, table, key, &mut out)?;
            write!(out, "]")?;
        }
        write!(out, "}}")?;
    }
    writeln!(out, "}}}}")?;
    Ok(())
}

fn export_rows(
    tx: &Connection,
    table: &str,
    tenant: i64,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let columns = columns(tx, table)?;
    let list = columns.join(", ");
    let sql = format!(
        "SELECT {list} FROM {table} WHERE tenant = ?1 ORDER BY {}",
        key(tx, table)?.join(", ")
    );
    let mut rows = tx.prepare(&sql)?;
    let mut rows = rows.query([tenant])?;
    let mut first = true;
    while let Some(row) = rows.next()? {
        write!(out, "{}\n{{", if first { "" } else { "," })?;
        first = false;
        let mut comma = "";
        for (at, column) in columns.iter().enumerate() {
            let value = row.get_ref(at)?;
            // A column that holds nothing says nothing.
            if value != ValueRef::Null {
                write!(out, "{comma}\"{column}\": ")?;
                write_value(value, out)?;
                comma = ", ";
            }
        }
        write!(out, "}}")?;
    }
    Ok(())
}

fn write_value(value: ValueRef<'_>, out: &mut impl Write) -> anyhow::Result<()> {
    match value {
        ValueRef::Null => write!(out, "null")?,
        ValueRef::Integer(number) => write!(out, "{number}")?,
        ValueRef::Real(number) => write!(out, "{number}")?,
        ValueRef::Text(text) => {
            std::str::from_utf8(text)?.serialize(&mut serde_json::Serializer::new(out))?
        }
        ValueRef::Blob(_) => {
            anyhow::bail!("a table of the state holds a blob, which no document can carry")
        }
    }
    Ok(())
}

/// The names of the tables with rows of tenants, in the order in which the schema creates them.
pub fn table_names(tx: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
               WHERE t.type = 'table' AND c.name = 'tenant' ORDER BY t.rowid";
    tx.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// The tables of all services with the rules of their rows, as the database has them.
pub fn tables(
    tx: &Connection,
    names: &[impl AsRef<str>],
    check: impl Fn(&str) -> Option<RowCheck>,
) -> rusqlite::Result<Vec<Table>> {
    names.iter().map(AsRef::as_ref).map(|name| Table::read(tx, name, check(name))).collect()
}

/// Checks a whole document without a change: its form, its version, and every rule that one row can
/// keep or break. With `only`, it must hold exactly one tenant.
pub fn check(
    text: &[u8],
    tables: &[Table],
    schema: usize,
    only: Option<&str>,
) -> Result<(), String> {
    let count = read::read(text, tables, schema, &mut Check { tables })?;
    if only.is_some() && count != 1 {
        return Err(format!(
            "to fill one tenant the document must hold exactly one, and it holds {count}"
        ));
    }
    Ok(())
}

struct Check<'a> {
    tables: &'a [Table],
}

impl Sink for Check<'_> {
    fn tenant(&mut self, _: &str) -> Result<(), String> {
        Ok(())
    }

    fn row(&mut self, table: usize, values: &[Sql]) -> Result<(), String> {
        self.tables.get(table).map_or(Ok(()), |table| table.check(values))
    }
}

/// The columns of a table but the tenant.
fn columns(tx: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut names =
        tx.prepare("SELECT name FROM pragma_table_info(?1) WHERE name <> 'tenant' ORDER BY cid")?;
    names.query_map([table], |row| row.get(0))?.collect()
}

/// The columns of a table's primary key, in order.
pub(super) fn key(tx: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut names =
        tx.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    names.query_map([table], |row| row.get(0))?.collect()
}

#[cfg(test)]
mod tests {
    use super::super::generations;
    use super::*;
    use crate::state::schema;

    const TABLES: &[&str] = &["box", "lid"];

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(schema::TENANTS).unwrap();
        connection.execute_batch(schema::GENERATIONS).unwrap();
        let schema = "CREATE TABLE box (tenant INTEGER, id TEXT, size INTEGER, PRIMARY KEY (tenant, id)) STRICT;
                      CREATE TABLE lid (tenant INTEGER, id INTEGER, PRIMARY KEY (tenant, id)) STRICT;";
        connection.execute_batch(schema).unwrap();
        connection
    }

    fn text_of(connection: &Connection, only: Option<&str>) -> String {
        let mut out = Vec::new();
        export(connection, TABLES, 2, only, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn put(connection: &mut Connection, only: Option<&str>, text: &str) -> Result<(), String> {
        put_bytes(connection, only, text.as_bytes())
    }

    fn put_bytes(
        connection: &mut Connection,
        only: Option<&str>,
        text: &[u8],
    ) -> Result<(), String> {
        let tables = tables(connection, TABLES, |_| None).unwrap();
        check(text, &tables, 2, only)?;
        let tx = connection.transaction().unwrap();
        let era = generations::begin(&tx).unwrap();
        let mut filler = filler(&tx, era, only);
        pieces(text, &tables, 2, &mut |piece| filler.put(&tx, &piece))?;
        match only {
            Some(_) => generations::show_beside(&tx, era).unwrap(),
            None => generations::show_all(&tx, era).unwrap(),
        }
        tx.commit().unwrap();
        Ok(())
    }

    fn filler(tx: &Connection, era: i64, only: Option<&str>) -> Filler {
        let tables = tables(tx, TABLES, |_| None).unwrap();
        Filler {
            era,
            only: only.map(str::to_owned),
            tables: tables.into(),
            tenant: (String::new(), 0),
            filled: Vec::new(),
        }
    }

    const TWO: &str = r#"{"cloudtwin_state": 1, "schema": 2, "tenants": {
"a": {
"box": [
{"id": "x", "size": 3},
{"id": "y"}],
"lid": []},
"b": {
"box": [],
"lid": [
{"id": 1}]}}}
"#;

    #[test]
    fn what_is_exported_is_imported_and_exported_alike() {
        let mut connection = database();
        put(&mut connection, None, TWO).unwrap();
        assert_eq!(text_of(&connection, None), TWO);
        assert!(text_of(&connection, Some("b")).contains("lid"));
        assert!(!text_of(&connection, Some("b")).contains("\"a\""));
    }

    #[test]
    fn a_document_with_one_fault_changes_nothing_and_says_where_it_is() {
        let mut connection = database();
        put(&mut connection, None, TWO).unwrap();
        let broken = [
            (TWO.replace("\"size\": 3", "\"size\": \"big\""), "tenants.a.box[0]"),
            (TWO.replace("\"size\": 3", "\"depth\": 3"), "tenants.a.box[0]: depth"),
            (TWO.replace("\"lid\": []", "\"hat\": []"), "tenants.a.hat"),
            (TWO.replace("\"schema\": 2", "\"schema\": 9"), "schema 9"),
            (TWO.replace("\"b\"", "\"b b\""), "tenants.b b"),
            (TWO.replace("}}}", ""), "line 11"),
            (TWO.replace("\"size\": 3", "\"size\": [3]"), "tenants.a.box[0]: size"),
            (TWO.replace("\"size\": 3", "\"size\": 3.5"), "tenants.a.box[0]: size"),
            (TWO.replace("\"size\": 3", "\"size\": 3, \"size\": 4"), "box[0]: size: repeated"),
            (TWO.replace("\"b\"", "\"a\""), "tenants.a: repeated tenant"),
            (TWO.replace("\"lid\": []", "\"box\": []"), "tenants.a.box: repeated table"),
            (TWO.replace("\"schema\": 2", "\"schema\": 2, \"schema\": 2"), "repeated key"),
            (TWO.replace("\"schema\": 2, ", ""), "must stand before"),
        ];
        for (text, place) in broken {
            let told = put(&mut connection, None, &text).unwrap_err();
            assert!(told.contains(place), "{told}");
            assert_eq!(text_of(&connection, None), TWO);
        }
    }

    #[test]
    fn one_tenant_can_be_filled_from_another() {
        let mut connection = database();
        put(&mut connection, None, TWO).unwrap();
        let only_a = text_of(&connection, Some("a"));
        put(&mut connection, Some("b"), &only_a).unwrap();
        assert_eq!(text_of(&connection, Some("b")).replace("\"b\": {", "\"a\": {"), only_a);
        assert!(put(&mut connection, Some("b"), TWO).unwrap_err().contains("exactly one"));
    }

    proptest::proptest! {
        #[test]
        fn raw_bytes_are_refused_and_never_panic(text: Vec<u8>) {
            let tables = tables(&database(), TABLES, |_| None).unwrap();
            proptest::prop_assert!(check(&text, &tables, 2, None).is_err());
        }

        #[test]
        fn a_document_with_changed_bytes_is_put_in_whole_or_not_at_all(
            at in 0..TWO.len(), byte: u8, cut in 0..3_usize,
        ) {
            let mut text = TWO.as_bytes().to_vec();
            text.splice(at..(at + cut).min(TWO.len()), [byte]);
            let mut connection = database();
            put(&mut connection, None, TWO).unwrap();
            let outcome = put_bytes(&mut connection, None, &text);
            let after = text_of(&connection, None);
            if outcome.is_err() {
                proptest::prop_assert_eq!(after, TWO);
            } else {
                // What was taken is written out and taken again alike.
                put(&mut connection, None, &after).unwrap();
                proptest::prop_assert_eq!(text_of(&connection, None), after);
            }
        }
    }
}
