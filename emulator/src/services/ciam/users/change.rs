//! `UpdateUser`: only what is given changes.

use rusqlite::types::Value;
use rusqlite::{Connection, ToSql};
use serde::Deserialize;

use crate::error::Failure;
use crate::operation::{Call, RawJson};
use crate::runtime::fold::fold;

use super::super::groups::{self, Group};
use super::super::logs::{self, Event};
use super::super::stores::{self, Store};
use super::attributes::{self, Attribute};
use super::view::Reader;
use super::{existing, formats, membership, new_user, orgs_column, text_value};

/// Input of `UpdateUser`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Update {
    user_store_id: String,
    user_id: String,
    user_name: Option<String>,
    phone_number: Option<String>,
    email: Option<String>,
    nickname: Option<String>,
    address: Option<String>,
    user_group: Option<Vec<String>>,
    birthdate: Option<i64>,
    customization_attributes: Option<Vec<Attribute<'static>>>,
    indexed_attribute1: Option<String>,
    indexed_attribute2: Option<String>,
    indexed_attribute3: Option<String>,
    indexed_attribute4: Option<String>,
    indexed_attribute5: Option<String>,
    user_org: Option<Vec<String>>,
}

/// `UpdateUser`. Lists that are given replace the old ones whole.
pub(crate) fn update(call: &mut Call<'_>, input: Update) -> Result<RawJson, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    input.check()?;
    let seq = existing(call.tx, store, &input.user_id)?;
    let groups = match &input.user_group {
        Some(ids) => Some(groups::resolve(call.tx, store, ids)?),
        None => None,
    };
    let changes = input.changes(groups.as_deref(), call.now.0)?;
    apply(call.tx, store, seq, &input, &changes)?;
    if let Some(groups) = groups {
        membership::clear(call.tx, store, seq)?;
        membership::add(call.tx, store, seq, &groups)?;
    }
    let log = stores::next_log(call.tx, store)?;
    logs::write(call, store, log, Event::UserUpdate, &input.user_id)?;

    let reader = Reader::new(call, store, input.user_store_id, Some(true));
    let rest = " WHERE tenant = ?1 AND store = ?2 AND seq = ?3";
    reader.answer(rest, &[&store.tenant, &store.store, &seq])
}

impl Update {
    // Nobody can lose user name, phone or email: empty text leaves them as they are.

    fn user_name(&self) -> Option<&str> {
        self.user_name.as_deref().filter(|text| !text.trim().is_empty())
    }

    fn phone(&self) -> Option<&str> {
        self.phone_number.as_deref().filter(|text| !text.trim().is_empty())
    }

    fn email(&self) -> Option<&str> {
        self.email.as_deref().filter(|text| !text.trim().is_empty())
    }

    fn check(&self) -> Result<(), Failure> {
        formats::require(self.user_name().is_none_or(formats::is_user_name))?;
        formats::require(self.phone().is_none_or(formats::is_phone))?;
        formats::require(self.email().is_none_or(formats::is_email))
    }

    /// Columns and what they are set to.
    fn changes(
        &self,
        groups: Option<&[Group]>,
        now: i64,
    ) -> Result<Vec<(&'static str, Value)>, Failure> {
        let mut changes = vec![("modified", Value::Integer(now))];
        if let Some(name) = self.user_name() {
            changes.push(("user_name", name.to_owned().into()));
            changes.push(("user_name_key", fold(name).into()));
        }
        if let Some(phone) = self.phone() {
            changes.push(("phone", phone.to_owned().into()));
            changes.push(("phone_key", formats::phone_key(phone).to_owned().into()));
        }
        if let Some(email) = self.email() {
            changes.push(("email", email.to_owned().into()));
            changes.push(("email_key", fold(email).into()));
        }
        let texts = [
            ("nickname", &self.nickname),
            ("address", &self.address),
            ("indexed1", &self.indexed_attribute1),
            ("indexed2", &self.indexed_attribute2),
            ("indexed3", &self.indexed_attribute3),
            ("indexed4", &self.indexed_attribute4),
            ("indexed5", &self.indexed_attribute5),
        ];
        for (column, text) in texts {
            changes.extend(text.as_deref().map(|text| (column, text_value(text))));
        }
        changes.extend(self.birthdate.map(|birthdate| ("birthdate", birthdate.into())));
        if let Some(attributes) = &self.customization_attributes {
            changes.push(("attributes", attributes::to_column(attributes)?.into()));
        }
        if let Some(orgs) = &self.user_org {
            changes.push(("orgs", orgs_column(orgs)?.into()));
        }
        if let Some(groups) = groups {
            changes.push(("group_num", i64::try_from(groups.len()).unwrap_or(i64::MAX).into()));
        }
        Ok(changes)
    }
}

fn apply(
    tx: &Connection,
    store: Store,
    seq: i64,
    input: &Update,
    changes: &[(&'static str, Value)],
) -> Result<(), Failure> {
    let columns: Vec<String> = changes.iter().map(|(column, _)| format!("{column} = ?")).collect();
    let mut values: Vec<&dyn ToSql> =
        changes.iter().map(|(_, value)| value as &dyn ToSql).collect();
    values.push(&store.tenant);
    values.push(&store.store);
    values.push(&seq);
    let updated = tx
        .prepare_cached(&format!(
            "UPDATE ciam_users SET {} WHERE tenant = ? AND store = ? AND seq = ?",
            columns.join(", ")
        ))?
        .execute(values.as_slice());
    let Err(error) = updated else { return Ok(()) };
    let name = input.user_name().map(fold);
    let email = input.email().map(fold);
    let keys = [name.as_deref(), input.phone().map(formats::phone_key), email.as_deref()];
    Err(new_user::taken(tx, store, keys, Some(seq), error))
}
