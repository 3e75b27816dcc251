//! Who is in which group. Every change here keeps the two numbers of the group right.

use rusqlite::{Connection, ToSql, params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::super::conditions::Where;
use super::super::limits::MEMBERS_PAGE;
use super::super::paging::Page;
use super::super::project::Project;
use super::super::tenant;
use super::super::users::filters::Filter;
use super::super::users::list as users;
use super::super::users::row::{self, COLUMNS, User};
use super::existing;
use crate::error::Failure;
use crate::operation::{Call, Empty};

/// What may be done with users of a group.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Action {
    Add,
    Delete,
}

/// Input of `RunActionsOnGroup`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Act {
    project_id: String,
    group_id: String,
    op_type: Action,
    user_ids: Vec<String>,
}

/// `RunActionsOnGroup`: all users or none. What is so already stays so.
pub(in super::super) fn act(call: &mut Call<'_>, input: Act) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let group = existing(call.tx, project, &input.group_id)?;
    for id in &input.user_ids {
        let user = row::existing_seq(call.tx, project, id)?;
        match input.op_type {
            Action::Add => add(call.tx, project, group, user)?,
            Action::Delete => remove(call.tx, project, group, user)?,
        }
    }
    Ok(Empty {})
}

/// Input of `ListUsersOfGroup`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct List {
    project_id: String,
    group_id: String,
    #[serde(flatten)]
    page: Page,
    #[serde(flatten)]
    filter: Filter,
}

/// A member, as the list shows it.
#[derive(Debug, Serialize)]
pub(in super::super) struct Item {
    id: String,
    user_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_phone: Option<String>,
    total_desktops: i64,
    enterprise_project_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

impl From<User> for Item {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            user_name: user.user_name,
            domain: user.domain,
            user_email: user.user_email,
            user_phone: user.user_phone,
            total_desktops: user.total_desktops,
            enterprise_project_id: user.enterprise_project_id,
            description: user.description,
        }
    }
}

/// Output of `ListUsersOfGroup`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Listed {
    users: Vec<Item>,
    total_count: i64,
}

/// `ListUsersOfGroup`: in the order in which they were added. Which order the vendor has is not known;
/// with this one Terraform's list of users stays as it was written.
pub(in super::super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let group = existing(call.tx, project, &input.group_id)?;
    let mut conditions = input.filter.conditions(project)?;
    conditions.push(IN_GROUP, [group.into()]);
    let total_count = users::count_in(MEMBERS, call.tx, &conditions)?;
    let users = page(call.tx, &conditions, &input.page)?;
    Ok(Listed { users: users.into_iter().map(Item::from).collect(), total_count })
}

/// Members with the users `u` that they are: found by the group, in the order of their positions.
const MEMBERS: &str = "workspace_members own CROSS JOIN workspace_users u \
    ON u.tenant = own.tenant AND u.project = own.project AND u.seq = own.user_seq";

/// Of [`MEMBERS`] those of the group of that number.
const IN_GROUP: &str = "own.tenant = ?1 AND own.project = ?2 AND own.group_seq = ?";

fn page(tx: &Connection, conditions: &Where, page: &Page) -> rusqlite::Result<Vec<User>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM {MEMBERS} WHERE {} ORDER BY own.position LIMIT ? OFFSET ?",
        conditions.text()
    );
    let bounds: [&dyn ToSql; 2] = [&page.limit_or(MEMBERS_PAGE), &page.offset()];
    tx.prepare_cached(&sql)?
        .query_map(params_from_iter(conditions.values().chain(bounds)), User::read)?
        .collect()
}

/// Puts a user into a group; a member stays one.
pub(in super::super) fn add(
    tx: &Connection,
    project: Project<'_>,
    group: i64,
    user: i64,
) -> rusqlite::Result<()> {
    let added = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO workspace_members (tenant, project, user_seq, group_seq, position)
             VALUES (?1, ?2, ?3, ?4, 1 + (SELECT COALESCE(MAX(m.position), 0)
                FROM workspace_members m
                WHERE m.tenant = ?1 AND m.project = ?2 AND m.group_seq = ?4))",
        )?
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
