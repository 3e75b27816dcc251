//! Devices that users bound to sign in with. Binding happens in the vendor's client: only a seed makes
//! any here.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::super::project::Project;
use super::super::{tenant, times};
use super::change::One;
use super::row;
use crate::error::Failure;
use crate::operation::{Call, Empty};

/// A device, as answers show it.
#[derive(Debug, Serialize)]
struct Device {
    id: String,
    user_id: String,
    user_name: String,
    status: String,
    create_time: String,
}

/// Output of `ListOtpDevicesByUserId`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Devices {
    otp_devices: Vec<Device>,
}

/// `ListOtpDevicesByUserId`.
pub(in super::super) fn list(call: &mut Call<'_>, input: One) -> Result<Devices, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let user = row::existing(call.tx, project, &input.user_id)?;
    let otp_devices = call
        .tx
        .prepare_cached(
            "SELECT id, status, created FROM workspace_otp_devices
             WHERE tenant = ?1 AND project = ?2 AND user_seq = ?3 ORDER BY position",
        )?
        .query_map(params![project.tenant, project.id, user.seq], |row| {
            Ok(Device {
                id: row.get(0)?,
                user_id: user.id.clone(),
                user_name: user.user_name.clone(),
                status: row.get(1)?,
                create_time: times::plain(row.get(2)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Devices { otp_devices })
}

/// Input of `BatchDeleteOtpDevices`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Delete {
    project_id: String,
    user_id: String,
    #[serde(default)]
    otp_ids: Vec<String>,
}

/// `BatchDeleteOtpDevices`: those that are named; unknown ids are ignored.
pub(in super::super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let user = row::existing_seq(call.tx, project, &input.user_id)?;
    let mut delete = call.tx.prepare_cached(
        "DELETE FROM workspace_otp_devices
         WHERE tenant = ?1 AND project = ?2 AND user_seq = ?3 AND id = ?4",
    )?;
    for id in &input.otp_ids {
        delete.execute(params![project.tenant, project.id, user, id])?;
    }
    Ok(Empty {})
}

/// Binds a device to a user.
pub(in super::super) fn bind(
    tx: &Connection,
    project: Project<'_>,
    user: i64,
    (id, status, created): (&str, &str, i64),
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO workspace_otp_devices
         SELECT ?1, ?2, ?3, COALESCE(MAX(position), 0) + 1, ?4, ?5, ?6
         FROM workspace_otp_devices WHERE tenant = ?1 AND project = ?2 AND user_seq = ?3",
    )?
    .execute(params![project.tenant, project.id, user, id, status, created])?;
    Ok(())
}
