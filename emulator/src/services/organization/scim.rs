//! The SCIM 2.0 endpoint of the zone (RFC 7643, RFC 7644): a directory writes users and groups, which
//! are then of type `Synchronized`. This file is its table of contents.
//!
//! It is a service of its own to the pipeline, with its own model, and lives in this folder because it
//! has no state of its own: it reads and writes the rows of Identity Center under the same rules.

use crate::error::{Failure, refuse, refuse_with};
use crate::operation::{Call, operation, query};
use crate::services::{Advanced, Service};

use super::limits;
use super::zones::{self, Zone};

mod attributes;
mod bounds;
mod discovery;
mod filters;
mod groups;
mod list;
mod location;
mod patch;
mod projection;
mod rules;
mod users;

/// The service as the twin runs it. Its tables are those of the organization.
pub fn service() -> Service {
    Service {
        name: "scim",
        operations: vec![
            operation("CreateUser", users::create),
            query("GetUser", users::get),
            query("ListUsers", list::list::<users::Users>),
            operation("ReplaceUser", users::replace),
            operation("PatchUser", users::patch),
            operation("DeleteUser", users::delete),
            operation("CreateGroup", groups::create),
            query("GetGroup", groups::get),
            query("ListGroups", list::list::<groups::Groups>),
            operation("ReplaceGroup", groups::replace),
            operation("PatchGroup", groups::patch),
            operation("DeleteGroup", groups::delete),
            query("GetServiceProviderConfig", discovery::config),
            query("ListSchemas", discovery::schemas),
            query("GetSchema", discovery::schema),
            query("ListResourceTypes", discovery::resource_types),
            query("GetResourceType", discovery::resource_type),
        ],
        row_checks: &[],
        next_numbers: &[],
        resources: &[],
        knobs: &[],
        limits: limits::names(limits::OF_SCIM),
        files: None,
        seeding: || Box::new(|_, _| Ok(true)),
        advance: |_| Ok(Advanced::default()),
        recover: None,
        warm_up: None,
    }
}

/// The zone, if a directory may write to it.
fn open_zone(call: &Call<'_>) -> Result<Zone, Failure> {
    zones::of_tenant(call)?.filter(|zone| zone.scim_enabled).ok_or_else(|| refuse("403"))
}

/// Where the resources of the endpoint are.
fn base(call: &Call<'_>) -> String {
    format!("{}/scim/v2", call.client.origin)
}

/// A value that is missing, of a wrong type, or breaks a rule.
fn bad_value(why: impl Into<String>) -> Failure {
    refuse_with("invalidValue", why.into())
}

/// The refusal of an unknown id.
fn not_found(kind: &str, id: &str) -> Failure {
    refuse_with("404", format!("No {kind} has the id {id}."))
}

/// Words the API's refusals of names and addresses that are taken as SCIM does. All others stay.
fn conflict(failure: Failure) -> Failure {
    let Failure::Refused(refusal) = &failure else { return failure };
    let what = match &*refusal.code {
        "InvalidParameter.UsernameAlreadyExists" => "another user has this userName",
        "InvalidParameter.EmailAlreadyExists" => "another user has this e-mail address",
        "InvalidParameter.GroupNameAlreadyExists" => "another group has this displayName",
        _ => return failure,
    };
    refuse_with("uniqueness", what)
}
