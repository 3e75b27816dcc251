//! The rows of users.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::operation::Call;
use crate::runtime::fold::fold;

use super::super::{Kind, status_of};
use super::{deleted_counts, user_counts, user_versions};

/// A user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) seq: i64,
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) display_name: String,
    pub(crate) description: String,
    pub(crate) email: String,
    pub(crate) is_enabled: bool,
    pub(crate) kind: Kind,
    pub(crate) need_reset_password: bool,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    /// The id that a directory knows it by.
    pub(crate) external_id: Option<String>,
    /// What a directory sent and no member holds: a JSON object.
    pub(crate) scim: Option<String>,
}

/// A user to insert.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewUser<'a> {
    pub(crate) user_name: &'a str,
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) display_name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) email: &'a str,
    pub(crate) is_enabled: bool,
    pub(crate) kind: Kind,
    pub(crate) need_reset_password: bool,
    pub(crate) external_id: Option<&'a str>,
    pub(crate) scim: Option<&'a str>,
}

/// The columns of [`User`], in the order in which [`read`] takes them.
pub(crate) const COLUMNS: &str = "u.seq, u.user_id, u.user_name, u.first_name, u.last_name,
    u.display_name, u.description, u.email, u.status, u.type, u.need_reset_password, u.created,
    u.updated, u.external_id, u.scim";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<User> {
    let status: String = row.get(8)?;
    Ok(User {
        seq: row.get(0)?,
        user_id: row.get(1)?,
        user_name: row.get(2)?,
        first_name: row.get(3)?,
        last_name: row.get(4)?,
        display_name: row.get(5)?,
        description: row.get(6)?,
        email: row.get(7)?,
        is_enabled: status == super::super::ENABLED,
        kind: row.get(9)?,
        need_reset_password: row.get(10)?,
        created: row.get(11)?,
        updated: row.get(12)?,
        external_id: row.get(13)?,
        scim: row.get(14)?,
    })
}

/// The user of that id.
pub(crate) fn by_id(tx: &Connection, tenant: i64, user_id: &str) -> rusqlite::Result<Option<User>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM organization_users u WHERE u.tenant = ?1 AND u.user_id = ?2"
    ))?
    .query_row(params![tenant, user_id], read)
    .optional()
}

/// The user of that number.
pub(crate) fn by_seq(tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<Option<User>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM organization_users u WHERE u.tenant = ?1 AND u.seq = ?2"
    ))?
    .query_row([tenant, seq], read)
    .optional()
}

/// The users of those numbers, in that order.
pub(crate) fn by_seqs(tx: &Connection, tenant: i64, seqs: &[i64]) -> rusqlite::Result<Vec<User>> {
    seqs.iter().filter_map(|seq| by_seq(tx, tenant, *seq).transpose()).collect()
}

/// The number of the user with that folded name.
pub(crate) fn by_name(tx: &Connection, tenant: i64, key: &str) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached(
        "SELECT seq FROM organization_users WHERE tenant = ?1 AND user_name_key = ?2",
    )?
    .query_row(params![tenant, key], |row| row.get(0))
    .optional()
}

/// The number of the user with that folded e-mail address.
pub(crate) fn by_email(tx: &Connection, tenant: i64, key: &str) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached("SELECT seq FROM organization_users WHERE tenant = ?1 AND email_key = ?2")?
        .query_row(params![tenant, key], |row| row.get(0))
        .optional()
}

/// The number of the next new user.
pub(crate) fn next(tx: &Connection, tenant: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT next_user FROM organization_zones WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
}

/// Inserts a user and counts it. Names and limits are the caller's business.
pub(crate) fn insert(
    call: &mut Call<'_>,
    user_id: &str,
    user: &NewUser<'_>,
) -> rusqlite::Result<User> {
    let user = insert_one_of_many(call, user_id, user)?;
    user_versions::raise(call.tx, call.tenant.key(), user.seq)?;
    call.after.warms_up |= user_versions::completes_block(&(user.seq..=user.seq));
    Ok(user)
}

