//! What a project may have and has. Only the quota of users is enforced; nothing else can be made here.

use serde::{Deserialize, Serialize};

use super::super::project::Project;
use super::service::Of;
use super::{desktops, require_open};
use crate::error::Failure;
use crate::operation::Call;
use crate::state::Tenant;

/// Quotas of what is not modelled, with the unit where there is one (`ShowQuotas` page, example).
const OTHERS: [(&str, i64, Option<&str>); 8] = [
    ("Memory", 163_840, None),
    ("cores", 80, None),
    ("Cores", 80, None),
    ("volumes", 500, None),
    ("volume_gigabytes", 20_480, Some("GB")),
    ("gpu_instances", 0, None),
    ("deh", 0, None),
    ("policy_groups", 10, None),
];

/// A quota, as answers show it.
#[derive(Debug, Clone, Serialize)]
struct Resource {
    r#type: &'static str,
    quota: i64,
    used: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
}

/// All quotas.
#[derive(Debug, Serialize)]
struct Resources {
    resources: Vec<Resource>,
}

/// Output of `ShowQuotas`.
#[derive(Debug, Serialize)]
pub(in super::super) struct Shown {
    quotas: Resources,
    site_quotas: [ShownOfSite; 1],
}

/// `ShowQuotas`. There is one site, the default one, which has what the project has.
pub(in super::super) fn show(call: &mut Call<'_>, input: Of) -> Result<Shown, Failure> {
    let project = require_open(call, &input.project_id)?;
    let resources = resources(call, project)?;
    let of_site =
        ShownOfSite { resources: resources.clone(), site_id: default_site(call.tenant, project) };
    Ok(Shown { quotas: Resources { resources }, site_quotas: [of_site] })
}

/// The id of the one site that a project has.
fn default_site(tenant: &Tenant, project: Project<'_>) -> String {
    project.fixed_id(tenant, "site", "default")
}

/// Input of `ShowQuotaDetails`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct OfSite {
    project_id: String,
    site_id: Option<String>,
}

/// Output of `ShowQuotaDetails`, and the quotas of a site in `ShowQuotas`.
#[derive(Debug, Serialize)]
pub(in super::super) struct ShownOfSite {
    resources: Vec<Resource>,
    site_id: String,
}

/// `ShowQuotaDetails`: every site has what the project has; without an id the default one is meant.
pub(in super::super) fn show_of_site(
    call: &mut Call<'_>,
    input: OfSite,
) -> Result<ShownOfSite, Failure> {
    let project = require_open(call, &input.project_id)?;
    let site_id = input.site_id.unwrap_or_else(|| default_site(call.tenant, project));
    Ok(ShownOfSite { resources: resources(call, project)?, site_id })
}

fn resources(call: &Call<'_>, project: Project<'_>) -> rusqlite::Result<Vec<Resource>> {
    let counts = project.counts(call.tx)?;
    let resource = |r#type, quota, used| Resource { r#type, quota, used, unit: None };
    let mut resources = vec![
        resource("users", call.limit("users").unwrap_or(counts.user_quota), counts.users),
        resource("general_instances", 10, desktops(call.tx, project)?),
    ];
    let others = OTHERS.into_iter();
    resources.extend(others.map(|(r#type, quota, unit)| Resource { r#type, quota, used: 0, unit }));
    Ok(resources)
}
