//! Tencent Cloud Organization: Identity Center, and the accounts that it writes to.
//! This file is the table of contents. It knows neither the wire nor what one operation does.

#![expect(clippy::struct_field_names, reason = "members are called what the vendor calls them")]

use crate::operation::{operation, query};
use crate::services::{Advanced, Service};

mod accounts;
mod directory;
mod filters;
mod groups;
mod limits;
mod memberships;
mod paging;
mod principal;
mod references;
mod rows;
mod saml;
mod scim;
pub mod scim_keys;
pub mod seed;
mod times;
mod user_syncs;
mod users;
mod zones;

pub use principal::Kind;
use principal::{DISABLED, ENABLED, Principal, status_of};
pub use scim::service as scim_service;

/// Its tables and indexes.
pub const SCHEMA: &str = concat!(
    include_str!("organization/accounts.sql"),
    include_str!("organization/directory.sql"),
    include_str!("organization/saml.sql"),
    include_str!("organization/scim_keys.sql"),
    include_str!("organization/roles.sql"),
    include_str!("organization/user_syncs.sql"),
);

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
        resources: &[],
        knobs: &[],
        files: None,
        seeding: seed::steps,
        advance: |_| Ok(Advanced::default()),
        recover: None,
    }
}
