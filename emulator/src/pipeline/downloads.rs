//! Downloads of finished files: no vendor's API, but scenarios can spoil them, and they are in the
//! journal.

use std::borrow::Cow;
use std::sync::Arc;

use super::answered::Answered;
use super::{faults, not_ours};
use crate::journal::{Entry, Outcome, Owner, Receipt};
use crate::runtime::clock::Stopwatch;
use crate::scenario::{Fired, Phase, Target};
use crate::twin::Twin;
use crate::wire::{Request, Response};
use crate::{download, services};

/// Answers a download.
pub fn answer(twin: &Arc<Twin>, request: &Request) -> (Response, Receipt) {
    let (now, watch) = (twin.clock.now(), Stopwatch::start());
    let tenant = owner(twin, request);
    let decide = |phase, fired: Option<Fired>| {
        let may_act = fired.is_none();
        let tenant = || tenant.as_deref().map(Cow::Borrowed);
        fired.or(twin.scenarios.decide(phase, Target::File, tenant, None, now, may_act))
    };
    let fired = decide(Phase::Arrival, None);
    let own = download::answer(twin, request);
    let ended = if own.status.is_success() { Outcome::Answered } else { Outcome::NotOurs };
    let fired = decide(Phase::Body, fired);
    let own = Answered::new(ended, own, None);
    let (Answered { ended, answer, status, .. }, fault) = match fired {
        None => (own, None),
        Some(fired) => {
            tracing::info!(scenario = %fired.scenario, rule = fired.rule, effect = fired.effect,
                "a fault is injected into a download");
            let (answered, fault) = faults::spoiled(fired, own, |_| Response::broken());
            (answered, Some(fault))
        }
    };
    let owner = tenant.and_then(|name| twin.tenants.get(&name).ok()).map(Owner::Known);
    let entry = not_ours::entry(twin, (now, &watch), request, status);
    let receipt = twin.journal.write(Entry {
        outcome: ended,
        tenant: owner,
        fault: fault.map(Box::new),
        ..entry
    });
    (answer, receipt)
}

/// The name of the tenant that has the file.
fn owner(twin: &Twin, request: &Request) -> Option<String> {
    let token = download::token(request)?;
    let found = twin.readers.with(|tx| services::owner_of_file(&twin.services, tx, token));
    found.and_then(|found| found).ok().flatten()
}
