//! Huawei Cloud Workspace: users and groups of cloud desktops, their exports, and what belongs to
//! them. This file is the table of contents. It knows neither the wire nor what one operation does.

use crate::error::Failure;
use crate::operation::{Call, Operation, operation, query, with_upload};
use crate::services::{Advanced, Service};

mod conditions;
mod exports;
mod group_cell;
mod groups;
mod imports;
mod jobs;
mod limits;
mod names;
mod new_job;
mod ous;
mod paging;
mod project;
mod rows;
pub mod seed;
mod sheet;
mod templates;
mod tenant;
mod times;
mod users;

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "workspace",
        operations: operations(),
        row_checks: rows::CHECKS,
        next_numbers: rows::NEXT_NUMBERS,
        resources: &[],
        knobs: &[],
        limits: limits::NAMES.to_vec(),
        files: Some(exports::FILES),
        seeding: seed::steps,
        advance,
        recover: Some(exports::RECOVER),
        warm_up: None,
    }
}

/// Moves what is due by the clock.
fn advance(call: &mut Call<'_>) -> Result<Advanced, Failure> {
    let advanced = jobs::advance(call)?;
    if advanced.has_more { Ok(advanced) } else { exports::advance(call) }
}

fn operations() -> Vec<Operation> {
    vec![
        operation("CreateDesktopUser", users::create),
        operation("BatchCreateUsers", users::create_many),
        query("ListUsers", users::list::list),
        query("ListUserDetail", users::show),
        operation("UpdateUserInfo", users::update),
        operation("DeleteUser", users::delete),
        operation("BatchDeleteUser", users::delete_many),
        operation("ChangeUserStatus", users::act),
        operation("ResetRandomPassword", users::reset_random),
        query("SendEmail", users::send_email),
        query("ListOtpDevicesByUserId", users::otp::list),
        operation("BatchDeleteOtpDevices", users::otp::delete),
        query("ListNotificationRecords", users::notices),
        query("ListLoginRecordsNew", users::logins::list),
        with_upload("ImportUserList", imports::read, imports::import),
        query("ExportUsersTemplate", templates::users),
        query("ExportUserListTemplate", templates::desktop_users),
        operation("CreateUserGroup", groups::create),
        query("ListUserGroups", groups::list::list),
        operation("UpdateUserGroup", groups::update),
        operation("DeleteUserGroup", groups::delete),
        operation("BatchDeleteUserGroups", groups::delete_many),
        operation("RunActionsOnGroup", groups::members::act),
        query("ListUsersOfGroup", groups::members::list),
        operation("ExportUsersNew", exports::users).creates_job(),
        operation("ExportUserGroupsNew", exports::groups).creates_job(),
        operation("ExportUserGroupUsersNew", exports::members).creates_job(),
        query("ExportUserGroups", exports::groups_at_once),
        query("ListExportTasks", exports::list),
        operation("DownloadExportFile", exports::download),
        operation("DeleteExportTasks", exports::delete),
        operation("AddOu", ous::add),
        query("ListOuDetails", ous::list),
        operation("UpdateOuInfo", ous::update),
        operation("DeleteOu", ous::delete),
        query("ListAdOus", ous::of_directory),
        query("ListAdOuUsers", ous::users_of_directory),
        query("ShowQuotas", tenant::quotas::show),
        query("ShowQuotaDetails", tenant::quotas::show_of_site),
        query("ListWorkspaces", tenant::show),
        operation("ApplyWorkspace", tenant::apply).creates_job(),
        operation("UpdateWorkspace", tenant::update).creates_job(),
        query("ShowWorkspaceLock", tenant::lock::show),
        query("ShowAssistAuthConfig", tenant::second_factor::show),
        operation("UpdateAssistAuthMethodConfig", tenant::second_factor::set),
        operation("CancelWorkspace", tenant::cancel).creates_job(),
        operation("SyncExternalUser", tenant::sync).creates_job(),
        query("ShowJob", jobs::show),
        query("ListItaSubJobs", jobs::list),
        operation("BatchDeleteSubJobs", jobs::delete),
        operation("RunActionsOnWorkspaceJob", jobs::retry).creates_job(),
    ]
}
