//! The models of one operation.

use crate::catalog;
use crate::model::{Operation, ProtocolModel, Service};

/// What an answer is judged by.
#[derive(Clone, Copy)]
pub(super) struct Model {
    pub(super) operation: &'static Operation,
    pub(super) service: &'static Service,
    pub(super) protocol: &'static ProtocolModel,
}

impl Model {
    pub(super) fn of(operation: &'static Operation) -> Option<Self> {
        let service = catalog().service(&operation.service)?;
        Some(Self { operation, service, protocol: catalog().protocol(service.protocol)? })
    }
}
