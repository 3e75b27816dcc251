//! Tencent Cloud Organization: Identity Center, and the accounts that it writes to.
//! This file is the table of contents. It knows neither the wire nor what one operation does.

#![expect(clippy::struct_field_names, reason = "members are called what the vendor calls them")]

use crate::error::Failure;
use crate::operation::{Call, operation, query};
use crate::services::{Advanced, Resource, Service};

mod accounts;
mod cam_users;
mod directory;
mod filters;
mod groups;
mod limits;
mod memberships;
mod paging;
mod permission_requests;
mod principal;
mod provisionings;
mod references;
mod role_assignments;
mod role_configurations;
mod role_tasks;
mod roles;
mod rows;
mod saml;
mod scim;
pub mod scim_keys;
pub mod seed;
mod task_status;
mod times;
mod user_syncs;
mod users;
#[cfg(test)]
mod zoned;
mod zones;

pub use principal::Kind;
use principal::{DISABLED, ENABLED, Principal, status_of};
pub use scim::service as scim_service;

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "organization",
        operations: vec![
            query("DescribeOrganization", accounts::describe_organization),
            query("DescribeOrganizationMembers", accounts::members),
            query("DescribeOrganizationNodes", accounts::nodes),
            operation("OpenIdentityCenter", zones::open),
            query("DescribeIdentityCenter", zones::describe),
            operation("UpdateZone", zones::update),
            query("GetZoneStatistics", zones::statistics),
            query("GetIPWhitelist", zones::get_ip_whitelist),
            operation("UpdateIPWhitelist", zones::update_ip_whitelist),
            operation("CreateUser", users::create),
            query("GetUser", users::get),
            query("ListUsers", users::list),
            query("ListJoinedGroupsForUser", users::joined_groups),
            operation("UpdateUser", users::update),
            operation("UpdateUserStatus", users::update_status),
            operation("DeleteUser", users::delete),
            operation("CreateGroup", groups::create),
            query("GetGroup", groups::get),
            query("ListGroups", groups::list),
            operation("UpdateGroup", groups::update),
            operation("DeleteGroup", groups::delete),
            operation("AddUserToGroup", memberships::add),
            operation("RemoveUserFromGroup", memberships::remove),
            query("ListGroupMembers", memberships::list),
            operation("CreateUserSyncProvisioning", user_syncs::create).creates_job(),
            query("GetUserSyncProvisioning", user_syncs::get),
            query("ListUserSyncProvisionings", user_syncs::list),
            operation("UpdateUserSyncProvisioning", user_syncs::update),
            operation("DeleteUserSyncProvisioning", user_syncs::delete).creates_job(),
            query("GetProvisioningTaskStatus", user_syncs::task_status),
            operation("CreateRoleConfiguration", role_configurations::create),
            query("GetRoleConfiguration", role_configurations::get),
            query("ListRoleConfigurations", role_configurations::list),
            operation("UpdateRoleConfiguration", role_configurations::update),
            operation("DeleteRoleConfiguration", role_configurations::delete),
            operation("AddPermissionPolicyToRoleConfiguration", role_configurations::add_policy),
            operation(
                "RemovePermissionPolicyFromRoleConfiguration",
                role_configurations::remove_policy,
            ),
            operation("UpdateCustomPolicyForRoleConfiguration", role_configurations::update_policy),
            query("ListPermissionPoliciesInRoleConfiguration", role_configurations::list_policies),
            operation("CreateRoleAssignment", role_assignments::create).creates_job(),
            operation("DeleteRoleAssignment", role_assignments::delete).creates_job(),
            query("ListRoleAssignments", role_assignments::list),
            operation("ProvisionRoleConfiguration", provisionings::provision).creates_job(),
            operation("DismantleRoleConfiguration", provisionings::dismantle).creates_job(),
            query("ListRoleConfigurationProvisionings", provisionings::list),
            query("GetTaskStatus", role_tasks::status),
            query("ListTasks", role_tasks::list),
            operation("CreateRoleConfigurationApplyScope", permission_requests::create_scope),
            operation("DeleteRoleConfigurationApplyScope", permission_requests::delete_scope),
            query("ListRoleConfigurationApplyScopes", permission_requests::list_scopes),
            query("ListPermissionApplyOrders", permission_requests::list),
            operation("AuditPermissionApplyOrder", permission_requests::audit).creates_job(),
            operation("SetExternalSAMLIdentityProvider", saml::set),
            query("GetExternalSAMLIdentityProvider", saml::get),
            operation("ClearExternalSAMLIdentityProvider", saml::clear),
            operation("AddExternalSAMLIdPCertificate", saml::add),
            operation("RemoveExternalSAMLIdPCertificate", saml::remove),
            query("ListExternalSAMLIdPCertificates", saml::list),
            query("GetZoneSAMLServiceProviderInfo", saml::get_service_provider),
            operation("CreateSCIMCredential", scim_keys::create),
            query("ListSCIMCredentials", scim_keys::list),
            operation("UpdateSCIMCredentialStatus", scim_keys::update_status),
            operation("DeleteSCIMCredential", scim_keys::remove),
            query("GetSCIMSynchronizationStatus", scim_keys::get_switch),
            operation("UpdateSCIMSynchronizationStatus", scim_keys::set_switch),
        ],
        row_checks: rows::CHECKS,
        next_numbers: rows::NEXT_NUMBERS,
        resources: &[
            Resource {
                path: "cam/{uin}/users",
                show: cam_users::show,
                replace: cam_users::replace,
            },
            Resource {
                path: "organization/permission-requests",
                show: permission_requests::show,
                replace: permission_requests::replace,
            },
        ],
        knobs: &[],
        limits: limits::names(limits::ALL),
        files: None,
        seeding: seed::steps,
        advance,
        recover: None,
        warm_up: Some(directory::WARM_UP),
    }
}

/// Advances tasks of user syncs, then tasks of roles: they touch nothing in common.
fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let advanced = user_syncs::advance(call)?;
    if advanced.has_more { Ok(advanced) } else { role_tasks::advance(call) }
}
