//! User directories: the walls inside a tenant. Nothing is shared across them.

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::clock::Timestamp;

use super::FILES;
use super::limits::{STORE_NAME_MAX, STORES_MAX};

mod counters;

pub(super) use counters::{
    count_added, count_removed, next_job, next_log, next_seq, reserve, room,
};

/// What every directory-bound operation needs to know of its directory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Store {
    /// The account number of the tenant.
    pub(super) tenant: i64,
    /// Its short number, by which its rows point to it.
    pub(super) store: i64,
    /// How many users it has.
    pub(super) user_num: i64,
}

/// The directory of that id, or the refusal of user, group, job and log operations.
pub(super) fn find(call: &Call<'_>, user_store_id: &str) -> Result<Store, Failure> {
    by_id(call.tx, call.tenant.key(), user_store_id)?
        .ok_or_else(|| refuse("FailedOperation.InvalidUserStore"))
}

/// Input of `CreateUserStore`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    user_pool_name: String,
    user_pool_desc: Option<String>,
    user_pool_logo: Option<String>,
}

/// Output of `CreateUserStore`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Created {
    user_store_id: String,
}

/// `CreateUserStore`.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    check_name(&input.user_pool_name)?;
    if name_is_taken(call, &input.user_pool_name, None)? {
        return Err(refuse("FailedOperation.UserStoreAlreadyExists"));
    }
    let user_store_id = call.ids.hex32();
    let (desc, logo) = (input.user_pool_desc.as_deref(), input.user_pool_logo.as_deref());
    insert(call, &user_store_id, &input.user_pool_name, desc, logo)?;
    Ok(Created { user_store_id })
}

/// Input of `UpdateUserStore`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    user_pool_id: String,
    user_pool_name: Option<String>,
    user_pool_desc: Option<String>,
    user_pool_logo: Option<String>,
}

/// `UpdateUserStore`. What is not given stays as it is.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let store = existing(call, &input.user_pool_id)?;
    if let Some(name) = &input.user_pool_name {
        check_name(name)?;
        if name_is_taken(call, name, Some(store.store))? {
            return Err(refuse("FailedOperation.UserStoreAlreadyExists"));
        }
    }
    call.tx
        .prepare_cached(
            "UPDATE ciam_stores SET name = COALESCE(?3, name),
                description = COALESCE(?4, description), logo = COALESCE(?5, logo)
             WHERE tenant = ?1 AND store = ?2",
        )?
        .execute(params![
            store.tenant,
            store.store,
            input.user_pool_name,
            input.user_pool_desc,
            input.user_pool_logo,
        ])?;
    Ok(Empty {})
}

/// Input of `DeleteUserStore`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    user_pool_id: String,
}

/// `DeleteUserStore`: with everything in it, and the files of its exports.
pub(super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let store = existing(call, &input.user_pool_id)?;
    let values = params![store.tenant, store.store];
    let files = FILES.of(call.tx, "tenant = ?1 AND store = ?2", values)?;
    remove(call.tx, store)?;
    FILES.release(call, files)?;
    settle_marks(call.tx, store.tenant, call.now)?;
    Ok(Empty {})
}

/// Input of `ListUserStore`: none.
#[derive(Debug, Deserialize)]
pub(super) struct List {}

/// Output of `ListUserStore`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    user_store_set: Vec<UserStore>,
}

/// `ListUserStore`: all directories, oldest first.
pub(super) fn list(call: &mut Call<'_>, _: List) -> Result<Listed, Failure> {
    let mut statement = call.tx.prepare_cached(
        "SELECT user_store_id, name, description, logo, host, created, is_default, is_current,
            current_since, user_num
         FROM ciam_stores WHERE tenant = ?1 ORDER BY store",
    )?;
    let account = call.tenant.account;
    let rows = statement.query_map([call.tenant.key()], |row| UserStore::read(row, account))?;
    Ok(Listed { user_store_set: rows.collect::<Result<_, _>>()? })
}

/// A directory, as the vendor words it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserStore {
    tenant_id: String,
    user_store_logo: Option<String>,
    user_store_desc: Option<String>,
    user_store_name: String,
    user_num: i64,
    user_store_id: String,
    app_num: i64,
    last_status: bool,
    default_status: bool,
    create_date: i64,
    last_status_time: Option<i64>,
    user_store_protocol_host: String,
}

