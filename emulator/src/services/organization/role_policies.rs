//! Policies of role configurations: attached, listed, changed, detached. A change marks deployments of
//! the role configuration as outdated.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::roles::policies::{self as rows, Policy, PolicyType};
use super::roles::provisionings;
use super::{role_configurations, times, zones};

mod add;
mod catalogue;

pub(super) use add::add;
pub(super) use catalogue::{id_of, name_of};

fn wrong() -> Failure {
    refuse("InvalidParameter.ParamError")
}

/// Input of `RemovePermissionPolicyFromRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Remove {
    zone_id: String,
    role_configuration_id: String,
    role_policy_type: PolicyType,
    role_policy_name: Option<String>,
    role_policy_id: Option<i64>,
}

/// `RemovePermissionPolicyFromRoleConfiguration`. An id of 0 counts as absent; a custom policy is known
/// by its name alone.
pub(super) fn remove(call: &mut Call<'_>, input: Remove) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let id = &input.role_configuration_id;
    let configuration = role_configurations::existing(call, &zone, id)?.seq;
    let policy_type = input.role_policy_type;
    let name = non_empty(input.role_policy_name.as_deref()).unwrap_or_default();
    let policy_id = match policy_type {
        PolicyType::System => input.role_policy_id.unwrap_or(0),
        PolicyType::Custom => 0,
    };
    if policy_id == 0 && name.is_empty() {
        return Err(wrong());
    }
    if !rows::remove(call, configuration, policy_type, policy_id, name)? {
        return Err(refuse("InvalidParameter.RolePolicyNotExist"));
    }
    provisionings::mark_changed(call, configuration)?;
    Ok(Empty {})
}

/// Input of `UpdateCustomPolicyForRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    zone_id: String,
    role_configuration_id: String,
    custom_policy_name: String,
    #[serde(default)]
    new_custom_policy_document: String,
}

/// `UpdateCustomPolicyForRoleConfiguration`.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let id = &input.role_configuration_id;
    let configuration = role_configurations::existing(call, &zone, id)?.seq;
    let name = &input.custom_policy_name;
    match rows::type_of(call.tx, zone.tenant, configuration, name)? {
        None => return Err(refuse("InvalidParameter.RolePolicyNotExist")),
        Some(PolicyType::System) => return Err(refuse("InvalidParameter.PolicyTypeError")),
        Some(PolicyType::Custom) => {}
    }
    if input.new_custom_policy_document.is_empty() {
        return Err(refuse("InvalidParameter.PolicyDocumentEmpty"));
    }
    rows::set_document(call, configuration, name, &input.new_custom_policy_document)?;
    provisionings::mark_changed(call, configuration)?;
    Ok(Empty {})
}

/// Input of `ListPermissionPoliciesInRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    zone_id: String,
    role_configuration_id: String,
    role_policy_type: Option<PolicyType>,
    filter: Option<String>,
}

/// Output of `ListPermissionPoliciesInRoleConfiguration`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    total_counts: usize,
    role_policies: Vec<RolePolicy>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RolePolicy {
    role_policy_id: i64,
    role_policy_name: String,
    role_policy_type: PolicyType,
    role_policy_document: String,
    add_time: String,
}

impl From<Policy> for RolePolicy {
    fn from(policy: Policy) -> Self {
        Self {
            role_policy_id: policy.policy_id,
            role_policy_name: policy.name,
            role_policy_type: policy.policy_type,
            role_policy_document: policy.document,
            add_time: times::local(policy.added),
        }
    }
}

/// `ListPermissionPoliciesInRoleConfiguration`, in the order in which they were attached.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let id = &input.role_configuration_id;
    let configuration = role_configurations::existing(call, &zone, id)?.seq;
    let part = fold(&input.filter.unwrap_or_default());
    let fits = |policy: &Policy| {
        input.role_policy_type.is_none_or(|wanted| wanted == policy.policy_type)
            && fold(&policy.name).contains(&part)
    };
    let all = rows::all(call.tx, zone.tenant, configuration)?.into_iter();
    let role_policies: Vec<_> = all.filter(fits).map(RolePolicy::from).collect();
    Ok(Listed { total_counts: role_policies.len(), role_policies })
}
