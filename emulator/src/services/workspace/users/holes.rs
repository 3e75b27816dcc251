//! Where users are gone, by runs of numbers: the number at which any page begins is found without
//! walking over the users before it.

use rusqlite::{Connection, params};

use super::super::project::Project;

/// Numbers in a run.
const RUN: i64 = 1_024;

/// Notes that the user of that number is gone.
pub(super) fn note(tx: &Connection, project: Project<'_>, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO workspace_user_holes VALUES (?1, ?2, ?3, 1)
         ON CONFLICT DO UPDATE SET holes = holes + 1",
    )?
    .execute(params![project.tenant, project.id, (seq - 1) / RUN])?;
    Ok(())
}

/// Behind which number to look, and how many users to pass over from there, for whoever wants to pass
/// over so many of all. The second is always less than a run.
pub(super) fn skip(
    tx: &Connection,
    project: Project<'_>,
    offset: i64,
) -> rusqlite::Result<(i64, i64)> {
    let mut statement = tx.prepare_cached(
        "SELECT block, holes FROM workspace_user_holes
         WHERE tenant = ?1 AND project = ?2 ORDER BY block",
    )?;
    let mut rows = statement.query(params![project.tenant, project.id])?;
    let mut gone = 0;
    while let Some(row) = rows.next()? {
        let (block, holes): (i64, i64) = (row.get(0)?, row.get(1)?);
        let first = block * RUN;
        if offset < first - gone {
            break;
        }
        if offset < first + RUN - gone - holes {
            return Ok((first, offset - (first - gone)));
        }
        gone += holes;
    }
    Ok((offset.saturating_add(gone), 0))
}
