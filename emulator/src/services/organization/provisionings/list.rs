//! `ListRoleConfigurationProvisionings`.

use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::services::text::non_empty;

use super::super::accounts;
use super::super::filters::Conditions;
use super::super::paging::{Bounds, Page};
use super::super::{times, zones};

/// Input of `ListRoleConfigurationProvisionings`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
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
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    role_configuration_provisionings: Vec<Provisioning>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Provisioning {
    deployment_status: String,
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_name: String,
    target_type: &'static str,
    create_time: String,
    update_time: String,
}

/// `ListRoleConfigurationProvisionings`, by configuration and account, the newest configuration
/// first. `Filter` is a part of the configuration's name.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), None)?;
    let mut conditions = Conditions::new("p", zone.tenant);
    conditions.equal("status", input.deployment_status.as_deref());
    conditions.target(call, input.target_type.as_deref(), input.target_uin)?;
    if let Some(id) = non_empty(input.role_configuration_id) {
        conditions.matching(id, |at| format!("c.configuration_id = ?{at}"));
    }
    conditions.name_part(input.filter.as_deref(), "c.name");
    let found = conditions.scan(
        call.tx,
        "organization_role_provisionings p JOIN organization_role_configurations c
            ON c.tenant = p.tenant AND c.seq = p.configuration",
        "p.status, c.configuration_id, c.name, p.target_uin, p.created, p.updated",
        "p.configuration DESC, p.target_uin",
        page,
        |row| {
            Ok(Provisioning {
                deployment_status: row.get(0)?,
                role_configuration_id: row.get(1)?,
                role_configuration_name: row.get(2)?,
                target_uin: row.get(3)?,
                target_name: String::new(),
                target_type: accounts::MEMBER,
                create_time: times::local(row.get(4)?),
                update_time: times::local(row.get(5)?),
            })
        },
    )?;
    let mut role_configuration_provisionings = found.rows;
    for one in &mut role_configuration_provisionings {
        if let Some(account) = accounts::account(call, one.target_uin)? {
            (one.target_name, one.target_type) = (account.name, account.target_type);
        }
    }
    Ok(Listed { bounds: page.bounds(found.total), role_configuration_provisionings })
}
