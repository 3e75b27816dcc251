//! A user as it is kept.

use std::sync::LazyLock;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::super::project::Project;
use crate::error::{Failure, refuse};
use crate::runtime::fold::fold;

/// Asks for a password of its own at the first sign-in.
pub(in super::super) const USER_ACTIVATE: &str = "USER_ACTIVATE";

/// Was given a password.
pub(in super::super) const ADMIN_ACTIVATE: &str = "ADMIN_ACTIVATE";

/// What [`User::read`] reads from `workspace_users u`.
pub(in super::super) const COLUMNS: &str = "u.seq, u.id, u.user_name, u.user_email, u.user_phone, \
    u.active_type, u.description, u.alias_name, u.domain, u.user_info_map, \
    u.enterprise_project_id, u.account_expires, u.enable_change_password, \
    u.next_login_change_password, u.password_never_expired, u.locked, u.disabled, \
    u.share_space_subscription, u.share_space_desktops, u.total_desktops, u.created, \
    (SELECT json_group_array(g.name ORDER BY m.group_seq) FROM workspace_members m \
        JOIN workspace_groups g \
        ON g.tenant = m.tenant AND g.project = m.project AND g.seq = m.group_seq \
     WHERE m.tenant = u.tenant AND m.project = u.project AND m.user_seq = u.seq)";

/// A user.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the vendor's user has them")]
#[expect(clippy::struct_field_names, reason = "the names are the vendor's")]
pub(in super::super) struct User {
    /// Its number, which rises in the order of creation.
    pub(in super::super) seq: i64,
    /// What clients call it by.
    pub(in super::super) id: String,
    /// Its name, upper and lower case as it was sent.
    pub(in super::super) user_name: String,
    /// Its mail address.
    pub(in super::super) user_email: Option<String>,
    /// Its phone number.
    pub(in super::super) user_phone: Option<String>,
    /// [`USER_ACTIVATE`] or [`ADMIN_ACTIVATE`].
    pub(in super::super) active_type: String,
    /// What it is.
    pub(in super::super) description: Option<String>,
    /// Another name, which no answer shows.
    pub(in super::super) alias_name: Option<String>,
    /// The domain of the Active Directory that it is in; nothing for a local user.
    pub(in super::super) domain: Option<String>,
    /// What an identity provider says of it.
    pub(in super::super) user_info_map: Option<String>,
    /// Its enterprise project; `0` is the default one.
    pub(in super::super) enterprise_project_id: String,
    /// When it expires, in milliseconds; 0 for never.
    pub(in super::super) account_expires: i64,
    /// Whether it may change its password.
    pub(in super::super) enable_change_password: bool,
    /// Whether it must.
    pub(in super::super) next_login_change_password: bool,
    /// Whether its password lasts.
    pub(in super::super) password_never_expired: bool,
    /// Whether it is locked.
    pub(in super::super) locked: bool,
    /// Whether it is disabled.
    pub(in super::super) disabled: bool,
    /// Whether it subscribed to shared desktops.
    pub(in super::super) share_space_subscription: bool,
    /// How many shared desktops it has.
    pub(in super::super) share_space_desktops: i64,
    /// How many desktops it has.
    pub(in super::super) total_desktops: i64,
    /// When it was made, in milliseconds.
    pub(in super::super) created: i64,
    /// Names of its groups, the oldest group first.
    pub(in super::super) group_names: Vec<String>,
}

