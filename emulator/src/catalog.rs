//! Joins the models with the behaviour: for every operation that the vendors declare, what runs
//! it, or that nothing does yet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::operation::Operation;
use crate::services::Service;

/// The modelled operations by their place in the contracts' catalog.
#[derive(Debug)]
pub struct Behaviours {
    by_index: Vec<Option<Operation>>,
}

impl Behaviours {
    /// Takes the operations of all services; an operation that no model declares is left out and
    /// given back by name.
    pub fn of(services: &mut [Service]) -> (Self, Vec<String>) {
        let catalog = contracts::catalog();
        let count = catalog.services.iter().map(|service| service.operations.len()).sum();
        let mut by_index: Vec<Option<Operation>> =
            std::iter::repeat_with(|| None).take(count).collect();
        let mut undeclared = Vec::new();
        for service in services {
            let declared = catalog.service(service.name).map_or(&[][..], |model| &model.operations);
            for operation in service.operations.drain(..) {
                let index = declared
                    .iter()
                    .find(|model| model.name == operation.name)
                    .map(|model| model.index);
                match index.and_then(|index| by_index.get_mut(index)) {
                    Some(place) => *place = Some(operation),
                    None => undeclared.push(format!("{}/{}", service.name, operation.name)),
                }
            }
        }
        (Self { by_index }, undeclared)
    }

    /// What runs that operation.
    pub fn get(&self, operation: &contracts::Operation) -> Option<&Operation> {
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
    /// The API versions that have it.
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
    /// Its documented codes that only a scenario can force.
    pub errors_by_force: Vec<String>,
    /// Those of its codes of which something (the number, the text, what leads to it) is assumed.
    pub errors_assumed: Vec<String>,
    /// What of its name or its path is assumed, and why.
    pub assumed: Option<String>,
}

/// All operations that the models declare, those of one service if it is named.
pub fn listing(service: Option<&str>) -> Vec<Listed> {
    let (behaviours, _) = Behaviours::of(&mut crate::services::all());
    let services = contracts::catalog().services.iter();
    services
        .filter(|model| service.is_none_or(|name| name == model.name))
        .flat_map(|model| model.operations.iter().map(move |operation| (model, operation)))
        .map(|(model, operation)| listed(model, operation, behaviours.get(operation).is_some()))
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
    operation: &Arc<contracts::Operation>,
    modelled: bool,
) -> Listed {
    let forced =
        |code: &&String| model.codes.get(*code).is_some_and(|code| code.only_by_force.is_some());
    let assumed =
        |code: &&String| model.codes.get(*code).is_some_and(|code| code.assumed.is_some());
    let (by_force, errors): (Vec<_>, Vec<_>) = operation.errors.iter().partition(forced);
    Listed {
        service: operation.service.clone(),
        operation: operation.name.clone(),
        versions: operation.versions.clone(),
        label: operation.label.clone(),
        modelled,
        rate_per_second: operation.rate_per_second,
        http: operation
            .http
            .as_ref()
            .map(|http| format!("{} {}", http.method.as_deref().unwrap_or("any"), http.path)),
        errors: errors.into_iter().cloned().collect(),
        errors_by_force: by_force.into_iter().cloned().collect(),
        errors_assumed: operation.errors.iter().filter(assumed).cloned().collect(),
        assumed: operation.assumed.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_behaviour_belongs_to_a_declared_operation() {
        let (_, undeclared) = Behaviours::of(&mut crate::services::all());
        assert_eq!(undeclared, Vec::<String>::new());
    }
}
