//! Whether a user may sign in: active, locked or frozen.

use rusqlite::params;
use serde::Deserialize;

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};

use super::super::stores;
use super::existing;

/// Has never signed in. Nobody can be put back into it.
pub(crate) const NOT_ENABLED: &str = "NOT_ENABLED";

/// Active.
pub(crate) const NORMAL: &str = "NORMAL";

/// Barred, by an administrator or by failed logins.
pub(crate) const LOCK: &str = "LOCK";

/// Barred; its password cannot be changed either.
pub(crate) const FREEZE: &str = "FREEZE";

/// How an administrator's lock is called; `failureLock` is the one after failed logins.
pub(crate) const ADMIN_LOCK: &str = "adminLock";

/// Input of `UpdateUserStatus`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UpdateStatus {
    user_store_id: String,
    user_id: String,
    status: String,
}

/// `UpdateUserStatus`: any of the three, from any state.
pub(crate) fn update_status(call: &mut Call<'_>, input: UpdateStatus) -> Result<Empty, Failure> {
    let store = stores::find(call, &input.user_store_id)?;
    if input.status.trim().is_empty() {
        return Err(refuse("FailedOperation.UserStatusRequired"));
    }
    if ![NORMAL, LOCK, FREEZE].contains(&input.status.as_str()) {
        return Err(refuse("FailedOperation.InvalidUserStatusEnum"));
    }
    let seq = existing(call.tx, store, &input.user_id)?;
    let lock = (input.status == LOCK).then_some((ADMIN_LOCK, call.now.0));
    call.tx
        .prepare_cached(
            "UPDATE ciam_users SET status = ?4, lock_type = ?5, lock_time = ?6, modified = ?7
             WHERE tenant = ?1 AND store = ?2 AND seq = ?3",
        )?
        .execute(params![
            store.tenant,
            store.store,
            seq,
            input.status,
            lock.map(|(kind, _)| kind),
            lock.map(|(_, since)| since),
            call.now.0,
        ])?;
    Ok(Empty {})
}
