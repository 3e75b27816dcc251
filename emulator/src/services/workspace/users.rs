//! Desktop users: made, shown, and in the files beside this one listed, changed, deleted. No password
//! is ever kept.

use serde::{Deserialize, Serialize};

use super::tenant;
use crate::error::Failure;
use crate::operation::{Call, Empty};

mod change;
mod delete;
mod deleted_counts;
pub(super) mod filters;
pub(super) mod list;
pub(super) mod logins;
pub(super) mod new_user;
pub(super) mod otp;
mod passwords;
pub(super) mod row;
mod views;

pub(super) use change::{act, send_email, update};
pub(super) use delete::{delete, delete_many};
pub(super) use new_user::{NewUser, new_user};
pub(super) use passwords::reset_random;

use change::One;
use views::Detail;

/// Input of `CreateDesktopUser`.
#[derive(Debug, Deserialize)]
pub(super) struct Create {
    project_id: String,
    #[serde(flatten)]
    user: NewUser,
}

/// Output of `CreateDesktopUser`.
#[derive(Debug, Serialize)]
pub(super) struct Created {
    id: String,
}

/// `CreateDesktopUser`.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Created, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    Ok(Created { id: new_user(call, project, input.user)? })
}

/// Input of `BatchCreateUsers`.
#[derive(Debug, Deserialize)]
pub(super) struct CreateMany {
    project_id: String,
    users: Vec<NewUser>,
}

/// `BatchCreateUsers`: all or none.
pub(super) fn create_many(call: &mut Call<'_>, input: CreateMany) -> Result<Empty, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    for user in input.users {
        new_user(call, project, user)?;
    }
    Ok(Empty {})
}

/// Output of `ListUserDetail`.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    user_detail: Detail,
}

/// `ListUserDetail`.
pub(super) fn show(call: &mut Call<'_>, input: One) -> Result<Shown, Failure> {
    let project = tenant::require_open_for_users(call, &input.project_id)?;
    let user = row::existing(call.tx, project, &input.user_id)?;
    Ok(Shown { user_detail: Detail::of(user, call.now.0) })
}

/// Input of `ListNotificationRecords`.
#[derive(Debug, Deserialize)]
pub(super) struct Notices {
    project_id: String,
}

/// Output of `ListNotificationRecords`.
#[derive(Debug, Serialize)]
pub(super) struct NoNotices {
    total_count: u8,
    notification_records: [(); 0],
}

/// `ListNotificationRecords`: no message leaves the twin, so none is held up.
pub(super) fn notices(call: &mut Call<'_>, input: Notices) -> Result<NoNotices, Failure> {
    tenant::require_open_for_users(call, &input.project_id)?;
    Ok(NoNotices { total_count: 0, notification_records: [] })
}
