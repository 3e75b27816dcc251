//! `cloudtwin scenario codes`: what `refuse` can force.

use std::fmt::Write as _;

use contracts::{Operation, Service};

use super::stop;
use crate::cli::exit::Stop;
use crate::scenario::near;

/// A block for each operation: its codes, with status and text.
pub(super) fn text(operation: Option<&str>, service: Option<&str>) -> Result<String, Stop> {
    let services = &contracts::catalog().services;
    let named = services.iter().filter(|one| service.is_none_or(|name| one.name == name));
    let named: Vec<&Service> = named.collect();
    if let Some(name) = service.filter(|_| named.is_empty()) {
        let hint = near(name, services.iter().map(|one| one.name.as_str()));
        return Err(stop(&[format!("there is no service {name:?}; {hint}")]));
    }
    let mut text = String::new();
    for (service, one) in named.iter().flat_map(|of| of.operations.iter().map(move |one| (of, one)))
    {
        if operation.is_none_or(|name| one.name == name) {
            block(&mut text, service, one);
        }
    }
    match operation.filter(|_| text.is_empty()) {
        Some(name) => {
            let all = named.iter().flat_map(|of| &of.operations).map(|one| one.name.as_str());
            Err(stop(&[format!("there is no operation {name:?}; {}", near(name, all))]))
        }
        None => Ok(text),
    }
}

fn block(text: &mut String, service: &Service, operation: &Operation) {
    let Operation { name, version, errors, .. } = operation;
    let _ = writeln!(text, "{} {name} {version}", service.name);
    let width = errors.iter().map(String::len).max().unwrap_or_default();
    for code in errors {
        let protocol = contracts::catalog().protocol(service.protocol);
        let of_protocol = protocol.and_then(|protocol| protocol.codes.get(code));
        let model = service.codes.get(code).or(of_protocol);
        let status = model.and_then(|model| model.status);
        let status = status.or(protocol.map(|protocol| protocol.status)).unwrap_or_default();
        let meaning = model.map_or("", |model| model.meaning.as_str());
        let _ = writeln!(text, "  {status} {code:width$}  {meaning}");
    }
}
