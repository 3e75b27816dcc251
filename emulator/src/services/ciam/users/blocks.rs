//! How many users stand in each run of 1,024 numbers, so that any page of any directory is found
//! by adding up a few small numbers. Counts every user; knows no filter.

use rusqlite::Connection;

use super::super::stores::Store;

/// A block is the number of a user without its last ten bits.
const BITS: u32 = 10;

/// Users of these consecutive numbers were put in.
pub(crate) fn added(tx: &Connection, store: Store, first: i64, count: i64) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(
        "INSERT INTO ciam_user_blocks (tenant, store, block, users) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET users = users + excluded.users",
    )?;
    let (mut at, end) = (first, first + count);
    while at < end {
        let block = at >> BITS;
        let next = end.min((block + 1) << BITS);
        statement.execute([store.tenant, store.store, block, next - at])?;
        at = next;
    }
    Ok(())
}

/// The user of this number was taken out.
pub(crate) fn removed(tx: &Connection, store: Store, seq: i64) -> rusqlite::Result<()> {
    let block = [store.tenant, store.store, seq >> BITS];
    tx.prepare_cached(
        "UPDATE ciam_user_blocks SET users = users - 1
         WHERE tenant = ?1 AND store = ?2 AND block = ?3",
    )?
    .execute(block)?;
    tx.prepare_cached(
        "DELETE FROM ciam_user_blocks
         WHERE tenant = ?1 AND store = ?2 AND block = ?3 AND users = 0",
    )?
    .execute(block)?;
    Ok(())
}

/// Where the user stands that has so many newer ones before it: somewhere below `below`, behind
/// `skip` others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The number under which to begin.
    pub(crate) below: i64,
    /// How many users to pass over from there, newest first.
    pub(crate) skip: i64,
}

/// Finds the user that has so many newer ones before it.
pub(crate) fn find(tx: &Connection, store: Store, skip: i64) -> rusqlite::Result<Place> {
    if skip < 1 << BITS {
        return Ok(Place { below: i64::MAX, skip });
    }
    let mut statement = tx.prepare_cached(
        "SELECT block, users FROM ciam_user_blocks WHERE tenant = ?1 AND store = ?2
         ORDER BY block DESC",
    )?;
    let mut rows = statement.query([store.tenant, store.store])?;
    let mut left = skip;
    while let Some(row) = rows.next()? {
        let (block, users): (i64, i64) = (row.get(0)?, row.get(1)?);
        if left < users {
            return Ok(Place { below: (block + 1) << BITS, skip: left });
        }
        left -= users;
    }
    Ok(Place { below: 0, skip: 0 })
}
