//! A user as answers have it.

use serde::Serialize;

use super::super::directory::users::User;
use super::super::{Kind, status_of, times};

/// `UserInfo`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UserInfo {
    user_name: String,
    first_name: String,
    last_name: String,
    display_name: String,
    description: String,
    email: String,
    user_status: &'static str,
    user_type: Kind,
    user_id: String,
    create_time: String,
    update_time: String,
    is_selected: bool,
    /// Answers but that of `CreateUser` have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    need_reset_password: bool,
}

impl UserInfo {
    /// The user without a password, not selected.
    pub(crate) fn of(user: User) -> Self {
        Self {
            user_name: user.user_name,
            first_name: user.first_name,
            last_name: user.last_name,
            display_name: user.display_name,
            description: user.description,
            email: user.email,
            user_status: status_of(user.is_enabled),
            user_type: user.kind,
            user_id: user.user_id,
            create_time: times::local(user.created),
            update_time: times::local(user.updated),
            is_selected: false,
            password: None,
            need_reset_password: user.need_reset_password,
        }
    }

    /// The same, marked as selected or not.
    pub(super) fn selected(self, is_selected: bool) -> Self {
        Self { is_selected, ..self }
    }

    /// The same with the password that `CreateUser` shows.
    pub(super) fn with_password(self, password: String) -> Self {
        Self { password: Some(password), ..self }
    }
}
