//! Huawei Cloud contact centre: tokens of applications, and federated users changed by batches.
//! This file is the table of contents. It knows neither the wire nor what one operation does.

use crate::operation::{operation, query};
use crate::services::{Resource, Service};

mod admin;
mod check;
mod limits;
mod roles;
mod rows;
pub mod seed;
mod tasks;
pub mod tokens;
mod users;

/// Its tables and indexes.
pub const SCHEMA: &str = include_str!("aicc/schema.sql");

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "aicc",
        operations: vec![
            operation("tokenByAkSk", tokens::issue),
            operation("createTask", tasks::create),
            query("queryTask", tasks::query),
        ],
        tables: &["aicc_roles", "aicc_users", "aicc_quotas", "aicc_tasks"],
        row_checks: rows::CHECKS,
        resources: &[
            Resource {
                path: "aicc/roles",
                show: |call, _| admin::roles(call),
                replace: |call, _, body| admin::replace_roles(call, body),
            },
            Resource {
                path: "aicc/users",
                show: |call, _| admin::users(call),
                replace: |call, _, body| admin::replace_users(call, body),
            },
        ],
        files: None,
        seeding: seed::steps,
        advance: tasks::advance,
        recover: None,
    }
}
