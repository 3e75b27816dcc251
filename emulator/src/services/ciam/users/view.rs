//! A user as the vendor words it, written straight from the database row. Never changes anything.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, ToSql};
use serde::Serialize;

use crate::error::Failure;
use crate::operation::{Call, RawJson};

use super::super::groups::Group;
use super::super::stores::Store;
use super::attributes;
use super::masking;
use super::member::{COUNT, Kind, MEMBERS, Member, SELECT};
use super::membership;
use super::new_user;

/// What every user of a directory has in common.
#[derive(Debug, Clone)]
pub(crate) struct Common {
    /// The account number as the vendor writes it.
    pub(crate) tenant_id: String,
    /// The directory's id.
    pub(crate) user_store_id: String,
    /// Whether its reader asked for English.
    pub(crate) english: bool,
}

impl Common {
    /// Of the directory that the caller named.
    pub(crate) fn of(call: &Call<'_>, user_store_id: String) -> Self {
        let tenant_id = call.tenant.account.to_string();
        Self { tenant_id, user_store_id, english: call.client.english }
    }

    /// Where a user comes from, in the reader's language.
    pub(crate) fn source<'a>(&self, kept: &'a str) -> &'a str {
        if self.english { new_user::source_in_english(kept) } else { kept }
    }
}

/// Values by their place: a database row, or a user that is just being made.
pub(crate) trait Cells {
    /// The value at that place.
    fn cell(&self, index: usize) -> ValueRef<'_>;
}

impl Cells for Row<'_> {
    fn cell(&self, index: usize) -> ValueRef<'_> {
        self.get_ref(index).unwrap_or(ValueRef::Null)
    }
}

impl Cells for [ValueRef<'_>; COUNT] {
    fn cell(&self, index: usize) -> ValueRef<'_> {
        self.get(index).copied().unwrap_or(ValueRef::Null)
    }
}

/// One user, in these members and this order.
#[derive(Debug)]
pub(crate) struct View<'a, C> {
    /// What to show; a member's place is that of its cell.
    pub(crate) members: &'a [Member],
    /// The values.
    pub(crate) cells: &'a C,
    /// The groups that the user is in.
    pub(crate) groups: &'a [Group],
    /// What it shares with the others.
    pub(crate) common: &'a Common,
    /// Whether personal values are hidden.
    pub(crate) masked: bool,
}

impl<C: Cells> View<'_, C> {
    /// The user as the member `User` of an answer.
    pub(crate) fn answer(&self) -> Result<RawJson, Failure> {
        let mut out = Vec::with_capacity(2048);
        out.extend_from_slice(b"{\"User\":");
        self.write(&mut out)?;
        out.push(b'}');
        Ok(RawJson(out))
    }

    /// Writes the user as a JSON object: prepared keys, values by their kind.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), Failure> {
        for (index, member) in self.members.iter().enumerate() {
            out.push(if index == 0 { b'{' } else { b',' });
            out.extend_from_slice(&member.key);
            self.write_value(&member.kind, index, out)?;
        }
        out.push(b'}');
        Ok(())
    }

    fn write_value(&self, kind: &Kind, index: usize, out: &mut Vec<u8>) -> Result<(), Failure> {
        let value = || self.cells.cell(index);
        match kind {
            Kind::TenantId => push_text(out, &self.common.tenant_id)?,
            Kind::UserStoreId => push_text(out, &self.common.user_store_id)?,
            Kind::Never => out.extend_from_slice(b"null"),
            Kind::No => out.extend_from_slice(b"false"),
            Kind::Empty => out.extend_from_slice(b"[]"),
            Kind::Groups | Kind::GroupNames if self.groups.is_empty() => {
                out.extend_from_slice(b"[]")
            }
            Kind::Groups => {
                json(out, &self.groups.iter().map(|group| &group.id).collect::<Vec<_>>())?
            }
            Kind::GroupNames => {
                json(out, &self.groups.iter().map(|group| &group.name).collect::<Vec<_>>())?
            }
            Kind::Flag => {
                let is_set = matches!(value(), ValueRef::Integer(1));
                out.extend_from_slice(if is_set { b"true" } else { b"false" })
            }
            Kind::Number => match value() {
                ValueRef::Integer(number) => json(out, &number)?,
                _ => out.extend_from_slice(b"null"),
            },
            // Kept as JSON, written by this service.
            Kind::Attributes | Kind::Orgs => {
                out.extend_from_slice(text(value())?.unwrap_or("[]").as_bytes())
            }
            Kind::Attribute(name) => {
                json(out, &attributes::value_of(text(value())?.unwrap_or("[]"), name)?)?
            }
            Kind::Source => push_text(out, self.common.source(text(value())?.unwrap_or_default()))?,
            Kind::Text | Kind::Phone | Kind::Email | Kind::Card => match (text(value())?, kind) {
                (None, _) => out.extend_from_slice(b"null"),
                (Some(phone), Kind::Phone) if self.masked => {
                    push_text(out, &masking::phone(phone))?
                }
                (Some(email), Kind::Email) if self.masked => {
                    push_text(out, &masking::email(email))?
                }
                (Some(card), Kind::Card) if self.masked => push_text(out, &masking::middle(card))?,
                (Some(text), _) => push_text(out, text)?,
            },
        }
        Ok(())
    }
}

