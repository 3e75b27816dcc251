//! `AddPermissionPolicyToRoleConfiguration`.

use serde::Deserialize;

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

use super::super::roles::policies::{self as rows, Policy, PolicyType};
use super::super::roles::provisionings;
use super::super::{limits, role_configurations, zones};
use super::{id_of, name_of, wrong};

/// Characters of a policy's name, at most.
const NAME_MAX: usize = 32;

/// Input of `AddPermissionPolicyToRoleConfiguration`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Add {
    zone_id: String,
    role_configuration_id: String,
    role_policy_type: PolicyType,
    #[serde(default)]
    role_policy_names: Vec<String>,
    #[serde(default)]
    role_policies: Vec<PolicyDetail>,
    #[serde(default)]
    custom_policy_document: String,
    #[serde(default)]
    custom_policy_documents: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyDetail {
    policy_id: i64,
    policy_name: Option<String>,
}

/// `AddPermissionPolicyToRoleConfiguration`: all policies or none. A name is of one policy of the role
/// configuration, of whatever type, case ignored.
pub(crate) fn add(call: &mut Call<'_>, input: Add) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let id = &input.role_configuration_id;
    let configuration = role_configurations::existing(call, &zone, id)?.seq;
    let policy_type = input.role_policy_type;
    let added = call.now.0;
    let policy =
        |(policy_id, name, document)| Policy { policy_type, policy_id, name, document, added };
    let new: Vec<Policy> = match policy_type {
        PolicyType::System => system(input)?.into_iter().map(policy).collect(),
        PolicyType::Custom => custom(input)?.into_iter().map(policy).collect(),
    };
    let (most, code) = match policy_type {
        PolicyType::System => {
            (limits::SYSTEM_POLICIES, "FailedOperation.SystemPolicyOverUpperLimit")
        }
        PolicyType::Custom => {
            (limits::CUSTOM_POLICIES, "FailedOperation.CustomPolicyOverUpperLimit")
        }
    };
    let mut all = rows::all(call.tx, zone.tenant, configuration)?;
    for policy in new {
        if policy.name.chars().count() > NAME_MAX {
            return Err(refuse("InvalidParameter.PolicyNameSizeOverUpperLimit"));
        }
        let is_same = |other: &Policy| {
            fold(&other.name) == fold(&policy.name)
                || (policy.policy_id != 0 && other.policy_id == policy.policy_id)
        };
        if all.iter().any(is_same) {
            return Err(refuse("InvalidParameter.PolicyNameAlreadyExists"));
        }
        let count = all.iter().filter(|other| other.policy_type == policy_type).count();
        let most = most.of(call.tx, zone.tenant)?;
        if i64::try_from(count).is_ok_and(|count| count >= most) {
            return Err(refuse(code));
        }
        rows::insert(call, configuration, &policy)?;
        all.push(policy);
    }
    provisionings::mark_changed(call, configuration)?;
    Ok(Empty {})
}

type Wanted = Vec<(i64, String, String)>;

/// System policies: by `RolePolicies`, or by `RolePolicyNames`. A document is ignored: the vendor's
/// example sends one.
fn system(input: Add) -> Result<Wanted, Failure> {
    let by_name = |name: String| (id_of(&name), name, String::new());
    if input.role_policies.is_empty() {
        return names(input.role_policy_names).map(|all| all.into_iter().map(by_name).collect());
    }
    let detail = |detail: PolicyDetail| match (detail.policy_id, non_empty(detail.policy_name)) {
        (0, Some(name)) => Ok(by_name(name)),
        (id, name) if id > 0 => Ok((id, name.unwrap_or_else(|| name_of(id)), String::new())),
        _ => Err(wrong()),
    };
    input.role_policies.into_iter().map(detail).collect()
}

/// Custom policies: names with as many documents, or one name with the single document.
fn custom(input: Add) -> Result<Wanted, Failure> {
    let names = names(input.role_policy_names)?;
    let documents = if input.custom_policy_documents.is_empty() {
        vec![input.custom_policy_document]
    } else {
        input.custom_policy_documents
    };
    if documents.iter().any(String::is_empty) {
        return Err(refuse("InvalidParameter.PolicyDocumentEmpty"));
    }
    if names.len() != documents.len() {
        return Err(wrong());
    }
    Ok(names.into_iter().zip(documents).map(|(name, document)| (0, name, document)).collect())
}

fn names(names: Vec<String>) -> Result<Vec<String>, Failure> {
    if names.is_empty() || names.iter().any(String::is_empty) { Err(wrong()) } else { Ok(names) }
}
