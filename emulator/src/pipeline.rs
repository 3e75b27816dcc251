//! The life of one request, in order: read this first. No vendor, no operation, no socket is
//! known here, and nothing waits: a request that writes is concluded once it is committed.
//!
//! | stage | where |
//! | --- | --- |
//! | 1 bytes in, bounded; point *arrival* | `server`, [`serve`] |
//! | 2 whose framing | [`crate::protocol::of`] |
//! | 3 which operation, 4 who signed, 5 within the rate, 6 keeps the model | [`Protocol::admit`], in the vendor's order |
//! | 7 point *before handler*; an upload is parsed | `admitted`, `prepare_upload` |
//! | 8 handler, in one transaction | `Exchange::handle` |
//! | 9 commit; point *after commit* | `state::writer`, `Exchange::conclude` |
//! | 10 envelope, journal, bytes out | `Exchange::conclude`, `server` |

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::StatusCode;
use rusqlite::Connection;
use serde_json::Value;
use uuid::Uuid;

use crate::clock::{Stopwatch, Timestamp};
use crate::error::{Failure, Refusal};
use crate::ids::Ids;
use crate::journal::{self, Entry, Outcome};
use crate::operation::{After, Client, Content, Prepared};
use crate::protocol::{Admitted, Protocol};
use crate::redact;
use crate::scenario::{Fault, Point, strike};
use crate::settle::settle;
use crate::state::{Delivery, Task, Tenant, Verdict};
use crate::twin::Twin;
use crate::wire::{Answer, Request};

/// The answer where the pipeline itself broke: the vendor's internal error.
pub fn broken(twin: &Twin, protocol: &dyn Protocol) -> Answer {
    let trace = Trace { request_id: twin.request_id(None), ..Trace::begin(twin) };
    protocol.answer(twin, &trace, Err(&protocol.internal_error()))
}

/// How often a request is queued anew since something became due. Others may come between each time,
/// and where something stays due, as what cannot be settled does, it must run at last.
const SETTLED_AGAIN_MAX: u8 = 8;

/// What is found out about a request on its way.
#[derive(Debug)]
pub struct Trace {
    /// When it came in: read once, from the twin's clock.
    pub now: Timestamp,
    /// Measures how long it takes.
    pub watch: Stopwatch,
    /// Whose it is.
    pub tenant: Option<Arc<Tenant>>,
    /// What it asks for.
    pub operation: Option<Arc<contracts::Operation>>,
    /// Why it is refused, for the journal: what the answer cannot say.
    pub explanation: Option<String>,
    /// Whether the client reads Chinese.
    pub chinese: bool,
    /// The id under which the answer goes out.
    pub request_id: Uuid,
}

impl Trace {
    fn begin(twin: &Twin) -> Self {
        Self {
            now: twin.clock.now(),
            watch: Stopwatch::start(),
            tenant: None,
            operation: None,
            explanation: None,
            chinese: false,
            request_id: Uuid::nil(),
        }
    }
}

/// Sends the answer; dropped unused where the twin is at its end.
pub type Reply = Box<dyn FnOnce(Answer) + Send>;

/// Stages 1 to 10. `reply` is called once: here, or after the commit.
/// `protocol` is what [`crate::protocol::of`] says of the request.
pub fn serve(
    twin: &Arc<Twin>,
    protocol: Option<&'static dyn Protocol>,
    request: Request,
    reply: Reply,
) {
    let trace = Trace::begin(twin);
    let Some(protocol) = protocol else {
        return not_ours(twin, &request, trace, reply);
    };
    let mut exchange = Exchange {
        twin: Arc::clone(twin),
        protocol,
        request,
        trace,
        input: None,
        upload: None,
        settled_again: 0,
        reply,
    };
    let Exchange { request, trace, .. } = &mut exchange;
    let outcome = match strike(Point::Arrival, trace) {
        Some(Fault::Refuse(refusal)) => Err(refusal),
        None => protocol.admit(twin, request, trace),
    };
    match outcome {
        Ok(found) => admitted(exchange, found),
        Err(refusal) => exchange.conclude(Err(Failure::Refused(refusal))),
    }
}

