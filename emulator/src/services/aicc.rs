//! Huawei Cloud contact centre: tokens of applications, and federated users changed by batches.
//! This file is the table of contents. It knows neither the wire nor what one operation does.

use crate::operation::{operation, query};
use crate::services::knobs::Knob;
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

/// What its protocol reads by these names.
const KNOBS: &[Knob] = &[
    Knob {
        name: "bad_token",
        values: &["401", "403"],
        about: "the status for a token that is unknown, expired or of another application: its pages \
                have 401, some sibling pages 403",
    },
    Knob {
        name: "code_status",
        values: &["200", "500"],
        about: "the status of answers with its own codes (`100-...`): its tables list them under \
                200, its remark on 500 speaks of business failures",
    },
    Knob {
        name: "wrapper",
        values: &["strict", "lenient"],
        about: "whether it also reads a body nested under `requestBody`, as its tables have it and \
                no sample does",
    },
];

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "aicc",
        operations: vec![
            operation("tokenByAkSk", tokens::issue),
            operation("createTask", tasks::create).creates_job_of_rows("federationUserList"),
            query("queryTask", tasks::query),
        ],
        row_checks: rows::CHECKS,
        next_numbers: &[],
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
        knobs: KNOBS,
        limits: Vec::new(),
        files: None,
        seeding: seed::steps,
        advance: tasks::advance,
        recover: None,
        warm_up: None,
    }
}
