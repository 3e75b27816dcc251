//! The state as one JSON document: a row a line, sorted by key, so that it diffs well.
//! Finished files are not part of it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Tenant;

/// The version of the document's form.
const FORM: u32 = 1;

/// The table that names the tenants which have their starting state.
pub const TENANTS_SCHEMA: &str =
    "CREATE TABLE twin_tenants (account INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
     CREATE TABLE twin_starts (number INTEGER PRIMARY KEY) STRICT;";

/// A state document: tenants by name, their tables by name, rows as objects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version of this form.
    pub cloudtwin_state: u32,
    /// The number of schema steps behind the tables.
    pub schema: usize,
    /// Tenants by name; each holds its tables by name, each table its rows.
    pub tenants: BTreeMap<String, BTreeMap<String, Vec<Map<String, Value>>>>,
}

/// Writes the document of all tenants, or of the named one.
pub fn export(
    tx: &Connection,
    tables: &[&str],
    schema: usize,
    only: Option<&str>,
    mut out: impl Write,
) -> anyhow::Result<()> {
    writeln!(out, "{{\"cloudtwin_state\": {FORM}, \"schema\": {schema}, \"tenants\": {{")?;
    let mut names = tx.prepare("SELECT name, account FROM twin_tenants ORDER BY name")?;
    let mut names = names.query([])?;
    let mut first = true;
    while let Some(row) = names.next()? {
        let (name, account): (String, i64) = (row.get(0)?, row.get(1)?);
        if only.is_some_and(|only| only != name) {
            continue;
        }
        writeln!(out, "{}{}: {{", if first { "" } else { ",\n" }, Value::from(name))?;
        first = false;
        for (number, table) in tables.iter().enumerate() {
            write!(out, "{}\"{table}\": [", if number == 0 { "" } else { ",\n" })?;
            export_rows(tx, table, account, &mut out)?;
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
    account: i64,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let columns = columns(tx, table)?;
    let list = columns.join(", ");
    let sql = format!(
        "SELECT {list} FROM {table} WHERE tenant = ?1 ORDER BY {}",
        key(tx, table)?.join(", ")
    );
    let mut rows = tx.prepare(&sql)?;
    let mut rows = rows.query([account])?;
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

/// Puts a document in place of the whole state, or of one tenant: all of it or nothing, as the
/// caller's transaction is kept or undone. With `only`, a document of exactly one tenant is put in
/// under that name.
pub fn import(
    tx: &Connection,
    tables: &[&str],
    schema: usize,
    only: Option<&str>,
    document: &Document,
) -> Result<(), String> {
    if document.cloudtwin_state != FORM || document.schema != schema {
        return Err(format!(
            "this document is of form {} and schema {}; this cloudtwin reads form {FORM} and schema {schema}: \
             export it again with a cloudtwin of the same version",
            document.cloudtwin_state, document.schema
        ));
    }
    if only.is_some() && document.tenants.len() != 1 {
        return Err(format!(
            "to fill one tenant the document must hold exactly one, and it holds {}",
            document.tenants.len()
        ));
    }
    reset(tx, tables, only).map_err(|error| error.to_string())?;
    for (name, contents) in &document.tenants {
        let name = only.unwrap_or(name);
        if !super::Tenants::is_name(name) {
            return Err(format!("tenants.{name}: a tenant's name is 1 to 64 of A-Z a-z 0-9 . _ -"));
        }
        if let Some(unknown) = contents.keys().find(|table| !tables.contains(&table.as_str())) {
            return Err(format!("tenants.{name}.{unknown}: there is no such table"));
        }
        plant(tx, &Tenant::new(name, b"")).map_err(|error| error.to_string())?;
        for table in tables {
            let rows = contents.get(*table).map_or(&[][..], Vec::as_slice);
            import_rows(tx, table, Tenant::new(name, b"").account, rows)
                .map_err(|(row, reason)| format!("tenants.{name}.{table}[{row}]: {reason}"))?;
        }
    }
    Ok(())
}

fn import_rows(
    tx: &Connection,
    table: &str,
    account: i64,
    rows: &[Map<String, Value>],
) -> Result<(), (usize, String)> {
    let columns = columns(tx, table).map_err(|error| (0, error.to_string()))?;
    let marks = vec!["?"; columns.len() + 1].join(", ");
    let sql = format!("INSERT INTO {table} (tenant, {}) VALUES ({marks})", columns.join(", "));
    let mut insert = tx.prepare(&sql).map_err(|error| (0, error.to_string()))?;
    for (number, row) in rows.iter().enumerate() {
        let fail = |reason: String| (number, reason);
        if let Some(unknown) = row.keys().find(|name| !columns.contains(name)) {
            return Err(fail(format!("{unknown}: there is no such column")));
        }
        let mut values = vec![Sql::Integer(account)];
        for column in &columns {
            let value = sql_value(row.get(column).unwrap_or(&Value::Null));
            values.push(
                value.ok_or_else(|| {
                    fail(format!("{column}: a text, a number or null was expected"))
                })?,
            );
        }
        insert.execute(params_from_iter(values)).map_err(|error| fail(error.to_string()))?;
    }
    Ok(())
}

fn sql_value(value: &Value) -> Option<Sql> {
    match value {
        Value::Null => Some(Sql::Null),
        Value::String(text) => Some(Sql::Text(text.clone())),
        Value::Number(number) => {
            number.as_i64().map(Sql::Integer).or(number.as_f64().map(Sql::Real))
        }
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Removes everything of all tenants, or of the named one; they begin anew on their next use.
pub fn reset(tx: &Connection, tables: &[&str], only: Option<&str>) -> rusqlite::Result<()> {
    for table in tables.iter().rev() {
        match only {
            Some(name) => tx.execute(
                &format!("DELETE FROM {table} WHERE tenant = ?1"),
                [Tenant::new(name, b"").account],
            )?,
            None => tx.execute(&format!("DELETE FROM {table}"), [])?,
        };
    }
    tx.execute("DELETE FROM twin_tenants WHERE ?1 IS NULL OR name = ?1", [only])?;
    Ok(())
}

/// Notes that the tenant has its starting state; false if it had one before.
pub fn plant(tx: &Connection, tenant: &Tenant) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO twin_tenants (account, name) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    Ok(tx.prepare_cached(sql)?.execute((tenant.account, &tenant.name))? == 1)
}

/// Counts one more start of a twin over this database, and gives its number.
pub fn count_start(connection: &Connection) -> rusqlite::Result<i64> {
    connection
        .query_row("INSERT INTO twin_starts DEFAULT VALUES RETURNING number", [], |row| row.get(0))
}

/// The columns of a table but the tenant.
fn columns(tx: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut names =
        tx.prepare("SELECT name FROM pragma_table_info(?1) WHERE name <> 'tenant' ORDER BY cid")?;
    names.query_map([table], |row| row.get(0))?.collect()
}

/// The columns of a table's primary key, in order.
fn key(tx: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut names =
        tx.prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?;
    names.query_map([table], |row| row.get(0))?.collect()
}

/// Reads a document, naming line and column of what is wrong.
pub fn parse(text: &[u8]) -> Result<Document, String> {
    serde_json::from_slice(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Io => io::Error::from(error).to_string(),
        _ => format!("this is not a state document: {error}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: &[&str] = &["box", "lid"];

    fn database() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TENANTS_SCHEMA).unwrap();
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
        let document = parse(text.as_bytes())?;
        let tx = connection.transaction().unwrap();
        import(&tx, TABLES, 2, only, &document)?;
        tx.commit().unwrap();
        Ok(())
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
}
