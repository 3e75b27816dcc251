//! The two shapes in which answers show a user: the list's, with texts, and the detail's, with
//! numbers and names of its own.

use serde::Serialize;

use super::super::times;
use super::row::User;

/// An item of a list.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the vendor's user has them")]
pub(super) struct Item<'a> {
    id: &'a str,
    sid: &'a str,
    user_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_email: Option<&'a str>,
    total_desktops: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_phone: Option<&'a str>,
    active_type: &'a str,
    is_pre_user: bool,
    account_expires: String,
    password_never_expired: bool,
    account_expired: bool,
    enable_change_password: bool,
    next_login_change_password: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    locked: bool,
    disabled: bool,
    share_space_subscription: bool,
    share_space_desktops: i64,
    group_names: &'a [String],
    enterprise_project_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_info_map: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<&'a str>,
    certificate_status: bool,
}

impl<'a> Item<'a> {
    /// The user as it is at `now`, in milliseconds.
    pub(super) fn of(user: &'a User, now: i64, with_desktops: bool) -> Self {
        Self {
            id: &user.id,
            sid: &user.id,
            user_name: &user.user_name,
            user_email: user.user_email.as_deref(),
            total_desktops: if with_desktops { user.total_desktops } else { 0 },
            user_phone: user.user_phone.as_deref(),
            active_type: &user.active_type,
            is_pre_user: false,
            account_expires: times::expiry(user.account_expires),
            password_never_expired: user.password_never_expired,
            account_expired: user.has_expired(now),
            enable_change_password: user.enable_change_password,
            next_login_change_password: user.next_login_change_password,
            description: user.description.as_deref(),
            locked: user.locked,
            disabled: user.disabled,
            share_space_subscription: user.share_space_subscription,
            share_space_desktops: user.share_space_desktops,
            group_names: &user.group_names,
            enterprise_project_id: &user.enterprise_project_id,
            user_info_map: user.user_info_map.as_deref(),
            domain: user.domain.as_deref(),
            certificate_status: false,
        }
    }
}

/// All of one user.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "the vendor's user has them")]
pub(super) struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    id: String,
    object_sid: String,
    user_name: String,
    sam_account_name: String,
    full_name: String,
    distinguished_name: String,
    user_principal_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_phone: Option<String>,
    active_type: String,
    account_type: u8,
    when_created: String,
    account_expires: i64,
    is_pre_user: bool,
    user_expired: bool,
    locked: bool,
    enable_change_password: bool,
    /// The same as the one before, as an older definition spells it.
    enabled_change_password: bool,
    password_never_expired: bool,
    next_login_change_password: bool,
    disabled: bool,
    group_names: Vec<String>,
    share_space_subscription: bool,
    share_space_desktops: i64,
    total_desktops: i64,
}

impl Detail {
    /// The user as it is at `now`, in milliseconds.
    pub(super) fn of(user: User, now: i64) -> Self {
        let name = &user.user_name;
        Self {
            user_expired: user.has_expired(now),
            object_sid: user.id.clone(),
            sam_account_name: name.clone(),
            full_name: name.clone(),
            distinguished_name: name.clone(),
            user_principal_name: match &user.domain {
                Some(domain) => format!("{name}@{domain}"),
                None => name.clone(),
            },
            account_type: 0,
            when_created: times::iso(user.created),
            // Terraform counts in whole seconds.
            account_expires: user.account_expires - user.account_expires.rem_euclid(1000),
            is_pre_user: false,
            description: user.description,
            id: user.id,
            user_name: user.user_name,
            user_email: user.user_email,
            user_phone: user.user_phone,
            active_type: user.active_type,
            locked: user.locked,
            enable_change_password: user.enable_change_password,
            enabled_change_password: user.enable_change_password,
            password_never_expired: user.password_never_expired,
            next_login_change_password: user.next_login_change_password,
            disabled: user.disabled,
            group_names: user.group_names,
            share_space_subscription: user.share_space_subscription,
            share_space_desktops: user.share_space_desktops,
            total_desktops: user.total_desktops,
        }
    }
}
