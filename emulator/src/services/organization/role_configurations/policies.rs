//! Policies of a role configuration. A change marks its deployments as outdated: accounts get it with
//! `ProvisionRoleConfiguration` (guide 61839).

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::super::roles::configurations::RoleConfiguration;
use super::super::roles::policies::{self as rows, CUSTOM, SYSTEM};
use super::super::roles::provisionings;
use super::super::{limits, times, zones};
use super::{catalogue, existing};

/// Most characters of a name in `RolePolicyNames`. The vendor has longer names, which `RolePolicies` takes.
const NAME_MAX: usize = 32;

/// Input of `AddPermissionPolicyToRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Add {
    zone_id: String,
    role_configuration_id: String,
    role_policy_type: String,
    #[serde(default)]
    role_policy_names: Vec<String>,
    #[serde(default)]
    role_policies: Vec<PolicyDetail>,
    custom_policy_document: Option<String>,
    #[serde(default)]
    custom_policy_documents: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDetail {
    policy_id: i64,
    policy_name: Option<String>,
}

/// `AddPermissionPolicyToRoleConfiguration`. All policies or none.
pub(crate) fn add(call: &mut Call<'_>, input: Add) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let configuration = existing(call, &zone, &input.role_configuration_id)?;
    if input.role_policy_type == SYSTEM {
        add_system(call, &configuration, &input)?;
    } else {
        add_custom(call, &configuration, &input)?;
    }
    provisionings::mark_outdated(call, configuration.seq)?;
    Ok(Empty {})
}

/// System policies are named by number and name, by number alone, or by name.
fn add_system(
    call: &Call<'_>,
    configuration: &RoleConfiguration,
    input: &Add,
) -> Result<(), Failure> {
    let wrong = || refuse("InvalidParameter.ParamError");
    let detail = |policy: &PolicyDetail| {
        match (policy.policy_id, non_empty(policy.policy_name.clone())) {
            // A number of 0 is none.
            (0, Some(name)) => Ok((catalogue::id_of(&name), name, usize::MAX)),
            (id, name) if id > 0 => {
                Ok((id, name.unwrap_or_else(|| catalogue::name_of(id)), usize::MAX))
            }
            _ => Err(wrong()),
        }
    };
    let mut all = input.role_policies.iter().map(detail).collect::<Result<Vec<_>, _>>()?;
    if all.is_empty() {
        let names = input.role_policy_names.iter();
        all.extend(names.map(|name| (catalogue::id_of(name), name.clone(), NAME_MAX)));
    }
    if all.is_empty() {
        return Err(wrong());
    }
    for (id, name, length_max) in all {
        check_name(call, configuration, &name, length_max)?;
        // A client finds what it attached by the number.
        let attached = rows::all(call.tx, call.tenant.key(), configuration.seq)?;
        if attached.iter().any(|policy| policy.id == id) {
            return Err(refuse("InvalidParameter.PolicyNameAlreadyExists"));
        }
        let most = limits::SYSTEM_POLICIES.of(call)?;
        if rows::count(call.tx, call.tenant.key(), configuration.seq, Some(SYSTEM))? >= most {
            return Err(refuse("FailedOperation.SystemPolicyOverUpperLimit"));
        }
        rows::insert(call, configuration.seq, id, &name, None)?;
    }
    Ok(())
}

/// Custom policies have a name and a document each.
fn add_custom(
    call: &Call<'_>,
    configuration: &RoleConfiguration,
    input: &Add,
) -> Result<(), Failure> {
    let one = non_empty(input.custom_policy_document.as_ref());
    let documents: Vec<&String> = match one {
        Some(document) => vec![document],
        None => input.custom_policy_documents.iter().collect(),
    };
    if documents.is_empty() || documents.iter().any(|document| document.is_empty()) {
        return Err(refuse("InvalidParameter.PolicyDocumentEmpty"));
    }
    if documents.len() != input.role_policy_names.len() {
        return Err(refuse("InvalidParameter.ParamError"));
    }
    for (name, document) in input.role_policy_names.iter().zip(documents) {
        check_name(call, configuration, name, NAME_MAX)?;
        let most = limits::CUSTOM_POLICIES.of(call)?;
        if rows::count(call.tx, call.tenant.key(), configuration.seq, Some(CUSTOM))? >= most {
            return Err(refuse("FailedOperation.CustomPolicyOverUpperLimit"));
        }
        rows::insert(call, configuration.seq, 0, name, Some(document))?;
    }
    Ok(())
}

