//! Huawei Cloud Workspace: users and groups of cloud desktops, their exports, and what belongs to
//! them. This file is the table of contents. It knows neither the wire nor what one operation does.

use crate::operation::{Operation, operation, query};
use crate::services::Service;

mod conditions;
mod groups;
mod jobs;
mod limits;
mod ous;
mod paging;
mod project;
pub mod seed;
mod tenant;
mod times;
mod users;

/// Its tables and indexes.
pub const SCHEMA: &str = include_str!("workspace/schema.sql");

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "workspace",
        operations: operations(),
        tables: &[
            "workspace_projects",
            "workspace_users",
            "workspace_groups",
            "workspace_members",
            "workspace_otp_devices",
            "workspace_ous",
            "workspace_jobs",
        ],
        resources: &[],
        files: None,
        plant: seed::plant,
        settle: jobs::settle,
        recover: "",
    }
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
        operation("CreateUserGroup", groups::create),
        query("ListUserGroups", groups::list::list),
        operation("UpdateUserGroup", groups::update),
        operation("DeleteUserGroup", groups::delete),
        operation("BatchDeleteUserGroups", groups::delete_many),
        operation("RunActionsOnGroup", groups::members::act),
        query("ListUsersOfGroup", groups::members::list),
        operation("AddOu", ous::add),
        query("ListOuDetails", ous::list),
        operation("UpdateOuInfo", ous::update),
        operation("DeleteOu", ous::delete),
        query("ListAdOus", ous::of_directory),
        query("ListAdOuUsers", ous::users_of_directory),
        query("ShowQuotas", tenant::quotas::show),
        query("ShowQuotaDetails", tenant::quotas::show_of_site),
        query("ListWorkspaces", tenant::show),
        operation("ApplyWorkspace", tenant::apply),
        operation("CancelWorkspace", tenant::cancel),
        operation("SyncExternalUser", tenant::sync),
        query("ShowJob", jobs::show),
        query("ListItaSubJobs", jobs::list),
        operation("BatchDeleteSubJobs", jobs::delete),
        operation("RunActionsOnWorkspaceJob", jobs::retry),
    ]
}
