//! Counts of deleted users, groups and user syncs of the zone, for paging.

use rusqlite::{Connection, params};

use crate::services::sparse_paging::{self, BLOCK, block_of};

/// The counts of one table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DeletedCounts(&'static str);

/// Of users.
pub(crate) const USERS: DeletedCounts = DeletedCounts("user");
/// Of groups.
pub(crate) const GROUPS: DeletedCounts = DeletedCounts("group");
/// Of user syncs.
pub(crate) const USER_SYNCS: DeletedCounts = DeletedCounts("user_sync");

impl DeletedCounts {
    /// Counts the deleted row of that number.
    pub(crate) fn add(self, tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<()> {
        tx.prepare_cached(
            "INSERT INTO organization_deleted_counts VALUES (?1, ?2, ?3, 1)
             ON CONFLICT DO UPDATE SET deleted = deleted + 1",
        )?
        .execute(params![tenant, self.0, block_of(seq)])
        .map(drop)
    }

    /// Where to start reading upwards for an offset: the exclusive lower number, and rows to skip.
    pub(crate) fn seek_up(
        self,
        tx: &Connection,
        tenant: i64,
        offset: i64,
    ) -> rusqlite::Result<(i64, i64)> {
        if offset < BLOCK {
            return Ok((0, offset));
        }
        let mut statement = tx.prepare_cached(
            "SELECT block, deleted FROM organization_deleted_counts
             WHERE tenant = ?1 AND kind = ?2 ORDER BY block",
        )?;
        let counts =
            statement.query_map(params![tenant, self.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let seek = sparse_paging::from_oldest(counts, offset)?;
        Ok((seek.passed, seek.skip))
    }

    /// Where to start reading downwards for an offset: the exclusive upper number, and rows to skip.
    /// `next` is the number of the next new row.
    pub(crate) fn seek_down(
        self,
        tx: &Connection,
        tenant: i64,
        next: i64,
        offset: i64,
    ) -> rusqlite::Result<(i64, i64)> {
        if offset < BLOCK {
            return Ok((i64::MAX, offset));
        }
        let mut statement = tx.prepare_cached(
            "SELECT block, deleted FROM organization_deleted_counts
             WHERE tenant = ?1 AND kind = ?2 ORDER BY block DESC",
        )?;
        let counts =
            statement.query_map(params![tenant, self.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let seek = sparse_paging::from_newest(counts, next, offset)?;
        Ok((next.saturating_sub(seek.passed), seek.skip))
    }
}
