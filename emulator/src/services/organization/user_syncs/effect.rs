//! What a user sync does to the CAM users of its account. A user whom several syncs bring to one
//! account has one CAM user there; it is given up by the last of them.

use rusqlite::params;

use crate::error::Failure;
use crate::operation::Call;

use super::super::Principal;
use super::super::cam_users::{CamKind, CamUser, CamUsers};
use super::super::directory::users::User;
use super::{Deletion, Duplication, TaskType, UserSync, rows, tasks};

/// Appended to the name of a CAM user whose own name is taken.
const SUFFIX: &str = "_cic";

/// Nothing, or why a user was not synced. A task fails with it.
pub(super) type Effect = rusqlite::Result<Result<(), String>>;

/// Sees to it that the user has a CAM user in the account of the sync.
pub(super) fn add(call: &Call<'_>, sync: &UserSync, user: &User) -> Effect {
    let account = CamUsers::of(call.tx, call.tenant.key(), sync.target_uin);
    if account.of_user(user.seq)?.is_none()
        && let Err(reason) = find_name(account, sync, user)?
    {
        return Ok(Err(reason));
    }
    call.tx
        .prepare_cached("INSERT OR IGNORE INTO organization_synced_users VALUES (?1, ?2, ?3, ?4)")?
        .execute([call.tenant.key(), sync.seq, user.seq, sync.target_uin])?;
    Ok(Ok(()))
}

/// Creates the CAM user, or takes over the one that has its name.
fn find_name(account: CamUsers<'_>, sync: &UserSync, user: &User) -> Effect {
    let name = &user.user_name;
    let Some(other) = account.by_name(name)? else {
        account.put(&CamUser::new(name, Some(user.seq)))?;
        return Ok(Ok(()));
    };
    let new = match sync.duplication {
        Duplication::KeepBoth => {
            let name = format!("{name}{SUFFIX}");
            if account.by_name(&name)?.is_some() {
                let CamUser { name: first, .. } = other;
                return Ok(Err(format!("CAM users {first:?} and {name:?} exist already")));
            }
            CamUser::new(&name, Some(user.seq))
        }
        // Another user's synced CAM user is special too: that is assumed.
        Duplication::TakeOver if other.kind != CamKind::SubUser || other.user.is_some() => {
            return Ok(Err(format!(
                "FailedOperation.TakeOverUnsupportedUserType: CAM user {:?} cannot be taken over",
                other.name
            )));
        }
        Duplication::TakeOver => CamUser { user: Some(user.seq), ..other },
    };
    account.put(&new)?;
    Ok(Ok(()))
}

/// Ends that the sync needs the user's CAM user. If no other sync needs it, the deletion strategy says
/// what becomes of it; one that has access keys cannot be deleted.
pub(super) fn remove(call: &Call<'_>, sync: &UserSync, user: i64) -> Effect {
    let account = CamUsers::of(call.tx, call.tenant.key(), sync.target_uin);
    if let Some(cam_user) = account.of_user(user)?
        && !is_needed_elsewhere(call, sync, user)?
    {
        match sync.deletion {
            Deletion::Keep => account.put(&CamUser { user: None, ..cam_user })?,
            Deletion::Delete if cam_user.has_access_keys => {
                return Ok(Err(format!(
                    "FailedOperation.SyncUserHasAccessKey: CAM user {:?} has access keys",
                    cam_user.name
                )));
            }
            Deletion::Delete => account.delete(&cam_user.name)?,
        }
    }
    forget(call, sync, user)?;
    Ok(Ok(()))
}

fn is_needed_elsewhere(call: &Call<'_>, sync: &UserSync, user: i64) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM organization_synced_users
             WHERE tenant = ?1 AND user_seq = ?2 AND uin = ?3 AND user_sync <> ?4",
        )?
        .exists([call.tenant.key(), user, sync.target_uin, sync.seq])
}

fn is_needed(call: &Call<'_>, sync: &UserSync, user: i64) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached(
            "SELECT 1 FROM organization_synced_users
             WHERE tenant = ?1 AND user_sync = ?2 AND user_seq = ?3",
        )?
        .exists([call.tenant.key(), sync.seq, user])
}

fn forget(call: &Call<'_>, sync: &UserSync, user: i64) -> rusqlite::Result<()> {
    call.tx
        .prepare_cached(
            "DELETE FROM organization_synced_users
             WHERE tenant = ?1 AND user_sync = ?2 AND user_seq = ?3",
        )?
        .execute(params![call.tenant.key(), sync.seq, user])
        .map(drop)
}

/// The user is now in the group: syncs of the group bring it to their accounts at once. One whose task
/// has not started yet does so when it starts. No task tells of a user whose name is taken.
pub(in super::super) fn member_joined(
    call: &mut Call<'_>,
    group: i64,
    user: &User,
) -> Result<(), Failure> {
    for sync in rows::of_principal(call.tx, call.tenant.key(), Principal::Group(group))? {
        if tasks::is_running(call, sync.seq, Some(TaskType::Start))? {
            continue;
        }
        if let Err(reason) = add(call, &sync, user)? {
            tracing::warn!(sync = sync.sync_id, user = user.user_id, reason, "not synced");
        }
    }
    Ok(())
}

/// The user left the group: its syncs do what they do when they are deleted. A CAM user with access
/// keys stays as an ordinary one, since no task can tell of it.
pub(in super::super) fn member_left(
    call: &mut Call<'_>,
    group: i64,
    user: &User,
) -> Result<(), Failure> {
    for sync in rows::of_principal(call.tx, call.tenant.key(), Principal::Group(group))? {
        if is_needed(call, &sync, user.seq)? && remove(call, &sync, user.seq)?.is_err() {
            let keep = UserSync { deletion: Deletion::Keep, ..sync };
            remove(call, &keep, user.seq)?.ok();
        }
    }
    Ok(())
}
