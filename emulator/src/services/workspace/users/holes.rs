//! Where users are gone from a project, oldest first.

use rusqlite::{Connection, params};

use super::super::super::holes::{from_oldest, run_of};
use super::super::project::Project;

/// Notes that the user of that number is gone.
pub(super) fn note(tx: &Connection, project: Project<'_>, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO workspace_user_holes VALUES (?1, ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET holes = holes + 1",
    )?
    .execute(params![project.tenant, project.id, run_of(seq)])?;
    Ok(())
}

/// Behind which number the user stands that has so many older ones before it, and behind how many
/// others.
pub(super) fn skip(
    tx: &Connection,
    project: Project<'_>,
    older: i64,
) -> rusqlite::Result<(i64, i64)> {
    let mut statement = tx.prepare_cached(
        "SELECT block, holes FROM workspace_user_holes
         WHERE tenant = ?1 AND project = ?2 ORDER BY block",
    )?;
    let runs = statement
        .query_map(params![project.tenant, project.id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let place = from_oldest(runs, older)?;
    Ok((place.passed, place.skip))
}
