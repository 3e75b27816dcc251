//! Role assignments: begun and given up by tasks. One is listed, and keeps its principal from being
//! deleted, from the request that creates it until its deletion succeeds or its creation fails.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::paging::{Bounds, Page};
use super::role_grants::{Entry, Named, RoleAssignment};
use super::role_tasks::{self, TaskInfo};
use super::roles::assignments as rows;
use super::roles::configurations;
use super::roles::grants::{self, Wanted};
use super::roles::tasks::{self, NewTask, Task, TaskType};
use super::{limits, zones};

/// Input of `CreateRoleAssignment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    zone_id: String,
    #[serde(default)]
    role_assignment_info: Vec<Entry>,
}

/// Output of `CreateRoleAssignment`: a task for each entry, in their order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Created {
    tasks: Vec<TaskInfo>,
}

/// `CreateRoleAssignment`. One bad entry refuses all; no entry creates nothing.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let entries = input.role_assignment_info;
    let most = limits::ROLE_ASSIGNMENTS_PER_REQUEST.of(call.tx, zone.tenant)?;
    if i64::try_from(entries.len()).is_ok_and(|count| count > most) {
        return Err(refuse("LimitExceeded.CreateRoleAssignmentLimitExceeded"));
    }
    let mut tasks = Vec::with_capacity(entries.len());
    for entry in entries {
        let named = entry.find(call, &zone)?;
        tasks.push(assign(call, &named, None)?.into());
    }
    Ok(Created { tasks })
}

/// Begins an assignment, for a permission request if one is given; or refuses: it is there, or the
/// zone is full.
pub(super) fn assign(
    call: &mut Call<'_>,
    named: &Named,
    apply_id: Option<&str>,
) -> Result<Task, Failure> {
    let (tenant, configuration) = (call.tenant.key(), &named.configuration);
    let uin = named.account.uin;
    if rows::find(call.tx, tenant, configuration.seq, uin, named.principal)?.is_some() {
        return Err(refuse("FailedOperation.RoleConfigurationAuthorizationAlreadyExist"));
    }
    if rows::count(call.tx, tenant)? >= limits::ROLE_ASSIGNMENTS.of(call.tx, tenant)? {
        return Err(refuse("FailedOperation.RoleConfigurationAuthorizationOverLimit"));
    }
    let task = role_tasks::begin(
        call,
        &NewTask {
            principal_type: named.principal.word(),
            principal_id: &named.principal_id,
            apply_id,
            ..role_tasks::on(TaskType::Assign, configuration, &named.account)
        },
    )?;
    rows::insert(call, task.seq, configuration.seq, &named.account, named.principal)?;
    Ok(task)
}

/// Input of `DeleteRoleAssignment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    zone_id: String,
    role_configuration_id: String,
    target_type: String,
    target_uin: i64,
    principal_type: String,
    principal_id: String,
    deprovision_strategy: Option<String>,
}

/// Output of `DeleteRoleAssignment`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Deleted {
    task: TaskInfo,
}

/// `DeleteRoleAssignment`. One that is being deleted is no longer found.
pub(super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Deleted, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let unknown = || refuse("ResourceNotFound.RoleConfigurationAuthorizationNotFound");
    let (tx, tenant) = (call.tx, zone.tenant);
    let configuration = configurations::by_id(tx, tenant, &input.role_configuration_id)?;
    let configuration = configuration.ok_or_else(unknown)?;
    let principal = grants::principal(tx, tenant, &input.principal_id)?
        .filter(|principal| principal.word() == input.principal_type)
        .ok_or_else(unknown)?;
    let account = super::accounts::target(call, &input.target_type, input.target_uin);
    let account = account.map_err(|_| unknown())?;
    let assignment = rows::find(tx, tenant, configuration.seq, account.uin, principal)?;
    let assignment = assignment.ok_or_else(unknown)?;
    if tasks::is_leaving(tx, tenant, configuration.seq, assignment)? {
        return Err(unknown());
    }
    let strategy = input.deprovision_strategy.as_deref();
    let task = role_tasks::begin(
        call,
        &NewTask {
            principal_type: principal.word(),
            principal_id: &input.principal_id,
            assignment: Some(assignment),
            undeploys: strategy == Some("DeprovisionForLastRoleAssignmentOnAccount"),
            ..role_tasks::on(TaskType::Unassign, &configuration, &account)
        },
    )?;
    Ok(Deleted { task: task.into() })
}

/// Input of `ListRoleAssignments`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    zone_id: String,
    role_configuration_id: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
    target_type: Option<String>,
    target_uin: Option<i64>,
    principal_type: Option<String>,
    principal_id: Option<String>,
    filter: Option<String>,
}

/// Output of `ListRoleAssignments`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    role_assignments: Vec<RoleAssignment>,
}

/// `ListRoleAssignments`, the newest first.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let wanted = Wanted {
        configuration_id: input.role_configuration_id.as_deref(),
        target_type: input.target_type.as_deref(),
        target_uin: input.target_uin,
        principal_type: input.principal_type.as_deref(),
        principal_id: input.principal_id.as_deref(),
        filter: input.filter.as_deref(),
    };
    let found = grants::list(call.tx, zone.tenant, "organization_role_assignments", wanted, page)?;
    let role_assignments = found.rows.into_iter().map(RoleAssignment::from).collect();
    Ok(Listed { bounds: page.bounds(found.total), role_assignments })
}
