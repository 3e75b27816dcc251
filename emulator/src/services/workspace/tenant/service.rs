//! The service is applied for, shown and cancelled. Both changes take a job; meanwhile the service is
//! neither open nor closed.

use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};

use super::super::new_job::{self, Begun};
use super::super::project::Project;
use super::super::times;
use super::{CLOSED, SUBSCRIBED, attributes, has_desktops, require_open, status};
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;
use crate::runtime::clock::Timestamp;

/// Being opened.
const SUBSCRIBING: &str = "SUBSCRIBING";

/// Being closed.
const DEREGISTERING: &str = "DEREGISTERING";

/// An Active Directory of the customer's own.
pub(super) const LOCAL_AD: &str = "LOCAL_AD";

/// What the service is applied for with, as far as answers show it: its password is dropped.
#[derive(Debug, Deserialize, Serialize)]
pub(in super::super) struct Apply {
    #[serde(skip_serializing)]
    project_id: String,
    ad_domains: AdDomain,
    #[serde(skip_serializing_if = "Option::is_none")]
    enterprise_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vpc_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subnet_ids: Option<Vec<Subnet>>,
    #[serde(rename(serialize = "management_subnet_cidr"))]
    #[serde(skip_serializing_if = "Option::is_none")]
    manage_subnet_cidr: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dedicated_subnets: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_send_email: Option<bool>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Subnet {
    subnet_id: String,
}

/// The directory that users are in.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct AdDomain {
    domain_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_admin_account: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active_domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active_domain_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standby_domain_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standby_domain_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    active_dns_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standby_dns_ip: Option<String>,
    #[serde(serialize_with = "as_text", skip_serializing_if = "Option::is_none")]
    delete_computer_object: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    use_ldaps: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cba_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_id: Option<String>,
}

/// Requests have a number here, answers a text.
#[expect(clippy::ref_option, reason = "serde calls it so")]
fn as_text<S: Serializer>(number: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    number.map(|number| number.to_string()).serialize(serializer)
}

/// `ApplyWorkspace`.
pub(in super::super) fn apply(call: &mut Call<'_>, input: Apply) -> Result<Begun, Failure> {
    let project = Project { tenant: call.tenant.key(), id: &input.project_id };
    let ad = &input.ad_domains;
    let ad_domain = if ad.domain_type == LOCAL_AD {
        let missing =
            || refuse_with("WKS.EMU.0001", "ad_domains.domain_name is required with LOCAL_AD.");
        Some(ad.domain_name.as_deref().ok_or_else(missing)?)
    } else {
        None
    };
    if status(call.tx, project)?.is_none_or(|status| status != CLOSED) {
        return Err(refuse("WKS.EMU.0011"));
    }
    let job_id = new_job::begin(call, project, new_job::APPLY)?;
    call.tx
        .prepare_cached(
            "UPDATE workspace_projects
             SET status = ?3, applied = ?4, ad_domain = ?5, job = ?6, completed = NULL
             WHERE tenant = ?1 AND project = ?2",
        )?
        .execute(params![
            project.tenant,
            project.id,
            SUBSCRIBING,
            serde_json::to_string(&input)?,
            ad_domain,
            job_id,
        ])?;
    Ok(Begun { job_id })
}

/// Input of calls about the service itself.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Of {
    pub(super) project_id: String,
}

/// `CancelWorkspace`. Users go with the service; their desktops must have gone before.
pub(in super::super) fn cancel(call: &mut Call<'_>, input: Of) -> Result<Begun, Failure> {
    let project = Project { tenant: call.tenant.key(), id: &input.project_id };
    let moves = [SUBSCRIBING, DEREGISTERING];
    let is_moving = status(call.tx, project)?.is_some_and(|status| moves.contains(&&*status));
    if is_moving || has_desktops(call.tx, project)? {
        return Err(refuse("WKS.EMU.0011"));
    }
    require_open(call, &input.project_id)?;
    let job_id = new_job::begin(call, project, new_job::CANCEL)?;
    call.tx
        .prepare_cached(
            "UPDATE workspace_projects SET status = ?3, job = ?4
             WHERE tenant = ?1 AND project = ?2",
        )?
        .execute(params![project.tenant, project.id, DEREGISTERING, job_id])?;
    Ok(Begun { job_id })
}

/// The service was opened.
pub(in super::super) fn opened(
    tx: &Connection,
    project: Project<'_>,
    at: Timestamp,
) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "UPDATE workspace_projects SET status = ?3, completed = ?4
         WHERE tenant = ?1 AND project = ?2",
    )?
    .execute(params![project.tenant, project.id, SUBSCRIBED, at.0])?;
    Ok(())
}

/// The service was closed, and all that was in it is gone.
pub(in super::super) fn closed(tx: &Connection, project: Project<'_>) -> rusqlite::Result<()> {
    for table in ["members", "otp_devices", "users", "user_holes", "groups", "ous"] {
        let sql = format!("DELETE FROM workspace_{table} WHERE tenant = ?1 AND project = ?2");
        tx.prepare_cached(&sql)?.execute(params![project.tenant, project.id])?;
    }
    tx.prepare_cached(
        "UPDATE workspace_projects
         SET status = ?3, applied = NULL, ad_domain = NULL, second_factor = NULL, user_num = 0, group_num = 0,
            next_user = 1, next_group = 1, next_ou = 1
         WHERE tenant = ?1 AND project = ?2",
    )?
    .execute(params![project.tenant, project.id, CLOSED])?;
    Ok(())
}

/// Output of `ListWorkspaces`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Shown {
    id: String,
    status: String,
    closable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete_time: Option<String>,
    #[serde(flatten)]
    applied: Map<String, Value>,
}

/// `ListWorkspaces`.
pub(in super::super) fn show(call: &mut Call<'_>, input: Of) -> Result<Shown, Failure> {
    type Row = (String, Option<String>, Option<String>, Option<i64>);
    let project = Project { tenant: call.tenant.key(), id: &input.project_id };
    let row: Option<Row> = call
        .tx
        .prepare_cached(
            "SELECT status, applied, job, completed FROM workspace_projects
             WHERE tenant = ?1 AND project = ?2",
        )?
        .query_row(params![project.tenant, project.id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let from_the_start = || (SUBSCRIBED.to_owned(), None, None, None);
    let (status, applied, job_id, completed) = row.unwrap_or_else(from_the_start);
    let looked_at = "tenant = ?1 AND project = ?2 AND id = ?3 AND ended IS NULL";
    call.note_look("workspace_jobs", looked_at, params![project.tenant, project.id, job_id])?;
    let closable = status == SUBSCRIBED && !has_desktops(call.tx, project)?;
    let mut applied = match applied {
        Some(applied) => serde_json::from_str(&applied)?,
        None => Map::new(),
    };
    if status == SUBSCRIBED {
        attributes::complete(call.tenant, project, &mut applied);
    }
    let complete_time = completed.map(times::iso);
    Ok(Shown { id: input.project_id, status, closable, job_id, complete_time, applied })
}

/// `SyncExternalUser`: a job that finds no user, since there is no provider.
pub(in super::super) fn sync(call: &mut Call<'_>, input: Of) -> Result<Begun, Failure> {
    let project = require_open(call, &input.project_id)?;
    Ok(Begun { job_id: new_job::begin(call, project, new_job::SYNC)? })
}
