//! Role configurations of the zone: created, changed, deleted, listed. Their policies are in
//! `role_configurations/policies.rs`.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;

use super::roles::configurations::{self as rows, RoleConfiguration, by_id, insert};
use super::roles::{policies as policy_rows, provisionings};
use super::zones::{self, Zone};
use super::{limits, times};

mod catalogue;
mod list;
mod policies;

pub(super) use list::list;
pub(super) use policies::{
    add as add_policy, list as list_policies, remove as remove_policy, update as update_policy,
};

/// Seconds of a session if the request names none.
pub(super) const SESSION_DURATION: i64 = 3_600;

/// Hosts of console pages, to which a relay state must lead.
const CONSOLES: [&str; 3] =
    ["console.cloud.tencent.com", "console.tencentcloud.com", "console.intl.cloud.tencent.com"];

/// Input of `CreateRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    zone_id: String,
    role_configuration_name: String,
    #[serde(default)]
    description: String,
    session_duration: Option<i64>,
    #[serde(default)]
    relay_state: String,
}

/// An answer with one role configuration.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    role_configuration_info: Info,
}

/// `RoleConfiguration`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    role_configuration_id: String,
    role_configuration_name: String,
    description: String,
    session_duration: i64,
    relay_state: String,
    create_time: String,
    update_time: String,
    is_selected: bool,
    /// What an update with `IsApply` did.
    #[serde(flatten)]
    applied: Option<Applied>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Applied {
    apply_status: &'static str,
    applied_session_duration: i64,
    session_duration_update_time: String,
    failed_accounts: [(); 0],
}

impl From<RoleConfiguration> for Info {
    fn from(row: RoleConfiguration) -> Self {
        Self {
            role_configuration_id: row.id,
            role_configuration_name: row.name,
            description: row.description,
            session_duration: row.session_duration,
            relay_state: row.relay_state,
            create_time: times::local(row.created),
            update_time: times::local(row.updated),
            is_selected: false,
            applied: None,
        }
    }
}

/// `CreateRoleConfiguration`.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<One, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    check_relay_state(&input.relay_state)?;
    if rows::name_is_taken(call.tx, zone.tenant, &fold(&input.role_configuration_name))? {
        return Err(refuse("InvalidParameter.ConfigurationNameAlreadyExists"));
    }
    let most = limits::ROLE_CONFIGURATIONS.of(call)?;
    if rows::count(call.tx, zone.tenant)? >= most {
        return Err(refuse("FailedOperation.ConfigurationOverUpperLimit"));
    }
    let id = format!("rc-{}", call.ids.base36(12));
    let row = RoleConfiguration {
        seq: 0,
        id,
        name: input.role_configuration_name,
        description: input.description,
        session_duration: input.session_duration.unwrap_or(SESSION_DURATION),
        relay_state: input.relay_state,
        created: call.now.0,
        updated: call.now.0,
    };
    insert(call, &row)?;
    Ok(One { role_configuration_info: row.into() })
}

/// A relay state is empty or the address of a console page.
fn check_relay_state(text: &str) -> Result<(), Failure> {
    let host = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
    let is_console = host.is_some_and(|host| CONSOLES.contains(&host));
    if text.is_empty() || is_console {
        Ok(())
    } else {
        Err(refuse("InvalidParameter.RelayStateFormatError"))
    }
}

/// Input of the operations on one role configuration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Named {
    zone_id: String,
    role_configuration_id: String,
}

/// `GetRoleConfiguration`.
pub(super) fn get(call: &mut Call<'_>, input: Named) -> Result<One, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let row = existing(call, &zone, &input.role_configuration_id)?;
    Ok(One { role_configuration_info: row.into() })
}

/// The role configuration of that id, or the refusal.
pub(super) fn existing(
    call: &Call<'_>,
    zone: &Zone,
    id: &str,
) -> Result<RoleConfiguration, Failure> {
    by_id(call.tx, zone.tenant, id)?
        .ok_or_else(|| refuse("InvalidParameter.RoleConfigurationNotExist"))
}

/// Input of `UpdateRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    zone_id: String,
    role_configuration_id: String,
    new_description: Option<String>,
    new_session_duration: Option<i64>,
    new_relay_state: Option<String>,
    #[serde(default)]
    is_apply: bool,
}

/// `UpdateRoleConfiguration`: absent members stay. With `IsApply` accounts get the duration at once.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<One, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let mut row = existing(call, &zone, &input.role_configuration_id)?;
    if let Some(relay_state) = input.new_relay_state {
        check_relay_state(&relay_state)?;
        row.relay_state = relay_state;
    }
    row.description = input.new_description.unwrap_or(row.description);
    row.session_duration = input.new_session_duration.unwrap_or(row.session_duration);
    row.updated = call.now.0;
    rows::update(call, &row)?;
    let applied = input.is_apply.then(|| Applied {
        apply_status: "Success",
        applied_session_duration: row.session_duration,
        session_duration_update_time: times::local(call.now.0),
        failed_accounts: [],
    });
    Ok(One { role_configuration_info: Info { applied, ..row.into() } })
}

/// `DeleteRoleConfiguration`: refused while it has policies, or is deployed or assigned anywhere.
pub(super) fn delete(call: &mut Call<'_>, input: Named) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let row = existing(call, &zone, &input.role_configuration_id)?;
    if policy_rows::count(call.tx, zone.tenant, row.seq, None)? > 0 {
        return Err(refuse("InvalidParameter.RolePolicyAlreadyExist"));
    }
    if provisionings::is_used(call, row.seq)? {
        return Err(refuse("FailedOperation.RoleConfigurationProvisioningAlreadyDeployed"));
    }
    for table in ["organization_apply_scopes", "organization_role_configurations"] {
        let column = if table.ends_with("scopes") { "configuration" } else { "seq" };
        call.tx
            .prepare_cached(&format!("DELETE FROM {table} WHERE tenant = ?1 AND {column} = ?2"))?
            .execute(params![zone.tenant, row.seq])?;
    }
    Ok(Empty {})
}
