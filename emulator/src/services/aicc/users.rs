//! Federated users, and what one entry of a batch does to them. All of it is assumed: the page
//! checks what may be requested, not what results from it.

use rusqlite::{Connection, OptionalExtension, params};

use super::check::{Action, Entry};
use super::roles;

/// An account.
#[derive(Debug)]
pub(super) struct User {
    pub(super) account: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role_ids: Vec<String>,
    pub(super) enabled: bool,
    pub(super) federated: bool,
}

/// Does what the entry says, or gives the code of the reason why not.
pub(super) fn apply(
    tx: &Connection,
    tenant: i64,
    entry: &Entry,
) -> anyhow::Result<Result<(), &'static str>> {
    let action = entry.action().ok_or_else(|| anyhow::anyhow!("an unchecked entry"))?;
    let known = find(tx, tenant, entry.account())?;
    if known.as_ref().is_some_and(|user| !user.federated) {
        return Ok(Err("200-104"));
    }
    let mut user = match (action, known) {
        (Action::Create, Some(user)) if user.enabled => return Ok(Err("200-101")),
        (Action::Modify | Action::Disable, None) => return Ok(Err("200-102")),
        (_, Some(user)) => user,
        (Action::Create, None) => User::new(entry.account()),
    };
    let role_ids = entry.role_ids();
    for id in role_ids.iter().flatten() {
        if !roles::exists(tx, tenant, id)? {
            return Ok(Err("200-103"));
        }
    }
    if action == Action::Create && !user.enabled && !has_room(tx, tenant)? {
        return Ok(Err("200-105"));
    }
    let role_ids = role_ids.map(|ids| ids.into_iter().map(str::to_owned).collect());
    match action {
        Action::Create => {
            user.enabled = true;
            user.role_ids = role_ids.unwrap_or_default();
        }
        Action::Modify => user.role_ids = role_ids.unwrap_or(user.role_ids),
        Action::Disable => user.enabled = false,
    }
    if let Some(name) = entry.name() {
        name.clone_into(&mut user.name);
    }
    if let Some(email) = entry.email() {
        email.clone_into(&mut user.email);
    }
    put(tx, tenant, &user)?;
    Ok(Ok(()))
}

impl User {
    /// One that is about to be enabled.
    fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            name: String::new(),
            email: String::new(),
            role_ids: Vec::new(),
            enabled: false,
            federated: true,
        }
    }

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let ids: String = row.get(3)?;
        Ok(Self {
            account: row.get(0)?,
            name: row.get(1)?,
            email: row.get(2)?,
            role_ids: serde_json::from_str(&ids).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(
                    3,
                    rusqlite::types::Type::Text,
                    Box::new(error),
                )
            })?,
            enabled: row.get(4)?,
            federated: row.get(5)?,
        })
    }
}

fn find(tx: &Connection, tenant: i64, account: &str) -> rusqlite::Result<Option<User>> {
    tx.prepare_cached(
        "SELECT account, name, email, role_ids, enabled, federated FROM aicc_users
         WHERE tenant = ?1 AND account = ?2",
    )?
    .query_row(params![tenant, account], User::read)
    .optional()
}

/// All accounts of the tenant, by account.
pub(super) fn all(tx: &Connection, tenant: i64) -> rusqlite::Result<Vec<User>> {
    tx.prepare_cached(
        "SELECT account, name, email, role_ids, enabled, federated FROM aicc_users
         WHERE tenant = ?1 ORDER BY account",
    )?
    .query_map([tenant], User::read)?
    .collect()
}

/// Puts an account in, or in the place of the one of that name.
pub(super) fn put(tx: &Connection, tenant: i64, user: &User) -> anyhow::Result<()> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO aicc_users
            (tenant, account, name, email, role_ids, enabled, federated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        tenant,
        user.account,
        user.name,
        user.email,
        serde_json::to_string(&user.role_ids)?,
        user.enabled,
        user.federated,
    ])?;
    Ok(())
}

/// Takes all accounts of the tenant away.
pub(super) fn clear(tx: &Connection, tenant: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM aicc_users WHERE tenant = ?1")?.execute([tenant])?;
    Ok(())
}

/// How many users the tenant may have; nothing: any number.
pub(super) fn quota(tx: &Connection, tenant: i64) -> rusqlite::Result<Option<u32>> {
    tx.prepare_cached("SELECT users FROM aicc_quotas WHERE tenant = ?1")?
        .query_row([tenant], |row| row.get(0))
        .optional()
}

/// Sets how many users the tenant may have.
pub(super) fn set_quota(tx: &Connection, tenant: i64, users: Option<u32>) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM aicc_quotas WHERE tenant = ?1")?.execute([tenant])?;
    if let Some(users) = users {
        tx.prepare_cached("INSERT INTO aicc_quotas (tenant, users) VALUES (?1, ?2)")?
            .execute(params![tenant, users])?;
    }
    Ok(())
}

/// Whether one more account may be enabled: those that are disabled do not count.
fn has_room(tx: &Connection, tenant: i64) -> rusqlite::Result<bool> {
    let Some(most) = quota(tx, tenant)? else { return Ok(true) };
    let users: i64 = tx
        .prepare_cached("SELECT COUNT(*) FROM aicc_users WHERE tenant = ?1 AND enabled")?
        .query_row([tenant], |row| row.get(0))?;
    Ok(users < i64::from(most))
}
