//! The state in which a tenant begins, given to one tenant of a running twin.

use std::sync::Arc;

use bytes::Bytes;

use super::query::Query;
use super::{Outcome, bad, state};
use crate::services::seeds::Seed;
use crate::twin::Twin;

/// Lets the tenant begin anew, now and after each reset, as the seed file in the body says (TOML).
pub(super) fn give(twin: &Arc<Twin>, query: Query, body: &Bytes) -> Outcome {
    let tenant = tenant(query)?;
    let text = std::str::from_utf8(body).map_err(|error| bad(format!("no UTF-8: {error}")))?;
    let seed = Seed::parse(text).map_err(|problems| bad(problems.join("\n")))?;
    let most = twin.config.bounds.tenants_max;
    if !twin.own_seeds.set(&tenant, seed, most) {
        return Err(bad(format!("{most} tenants have a seed of their own: DELETE one of them")));
    }
    state::reset(twin, Some(tenant))
}

/// Lets the tenant begin anew as all others do.
pub(super) fn take_back(twin: &Arc<Twin>, query: Query) -> Outcome {
    let tenant = tenant(query)?;
    twin.own_seeds.unset(&tenant);
    state::reset(twin, Some(tenant))
}

fn tenant(query: Query) -> Result<String, super::Error> {
    query.tenant.ok_or_else(|| {
        bad("`tenant` is missing: a seed is given to one tenant, as in ?tenant=ci-7".to_owned())
    })
}
