//! The rows of groups.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::operation::Call;
use crate::runtime::fold::fold;

use super::super::Kind;
use super::deleted_counts;

/// A group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) seq: i64,
    pub(crate) group_id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) kind: Kind,
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) member_count: i64,
    /// The id that a directory knows it by.
    pub(crate) external_id: Option<String>,
}

/// A group to insert.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewGroup<'a> {
    pub(crate) name: &'a str,
    pub(crate) description: &'a str,
    pub(crate) kind: Kind,
    pub(crate) external_id: Option<&'a str>,
}

/// The columns of [`Group`], in the order in which [`read`] takes them.
pub(crate) const COLUMNS: &str = "g.seq, g.group_id, g.name, g.description, g.type, g.created,
    g.updated, g.member_count, g.external_id";

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Group> {
    Ok(Group {
        seq: row.get(0)?,
        group_id: row.get(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        kind: row.get(4)?,
        created: row.get(5)?,
        updated: row.get(6)?,
        member_count: row.get(7)?,
        external_id: row.get(8)?,
    })
}

/// The group of that id.
pub(crate) fn by_id(
    tx: &Connection,
    tenant: i64,
    group_id: &str,
) -> rusqlite::Result<Option<Group>> {
    tx.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM organization_groups g WHERE g.tenant = ?1 AND g.group_id = ?2"
    ))?
    .query_row(params![tenant, group_id], read)
    .optional()
}

/// The number of the group with that folded name.
pub(crate) fn by_name(tx: &Connection, tenant: i64, key: &str) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached("SELECT seq FROM organization_groups WHERE tenant = ?1 AND name_key = ?2")?
        .query_row(params![tenant, key], |row| row.get(0))
        .optional()
}

/// The numbers of the groups with those ids; unknown ids are ignored.
pub(crate) fn seqs(
    tx: &Connection,
    tenant: i64,
    ids: &BTreeSet<String>,
) -> rusqlite::Result<BTreeSet<i64>> {
    let mut statement = tx.prepare_cached(
        "SELECT seq FROM organization_groups WHERE tenant = ?1 AND group_id = ?2",
    )?;
    let find = |id| statement.query_row(params![tenant, id], |row| row.get(0)).optional();
    ids.iter().map(find).filter_map(Result::transpose).collect()
}

/// Inserts a group and counts it. Names and limits are the caller's business.
pub(crate) fn insert(
    call: &Call<'_>,
    group_id: &str,
    group: &NewGroup<'_>,
) -> rusqlite::Result<Group> {
    let tenant = call.tenant.key();
    let seq: i64 = call
        .tx
        .prepare_cached(
            "UPDATE organization_zones
             SET next_group = next_group + 1, group_count = group_count + 1
             WHERE tenant = ?1 RETURNING next_group - 1",
        )?
        .query_row([tenant], |row| row.get(0))?;
    call.tx
        .prepare_cached(
            "INSERT INTO organization_groups (tenant, seq, group_id, name, name_key, description,
                type, created, updated, external_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)",
        )?
        .execute(params![
            tenant,
            seq,
            group_id,
            group.name,
            fold(group.name),
            group.description,
            group.kind,
            call.now.0,
            group.external_id,
        ])?;
    Ok(Group {
        seq,
        group_id: group_id.to_owned(),
        name: group.name.to_owned(),
        description: group.description.to_owned(),
        kind: group.kind,
        created: call.now.0,
        updated: call.now.0,
        member_count: 0,
        external_id: group.external_id.map(str::to_owned),
    })
}

/// Writes all that can change, and the moment of the change.
pub(crate) fn update(call: &Call<'_>, group: &mut Group) -> rusqlite::Result<()> {
    group.updated = call.now.0;
    call.tx
        .prepare_cached(
            "UPDATE organization_groups SET name = ?3, name_key = ?4, description = ?5,
                updated = ?6, external_id = ?7
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            call.tenant.key(),
            group.seq,
            group.name,
            fold(&group.name),
            group.description,
            group.updated,
            group.external_id,
        ])
        .map(drop)
}

/// Writes the moment of a change that is in no column of the group.
pub(crate) fn touch(call: &Call<'_>, seq: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "UPDATE organization_groups SET updated = ?3 WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute([call.tenant.key(), seq, call.now.0])
        .map(drop)
}

/// Adds to the count of members; a negative number takes from it.
pub(crate) fn add_members(
    tx: &Connection,
    tenant: i64,
    seq: i64,
    count: i64,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE organization_groups SET member_count = member_count + ?3
         WHERE tenant = ?1 AND seq = ?2",
    )?
    .execute([tenant, seq, count])
    .map(drop)
}

/// Deletes a group that nothing points to.
pub(crate) fn remove(tx: &Connection, tenant: i64, seq: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM organization_groups WHERE tenant = ?1 AND seq = ?2")?
        .execute([tenant, seq])?;
    // Nobody may ask for anything in its name any more.
    tx.prepare_cached(
        "DELETE FROM organization_apply_scopes
         WHERE tenant = ?1 AND principal_type = 'Group' AND principal = ?2",
    )?
    .execute([tenant, seq])?;
    tx.prepare_cached(
        "UPDATE organization_zones SET group_count = group_count - 1 WHERE tenant = ?1",
    )?
    .execute([tenant])?;
    deleted_counts::GROUPS.add(tx, tenant, seq)
}
