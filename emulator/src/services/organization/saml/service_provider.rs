//! `GetZoneSAMLServiceProviderInfo`: the zone as a SAML service provider; it never changes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use ring::digest;
use serde::Serialize;

use crate::error::Failure;
use crate::operation::Call;

use super::super::zones;

const BASE: &str = "https://tencentcloudsso.com/saml";

/// Output of `GetZoneSAMLServiceProviderInfo`.
#[derive(Debug, Serialize)]
pub(crate) struct Given {
    #[serde(rename = "SAMLServiceProvider")]
    provider: ServiceProvider,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceProvider {
    entity_id: String,
    zone_id: String,
    encoded_metadata_document: String,
    acs_url: String,
}

/// `GetZoneSAMLServiceProviderInfo`. The document is base64 of percent-encoded XML, as the vendor's
/// example.
pub(crate) fn get(call: &mut Call<'_>, input: super::OfZone) -> Result<Given, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let entity_id = format!("{BASE}/sp/{}", zone.id);
    let acs_url = format!("{BASE}/acs/{}", acs_id(&zone.id, call.tenant.account));
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"{entity_id}\">\
         <md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">\
         <md:AssertionConsumerService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
         Location=\"{acs_url}\" index=\"0\" isDefault=\"true\"/>\
         </md:SPSSODescriptor></md:EntityDescriptor>"
    );
    let encoded = STANDARD.encode(utf8_percent_encode(&xml, NON_ALPHANUMERIC).to_string());
    let provider = ServiceProvider {
        entity_id,
        zone_id: zone.id,
        encoded_metadata_document: encoded,
        acs_url,
    };
    Ok(Given { provider })
}

/// A UUID that is always the same for the zone of an account.
fn acs_id(zone: &str, account: i64) -> uuid::Uuid {
    let hash = digest::digest(&digest::SHA256, format!("{account}/{zone}").as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash.as_ref()).for_each(|(byte, hashed)| *byte = *hashed);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
