//! The external SAML identity provider of the zone: set, read, cleared. No log-in is modelled, so its
//! metadata and certificates are checked and shown, and nothing is verified with them.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::services::text::non_empty;

use super::zones;
use super::{DISABLED, ENABLED, status_of, times};

mod certificates;
mod metadata;
mod service_provider;
mod x509;

pub(super) use certificates::{add, check_row, list, remove};
pub(super) use service_provider::get as get_service_provider;

/// The configuration as it is stored.
#[derive(Debug, Default)]
struct Provider {
    entity_id: String,
    login_url: String,
    /// XML; empty if it was set without metadata.
    metadata: String,
    is_enabled: bool,
    created: i64,
    updated: i64,
}

/// Input of `SetExternalSAMLIdentityProvider`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Set {
    zone_id: String,
    encoded_metadata_document: Option<String>,
    #[serde(rename = "SSOStatus")]
    sso_status: Option<String>,
    entity_id: Option<String>,
    login_url: Option<String>,
    x509_certificate: Option<String>,
}

/// Output of `SetExternalSAMLIdentityProvider`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct SetDone {
    certificate_ids: Vec<String>,
}

/// `SetExternalSAMLIdentityProvider`. Only members that are given and not empty change anything; the
/// order is metadata, then the single members. A status alone makes a configuration with empty texts
/// (so the vendor's Terraform provider needs). All ids are answered, since the provider needs one.
pub(super) fn set(call: &mut Call<'_>, input: Set) -> Result<SetDone, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let mut provider = find(call)?.unwrap_or_default();
    let mut new_certificates = None;
    if let Some(document) = non_empty(input.encoded_metadata_document) {
        let (xml, parsed) = metadata::read(&document)?;
        provider.metadata = xml;
        provider.entity_id = parsed.entity_id;
        provider.login_url = parsed.login_url;
        new_certificates = Some(parsed.certificates);
    }
    provider.entity_id = non_empty(input.entity_id).unwrap_or(provider.entity_id);
    provider.login_url = non_empty(input.login_url).unwrap_or(provider.login_url);
    if let Some(text) = non_empty(input.x509_certificate) {
        new_certificates = Some(vec![x509::read(&text)?]);
    }
    match non_empty(input.sso_status.as_deref()) {
        None => {}
        Some(ENABLED) => provider.is_enabled = true,
        Some(DISABLED) => provider.is_enabled = false,
        Some(_) => return Err(refuse("InvalidParameterValue.SSoStatusInvalid")),
    }
    write(call, &provider)?;
    if let Some(new) = new_certificates {
        certificates::replace(call, &zone, &new)?;
    }
    Ok(SetDone { certificate_ids: certificates::ids(call)? })
}

/// Input of the operations on the whole configuration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OfZone {
    zone_id: String,
}

/// Output of `GetExternalSAMLIdentityProvider`.
#[derive(Debug, Serialize)]
pub(super) struct Given {
    #[serde(rename = "SAMLIdentityProviderConfiguration")]
    configuration: Configuration,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Configuration {
    entity_id: String,
    #[serde(rename = "SSOStatus")]
    sso_status: &'static str,
    encoded_metadata_document: String,
    certificate_ids: Vec<String>,
    login_url: String,
    create_time: String,
    update_time: String,
}

/// `GetExternalSAMLIdentityProvider`. The document is base64 of XML, as the vendor's example.
pub(super) fn get(call: &mut Call<'_>, input: OfZone) -> Result<Given, Failure> {
    zones::find(call, &input.zone_id)?;
    let provider = existing(call)?;
    let configuration = Configuration {
        entity_id: provider.entity_id,
        sso_status: status_of(provider.is_enabled),
        encoded_metadata_document: STANDARD.encode(provider.metadata),
        certificate_ids: certificates::ids(call)?,
        login_url: provider.login_url,
        create_time: times::local(provider.created),
        update_time: times::local(provider.updated),
    };
    Ok(Given { configuration })
}

/// `ClearExternalSAMLIdentityProvider`: with its certificates (assumed), and only while SSO is off.
pub(super) fn clear(call: &mut Call<'_>, input: OfZone) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    if existing(call)?.is_enabled {
        return Err(refuse("FailedOperation.SSoStatusEnableNotClearIdentityProvider"));
    }
    for table in ["organization_certificates", "organization_saml_providers"] {
        call.tx
            .prepare_cached(&format!("DELETE FROM {table} WHERE tenant = ?1"))?
            .execute([zone.tenant])?;
    }
    Ok(Empty {})
}

fn existing(call: &Call<'_>) -> Result<Provider, Failure> {
    find(call)?.ok_or_else(|| refuse("ResourceNotFound.SAMLIdentityProviderNotFound"))
}

fn find(call: &Call<'_>) -> rusqlite::Result<Option<Provider>> {
    call.tx
        .prepare_cached(
            "SELECT entity_id, login_url, metadata, is_enabled, created, updated
             FROM organization_saml_providers WHERE tenant = ?1",
        )?
        .query_row([call.tenant.key()], |row| {
            Ok(Provider {
                entity_id: row.get(0)?,
                login_url: row.get(1)?,
                metadata: row.get(2)?,
                is_enabled: row.get(3)?,
                created: row.get(4)?,
                updated: row.get(5)?,
            })
        })
        .optional()
}

fn write(call: &Call<'_>, provider: &Provider) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "INSERT INTO organization_saml_providers
                (tenant, entity_id, login_url, metadata, is_enabled, created, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)
             ON CONFLICT DO UPDATE SET entity_id = ?2, login_url = ?3, metadata = ?4,
                is_enabled = ?5, updated = ?6",
        )?
        .execute(params![
            call.tenant.key(),
            provider.entity_id,
            provider.login_url,
            provider.metadata,
            provider.is_enabled,
            call.now.0,
        ])
        .map(drop)
}
