//! Reads the model files into the catalog, and says where a file is wrong. Part of the build script, and
//! of the tests; a program has the packed catalog instead.
//!
//! Never reads the disk: the files are part of the build script.

use std::collections::BTreeSet;

use crate::model::{Catalog, Service, Shape};

mod facts;
mod file;
mod link;
mod problems;
mod protocol;
mod shapes;

/// The file of a folder that describes the service as a whole.
const SERVICE_FILE: &str = "service.toml";

/// The folder of the protocols' files.
const PROTOCOLS: &str = "protocols";

/// One model file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ModelFile<'a> {
    /// The service's folder under `models`.
    pub folder: &'a str,
    /// The file's name: `service.toml`, or a resource's.
    pub name: &'a str,
    /// What it holds.
    pub text: &'a str,
}

/// What is wrong with a model file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("models/{file}:{line}: {what}")]
pub(crate) struct LoadError {
    /// Folder and name of the file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: String,
}

macro_rules! embedded {
    ($($folder:literal: $($name:literal),+;)+) => {
        &[$($(ModelFile {
            folder: $folder,
            name: concat!($name, ".toml"),
            text: include_str!(concat!("../models/", $folder, "/", $name, ".toml")),
        }),+),+]
    };
}

/// Every model file; this order is the order of the catalog.
pub(crate) const FILES: &[ModelFile<'static>] = embedded! {
    "protocols": "tencent_api3", "huawei_apig", "aicc", "scim";
    "ciam": "service", "stores", "users", "passwords", "groups", "jobs", "logs", "shared";
    "organization": "service", "zones", "users", "groups", "scim", "saml", "role_configurations",
        "role_assignments", "user_syncs", "permission_requests", "settings", "members",
        "member_login", "finance", "services", "policies", "sharing";
    "scim": "service", "users", "groups", "discovery";
    "aicc": "service", "tokens", "federation", "related";
    "workspace": "service", "users", "groups", "exports", "jobs", "ous", "tenant", "others";
    "iam": "service", "tokens", "projects";
};

/// Makes a catalog of these files. Each file of `protocols` makes one protocol, the files of every
/// other folder one service.
pub(crate) fn load(files: &[ModelFile<'_>]) -> Result<Catalog, LoadError> {
    let (of_protocols, files): (Vec<_>, Vec<_>) =
        files.iter().copied().partition(|file| file.folder == PROTOCOLS);
    let protocols: Vec<_> = of_protocols.iter().map(protocol::model).collect::<Result<_, _>>()?;
    let mut services: Vec<Service> = Vec::new();
    let mut operations = 0;
    for (at, first) in files.iter().enumerate() {
        if files.iter().take(at).any(|earlier| earlier.folder == first.folder) {
            continue;
        }
        let of_service: Vec<_> =
            files.iter().copied().filter(|file| file.folder == first.folder).collect();
        let service = link::service(&of_service, operations, &protocols)?;
        operations += service.operations.len();
        services.push(service);
    }
    let mut secret_names = BTreeSet::new();
    for operation in services.iter().flat_map(|service| &service.operations) {
        collect_secrets(&operation.input, &mut secret_names);
    }
    Ok(Catalog { services, protocols, secret_names: secret_names.into_iter().collect() })
}

/// The names of the secret members, at any depth.
fn collect_secrets(shape: &Shape, names: &mut BTreeSet<String>) {
    for member in &shape.members {
        if member.secret {
            names.insert(member.name.clone());
        }
        if let Some(shape) = member.kind.shape() {
            collect_secrets(shape, names);
        }
    }
}

/// The texts of the embedded files.
#[cfg(test)]
pub(crate) fn files() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|file| file.text)
}

impl ModelFile<'_> {
    /// The error that something at this byte of the file is wrong.
    fn error(&self, at: usize, what: impl Into<String>) -> LoadError {
        let before = self.text.bytes().take(at);
        LoadError {
            file: format!("{}/{}", self.folder, self.name),
            line: 1 + before.filter(|byte| *byte == b'\n').count(),
            what: what.into(),
        }
    }
}

#[cfg(test)]
mod facts_tests;
#[cfg(test)]
mod tests;
