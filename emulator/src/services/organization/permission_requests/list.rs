//! `ListPermissionApplyOrders`.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::super::directory::users;
use super::super::paging::{Bounds, Page};
use super::super::roles::configurations;
use super::super::{accounts, times, zones};
use super::rows::{self, Order};

/// Waits for a decision.
const PENDING: i64 = 1;
/// Approved, and its tasks run.
const SYNCING: i64 = 2;
/// Approved, and its tasks ended well.
const DONE: i64 = 3;
/// Approved, and a task failed.
const FAILED: i64 = 4;
/// Rejected.
const REJECTED: i64 = 5;

/// Input of `ListPermissionApplyOrders`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    search_value: Option<String>,
    status: Option<i64>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Output of `ListPermissionApplyOrders`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    apply_orders: Vec<ApplyOrder>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ApplyOrder {
    apply_id: String,
    user_id: String,
    user_name: String,
    target_uin: i64,
    target_name: String,
    role_configurations: Vec<Configuration>,
    status: i64,
    create_time: String,
    audit_opinion: String,
    audit_time: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    role_configuration_id: String,
    role_configuration_name: String,
    description: String,
}

/// `ListPermissionApplyOrders`, the newest first. `SearchValue` is a part of the request's id or of
/// the user's name (assumed).
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let text = non_empty(input.search_value).map(|text| fold(&text));
    let mut fitting = Vec::new();
    for order in rows::all(call)? {
        let shown = shown(call, order)?;
        let fits = text.as_ref().is_none_or(|text| {
            fold(&shown.apply_id).contains(text) || fold(&shown.user_name).contains(text)
        });
        if fits && input.status.is_none_or(|status| status == shown.status) {
            fitting.push(shown);
        }
    }
    let total = i64::try_from(fitting.len()).unwrap_or(i64::MAX);
    let [offset, size] = [page.offset, page.size].map(|n| usize::try_from(n).unwrap_or(0));
    let apply_orders = fitting.into_iter().skip(offset).take(size).collect();
    Ok(Listed { bounds: page.bounds(total), apply_orders })
}

fn shown(call: &Call<'_>, order: Order) -> Result<ApplyOrder, Failure> {
    let tenant = call.tenant.key();
    let status = status(call, &order)?;
    let user = users::by_id(call.tx, tenant, &order.user_id)?;
    let account = accounts::account(call, order.target_uin)?;
    let mut role_configurations = Vec::with_capacity(order.configurations.len());
    for id in order.configurations {
        let found = configurations::by_id(call.tx, tenant, &id)?;
        let (name, description) = found.map(|it| (it.name, it.description)).unwrap_or_default();
        role_configurations.push(Configuration {
            role_configuration_id: id,
            role_configuration_name: name,
            description,
        });
    }
    Ok(ApplyOrder {
        apply_id: order.apply_id,
        user_id: order.user_id,
        user_name: user.map(|user| user.user_name).unwrap_or_default(),
        target_uin: order.target_uin,
        target_name: account.map(|account| account.name).unwrap_or_default(),
        role_configurations,
        status,
        create_time: times::local(order.created),
        audit_opinion: order.opinion,
        audit_time: order.decided.map(times::local).unwrap_or_default(),
    })
}

fn status(call: &Call<'_>, order: &Order) -> rusqlite::Result<i64> {
    match order.is_approved {
        None => return Ok(PENDING),
        Some(false) => return Ok(REJECTED),
        Some(true) => {}
    }
    let mut worst = DONE;
    for id in &order.task_ids {
        let status: Option<String> = call
            .tx
            .prepare_cached(
                "SELECT status FROM organization_role_tasks WHERE tenant = ?1 AND task_id = ?2",
            )?
            .query_row(params![call.tenant.key(), id], |row| row.get(0))
            .optional()?;
        match status.as_deref() {
            Some("InProgress") => return Ok(SYNCING),
            Some("Failed") => worst = FAILED,
            _ => {}
        }
    }
    Ok(worst)
}