impl UserStore {
    fn read(row: &Row<'_>, account: i64) -> rusqlite::Result<Self> {
        Ok(Self {
            tenant_id: account.to_string(),
            user_store_id: row.get(0)?,
            user_store_name: row.get(1)?,
            user_store_desc: row.get(2)?,
            user_store_logo: row.get(3)?,
            user_store_protocol_host: row.get(4)?,
            create_date: row.get(5)?,
            default_status: row.get(6)?,
            last_status: row.get(7)?,
            last_status_time: row.get(8)?,
            user_num: row.get(9)?,
            app_num: 0,
        })
    }
}

/// Puts a directory in; the first of a tenant becomes its default and its current one.
pub(super) fn insert(
    call: &mut Call<'_>,
    user_store_id: &str,
    name: &str,
    description: Option<&str>,
    logo: Option<&str>,
) -> Result<Store, Failure> {
    let tenant = call.tenant.key();
    let (stores, last): (i64, i64) = call
        .tx
        .prepare_cached(
            "SELECT COUNT(*), COALESCE(MAX(store), 0) FROM ciam_stores WHERE tenant = ?1",
        )?
        .query_row([tenant], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if stores >= call.limit("stores").unwrap_or(STORES_MAX) {
        return Err(refuse("FailedOperation.QuotaLimitExceeded"));
    }
    let host: String = call.ids.hex32().chars().take(12).collect();
    let store = last + 1;
    call.tx
        .prepare_cached(
            "INSERT INTO ciam_stores (tenant, store, user_store_id, name, description, logo, host,
                created, is_default, is_current)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, 0)",
        )?
        .execute(params![
            tenant,
            store,
            user_store_id,
            name,
            description,
            logo,
            host,
            call.now.0
        ])?;
    settle_marks(call.tx, tenant, call.now)?;
    Ok(Store { tenant, store, user_num: 0 })
}

fn existing(call: &Call<'_>, user_store_id: &str) -> Result<Store, Failure> {
    by_id(call.tx, call.tenant.key(), user_store_id)?
        .ok_or_else(|| refuse("FailedOperation.UserStoreNotExist"))
}

fn by_id(tx: &Connection, tenant: i64, user_store_id: &str) -> rusqlite::Result<Option<Store>> {
    tx.prepare_cached(
        "SELECT store, user_num FROM ciam_stores WHERE tenant = ?1 AND user_store_id = ?2",
    )?
    .query_row(params![tenant, user_store_id], |row| {
        Ok(Store { tenant, store: row.get(0)?, user_num: row.get(1)? })
    })
    .optional()
}

/// An update may be given any length: only `CreateUserStore` has its bounds in the model.
fn check_name(name: &str) -> Result<(), Failure> {
    if name.trim().is_empty() || name.chars().count() > STORE_NAME_MAX {
        return Err(refuse("InvalidParameter.ParameterIllegal"));
    }
    Ok(())
}

fn name_is_taken(call: &Call<'_>, name: &str, but: Option<i64>) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM ciam_stores WHERE tenant = ?1 AND name = ?2 AND store IS NOT ?3",
        )?
        .exists(params![call.tenant.key(), name, but])
}

fn remove(tx: &Connection, store: Store) -> rusqlite::Result<()> {
    for table in super::TABLES.iter().rev() {
        tx.execute(
            &format!("DELETE FROM {table} WHERE tenant = ?1 AND store = ?2"),
            [store.tenant, store.store],
        )?;
    }
    Ok(())
}

/// Where no directory is the default or the current one, the oldest becomes it.
fn settle_marks(tx: &Connection, tenant: i64, now: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE ciam_stores SET is_default = 1
         WHERE tenant = ?1 AND store = (SELECT MIN(store) FROM ciam_stores WHERE tenant = ?1)
            AND NOT EXISTS (SELECT 1 FROM ciam_stores WHERE tenant = ?1 AND is_default)",
    )?
    .execute([tenant])?;
    tx.prepare_cached(
        "UPDATE ciam_stores SET is_current = 1, current_since = ?2
         WHERE tenant = ?1 AND store = (SELECT MIN(store) FROM ciam_stores WHERE tenant = ?1)
            AND NOT EXISTS (SELECT 1 FROM ciam_stores WHERE tenant = ?1 AND is_current)",
    )?
    .execute([tenant, now.0])?;
    Ok(())
}
