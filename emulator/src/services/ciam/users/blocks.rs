//! How many numbers of each run of 1,024 no longer have a user, so that any page of any directory is
//! found by adding up a few small numbers. A new user costs nothing here; knows no filter.

use rusqlite::Connection;

use super::super::stores::{self, Store};

/// A block is the number of a user without its last ten bits.
const BITS: u32 = 10;

/// The user of this number was taken out.
pub(crate) fn removed(tx: &Connection, store: Store, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO ciam_user_holes (tenant, store, block, holes) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET holes = holes + 1",
    )?
    .execute([store.tenant, store.store, seq >> BITS])?;
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
        "SELECT block, holes FROM ciam_user_holes WHERE tenant = ?1 AND store = ?2
         ORDER BY block DESC",
    )?;
    let mut rows = statement.query([store.tenant, store.store])?;
    // Numbers below `below` are still to be passed; the first one given is 1.
    let mut below = stores::next_seq(tx, store)?;
    let mut left = skip;
    while let Some(row) = rows.next()? {
        let (block, holes): (i64, i64) = (row.get(0)?, row.get(1)?);
        let first = (block << BITS).max(1);
        let end = below.min((block + 1) << BITS);
        let whole = below - end;
        if left < whole {
            break;
        }
        left -= whole;
        let users = end - first - holes;
        if left < users {
            return Ok(Place { below: end, skip: left });
        }
        (left, below) = (left - users, first);
    }
    Ok(Place { below: below.saturating_sub(left), skip: 0 })
}
