//! Conditions on the journal's entries.

use super::{Entry, Owner};

/// Which entries to show; an absent condition holds for all.
#[derive(Debug, Default)]
pub struct Filter {
    /// Of this tenant.
    pub tenant: Option<String>,
    /// Of this service.
    pub service: Option<String>,
    /// Of this operation.
    pub operation: Option<String>,
    /// That ended with this code.
    pub code: Option<String>,
    /// After the entry of this number.
    pub since: Option<u64>,
    /// At most so many.
    pub limit: Option<usize>,
}

impl Filter {
    /// Whether an entry fits, but for its number.
    pub(super) fn holds(&self, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, found: Option<&str>| {
            wanted.is_none() || wanted.as_deref() == found
        };
        same(&self.tenant, entry.tenant.as_ref().map(Owner::name))
            && same(
                &self.service,
                entry.operation.as_ref().map(|operation| operation.service.as_str()),
            )
            && same(
                &self.operation,
                entry.operation.as_ref().map(|operation| operation.name.as_str()),
            )
            && same(&self.code, entry.code.as_deref())
    }
}
