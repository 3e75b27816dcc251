//! The life of one request, in order: read this first. No vendor, no operation, no socket is known
//! here, and nothing waits: a request that writes is finished once it is committed.
//!
//! | stage | what is known after it |
//! | --- | --- |
//! | 1 `received`: bytes in, bounded (`server`); [`crate::protocol::of`] finds the protocol | request, protocol |
//! | 2 `identify`; faults of phase *arrival* | operation, the claimed tenant |
//! | 3 `find_behaviour` | what runs the operation |
//! | 4 `authenticate` | tenant |
//! | 5 `count` | within the rate |
//! | 6 `read_input`; faults of phase *before handler* | input, client: a `Valid` request |
//! | 7 `execute`: an upload is parsed; the handler runs in one transaction; commit | outcome |
//! | 8 `finish`; faults of phase *after commit* | response, in the vendor's envelope; the journal's entry |

use std::sync::Arc;

use crate::operation::{Client, Operation as Behaviour};
use crate::protocol::{Message, Protocol, Rejection};
use crate::runtime::throttle::Key;
use crate::scenario::Phase;
use crate::state::Tenant;
use crate::twin::Twin;
use crate::wire::Request;

mod answered;
mod downloads;
mod exchange;
mod execute;
mod faults;
mod not_ours;

pub use downloads::answer as download;
pub use exchange::{Reply, broken};
pub use not_ours::note_refused;

use exchange::{Caller, Exchange};
use execute::Valid;

/// Runs a request through all stages. `reply` is called once: here, or after the commit.
pub fn serve(
    twin: &Arc<Twin>,
    protocol: Option<&'static dyn Protocol>,
    request: Request,
    reply: Reply,
) {
    let Some(protocol) = protocol else {
        return not_ours::answer(twin, &request, reply);
    };
    let (mut exchange, message) = Exchange::identify(twin, protocol, request, reply);
    match accept(&mut exchange, message) {
        Ok(valid) => execute::run(exchange, valid),
        Err(rejection) => exchange.reject(rejection),
    }
}

/// Stages 2 to 6, each of which may reject the request.
fn accept(
    exchange: &mut Exchange,
    message: Result<Box<dyn Message>, Rejection>,
) -> Result<Valid, Rejection> {
    exchange.meet_fault(Phase::Arrival, None)?;
    let message = message?;
    let behaviour = find_behaviour(exchange, &*message)?;
    let caller = authenticate(exchange, &*message)?;
    message.check_parameters(&exchange.request)?;
    count(exchange, &*message, &caller.tenant)?;
    let valid = read_input(exchange, &*message, behaviour, caller)?;
    exchange.meet_fault(Phase::BeforeHandler, Some(&valid.input))?;
    Ok(valid)
}

/// Stage 3. The only place that refuses what is not modelled.
fn find_behaviour(exchange: &Exchange, message: &dyn Message) -> Result<Arc<Behaviour>, Rejection> {
    let operation = message.operation();
    match exchange.twin.behaviours.get(operation) {
        Some(behaviour) => Ok(Arc::clone(behaviour)),
        None => Err(exchange.protocol.not_modelled(operation).into()),
    }
}

/// A caller whose credentials are good.
struct Authenticated {
    tenant: Arc<Tenant>,
    /// The input, if the credentials were in it.
    login: Option<crate::protocol::message::Input>,
}

/// Stage 4.
fn authenticate(
    exchange: &mut Exchange,
    message: &dyn Message,
) -> Result<Authenticated, Rejection> {
    let twin = Arc::clone(&exchange.twin);
    let request = &exchange.request;
    let login = if message.is_login() { Some(message.input(request)?) } else { None };
    let verifier = exchange.verifier(&twin);
    let credentials = login.as_ref().map(|(input, _)| input);
    let name = message.authenticate(request, credentials, &verifier)?;
    let tenant = twin.tenants.get(&name).map_err(|overload| exchange.overloaded(overload))?;
    exchange.caller = Caller::Known(Arc::clone(&tenant));
    Ok(Authenticated { tenant, login })
}

/// Stage 5. The only place that counts calls.
fn count(exchange: &Exchange, message: &dyn Message, tenant: &Tenant) -> Result<(), Rejection> {
    let Exchange { twin, protocol, request, now, about, .. } = exchange;
    let operation = message.operation();
    let Some(limit) = protocol.rate_max(operation, &twin.config) else { return Ok(()) };
    let key = Key { operation: operation.index, region: message.region(request) };
    match twin.throttle.count(tenant.account, key, *now) {
        count if count > limit => Err(protocol.throttled(count, limit, about.chinese).into()),
        _ => Ok(()),
    }
}

/// Stage 6. The only place that reads the client's address, agent and language for a handler.
fn read_input(
    exchange: &Exchange,
    message: &dyn Message,
    behaviour: Arc<Behaviour>,
    caller: Authenticated,
) -> Result<Valid, Rejection> {
    let Exchange { twin, request, .. } = exchange;
    let (input, file) = match caller.login {
        Some(read) => read,
        None => message.input(request)?,
    };
    let client = Client {
        ip: request.peer,
        agent: request.agent(),
        english: message.english(),
        origin: message.origin(request).unwrap_or_else(|| twin.origin().to_owned()),
    };
    let operation = Arc::clone(message.operation());
    Ok(Valid { operation, behaviour, tenant: caller.tenant, client, input, file })
}
