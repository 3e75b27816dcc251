//! What keeps a user or a group from being deleted.

use rusqlite::params;

use crate::error::{Failure, refuse};
use crate::operation::Call;

use super::Principal;

/// Refuses while the principal has a role assignment or a user sync.
pub(super) fn none(call: &Call<'_>, principal: Principal) -> Result<(), Failure> {
    for (table, code) in [
        ("organization_role_assignments", "FailedOperation.RoleConfigurationAuthorizationExist"),
        ("organization_user_syncs", "FailedOperation.UserProvisioningExists"),
    ] {
        let sql = format!(
            "SELECT 1 FROM {table} WHERE tenant = ?1 AND principal_type = ?2 AND principal = ?3"
        );
        let values = params![call.tenant.key(), principal.word(), principal.seq()];
        if call.tx.prepare_cached(&sql)?.exists(values)? {
            return Err(refuse(code));
        }
    }
    Ok(())
}
