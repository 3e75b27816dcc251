//! What must be there before the first call: a key for SCIM, which another service gives out.

use serde_json::json;

use super::selection::Selected;
use super::{Reach, Settings};
use crate::client::{Client, Transport};

/// The client with a key for SCIM, if SCIM is judged and there is none: made where everything may be touched.
pub(super) fn with_scim_key<T: Transport>(
    client: Client<T>,
    selected: &Selected,
    settings: &Settings,
    notes: &mut Vec<String>,
) -> Client<T> {
    let has_key = client.credentials().scim_key.is_some();
    if !selected.has_service("scim") || has_key || settings.reach != Reach::All {
        return client;
    }
    match new_key(&client) {
        Ok(key) => client.with_scim_key(key),
        Err(why) => {
            notes.push(format!("scim has no key, and none could be made: {why}"));
            client
        }
    }
}

/// A new key of the zone, whose switch is then on.
fn new_key<T: Transport>(client: &Client<T>) -> Result<String, String> {
    let call = |name: &str, input| {
        let service = super::service_of("organization");
        let mut operations = service.into_iter().flat_map(|service| &service.operations);
        let operation = operations.find(|one| one.name == name).ok_or("no model of it")?;
        let answer = client.call(operation, &input).map_err(|error| error.to_string())?;
        let output = answer.output().cloned();
        output.ok_or_else(|| {
            answer
                .refused()
                .map_or_else(|| "an answer cannot be read".to_owned(), ToString::to_string)
        })
    };
    let zone = call("DescribeIdentityCenter", json!({}))?;
    let zone = zone.get("ZoneId").cloned().unwrap_or_default();
    let on = json!({ "ZoneId": zone, "SCIMSynchronizationStatus": "Enabled" });
    call("UpdateSCIMSynchronizationStatus", on)?;
    let key = call("CreateSCIMCredential", json!({ "ZoneId": zone }))?;
    let key = key.get("CredentialSecret").and_then(|key| key.as_str());
    key.map(str::to_owned).ok_or_else(|| "the answer has no CredentialSecret".to_owned())
}
