//! Reads a state document as a stream: a row at a time, whatever its size. Nothing is kept of what
//! was read, but for the names of the tenants.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use rusqlite::types::Value as Sql;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::FORM;
use super::table::Table;
use crate::state::Tenants;

/// Receives what a document holds, in the document's order. An error ends the reading.
pub(super) trait Sink {
    /// A tenant begins.
    fn tenant(&mut self, name: &str) -> Result<(), String>;

    /// A row of the tenant that began last: a value for each column of the table.
    fn row(&mut self, table: usize, values: &[Sql]) -> Result<(), String>;
}

/// Reads a document of these tables; gives the number of its tenants. An error names tenant, table,
/// row and column where it has them, and the line.
pub(super) fn read(
    text: &[u8],
    tables: &[Table],
    schema: usize,
    sink: &mut dyn Sink,
) -> Result<usize, String> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let tenants = Whole { tables, schema, sink }.deserialize(&mut json);
    let tenants = tenants.map_err(|error| error.to_string())?;
    json.end().map_err(|error| error.to_string())?;
    Ok(tenants)
}

struct Whole<'a> {
    tables: &'a [Table],
    schema: usize,
    sink: &'a mut dyn Sink,
}

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<usize, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a state document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
        let (mut form, mut schema, mut tenants) = (None, None, None);
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            match &*key {
                "cloudtwin_state" if form.is_none() => form = Some(map.next_value::<u32>()?),
                "schema" if schema.is_none() => schema = Some(map.next_value::<usize>()?),
                "tenants" if tenants.is_none() => {
                    check_version(form, schema, self.schema).map_err(A::Error::custom)?;
                    let (tables, sink) = (self.tables, &mut *self.sink);
                    tenants = Some(map.next_value_seed(AllTenants { tables, sink })?);
                }
                "cloudtwin_state" | "schema" | "tenants" => {
                    return Err(A::Error::custom(format!("repeated key `{key}`")));
                }
                _ => {
                    let text = format!("unknown key `{key}`: cloudtwin_state, schema, tenants");
                    return Err(A::Error::custom(text));
                }
            }
        }
        tenants.ok_or_else(|| A::Error::missing_field("tenants"))
    }
}

fn check_version(form: Option<u32>, schema: Option<usize>, known: usize) -> Result<(), String> {
    let (Some(form), Some(schema)) = (form, schema) else {
        return Err("`cloudtwin_state` and `schema` must stand before `tenants`".to_owned());
    };
    if form == FORM && schema == known {
        return Ok(());
    }
    Err(format!(
        "this document is of form {form} and schema {schema}; this cloudtwin reads form {FORM} and schema {known}: \
         export it again with a cloudtwin of the same version"
    ))
}

struct AllTenants<'a> {
    tables: &'a [Table],
    sink: &'a mut dyn Sink,
}

impl<'de> DeserializeSeed<'de> for AllTenants<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<usize, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AllTenants<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tenants by name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<usize, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            let fault = match () {
                () if !Tenants::is_name(&name) => "a tenant's name is 1 to 64 of A-Z a-z 0-9 . _ -",
                () if names.contains(&name) => "repeated tenant",
                () => "",
            };
            if !fault.is_empty() {
                return Err(A::Error::custom(format!("tenants.{name}: {fault}")));
            }
            self.sink.tenant(&name).map_err(A::Error::custom)?;
            let (tables, sink) = (self.tables, &mut *self.sink);
            map.next_value_seed(AllTables { tenant: &name, tables, sink })?;
            names.insert(name);
        }
        Ok(names.len())
    }
}

struct AllTables<'a> {
    tenant: &'a str,
    tables: &'a [Table],
    sink: &'a mut dyn Sink,
}

impl<'de> DeserializeSeed<'de> for AllTables<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AllTables<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object of tables by name in tenants.{}", self.tenant)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let place = format!("tenants.{}.{name}", self.tenant);
            let index = self.tables.iter().position(|table| table.name == name);
            let Some((index, table)) = index.and_then(|at| Some((at, self.tables.get(at)?))) else {
                return Err(A::Error::custom(format!("{place}: there is no such table")));
            };
            if !seen.insert(index) {
                return Err(A::Error::custom(format!("{place}: repeated table")));
            }
            let sink = &mut *self.sink;
            map.next_value_seed(Rows { place: &place, index, table, sink })?;
        }
        Ok(())
    }
}

struct Rows<'a> {
    place: &'a str,
    index: usize,
    table: &'a Table,
    sink: &'a mut dyn Sink,
}

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Rows<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of rows in {}", self.place)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        let mut values = Vec::new();
        for number in 0.. {
            let row = Row { place: self.place, number, table: self.table, values: &mut values };
            if rows.next_element_seed(row)?.is_none() {
                break;
            }
            let row = self.sink.row(self.index, &values);
            row.map_err(|why| A::Error::custom(format!("{}[{number}]: {why}", self.place)))?;
        }
        Ok(())
    }
}

/// Fills `values` with those of one row.
struct Row<'a> {
    place: &'a str,
    number: usize,
    table: &'a Table,
    values: &'a mut Vec<Sql>,
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object in {}[{}]", self.place, self.number)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { place, number, table, values } = self;
        values.clear();
        values.resize(table.columns.len(), Sql::Null);
        let mut seen = HashSet::new();
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            let fault = |why: &str| A::Error::custom(format!("{place}[{number}]: {name}: {why}"));
            let index = table.columns.iter().position(|column| column.name == name);
            let index = index.ok_or_else(|| fault("there is no such column"))?;
            if !seen.insert(index) {
                return Err(fault("repeated column"));
            }
            let value = map.next_value_seed(Scalar { place, number, column: &name })?;
            if let Some(slot) = values.get_mut(index) {
                *slot = value;
            }
        }
        Ok(())
    }
}

/// A text, a number or null; anything else is refused before it is read.
struct Scalar<'a> {
    place: &'a str,
    number: usize,
    column: &'a str,
}

impl<'de> DeserializeSeed<'de> for Scalar<'_> {
    type Value = Sql;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Sql, D::Error> {
        json.deserialize_any(self)
    }
}

impl Visitor<'_> for Scalar<'_> {
    type Value = Sql;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, number, column } = self;
        write!(f, "a text, a number or null in {place}[{number}]: {column}")
    }

    fn visit_unit<E: Error>(self) -> Result<Sql, E> {
        Ok(Sql::Null)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Sql, E> {
        Ok(Sql::Text(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Sql, E> {
        Ok(Sql::Text(text))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Sql, E> {
        Ok(Sql::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Sql, E> {
        let Self { place, number: row, column } = self;
        let number = i64::try_from(number);
        let text = || E::custom(format!("{place}[{row}]: {column}: the number is too large"));
        number.map(Sql::Integer).map_err(|_| text())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Sql, E> {
        Ok(Sql::Real(number))
    }
}
