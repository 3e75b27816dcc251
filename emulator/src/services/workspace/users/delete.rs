//! Users that go, and their memberships and devices with them.

use rusqlite::{Connection, params};
use serde::Deserialize;

use super::super::groups::members;
use super::super::project::Project;
use super::super::tenant;
use super::change::One;
use super::deleted_counts;
use super::row::{self, User};
use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

/// `DeleteUser`.
pub(in super::super) fn delete(call: &mut Call<'_>, input: One) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let user = row::existing(call.tx, project, &input.user_id)?;
    remove(call.tx, project, &user)?;
    Ok(Empty {})
}

/// Input of `BatchDeleteUser`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Batch {
    project_id: String,
    user_ids: Vec<String>,
}

/// `BatchDeleteUser`: all or none. An id that is named twice goes once.
pub(in super::super) fn delete_many(call: &mut Call<'_>, input: Batch) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let mut users: Vec<User> = Vec::new();
    for id in &input.user_ids {
        if !users.iter().any(|user| user.id == *id) {
            users.push(row::existing(call.tx, project, id)?);
        }
    }
    users.iter().try_for_each(|user| remove(call.tx, project, user))?;
    Ok(Empty {})
}

fn remove(tx: &Connection, project: Project<'_>, user: &User) -> Result<(), Failure> {
    if user.total_desktops > 0 {
        return Err(refuse("WKS.EMU.0004"));
    }
    let of_user = params![project.tenant, project.id, user.seq];
    members::remove_user(tx, project, user.seq)?;
    tx.prepare_cached(
        "DELETE FROM workspace_otp_devices WHERE tenant = ?1 AND project = ?2 AND user_seq = ?3",
    )?
    .execute(of_user)?;
    tx.prepare_cached(
        "DELETE FROM workspace_users WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
    )?
    .execute(of_user)?;
    deleted_counts::add(tx, project, user.seq)?;
    Ok(project.lost_user(tx)?)
}
