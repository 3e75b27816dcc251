//! Joins the models with the behaviour: for every operation that the vendors declare, what runs
//! it, or that nothing does yet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use contracts::Retry;

use crate::operation::Operation;
use crate::services::Service;

mod rows;

pub use rows::{PagingRow, PollsRow, PositionRow};

/// The modelled operations by their place in the contracts' catalog.
#[derive(Debug)]
pub struct Behaviours {
    by_index: Vec<Option<Arc<Operation>>>,
}

/// A table of operations that does not fit the models: a fault of the twin's own source.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BehaviourError {
    /// Nothing would ever run it.
    #[error("the table of service `{0}` has operation `{1}`, which no model declares")]
    Undeclared(&'static str, &'static str),
    /// Only one of the two could run.
    #[error("the table of service `{0}` has operation `{1}` twice")]
    Duplicate(&'static str, &'static str),
}

impl Behaviours {
    /// Takes the operations of all services. Each must be declared by a model, and be there once.
    pub fn of(services: &mut [Service]) -> Result<Self, BehaviourError> {
        let catalog = contracts::catalog();
        let count = catalog.services.iter().map(|service| service.operations.len()).sum();
        let mut by_index: Vec<Option<Arc<Operation>>> =
            std::iter::repeat_with(|| None).take(count).collect();
        for service in services {
            let declared = catalog.service(service.name);
            for operation in service.operations.drain(..) {
                let name = operation.name;
                let model = declared.and_then(|declared| operation.model(declared));
                let place = model.and_then(|model| by_index.get_mut(model.index));
                let place = place.ok_or(BehaviourError::Undeclared(service.name, name))?;
                if place.replace(Arc::new(operation)).is_some() {
                    return Err(BehaviourError::Duplicate(service.name, name));
                }
            }
        }
        Ok(Self { by_index })
    }

    /// What runs that operation.
    pub fn get(&self, operation: &contracts::Operation) -> Option<&Arc<Operation>> {
        self.by_index.get(operation.index)?.as_ref()
    }
}

/// One row of the listing of operations.
#[derive(Debug, serde::Serialize)]
pub struct Listed {
    /// The service's name.
    pub service: String,
    /// The vendor's name of the operation.
    pub operation: String,
    /// The API version that has it, alone in a list; one name may have a row for each version.
    pub versions: Vec<String>,
    /// What it does.
    pub label: String,
    /// Whether the twin does it.
    pub modelled: bool,
    /// Documented calls per second; null: none is documented.
    pub rate_per_second: Option<u32>,
    /// Method and path, where the protocol goes by them.
    pub http: Option<String>,
    /// Its documented codes that ordinary calls can meet.
    pub errors: Vec<String>,
    /// Its documented codes to which no ordinary call leads: a scenario refuses with them.
    pub errors_forced_only: Vec<String>,
    /// Those of its codes of which something (the number, the text, what leads to it) is assumed.
    pub errors_assumed: Vec<String>,
    /// For those of its codes of which the vendor says so: whether a client may send the request
    /// again.
    pub retry: BTreeMap<String, Retry>,
    /// The member of its input by which the service knows a repeated call.
    pub idempotent_by: Option<String>,
    /// How it pages.
    pub paging: Option<PagingRow>,
    /// What of its answer a client waits for.
    pub polls: Option<PollsRow>,
    /// What of its name or its path is assumed, and why.
    pub assumed: Option<String>,
}

/// All operations that the models declare, those of one service if it is named.
pub fn listing(service: Option<&str>) -> Vec<Listed> {
    let behaving = crate::services::all();
    let is_modelled = |of: &contracts::Service, operation: &Arc<contracts::Operation>| {
        let mut services = behaving.iter().filter(|service| service.name == of.name);
        services.any(|service| {
            let mut models = service.operations.iter().filter_map(|one| one.model(of));
            models.any(|model| Arc::ptr_eq(model, operation))
        })
    };
    let services = contracts::catalog().services.iter();
    services
        .filter(|model| service.is_none_or(|name| name == model.name))
        .flat_map(|model| model.operations.iter().map(move |operation| (model, operation)))
        .map(|(model, operation)| listed(model, operation, is_modelled(model, operation)))
        .collect()
}

/// The listing as JSON. It never changes, so each is made once and shared by all who ask for it.
pub fn listing_json(service: Option<&str>) -> serde_json::Result<Bytes> {
    static MADE: Mutex<BTreeMap<Option<String>, Bytes>> = Mutex::new(BTreeMap::new());
    if service.is_some_and(|name| contracts::catalog().service(name).is_none()) {
        return Ok(Bytes::from_static(b"[]"));
    }
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(json) = made.get(&service.map(str::to_owned)) {
        return Ok(json.clone());
    }
    let json = Bytes::from(serde_json::to_vec(&listing(service))?);
    made.insert(service.map(str::to_owned), json.clone());
    Ok(json)
}

fn listed(
    model: &contracts::Service,
    operation: &'static contracts::Operation,
    modelled: bool,
) -> Listed {
    let forced = |code: &&String| {
        model.codes.get(*code).is_some_and(|code| code.forced_only(&operation.name).is_some())
    };
    let assumed =
        |code: &&String| model.codes.get(*code).is_some_and(|code| code.assumed.is_some());
    let retry = |code: &String| Some((code.clone(), model.codes.get(code)?.retry?));
    let (forced_only, errors): (Vec<_>, Vec<_>) = operation.errors.iter().partition(forced);
    Listed {
        service: operation.service.clone(),
        operation: operation.name.clone(),
        versions: vec![operation.version.clone()],
        label: operation.label.clone(),
        modelled,
        rate_per_second: operation.rate_per_second,
        http: operation
            .http
            .as_ref()
            .map(|http| format!("{} {}", http.method.as_deref().unwrap_or("any"), http.path)),
        errors: errors.into_iter().cloned().collect(),
        errors_forced_only: forced_only.into_iter().cloned().collect(),
        errors_assumed: operation.errors.iter().filter(assumed).cloned().collect(),
        retry: operation.errors.iter().filter_map(retry).collect(),
        idempotent_by: operation.idempotent_by.clone(),
        paging: operation.paging.as_deref().map(PagingRow::from),
        polls: operation.polls.as_deref().map(PollsRow::from),
        assumed: operation.assumed.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{Empty, operation};
    use crate::services::{self, Service};

    fn with(name: &'static str) -> Vec<Service> {
        let mut services = services::all();
        let ciam = services.iter_mut().find(|service| service.name == "ciam").unwrap();
        ciam.operations.push(operation(name, |_, _: serde_json::Value| Ok(Empty {})));
        services
    }

    #[test]
    fn every_behaviour_belongs_to_one_declared_operation() {
        assert!(Behaviours::of(&mut services::all()).is_ok());
        let error = |name| Behaviours::of(&mut with(name)).unwrap_err();
        assert_eq!(error("CreateUser"), BehaviourError::Duplicate("ciam", "CreateUser"));
        assert_eq!(error("CreateUsers"), BehaviourError::Undeclared("ciam", "CreateUsers"));
        // Declared, but by another service.
        assert_eq!(error("createTask"), BehaviourError::Undeclared("ciam", "createTask"));
    }
}
