//! What no documented interface shows or sets, for the control interface: roles, accounts, and how
//! many of them there may be.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::Failure;
use crate::operation::Call;
use crate::services::unfit;

use super::roles::{self, Role};
use super::seed::{UserSeed, check_roles, check_users};
use super::users;

/// `/_twin/aicc/roles`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    roles: Vec<Role>,
}

/// `/_twin/aicc/users`.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Users {
    #[serde(default)]
    user_quota: Option<u32>,
    users: Vec<UserSeed>,
}

/// All roles, by id.
pub(super) fn roles(call: &mut Call<'_>) -> Result<Value, Failure> {
    let roles = roles::all(call.tx, call.tenant.key())?;
    Ok(serde_json::to_value(Roles { roles })?)
}

/// Other roles in the place of all. Accounts keep the ids that they have.
pub(super) fn replace_roles(call: &mut Call<'_>, wanted: &[u8]) -> Result<(), Failure> {
    let Roles { roles } = serde_json::from_slice(wanted).map_err(|error| {
        unfit(format!("{error}; send for example {{\"roles\": [{{\"id\": \"1672380646005741634\", \"name\": \"agent\"}}]}}"))
    })?;
    none(&check_roles(&roles))?;
    Ok(roles::replace(call.tx, call.tenant.key(), &roles)?)
}

/// All accounts, by account.
pub(super) fn users(call: &mut Call<'_>) -> Result<Value, Failure> {
    let tenant = call.tenant.key();
    let users = users::all(call.tx, tenant)?.into_iter().map(UserSeed::from).collect();
    Ok(serde_json::to_value(Users { user_quota: users::quota(call.tx, tenant)?, users })?)
}

/// Other accounts in the place of all.
pub(super) fn replace_users(call: &mut Call<'_>, wanted: &[u8]) -> Result<(), Failure> {
    let Users { user_quota, users } = serde_json::from_slice(wanted).map_err(|error| {
        unfit(format!("{error}; send for example {{\"users\": [{{\"account\": \"ada\", \"name\": \"Ada\", \"email\": \"ada@example.com\"}}]}}"))
    })?;
    let tenant = call.tenant.key();
    let roles = roles::all(call.tx, tenant)?;
    let ids: BTreeSet<_> = roles.iter().map(|role| role.id.as_str()).collect();
    none(&check_users(&users, &ids))?;
    users::clear(call.tx, tenant)?;
    users::set_quota(call.tx, tenant, user_quota)?;
    Ok(users.iter().try_for_each(|user| users::put(call.tx, tenant, &user.into()))?)
}

fn none(problems: &[String]) -> Result<(), Failure> {
    if problems.is_empty() { Ok(()) } else { Err(unfit(problems.join("; "))) }
}
