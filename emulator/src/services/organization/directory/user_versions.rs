//! Versions of blocks of users: a change of a user raises that of its block in the same transaction. So
//! readers of committed state know which blocks they have to read again.

use std::ops::RangeInclusive;

use rusqlite::Connection;

use crate::services::sparse_paging::block_of;

/// A user of that number was inserted, changed or deleted.
pub(crate) fn raise(tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<()> {
    raise_all(tx, tenant, seq..=seq)
}

/// The users of those numbers were inserted: raises each block once.
pub(crate) fn raise_all(
    tx: &Connection,
    tenant: i64,
    seqs: RangeInclusive<i64>,
) -> rusqlite::Result<()> {
    if seqs.is_empty() {
        return Ok(());
    }
    let mut raise = tx.prepare_cached(
        "INSERT INTO organization_user_versions VALUES (?1, ?2, 1)
         ON CONFLICT DO UPDATE SET version = version + 1",
    )?;
    for block in block_of(*seqs.start())..=block_of(*seqs.end()) {
        raise.execute([tenant, block])?;
    }
    Ok(())
}

/// Whether these new users fill a block.
pub(crate) fn completes_block(seqs: &RangeInclusive<i64>) -> bool {
    block_of(*seqs.end() + 1) > block_of(*seqs.start())
}

/// Each block that has or had users, with its version, in rising order.
pub(crate) fn all(tx: &Connection, tenant: i64) -> rusqlite::Result<Vec<(i64, i64)>> {
    tx.prepare_cached(
        "SELECT block, version FROM organization_user_versions WHERE tenant = ?1 ORDER BY block",
    )?
    .query_map([tenant], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::sparse_paging::BLOCK;
    use crate::state::schema::STEPS;

    /// A database with no more than what the versions need, and users of these tenants and numbers.
    fn database(users: &[(i64, i64)]) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE organization_users (tenant, seq)").unwrap();
        for user in users {
            connection.execute("INSERT INTO organization_users VALUES (?1, ?2)", *user).unwrap();
        }
        let step = STEPS.iter().find(|step| step.contains("TABLE organization_user_versions"));
        connection.execute_batch(step.unwrap()).unwrap();
        connection
    }

    #[test]
    fn a_database_of_before_gets_a_version_for_each_block_with_users() {
        let tx = database(&[(1, 1), (1, BLOCK), (1, BLOCK + 1), (1, 5 * BLOCK), (2, 3 * BLOCK)]);
        assert_eq!(all(&tx, 1).unwrap(), [(0, 1), (1, 1), (4, 1)]);
        assert_eq!(all(&tx, 2).unwrap(), [(2, 1)]);
    }

    #[test]
    fn a_change_raises_the_version_of_its_block_alone() {
        let tx = database(&[(1, 1), (1, BLOCK + 1), (2, 1)]);
        raise(&tx, 1, BLOCK).unwrap();
        raise(&tx, 1, 2 * BLOCK + 1).unwrap();
        assert_eq!(all(&tx, 1).unwrap(), [(0, 2), (1, 1), (2, 1)]);
        assert_eq!(all(&tx, 2).unwrap(), [(0, 1)]);
    }

    #[test]
    fn many_new_users_raise_each_of_their_blocks_once() {
        let tx = database(&[(1, 1), (2, BLOCK)]);
        raise_all(&tx, 1, BLOCK - 1..=BLOCK + 1).unwrap();
        assert_eq!(all(&tx, 1).unwrap(), [(0, 2), (1, 1)]);
        raise_all(&tx, 1, BLOCK + 1..=2 * BLOCK).unwrap();
        assert_eq!(all(&tx, 1).unwrap(), [(0, 2), (1, 2)]);
        let next = 2 * BLOCK + 1;
        raise_all(&tx, 1, next..=next - 1).unwrap();
        assert_eq!(all(&tx, 1).unwrap(), [(0, 2), (1, 2)], "there were none");
        assert_eq!(all(&tx, 2).unwrap(), [(0, 1)]);
    }
}
