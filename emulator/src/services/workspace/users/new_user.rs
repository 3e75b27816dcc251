//! What it takes to make a user. All is checked before anything is done, so a refusal leaves no trace
//! and a batch continues. The password is checked and dropped: nothing compares one.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::super::project::{Kind, Project, rank};
use super::super::{groups, tenant, times};
use super::row::{self, ADMIN_ACTIVATE, USER_ACTIVATE, User};
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;
use crate::services::text::non_empty;

/// The enterprise project of users that name none.
const DEFAULT_ENTERPRISE_PROJECT: &str = "0";

/// A user as it is asked for; each text keeps the model's bounds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in super::super) struct NewUser {
    /// Its name, unique in the project without case.
    pub(in super::super) user_name: String,
    /// Its mail address.
    pub(in super::super) user_email: Option<String>,
    /// Its phone number.
    pub(in super::super) user_phone: Option<String>,
    /// How it is activated, in any case; by itself where nothing is said.
    pub(in super::super) active_type: Option<String>,
    /// Whether there is a password.
    pub(in super::super) password: Option<IgnoredAny>,
    /// When it expires.
    pub(in super::super) account_expires: Option<String>,
    /// Whether it may change its password.
    pub(in super::super) enable_change_password: Option<bool>,
    /// Whether it must.
    pub(in super::super) next_login_change_password: Option<bool>,
    /// Ids of its groups.
    pub(in super::super) group_ids: Option<Vec<String>>,
    /// What it is.
    pub(in super::super) description: Option<String>,
    /// Another name.
    pub(in super::super) alias_name: Option<String>,
    /// Its enterprise project.
    pub(in super::super) enterprise_project_id: Option<String>,
    /// What an identity provider says of it.
    pub(in super::super) user_info_map: Option<String>,
    /// Its domain; where an Active Directory is attached, that one's.
    pub(in super::super) domain: Option<String>,
}

/// Makes a user; gives its id.
pub(in super::super) fn new_user(
    call: &mut Call<'_>,
    project: Project<'_>,
    wanted: NewUser,
) -> Result<String, Failure> {
    let ad_domain = tenant::ad_domain(call.tx, project)?;
    let account_expires = wanted.check(ad_domain.is_some())?;
    let mut groups = Vec::new();
    for id in wanted.group_ids.iter().flatten() {
        groups.push(groups::existing(call.tx, project, id)?);
    }
    if row::find_by_name(call.tx, project, &wanted.user_name)?.is_some() {
        return Err(refuse("WKS.EMU.0002"));
    }
    let counts = project.counts(call.tx)?;
    if counts.users >= call.limit("users").unwrap_or(counts.user_quota) {
        return Err(refuse("WKS.EMU.0003"));
    }
    let seq = project.next(call.tx, Kind::User)?;
    let id = call.ids.rising_hex32(rank(seq));
    let user = User {
        seq,
        id: id.clone(),
        domain: non_empty(wanted.domain).or(ad_domain),
        account_expires,
        created: call.now.0,
        active_type: activation(wanted.active_type.as_deref()),
        user_name: wanted.user_name,
        user_email: non_empty(wanted.user_email),
        user_phone: non_empty(wanted.user_phone),
        description: non_empty(wanted.description),
        alias_name: non_empty(wanted.alias_name),
        user_info_map: non_empty(wanted.user_info_map),
        enterprise_project_id: non_empty(wanted.enterprise_project_id)
            .unwrap_or_else(|| DEFAULT_ENTERPRISE_PROJECT.to_owned()),
        enable_change_password: wanted.enable_change_password.unwrap_or(true),
        next_login_change_password: wanted.next_login_change_password.unwrap_or(true),
        ..User::default()
    };
    row::insert(call.tx, project, &user)?;
    for group in groups {
        groups::members::add(call.tx, project, group, seq)?;
    }
    Ok(id)
}

impl NewUser {
    /// The rules between members; gives when the user expires.
    fn check(&self, has_ad: bool) -> Result<i64, Failure> {
        let is_blank = |text: &Option<String>| text.as_deref().is_none_or(str::is_empty);
        if activation(self.active_type.as_deref()) == USER_ACTIVATE {
            if is_blank(&self.user_email) && is_blank(&self.user_phone) {
                let text = "user_email or user_phone is required with USER_ACTIVATE.";
                return Err(refuse_with("WKS.EMU.0001", text));
            }
        } else if self.password.is_none() && !has_ad {
            let text = "password is required with ADMIN_ACTIVATE.";
            return Err(refuse_with("WKS.EMU.0001", text));
        }
        expiry(self.account_expires.as_deref().unwrap_or_default())
    }
}

/// When a user expires, in milliseconds; refuses what is no moment.
pub(super) fn expiry(text: &str) -> Result<i64, Failure> {
    let wrong = || refuse_with("WKS.EMU.0001", "account_expires has a wrong format.");
    times::parse_expiry(text).ok_or_else(wrong)
}

/// The way of activation that is kept for what was asked.
pub(in super::super) fn activation(asked: Option<&str>) -> String {
    let is_admin = asked.is_some_and(|asked| asked.eq_ignore_ascii_case(ADMIN_ACTIVATE));
    if is_admin { ADMIN_ACTIVATE } else { USER_ACTIVATE }.to_owned()
}
