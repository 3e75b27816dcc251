//! A principal, a role configuration and an account, as requests name them and as answers show them:
//! an assignment, or what may be asked for.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;
use crate::services::text::non_empty;

use super::accounts::{self, Account};
use super::roles::configurations::Configuration;
use super::roles::grants::Grant;
use super::zones::Zone;
use super::{Principal, groups, role_configurations, times, users};

/// `RoleAssignmentInfo`. An absent member names nothing that is there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entry {
    #[serde(default)]
    principal_id: String,
    principal_type: Option<String>,
    target_uin: Option<i64>,
    target_type: Option<String>,
    #[serde(default)]
    role_configuration_id: String,
}

/// What an entry names.
#[derive(Debug)]
pub(super) struct Named {
    pub(super) configuration: Configuration,
    pub(super) account: Account,
    pub(super) principal: Principal,
    pub(super) principal_id: String,
}

impl Entry {
    /// An entry of a user.
    pub(super) fn of_user(user_id: &str, uin: i64, configuration_id: &str) -> Self {
        Self {
            principal_id: user_id.to_owned(),
            principal_type: Some("User".to_owned()),
            target_uin: Some(uin),
            target_type: None,
            role_configuration_id: configuration_id.to_owned(),
        }
    }

    /// What it names, or the refusal: of the account first, then the role configuration, then the
    /// principal.
    pub(super) fn find(self, call: &Call<'_>, zone: &Zone) -> Result<Named, Failure> {
        let uin = self.target_uin.unwrap_or_default();
        let account = account(call, self.target_type.as_deref(), uin)?;
        let configuration = role_configurations::existing(call, zone, &self.role_configuration_id)?;
        let id = &self.principal_id;
        let principal = match self.principal_type.as_deref() {
            Some("Group") => Principal::Group(groups::existing(call, zone, id)?.seq),
            _ => Principal::User(users::existing(call, zone, id)?.seq),
        };
        Ok(Named { configuration, account, principal, principal_id: self.principal_id })
    }
}

/// The account of that number, of that type if one is given; or the refusal.
pub(super) fn account(
    call: &Call<'_>,
    target_type: Option<&str>,
    uin: i64,
) -> Result<Account, Failure> {
    match non_empty(target_type) {
        Some(target_type) => accounts::target(call, target_type, uin),
        None => accounts::account(call, uin)?
            .ok_or_else(|| refuse("FailedOperation.OrganizationMemberNotExist")),
    }
}

/// `RoleAssignments`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleAssignment {
    role_configuration_id: String,
    role_configuration_name: String,
    target_uin: i64,
    target_type: String,
    principal_id: String,
    principal_type: String,
    principal_name: String,
    create_time: String,
    update_time: String,
    target_name: String,
}

impl From<Grant> for RoleAssignment {
    fn from(grant: Grant) -> Self {
        Self {
            role_configuration_id: grant.configuration_id,
            role_configuration_name: grant.configuration_name,
            target_uin: grant.target_uin,
            target_type: grant.target_type,
            principal_id: grant.principal_id,
            principal_type: grant.principal_type,
            principal_name: grant.principal_name,
            create_time: times::local(grant.created),
            update_time: times::local(grant.updated),
            target_name: grant.target_name,
        }
    }
}
