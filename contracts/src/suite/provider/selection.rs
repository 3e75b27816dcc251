//! Which operations are called.

use std::sync::Arc;

use super::aim::{makes, names_a_thing};
use super::{Reach, Settings};
use crate::model::{Body, Operation, Service};
use crate::rules::effects::{Effect, effect};
use crate::{catalog, near};

/// A name that no model has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// Of a service.
    #[error("there is no service {name:?}; {hint}")]
    Service {
        /// The name.
        name: String,
        /// What may have been meant.
        hint: String,
    },
    /// Of an operation.
    #[error("{place} operation {name:?}; {hint}")]
    Operation {
        /// Where it was looked for.
        place: String,
        /// The name.
        name: String,
        /// What may have been meant.
        hint: String,
    },
}

/// The operations to call, in the order of the models.
pub(super) struct Selected {
    pub(super) operations: Vec<&'static Arc<Operation>>,
    /// How many were left out because they write.
    left_out: usize,
    reach: Reach,
}

/// Whether the names are known.
///
/// # Errors
/// Names the one that no model has.
pub fn check(service: Option<&str>, operation: Option<&str>) -> Result<(), SelectionError> {
    find(service, operation).map(drop)
}

impl Selected {
    pub(super) fn of(settings: &Settings) -> Result<Self, SelectionError> {
        let found = find(settings.service.as_deref(), settings.operation.as_deref())?;
        let all: Vec<_> = found.into_iter().filter(|operation| is_described(operation)).collect();
        let operations: Vec<_> =
            all.iter().copied().filter(|operation| may_call(operation, settings.reach)).collect();
        let left_out = all.len() - operations.len();
        Ok(Self { operations, left_out, reach: settings.reach })
    }

    /// Whether any operation of that service is called.
    pub(super) fn has_service(&self, name: &str) -> bool {
        self.operations.iter().any(|operation| operation.service == name)
    }

    /// Whether that operation is called.
    pub(super) fn has(&self, service: &str, name: &str) -> bool {
        self.operations.iter().any(|one| one.service == service && one.name == name)
    }

    /// Whether that operation may be called, selected or not.
    pub(super) fn may_call(&self, service: &str, name: &str) -> bool {
        let known = catalog().service(service).into_iter().flat_map(|it| &it.operations);
        known.filter(|one| one.name == name).any(|one| may_call(one, self.reach))
    }

    pub(super) fn notes(&self, settings: &Settings) -> Vec<String> {
        let count = self.left_out;
        let what = match settings.reach {
            _ if count == 0 => return Vec::new(),
            Reach::All => return Vec::new(),
            Reach::Reads => format!(
                "only reads were sent, as the server is on another machine: {count} operations that write were \
                 left out (add --writes to send them too)"
            ),
            Reach::Own => {
                format!("{count} operations that change the account as a whole were left out")
            }
        };
        vec![what]
    }
}

fn find(
    service: Option<&str>,
    operation: Option<&str>,
) -> Result<Vec<&'static Arc<Operation>>, SelectionError> {
    let services: Vec<&Service> = match service {
        None => catalog().services.iter().collect(),
        Some(name) => vec![catalog().service(name).ok_or_else(|| {
            let known = catalog().services.iter().map(|service| service.name.as_str());
            SelectionError::Service { name: name.to_owned(), hint: near(name, known) }
        })?],
    };
    let all: Vec<_> = services.into_iter().flat_map(|service| &service.operations).collect();
    let Some(name) = operation else { return Ok(all) };
    let found: Vec<_> = all.iter().copied().filter(|one| one.name == name).collect();
    if found.is_empty() {
        return Err(SelectionError::Operation {
            place: service.map_or_else(
                || "no service has an".to_owned(),
                |service| format!("{service} has no"),
            ),
            name: name.to_owned(),
            hint: near(name, all.iter().map(|one| one.name.as_str())),
        });
    }
    Ok(found)
}

/// Whether more than its name and its path is known.
fn is_described(operation: &Operation) -> bool {
    operation.body != Body::Json
        || !operation.output.members.is_empty()
        || !operation.errors.is_empty()
}

fn may_call(operation: &Operation, reach: Reach) -> bool {
    match (reach, effect(operation)) {
        (Reach::All, _)
        | (_, Effect::Reads)
        | (Reach::Own, Effect::GrantsAccess | Effect::Exports) => true,
        (Reach::Reads, _) => false,
        // One that opens, closes or sets up a whole service touches more than the suite has made.
        (Reach::Own, _) => makes(operation) || names_a_thing(operation),
    }
}
