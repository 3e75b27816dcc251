//! A role configuration as answers have it.

use serde::Serialize;

use crate::operation::Call;

use super::super::{accounts, times};
use super::Configuration;
use crate::error::Failure;

/// `RoleConfiguration`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RoleConfiguration {
    role_configuration_id: String,
    role_configuration_name: String,
    description: String,
    session_duration: i64,
    relay_state: String,
    create_time: String,
    update_time: String,
    is_selected: bool,
    #[serde(flatten)]
    applied: Option<Applied>,
}

/// What an update with `IsApply` did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Applied {
    apply_status: &'static str,
    applied_session_duration: i64,
    session_duration_update_time: String,
    failed_accounts: Vec<FailedAccount>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct FailedAccount {
    target_uin: i64,
    target_name: String,
}

impl RoleConfiguration {
    /// The role configuration, not selected.
    pub(super) fn of(configuration: Configuration) -> Self {
        Self {
            role_configuration_id: configuration.configuration_id,
            role_configuration_name: configuration.name,
            description: configuration.description,
            session_duration: configuration.session_duration,
            relay_state: configuration.relay_state,
            create_time: times::local(configuration.created),
            update_time: times::local(configuration.updated),
            is_selected: false,
            applied: None,
        }
    }

    /// The same, marked as selected or not.
    pub(super) fn selected(self, is_selected: bool) -> Self {
        Self { is_selected, ..self }
    }

    /// The same after its duration was brought to the accounts. It cannot reach accounts whose last
    /// deployment failed.
    pub(super) fn applied(
        self,
        call: &Call<'_>,
        duration: i64,
        failed: &[i64],
    ) -> Result<Self, Failure> {
        let mut failed_accounts = Vec::with_capacity(failed.len());
        for uin in failed {
            let account = accounts::account(call, *uin)?;
            let target_name = account.map(|account| account.name).unwrap_or_default();
            failed_accounts.push(FailedAccount { target_uin: *uin, target_name });
        }
        let applied = Applied {
            apply_status: if failed.is_empty() { "Success" } else { "Failed" },
            applied_session_duration: duration,
            session_duration_update_time: times::local(call.now.0),
            failed_accounts,
        };
        Ok(Self { applied: Some(applied), ..self })
    }
}