fn check_name(
    call: &Call<'_>,
    configuration: &RoleConfiguration,
    name: &str,
    length_max: usize,
) -> Result<(), Failure> {
    if name.is_empty() {
        return Err(refuse("InvalidParameter.ParamError"));
    }
    if name.chars().count() > length_max {
        return Err(refuse("InvalidParameter.PolicyNameSizeOverUpperLimit"));
    }
    match rows::kind_of(call.tx, call.tenant.key(), configuration.seq, name)? {
        Some(_) => Err(refuse("InvalidParameter.PolicyNameAlreadyExists")),
        None => Ok(()),
    }
}

/// Input of `RemovePermissionPolicyFromRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Remove {
    zone_id: String,
    role_configuration_id: String,
    role_policy_type: String,
    role_policy_name: Option<String>,
    role_policy_id: Option<i64>,
}

/// `RemovePermissionPolicyFromRoleConfiguration`. A number of 0 counts as absent: the vendor's
/// Terraform provider sends it with names of custom policies.
pub(crate) fn remove(call: &mut Call<'_>, input: Remove) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let configuration = existing(call, &zone, &input.role_configuration_id)?;
    let id = input.role_policy_id.filter(|id| *id != 0);
    let name = non_empty(input.role_policy_name);
    if id.is_none() && name.is_none() {
        return Err(refuse("InvalidParameter.ParamError"));
    }
    let policies = rows::all(call.tx, zone.tenant, configuration.seq)?;
    let is_it = |policy: &&rows::Policy| {
        policy.kind == input.role_policy_type
            && id.is_none_or(|id| policy.id == id)
            && (id.is_some() || name.as_ref().is_some_and(|name| policy.name == *name))
    };
    let policy =
        policies.iter().find(is_it).ok_or_else(|| refuse("InvalidParameter.RolePolicyNotExist"))?;
    rows::remove(call, configuration.seq, policy.seq)?;
    provisionings::mark_outdated(call, configuration.seq)?;
    Ok(Empty {})
}

/// Input of `UpdateCustomPolicyForRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Update {
    zone_id: String,
    role_configuration_id: String,
    custom_policy_name: String,
    new_custom_policy_document: Option<String>,
}

/// `UpdateCustomPolicyForRoleConfiguration`.
pub(crate) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let configuration = existing(call, &zone, &input.role_configuration_id)?;
    let document = non_empty(input.new_custom_policy_document)
        .ok_or_else(|| refuse("InvalidParameter.PolicyDocumentEmpty"))?;
    let name = &input.custom_policy_name;
    match rows::kind_of(call.tx, zone.tenant, configuration.seq, name)?.as_deref() {
        None => return Err(refuse("InvalidParameter.RolePolicyNotExist")),
        Some(SYSTEM) => return Err(refuse("InvalidParameter.PolicyTypeError")),
        Some(_) => rows::set_document(call, configuration.seq, name, &document)?,
    }
    provisionings::mark_outdated(call, configuration.seq)?;
    Ok(Empty {})
}

/// Input of `ListPermissionPoliciesInRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    role_configuration_id: String,
    role_policy_type: Option<String>,
    filter: Option<String>,
}

/// Output of `ListPermissionPoliciesInRoleConfiguration`. It has no pages.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    total_counts: usize,
    role_policies: Vec<RolePolicy>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RolePolicy {
    role_policy_id: i64,
    role_policy_name: String,
    role_policy_type: String,
    role_policy_document: String,
    add_time: String,
}

/// `ListPermissionPoliciesInRoleConfiguration`. The number is always sent: the vendor's Terraform
/// provider finds system policies by it.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let configuration = existing(call, &zone, &input.role_configuration_id)?;
    let kind = non_empty(input.role_policy_type);
    let text = non_empty(input.filter).map(|text| fold(&text));
    let fits = |policy: &rows::Policy| {
        kind.as_ref().is_none_or(|kind| policy.kind == *kind)
            && text.as_ref().is_none_or(|text| fold(&policy.name).contains(text))
    };
    let policies = rows::all(call.tx, zone.tenant, configuration.seq)?.into_iter().filter(fits);
    let role_policies: Vec<_> = policies
        .map(|policy| RolePolicy {
            role_policy_id: policy.id,
            role_policy_name: policy.name,
            role_policy_type: policy.kind,
            role_policy_document: policy.document,
            add_time: times::local(policy.added),
        })
        .collect();
    Ok(Listed { total_counts: role_policies.len(), role_policies })
}
