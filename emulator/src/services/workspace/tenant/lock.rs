//! Whether the service is locked: the vendor locks services for its own reasons, the twin has none.

#![expect(clippy::unnecessary_wraps, reason = "handlers may refuse, and this one never does")]

use serde::Serialize;

use super::service::Of;
use crate::error::Failure;
use crate::operation::Call;

/// Output of `ShowWorkspaceLock`. The SDK and Terraform's provider call the first member differently.
#[derive(Debug, Serialize)]
pub(in super::super) struct Shown {
    is_lock: u8,
    is_locked: u8,
    lock_time: &'static str,
    lock_reason: &'static str,
}

/// `ShowWorkspaceLock`.
pub(in super::super) fn show(_: &mut Call<'_>, _: Of) -> Result<Shown, Failure> {
    Ok(Shown { is_lock: 0, is_locked: 0, lock_time: "", lock_reason: "" })
}
