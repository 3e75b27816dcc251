//! Counts of deleted users of a directory, for paging from the newest.

use rusqlite::Connection;

use super::super::super::sparse_paging::{BLOCK, block_of, from_newest};
use super::super::stores::{self, Store};

/// Counts the deleted user of that number.
pub(crate) fn add(tx: &Connection, store: Store, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO ciam_user_holes (tenant, store, block, holes) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET holes = holes + 1",
    )?
    .execute([store.tenant, store.store, block_of(seq)])?;
    Ok(())
}

/// Where to start reading for an offset of `newer`: the exclusive upper sequence number, and the rows
/// to skip.
pub(crate) fn seek(tx: &Connection, store: Store, newer: i64) -> rusqlite::Result<(i64, i64)> {
    if newer < BLOCK {
        return Ok((i64::MAX, newer));
    }
    let mut statement = tx.prepare_cached(
        "SELECT block, holes FROM ciam_user_holes WHERE tenant = ?1 AND store = ?2
         ORDER BY block DESC",
    )?;
    let counts =
        statement.query_map([store.tenant, store.store], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let next = stores::next_seq(tx, store)?;
    let seek = from_newest(counts, next, newer)?;
    Ok((next.saturating_sub(seek.passed), seek.skip))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_pages_read_no_counts() {
        let empty = Connection::open_in_memory().unwrap();
        let store = Store { tenant: 1, store: 1, user_num: 0 };
        for newer in [0, BLOCK - 1] {
            assert_eq!(seek(&empty, store, newer), Ok((i64::MAX, newer)));
        }
        // The database has no table of counts.
        for newer in [BLOCK, BLOCK + 1] {
            assert!(seek(&empty, store, newer).is_err(), "{newer}");
        }
    }
}
