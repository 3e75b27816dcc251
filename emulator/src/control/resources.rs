//! What services show and set beyond their vendors' APIs: read and replaced whole, in a
//! transaction, after what is due has happened.

use std::sync::{Arc, mpsc};

use bytes::Bytes;
use http::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Outcome, PREFIX, Refused, bad, fault, to_json};
use crate::error::Failure;
use crate::operation::After;
use crate::protocol::credentials::DEFAULT_TENANT;
use crate::services::{Resource, Service};
use crate::settle::{nobody, settle};
use crate::state::{Delivery, Task, Tenant, Verdict};
use crate::twin::Twin;

/// What every resource answers.
pub(super) const METHODS: &str = "GET, PUT";

/// The paths of all resources.
pub(super) fn paths(twin: &Twin) -> impl Iterator<Item = String> {
    all(twin).map(|(path, _)| path)
}

fn all(twin: &Twin) -> impl Iterator<Item = (String, &'static Resource)> {
    twin.services.iter().flat_map(|service| {
        let path = |resource: &Resource| format!("{}/{}", service.name, resource.name);
        service.resources.iter().map(move |resource| (path(resource), resource))
    })
}

fn path_of(twin: &Twin, resource: &'static Resource) -> String {
    let mut known = all(twin).filter(|(_, known)| std::ptr::eq(*known, resource));
    known.next().map(|(path, _)| path).unwrap_or_default()
}

fn service_of(twin: &Twin, resource: &'static Resource) -> &'static str {
    let has = |service: &&Service| service.resources.iter().any(|own| std::ptr::eq(own, resource));
    twin.services.iter().find(has).map_or("", |service| service.name)
}

/// The resource at that path.
pub(super) fn find(twin: &Twin, path: &str) -> Option<&'static Resource> {
    let (service, name) = path.split_once('/')?;
    let service = twin.services.iter().find(|known| known.name == service)?;
    service.resources.iter().find(|resource| resource.name == name)
}

/// Shows or replaces it for a tenant; the default one if none is named.
pub(super) fn answer(
    twin: &Arc<Twin>,
    resource: &'static Resource,
    method: &Method,
    tenant: Option<String>,
    body: Bytes,
) -> Outcome {
    let wanted = match *method {
        Method::GET => None,
        Method::PUT => Some(body),
        _ => {
            let message = format!("{PREFIX}{} answers {METHODS}", path_of(twin, resource));
            return Err(Refused(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", message));
        }
    };
    let name = tenant.as_deref().unwrap_or(DEFAULT_TENANT);
    loop {
        match access(twin, resource, name, wanted.clone())? {
            Ok(shown) => return to_json(&shown),
            // The tenant was reset meanwhile: again, on what is there now.
            Err(Failure::Later) => {}
            Err(Failure::Refused(refusal)) => return Err(bad(refusal.message.into_owned())),
            Err(failure) => return Err(fault(format!("{failure:?}"))),
        }
    }
}

fn access(
    twin: &Arc<Twin>,
    resource: &'static Resource,
    name: &str,
    wanted: Option<Bytes>,
) -> Result<Result<Value, Failure>, Refused> {
    let tenant = twin.tenants.get(name);
    settle(twin, &tenant, twin.clock.now());
    let (tell, told) = mpsc::channel();
    twin.writer.submit(Box::new(Access {
        twin: Arc::clone(twin),
        tenant,
        service: service_of(twin, resource),
        resource,
        wanted,
        after: After::default(),
        outcome: Ok(Value::Null),
        tell,
    }));
    told.recv().map_err(|_| fault("the twin is ending"))
}

struct Access {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    service: &'static str,
    resource: &'static Resource,
    wanted: Option<Bytes>,
    after: After,
    outcome: Result<Value, Failure>,
    tell: mpsc::Sender<Result<Value, Failure>>,
}

impl Task for Access {
    fn run(&mut self, tx: &Connection) -> Verdict {
        if self.tenant.is_retired() {
            self.outcome = Err(Failure::Later);
            return Verdict::Undo;
        }
        if let Some(fault) = self.tenant.fault(self.service) {
            self.outcome = Err(Failure::Internal(anyhow::anyhow!("no state to run on: {fault}")));
            return Verdict::Undo;
        }
        if self.tenant.is_busy() {
            self.outcome = Err(Failure::Later);
            return Verdict::Later;
        }
        let (client, now, mut ids) = (nobody(), self.twin.clock.now(), self.tenant.ids());
        let mut call = self.twin.call(tx, now, &self.tenant, &mut ids, &client, &mut self.after);
        self.outcome = match &self.wanted {
            None => (self.resource.show)(&mut call),
            Some(body) => (self.resource.replace)(&mut call, body).map(|()| json!({})),
        };
        if self.outcome.is_ok() { Verdict::Keep } else { Verdict::Undo }
    }

    fn over(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let failed = |error: &rusqlite::Error| Failure::Internal(anyhow::anyhow!("{error}"));
        let Self { twin, tenant, after, outcome, tell, .. } = *self;
        let outcome = committed.map_err(failed).and(outcome);
        if outcome.is_ok() {
            twin.carry_out(after, &tenant);
        }
        // The caller may be gone.
        drop(tell.send(outcome));
        None
    }
}
