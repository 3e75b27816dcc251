//! Writing a directory's users into a file: one row at a time, from the database to the writer,
//! so that a million users need no more memory than one. Values are never masked here.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::Write;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, ToSql, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::super::filters::{self, Filter, Where};
use super::super::groups::Group;
use super::super::limits::EXPORT_COLUMNS_MAX;
use super::super::stores::Store;
use super::super::users::member::{self, Kind, MEMBERS, Member};
use super::super::users::view::{Common, View};
use super::super::users::{attributes, membership};

/// What the filters of exports call a group.
pub(super) const GROUP_KEY: &str = "userGroupId";

/// Which property goes into which column.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PropertyMap {
    user_property_code: String,
    column_name: String,
}

/// What was asked for, as the job keeps it.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Payload {
    pub(super) filters: Vec<Filter>,
    pub(super) columns: Vec<PropertyMap>,
    /// Whether the file is for a reader of English.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) english: bool,
}

/// Columns must differ, and each code must be a member or some user's custom attribute.
pub(super) fn check_columns(
    tx: &Connection,
    store: Store,
    columns: &[PropertyMap],
) -> Result<(), Failure> {
    let illegal = || refuse("InvalidParameter.ParameterIllegal");
    if columns.len() > EXPORT_COLUMNS_MAX {
        return Err(illegal());
    }
    let mut names = HashSet::new();
    for column in columns {
        let code = &column.user_property_code;
        let is_known = member::by_code(code).is_some() || is_attribute(tx, store, code)?;
        if !is_known || !names.insert(&column.column_name) {
            return Err(illegal());
        }
    }
    Ok(())
}

fn is_attribute(tx: &Connection, store: Store, name: &str) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM ciam_users, json_each(attributes) a
         WHERE tenant = ?1 AND store = ?2 AND attributes IS NOT NULL AND a.value ->> 'Name' = ?3",
    )?
    .exists(params![store.tenant, store.store, name])
}

/// An export that is to be written.
pub(super) struct Export {
    store: Store,
    common: Common,
    members: Vec<Member>,
    filter: Where,
    is_csv: bool,
}

impl Export {
    /// As the job was asked for; only users whose number is below `end`.
    pub(super) fn new(
        call: &Call<'_>,
        store: Store,
        user_store_id: String,
        format: &str,
        payload: &Payload,
        end: i64,
    ) -> Result<Self, Failure> {
        let mut filter = filters::users(&payload.filters, store, GROUP_KEY)?;
        filter.push("seq < ?", true, vec![end.into()]);
        Ok(Self {
            store,
            common: Common { english: payload.english, ..Common::of(call, user_store_id) },
            members: members(&payload.columns),
            filter,
            is_csv: format == "CSV",
        })
    }

    /// Writes the whole file.
    pub(super) fn write(&self, connection: &Connection, out: &mut dyn Write) -> anyhow::Result<()> {
        let mut statement = connection.prepare(&format!(
            "{} WHERE tenant = ? AND store = ?{} ORDER BY seq DESC",
            member::select(&self.members),
            self.filter.and_text()
        ))?;
        let mut values: Vec<&dyn ToSql> = vec![&self.store.tenant, &self.store.store];
        values.extend(self.filter.values());
        let mut rows = statement.query(values.as_slice())?;

        let mut format = if self.is_csv { Format::csv(out) } else { Format::ndjson(out) };
        format.head(&self.members)?;
        while let Some(row) = rows.next()? {
            let groups = self.groups(connection, row)?;
            format.row(&View {
                members: &self.members,
                cells: row,
                groups: &groups,
                common: &self.common,
                masked: false,
            })?;
        }
        format.end()
    }

    fn groups(&self, connection: &Connection, row: &Row<'_>) -> rusqlite::Result<Vec<Group>> {
        let (seq, groups) = (self.members.len(), self.members.len() + 1);
        if row.get::<_, i64>(groups)? == 0 {
            return Ok(Vec::new());
        }
        membership::of(connection, self.store, row.get(seq)?)
    }
}

