//! Role assignments: a role configuration for a principal on an account.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::accounts::{self, Account};
use super::role_configurations as configurations;
use super::role_tasks::{self, NewTask, TaskInfo, TaskType};
use super::roles::configurations::{RoleConfiguration, by_id};
use super::roles::{assignments as rows, tasks};
use super::zones::{self, Zone};
use super::{Principal, directory, groups, limits, users};

mod list;

pub(super) use list::{PRINCIPAL_ID, RoleAssignment, list};

/// Input of `CreateRoleAssignment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    zone_id: String,
    #[serde(default)]
    role_assignment_info: Vec<Info>,
}

/// `RoleAssignmentInfo`: who gets what where. A member that is left out names nothing that exists.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Info {
    principal_id: String,
    principal_type: String,
    target_uin: i64,
    target_type: String,
    role_configuration_id: String,
}

/// The things that an [`Info`] names.
pub(super) struct Resolved {
    pub(super) account: Account,
    pub(super) configuration: RoleConfiguration,
    pub(super) principal: Principal,
    pub(super) principal_id: String,
}

impl Resolved {
    /// The number of the assignment, if there is one.
    pub(super) fn seq(&self, call: &Call<'_>) -> rusqlite::Result<Option<i64>> {
        rows::seq(call, self.configuration.seq, self.account.uin, self.principal)
    }
}

impl Info {
    /// Looks up what it names, or refuses: account, configuration, principal.
    pub(super) fn resolve(self, call: &Call<'_>, zone: &Zone) -> Result<Resolved, Failure> {
        let account = accounts::target(call, &self.target_type, self.target_uin)?;
        let configuration = configurations::existing(call, zone, &self.role_configuration_id)?;
        let principal = match self.principal_type.as_str() {
            "Group" => Principal::Group(groups::existing(call, zone, &self.principal_id)?.seq),
            _ => Principal::User(users::existing(call, zone, &self.principal_id)?.seq),
        };
        Ok(Resolved { account, configuration, principal, principal_id: self.principal_id })
    }
}

/// Output of `CreateRoleAssignment`: a task for each entry, in their order.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Created {
    tasks: Vec<TaskInfo>,
}

/// `CreateRoleAssignment`. One bad entry refuses all. The configuration is deployed by the task if it
/// is not yet.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let most = limits::ROLE_ASSIGNMENTS_PER_REQUEST.of(call)?;
    if i64::try_from(input.role_assignment_info.len()).unwrap_or(i64::MAX) > most {
        return Err(refuse("LimitExceeded.CreateRoleAssignmentLimitExceeded"));
    }
    let mut tasks = Vec::with_capacity(input.role_assignment_info.len());
    for info in input.role_assignment_info {
        let resolved = info.resolve(call, &zone)?;
        if resolved.seq(call)?.is_some() {
            return Err(refuse("FailedOperation.RoleConfigurationAuthorizationAlreadyExist"));
        }
        tasks.push(assign(call, &resolved)?);
    }
    Ok(Created { tasks })
}

/// Assigns and begins the task, or refuses: the zone is full.
pub(super) fn assign(call: &mut Call<'_>, new: &Resolved) -> Result<TaskInfo, Failure> {
    if rows::count(call.tx, call.tenant.key())? >= limits::ROLE_ASSIGNMENTS.of(call)? {
        return Err(refuse("FailedOperation.RoleConfigurationAuthorizationOverLimit"));
    }
    let seq = rows::insert(call, new.configuration.seq, new.account.uin, new.principal)?;
    let task = NewTask::of(TaskType::Assign, &new.configuration, &new.account).for_assignment(
        seq,
        new.principal,
        &new.principal_id,
    );
    Ok(role_tasks::begin(call, task)?)
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

/// `DeleteRoleAssignment`. The assignment is there until the task succeeds; what is being deleted is
/// not found by another deletion.
pub(super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Deleted, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let not_found = || refuse("ResourceNotFound.RoleConfigurationAuthorizationNotFound");
    let named = named(call, &zone, &input)?.ok_or_else(not_found)?;
    let seq = named.seq(call)?.ok_or_else(not_found)?;
    if tasks::is_being_unassigned(call, seq)? {
        return Err(not_found());
    }
    let undeploys =
        input.deprovision_strategy.as_deref() == Some("DeprovisionForLastRoleAssignmentOnAccount");
    let task = NewTask::of(TaskType::Unassign, &named.configuration, &named.account)
        .for_assignment(seq, named.principal, &named.principal_id)
        .undeploying(undeploys);
    Ok(Deleted { task: role_tasks::begin(call, task)? })
}

/// What the deletion names; nothing if any of it is not there.
fn named(call: &Call<'_>, zone: &Zone, input: &Delete) -> Result<Option<Resolved>, Failure> {
    let Some(account) = accounts::account(call, input.target_uin)? else { return Ok(None) };
    let is_manager = input.target_type == accounts::MANAGER;
    if is_manager != (account.target_type == accounts::MANAGER) {
        return Ok(None);
    }
    let found = by_id(call.tx, zone.tenant, &input.role_configuration_id)?;
    let Some(configuration) = found else { return Ok(None) };
    let principal = directory::principal(call.tx, zone.tenant, &input.principal_id)?;
    let principal = principal.filter(|principal| principal.word() == input.principal_type);
    Ok(principal.map(|principal| Resolved {
        account,
        configuration,
        principal,
        principal_id: input.principal_id.clone(),
    }))
}
