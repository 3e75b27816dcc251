//! User groups: made, renamed, deleted. A deleted group leaves its members behind.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;

use super::names::require_words;
use super::project::{Kind, Project, rank};
use super::tenant;
use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

pub(super) mod list;
pub(super) mod members;

/// A group of an Active Directory.
pub(super) const AD: &str = "AD";

/// A group of the service's own.
pub(super) const LOCAL: &str = "LOCAL";

/// Input of `CreateUserGroup`.
#[derive(Debug, Deserialize)]
pub(super) struct Create {
    project_id: String,
    group_name: String,
    platform_type: String,
    description: Option<String>,
}

/// `CreateUserGroup`: only the list has the id.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    require_words("group_name", &input.group_name)?;
    if find_by_name(call.tx, project, &input.group_name)?.is_some() {
        return Err(refuse("WKS.EMU.0002"));
    }
    let domain = match input.platform_type.as_str() {
        AD => tenant::ad_domain(call.tx, project)?,
        _ => None,
    };
    let group = Group {
        id: None,
        name: &input.group_name,
        platform_type: &input.platform_type,
        description: non_empty(input.description),
        domain,
    };
    insert(call, project, group)?;
    Ok(Empty {})
}

/// Input of `UpdateUserGroup`: what is absent stays, an empty description clears.
#[derive(Debug, Deserialize)]
pub(super) struct Update {
    project_id: String,
    group_id: String,
    group_name: Option<String>,
    description: Option<String>,
}

/// `UpdateUserGroup`. A name that differs in nothing is no renaming.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let seq = existing(call.tx, project, &input.group_id)?;
    if let Some(name) = &input.group_name {
        require_words("group_name", name)?;
        rename(call.tx, project, seq, name)?;
    }
    if input.description.is_some() {
        call.tx
            .prepare_cached(
                "UPDATE workspace_groups SET description = ?4
                 WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
            )?
            .execute(params![project.tenant, project.id, seq, non_empty(input.description)])?;
    }
    Ok(Empty {})
}

fn rename(tx: &Connection, project: Project<'_>, seq: i64, name: &str) -> Result<(), Failure> {
    let (old, platform): (String, String) = tx
        .prepare_cached(
            "SELECT name, platform_type FROM workspace_groups
             WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
        )?
        .query_row(params![project.tenant, project.id, seq], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    if old == name {
        return Ok(());
    }
    if platform == AD {
        return Err(refuse("WKS.EMU.0010"));
    }
    if find_by_name(tx, project, name)?.is_some_and(|other| other != seq) {
        return Err(refuse("WKS.EMU.0002"));
    }
    tx.prepare_cached(
        "UPDATE workspace_groups SET name = ?4, name_key = ?5
         WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
    )?
    .execute(params![project.tenant, project.id, seq, name, fold(name)])?;
    Ok(())
}

/// Input of `DeleteUserGroup`.
#[derive(Debug, Deserialize)]
pub(super) struct Delete {
    project_id: String,
    group_id: String,
}

/// `DeleteUserGroup`.
pub(super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let seq = existing(call.tx, project, &input.group_id)?;
    remove(call.tx, project, seq)?;
    Ok(Empty {})
}

/// Input of `BatchDeleteUserGroups`.
#[derive(Debug, Deserialize)]
pub(super) struct DeleteMany {
    project_id: String,
    group_ids: Vec<String>,
}

/// `BatchDeleteUserGroups`: all or none. An id that is named twice goes once.
pub(super) fn delete_many(call: &mut Call<'_>, input: DeleteMany) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let mut groups: Vec<i64> = Vec::new();
    for id in &input.group_ids {
        groups.push(existing(call.tx, project, id)?);
    }
    groups.sort_unstable();
    groups.dedup();
    groups.into_iter().try_for_each(|seq| remove(call.tx, project, seq))?;
    Ok(Empty {})
}

/// A group that is about to be made.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// Its id; drawn if nothing.
    pub(super) id: Option<&'a str>,
    /// Its name, which no other group has.
    pub(super) name: &'a str,
    /// [`AD`] or [`LOCAL`].
    pub(super) platform_type: &'a str,
    /// What it is for.
    pub(super) description: Option<String>,
    /// The domain of the Active Directory that it is in.
    pub(super) domain: Option<String>,
}

/// Makes a group; gives its number.
pub(super) fn insert(
    call: &mut Call<'_>,
    project: Project<'_>,
    group: Group<'_>,
) -> rusqlite::Result<i64> {
    let seq = project.next(call.tx, Kind::Group)?;
    let id = group.id.map_or_else(|| call.ids.rising_hex32(rank(seq)), str::to_owned);
    call.tx
        .prepare_cached(
            "INSERT INTO workspace_groups (tenant, project, seq, id, name, name_key, platform_type,
                description, domain, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            project.tenant,
            project.id,
            seq,
            id,
            group.name,
            fold(group.name),
            group.platform_type,
            group.description,
            group.domain,
            call.now.0,
        ])?;
    Ok(seq)
}

fn remove(tx: &Connection, project: Project<'_>, seq: i64) -> rusqlite::Result<()> {
    members::remove_group(tx, project, seq)?;
    tx.prepare_cached(
        "DELETE FROM workspace_groups WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
    )?
    .execute(params![project.tenant, project.id, seq])?;
    project.lost_group(tx)
}

/// The number of the group of that id, or the refusal of operations that need it.
pub(super) fn existing(tx: &Connection, project: Project<'_>, id: &str) -> Result<i64, Failure> {
    tx.prepare_cached(
        "SELECT seq FROM workspace_groups WHERE tenant = ?1 AND project = ?2 AND id = ?3",
    )?
    .query_row(params![project.tenant, project.id, id], |row| row.get(0))
    .optional()?
    .ok_or_else(|| refuse("WKS.00170208"))
}

/// The number of the group of that name, without case.
pub(super) fn find_by_name(
    tx: &Connection,
    project: Project<'_>,
    name: &str,
) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached(
        "SELECT seq FROM workspace_groups WHERE tenant = ?1 AND project = ?2 AND name_key = ?3",
    )?
    .query_row(params![project.tenant, project.id, fold(name)], |row| row.get(0))
    .optional()
}
