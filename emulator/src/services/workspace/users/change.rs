//! What changes of a user that is there: its settings, and the actions on it.

use serde::{Deserialize, Serialize};

use super::super::tenant;
use super::new_user::{activation, expiry};
use super::row::{self, ADMIN_ACTIVATE};
use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::services::text::non_empty;

/// Input of `UpdateUserInfo`: what is absent stays, an empty text clears.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Update {
    project_id: String,
    user_id: String,
    description: Option<String>,
    user_email: Option<String>,
    user_phone: Option<String>,
    active_type: Option<String>,
    account_expires: Option<String>,
    enable_change_password: Option<bool>,
    next_login_change_password: Option<bool>,
    password_never_expired: Option<bool>,
    disabled: Option<bool>,
    user_info_map: Option<String>,
}

/// Output of `UpdateUserInfo`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Updated {
    id: String,
}

/// `UpdateUserInfo`. Whether a message can still reach the user is not asked.
pub(in super::super) fn update(call: &mut Call<'_>, input: Update) -> Result<Updated, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let mut user = row::existing(call.tx, project, &input.user_id)?;
    let texts = [
        (&mut user.description, input.description),
        (&mut user.user_email, input.user_email),
        (&mut user.user_phone, input.user_phone),
        (&mut user.user_info_map, input.user_info_map),
    ];
    for (kept, sent) in texts.into_iter().filter(|(_, sent)| sent.is_some()) {
        *kept = non_empty(sent);
    }
    let switches = [
        (&mut user.enable_change_password, input.enable_change_password),
        (&mut user.next_login_change_password, input.next_login_change_password),
        (&mut user.password_never_expired, input.password_never_expired),
        (&mut user.disabled, input.disabled),
    ];
    for (kept, sent) in switches {
        *kept = sent.unwrap_or(*kept);
    }
    if let Some(kind) = input.active_type {
        user.active_type = activation(Some(&kind));
    }
    if let Some(text) = input.account_expires {
        user.account_expires = expiry(&text)?;
    }
    row::update(call.tx, project, &user)?;
    Ok(Updated { id: user.id })
}

/// What may be done with a user.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Action {
    Lock,
    Unlock,
    ResetPwd,
}

/// Input of `ChangeUserStatus`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Act {
    project_id: String,
    user_id: String,
    op_type: Action,
}

/// `ChangeUserStatus`. What is so already stays so.
pub(in super::super) fn act(call: &mut Call<'_>, input: Act) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let mut user = row::existing(call.tx, project, &input.user_id)?;
    match input.op_type {
        Action::Lock => user.locked = true,
        Action::Unlock => user.locked = false,
        Action::ResetPwd => user.next_login_change_password = true,
    }
    row::update(call.tx, project, &user)?;
    Ok(Empty {})
}

/// Input of calls about one user.
#[derive(Debug, Deserialize)]
pub(in super::super) struct One {
    pub(super) project_id: String,
    pub(super) user_id: String,
}

/// `SendEmail`: no message leaves the twin; the answer says whether one could.
pub(in super::super) fn send_email(call: &mut Call<'_>, input: One) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let user = row::existing(call.tx, project, &input.user_id)?;
    let has_address = user.user_email.is_some() || user.user_phone.is_some();
    if user.active_type == ADMIN_ACTIVATE || !has_address {
        return Err(refuse("WKS.EMU.0009"));
    }
    Ok(Empty {})
}
