//! Sends an answer as its plan says. Where the plan ends the connection, the connection's task does
//! so once all that was answered before is written. Over HTTP/2 all streams go with it, as they do
//! where a connection is lost.

use std::future::pending;
use std::sync::Arc;

use http::header::CONTENT_LENGTH;

use super::ending::Ending;
use super::outgoing::{End, Outgoing};
use super::pieces::Pieces;
use crate::wire::{Body, Dribble, Fate, Plan, Response};

/// The answer as hyper sends it. Never resolves if no byte of it is sent: the connection then ends.
pub(super) async fn obey(plan: Plan, answer: Response, mut end: End) -> hyper::Response<Outgoing> {
    let Plan { delay, fate, dribble } = plan;
    if let Body::Bytes(bytes) = &answer.body {
        end.charges.set(bytes.len());
    }
    end.connection.waits.wait(delay).await;
    let (part, ending) = match fate {
        Fate::Sent if dribble.is_none() => return Outgoing::response(answer, end),
        Fate::Sent => (None, None),
        Fate::Cut(part) => (Some(part), Some(Ending::Close)),
        Fate::CutAndReset(part) => (Some(part), Some(Ending::Reset)),
        Fate::WrongLength(more) => return send_wrong_length(more, dribble, answer, end),
        Fate::Dropped => return give_up(end, Ending::Close).await,
        Fate::Reset => return give_up(end, Ending::Reset).await,
        Fate::Garbage(bytes) => return give_up(end, Ending::Garbage(bytes)).await,
    };
    let Response { status, headers, body, .. } = answer;
    let mut pieces = Pieces::of(body, dribble, Arc::clone(&end.connection));
    if let Some(part) = part {
        pieces = pieces.cut(part);
    }
    if pieces.are_cut() {
        // Unused, it says that the answer was not sent.
        drop(end.receipt.take());
    }
    end.ending = ending;
    Outgoing::pieces(status, headers, pieces, end)
}

/// The whole body under a head that promises another length; then the connection is closed.
fn send_wrong_length(
    more: i64,
    dribble: Option<Dribble>,
    answer: Response,
    mut end: End,
) -> hyper::Response<Outgoing> {
    let Response { status, mut headers, mut body, .. } = answer;
    headers.remove(CONTENT_LENGTH); // that of the body is written
    let mut ending = Ending::Close;
    if more < 0 {
        // hyper sends no more than the head promises.
        ending = Ending::Garbage(body.split_off_end(more.unsigned_abs()));
    }
    let mut pieces = Pieces::of(body, dribble, Arc::clone(&end.connection));
    if let Ok(more) = u64::try_from(more) {
        pieces = pieces.promise_more(more);
        drop(end.receipt.take());
    }
    end.ending = Some(ending);
    Outgoing::pieces(status, headers, pieces, end)
}

/// Ends the connection without the answer, whose request is dropped with it.
async fn give_up(mut end: End, ending: Ending) -> hyper::Response<Outgoing> {
    drop(end.receipt.take());
    end.connection.end(ending);
    // `end` keeps what the answer is charged until then.
    let response = pending().await;
    drop(end);
    response
}
