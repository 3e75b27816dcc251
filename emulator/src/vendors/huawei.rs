//! What all of Huawei Cloud's services agree on: ids of domains, projects and users. They are
//! worked out from names, so no service has to ask another one.

use ring::digest;

use crate::credentials::{HUAWEI_DOMAIN, key_of};

/// Regions in which the twin has projects without being asked for one by name (region pages of
/// the vendor; any other name works as well).
pub const REGIONS: &[&str] = &[
    "cn-north-4",
    "cn-north-9",
    "cn-east-2",
    "cn-east-3",
    "cn-south-1",
    "cn-southwest-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "af-south-1",
    "la-north-2",
    "la-south-2",
    "na-mexico-1",
    "sa-brazil-1",
];

/// The project that is meant where none is named: that of the region which SDKs' examples name.
pub const DEFAULT_PROJECT: &str = "cn-north-4";

/// The id of a tenant's project: 32 lower-case hex digits.
pub fn project_id(tenant: &str, name: &str) -> String {
    id(&["project", tenant, name])
}

/// The id of a tenant's domain, which is its account: 32 lower-case hex digits.
pub fn domain_id(tenant: &str) -> String {
    id(&["domain", tenant])
}

/// The name of a tenant's domain.
pub fn domain_name(tenant: &str) -> String {
    key_of(tenant, HUAWEI_DOMAIN)
}

/// The id of a tenant's IAM user: 32 lower-case hex digits.
pub fn user_id(tenant: &str, name: &str) -> String {
    id(&["user", tenant, name])
}

pub use crate::state::issued::digest as token_digest;

/// The id that belongs to these words: 32 lower-case hex digits.
pub fn id(words: &[&str]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for word in words {
        context.update(word.as_bytes());
        context.update(&[0]);
    }
    let mut id = hex::encode(context.finish());
    id.truncate(32);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_32_hex_digits_that_never_change() {
        assert_eq!(project_id("default", "cn-north-4"), "78e61f31272d3b984dc4d3317e958f0f");
        assert_eq!(domain_id("default"), "3b0de651c3ea53c79e4edd36c266c9fe");
        assert_eq!(user_id("default", "alice"), "4c8fb60cd12cb2e48221093ed31d4060");
    }

    #[test]
    fn tenants_names_and_kinds_are_kept_apart() {
        let ids = [
            project_id("a", "b"),
            project_id("b", "a"),
            project_id("ab", ""),
            user_id("a", "b"),
            domain_id("a"),
        ];
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
    }
}
