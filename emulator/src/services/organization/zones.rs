//! The zone of Identity Center: opened once, renamed, counted, never closed.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::accounts::{self, Verified};
use super::{Kind, limits, times};

mod ip_whitelist;

pub(super) use ip_whitelist::{get as get_ip_whitelist, update as update_ip_whitelist};

/// What every operation needs to know of its zone.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    /// The key of the tenant.
    pub(super) tenant: i64,
    /// Its id.
    pub(super) id: String,
    /// How many users it has.
    pub(super) user_count: i64,
    /// How many groups it has.
    pub(super) group_count: i64,
    /// Whether a directory writes its synchronized users and groups.
    pub(super) scim_enabled: bool,
    name: String,
    created: i64,
    updated: i64,
}

impl Zone {
    /// Refuses changes of what a directory writes while the SCIM switch is on (guide 66367).
    pub(super) fn writable(&self, kind: Kind, code: &'static str) -> Result<(), Failure> {
        if self.scim_enabled && kind == Kind::Synchronized { Err(refuse(code)) } else { Ok(()) }
    }
}

/// The zone of that id, or the refusal of every operation in a zone.
pub(super) fn find(call: &Call<'_>, zone_id: &str) -> Result<Zone, Failure> {
    let zone = of_tenant(call)?.ok_or_else(|| refuse("FailedOperation.IdentityCenterNotOpen"))?;
    if zone.id == zone_id { Ok(zone) } else { Err(refuse("FailedOperation.ZoneIdNotExist")) }
}

/// The zone of the tenant, if it is open.
pub(super) fn of_tenant(call: &Call<'_>) -> rusqlite::Result<Option<Zone>> {
    let tenant = call.tenant.key();
    call.tx
        .prepare_cached(
            "SELECT zone_id, name, created, updated, scim_enabled, user_count, group_count
             FROM organization_zones WHERE tenant = ?1",
        )?
        .query_row([tenant], |row| {
            Ok(Zone {
                tenant,
                id: row.get(0)?,
                name: row.get(1)?,
                created: row.get(2)?,
                updated: row.get(3)?,
                scim_enabled: row.get(4)?,
                user_count: row.get(5)?,
                group_count: row.get(6)?,
            })
        })
        .optional()
}

/// Input of `OpenIdentityCenter`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Open {
    zone_name: String,
}

/// Output of `OpenIdentityCenter`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Opened {
    zone_id: String,
}

/// `OpenIdentityCenter`. The order of its checks is assumed.
pub(super) fn open(call: &mut Call<'_>, input: Open) -> Result<Opened, Failure> {
    if of_tenant(call)?.is_some() {
        return Err(refuse("FailedOperation.IdentityCenterAlreadyOpen"));
    }
    let org = accounts::organization(call)?
        .ok_or_else(|| refuse("FailedOperation.IdentityCenterOrganizationNotOpen"))?;
    if !org.is_manager {
        return Err(refuse("FailedOperation.IdentityCenterNotOrganizationManager"));
    }
    match org.verified {
        Verified::No => return Err(refuse("FailedOperation.IdentityCenterNotAuth")),
        Verified::Person => return Err(refuse("FailedOperation.IdentityCenterNotEnterpriseAuth")),
        Verified::Enterprise => {}
    }
    if !org.has_service_role {
        return Err(refuse("ResourceNotFound.ServiceRoleNotExist"));
    }
    if org.taken_zone_names.contains(&input.zone_name) {
        return Err(refuse("InvalidParameterValue.IdentityCenterZoneNameAlreadyExist"));
    }
    let zone_id = format!("z-{}", call.ids.base36(12));
    insert(call, &zone_id, &input.zone_name)?;
    Ok(Opened { zone_id })
}

/// Opens the zone.
pub(super) fn insert(call: &Call<'_>, zone_id: &str, name: &str) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_zones (tenant, zone_id, name, created, updated)
             VALUES (?1, ?2, ?3, ?4, ?4)",
        )?
        .execute(params![call.tenant.key(), zone_id, name, call.now.0])
        .map(drop)
}

/// Turns the SCIM switch on or off.
pub(super) fn set_scim(call: &Call<'_>, is_enabled: bool) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached("UPDATE organization_zones SET scim_enabled = ?2 WHERE tenant = ?1")?
        .execute(params![call.tenant.key(), is_enabled])
        .map(drop)
}

/// Input of `DescribeIdentityCenter`: none.
#[derive(Debug, Deserialize)]
pub(super) struct Describe {}

/// Output of `DescribeIdentityCenter`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Described {
    zone_id: String,
    zone_name: String,
    service_status: &'static str,
    scim_sync_status: &'static str,
    create_time: String,
    update_time: String,
}

/// `DescribeIdentityCenter`.
pub(super) fn describe(call: &mut Call<'_>, _: Describe) -> Result<Described, Failure> {
    let zone = of_tenant(call)?.ok_or_else(|| refuse("FailedOperation.IdentityCenterNotOpen"))?;
    Ok(Described {
        zone_id: zone.id,
        zone_name: zone.name,
        service_status: "Enabled",
        scim_sync_status: super::status_of(zone.scim_enabled),
        create_time: times::local(zone.created),
        update_time: times::local(zone.updated),
    })
}

/// Input of `UpdateZone`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    zone_id: String,
    new_zone_name: String,
}

/// `UpdateZone`. It documents no code for a name that is taken elsewhere.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let zone = find(call, &input.zone_id)?;
    call.tx
        .prepare_cached("UPDATE organization_zones SET name = ?2, updated = ?3 WHERE tenant = ?1")?
        .execute(params![zone.tenant, input.new_zone_name, call.now.0])?;
    Ok(Empty {})
}

/// Input of `GetZoneStatistics`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Statistics {
    zone_id: String,
}

/// Output of `GetZoneStatistics`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct StatisticsGiven {
    zone_statistics: ZoneStatistics,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ZoneStatistics {
    user_quota: i64,
    group_quota: i64,
    role_configuration_quota: i64,
    system_policy_per_role_configuration_quota: i64,
    user_count: i64,
    group_count: i64,
    role_configuration_count: i64,
    user_provisioning_count: i64,
    role_configuration_sync_count: i64,
}

/// `GetZoneStatistics`.
pub(super) fn statistics(
    call: &mut Call<'_>,
    input: Statistics,
) -> Result<StatisticsGiven, Failure> {
    let zone = find(call, &input.zone_id)?;
    let (tx, tenant) = (call.tx, zone.tenant);
    let count = |table: &str| -> rusqlite::Result<i64> {
        tx.prepare_cached(&format!("SELECT COUNT(*) FROM {table} WHERE tenant = ?1"))?
            .query_row([tenant], |row| row.get(0))
    };
    Ok(StatisticsGiven {
        zone_statistics: ZoneStatistics {
            user_quota: limits::USERS.of(call)?,
            group_quota: limits::GROUPS.of(call)?,
            role_configuration_quota: limits::ROLE_CONFIGURATIONS.of(call)?,
            system_policy_per_role_configuration_quota: limits::SYSTEM_POLICIES.of(call)?,
            user_count: zone.user_count,
            group_count: zone.group_count,
            role_configuration_count: count("organization_role_configurations")?,
            user_provisioning_count: count("organization_user_syncs")?,
            role_configuration_sync_count: count("organization_role_provisionings")?,
        },
    })
}
