//! Looks issued secrets up for the protocols, in the tables of the services that issue them.

use rusqlite::Connection;

use crate::credentials::DEFAULT_TENANT;
use crate::protocol::issued::{AiccToken, Fault, IamToken, Issued, ScimKey, TemporaryKey};
use crate::services::organization::scim_keys;
use crate::services::{aicc, iam};
use crate::state::Readers;
use crate::vendors::huawei;

impl Issued for Readers {
    fn aicc_token(
        &self,
        tenant: &str,
        app_key: &str,
        token: &str,
    ) -> Result<Option<AiccToken>, Fault> {
        let found = look_up(self, |tx| aicc::tokens::find(tx, tenant, app_key, token))?;
        Ok(found.map(|known| AiccToken { app_key: known.app_key, expires: known.expires }))
    }

    fn iam_token(&self, token: &str) -> Result<Option<IamToken>, Fault> {
        let digest = huawei::token_digest(token);
        let found = look_up(self, |tx| iam::tokens::find(tx, &digest))?;
        Ok(found.map(|known| IamToken { tenant: known.tenant, expires: known.expires }))
    }

    fn temporary_key(&self, access: &str) -> Result<Option<TemporaryKey>, Fault> {
        let found = look_up(self, |tx| iam::credentials::find(tx, access))?;
        Ok(found.map(|known| TemporaryKey {
            tenant: known.tenant,
            secret: known.secret,
            token_digest: known.token_digest,
            expires: known.expires,
        }))
    }

    fn scim_key(&self, key: &str) -> Result<Option<ScimKey>, Fault> {
        let found = look_up(self, |tx| scim_keys::find(tx, key))?;
        Ok(found.map(|known| ScimKey {
            tenant: known.tenant,
            is_enabled: known.is_enabled,
            expires: known.expires,
        }))
    }

    fn tenant_of_domain(&self, id: &str) -> Option<String> {
        let is = |tenant: &String| huawei::domain_id(tenant) == id;
        let met = look_up(self, |tx| {
            let mut names = tx.prepare_cached("SELECT name FROM twin_tenants")?;
            let names = names.query_map([], |row| row.get(0))?;
            names.collect::<rusqlite::Result<Vec<String>>>()
        });
        [DEFAULT_TENANT.to_owned()].into_iter().chain(met.unwrap_or_default()).find(is)
    }
}

fn look_up<T>(
    readers: &Readers,
    find: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T, Fault> {
    readers.with(find).and_then(|found| found).map_err(|error| {
        tracing::error!(%error, "cannot look an issued secret up");
        Fault
    })
}
