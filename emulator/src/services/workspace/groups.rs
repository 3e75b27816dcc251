//! User groups: made, renamed, deleted. A deleted group leaves its members behind.

use rusqlite::{Connection, OptionalExtension, params};

use super::project::Project;
use crate::error::{Failure, refuse};

pub(super) mod members;

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
    .query_row(params![project.tenant, project.id, name.to_lowercase()], |row| row.get(0))
    .optional()
}
