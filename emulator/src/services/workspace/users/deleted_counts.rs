//! Counts of deleted users of a project, for paging from the oldest.

use rusqlite::{Connection, params};

use super::super::super::sparse_paging::{block_of, from_oldest};
use super::super::project::Project;

/// Counts the deleted user of that number.
pub(super) fn add(tx: &Connection, project: Project<'_>, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO workspace_user_holes VALUES (?1, ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET holes = holes + 1",
    )?
    .execute(params![project.tenant, project.id, block_of(seq)])?;
    Ok(())
}

/// Where to start reading for an offset of `older`: the exclusive lower sequence number, and the rows
/// to skip.
pub(super) fn seek(
    tx: &Connection,
    project: Project<'_>,
    older: i64,
) -> rusqlite::Result<(i64, i64)> {
    let mut statement = tx.prepare_cached(
        "SELECT block, holes FROM workspace_user_holes
         WHERE tenant = ?1 AND project = ?2 ORDER BY block",
    )?;
    let counts = statement
        .query_map(params![project.tenant, project.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let seek = from_oldest(counts, older)?;
    Ok((seek.passed, seek.skip))
}
