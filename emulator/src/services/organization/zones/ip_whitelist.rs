//! The addresses from which users may log in: replaced as a whole, an empty list clears it.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::Zone;

/// Input of `GetIPWhitelist`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Get {
    zone_id: Option<String>,
}

/// Output of `GetIPWhitelist`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Given {
    ip_whitelist: Vec<String>,
}

/// `GetIPWhitelist`.
pub(crate) fn get(call: &mut Call<'_>, input: Get) -> Result<Given, Failure> {
    let zone = own(call, input.zone_id.as_deref())?;
    let list: String = call
        .tx
        .prepare_cached("SELECT ip_whitelist FROM organization_zones WHERE tenant = ?1")?
        .query_row([zone.tenant], |row| row.get(0))?;
    Ok(Given { ip_whitelist: serde_json::from_str(&list)? })
}

/// Input of `UpdateIPWhitelist`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Update {
    zone_id: Option<String>,
    #[serde(default)]
    ip_whitelist: Vec<String>,
}

/// Output of `UpdateIPWhitelist`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Updated {
    success: bool,
}

/// `UpdateIPWhitelist`.
pub(crate) fn update(call: &mut Call<'_>, input: Update) -> Result<Updated, Failure> {
    let zone = own(call, input.zone_id.as_deref())?;
    call.tx
        .prepare_cached("UPDATE organization_zones SET ip_whitelist = ?2 WHERE tenant = ?1")?
        .execute(params![zone.tenant, serde_json::to_string(&input.ip_whitelist)?])?;
    Ok(Updated { success: true })
}

/// The tenant's zone. These operations document one code for every other zone.
fn own(call: &Call<'_>, zone_id: Option<&str>) -> Result<Zone, Failure> {
    let denied = || refuse("FailedOperation.PermissionDenied");
    let zone = super::of_tenant(call)?.ok_or_else(denied)?;
    if zone_id.is_none_or(|id| id == zone.id) { Ok(zone) } else { Err(denied()) }
}
