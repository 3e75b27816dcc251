//! Requests of users for role configurations, and which they may file. No action files one: users do
//! in the vendor's portal, here a seed file or the control interface.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, Refusal, refuse};
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::accounts::{self, MEMBER};
use super::filters::Conditions;
use super::paging::{Bounds, Page};
use super::role_assignments::assign;
use super::role_grants::Entry;
use super::role_tasks::{self, TaskInfo};
use super::roles::tasks::{NewTask, Task, TaskType};
use super::{times, zones};

mod admin;
mod rows;
mod scopes;

pub use admin::PermissionRequestSeed;
pub(super) use admin::{insert_seeded, replace, show};
pub(super) use rows::check_row;
use rows::{ApplyRoleConfiguration, Decision, Order};
pub(super) use scopes::{create as create_scopes, delete as delete_scopes, list as list_scopes};

/// Input of `ListPermissionApplyOrders`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    zone_id: String,
    search_value: Option<String>,
    status: Option<i64>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Output of `ListPermissionApplyOrders`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    apply_orders: Vec<PermissionApplyOrder>,
    #[serde(flatten)]
    bounds: Bounds,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PermissionApplyOrder {
    apply_id: String,
    user_id: String,
    user_name: String,
    target_uin: i64,
    target_name: String,
    role_configurations: Vec<ApplyRoleConfiguration>,
    status: i64,
    create_time: String,
    audit_opinion: String,
    audit_time: String,
}

impl From<Order> for PermissionApplyOrder {
    fn from(order: Order) -> Self {
        Self {
            apply_id: order.apply_id,
            user_id: order.user_id,
            user_name: order.user_name,
            target_uin: order.target_uin,
            target_name: order.target_name,
            role_configurations: order.configurations,
            status: order.status,
            create_time: times::local(order.created),
            audit_opinion: order.opinion,
            audit_time: order.audited.map(times::local).unwrap_or_default(),
        }
    }
}

/// `ListPermissionApplyOrders`, the newest first. The text is searched in the ids of requests and the
/// names of users and accounts.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = Conditions::new("o", zone.tenant);
    if let Some(text) = non_empty(input.search_value) {
        conditions.matching(fold(&text), |at| {
            let columns = ["apply_id", "user_name", "target_name"];
            let all = columns.map(|column| format!("instr(fold(o.{column}), ?{at}) > 0"));
            format!("({})", all.join(" OR "))
        });
    }
    if let Some(status) = input.status {
        conditions.matching(status, |at| format!("({}) = ?{at}", rows::STATUS));
    }
    let columns = rows::columns();
    let table = ("organization_apply_orders o", columns.as_str());
    let found = conditions.read_counted(call.tx, table, page, rows::read)?;
    let apply_orders = found.rows.into_iter().map(PermissionApplyOrder::from).collect();
    Ok(Listed { apply_orders, bounds: page.bounds(found.total) })
}

/// Input of `AuditPermissionApplyOrder`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Audit {
    zone_id: String,
    apply_id: String,
    audit_result: AuditResult,
    #[serde(default)]
    audit_opinion: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum AuditResult {
    Approve,
    Reject,
}

/// Output of `AuditPermissionApplyOrder`: the tasks of an approval.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Audited {
    tasks: Vec<TaskInfo>,
}

/// `AuditPermissionApplyOrder`. An approval begins an assignment for each role configuration that the
/// user does not have yet.
pub(super) fn audit(call: &mut Call<'_>, input: Audit) -> Result<Audited, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let order = rows::by_id(call.tx, zone.tenant, &input.apply_id)?
        .ok_or_else(|| refuse("ResourceNotFound.PermissionApplyOrderNotFound"))?;
    if order.decision != Decision::Pending {
        return Err(refuse("FailedOperation.PermissionApplyOrderStatusInvalid"));
    }
    let mut tasks = Vec::new();
    let decision = match input.audit_result {
        AuditResult::Reject => Decision::Rejected,
        AuditResult::Approve => {
            for configuration in &order.configurations {
                tasks.extend(grant(call, &zone, &order, configuration)?.map(TaskInfo::from));
            }
            Decision::Approved
        }
    };
    rows::decide(call, &order.apply_id, decision, &input.audit_opinion)?;
    Ok(Audited { tasks })
}

/// Begins the assignment of one role configuration; nothing if the user has it. If it is refused, for
/// example because the user was deleted meanwhile, the task fails for that reason.
fn grant(
    call: &mut Call<'_>,
    zone: &zones::Zone,
    order: &Order,
    configuration: &ApplyRoleConfiguration,
) -> Result<Option<Task>, Failure> {
    let id = &configuration.role_configuration_id;
    let entry = Entry::of_user(&order.user_id, order.target_uin, id);
    let begun = entry
        .find(call, zone)
        .and_then(|named| assign(call, &named, Some(order.apply_id.as_str())));
    match begun {
        Ok(task) => Ok(Some(task)),
        Err(Failure::Refused(Refusal { code, .. })) if code.ends_with("AlreadyExist") => Ok(None),
        Err(Failure::Refused(refusal)) => Ok(Some(fail(call, order, configuration, &refusal)?)),
        Err(failure) => Err(failure),
    }
}

fn fail(
    call: &mut Call<'_>,
    order: &Order,
    configuration: &ApplyRoleConfiguration,
    refusal: &Refusal,
) -> Result<Task, Failure> {
    let account = accounts::account(call, order.target_uin)?;
    let new = NewTask {
        task_type: TaskType::Assign,
        configuration: 0,
        configuration_id: &configuration.role_configuration_id,
        configuration_name: &configuration.role_configuration_name,
        target_type: account.map_or(MEMBER, |account| account.target_type),
        target_uin: order.target_uin,
        principal_type: "User",
        principal_id: &order.user_id,
        assignment: None,
        undeploys: false,
        apply_id: Some(&order.apply_id),
        failure_reason: &refusal.code,
    };
    Ok(role_tasks::begin(call, &new)?)
}
