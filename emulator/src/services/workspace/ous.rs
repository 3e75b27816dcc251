//! Organizational units of an Active Directory, as far as the service registers them. There is no
//! directory behind them, so what is asked of it is empty.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::conditions::Where;
use super::names::require_words;
use super::paging::Page;
use super::project::{Kind, Project, rank};
use super::tenant;
use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;
use crate::services::text::non_empty;

/// Input of `AddOu`.
#[derive(Debug, Deserialize)]
pub(super) struct Add {
    project_id: String,
    domain: String,
    ou_name: String,
    description: Option<String>,
}

/// Output of `AddOu`.
#[derive(Debug, Serialize)]
pub(super) struct Added {
    id: String,
}

/// `AddOu`. A name is unique in its domain.
pub(super) fn add(call: &mut Call<'_>, input: Add) -> Result<Added, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    require_words("domain", &input.domain)?;
    require_words("ou_name", &input.ou_name)?;
    require_free(call.tx, project, &input.domain, &input.ou_name, None)?;
    let seq = project.next(call.tx, Kind::Ou)?;
    let id = call.ids.rising_hex32(rank(seq));
    call.tx
        .prepare_cached("INSERT INTO workspace_ous VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?
        .execute(params![
            project.tenant,
            project.id,
            seq,
            id,
            input.domain,
            input.ou_name,
            fold(&input.ou_name),
            non_empty(input.description),
        ])?;
    Ok(Added { id })
}

/// Input of `ListOuDetails`.
#[derive(Debug, Deserialize)]
pub(super) struct List {
    project_id: String,
    ou_name: Option<String>,
    #[serde(flatten)]
    page: Page,
}

/// A unit, as the list shows it.
#[derive(Debug, Serialize)]
struct Item {
    id: String,
    domain_id: String,
    domain: String,
    ou_name: String,
    ou_dn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
}

/// Output of `ListOuDetails`.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    ous: Vec<Item>,
    total_count: i64,
}

/// `ListOuDetails`: the oldest first; the name may be part of one, without case.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    let mut conditions = Where::of(project, "o");
    if let Some(part) = non_empty(input.ou_name) {
        conditions.push_text("instr(o.name_key, ?)", fold(&part));
    }
    let total = format!("SELECT COUNT(*) FROM workspace_ous o WHERE {}", conditions.text());
    let total_count = call
        .tx
        .prepare_cached(&total)?
        .query_row(params_from_iter(conditions.values()), |row| row.get(0))?;
    let sql = format!(
        "SELECT o.id, o.domain, o.ou_name, o.description FROM workspace_ous o WHERE {}
         ORDER BY o.seq LIMIT ? OFFSET ?",
        conditions.text()
    );
    let bounds = [Value::from(input.page.limit_or(i64::MAX)), Value::from(input.page.offset())];
    let bounds = bounds.iter().map(|bound| bound as &dyn ToSql);
    let ous = call
        .tx
        .prepare_cached(&sql)?
        .query_map(params_from_iter(conditions.values().chain(bounds)), |row| {
            let (domain, ou_name): (String, String) = (row.get(1)?, row.get(2)?);
            let ou_dn = distinguished_name(&ou_name, &domain);
            let domain_id = project.fixed_id(call.tenant, "ad domain", &fold(&domain));
            let (id, description) = (row.get(0)?, row.get(3)?);
            Ok(Item { id, domain_id, domain, ou_name, ou_dn, description })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Listed { ous, total_count })
}

/// Input of `UpdateOuInfo`: a description that is absent or empty is cleared.
#[derive(Debug, Deserialize)]
pub(super) struct Update {
    project_id: String,
    ou_id: String,
    ou_name: String,
    description: Option<String>,
}

/// `UpdateOuInfo`.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<Empty, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    let (seq, domain) = existing(call.tx, project, &input.ou_id)?;
    require_words("ou_name", &input.ou_name)?;
    require_free(call.tx, project, &domain, &input.ou_name, Some(seq))?;
    call.tx
        .prepare_cached(
            "UPDATE workspace_ous SET ou_name = ?4, name_key = ?5, description = ?6
             WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
        )?
        .execute(params![
            project.tenant,
            project.id,
            seq,
            input.ou_name,
            fold(&input.ou_name),
            non_empty(input.description),
        ])?;
    Ok(Empty {})
}

/// Input of `DeleteOu`.
#[derive(Debug, Deserialize)]
pub(super) struct Delete {
    project_id: String,
    ou_id: String,
}

/// `DeleteOu`.
pub(super) fn delete(call: &mut Call<'_>, input: Delete) -> Result<Empty, Failure> {
    let project = tenant::require_open(call, &input.project_id)?;
    let (seq, _) = existing(call.tx, project, &input.ou_id)?;
    call.tx
        .prepare_cached(
            "DELETE FROM workspace_ous WHERE tenant = ?1 AND project = ?2 AND seq = ?3",
        )?
        .execute(params![project.tenant, project.id, seq])?;
    Ok(Empty {})
}

/// Input of calls about the directory itself.
#[derive(Debug, Deserialize)]
pub(super) struct InDirectory {
    project_id: String,
}

/// Output of `ListAdOus`.
#[derive(Debug, Serialize)]
pub(super) struct NoOus {
    ou_infos: [(); 0],
    total_count: u8,
}

/// `ListAdOus`.
pub(super) fn of_directory(call: &mut Call<'_>, input: InDirectory) -> Result<NoOus, Failure> {
    tenant::require_open(call, &input.project_id)?;
    Ok(NoOus { ou_infos: [], total_count: 0 })
}

/// Output of `ListAdOuUsers`.
#[derive(Debug, Serialize)]
pub(super) struct NoUsers {
    user_infos: [(); 0],
    total_count: u8,
    enable_create_count: u8,
}

/// `ListAdOuUsers`.
pub(super) fn users_of_directory(
    call: &mut Call<'_>,
    input: InDirectory,
) -> Result<NoUsers, Failure> {
    tenant::require_open(call, &input.project_id)?;
    Ok(NoUsers { user_infos: [], total_count: 0, enable_create_count: 0 })
}

/// `OU=People,DC=example,DC=com`.
fn distinguished_name(ou_name: &str, domain: &str) -> String {
    let parts = domain.split('.').map(|part| format!(",DC={part}"));
    std::iter::once(format!("OU={ou_name}")).chain(parts).collect()
}

fn existing(tx: &Connection, project: Project<'_>, id: &str) -> Result<(i64, String), Failure> {
    tx.prepare_cached(
        "SELECT seq, domain FROM workspace_ous WHERE tenant = ?1 AND project = ?2 AND id = ?3",
    )?
    .query_row(params![project.tenant, project.id, id], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()?
    .ok_or_else(|| refuse("WKS.0915"))
}

fn require_free(
    tx: &Connection,
    project: Project<'_>,
    domain: &str,
    ou_name: &str,
    except: Option<i64>,
) -> Result<(), Failure> {
    let taken = tx
        .prepare_cached(
            "SELECT 1 FROM workspace_ous WHERE tenant = ?1 AND project = ?2
             AND fold(domain) = ?3 AND name_key = ?4 AND seq IS NOT ?5",
        )?
        .exists(params![project.tenant, project.id, fold(domain), fold(ou_name), except])?;
    if taken { Err(refuse("WKS.EMU.0002")) } else { Ok(()) }
}
