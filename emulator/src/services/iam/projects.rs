//! Projects, the domain that they belong to, and the caller. All of it follows from the tenant's
//! name; nothing is kept.

#![expect(clippy::unnecessary_wraps, reason = "handlers may refuse, and these never do")]

use serde::{Deserialize, Serialize};

use super::parts::{Links, SelfLink, Unread, domain, links};
use crate::error::Failure;
use crate::operation::Call;
use crate::vendors::huawei::{self, REGIONS};

/// Input of `KeystoneListProjects`.
#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    name: Option<String>,
    domain_id: Option<String>,
    enabled: Option<bool>,
}

/// Output of `KeystoneListProjects`.
#[derive(Debug, Serialize)]
pub(super) struct Projects {
    links: Links,
    projects: Vec<Project>,
}

#[derive(Debug, Serialize)]
struct Project {
    id: String,
    name: String,
    domain_id: String,
    parent_id: String,
    is_domain: bool,
    enabled: bool,
    description: &'static str,
    links: SelfLink,
}

/// `KeystoneListProjects`: SDKs ask with a region's name, and go on with exactly one project.
pub(super) fn list(call: &mut Call<'_>, filter: Filter) -> Result<Projects, Failure> {
    let domain = domain(call).id;
    let none = filter.enabled == Some(false) || filter.domain_id.is_some_and(|id| id != domain);
    let names: Vec<&str> = match &filter.name {
        _ if none => Vec::new(),
        Some(name) => vec![name],
        None => REGIONS.to_vec(),
    };
    let projects = names.into_iter().map(|name| {
        let id = huawei::project_id(&call.tenant.name, name);
        Project {
            links: SelfLink { own: format!("{}/v3/projects/{id}", call.client.origin) },
            id,
            name: name.to_owned(),
            domain_id: domain.clone(),
            parent_id: domain.clone(),
            is_domain: false,
            enabled: true,
            description: "",
        }
    });
    Ok(Projects { projects: projects.collect(), links: links(call, "/v3/projects") })
}

/// Output of `KeystoneListAuthDomains`.
#[derive(Debug, Serialize)]
pub(super) struct Domains {
    domains: [Domain; 1],
    links: Links,
}

#[derive(Debug, Serialize)]
struct Domain {
    id: String,
    name: String,
    enabled: bool,
    description: &'static str,
    links: SelfLink,
}

/// `KeystoneListAuthDomains`.
pub(super) fn domains(call: &mut Call<'_>, _: Unread) -> Result<Domains, Failure> {
    let own = domain(call);
    let domain = Domain {
        links: SelfLink { own: format!("{}/v3/domains/{}", call.client.origin, own.id) },
        id: own.id,
        name: own.name,
        enabled: true,
        description: "",
    };
    Ok(Domains { domains: [domain], links: links(call, "/v3/auth/domains") })
}

/// Output of `GetCallerIdentity`.
#[derive(Debug, Serialize)]
pub(super) struct Caller {
    account_id: String,
    principal_id: String,
    principal_urn: String,
}

/// `GetCallerIdentity`.
pub(super) fn caller(call: &mut Call<'_>, _: Unread) -> Result<Caller, Failure> {
    let own = domain(call);
    Ok(Caller {
        principal_id: huawei::user_id(&call.tenant.name, &own.name),
        principal_urn: format!("iam::{}:user:{}", own.id, own.name),
        account_id: own.id,
    })
}
