//! Huawei Cloud Workspace: users and groups of cloud desktops, their exports, and what belongs to
//! them. This file is the table of contents. It knows neither the wire nor what one operation does.

use crate::services::Service;

mod conditions;
mod groups;
mod limits;
mod paging;
mod project;
pub mod seed;
mod sheet;
mod tenant;
mod times;
mod users;

/// Its tables and indexes.
pub const SCHEMA: &str = include_str!("workspace/schema.sql");

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "workspace",
        operations: Vec::new(),
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
        settle: |_| Ok(Vec::new()),
        recover: "",
    }
}
