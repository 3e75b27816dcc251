//! The counters that a directory keeps: numbers for what is new in it, and how many users it has.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::Store;

/// A place for a new user, with its log entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reserved {
    /// The directory, the new user counted.
    pub(crate) store: Store,
    /// The number of the new user.
    pub(crate) seq: i64,
    /// The number of the log entry.
    pub(crate) log: i64,
}

/// Finds a directory and reserves a place in it; a refusal later in the handler undoes it.
///
/// `CreateUser` is the busiest operation, and two plain statements cost it less than one with
/// `RETURNING`, for which SQLite would copy each page that it touches.
pub(crate) fn reserve(call: &Call<'_>, user_store_id: &str) -> Result<Reserved, Failure> {
    let tenant = call.tenant.key();
    let reserved = call
        .tx
        .prepare_cached(
            "SELECT store, user_num + 1, next_seq, next_log FROM ciam_stores
             WHERE tenant = ?1 AND user_store_id = ?2",
        )?
        .query_row(params![tenant, user_store_id], |row| {
            let store = Store { tenant, store: row.get(0)?, user_num: row.get(1)? };
            Ok(Reserved { store, seq: row.get(2)?, log: row.get(3)? })
        })
        .optional()?
        .ok_or_else(|| refuse("FailedOperation.InvalidUserStore"))?;
    call.tx
        .prepare_cached(
            "UPDATE ciam_stores
             SET next_seq = next_seq + 1, next_log = next_log + 1, user_num = user_num + 1
             WHERE tenant = ?1 AND store = ?2",
        )?
        .execute([tenant, reserved.store.store])?;
    Ok(reserved)
}

/// The number of the next user, reserving nothing: `count_added` does.
pub(crate) fn next_seq(tx: &Connection, store: Store) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT next_seq FROM ciam_stores WHERE tenant = ?1 AND store = ?2")?
        .query_row([store.tenant, store.store], |row| row.get(0))
}

/// How many more users fit in.
pub(crate) fn room(tx: &Connection, store: Store, users_max: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT ?3 - user_num FROM ciam_stores WHERE tenant = ?1 AND store = ?2")?
        .query_row([store.tenant, store.store, users_max], |row| row.get(0))
}

/// Records that `users` were added, starting at the next sequence number.
pub(crate) fn count_added(tx: &Connection, store: Store, users: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE ciam_stores SET next_seq = next_seq + ?3, user_num = user_num + ?3
         WHERE tenant = ?1 AND store = ?2",
    )?
    .execute([store.tenant, store.store, users])?;
    Ok(())
}

/// So many users were taken out, each with a log entry; answers the number of the first entry.
pub(crate) fn count_removed(tx: &Connection, store: Store, users: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "UPDATE ciam_stores SET next_log = next_log + ?3, user_num = user_num - ?3
         WHERE tenant = ?1 AND store = ?2 RETURNING next_log - ?3",
    )?
    .query_row([store.tenant, store.store, users], |row| row.get(0))
}

/// The number of a new log entry.
pub(crate) fn next_log(tx: &Connection, store: Store) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "UPDATE ciam_stores SET next_log = next_log + 1
         WHERE tenant = ?1 AND store = ?2 RETURNING next_log - 1",
    )?
    .query_row([store.tenant, store.store], |row| row.get(0))
}

/// The number of a new job.
pub(crate) fn next_job(tx: &Connection, store: Store) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "UPDATE ciam_stores SET next_job = next_job + 1
         WHERE tenant = ?1 AND store = ?2 RETURNING next_job - 1",
    )?
    .query_row([store.tenant, store.store], |row| row.get(0))
}
