//! `ListRoleConfigurations`.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::services::text::non_empty;

use super::super::filters::{Conditions, Text};
use super::super::paging::{Bounds, Page};
use super::super::roles::configurations as rows;
use super::super::{Principal, directory, zones};
use super::Info;

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
    role_configurations: Vec<Info>,
}

/// `ListRoleConfigurations`, the newest first. `PrincipalId` marks those that it has on one of
/// `FilterTargets`, or on any account if none are named (assumed).
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = Conditions::new("c", zone.tenant);
    conditions.text(
        Text::read(input.filter.as_deref()).as_ref(),
        &["name"],
        &["name", "description"],
    );
    let found = conditions.scan(
        call.tx,
        "organization_role_configurations c",
        rows::COLUMNS,
        "c.seq DESC",
        page,
        rows::read,
    )?;
    let principal = match non_empty(input.principal_id.as_deref()) {
        Some(id) => directory::principal(call.tx, zone.tenant, id)?,
        None => None,
    };
    let mut role_configurations = Vec::with_capacity(found.rows.len());
    for row in found.rows {
        let is_selected = match principal {
            Some(principal) => has(call, principal, row.seq, &input.filter_targets)?,
            None => false,
        };
        role_configurations.push(Info { is_selected, ..row.into() });
    }
    Ok(Listed { bounds: page.bounds(found.total), role_configurations })
}

fn has(
    call: &Call<'_>,
    principal: Principal,
    configuration: i64,
    targets: &[i64],
) -> rusqlite::Result<bool> {
    let one = |target: Option<i64>| {
        call.tx
            .prepare_cached(
                "SELECT 1 FROM organization_role_assignments
                 WHERE tenant = ?1 AND principal_type = ?2 AND principal = ?3
                    AND configuration = ?4 AND target_uin = COALESCE(?5, target_uin)",
            )?
            .query_row(
                params![
                    call.tenant.key(),
                    principal.word(),
                    principal.seq(),
                    configuration,
                    target
                ],
                |_| Ok(()),
            )
            .optional()
            .map(|found| found.is_some())
    };
    if targets.is_empty() {
        return one(None);
    }
    targets.iter().try_fold(false, |found, target| Ok(found || one(Some(*target))?))
}
