//! The service itself in a project: whether it is open, and what it offers there.

use rusqlite::{Connection, OptionalExtension, params};

use super::project::Project;
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;

mod attributes;
pub(super) mod lock;
pub(super) mod quotas;
pub(super) mod second_factor;
mod service;
mod update;

pub(super) use service::{apply, cancel, closed, opened, show, sync};
pub(super) use update::{update, updated};

/// Open.
const SUBSCRIBED: &str = "SUBSCRIBED";

/// Closed: nothing is left.
pub(super) const CLOSED: &str = "CLOSED";

/// The project of that id, or the refusal of a service that is not open in it. Calls about users
/// and groups have refusals of their own.
pub(super) fn require_open<'p>(call: &Call<'_>, project: &'p str) -> Result<Project<'p>, Failure> {
    open(call, project)?.ok_or_else(|| refuse("WKS.00010099"))
}

/// The same, as calls about users refuse it: for them a tenant without the service does not exist.
pub(super) fn require_open_for_users<'p>(
    call: &Call<'_>,
    project: &'p str,
) -> Result<Project<'p>, Failure> {
    open(call, project)?.ok_or_else(|| refuse_with("WKS.00170312", "The tenant does not exist."))
}

/// The same, as calls about groups refuse it.
pub(super) fn require_open_for_groups<'p>(
    call: &Call<'_>,
    project: &'p str,
) -> Result<Project<'p>, Failure> {
    open(call, project)?.ok_or_else(|| refuse("WKS.00170117"))
}

/// The project of that id if the service is open in it.
fn open<'p>(call: &Call<'_>, project: &'p str) -> rusqlite::Result<Option<Project<'p>>> {
    let project = Project { tenant: call.tenant.key(), id: project };
    let is_open = status(call.tx, project)?.is_none_or(|status| status == SUBSCRIBED);
    Ok(is_open.then_some(project))
}

/// The state of the service; nothing where nothing was done yet, and so it is open.
fn status(tx: &Connection, project: Project<'_>) -> rusqlite::Result<Option<String>> {
    tx.prepare_cached("SELECT status FROM workspace_projects WHERE tenant = ?1 AND project = ?2")?
        .query_row(params![project.tenant, project.id], |row| row.get(0))
        .optional()
}

/// The domain of the Active Directory that is attached, if one is.
pub(super) fn ad_domain(tx: &Connection, project: Project<'_>) -> rusqlite::Result<Option<String>> {
    let domain = tx
        .prepare_cached(
            "SELECT ad_domain FROM workspace_projects WHERE tenant = ?1 AND project = ?2",
        )?
        .query_row(params![project.tenant, project.id], |row| row.get(0))
        .optional()?;
    Ok(domain.flatten())
}

/// How many desktops there are.
fn desktops(tx: &Connection, project: Project<'_>) -> rusqlite::Result<i64> {
    tx.prepare_cached(
        "SELECT COALESCE(SUM(total_desktops), 0) FROM workspace_users
         WHERE tenant = ?1 AND project = ?2 AND total_desktops > 0",
    )?
    .query_row(params![project.tenant, project.id], |row| row.get(0))
}

fn has_desktops(tx: &Connection, project: Project<'_>) -> rusqlite::Result<bool> {
    tx.prepare_cached(
        "SELECT 1 FROM workspace_users
         WHERE tenant = ?1 AND project = ?2 AND total_desktops > 0",
    )?
    .exists(params![project.tenant, project.id])
}
