//! What a tenant's Workspace begins with, as a seed file says it.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::Failure;
use crate::operation::Call;
use crate::seed::Seed;

/// Huawei Cloud Workspace.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSeed {}

impl WorkspaceSeed {
    /// Everything that is wrong in meaning, each with its place.
    pub fn check(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Puts the seed's Workspace into a new tenant.
pub(super) fn plant(_call: &mut Call<'_>, _seed: &Seed) -> Result<(), Failure> {
    Ok(())
}