/// The columns asked for; none: every member under its own code.
fn members(columns: &[PropertyMap]) -> Vec<Member> {
    if columns.is_empty() {
        let named = |member: &Member| {
            Member::named(Cow::Owned(member.code()), member.kind.clone(), member.column)
        };
        return MEMBERS.iter().map(named).collect();
    }
    let found = |column: &PropertyMap| {
        let code = &column.user_property_code;
        let attribute = || (Kind::Attribute(code.as_str().into()), "attributes");
        let (kind, from) = member::by_code(code)
            .map_or_else(attribute, |member| (member.kind.clone(), member.column));
        Member::named(Cow::Owned(column.column_name.clone()), kind, from)
    };
    columns.iter().map(found).collect()
}

/// The two formats. Both reuse one buffer for all rows.
enum Format<'a> {
    Ndjson { out: &'a mut dyn Write, line: Vec<u8> },
    Csv { out: Box<csv::Writer<&'a mut dyn Write>>, cell: Vec<u8> },
}

impl<'a> Format<'a> {
    fn ndjson(out: &'a mut dyn Write) -> Self {
        Self::Ndjson { out, line: Vec::new() }
    }

    fn csv(out: &'a mut dyn Write) -> Self {
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        Self::Csv { out: Box::new(writer), cell: Vec::new() }
    }

    fn head(&mut self, members: &[Member]) -> anyhow::Result<()> {
        if let Self::Csv { out, .. } = self {
            out.write_record(members.iter().map(|member| member.name.as_bytes()))?;
        }
        Ok(())
    }

    fn row(&mut self, user: &View<'_, Row<'_>>) -> anyhow::Result<()> {
        match self {
            Self::Ndjson { out, line } => {
                line.clear();
                user.write(line).map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
                line.push(b'\n');
                out.write_all(line)?;
            }
            Self::Csv { out, cell } => {
                for (index, member) in user.members.iter().enumerate() {
                    cell.clear();
                    write_cell(cell, &member.kind, user.cells.get_ref(index)?, user)?;
                    out.write_field(&*cell)?;
                }
                out.write_record(None::<&[u8]>)?;
            }
        }
        Ok(())
    }

    fn end(self) -> anyhow::Result<()> {
        match self {
            Self::Ndjson { out, .. } => out.flush()?,
            Self::Csv { mut out, .. } => out.flush()?,
        }
        Ok(())
    }
}

/// One cell as plain text: nothing for null, lists joined with semicolons.
fn write_cell(
    cell: &mut Vec<u8>,
    kind: &Kind,
    value: ValueRef<'_>,
    user: &View<'_, Row<'_>>,
) -> anyhow::Result<()> {
    match kind {
        Kind::Never | Kind::Empty => {}
        Kind::No => cell.extend(b"false"),
        Kind::TenantId => cell.extend(user.common.tenant_id.as_bytes()),
        Kind::UserStoreId => cell.extend(user.common.user_store_id.as_bytes()),
        Kind::Groups => join(cell, user.groups.iter().map(|group| group.id.as_str())),
        Kind::GroupNames => join(cell, user.groups.iter().map(|group| group.name.as_str())),
        Kind::Source => {
            let kept = value.as_str_or_null()?.unwrap_or_default();
            cell.extend(user.common.source(kept).as_bytes());
        }
        Kind::Text | Kind::Phone | Kind::Email | Kind::Card => {
            cell.extend(value.as_str_or_null()?.unwrap_or_default().as_bytes());
        }
        Kind::Flag => {
            let is_true = value.as_i64()? == 1;
            cell.extend(if is_true { &b"true"[..] } else { b"false" });
        }
        Kind::Number => {
            if let Some(number) = value.as_i64_or_null()? {
                write!(cell, "{number}")?;
            }
        }
        Kind::Attribute(name) => {
            let list = value.as_str_or_null()?.unwrap_or("[]");
            cell.extend(attributes::value_of(list, name)?.unwrap_or_default().as_bytes());
        }
        Kind::Attributes => {
            let list = attributes::from_column(value.as_str_or_null()?.unwrap_or("[]"))?;
            let pairs = list.iter().map(|one| format!("{}={}", one.name, one.value));
            join(cell, pairs);
        }
        Kind::Orgs => {
            let ids: Vec<&str> = serde_json::from_str(value.as_str_or_null()?.unwrap_or("[]"))?;
            join(cell, ids.into_iter());
        }
    }
    Ok(())
}

fn join(cell: &mut Vec<u8>, texts: impl Iterator<Item = impl AsRef<str>>) {
    for (index, text) in texts.enumerate() {
        if index > 0 {
            cell.push(b';');
        }
        cell.extend(text.as_ref().as_bytes());
    }
}
