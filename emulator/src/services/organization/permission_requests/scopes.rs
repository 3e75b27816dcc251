//! Scopes: which role configurations a principal may ask for, by account.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::super::paging::{Bounds, Page};
use super::super::role_grants::{Entry, Named, RoleAssignment};
use super::super::roles::configurations;
use super::super::roles::grants::{self, Wanted};
use super::super::zones;

const TABLE: &str = "organization_apply_scopes";

/// Input of `CreateRoleConfigurationApplyScope`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Create {
    zone_id: String,
    apply_scope_info: Vec<Entry>,
}

/// Output of `CreateRoleConfigurationApplyScope`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Created {
    success_count: usize,
}

/// `CreateRoleConfigurationApplyScope`. One bad entry refuses all; one that is there stays, and counts.
pub(crate) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let entries = input.apply_scope_info;
    if entries.is_empty() {
        return Err(refuse("InvalidParameter.ParamError"));
    }
    let success_count = entries.len();
    for entry in entries {
        put(call, &entry.find(call, &zone)?)?;
    }
    Ok(Created { success_count })
}

fn put(call: &Call<'_>, named: &Named) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_apply_scopes
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?7
             FROM organization_apply_scopes WHERE tenant = ?1
             ON CONFLICT DO UPDATE SET updated = excluded.updated",
        )?
        .execute(params![
            call.tenant.key(),
            named.configuration.seq,
            named.account.target_type,
            named.account.uin,
            named.principal.word(),
            named.principal.seq(),
            call.now.0,
        ])
        .map(drop)
}

/// Input of `DeleteRoleConfigurationApplyScope`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Delete {
    zone_id: String,
    role_configuration_ids: Vec<String>,
    target_uin: i64,
    principal_id: String,
    principal_type: String,
}

/// `DeleteRoleConfigurationApplyScope`: all of them or none.
pub(crate) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    if input.role_configuration_ids.is_empty() {
        return Err(refuse("InvalidParameter.ParamError"));
    }
    let unknown = || refuse("ResourceNotFound.PermissionApplyScopeNotFound");
    let principal = grants::principal(call.tx, zone.tenant, &input.principal_id)?
        .filter(|principal| principal.word() == input.principal_type)
        .ok_or_else(unknown)?;
    for id in &input.role_configuration_ids {
        let configuration = configurations::by_id(call.tx, zone.tenant, id)?.ok_or_else(unknown)?;
        let deleted = call
            .tx
            .prepare_cached(
                "DELETE FROM organization_apply_scopes
                 WHERE tenant = ?1 AND principal_type = ?2 AND principal = ?3 AND target_uin = ?4
                    AND configuration = ?5",
            )?
            .execute(params![
                zone.tenant,
                principal.word(),
                principal.seq(),
                input.target_uin,
                configuration.seq,
            ])?;
        if deleted == 0 {
            return Err(unknown());
        }
    }
    Ok(Empty {})
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
    apply_scopes: Vec<RoleAssignment>,
    #[serde(flatten)]
    bounds: Bounds,
}

/// `ListRoleConfigurationApplyScopes`, the newest first. An unknown principal has none.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let wanted = Wanted {
        target_uin: input.target_uin,
        principal_type: Some(&input.principal_type),
        principal_id: Some(&input.principal_id),
        filter: input.filter.as_deref(),
        ..Wanted::default()
    };
    let found = grants::list(call.tx, zone.tenant, TABLE, wanted, page)?;
    let apply_scopes = found.rows.into_iter().map(RoleAssignment::from).collect();
    Ok(Listed { apply_scopes, bounds: page.bounds(found.total) })
}
