//! Role configurations of the zone: created, changed, deleted once nothing needs them.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::limits;
use super::roles::configurations::{self as rows, Configuration, NewConfiguration};
use super::roles::{assignments, policies, provisionings, tasks};
use super::zones::{self, Zone};

mod info;
mod list;
mod relay_state;

use info::RoleConfiguration;
pub(super) use list::list;
pub(super) use relay_state::is_console as is_relay_state;

/// Seconds of a session if the request does not say.
pub(super) const SESSION_DURATION: i64 = 3_600;

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
pub(super) struct OneConfiguration {
    role_configuration_info: RoleConfiguration,
}

/// `CreateRoleConfiguration`. A name is of one role configuration, case ignored.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<OneConfiguration, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    relay_state::check(&input.relay_state)?;
    if rows::by_name(call.tx, zone.tenant, &input.role_configuration_name)?.is_some() {
        return Err(refuse("InvalidParameter.ConfigurationNameAlreadyExists"));
    }
    let most = limits::ROLE_CONFIGURATIONS.of(call.tx, zone.tenant)?;
    if rows::count(call.tx, zone.tenant)? >= most {
        return Err(refuse("FailedOperation.ConfigurationOverUpperLimit"));
    }
    let id = format!("rc-{}", call.ids.base36(12));
    let new = NewConfiguration {
        name: &input.role_configuration_name,
        description: &input.description,
        session_duration: input.session_duration.unwrap_or(SESSION_DURATION),
        relay_state: &input.relay_state,
    };
    let configuration = rows::insert(call, &id, &new)?;
    Ok(OneConfiguration { role_configuration_info: RoleConfiguration::of(configuration) })
}

/// Input of the operations on one role configuration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    zone_id: String,
    role_configuration_id: String,
}

/// The role configuration of that id, or the refusal.
pub(super) fn existing(call: &Call<'_>, zone: &Zone, id: &str) -> Result<Configuration, Failure> {
    rows::by_id(call.tx, zone.tenant, id)?
        .ok_or_else(|| refuse("InvalidParameter.RoleConfigurationNotExist"))
}

/// `GetRoleConfiguration`.
pub(super) fn get(call: &mut Call<'_>, input: One) -> Result<OneConfiguration, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let configuration = existing(call, &zone, &input.role_configuration_id)?;
    Ok(OneConfiguration { role_configuration_info: RoleConfiguration::of(configuration) })
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

/// `UpdateRoleConfiguration`: absent members stay. `IsApply` brings the session's duration to the
/// accounts at once; without it, deployments wait for the next one.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<OneConfiguration, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let mut configuration = existing(call, &zone, &input.role_configuration_id)?;
    if let Some(relay_state) = input.new_relay_state {
        relay_state::check(&relay_state)?;
        configuration.relay_state = relay_state;
    }
    configuration.description = input.new_description.unwrap_or(configuration.description);
    let duration = input.new_session_duration.unwrap_or(configuration.session_duration);
    let is_new_duration = duration != configuration.session_duration;
    configuration.session_duration = duration;
    rows::update(call, &mut configuration)?;
    let seq = configuration.seq;
    let mut info = RoleConfiguration::of(configuration);
    if input.is_apply {
        let failed = provisionings::failed(call.tx, zone.tenant, seq)?;
        info = info.applied(call, duration, &failed)?;
    } else if is_new_duration {
        provisionings::mark_changed(call, seq)?;
    }
    Ok(OneConfiguration { role_configuration_info: info })
}

/// `DeleteRoleConfiguration`: refused while it has policies, or is on an account or on its way there.
pub(super) fn delete(call: &mut Call<'_>, input: One) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let (tx, tenant) = (call.tx, zone.tenant);
    let seq = existing(call, &zone, &input.role_configuration_id)?.seq;
    if policies::has_any(tx, tenant, seq)? {
        return Err(refuse("InvalidParameter.RolePolicyAlreadyExist"));
    }
    if provisionings::has_any(tx, tenant, seq)?
        || assignments::has_any(tx, tenant, seq, None)?
        || tasks::is_running(tx, tenant, seq, None)?
    {
        return Err(refuse("FailedOperation.RoleConfigurationProvisioningAlreadyDeployed"));
    }
    rows::remove(tx, tenant, seq)?;
    Ok(Empty {})
}
