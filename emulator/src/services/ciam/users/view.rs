//! A user as the vendor words it, written straight from the database row. Never changes anything.

use std::cell::RefCell;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Rows, ToSql};
use serde::ser::{Error, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::error::Failure;
use crate::operation::Call;

use super::super::groups::Group;
use super::super::stores::Store;
use super::attributes;
use super::masking;
use super::member::{COUNT, Kind, MEMBERS, Member, SELECT};
use super::membership;

/// What every user of a directory has in common.
#[derive(Debug, Clone)]
pub(crate) struct Common {
    /// The account number as the vendor writes it.
    pub(crate) tenant_id: String,
    /// The directory's id.
    pub(crate) user_store_id: String,
}

impl Common {
    /// Of the directory that the caller named.
    pub(crate) fn of(call: &Call<'_>, user_store_id: String) -> Self {
        Self { tenant_id: call.tenant.account.to_string(), user_store_id }
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

impl<C: Cells> Serialize for View<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.members.len()))?;
        for (index, member) in self.members.iter().enumerate() {
            let value = Shown { kind: &member.kind, value: self.cells.cell(index), view: self };
            map.serialize_entry(member.name.as_ref(), &value)?;
        }
        map.end()
    }
}

struct Shown<'a, C> {
    kind: &'a Kind,
    value: ValueRef<'a>,
    view: &'a View<'a, C>,
}

impl<C> Serialize for Shown<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let masked = self.view.masked;
        match self.kind {
            Kind::TenantId => serializer.serialize_str(&self.view.common.tenant_id),
            Kind::UserStoreId => serializer.serialize_str(&self.view.common.user_store_id),
            Kind::Never => serializer.serialize_none(),
            Kind::No => serializer.serialize_bool(false),
            Kind::Empty => serializer.collect_seq([(); 0]),
            Kind::Groups => serializer.collect_seq(self.view.groups.iter().map(|g| &g.id)),
            Kind::GroupNames => serializer.collect_seq(self.view.groups.iter().map(|g| &g.name)),
            Kind::Flag => serializer.serialize_bool(matches!(self.value, ValueRef::Integer(1))),
            Kind::Number => match self.value {
                ValueRef::Integer(number) => serializer.serialize_i64(number),
                _ => serializer.serialize_none(),
            },
            Kind::Attributes | Kind::Orgs => match text::<S>(self.value)? {
                Some(list) => raw::<S>(list)?.serialize(serializer),
                None => serializer.collect_seq([(); 0]),
            },
            Kind::Attribute(name) => {
                let list = text::<S>(self.value)?.unwrap_or("[]");
                attributes::value_of(list, name).map_err(S::Error::custom)?.serialize(serializer)
            }
            Kind::Text | Kind::Phone | Kind::Email | Kind::Card => {
                match (text::<S>(self.value)?, self.kind) {
                    (None, _) => serializer.serialize_none(),
                    (Some(phone), Kind::Phone) if masked => {
                        serializer.serialize_str(&masking::phone(phone))
                    }
                    (Some(email), Kind::Email) if masked => {
                        serializer.serialize_str(&masking::email(email))
                    }
                    (Some(card), Kind::Card) if masked => {
                        serializer.serialize_str(&masking::middle(card))
                    }
                    (Some(text), _) => serializer.serialize_str(text),
                }
            }
        }
    }
}

fn text<S: Serializer>(value: ValueRef<'_>) -> Result<Option<&str>, S::Error> {
    value.as_str_or_null().map_err(S::Error::custom)
}

fn raw<S: Serializer>(list: &str) -> Result<&RawValue, S::Error> {
    serde_json::from_str(list).map_err(S::Error::custom)
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

    /// The users that the rest of the statement picks, in its order, as a JSON list.
    pub(crate) fn list(&self, rest: &str, values: &[&dyn ToSql]) -> Result<Box<RawValue>, Failure> {
        let mut statement = self.tx.prepare_cached(&format!("{}{rest}", *SELECT))?;
        let rows = RefCell::new(statement.query(values)?);
        Ok(to_raw_value(&Listing { rows, reader: self })?)
    }

    /// The user that the rest of the statement picks, if any.
    pub(crate) fn one(
        &self,
        rest: &str,
        values: &[&dyn ToSql],
    ) -> Result<Option<Box<RawValue>>, Failure> {
        let mut statement = self.tx.prepare_cached(&format!("{}{rest}", *SELECT))?;
        let mut rows = statement.query(values)?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let groups = self.groups(row)?;
        Ok(Some(to_raw_value(&self.view(row, &groups))?))
    }

    fn groups(&self, row: &Row<'_>) -> rusqlite::Result<Vec<Group>> {
        if row.get::<_, i64>(COUNT + 1)? == 0 {
            return Ok(Vec::new());
        }
        membership::of(self.tx, self.store, row.get(COUNT)?)
    }

    fn view<'v>(&'v self, row: &'v Row<'v>, groups: &'v [Group]) -> View<'v, Row<'v>> {
        View { members: &MEMBERS, cells: row, groups, common: &self.common, masked: self.masked }
    }
}

/// Rows are written while they are read: a page is never held as anything but its JSON.
struct Listing<'a, 's> {
    rows: RefCell<Rows<'s>>,
    reader: &'a Reader<'a>,
}

impl Serialize for Listing<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut rows = self.rows.borrow_mut();
        let mut list = serializer.serialize_seq(None)?;
        while let Some(row) = rows.next().map_err(S::Error::custom)? {
            let groups = self.reader.groups(row).map_err(S::Error::custom)?;
            list.serialize_element(&self.reader.view(row, &groups))?;
        }
        list.end()
    }
}
