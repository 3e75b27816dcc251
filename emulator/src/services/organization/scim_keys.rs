//! The keys with which a directory calls the zone's SCIM endpoint, and the switch of that endpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::clock::Timestamp;
use crate::services::text::non_empty;
use crate::state::issued::{self, Kind, NewSecret};

use super::zones::{self, Zone};
use super::{DISABLED, ENABLED, limits, status_of, times};

mod rows;

use rows::{Credential, count, delete, insert, set_status};
pub use rows::{Known, find};

/// The only type.
const BEARER: &str = "BearerToken";

/// Life of a key in seconds if the request names none: a year.
const LIFE_S: i64 = 365 * 24 * 3_600;

/// Input of `CreateSCIMCredential`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    zone_id: String,
    expire_duration: Option<i64>,
}

/// Output of `CreateSCIMCredential`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Created {
    zone_id: String,
    credential_id: String,
    credential_type: &'static str,
    create_time: String,
    expire_time: String,
    credential_status: &'static str,
    credential_secret: String,
}

/// `CreateSCIMCredential`. The secret is shown here only. An expired key counts until it is deleted.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    if count(call.tx, zone.tenant)? >= limits::SCIM_CREDENTIALS.of(call)? {
        return Err(refuse("LimitExceeded.ScimCredentialLimitExceeded"));
    }
    let life_s = input.expire_duration.unwrap_or(LIFE_S);
    let expires = call.now.plus_ms(life_s.saturating_mul(1000));
    let credential_id = format!("scimcred-{}", call.ids.base36(12));
    let credential_secret = STANDARD.encode(call.ids.hex32());
    let new = NewSecret {
        kind: Kind::ScimKey,
        text: &credential_secret,
        subject: &zone.id,
        subject_id: Some(&credential_id),
        secret: None,
        expires,
    };
    issued::add(call.tx, zone.tenant, call.now, &new)?;
    insert(call, &credential_id, expires)?;
    Ok(Created {
        zone_id: zone.id,
        credential_id,
        credential_type: BEARER,
        create_time: times::local(call.now.0),
        expire_time: times::local(expires.0),
        credential_status: ENABLED,
        credential_secret,
    })
}

/// Input of `ListSCIMCredentials`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    zone_id: String,
    credential_id: Option<String>,
}

/// Output of `ListSCIMCredentials`.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    #[serde(rename = "TotalCounts")]
    total_counts: usize,
    #[serde(rename = "SCIMCredentials")]
    credentials: Vec<Shown>,
}

/// `SCIMCredential`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shown {
    zone_id: String,
    status: &'static str,
    credential_id: String,
    credential_type: &'static str,
    create_time: String,
    expire_time: String,
}

impl Shown {
    fn of(zone: &Zone, credential: Credential) -> Self {
        Self {
            zone_id: zone.id.clone(),
            status: status_of(credential.is_enabled),
            credential_id: credential.id,
            credential_type: BEARER,
            create_time: times::local(credential.created),
            expire_time: times::local(credential.expires.0),
        }
    }
}

/// `ListSCIMCredentials`, the oldest first. An unknown id finds nothing.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let id = non_empty(input.credential_id.as_deref());
    let found = rows::list(call.tx, zone.tenant, id)?;
    let credentials: Vec<_> = found.into_iter().map(|one| Shown::of(&zone, one)).collect();
    Ok(Listed { total_counts: credentials.len(), credentials })
}

/// Input of `UpdateSCIMCredentialStatus`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateStatus {
    zone_id: String,
    credential_id: String,
    new_status: String,
}

/// `UpdateSCIMCredentialStatus`.
pub(super) fn update_status(call: &mut Call<'_>, input: UpdateStatus) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let is_enabled = input.new_status != DISABLED;
    if set_status(call.tx, zone.tenant, &input.credential_id, is_enabled)? {
        Ok(Empty {})
    } else {
        Err(refuse("InvalidParameter.ScimCredentialNotFound"))
    }
}

/// Input of `DeleteSCIMCredential`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Delete {
    zone_id: String,
    credential_id: String,
}

/// `DeleteSCIMCredential`, of an enabled key too.
pub(super) fn remove(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    if !delete(call.tx, zone.tenant, &input.credential_id)? {
        return Err(refuse("InvalidParameter.ScimCredentialNotFound"));
    }
    issued::remove(call.tx, zone.tenant, Kind::ScimKey, &input.credential_id)?;
    Ok(Empty {})
}

/// Input of `GetSCIMSynchronizationStatus`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetSwitch {
    zone_id: String,
}

/// Output of `GetSCIMSynchronizationStatus`.
#[derive(Debug, Serialize)]
pub(super) struct Switch {
    #[serde(rename = "SCIMSynchronizationStatus")]
    status: &'static str,
}

/// `GetSCIMSynchronizationStatus`.
pub(super) fn get_switch(call: &mut Call<'_>, input: GetSwitch) -> Result<Switch, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    Ok(Switch { status: status_of(zone.scim_enabled) })
}

/// Input of `UpdateSCIMSynchronizationStatus`.
#[derive(Debug, Deserialize)]
pub(super) struct SetSwitch {
    #[serde(rename = "ZoneId")]
    zone_id: String,
    #[serde(rename = "SCIMSynchronizationStatus")]
    status: String,
}

/// `UpdateSCIMSynchronizationStatus`.
pub(super) fn set_switch(call: &mut Call<'_>, input: SetSwitch) -> Result<Empty, Failure> {
    zones::find(call, &input.zone_id)?;
    zones::set_scim(call, input.status != DISABLED)?;
    Ok(Empty {})
}
