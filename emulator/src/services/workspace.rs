//! Huawei Cloud Workspace: users and groups of cloud desktops, their exports, and what belongs to
//! them. This file is the table of contents. It knows neither the wire nor what one operation does.

use crate::operation::{operation, query};
use crate::services::Service;

mod conditions;
mod exports;
mod groups;
mod imports;
mod limits;
mod paging;
mod project;
pub mod seed;
mod sheet;
mod templates;
mod tenant;
mod times;
mod users;

/// Its tables and indexes.
pub const SCHEMA: &str = include_str!("workspace/schema.sql");

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "workspace",
        operations: vec![
            operation("ImportUserList", imports::import),
            query("ExportUsersTemplate", templates::users),
            query("ExportUserListTemplate", templates::desktop_users),
            operation("ExportUsersNew", exports::users),
            operation("ExportUserGroupsNew", exports::groups),
            operation("ExportUserGroupUsersNew", exports::members),
            query("ExportUserGroups", exports::groups_at_once),
            query("ListExportTasks", exports::list),
            operation("DownloadExportFile", exports::download),
            operation("DeleteExportTasks", exports::delete),
        ],
        tables: &[
            "workspace_projects",
            "workspace_users",
            "workspace_groups",
            "workspace_members",
            "workspace_otp_devices",
            "workspace_ous",
            "workspace_jobs",
            "workspace_exports",
        ],
        resources: &[],
        files: Some(exports::FILES),
        plant: seed::plant,
        settle: exports::settle,
        recover: exports::RECOVER,
    }
}
