//! Where users are gone from a directory, newest first.

use rusqlite::Connection;

use super::super::super::holes::{RUN, from_newest, run_of};
use super::super::stores::{self, Store};

/// The user of this number was taken out.
pub(crate) fn note(tx: &Connection, store: Store, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO ciam_user_holes (tenant, store, block, holes) VALUES (?1, ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET holes = holes + 1",
    )?
    .execute([store.tenant, store.store, run_of(seq)])?;
    Ok(())
}

/// Where to start reading for an offset of `newer`: (exclusive upper sequence number, rows to skip).
pub(crate) fn skip(tx: &Connection, store: Store, newer: i64) -> rusqlite::Result<(i64, i64)> {
    if newer < RUN {
        return Ok((i64::MAX, newer));
    }
    let mut statement = tx.prepare_cached(
        "SELECT block, holes FROM ciam_user_holes WHERE tenant = ?1 AND store = ?2
         ORDER BY block DESC",
    )?;
    let runs =
        statement.query_map([store.tenant, store.store], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let next = stores::next_seq(tx, store)?;
    let place = from_newest(runs, next, newer)?;
    Ok((next.saturating_sub(place.passed), place.skip))
}