fn json<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> Result<(), Failure> {
    Ok(serde_json::to_writer(out, value)?)
}

/// Writes a text as JSON. Most texts need no escapes, which is quicker to see than to look for each.
fn push_text(out: &mut Vec<u8>, text: &str) -> Result<(), Failure> {
    let is_special = |byte: &u8| *byte < b' ' || *byte == b'"' || *byte == b'\\';
    if text.as_bytes().iter().any(is_special) {
        return json(out, text);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

fn text(value: ValueRef<'_>) -> Result<Option<&str>, Failure> {
    value.as_str_or_null().map_err(|error| Failure::Internal(error.into()))
}

/// Reads users of one directory.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    /// Where to read.
    pub(crate) tx: &'a Connection,
    /// The directory.
    pub(crate) store: Store,
    /// What its users share.
    pub(crate) common: Common,
    /// Whether personal values are hidden.
    pub(crate) masked: bool,
}

impl<'a> Reader<'a> {
    /// Over the directory that the caller named; readers see originals only when they ask.
    pub(crate) fn new(
        call: &Call<'a>,
        store: Store,
        user_store_id: String,
        original: Option<bool>,
    ) -> Self {
        let common = Common::of(call, user_store_id);
        Self { tx: call.tx, store, common, masked: !original.unwrap_or(false) }
    }

    /// Writes the users that the rest of the statement picks, in its order, as a JSON list: each
    /// row while it is read.
    pub(crate) fn list(
        &self,
        rest: &str,
        values: &[&dyn ToSql],
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let mut statement = self.tx.prepare_cached(&format!("{}{rest}", *SELECT))?;
        let mut rows = statement.query(values)?;
        let mut separator = b'[';
        while let Some(row) = rows.next()? {
            out.push(separator);
            separator = b',';
            self.view(row, &self.groups(row)?).write(out)?;
        }
        if separator == b'[' {
            out.push(b'[');
        }
        out.push(b']');
        Ok(())
    }

    /// The user that the rest of the statement picks, null if there is none, as the member `User`.
    pub(crate) fn answer(&self, rest: &str, values: &[&dyn ToSql]) -> Result<RawJson, Failure> {
        let mut statement = self.tx.prepare_cached(&format!("{}{rest}", *SELECT))?;
        let mut rows = statement.query(values)?;
        match rows.next()? {
            Some(row) => self.view(row, &self.groups(row)?).answer(),
            None => Ok(RawJson(b"{\"User\":null}".to_vec())),
        }
    }

    fn groups(&self, row: &Row<'_>) -> rusqlite::Result<Vec<Group>> {
        if row.get::<_, i64>(COUNT + 1)? == 0 {
            return Ok(Vec::new());
        }
        membership::of(self.tx, self.store, row.get(COUNT)?)
    }

    fn view<'v>(&'v self, row: &'v Row<'v>, groups: &'v [Group]) -> View<'v, Row<'v>> {
        View { members: &*MEMBERS, cells: row, groups, common: &self.common, masked: self.masked }
    }
}
