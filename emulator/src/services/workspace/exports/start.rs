//! Asking for an export. The three that the twin models differ in what they leave out.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::asked::Asked;
use super::{NOT_BEFORE_LOOKS, file_name, next_seq};
use crate::error::{Failure, refuse};
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::lifecycle::Age;
use crate::services::workspace::limits::OPEN_EXPORTS_MAX;
use crate::services::workspace::project::Project;
use crate::services::workspace::sheet::Language;
use crate::services::workspace::users::filters::Filter;
use crate::services::workspace::{groups, tenant};

/// Output of all that start an export.
#[derive(Debug, Serialize)]
pub(in super::super) struct Started {
    task_id: String,
}

/// Input of `ExportUsersNew`. The two `share_space` members of the vendor's example are in no table
/// and no SDK: they are ignored.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Users {
    project_id: String,
    user_name: Option<String>,
    user_names: Option<Vec<String>>,
    description: Option<String>,
    active_type: Option<String>,
    enterprise_project_id: Option<String>,
    language: Option<String>,
}

/// `ExportUsersNew`.
pub(in super::super) fn users(call: &mut Call<'_>, input: Users) -> Result<Started, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let filter = Filter {
        user_name: input.user_name,
        user_names: input.user_names,
        description: input.description,
        active_type: input.active_type,
        enterprise_project_id: input.enterprise_project_id,
        ..Filter::default()
    };
    let asked = Asked::Users { filter, newest: newest_user(call, project)? };
    start(call, project, "users", &asked, input.language.as_deref())
}

/// Input of `ExportUserGroupUsersNew`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Members {
    group_id: String,
    group_name: Option<String>,
    #[serde(flatten)]
    of: Users,
}

/// `ExportUserGroupUsersNew`: a GET that starts a task.
pub(in super::super) fn members(call: &mut Call<'_>, input: Members) -> Result<Started, Failure> {
    let Members { group_id, group_name, of } = input;
    let project = tenant::require_open_for_groups(call, &of.project_id)?;
    let group = groups::existing(call.tx, project, &group_id)?;
    let filter = Filter {
        user_name: of.user_name,
        user_names: of.user_names,
        description: of.description,
        active_type: of.active_type,
        group_name,
        enterprise_project_id: of.enterprise_project_id,
        ..Filter::default()
    };
    let asked = Asked::Members { group, filter, newest: newest_user(call, project)? };
    start(call, project, "group_users", &asked, of.language.as_deref())
}

/// Input of `ExportUserGroupsNew`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Groups {
    project_id: String,
    name: Option<String>,
    group_ids: Option<Vec<String>>,
    language: Option<String>,
}

/// `ExportUserGroupsNew`.
pub(in super::super) fn groups(call: &mut Call<'_>, input: Groups) -> Result<Started, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let newest = newest_group(call, project)?;
    let asked = Asked::Groups { name: input.name, ids: input.group_ids, newest };
    start(call, project, "user_groups", &asked, input.language.as_deref())
}

/// The number of the project's newest user; numbers rise and are not used again.
fn newest_user(call: &Call<'_>, project: Project<'_>) -> rusqlite::Result<i64> {
    call.tx
        .prepare_cached(
            "SELECT coalesce(max(seq), 0) FROM workspace_users WHERE tenant = ?1 AND project = ?2",
        )?
        .query_row(params![project.tenant, project.id], |row| row.get(0))
}

/// The same of groups.
fn newest_group(call: &Call<'_>, project: Project<'_>) -> rusqlite::Result<i64> {
    call.tx
        .prepare_cached(
            "SELECT coalesce(max(seq), 0) FROM workspace_groups WHERE tenant = ?1 AND project = ?2",
        )?
        .query_row(params![project.tenant, project.id], |row| row.get(0))
}

/// All projects together: a tenant can have any number of them.
fn check_room(call: &Call<'_>) -> Result<(), Failure> {
    let open: i64 = call
        .tx
        .prepare_cached(
            "SELECT count(*) FROM workspace_exports WHERE tenant = ?1 AND status = 'CREATING'",
        )?
        .query_row([call.tenant.key()], |row| row.get(0))?;
    let most = call.limit("open_exports").unwrap_or(OPEN_EXPORTS_MAX);
    if open >= most { Err(refuse("WKS.EMU.0014")) } else { Ok(()) }
}

/// When an export ends that begins now.
fn ends(call: &Call<'_>) -> Timestamp {
    match call.reached_at(Age::new(call.now), 1) {
        Some(moment) => moment.plus_ms(call.outcome.later_ms),
        None => NOT_BEFORE_LOOKS,
    }
}

fn start(
    call: &mut Call<'_>,
    project: Project<'_>,
    kind: &str,
    asked: &Asked,
    language: Option<&str>,
) -> Result<Started, Failure> {
    check_room(call)?;
    let task_id = call.ids.hex32();
    call.tx
        .prepare_cached(
            "INSERT INTO workspace_exports (tenant, project, seq, task_id, asked, language,
                file_name, status, created, ends, begun, downloaded, outcome)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'CREATING', ?8, ?9, 0, 0, ?10)",
        )?
        .execute(params![
            project.tenant,
            project.id,
            next_seq(call.tx, project)?,
            task_id,
            serde_json::to_string(asked)?,
            Language::of(language).word(),
            file_name(kind, call.now),
            call.now.0,
            ends(call).0,
            call.outcome,
        ])?;
    // The file shows this moment: it is begun before any later request of the tenant is run, even
    // where the clock is set back meanwhile.
    call.after.schedule_at(Timestamp(i64::MIN));
    Ok(Started { task_id })
}
