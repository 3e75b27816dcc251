//! Scopes: who may ask for which role configuration on which account.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;

use super::super::filters::Conditions;
use super::super::paging::{Bounds, Page};
use super::super::role_assignments::{PRINCIPAL_ID, Resolved, RoleAssignment};
use super::super::{Principal, zones};

/// Inserts or renews a scope.
pub(super) fn put(call: &Call<'_>, new: &Resolved) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_apply_scopes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
             ON CONFLICT DO UPDATE SET updated = ?6",
        )?
        .execute(params![
            call.tenant.key(),
            new.principal.word(),
            new.principal.seq(),
            new.account.uin,
            new.configuration.seq,
            call.now.0,
        ])
        .map(drop)
}

/// Deletes a scope; false if there is none.
pub(super) fn remove(
    call: &Call<'_>,
    principal: Principal,
    uin: i64,
    configuration: i64,
) -> rusqlite::Result<bool> {
    let deleted = call
        .tx
        .prepare_cached(
            "DELETE FROM organization_apply_scopes
             WHERE tenant = ?1 AND principal_type = ?2 AND principal = ?3 AND target_uin = ?4
                AND configuration = ?5",
        )?
        .execute(params![
            call.tenant.key(),
            principal.word(),
            principal.seq(),
            uin,
            configuration
        ])?;
    Ok(deleted > 0)
}

/// Input of `ListRoleConfigurationApplyScopes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    principal_id: String,
    principal_type: String,
    target_uin: Option<i64>,
    filter: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

/// Output of `ListRoleConfigurationApplyScopes`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    apply_scopes: Vec<RoleAssignment>,
}

/// `ListRoleConfigurationApplyScopes`, by account and configuration. An unknown principal has none.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = Conditions::new("a", zone.tenant);
    conditions.equal("principal_type", Some(&input.principal_type));
    conditions.matching(input.principal_id, |at| format!("{PRINCIPAL_ID} = ?{at}"));
    if let Some(uin) = input.target_uin {
        conditions.matching(uin, |at| format!("a.target_uin = ?{at}"));
    }
    conditions.name_part(input.filter.as_deref(), "c.name");
    let (table, order) = ("organization_apply_scopes", "a.target_uin, a.configuration");
    let (bounds, apply_scopes) = RoleAssignment::page(call, conditions, table, order, page)?;
    Ok(Listed { bounds, apply_scopes })
}
