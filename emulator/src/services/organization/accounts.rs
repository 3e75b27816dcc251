//! The organization of a tenant and its accounts: read by its own actions, and by all that name a
//! target account. A seed file makes them.

use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

use crate::error::{Failure, refuse};
use crate::operation::Call;

mod describe;
mod nodes;

pub(super) use describe::{members, organization as describe_organization};
pub(super) use nodes::list as nodes;

/// The organization.
#[derive(Debug)]
pub(super) struct Organization {
    pub(super) org_id: i64,
    /// The manager's account.
    pub(super) host_uin: i64,
    pub(super) name: String,
    pub(super) created: i64,
    /// Whether the caller's account manages it.
    pub(super) is_manager: bool,
    pub(super) verified: Verified,
    /// Whether the account has the role that the service needs.
    pub(super) has_service_role: bool,
    /// Zone names that other organizations have.
    pub(super) taken_zone_names: Vec<String>,
}

/// How far the account's holder is verified.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Verified {
    /// Not at all.
    No,
    /// As a person.
    Person,
    /// As an enterprise.
    #[default]
    Enterprise,
}

/// The organization of the tenant, if it has one.
pub(super) fn organization(call: &Call<'_>) -> Result<Option<Organization>, Failure> {
    let row = call
        .tx
        .prepare_cached(
            "SELECT org_id, host_uin, name, created, is_manager, verified, has_service_role,
                taken_zone_names
             FROM organization_orgs WHERE tenant = ?1",
        )?
        .query_row([call.tenant.key()], |row| Ok(read(row)))
        .optional()?;
    row.transpose()
}

fn read(row: &Row<'_>) -> Result<Organization, Failure> {
    let verified: String = row.get(5)?;
    let taken: String = row.get(7)?;
    Ok(Organization {
        org_id: row.get(0)?,
        host_uin: row.get(1)?,
        name: row.get(2)?,
        created: row.get(3)?,
        is_manager: row.get(4)?,
        verified: serde_json::from_value(verified.into())?,
        has_service_role: row.get(6)?,
        taken_zone_names: serde_json::from_str(&taken)?,
    })
}

/// The organization, or the refusal of the actions that read it.
pub(super) fn existing(call: &Call<'_>) -> Result<Organization, Failure> {
    organization(call)?.ok_or_else(|| refuse("ResourceNotFound.OrganizationNotExist"))
}

/// An account that role assignments and user syncs can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// Its number.
    pub(super) uin: i64,
    /// Its name.
    pub(super) name: String,
    /// `ManagerUin` or `MemberUin`, as answers have it.
    pub(super) target_type: &'static str,
}

/// The type of the manager's account as a target.
pub(super) const MANAGER: &str = "ManagerUin";
/// The type of a member's account as a target.
pub(super) const MEMBER: &str = "MemberUin";

/// The account of that type and number, or the refusal. The vendor's own examples also send `Member`
/// and `MemeberUin`; both count as `MemberUin`.
pub(super) fn target(call: &Call<'_>, target_type: &str, uin: i64) -> Result<Account, Failure> {
    let found = match target_type {
        MANAGER => organization(call)?.filter(|org| org.host_uin == uin).map(|org| Account {
            uin,
            name: org.name,
            target_type: MANAGER,
        }),
        _ => member_name(call, uin)?.map(|name| Account { uin, name, target_type: MEMBER }),
    };
    found.ok_or_else(|| refuse("FailedOperation.OrganizationMemberNotExist"))
}

/// The name of that account of the organization, manager or member, if it is one.
pub(super) fn account(call: &Call<'_>, uin: i64) -> Result<Option<Account>, Failure> {
    if let Some(org) = organization(call)?.filter(|org| org.host_uin == uin) {
        return Ok(Some(Account { uin, name: org.name, target_type: MANAGER }));
    }
    Ok(member_name(call, uin)?.map(|name| Account { uin, name, target_type: MEMBER }))
}

fn member_name(call: &Call<'_>, uin: i64) -> rusqlite::Result<Option<String>> {
    call.tx
        .prepare_cached("SELECT name FROM organization_members WHERE tenant = ?1 AND uin = ?2")?
        .query_row(params![call.tenant.key(), uin], |row| row.get(0))
        .optional()
}