/// Stage 7, and the file of an operation that takes one.
fn admitted(mut exchange: Exchange, found: Admitted) {
    let Admitted { operation, input, upload, client } = found;
    exchange.input = Some(input);
    let twin = Arc::clone(&exchange.twin);
    let Some(tenant) = exchange.trace.tenant.clone() else {
        return exchange
            .conclude(Err(Failure::Internal(anyhow::anyhow!("admitted without a tenant"))));
    };
    if let Some(Fault::Refuse(refusal)) = strike(Point::BeforeHandler, &exchange.trace) {
        return exchange.conclude(Err(Failure::Refused(refusal)));
    }
    let Some(behaviour) = twin.behaviours.get(&operation) else {
        let refusal = exchange.protocol.not_modelled(&operation);
        return exchange.conclude(Err(Failure::Refused(refusal)));
    };
    let Some(file) = upload.filter(|_| behaviour.takes_upload()) else {
        return run_or_queue(exchange, &operation, tenant, client);
    };
    twin.uploads
        .submit(Box::new(move || prepare_upload(exchange, &operation, &file, tenant, client)));
}

/// Parses the upload, on a thread for that: an error in the file is for the handler to report.
fn prepare_upload(
    mut exchange: Exchange,
    operation: &contracts::Operation,
    file: &[u8],
    tenant: Arc<Tenant>,
    client: Client,
) {
    let behaviour = exchange.twin.behaviours.get(operation);
    let prepare = || behaviour.and_then(|behaviour| behaviour.prepare(file));
    let Ok(upload) = catch_unwind(AssertUnwindSafe(prepare)) else {
        let error = anyhow::anyhow!("parsing the upload panicked");
        return exchange.conclude(Err(Failure::Internal(error)));
    };
    exchange.upload = upload;
    run_or_queue(exchange, operation, tenant, client);
}

/// The choice between reading beside all others and queueing for the writer.
fn run_or_queue(
    mut exchange: Exchange,
    operation: &contracts::Operation,
    tenant: Arc<Tenant>,
    client: Client,
) {
    let twin = Arc::clone(&exchange.twin);
    let mut now = exchange.trace.now;
    if exchange.settled_again > 0 {
        // What became due did so after the request came in.
        now = now.max(twin.clock.now());
    }
    let read_only = twin.behaviours.get(operation).is_some_and(|behaviour| behaviour.read_only);
    let settled = tenant.is_planted() && !tenant.is_due(now);
    if !settled {
        settle(&twin, &tenant, now);
    }
    if settled && read_only {
        let seen = twin.readers.with(|tx| {
            exchange.handle(tx, &tenant, &client, &mut Ids::none(), &mut After::default())
        });
        match seen {
            Ok(Err(Failure::Later | Failure::Again)) => {}
            // What was seen may be a state that is being replaced: the writer knows.
            Ok(_) if tenant.is_retired() => {}
            Ok(outcome) => return exchange.conclude(outcome),
            Err(error) => return exchange.conclude(Err(error.into())),
        }
    }
    twin.writer.submit(Box::new(Queued {
        exchange,
        tenant,
        client,
        after: After::default(),
        outcome: None,
        outdated: false,
    }));
}

/// A request on its way, with all that is needed to answer it.
struct Exchange {
    twin: Arc<Twin>,
    protocol: &'static dyn Protocol,
    request: Request,
    trace: Trace,
    input: Option<Value>,
    upload: Option<Prepared>,
    /// How often what became due while it waited for the writer was settled.
    settled_again: u8,
    reply: Reply,
}

