//! Users of the zone: created, changed, disabled, deleted. Lists are in `users/list.rs`, the rows in
//! `users/rows.rs`.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;

use super::directory::memberships::groups_of;
use super::directory::users as rows;
use super::zones::{self, Zone};
use super::{Kind, Principal, limits, references};

mod info;
mod list;
mod search;

pub(super) use info::UserInfo;
pub(super) use list::{joined_groups, list};
use rows::{NewUser, User, by_id, insert, remove};

/// Input of `CreateUser`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    zone_id: String,
    user_name: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    email: String,
    user_status: Option<String>,
    #[serde(default)]
    user_type: Kind,
    #[serde(default)]
    need_reset_password: bool,
}

/// An answer with one user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneUser {
    user_info: UserInfo,
}

/// `CreateUser`. The password is shown here only and not stored: no action compares it.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<OneUser, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let user = NewUser {
        user_name: &input.user_name,
        first_name: &input.first_name,
        last_name: &input.last_name,
        display_name: &input.display_name,
        description: &input.description,
        email: &input.email,
        is_enabled: input.user_status.as_deref() != Some(super::DISABLED),
        kind: input.user_type,
        need_reset_password: input.need_reset_password,
        external_id: None,
        scim: None,
    };
    let created = add(call, &zone, &user)?;
    let password = call.ids.password();
    Ok(OneUser { user_info: UserInfo::of(created).with_password(password) })
}

/// Adds a user, or refuses: name taken, e-mail taken, zone full.
pub(super) fn add(call: &mut Call<'_>, zone: &Zone, user: &NewUser<'_>) -> Result<User, Failure> {
    if rows::by_name(call.tx, zone.tenant, &fold(user.user_name))?.is_some() {
        return Err(refuse("InvalidParameter.UsernameAlreadyExists"));
    }
    check_email(call, zone, user.email, None)?;
    if zone.user_count >= limits::USERS.of(call)? {
        return Err(refuse("FailedOperation.UserOverUpperLimit"));
    }
    let user_id = format!("u-{}", call.ids.base36(12));
    Ok(insert(call, &user_id, user)?)
}

/// An e-mail address is of one user; an empty one is of no user.
pub(super) fn check_email(
    call: &Call<'_>,
    zone: &Zone,
    email: &str,
    of: Option<i64>,
) -> Result<(), Failure> {
    let taken = rows::by_email(call.tx, zone.tenant, &fold(email))?;
    if !email.is_empty() && taken.is_some_and(|seq| Some(seq) != of) {
        return Err(refuse("InvalidParameter.EmailAlreadyExists"));
    }
    Ok(())
}

/// Input of the operations on one user.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    zone_id: String,
    user_id: String,
}

/// `GetUser`.
pub(super) fn get(call: &mut Call<'_>, input: One) -> Result<OneUser, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    Ok(OneUser { user_info: UserInfo::of(existing(call, &zone, &input.user_id)?) })
}

/// The user of that id, or the refusal.
pub(super) fn existing(call: &Call<'_>, zone: &Zone, user_id: &str) -> Result<User, Failure> {
    by_id(call.tx, zone.tenant, user_id)?.ok_or_else(|| refuse("ResourceNotFound.UserNotExist"))
}

/// Input of `UpdateUser`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    zone_id: String,
    user_id: String,
    new_first_name: Option<String>,
    new_last_name: Option<String>,
    new_display_name: Option<String>,
    new_description: Option<String>,
    new_email: Option<String>,
    need_reset_password: Option<bool>,
}

/// `UpdateUser`: absent members stay, empty ones are cleared.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<OneUser, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let mut user = existing(call, &zone, &input.user_id)?;
    zone.writable(user.kind, "FailedOperation.SynchronizedUserNotUpdate")?;
    if let Some(email) = input.new_email {
        check_email(call, &zone, &email, Some(user.seq))?;
        user.email = email;
    }
    for (member, new) in [
        (&mut user.first_name, input.new_first_name),
        (&mut user.last_name, input.new_last_name),
        (&mut user.display_name, input.new_display_name),
        (&mut user.description, input.new_description),
    ] {
        if let Some(new) = new {
            *member = new;
        }
    }
    user.need_reset_password = input.need_reset_password.unwrap_or(user.need_reset_password);
    rows::update(call, &mut user)?;
    Ok(OneUser { user_info: UserInfo::of(user) })
}

/// Input of `UpdateUserStatus`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateStatus {
    zone_id: String,
    user_id: String,
    new_user_status: String,
}

/// `UpdateUserStatus`.
pub(super) fn update_status(call: &mut Call<'_>, input: UpdateStatus) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let mut user = existing(call, &zone, &input.user_id)?;
    zone.writable(user.kind, "FailedOperation.SynchronizedUserNotUpdate")?;
    user.is_enabled = input.new_user_status != super::DISABLED;
    rows::update(call, &mut user)?;
    Ok(Empty {})
}

/// `DeleteUser`: refused while the user is in a group, has a role assignment or a user sync.
pub(super) fn delete(call: &mut Call<'_>, input: One) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let user = existing(call, &zone, &input.user_id)?;
    zone.writable(user.kind, "FailedOperation.SynchronizedUserNotDelete")?;
    if groups_of(call.tx, zone.tenant, user.seq)? > 0 {
        return Err(refuse("InvalidParameter.UserAlreadyExistsGroup"));
    }
    references::none(call, Principal::User(user.seq))?;
    remove(call.tx, zone.tenant, user.seq)?;
    Ok(Empty {})
}
