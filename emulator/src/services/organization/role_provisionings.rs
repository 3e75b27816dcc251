//! Deployments of role configurations on accounts: deployed again, taken away, listed.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::paging::{Bounds, Page};
use super::role_tasks::{self, RoleProvisioningsTask};
use super::roles::grants::{self, TARGET_NAME};
use super::roles::provisionings as rows;
use super::roles::tasks::TaskType;
use super::roles::{assignments, configurations, tasks};
use super::{accounts, filters, role_configurations, times, zones};

/// Input of `ProvisionRoleConfiguration` and `DismantleRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    zone_id: String,
    role_configuration_id: String,
    target_type: String,
    target_uin: i64,
}

/// An answer with the task of a deployment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneTask {
    task: RoleProvisioningsTask,
}

/// `ProvisionRoleConfiguration`: deploys, for the first time or again.
pub(super) fn provision(call: &mut Call<'_>, input: One) -> Result<OneTask, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let account = accounts::target(call, &input.target_type, input.target_uin)?;
    let configuration = role_configurations::existing(call, &zone, &input.role_configuration_id)?;
    let new = role_tasks::on(TaskType::Provision, &configuration, &account);
    Ok(OneTask { task: role_tasks::begin(call, &new)?.into() })
}

/// `DismantleRoleConfiguration`: refused while it is assigned there, or a task there runs.
pub(super) fn dismantle(call: &mut Call<'_>, input: One) -> Result<OneTask, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let account = accounts::target(call, &input.target_type, input.target_uin)?;
    let unknown = || refuse("ResourceNotFound.RoleConfigurationProvisioningNotFound");
    let (tx, tenant) = (call.tx, zone.tenant);
    let configuration = configurations::by_id(tx, tenant, &input.role_configuration_id)?;
    let configuration = configuration.ok_or_else(unknown)?;
    let (seq, uin) = (configuration.seq, account.uin);
    if assignments::has_any(tx, tenant, seq, Some(uin))? {
        return Err(refuse("FailedOperation.RoleConfigurationAuthorizationExist"));
    }
    if tasks::is_running(tx, tenant, seq, Some(uin))? {
        return Err(refuse("FailedOperation.RoleConfigurationProvisioningStatusError"));
    }
    if rows::status(tx, tenant, seq, uin)?.is_none() {
        return Err(unknown());
    }
    let new = role_tasks::on(TaskType::Deprovision, &configuration, &account);
    Ok(OneTask { task: role_tasks::begin(call, &new)?.into() })
}

/// Input of `ListRoleConfigurationProvisionings`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    zone_id: String,
    role_configuration_id: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
    target_type: Option<String>,
    target_uin: Option<i64>,
    deployment_status: Option<String>,
    filter: Option<String>,
}

/// Output of `ListRoleConfigurationProvisionings`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    role_configuration_provisionings: Vec<RoleProvisioning>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleProvisioning {
    deployment_status: String,
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_name: String,
    create_time: String,
    update_time: String,
    target_type: String,
}

/// `ListRoleConfigurationProvisionings`, the newest first.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = filters::Conditions::new("a", zone.tenant);
    let id = input.role_configuration_id.as_deref();
    grants::configuration(&mut conditions, id, input.filter.as_deref());
    grants::target(&mut conditions, input.target_type.as_deref(), input.target_uin);
    conditions.equal("status", input.deployment_status.as_deref());
    let table = grants::with_configurations("organization_role_provisionings");
    let columns = format!(
        "a.status, c.configuration_id, c.name, a.target_uin, {TARGET_NAME}, a.created, a.updated,
         a.target_type"
    );
    let found = conditions.read_counted(call.tx, (&table, &columns), page, |row| {
        Ok(RoleProvisioning {
            deployment_status: row.get(0)?,
            role_configuration_id: row.get(1)?,
            role_configuration_name: row.get(2)?,
            target_uin: row.get(3)?,
            target_name: row.get(4)?,
            create_time: times::local(row.get(5)?),
            update_time: times::local(row.get(6)?),
            target_type: row.get(7)?,
        })
    })?;
    Ok(Listed { bounds: page.bounds(found.total), role_configuration_provisionings: found.rows })
}