/// The same without the version of its block: the caller calls [`user_versions::raise_all`] after the
/// last of them.
pub(crate) fn insert_one_of_many(
    call: &Call<'_>,
    user_id: &str,
    user: &NewUser<'_>,
) -> rusqlite::Result<User> {
    let tenant = call.tenant.key();
    let seq: i64 = call
        .tx
        .prepare_cached(
            "UPDATE organization_zones
             SET next_user = next_user + 1, user_count = user_count + 1
             WHERE tenant = ?1 RETURNING next_user - 1",
        )?
        .query_row([tenant], |row| row.get(0))?;
    call.tx
        .prepare_cached(
            "INSERT INTO organization_users (tenant, seq, user_id, user_name, user_name_key,
                first_name, last_name, display_name, description, email, email_key, status, type,
                need_reset_password, created, updated, external_id, scim)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?15, ?16,
                ?17)",
        )?
        .execute(params![
            tenant,
            seq,
            user_id,
            user.user_name,
            fold(user.user_name),
            user.first_name,
            user.last_name,
            user.display_name,
            user.description,
            user.email,
            email_key(user.email),
            status_of(user.is_enabled),
            user.kind,
            user.need_reset_password,
            call.now.0,
            user.external_id,
            user.scim,
        ])?;
    user_counts::add(call.tx, tenant, seq, (user.kind, status_of(user.is_enabled)), 1)?;
    Ok(User {
        seq,
        user_id: user_id.to_owned(),
        user_name: user.user_name.to_owned(),
        first_name: user.first_name.to_owned(),
        last_name: user.last_name.to_owned(),
        display_name: user.display_name.to_owned(),
        description: user.description.to_owned(),
        email: user.email.to_owned(),
        is_enabled: user.is_enabled,
        kind: user.kind,
        need_reset_password: user.need_reset_password,
        created: call.now.0,
        updated: call.now.0,
        external_id: user.external_id.map(str::to_owned),
        scim: user.scim.map(str::to_owned),
    })
}

/// Writes all that can change, and the moment of the change. The name never changes.
pub(crate) fn update(call: &Call<'_>, user: &mut User) -> rusqlite::Result<()> {
    user.updated = call.now.0;
    let (tenant, is) = (call.tenant.key(), status_of(user.is_enabled));
    let was: String = call
        .tx
        .prepare_cached("SELECT status FROM organization_users WHERE tenant = ?1 AND seq = ?2")?
        .query_row([tenant, user.seq], |row| row.get(0))?;
    if was != is {
        user_counts::add(call.tx, tenant, user.seq, (user.kind, &was), -1)?;
        user_counts::add(call.tx, tenant, user.seq, (user.kind, is), 1)?;
    }
    call.tx
        .prepare_cached(
            "UPDATE organization_users SET first_name = ?3, last_name = ?4, display_name = ?5,
                description = ?6, email = ?7, email_key = ?8, status = ?9,
                need_reset_password = ?10, updated = ?11, external_id = ?12, scim = ?13
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            tenant,
            user.seq,
            user.first_name,
            user.last_name,
            user.display_name,
            user.description,
            user.email,
            email_key(&user.email),
            is,
            user.need_reset_password,
            user.updated,
            user.external_id,
            user.scim,
        ])?;
    user_versions::raise(call.tx, tenant, user.seq)
}

/// Deletes a user that nothing points to.
pub(crate) fn remove(tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<()> {
    let (kind, status): (Kind, String) = tx
        .prepare_cached(
            "DELETE FROM organization_users WHERE tenant = ?1 AND seq = ?2 RETURNING type, status",
        )?
        .query_row([tenant, seq], |row| Ok((row.get(0)?, row.get(1)?)))?;
    user_counts::add(tx, tenant, seq, (kind, &status), -1)?;
    user_versions::raise(tx, tenant, seq)?;
    // Nobody may ask for anything in its name any more.
    tx.prepare_cached(
        "DELETE FROM organization_apply_scopes
         WHERE tenant = ?1 AND principal_type = 'User' AND principal = ?2",
    )?
    .execute([tenant, seq])?;
    tx.prepare_cached(
        "UPDATE organization_zones SET user_count = user_count - 1 WHERE tenant = ?1",
    )?
    .execute([tenant])?;
    deleted_counts::USERS.add(tx, tenant, seq)
}

fn email_key(email: &str) -> Option<String> {
    (!email.is_empty()).then(|| fold(email))
}
