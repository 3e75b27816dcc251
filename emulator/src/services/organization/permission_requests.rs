//! Permission requests: users ask for role configurations in the portal, which is no part of the API,
//! so a seed file or the control interface files them. A scope says who may ask for what.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::directory::users;
use super::role_assignments::{self, Info, Resolved};
use super::role_tasks::TaskInfo;
use super::roles::configurations;
use super::{Principal, accounts, directory, zones};

mod admin;
mod list;
mod rows;
mod scopes;

pub(super) use admin::{RequestSeed, insert as insert_seeded, problems, replace, show};
pub(super) use list::list;
pub(super) use rows::check_row;
pub(super) use scopes::list as list_scopes;

/// Input of `CreateRoleConfigurationApplyScope`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateScope {
    zone_id: String,
    apply_scope_info: Vec<Info>,
}

/// Output of `CreateRoleConfigurationApplyScope`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScopeCreated {
    success_count: usize,
}

/// `CreateRoleConfigurationApplyScope`: inserts or renews. One bad entry refuses all.
pub(super) fn create_scope(
    call: &mut Call<'_>,
    input: CreateScope,
) -> Result<ScopeCreated, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let success_count = input.apply_scope_info.len();
    if success_count == 0 {
        return Err(refuse("InvalidParameter.ParamError"));
    }
    for info in input.apply_scope_info {
        scopes::put(call, &info.resolve(call, &zone)?)?;
    }
    Ok(ScopeCreated { success_count })
}

/// Input of `DeleteRoleConfigurationApplyScope`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteScope {
    zone_id: String,
    role_configuration_ids: Vec<String>,
    target_uin: i64,
    principal_id: String,
    principal_type: String,
}

/// `DeleteRoleConfigurationApplyScope`: all of them or none.
pub(super) fn delete_scope(call: &mut Call<'_>, input: DeleteScope) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let not_found = || refuse("ResourceNotFound.PermissionApplyScopeNotFound");
    let principal = directory::principal(call.tx, zone.tenant, &input.principal_id)?
        .filter(|principal| principal.word() == input.principal_type)
        .ok_or_else(not_found)?;
    if input.role_configuration_ids.is_empty() {
        return Err(refuse("InvalidParameter.ParamError"));
    }
    for id in &input.role_configuration_ids {
        let configuration =
            configurations::by_id(call.tx, zone.tenant, id)?.ok_or_else(not_found)?;
        if !scopes::remove(call, principal, input.target_uin, configuration.seq)? {
            return Err(not_found());
        }
    }
    Ok(Empty {})
}

/// Input of `AuditPermissionApplyOrder`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Audit {
    zone_id: String,
    apply_id: String,
    audit_result: String,
    #[serde(default)]
    audit_opinion: String,
}

/// Output of `AuditPermissionApplyOrder`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Audited {
    tasks: Vec<TaskInfo>,
}

/// `AuditPermissionApplyOrder`: an approval assigns the configurations that the user has not yet, one
/// task each. What is no longer there is left out (assumed).
pub(super) fn audit(call: &mut Call<'_>, input: Audit) -> Result<Audited, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let order = rows::by_id(call, &input.apply_id)?
        .ok_or_else(|| refuse("ResourceNotFound.PermissionApplyOrderNotFound"))?;
    if order.is_approved.is_some() {
        return Err(refuse("FailedOperation.PermissionApplyOrderStatusInvalid"));
    }
    let is_approved = input.audit_result == "Approve";
    let mut tasks = Vec::new();
    let user = users::by_id(call.tx, zone.tenant, &order.user_id)?;
    let account = accounts::account(call, order.target_uin)?;
    if let (true, Some(user), Some(account)) = (is_approved, user, account) {
        for id in &order.configurations {
            let found = configurations::by_id(call.tx, zone.tenant, id)?;
            let Some(configuration) = found else { continue };
            let resolved = Resolved {
                account: account.clone(),
                configuration,
                principal: Principal::User(user.seq),
                principal_id: user.user_id.clone(),
            };
            if resolved.seq(call)?.is_none() {
                tasks.push(role_assignments::assign(call, &resolved)?);
            }
        }
    }
    let task_ids: Vec<_> = tasks.iter().map(TaskInfo::id).collect();
    rows::decide(call, order.seq, is_approved, &task_ids, &input.audit_opinion)?;
    Ok(Audited { tasks })
}
