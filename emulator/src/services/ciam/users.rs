//! Users of a directory: made, changed, barred, deleted; reading them is in `read.rs`.
//! No password is ever kept: no public action compares one.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty, RawJson};
use crate::services::text::non_empty;

use super::groups;
use super::limits::USERS_MAX;
use super::logs::{self, Event};
use super::secret::Secret;
use super::stores::{self, Store};

pub(super) mod attributes;
mod change;
pub(super) mod deleted_counts;
pub(super) mod formats;
mod masking;
pub(super) mod member;
pub(super) mod membership;
pub(super) mod new_user;
mod read;
mod search;
pub(super) mod status;
pub(super) mod view;

pub(super) use change::update;
pub(super) use read::{describe, describe_by_id, list, list_by_property};
pub(super) use status::update_status;

use attributes::Attribute;
use new_user::NewUser;
use view::{Common, View};

/// Input of `CreateUser`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    user_store_id: String,
    phone_number: String,
    email: String,
    password: Secret,
    user_name: String,
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

/// `CreateUser`. Reserves a slot in the directory first; a refusal rolls it back.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<RawJson, Failure> {
    let reserved = stores::reserve(call, &input.user_store_id)?;
    let store = reserved.store;
    input.check()?;
    let groups = groups::resolve(call.tx, store, input.user_group.as_deref().unwrap_or_default())?;
    let orgs = orgs_column(input.user_org.as_deref().unwrap_or_default())?;
    let attributes =
        attributes::to_column(input.customization_attributes.as_deref().unwrap_or_default())?;

    let user_id = new_user::id(call.ids, store, reserved.seq);
    let user = NewUser {
        user_id: &user_id,
        created: call.now.0,
        groups: &groups,
        orgs: orgs.as_deref(),
        attributes: attributes.as_deref(),
        ..input.user()
    };
    new_user::insert(call.tx, store, reserved.seq, &user)?;
    if store.user_num > call.limit("users").unwrap_or(USERS_MAX) {
        return Err(refuse("FailedOperation.QuotaLimitExceeded"));
    }
    logs::write(call, store, reserved.log, Event::UserCreate, &user_id)?;

    let common = Common::of(call, input.user_store_id.clone());
    let cells = user.cells();
    let members = &*member::MEMBERS;
    View { members, cells: &cells, groups: &groups, common: &common, masked: false }.answer()
}

impl Create {
    fn check(&self) -> Result<(), Failure> {
        let given = [
            (self.user_name.trim().is_empty(), "FailedOperation.UserNameIsNull"),
            (self.phone_number.trim().is_empty(), "FailedOperation.PhoneNumberIsNull"),
            (self.email.trim().is_empty(), "FailedOperation.EmailIsNull"),
            (self.password.is_blank(), "FailedOperation.PasswordIsNull"),
        ];
        if let Some((_, code)) = given.into_iter().find(|(is_blank, _)| *is_blank) {
            return Err(refuse(code));
        }
        formats::require(formats::is_user_name(&self.user_name))?;
        formats::require(formats::is_phone(&self.phone_number))?;
        formats::require(formats::is_email(&self.email))
    }

    fn user(&self) -> NewUser<'_> {
        NewUser {
            user_name: Some(&self.user_name),
            phone: Some(&self.phone_number),
            email: Some(&self.email),
            status: status::NOT_ENABLED,
            data_source: new_user::ADDED,
            nickname: non_empty(self.nickname.as_deref()),
            address: non_empty(self.address.as_deref()),
            birthdate: self.birthdate,
            indexed: [
                non_empty(self.indexed_attribute1.as_deref()),
                non_empty(self.indexed_attribute2.as_deref()),
                non_empty(self.indexed_attribute3.as_deref()),
                non_empty(self.indexed_attribute4.as_deref()),
                non_empty(self.indexed_attribute5.as_deref()),
            ],
            ..NewUser::default()
        }
    }
}

/// Input of `DeleteUsers`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    user_store_id: String,
    user_ids: Vec<String>,
}

/// `DeleteUsers`. Unknown ids are ignored; linked secondaries become independent again.
pub(super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    if input.user_ids.is_empty() {
        return Err(refuse("InvalidParameter.ParameterIllegal"));
    }
    let mut deleted = Vec::with_capacity(input.user_ids.len());
    for user_id in &input.user_ids {
        if let Some(seq) = find(call.tx, store, user_id)? {
            remove(call.tx, store, seq)?;
            deleted.push(user_id);
        }
    }
    let removed = i64::try_from(deleted.len()).unwrap_or(i64::MAX);
    let first_log = stores::count_removed(call.tx, store, removed)?;
    for (log, user_id) in (first_log..).zip(deleted) {
        logs::write(call, store, log, Event::UserDelete, user_id)?;
    }
    Ok(Empty {})
}

/// The number of the user of that id.
pub(super) fn find(tx: &Connection, store: Store, user_id: &str) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached(
        "SELECT seq FROM ciam_users WHERE tenant = ?1 AND store = ?2 AND user_id = ?3",
    )?
    .query_row(params![store.tenant, store.store, user_id], |row| row.get(0))
    .optional()
}

/// The number of the user of that id, or the refusal of operations that need it.
pub(super) fn existing(tx: &Connection, store: Store, user_id: &str) -> Result<i64, Failure> {
    find(tx, store, user_id)?.ok_or_else(|| refuse("FailedOperation.UserNotFound"))
}

/// Organization units in the form in which they are kept: JSON, or nothing. There is no public way
/// to make one, so whatever looks like an id is taken for an existing unit.
fn orgs_column(ids: &[String]) -> Result<Option<String>, Failure> {
    if !ids.iter().all(|id| formats::is_hex32(id)) {
        return Err(refuse("FailedOperation.OrgNotFound"));
    }
    if ids.is_empty() { Ok(None) } else { Ok(Some(serde_json::to_string(ids)?)) }
}

fn remove(tx: &Connection, store: Store, seq: i64) -> rusqlite::Result<()> {
    membership::clear(tx, store, seq)?;
    tx.prepare_cached(
        "UPDATE ciam_users SET is_primary = 1, primary_seq = NULL
         WHERE tenant = ?1 AND store = ?2 AND primary_seq = ?3",
    )?
    .execute([store.tenant, store.store, seq])?;
    tx.prepare_cached("DELETE FROM ciam_users WHERE tenant = ?1 AND store = ?2 AND seq = ?3")?
        .execute([store.tenant, store.store, seq])?;
    deleted_counts::add(tx, store, seq)
}

/// Text as a database value, absent where it is empty.
fn text_value(text: &str) -> Value {
    non_empty(Some(text)).map_or(Value::Null, |text| Value::Text(text.to_owned()))
}
