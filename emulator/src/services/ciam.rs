//! Tencent Cloud CIAM: user directories, users, groups, jobs and the log.
//! This file is the table of contents. It knows neither the wire nor what one operation does.

#![expect(clippy::struct_field_names, reason = "members are called what the vendor calls them")]

use crate::operation::{operation, query};
use crate::services::{Artifacts, Service};

mod filters;
mod groups;
mod jobs;
mod limits;
mod links;
mod logs;
mod paging;
mod passwords;
mod rows;
mod secret;
pub mod seed;
mod stores;
mod users;

/// The files that exports have made.
pub(super) const FILES: Artifacts = Artifacts { table: "ciam_jobs" };

/// The tables that are emptied with a directory (column `store`), parents before children.
const TABLES: &[&str] = &[
    "ciam_stores",
    "ciam_groups",
    "ciam_users",
    "ciam_user_holes",
    "ciam_members",
    "ciam_jobs",
    "ciam_import_rows",
    "ciam_logs",
];

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "ciam",
        operations: vec![
            operation("CreateUserStore", stores::create),
            operation("UpdateUserStore", stores::update),
            operation("DeleteUserStore", stores::delete),
            query("ListUserStore", stores::list),
            operation("CreateUser", users::create),
            operation("UpdateUser", users::update),
            operation("UpdateUserStatus", users::update_status),
            operation("DeleteUsers", users::delete),
            query("DescribeUserById", users::describe_by_id),
            query("DescribeUser", users::describe),
            query("ListUser", users::list),
            query("ListUserByProperty", users::list_by_property),
            operation("SetPassword", passwords::set),
            operation("ResetPassword", passwords::reset),
            operation("LinkAccount", links::link),
            operation("CreateUserGroup", groups::create),
            operation("UpdateUserGroup", groups::update),
            operation("DeleteUserGroups", groups::delete),
            query("ListUserGroups", groups::list),
            query("ListUserGroups", groups::list_older).of_version("2021-04-20"),
            operation("CreateFileExportUserJob", jobs::create_export).creates_job(),
            operation("CreateApiImportUserJob", jobs::create_import)
                .creates_job_of_rows("DataFlowUserCreateList"),
            query("ListJobs", jobs::list),
            query("ListLogMessageByCondition", logs::list),
        ],
        row_checks: rows::CHECKS,
        next_numbers: rows::NEXT_NUMBERS,
        resources: &[],
        knobs: &[],
        limits: limits::NAMES.to_vec(),
        files: Some(FILES),
        seeding: seed::steps,
        advance: jobs::advance,
        recover: Some(jobs::RECOVER),
        warm_up: None,
    }
}
