//! What services show and set beyond their vendors' APIs: read and replaced whole, in a
//! transaction, after what is due has happened.

use std::sync::{Arc, mpsc};

use bytes::Bytes;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Error, Outcome, bad, fault, overloaded, to_json};
use crate::advance::advance;
use crate::credentials::DEFAULT_TENANT;
use crate::error::{Failure, Overload};
use crate::operation::{After, Client};
use crate::runtime::clock::Timestamp;
use crate::services::{Resource, Service};
use crate::state::{Delivery, Disposition, Task, Tenant};
use crate::twin::Twin;

/// All resources.
pub(super) fn all(twin: &Twin) -> impl Iterator<Item = &'static Resource> {
    twin.services.iter().flat_map(|service| service.resources)
}

/// Shows it for a tenant, or replaces it by `wanted`; the default tenant if none is named. `which` is
/// the text in the place of the braces of its path.
pub(super) fn access(
    twin: &Arc<Twin>,
    resource: &'static Resource,
    which: &str,
    tenant: Option<String>,
    wanted: Option<Bytes>,
) -> Outcome {
    let name = tenant.as_deref().unwrap_or(DEFAULT_TENANT);
    let _place = twin.writer.place().map_err(overloaded)?;
    for tries in 0_u64.. {
        match try_access(twin, (resource, which), name, wanted.clone(), tries == 0)? {
            Ok(shown) => return to_json(&shown),
            // The tenant was reset meanwhile, or something is due: again, on what is there now.
            Err(Failure::Pending) => {}
            Err(Failure::Overloaded(overload)) => return Err(overloaded(overload)),
            Err(Failure::Refused(refusal)) => return Err(bad(refusal.message.into_owned())),
            Err(failure) => return Err(fault(format!("{failure:?}"))),
        }
    }
    Err(fault("the tenant is reset again and again"))
}

fn try_access(
    twin: &Arc<Twin>,
    (resource, which): (&'static Resource, &str),
    name: &str,
    wanted: Option<Bytes>,
    after_due: bool,
) -> Result<Result<Value, Failure>, Error> {
    let tenant = twin.tenants.get(name).map_err(overloaded)?;
    advance(twin, &tenant, twin.clock.now());
    let (tell, told) = mpsc::channel();
    twin.writer.submit(Box::new(Access {
        twin: Arc::clone(twin),
        tenant,
        service: service_of(twin, resource),
        resource,
        which: which.to_owned(),
        wanted,
        after_due,
        after: After::default(),
        outcome: Ok(Value::Null),
        tell,
    }));
    told.recv().map_err(|_| fault("the twin is ending"))
}

fn service_of(twin: &Twin, resource: &'static Resource) -> &'static str {
    let has = |service: &&Service| service.resources.iter().any(|own| std::ptr::eq(own, resource));
    twin.services.iter().find(has).map_or("", |service| service.name)
}

struct Access {
    twin: Arc<Twin>,
    tenant: Arc<Tenant>,
    service: &'static str,
    resource: &'static Resource,
    which: String,
    wanted: Option<Bytes>,
    /// Whether it is to wait for what has become due meanwhile.
    after_due: bool,
    after: After,
    outcome: Result<Value, Failure>,
    tell: mpsc::Sender<Result<Value, Failure>>,
}

impl Task for Access {
    fn run(&mut self, tx: &Connection) -> Disposition {
        let now = self.twin.clock.now();
        let is_due =
            self.after_due && self.tenant.is_due_at_writer(now, self.twin.clock.setbacks());
        if is_due || self.tenant.is_retired() {
            self.outcome = Err(Failure::Pending);
            return Disposition::Rollback;
        }
        if let Some(fault) = self.tenant.fault(self.service) {
            self.outcome = Err(Failure::Internal(anyhow::anyhow!("no state to run on: {fault}")));
            return Disposition::Rollback;
        }
        if self.tenant.is_busy() {
            self.outcome = Err(Failure::Pending);
            return Disposition::Wait;
        }
        let (client, mut ids) = (Client::internal(), self.tenant.ids());
        let mut call = self.twin.call(tx, now, &self.tenant, &mut ids, &client, &mut self.after);
        self.outcome = match &self.wanted {
            None => call.look(|call| (self.resource.show)(call, &self.which)),
            Some(body) => (self.resource.replace)(&mut call, &self.which, body).map(|()| json!({})),
        };
        if self.outcome.is_err() {
            return Disposition::Rollback;
        }
        if let Some(moment) = self.after.due {
            self.tenant.schedule_at_writer(moment);
        }
        Disposition::Commit
    }

    fn changed(&self) -> Option<(Arc<Tenant>, Timestamp)> {
        Some((Arc::clone(&self.tenant), self.twin.clock.now()))
    }

    fn give_up(&mut self, why: Overload) {
        self.outcome = Err(why.into());
    }

    fn finish(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
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
