//! How users prove themselves beside their password: kept and shown; no log-in is modelled. Its secret is
//! dropped.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::require_open;
use super::service::Of;
use crate::error::Failure;
use crate::operation::{Call, Empty};

/// Output of `ShowAssistAuthConfig`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Shown {
    otp_config_info: Value,
}

/// `ShowAssistAuthConfig`: off until it is set.
pub(in super::super) fn show(call: &mut Call<'_>, input: Of) -> Result<Shown, Failure> {
    let project = require_open(call, &input.project_id)?;
    let kept: Option<Option<String>> = call
        .tx
        .prepare_cached(
            "SELECT second_factor FROM workspace_projects WHERE tenant = ?1 AND project = ?2",
        )?
        .query_row(params![project.tenant, project.id], |row| row.get(0))
        .optional()?;
    let otp_config_info = match kept.flatten() {
        Some(kept) => serde_json::from_str(&kept)?,
        None => json!({ "enable": false }),
    };
    Ok(Shown { otp_config_info })
}

/// Input of `UpdateAssistAuthMethodConfig`: there is but one kind of it.
#[derive(Debug, Deserialize)]
pub(in super::super) struct Set {
    project_id: String,
    otp_config_info: Config,
}

/// What is kept of it.
#[derive(Debug, Deserialize, Serialize)]
struct Config {
    enable: bool,
    receive_mode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_server_access_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cert_content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    apply_rule: Option<Rule>,
}

/// For which ways of access it holds.
#[derive(Debug, Deserialize, Serialize)]
struct Rule {
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<String>,
}

/// `UpdateAssistAuthMethodConfig`: in place of what was set before.
pub(in super::super) fn set(call: &mut Call<'_>, input: Set) -> Result<Empty, Failure> {
    let project = require_open(call, &input.project_id)?;
    call.tx
        .prepare_cached(
            "INSERT INTO workspace_projects (tenant, project, second_factor) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET second_factor = ?3",
        )?
        .execute(params![
            project.tenant,
            project.id,
            serde_json::to_string(&input.otp_config_info)?,
        ])?;
    Ok(Empty {})
}
