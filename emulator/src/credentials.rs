//! The dummy keys: published, so that a stray call to the real cloud fails, and telling the tenant.

use crate::state::Tenants;

/// The secret of every dummy key.
pub const SECRET: &str = "cloudtwin-secret";

/// The one session token that goes with the dummy keys; a client that sends none is served too.
pub const SESSION_TOKEN: &str = "cloudtwin-token";

/// What Tencent's `SecretId`s begin with.
pub const TENCENT_KEY: &str = "AKIDtwin";

/// What the application keys of the contact centre begin with.
pub const AICC_APP: &str = "twin-app";

/// What the access keys of Huawei Cloud begin with.
pub const HUAWEI_AK: &str = "TWINAK";

/// What the names of Huawei Cloud's domains (its accounts) begin with; any user of one has the
/// dummy keys' secret for a password.
pub const HUAWEI_DOMAIN: &str = "twin";

/// The tenant of a key without a suffix.
pub const DEFAULT_TENANT: &str = "default";

/// The tenant that a key names: `prefix` is `default`, `prefix-name` is `name`, any other key is
/// unknown.
pub fn tenant_of<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    match key.strip_prefix(prefix)? {
        "" => Some(DEFAULT_TENANT),
        suffix => suffix.strip_prefix('-').filter(|name| Tenants::is_name(name)),
    }
}

/// The key of a tenant.
pub fn key_of(tenant: &str, prefix: &str) -> String {
    if tenant == DEFAULT_TENANT { prefix.to_owned() } else { format!("{prefix}-{tenant}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_names_its_tenant_and_back() {
        for tenant in ["default", "ci-42"] {
            assert_eq!(tenant_of(&key_of(tenant, TENCENT_KEY), TENCENT_KEY), Some(tenant));
        }
        for unknown in ["AKIDother", "AKIDtwins", "AKIDtwin-", "AKIDtwin-a b", ""] {
            assert_eq!(tenant_of(unknown, TENCENT_KEY), None, "{unknown}");
        }
    }
}
