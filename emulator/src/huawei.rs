//! What the services of Huawei Cloud share: the ids of projects.

use ring::digest;

/// The project that a tenant has where none is named.
pub const DEFAULT_PROJECT: &str = "cn-north-4";

/// The id of a tenant's project of that name, the same everywhere.
pub fn project_id(tenant: &str, name: &str) -> String {
    let text = format!("project\0{tenant}\0{name}");
    let mut id = hex::encode(digest::digest(&digest::SHA256, text.as_bytes()));
    id.truncate(32);
    id
}
