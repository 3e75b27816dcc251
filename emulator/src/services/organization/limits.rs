//! How many of each thing there may be. A seed file can lower each limit, or raise it; a scenario can for
//! one request.

use rusqlite::{Connection, OptionalExtension, params};

use crate::operation::Call;

/// A limit that a seed file can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    /// Its key in `[organization.limits]`.
    pub(super) name: &'static str,
    /// Its value if the seed sets none.
    pub(super) default: i64,
}

const fn limit(name: &'static str, default: i64) -> Limit {
    Limit { name, default }
}

/// Users of the zone (`GetZoneStatistics` shows it).
pub(super) const USERS: Limit = limit("users", 1_000);
/// Groups of the zone (`GetZoneStatistics` shows it).
pub(super) const GROUPS: Limit = limit("groups", 500);
/// Users of a group. Not documented.
pub(super) const USERS_PER_GROUP: Limit = limit("users_per_group", 1_000);
/// Groups of a user. Not documented.
pub(super) const GROUPS_PER_USER: Limit = limit("groups_per_user", 100);
/// Role configurations of the zone (`GetZoneStatistics` shows it).
pub(super) const ROLE_CONFIGURATIONS: Limit = limit("role_configurations", 1_000);
/// System policies of a role configuration (`GetZoneStatistics` shows it).
pub(super) const SYSTEM_POLICIES: Limit = limit("system_policies", 20);
/// Custom policies of a role configuration. Not documented.
pub(super) const CUSTOM_POLICIES: Limit = limit("custom_policies", 5);
/// Role assignments of the zone. Not documented.
pub(super) const ROLE_ASSIGNMENTS: Limit = limit("role_assignments", 10_000);
/// Role assignments of one request (guide 61846).
pub(super) const ROLE_ASSIGNMENTS_PER_REQUEST: Limit = limit("role_assignments_per_request", 50);
/// User syncs of the zone. Not documented.
pub(super) const USER_SYNCS: Limit = limit("user_syncs", 1_000);
/// User syncs of one request. Not documented; as role assignments.
pub(super) const USER_SYNCS_PER_REQUEST: Limit = limit("user_syncs_per_request", 50);
/// SCIM keys of the zone (guide 66366).
pub(super) const SCIM_CREDENTIALS: Limit = limit("scim_credentials", 2);
/// Certificates of the SAML identity provider. Not documented.
pub(super) const CERTIFICATES: Limit = limit("certificates", 2);

/// All of them, for the seed.
pub(super) const ALL: &[Limit] = &[
    USERS,
    GROUPS,
    USERS_PER_GROUP,
    GROUPS_PER_USER,
    ROLE_CONFIGURATIONS,
    SYSTEM_POLICIES,
    CUSTOM_POLICIES,
    ROLE_ASSIGNMENTS,
    ROLE_ASSIGNMENTS_PER_REQUEST,
    USER_SYNCS,
    USER_SYNCS_PER_REQUEST,
    SCIM_CREDENTIALS,
    CERTIFICATES,
];

/// Those that the SCIM endpoint can meet.
pub(super) const OF_SCIM: &[Limit] = &[USERS, GROUPS, USERS_PER_GROUP, GROUPS_PER_USER];

/// Their names, for scenarios.
pub(super) fn names(limits: &[Limit]) -> Vec<&'static str> {
    limits.iter().map(|limit| limit.name).collect()
}

impl Limit {
    /// Its value for that call.
    pub(super) fn of(self, call: &Call<'_>) -> rusqlite::Result<i64> {
        if let Some(most) = call.limit(self.name) {
            return Ok(most);
        }
        let set = call
            .tx
            .prepare_cached(
                "SELECT value FROM organization_limits WHERE tenant = ?1 AND name = ?2",
            )?
            .query_row(params![call.tenant.key(), self.name], |row| row.get(0))
            .optional()?;
        Ok(set.unwrap_or(self.default))
    }

    /// Sets its value for that tenant.
    pub(super) fn set(self, tx: &Connection, tenant: i64, value: i64) -> rusqlite::Result<()> {
        tx.prepare_cached("INSERT OR REPLACE INTO organization_limits VALUES (?1, ?2, ?3)")?
            .execute(params![tenant, self.name, value])
            .map(drop)
    }
}
