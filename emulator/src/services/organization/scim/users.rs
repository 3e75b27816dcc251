//! Users as a directory writes them.

use rusqlite::Row;
use scim_v2::filter::Filter;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Failure, refuse, refuse_with};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;

use super::super::directory::deleted_counts::{self, DeletedCounts};
use super::super::directory::user_texts::UserTexts;
use super::super::directory::users as rows;
use super::super::directory::{groups as group_rows, memberships as membership_rows};
use super::super::filters::Order;
use super::super::{Kind, Principal, memberships, references, users as api};
use super::bounds::Work;
use super::list::{Members, Resources};
use super::projection::{Projection, Selection};
use super::{Zone, attributes, base, conflict, not_found, open_zone, patch as operations};
use rows::{NewUser, User};

mod cached_filter;
mod resource;

use cached_filter::CachedFilter;
pub(super) use resource::meta;
use resource::{Fields, show};

/// What `ListUsers` lists.
pub(super) struct Users;

/// Input of `CreateUser`.
#[derive(Debug, Deserialize)]
pub(super) struct Create {
    #[serde(flatten)]
    projection: Projection,
    #[serde(flatten)]
    resource: Map<String, Value>,
}

/// `CreateUser`.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    let fields = Fields::read(input.resource)?;
    let extra = fields.extra();
    let user = NewUser {
        user_name: &fields.user_name,
        first_name: &fields.first_name,
        last_name: &fields.last_name,
        display_name: &fields.display_name,
        description: "",
        email: &fields.email,
        is_enabled: fields.active.unwrap_or(true),
        kind: Kind::Synchronized,
        need_reset_password: false,
        external_id: fields.external_id.as_deref(),
        scim: extra.as_deref(),
    };
    let user = api::add(call, &zone, &user).map_err(conflict)?;
    answer(call, &user, &selection)
}

/// Input of the operations on one user.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct One {
    user_id: String,
    #[serde(flatten)]
    projection: Projection,
    #[serde(flatten)]
    body: Map<String, Value>,
}

/// `GetUser`.
pub(super) fn get(call: &mut Call<'_>, input: One) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    answer(call, &existing(call, &zone, &input.user_id)?, &selection)
}

/// `ReplaceUser`.
pub(super) fn replace(call: &mut Call<'_>, input: One) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    let user = writable(call, &zone, &input.user_id)?;
    let user = store(call, &zone, user, Fields::read(input.body)?)?;
    answer(call, &user, &selection)
}

/// `PatchUser`: all of the operations or none.
pub(super) fn patch(call: &mut Call<'_>, input: One) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    let user = writable(call, &zone, &input.user_id)?;
    let mut resource = show(&user, &base(call))?;
    let mut work = Work::new();
    for operation in operations::read(input.body)? {
        operations::apply(&mut resource, operation, &mut work)?;
    }
    let resource = attributes::normalized(resource)?;
    for required in ["userName", "active"] {
        if !resource.contains_key(required) {
            return Err(refuse_with("mutability", format!("{required} cannot be removed")));
        }
    }
    let user = store(call, &zone, user, Fields::read(resource)?)?;
    answer(call, &user, &selection)
}

/// `DeleteUser`: the user leaves its groups first.
pub(super) fn delete(call: &mut Call<'_>, input: One) -> Result<Empty, Failure> {
    let zone = open_zone(call)?;
    let user = existing(call, &zone, &input.user_id)?;
    if user.kind == Kind::Manual {
        return Err(refuse("FailedOperation.ManualUserNotDelete"));
    }
    references::none(call, Principal::User(user.seq))?;
    for group in membership_rows::groups(call.tx, zone.tenant, user.seq)? {
        memberships::leave(call, &zone, group, &user)?;
        group_rows::touch(call, group)?;
    }
    rows::remove(call.tx, zone.tenant, user.seq)?;
    Ok(Empty {})
}

fn existing(call: &Call<'_>, zone: &Zone, user_id: &str) -> Result<User, Failure> {
    rows::by_id(call.tx, zone.tenant, user_id)?.ok_or_else(|| not_found("User", user_id))
}

/// The user, if a directory may change it.
fn writable(call: &Call<'_>, zone: &Zone, user_id: &str) -> Result<User, Failure> {
    match existing(call, zone, user_id)? {
        user if user.kind == Kind::Manual => Err(refuse("FailedOperation.ManualUserNotUpdate")),
        user => Ok(user),
    }
}

/// Writes all that a directory can change. The name keeps the case in which it was created.
fn store(call: &Call<'_>, zone: &Zone, mut user: User, fields: Fields) -> Result<User, Failure> {
    if fold(&fields.user_name) != fold(&user.user_name) {
        return Err(refuse_with("mutability", "userName cannot be changed"));
    }
    api::check_email(call, zone, &fields.email, Some(user.seq)).map_err(conflict)?;
    user.scim = fields.extra();
    user.is_enabled = fields.active.unwrap_or(user.is_enabled);
    user.first_name = fields.first_name;
    user.last_name = fields.last_name;
    user.display_name = fields.display_name;
    user.email = fields.email;
    user.external_id = fields.external_id;
    rows::update(call, &mut user)?;
    Ok(user)
}

fn answer(call: &Call<'_>, user: &User, selection: &Selection) -> Result<Value, Failure> {
    Ok(Value::Object(selection.apply(show(user, &base(call))?)))
}

impl Resources for Users {
    type Row = User;

    const TABLE: (&str, &str) = ("organization_users", "u");
    const COLUMNS: &str = rows::COLUMNS;
    const DELETED: DeletedCounts = deleted_counts::USERS;
    const NAME: (&str, &str) = ("userName", "user_name_key");

    fn total(zone: &Zone) -> i64 {
        zone.user_count
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<User> {
        rows::read(row)
    }

    fn seq(row: &User) -> i64 {
        row.seq
    }

    fn column(attribute: &str) -> Option<(&'static str, bool)> {
        match attribute {
            "id" => Some(("user_id", false)),
            "externalid" => Some(("external_id", false)),
            "username" => Some(("user_name_key", true)),
            _ => None,
        }
    }

    fn cached_candidates(
        call: &Call<'_>,
        zone: &Zone,
        filter: &Filter,
    ) -> Result<Option<Vec<(i64, bool)>>, Failure> {
        let (filter, mut all) = (CachedFilter::of(filter), Vec::new());
        if !filter.can_decide() {
            return Ok(None);
        }
        let is_whole = UserTexts::each(call, zone, Order::Asc, |texts| {
            for (user, texts) in texts.users() {
                match filter.takes(user, texts) {
                    Some(false) => {}
                    takes => all.push((user.seq, takes.is_some())),
                }
            }
        })?;
        Ok(is_whole.then_some(all))
    }

    fn resource(
        _: &Call<'_>,
        base: &str,
        row: &User,
        _: Members<'_>,
    ) -> rusqlite::Result<Map<String, Value>> {
        show(row, base)
    }
}