impl Exchange {
    /// Stage 8. A handler that panics is our fault, and its client's answer says so.
    fn handle(
        &mut self,
        tx: &Connection,
        tenant: &Tenant,
        client: &Client,
        ids: &mut Ids,
        after: &mut After,
    ) -> Result<Content, Failure> {
        let operation = self.trace.operation.as_ref();
        let behaviour = operation.and_then(|operation| self.twin.behaviours.get(operation));
        let (Some(operation), Some(behaviour), Some(input)) = (operation, behaviour, &self.input)
        else {
            return Err(Failure::Internal(anyhow::anyhow!(
                "a request came to its handler before it was admitted"
            )));
        };
        let mut call = self.twin.call(tx, self.trace.now, tenant, ids, client, after);
        call.upload = self.upload.as_deref_mut().map(|upload| upload as _);
        let outcome = catch_unwind(AssertUnwindSafe(|| behaviour.run(&mut call, input)))
            .unwrap_or_else(|_| Err(Failure::Internal(anyhow::anyhow!("the handler panicked"))));
        if let Err(Failure::Refused(refusal)) = &outcome
            && !operation.documents(&refusal.code)
        {
            let name = &operation.name;
            return Err(Failure::Internal(anyhow::anyhow!(
                "{name} refused with {}, which is not documented for it",
                refusal.code
            )));
        }
        outcome
    }

    /// Stages 9 and 10: the vendor's envelope, the journal, the reply.
    fn conclude(mut self, outcome: Result<Content, Failure>) {
        self.trace.request_id = self.twin.request_id(self.trace.tenant.as_deref());
        let (ended, outcome) = match outcome {
            Ok(answer) => match strike(Point::AfterCommit, &self.trace) {
                Some(Fault::Refuse(refusal)) => (Outcome::Refused, Err(refusal)),
                None => (Outcome::Answered, Ok(answer)),
            },
            Err(Failure::Refused(refusal)) => (Outcome::Refused, Err(refusal)),
            Err(failure) => (Outcome::Failed, Err(self.fault(&failure))),
        };
        let worded = |outcome: Result<Content, &Refusal>| {
            self.protocol.answer(&self.twin, &self.trace, outcome)
        };
        let (answer, code) = match outcome {
            Ok(content) => (worded(Ok(content)), None),
            Err(refusal) => (worded(Err(&refusal)), Some(refusal.code)),
        };
        self.note(ended, &answer, code.as_deref());
        (self.reply)(answer);
    }

    fn fault(&mut self, failure: &Failure) -> Refusal {
        let operation = self.trace.operation.as_ref().map(|operation| operation.name.as_str());
        tracing::error!(operation, request_id = %self.trace.request_id, ?failure, "internal error");
        self.trace.explanation = Some(format!("a fault of the twin, see its log: {failure:?}"));
        self.protocol.internal_error()
    }

    fn note(&mut self, outcome: Outcome, answer: &Answer, code: Option<&str>) {
        let trace = &mut self.trace;
        let explanation = trace.explanation.take();
        let shown = self.protocol.shown(&self.request, trace, self.input.take());
        tracing::debug!(
            tenant = trace.tenant.as_ref().map(|tenant| tenant.name.as_str()),
            operation = trace.operation.as_ref().map(|operation| operation.name.as_str()),
            code,
            request_id = %trace.request_id,
            explanation,
            "{:?}", outcome
        );
        let body = shown.body.get(..journal::BODY_MAX).unwrap_or(&shown.body);
        self.twin.journal.write(Entry {
            at: trace.now,
            duration_us: trace.watch.elapsed_us(),
            method: self.request.method.clone(),
            path: shown.path.into(),
            headers: redact::header_lines(&self.request.headers),
            body: body.into(),
            tenant: trace.tenant.take(),
            operation: trace.operation.take(),
            outcome,
            status: answer.status.as_u16(),
            code: code.map(Into::into),
            request_id: trace.request_id.to_string().into(),
            explanation: explanation.map(Into::into),
            unsigned: !self.twin.config.auth,
        });
    }
}

/// A request in the writer's queue.
struct Queued {
    exchange: Exchange,
    tenant: Arc<Tenant>,
    client: Client,
    after: After,
    outcome: Option<Result<Content, Failure>>,
    /// Its tenant was reset or replaced before it ran, or something of it is due.
    outdated: bool,
}

