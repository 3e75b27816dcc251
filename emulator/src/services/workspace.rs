//! Huawei Cloud Workspace: users and groups of cloud desktops, their exports, and what belongs to
//! them. This file is the table of contents. It knows neither the wire nor what one operation does.

use crate::services::Service;

pub mod seed;

/// Its tables and indexes.
pub const SCHEMA: &str = include_str!("workspace/schema.sql");

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "workspace",
        operations: Vec::new(),
        tables: &[],
        resources: &[],
        files: None,
        plant: seed::plant,
        settle: |_| Ok(Vec::new()),
        recover: "",
    }
}
