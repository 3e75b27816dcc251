//! Changing attributes of an open service. Subnets change at once, all else when a job ends.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::new_job;
use super::super::project::Project;
use super::service::{AdDomain, LOCAL_AD};
use super::{SUBSCRIBED, require_open};
use crate::error::Failure;
use crate::operation::Call;

/// Input of `UpdateWorkspace`; serialized, it is what answers show of it.
#[derive(Debug, Deserialize, Serialize)]
pub(in super::super) struct Update {
    #[serde(skip_serializing)]
    project_id: String,
    #[serde(skip_serializing)]
    subnet_ids: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ad_domains: Option<AdDomain>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dedicated_subnets: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adn_conflict_network: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    internet_access_port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enterprise_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_send_email: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorized_collect_log: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorized_hda_upgrade: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_authorized_install_agent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_user_create_snapshot: Option<bool>,
}

/// Output of `UpdateWorkspace`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Updated {
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enterprise_id: Option<String>,
}

/// `UpdateWorkspace`: what is absent stays.
pub(in super::super) fn update(call: &mut Call<'_>, input: Update) -> Result<Updated, Failure> {
    let project = require_open(call, &input.project_id)?;
    if let Some(ids) = &input.subnet_ids {
        let subnets = ids.iter().map(|id| serde_json::json!({ "subnet_id": id })).collect();
        let change = Map::from_iter([("subnet_ids".to_owned(), Value::Array(subnets))]);
        updated(call.tx, project, change)?;
    }
    let job_id = match serde_json::to_value(&input)? {
        Value::Object(change) if !change.is_empty() => {
            Some(new_job::begin_update(call, project, &change)?)
        }
        _ => None,
    };
    Ok(Updated { job_id, enterprise_id: input.enterprise_id })
}

/// Puts changed attributes over those of a service that is still open.
pub(in super::super) fn updated(
    tx: &Connection,
    project: Project<'_>,
    mut change: Map<String, Value>,
) -> Result<(), Failure> {
    let mut applied = match row(tx, project)? {
        Some((status, _)) if status != SUBSCRIBED => return Ok(()),
        Some((_, Some(applied))) => serde_json::from_str(&applied)?,
        _ => Map::new(),
    };
    let ad = change.remove("ad_domains");
    let domain_name = ad.and_then(|ad| merge_ad(&mut applied, ad));
    applied.extend(change);
    tx.prepare_cached(
        "INSERT INTO workspace_projects (tenant, project, applied) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET applied = ?3, ad_domain = COALESCE(?4, ad_domain)",
    )?
    .execute(params![
        project.tenant,
        project.id,
        serde_json::to_string(&applied)?,
        domain_name
    ])?;
    Ok(())
}

/// Puts members of an Active Directory over those that the service has; gives the domain's name. A
/// service without one gets none: Terraform's provider then sends an empty one.
fn merge_ad(applied: &mut Map<String, Value>, change: Value) -> Option<String> {
    let known = applied.get_mut("ad_domains")?.as_object_mut()?;
    if known.get("domain_type")?.as_str() != Some(LOCAL_AD) {
        return None;
    }
    let Value::Object(mut change) = change else { return None };
    change.remove("domain_type");
    known.extend(change);
    Some(known.get("domain_name")?.as_str()?.to_owned())
}

/// State and attributes of the service, if anything was done with it.
fn row(
    tx: &Connection,
    project: Project<'_>,
) -> rusqlite::Result<Option<(String, Option<String>)>> {
    tx.prepare_cached(
        "SELECT status, applied FROM workspace_projects WHERE tenant = ?1 AND project = ?2",
    )?
    .query_row(params![project.tenant, project.id], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}
