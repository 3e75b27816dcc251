//! Requests that no protocol recognises, or that the server refused by their head.

use std::sync::Arc;

use http::{Method, StatusCode};

use super::exchange::Reply;
use crate::journal::{Entry, Outcome, Receipt, Sent};
use crate::protocol::RedactedInput;
use crate::redact;
use crate::runtime::clock::{Stopwatch, Timestamp};
use crate::twin::Twin;
use crate::wire::{Request, Response};

/// Answers plainly, and says what would be understood.
pub(super) fn answer(twin: &Arc<Twin>, request: &Request, reply: Reply) {
    let (now, watch) = (twin.clock.now(), Stopwatch::start());
    let text = "cloudtwin: no emulated API answers here. Tencent Cloud API 3.0 is served at `/`, \
                Huawei Cloud AICC below `/apigovernance/` and `/apiaccess/`, Huawei's gateway below \
                `/v1/`, `/v2/` and `/v3/`, the control interface at `/_twin/`.";
    let answer = Response::plain(StatusCode::NOT_FOUND, text);
    let receipt = note(twin, (now, &watch), request, &answer, None);
    reply(answer, receipt);
}

/// Writes a request into the journal that the server refused by its head: nothing of it was done.
pub fn note_refused(twin: &Twin, request: &Request, answer: &Response, why: &str) -> Receipt {
    note(twin, (twin.clock.now(), &Stopwatch::start()), request, answer, Some(why))
}

fn note(
    twin: &Twin,
    moment: (Timestamp, &Stopwatch),
    request: &Request,
    answer: &Response,
    explanation: Option<&str>,
) -> Receipt {
    let entry = entry(twin, moment, request, answer.status.as_u16());
    twin.journal.write(Entry { explanation: explanation.map(Into::into), ..entry })
}

/// The entry of a request of no vendor's API.
pub(super) fn entry(
    twin: &Twin,
    (now, watch): (Timestamp, &Stopwatch),
    request: &Request,
    status: u16,
) -> Entry {
    Entry {
        at: now,
        arrival: request.arrival,
        duration_us: watch.elapsed_us(),
        ended_us: twin.journal.elapsed_us(),
        protocol: None,
        method: request.method.clone(),
        // A tunnel has no path.
        path: match request.uri.authority() {
            Some(target) if request.method == Method::CONNECT => target.as_str().into(),
            _ => request.uri.path().into(),
        },
        headers: redact::header_lines(&request.headers),
        body: Box::default(),
        body_size: request.body.len(),
        body_cut: false,
        input: RedactedInput::None,
        tenant: None,
        operation: None,
        outcome: Outcome::NotOurs,
        status,
        code: None,
        answer: None,
        answer_size: None,
        request_id: Box::default(),
        explanation: None,
        unsigned: !twin.config.auth,
        sent: Sent::default(),
        fault: None,
    }
}
