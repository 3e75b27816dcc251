//! The certificates of the identity provider.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::state::document::RowView;

use super::super::limits;
use super::super::zones::{self, Zone};
use super::x509::{self, Content, Facts};

/// What a certificate's row of a state document must hold.
pub(crate) fn check_row(row: &RowView<'_>) -> Result<(), String> {
    row.counts(&["seq"])?;
    let content = Content(row.text("content").unwrap_or_default().to_owned());
    x509::facts(&content).map(drop).map_err(|_| "content: no certificate".to_owned())
}

/// Input of `AddExternalSAMLIdPCertificate`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Add {
    zone_id: String,
    x509_certificate: String,
}

/// Output of `AddExternalSAMLIdPCertificate`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Added {
    certificate_id: String,
}

/// `AddExternalSAMLIdPCertificate`. The provider needs no configuration for it (assumed).
pub(crate) fn add(call: &mut Call<'_>, input: Add) -> Result<Added, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let content = x509::read(&input.x509_certificate)?;
    let is_known = call
        .tx
        .prepare_cached(
            "SELECT 1 FROM organization_certificates WHERE tenant = ?1 AND content = ?2",
        )?
        .exists(params![zone.tenant, content.0])?;
    if is_known {
        return Err(refuse("FailedOperation.X509CertificateAlreadyExist"));
    }
    if count(call)? >= limits::CERTIFICATES.of(call)? {
        return Err(refuse("FailedOperation.X509CertificateLimitExceeded"));
    }
    Ok(Added { certificate_id: insert(call, &content)? })
}

/// Replaces all certificates. Of more than the limit the first ones are taken (assumed: the operation
/// documents no code for too many).
pub(super) fn replace(call: &mut Call<'_>, zone: &Zone, new: &[Content]) -> Result<(), Failure> {
    let most = limits::CERTIFICATES.of(call)?;
    call.tx
        .prepare_cached("DELETE FROM organization_certificates WHERE tenant = ?1")?
        .execute([zone.tenant])?;
    let mut inserted: Vec<&Content> = Vec::new();
    for content in new.iter().take(usize::try_from(most).unwrap_or(usize::MAX)) {
        // Metadata can name a certificate for each of two uses.
        if !inserted.contains(&content) {
            insert(call, content)?;
            inserted.push(content);
        }
    }
    Ok(())
}

fn insert(call: &mut Call<'_>, content: &Content) -> Result<String, Failure> {
    let id = format!("idp-c-{}", call.ids.base36(12));
    call.tx
        .prepare_cached(
            "INSERT INTO organization_certificates (tenant, seq, certificate_id, content)
             SELECT ?1, COALESCE(MAX(seq), 0) + 1, ?2, ?3
             FROM organization_certificates WHERE tenant = ?1",
        )?
        .execute(params![call.tenant.key(), id, content.0])?;
    Ok(id)
}

fn count(call: &Call<'_>) -> rusqlite::Result<i64> {
    call.tx
        .prepare_cached("SELECT COUNT(*) FROM organization_certificates WHERE tenant = ?1")?
        .query_row([call.tenant.key()], |row| row.get(0))
}

/// Input of `RemoveExternalSAMLIdPCertificate`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Remove {
    zone_id: String,
    certificate_id: String,
}

/// `RemoveExternalSAMLIdPCertificate`. The last one stays while SSO is on (assumed: the code's text
/// does not speak of SSO, but the vendor's Terraform provider changes its only certificate by removing
/// it first).
pub(crate) fn remove(call: &mut Call<'_>, input: Remove) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let seq: i64 = call
        .tx
        .prepare_cached(
            "SELECT seq FROM organization_certificates WHERE tenant = ?1 AND certificate_id = ?2",
        )?
        .query_row(params![zone.tenant, input.certificate_id], |row| row.get(0))
        .optional()?
        .ok_or_else(|| refuse("ResourceNotFound.X509CertificateNotFound"))?;
    let is_enabled = super::find(call)?.is_some_and(|provider| provider.is_enabled);
    if is_enabled && count(call)? == 1 {
        return Err(refuse("FailedOperation.X509CertificateMinimumRequired"));
    }
    call.tx
        .prepare_cached("DELETE FROM organization_certificates WHERE tenant = ?1 AND seq = ?2")?
        .execute([zone.tenant, seq])?;
    Ok(Empty {})
}

/// Output of `ListExternalSAMLIdPCertificates`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    total_counts: usize,
    #[serde(rename = "SAMLIdPCertificates")]
    certificates: Vec<Certificate>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Certificate {
    certificate_id: String,
    x509_certificate: String,
    #[serde(flatten)]
    facts: Facts,
}

/// `ListExternalSAMLIdPCertificates`, in the order in which they came.
pub(crate) fn list(call: &mut Call<'_>, input: super::OfZone) -> Result<Listed, Failure> {
    zones::find(call, &input.zone_id)?;
    let mut certificates = Vec::new();
    for (certificate_id, content) in rows(call)? {
        let facts = x509::facts(&content)?;
        certificates.push(Certificate { certificate_id, x509_certificate: content.0, facts });
    }
    Ok(Listed { total_counts: certificates.len(), certificates })
}

/// The ids of all certificates.
pub(super) fn ids(call: &Call<'_>) -> rusqlite::Result<Vec<String>> {
    Ok(rows(call)?.into_iter().map(|(id, _)| id).collect())
}

fn rows(call: &Call<'_>) -> rusqlite::Result<Vec<(String, Content)>> {
    call.tx
        .prepare_cached(
            "SELECT certificate_id, content FROM organization_certificates
             WHERE tenant = ?1 ORDER BY seq",
        )?
        .query_map([call.tenant.key()], |row| Ok((row.get(0)?, Content(row.get(1)?))))?
        .collect()
}
