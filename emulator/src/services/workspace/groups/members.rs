//! Who is in which group. Every change here keeps the two numbers of the group right.

use rusqlite::{Connection, params};

use super::super::project::Project;

/// Puts a user into a group; a member stays one.
pub(in super::super) fn add(
    tx: &Connection,
    project: Project<'_>,
    group: i64,
    user: i64,
) -> rusqlite::Result<()> {
    let added = tx
        .prepare_cached("INSERT OR IGNORE INTO workspace_members VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![project.tenant, project.id, user, group])?;
    if added == 0 { Ok(()) } else { count(tx, project, group, user, 1) }
}

/// Takes a user out of a group; a stranger stays one.
pub(in super::super) fn remove(
    tx: &Connection,
    project: Project<'_>,
    group: i64,
    user: i64,
) -> rusqlite::Result<()> {
    let removed = tx
        .prepare_cached(
            "DELETE FROM workspace_members
             WHERE tenant = ?1 AND project = ?2 AND user_seq = ?3 AND group_seq = ?4",
        )?
        .execute(params![project.tenant, project.id, user, group])?;
    if removed == 0 { Ok(()) } else { count(tx, project, group, user, -1) }
}

/// Takes a user out of all groups.
pub(in super::super) fn remove_user(
    tx: &Connection,
    project: Project<'_>,
    user: i64,
) -> rusqlite::Result<()> {
    let groups: Vec<i64> = tx
        .prepare_cached(
            "SELECT group_seq FROM workspace_members
             WHERE tenant = ?1 AND project = ?2 AND user_seq = ?3",
        )?
        .query_map(params![project.tenant, project.id, user], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    groups.into_iter().try_for_each(|group| remove(tx, project, group, user))
}

/// Takes all users out of a group that is about to be deleted.
pub(super) fn remove_group(
    tx: &Connection,
    project: Project<'_>,
    group: i64,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM workspace_members WHERE tenant = ?1 AND project = ?2 AND group_seq = ?3",
    )?
    .execute(params![project.tenant, project.id, group])?;
    Ok(())
}

fn count(
    tx: &Connection,
    project: Project<'_>,
    group: i64,
    user: i64,
    by: i64,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE workspace_groups SET user_num = user_num + ?5,
            total_desktops = total_desktops + ?5 * (SELECT u.total_desktops
                FROM workspace_users u WHERE u.tenant = ?1 AND u.project = ?2 AND u.seq = ?4)
         WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
    )?
    .execute(params![project.tenant, project.id, group, user, by])?;
    Ok(())
}
