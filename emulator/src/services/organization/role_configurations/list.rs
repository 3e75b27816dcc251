//! `ListRoleConfigurations`.

use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::services::text::non_empty;

use super::super::filters::Conditions;
use super::super::paging::{Bounds, Page};
use super::super::roles::{assignments, grants};
use super::super::{Principal, zones};
use super::{RoleConfiguration, rows};

/// Input of `ListRoleConfigurations`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    next_token: Option<String>,
    max_results: Option<i64>,
    filter: Option<String>,
    #[serde(default)]
    filter_targets: Vec<i64>,
    principal_id: Option<String>,
}

/// Output of `ListRoleConfigurations`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    role_configurations: Vec<RoleConfiguration>,
}

/// `ListRoleConfigurations`, the newest first. Those are marked that the principal has on one of the
/// `FilterTargets`.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = Conditions::new("c", zone.tenant);
    conditions.text(input.filter.as_deref(), &["name"], &["name", "description"]);
    let table = "organization_role_configurations c";
    let found = conditions.read_counted(call.tx, (table, rows::COLUMNS), page, rows::read)?;
    let principal = match non_empty(input.principal_id.as_deref()) {
        Some(id) => grants::principal(call.tx, zone.tenant, id)?,
        None => None,
    };
    let mut role_configurations = Vec::with_capacity(found.rows.len());
    for configuration in found.rows {
        let is_selected = match principal {
            Some(principal) => has(call, configuration.seq, &input.filter_targets, principal)?,
            None => false,
        };
        role_configurations.push(RoleConfiguration::of(configuration).selected(is_selected));
    }
    Ok(Listed { bounds: page.bounds(found.total), role_configurations })
}

fn has(
    call: &Call<'_>,
    configuration: i64,
    targets: &[i64],
    principal: Principal,
) -> rusqlite::Result<bool> {
    let tenant = call.tenant.key();
    targets.iter().try_fold(false, |found, uin| {
        let is = || assignments::find(call.tx, tenant, configuration, *uin, principal);
        Ok(found || is()?.is_some())
    })
}
