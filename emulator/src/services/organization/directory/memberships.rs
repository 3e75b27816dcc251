//! The rows of memberships.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::operation::Call;

use super::groups::Group;

/// Inserts the row alone.
pub(crate) fn insert(call: &Call<'_>, group: i64, user: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("INSERT INTO organization_memberships VALUES (?1, ?2, ?3, ?4)")?
        .execute([call.tenant.key(), group, user, call.now.0])
        .map(drop)
}

/// Whether the user is in the group.
pub(crate) fn exists(
    tx: &Connection,
    tenant: i64,
    group: i64,
    user: i64,
) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM organization_memberships
         WHERE tenant = ?1 AND group_seq = ?2 AND user_seq = ?3",
    )?
    .exists([tenant, group, user])
}

/// Ids that are looked up one by one; of more, the rows are read instead.
const FEW: usize = 16;

/// Whether the user is in one of the groups.
pub(crate) fn is_in_any(
    tx: &Connection,
    tenant: i64,
    user: i64,
    of: &BTreeSet<i64>,
) -> rusqlite::Result<bool> {
    if of.len() > FEW {
        return Ok(groups(tx, tenant, user)?.iter().any(|group| of.contains(group)));
    }
    any(of, |group| exists(tx, tenant, group, user))
}

/// Whether one of the users is in the group.
pub(crate) fn has_any(
    tx: &Connection,
    tenant: i64,
    group: &Group,
    users: &BTreeSet<i64>,
) -> rusqlite::Result<bool> {
    let members = usize::try_from(group.member_count).unwrap_or(usize::MAX);
    if users.len() > FEW.max(members) {
        return Ok(user_seqs(tx, tenant, group.seq)?.iter().any(|user| users.contains(user)));
    }
    any(users, |user| exists(tx, tenant, group.seq, user))
}

fn any(seqs: &BTreeSet<i64>, is: impl Fn(i64) -> rusqlite::Result<bool>) -> rusqlite::Result<bool> {
    seqs.iter().try_fold(false, |found, seq| Ok(found || is(*seq)?))
}

fn user_seqs(tx: &Connection, tenant: i64, group: i64) -> rusqlite::Result<Vec<i64>> {
    tx.prepare_cached(
        "SELECT user_seq FROM organization_memberships WHERE tenant = ?1 AND group_seq = ?2",
    )?
    .query_map([tenant, group], |row| row.get(0))?
    .collect()
}

/// How many groups the user is in.
pub(crate) fn groups_of(tx: &Connection, tenant: i64, user: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "SELECT COUNT(*) FROM organization_memberships WHERE tenant = ?1 AND user_seq = ?2",
    )?
    .query_row([tenant, user], |row| row.get(0))
}

/// The numbers of the groups that the user is in.
pub(crate) fn groups(tx: &Connection, tenant: i64, user: i64) -> rusqlite::Result<Vec<i64>> {
    tx.prepare_cached(
        "SELECT group_seq FROM organization_memberships
         WHERE tenant = ?1 AND user_seq = ?2 ORDER BY group_seq",
    )?
    .query_map([tenant, user], |row| row.get(0))?
    .collect()
}

/// The ids of at most `most` users of a group, in the order of their creation; of all users if it is negative.
pub(crate) fn user_ids(
    tx: &Connection,
    tenant: i64,
    group: i64,
    most: i64,
) -> rusqlite::Result<Vec<String>> {
    tx.prepare_cached(
        "SELECT u.user_id FROM organization_memberships m
         JOIN organization_users u ON u.tenant = m.tenant AND u.seq = m.user_seq
         WHERE m.tenant = ?1 AND m.group_seq = ?2 ORDER BY m.user_seq LIMIT ?3",
    )?
    .query_map([tenant, group, most], |row| row.get(0))?
    .collect()
}
