//! Users by their conditions, page by page, the oldest first. A page without conditions is found
//! by number, so that each page costs the same.

use rusqlite::types::Value;
use rusqlite::{Connection, ToSql, params_from_iter};
use serde::{Deserialize, Serialize};

use super::super::conditions::Where;
use super::super::paging::Page;
use super::super::project::Project;
use super::super::tenant;
use super::deleted_counts;
use super::filters::Filter;
use super::row::{COLUMNS, User};
use super::views::Item;
use crate::error::Failure;
use crate::operation::{Call, RawJson};

/// Input of `ListUsers`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct List {
    project_id: String,
    is_query_total_desktops: Option<bool>,
    #[serde(flatten)]
    page: Page,
    #[serde(flatten)]
    filter: Filter,
}

#[derive(Debug, Serialize)]
struct Listed<'a> {
    total_count: i64,
    users: Vec<Item<'a>>,
}

/// `ListUsers`.
pub(in super::super) fn list(call: &mut Call<'_>, input: List) -> Result<RawJson, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let conditions = input.filter.conditions(project)?;
    let total_count = count(call.tx, project, &conditions)?;
    let users = page(call.tx, project, conditions, &input.page, i64::MAX)?;
    let with_desktops = input.is_query_total_desktops.unwrap_or(true);
    let users = users.iter().map(|user| Item::of(user, call.now.0, with_desktops)).collect();
    Ok(RawJson(serde_json::to_vec(&Listed { total_count, users })?))
}

/// How many users the conditions let pass.
pub(in super::super) fn count(
    tx: &Connection,
    project: Project<'_>,
    conditions: &Where,
) -> rusqlite::Result<i64> {
    if conditions.is_everything() {
        return Ok(project.counts(tx)?.users);
    }
    count_in("workspace_users u", tx, conditions)
}

/// How many rows of these tables the conditions let pass.
pub(in super::super) fn count_in(
    tables: &str,
    tx: &Connection,
    conditions: &Where,
) -> rusqlite::Result<i64> {
    let sql = format!("SELECT COUNT(*) FROM {tables} WHERE {}", conditions.text());
    tx.prepare_cached(&sql)?.query_row(params_from_iter(conditions.values()), |row| row.get(0))
}

/// A page of the users that the conditions let pass.
pub(in super::super) fn page(
    tx: &Connection,
    project: Project<'_>,
    mut conditions: Where,
    page: &Page,
    usual: i64,
) -> rusqlite::Result<Vec<User>> {
    let mut offset = page.offset();
    if offset > 0 && conditions.is_everything() {
        let (behind, more) = deleted_counts::seek(tx, project, offset)?;
        conditions.push("u.seq > ?", [Value::from(behind)]);
        offset = more;
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM workspace_users u WHERE {} ORDER BY u.seq LIMIT ? OFFSET ?",
        conditions.text()
    );
    let limit = page.limit_or(usual);
    let bounds: [&dyn ToSql; 2] = [&limit, &offset];
    tx.prepare_cached(&sql)?
        .query_map(params_from_iter(conditions.values().chain(bounds)), User::read)?
        .collect()
}