impl Task for Queued {
    fn run(&mut self, tx: &Connection) -> Verdict {
        let tenant = Arc::clone(&self.tenant);
        self.after = After::default();
        if tenant.is_busy() && !tenant.is_retired() {
            self.outcome = Some(Err(Failure::Later));
            return Verdict::Later;
        }
        // Another task that was before it may have made something due, or replaced the state.
        let is_due = self.exchange.settled_again < SETTLED_AGAIN_MAX
            && !matches!(self.outcome, Some(Err(Failure::Again)))
            && tenant.is_due_at_writer(self.exchange.trace.now.max(self.exchange.twin.clock.now()));
        if is_due || tenant.is_retired() {
            self.exchange.settled_again += u8::from(is_due);
            self.outdated = true;
            return Verdict::Undo;
        }
        let service = self.exchange.trace.operation.as_ref().map(|operation| &operation.service);
        let outcome = match service.and_then(|service| tenant.fault(service)) {
            Some(fault) => Err(Failure::Internal(anyhow::anyhow!("no state to run on: {fault}"))),
            None => {
                self.exchange.handle(tx, &tenant, &self.client, &mut tenant.ids(), &mut self.after)
            }
        };
        let verdict = match &outcome {
            Ok(_) => Verdict::Keep,
            Err(Failure::Later) => Verdict::Later,
            Err(Failure::Again) => Verdict::Again,
            Err(Failure::Refused(_) | Failure::Internal(_)) => Verdict::Undo,
        };
        if let Some(moment) = &mut self.after.due {
            if self.exchange.twin.clock.now() < self.exchange.trace.now {
                // The clock was set back meanwhile: what began in the future is over at once.
                *moment = Timestamp(i64::MIN);
            }
            tenant.wake_writer_at(*moment);
        }
        self.outcome = Some(outcome);
        verdict
    }

    fn over(self: Box<Self>, committed: Result<(), &rusqlite::Error>) -> Option<Delivery> {
        let Self { mut exchange, tenant, after, outcome, client, outdated } = *self;
        if let Some(operation) = exchange.trace.operation.clone().filter(|_| outdated) {
            // It runs on what is there now, and after what is due by now.
            let tenant = exchange.twin.tenants.get(&tenant.name);
            exchange.trace.tenant = Some(Arc::clone(&tenant));
            run_or_queue(exchange, &operation, tenant, client);
            return None;
        }
        let nothing_done = || Err(Failure::Internal(anyhow::anyhow!("the handler panicked")));
        let mut outcome = outcome.unwrap_or_else(nothing_done);
        if let Err(error) = committed {
            outcome = Err(Failure::Internal(anyhow::anyhow!("the commit failed: {error}")));
        }
        if outcome.is_ok() {
            exchange.twin.carry_out(after, &tenant);
        }
        Some(Box::new(|| exchange.conclude(outcome)))
    }
}

/// No vendor speaks like this: a plain refusal that tells what would be understood.
fn not_ours(twin: &Arc<Twin>, request: &Request, trace: Trace, reply: Reply) {
    let text = "cloudtwin: no emulated API answers here. Tencent Cloud API 3.0 is served at `/`, \
                Huawei Cloud AICC below `/apigovernance/` and `/apiaccess/`, Huawei's gateway below \
                `/v1/`, `/v2/` and `/v3/`, the control interface at `/_twin/`.";
    let answer = Answer::plain(StatusCode::NOT_FOUND, text);
    note_not_ours(twin, &trace, request, &answer, None);
    reply(answer);
}

/// Writes a request into the journal that the server refused by its head: nothing of it was done.
pub fn note_refused(twin: &Twin, request: &Request, answer: &Answer, why: &str) {
    note_not_ours(twin, &Trace::begin(twin), request, answer, Some(why));
}

fn note_not_ours(
    twin: &Twin,
    trace: &Trace,
    request: &Request,
    answer: &Answer,
    explanation: Option<&str>,
) {
    twin.journal.write(Entry {
        at: trace.now,
        duration_us: trace.watch.elapsed_us(),
        method: request.method.clone(),
        path: request.uri.path().into(),
        headers: redact::header_lines(&request.headers),
        body: Box::default(),
        tenant: None,
        operation: None,
        outcome: Outcome::NotOurs,
        status: answer.status.as_u16(),
        code: None,
        request_id: Box::default(),
        explanation: explanation.map(Into::into),
        unsigned: !twin.config.auth,
    });
}