impl User {
    /// Reads a row of [`COLUMNS`].
    pub(in super::super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let group_names: String = row.get(21)?;
        Ok(Self {
            seq: row.get(0)?,
            id: row.get(1)?,
            user_name: row.get(2)?,
            user_email: row.get(3)?,
            user_phone: row.get(4)?,
            active_type: row.get(5)?,
            description: row.get(6)?,
            alias_name: row.get(7)?,
            domain: row.get(8)?,
            user_info_map: row.get(9)?,
            enterprise_project_id: row.get(10)?,
            account_expires: row.get(11)?,
            enable_change_password: row.get(12)?,
            next_login_change_password: row.get(13)?,
            password_never_expired: row.get(14)?,
            locked: row.get(15)?,
            disabled: row.get(16)?,
            share_space_subscription: row.get(17)?,
            share_space_desktops: row.get(18)?,
            total_desktops: row.get(19)?,
            created: row.get(20)?,
            group_names: serde_json::from_str(&group_names).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(21, Type::Text, Box::new(error))
            })?,
        })
    }

    /// Whether it has expired by `now`, in milliseconds.
    pub(in super::super) fn has_expired(&self, now: i64) -> bool {
        self.account_expires != 0 && self.account_expires <= now
    }
}

/// Reads one user by its id.
static BY_ID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM workspace_users u
         WHERE u.tenant = ?1 AND u.project = ?2 AND u.id = ?3"
    )
});

/// The user of that id, or the refusal of operations that need it.
pub(in super::super) fn existing(
    tx: &Connection,
    project: Project<'_>,
    id: &str,
) -> Result<User, Failure> {
    let user = tx
        .prepare_cached(&BY_ID)?
        .query_row(params![project.tenant, project.id, id], User::read)
        .optional()?;
    user.ok_or_else(|| refuse("WKS.00170312"))
}

/// The number of the user of that name, without case.
pub(in super::super) fn find_by_name(
    tx: &Connection,
    project: Project<'_>,
    name: &str,
) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached(
        "SELECT seq FROM workspace_users WHERE tenant = ?1 AND project = ?2 AND name_key = ?3",
    )?
    .query_row(params![project.tenant, project.id, fold(name)], |row| row.get(0))
    .optional()
}

/// The number of the user of that id, or the refusal of operations that need it.
pub(in super::super) fn existing_seq(
    tx: &Connection,
    project: Project<'_>,
    id: &str,
) -> Result<i64, Failure> {
    tx.prepare_cached(
        "SELECT seq FROM workspace_users WHERE tenant = ?1 AND project = ?2 AND id = ?3",
    )?
    .query_row(params![project.tenant, project.id, id], |row| row.get(0))
    .optional()?
    .ok_or_else(|| refuse("WKS.00170312"))
}

/// Puts a new user in; it must keep all rules.
pub(in super::super) fn insert(
    tx: &Connection,
    project: Project<'_>,
    user: &User,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO workspace_users VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
            ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
    )?
    .execute(params![
        project.tenant,
        project.id,
        user.seq,
        user.id,
        user.user_name,
        fold(&user.user_name),
        user.user_email,
        user.user_phone,
        user.active_type,
        user.description,
        user.alias_name,
        user.domain,
        user.user_info_map,
        user.enterprise_project_id,
        user.account_expires,
        user.enable_change_password,
        user.next_login_change_password,
        user.password_never_expired,
        user.locked,
        user.disabled,
        user.share_space_subscription,
        user.share_space_desktops,
        user.total_desktops,
        user.created,
    ])?;
    Ok(())
}

/// Writes what may change of a user.
pub(in super::super) fn update(
    tx: &Connection,
    project: Project<'_>,
    user: &User,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE workspace_users SET user_email = ?4, user_phone = ?5, active_type = ?6,
            description = ?7, user_info_map = ?8, account_expires = ?9,
            enable_change_password = ?10, next_login_change_password = ?11,
            password_never_expired = ?12, locked = ?13, disabled = ?14
         WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
    )?
    .execute(params![
        project.tenant,
        project.id,
        user.seq,
        user.user_email,
        user.user_phone,
        user.active_type,
        user.description,
        user.user_info_map,
        user.account_expires,
        user.enable_change_password,
        user.next_login_change_password,
        user.password_never_expired,
        user.locked,
        user.disabled,
    ])?;
    Ok(())
}
