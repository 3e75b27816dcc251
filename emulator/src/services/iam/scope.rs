//! What a token is good for: one project, or the whole domain. The project wins where both are
//! named; without a scope it is the domain (token page).

use serde::Deserialize;

use super::parts::{Named, domain};
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;
use crate::vendors::huawei::{self, REGIONS};

/// `auth.scope`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    project: Option<Project>,
    domain: Option<Reference>,
}

#[derive(Debug, Deserialize)]
struct Project {
    id: Option<String>,
    name: Option<String>,
    domain: Option<Reference>,
}

/// By id or by name.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

impl Reference {
    /// Whether it names this one.
    pub(super) fn is(&self, named: &Named) -> bool {
        let same = |told: &Option<String>, own: &String| told.as_ref().is_none_or(|t| t == own);
        same(&self.id, &named.id) && same(&self.name, &named.name)
    }
}

/// The project that is asked for, if it is not the domain.
pub(super) fn project(call: &Call<'_>, asked: &Asked) -> Result<Option<Named>, Failure> {
    let own = domain(call);
    let inner = asked.project.as_ref().and_then(|project| project.domain.as_ref());
    if inner.or(asked.domain.as_ref()).is_some_and(|other| !other.is(&own)) {
        return Err(refuse("IAM.0001"));
    }
    let Some(project) = &asked.project else { return Ok(None) };
    let tenant = &call.tenant.name;
    match (&project.name, &project.id) {
        (Some(name), _) => {
            Ok(Some(Named { id: huawei::project_id(tenant, name), name: name.clone() }))
        }
        (None, Some(id)) => by_id(tenant, id).map(Some),
        (None, None) => Err(refuse_with("IAM.0072", "'id' is a required property.")),
    }
}

/// Names are not kept, since any name has its project: what is no region's goes by its id.
fn by_id(tenant: &str, id: &str) -> Result<Named, Failure> {
    let known = REGIONS.iter().find(|name| huawei::project_id(tenant, name) == id);
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match known {
        Some(name) => Ok(Named { id: id.to_owned(), name: (*name).to_owned() }),
        None if id.len() == 32 && id.bytes().all(is_digit) => {
            Ok(Named { id: id.to_owned(), name: id.to_owned() })
        }
        None => Err(refuse_with("IAM.0004", format!("Could not find project: {id}."))),
    }
}
