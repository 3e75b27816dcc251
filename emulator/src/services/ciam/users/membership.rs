//! Who is in which group, from the side of the user.

use rusqlite::Connection;

use super::super::groups::Group;
use super::super::stores::Store;

/// The groups of a user, in the order in which they were named.
pub(crate) fn of(tx: &Connection, store: Store, seq: i64) -> rusqlite::Result<Vec<Group>> {
    let mut statement = tx.prepare_cached(
        "SELECT g.seq, g.user_group_id, g.display_name
         FROM ciam_members m JOIN ciam_groups g
            ON g.tenant = m.tenant AND g.store = m.store AND g.seq = m.group_seq
         WHERE m.tenant = ?1 AND m.store = ?2 AND m.seq = ?3 ORDER BY m.position",
    )?;
    let rows = statement.query_map([store.tenant, store.store, seq], |row| {
        Ok(Group { seq: row.get(0)?, id: row.get(1)?, name: row.get(2)? })
    })?;
    rows.collect()
}

/// Puts a user that is in no group into these. The user's own count of groups is not touched.
pub(crate) fn add(
    tx: &Connection,
    store: Store,
    seq: i64,
    groups: &[Group],
) -> rusqlite::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let mut statement = tx.prepare_cached(
        "INSERT INTO ciam_members (tenant, store, seq, position, group_seq)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (position, group) in (0_i64..).zip(groups) {
        statement.execute([store.tenant, store.store, seq, position, group.seq])?;
    }
    Ok(())
}

/// Takes a user out of all groups. The user's own count of groups is not touched.
pub(crate) fn clear(tx: &Connection, store: Store, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM ciam_members WHERE tenant = ?1 AND store = ?2 AND seq = ?3")?
        .execute([store.tenant, store.store, seq])?;
    Ok(())
}
