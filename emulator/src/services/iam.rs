//! Huawei Cloud IAM and STS: what SDKs ask before they call a service. Tokens, temporary keys,
//! projects, domains. This file is the table of contents. It knows neither the wire nor what one
//! operation does.

use crate::operation::{operation, query};
use crate::services::{Advanced, Service};

mod catalog;
pub mod credentials;
mod limits;
mod parts;
mod projects;
mod regions;
mod scope;
pub mod tokens;

/// The service as the twin runs it.
pub fn service() -> Service {
    Service {
        name: "iam",
        operations: vec![
            operation("KeystoneCreateUserTokenByPassword", tokens::issue),
            operation("CreateTemporaryAccessKeyByToken", credentials::issue),
            query("KeystoneListProjects", projects::list),
            query("KeystoneListAuthDomains", projects::domains),
            query("GetCallerIdentity", projects::caller),
            query("KeystoneListRegions", regions::list),
        ],
        row_checks: &[],
        next_numbers: &[],
        resources: &[],
        knobs: &[],
        limits: Vec::new(),
        files: None,
        seeding: || Box::new(|_, _| Ok(true)),
        advance: |_| Ok(Advanced::default()),
        recover: None,
        warm_up: None,
    }
}
