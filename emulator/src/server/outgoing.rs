//! Answers on their way to the sockets, in pieces that know when they were written.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http::{HeaderMap, StatusCode};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

use super::budget::Charge;
use super::connection::Connection;
use super::ending::Ending;
use super::pieces::Pieces;
use crate::journal::Receipt;
use crate::wire::{Body, Response};

/// An answer, and the receipt of its entry in the journal if it has one.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) response: Response,
    pub(super) receipt: Option<Receipt>,
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { response, receipt: None }
    }
}

/// What an answer that is not yet sent is charged to: its connection's budget, and that of all.
#[derive(Debug)]
pub(super) struct Charges(pub(super) Charge, pub(super) Charge);

impl Charges {
    pub(super) fn set(&mut self, amount: usize) {
        self.0.set(amount);
        self.1.set(amount);
    }
}

/// What is dropped with the last byte of an answer.
#[derive(Debug)]
pub(super) struct End {
    pub(super) charges: Charges,
    pub(super) receipt: Option<Receipt>,
    pub(super) connection: Arc<Connection>,
    /// Whether another task than the connection's drops the body (HTTP/2).
    pub(super) is_multiplexed: bool,
    /// How its plan closes the connection after it.
    pub(super) ending: Option<Ending>,
}

impl End {
    /// hyper has taken the whole answer. If it is dropped otherwise, the answer was not sent.
    fn taken(self, is_elsewhere: bool) {
        if let Some(receipt) = self.receipt {
            self.connection.receipts.taken(receipt, is_elsewhere);
        }
        if let Some(ending) = self.ending {
            self.connection.end(ending);
        }
    }
}

/// A body on its way out.
pub(super) struct Outgoing {
    content: Content,
    end: Option<End>,
}

enum Content {
    /// Empty once hyper has it.
    Bytes(Bytes),
    /// A file, or what a plan cuts or slows down.
    Pieces(Pieces),
}

impl Outgoing {
    /// The answer as hyper sends it.
    pub(super) fn response(answer: Response, mut end: End) -> hyper::Response<Self> {
        let Response { status, headers, body, .. } = answer;
        let content = match body {
            Body::Bytes(bytes) => {
                end.charges.set(bytes.len());
                Content::Bytes(bytes)
            }
            file @ Body::File(_) => {
                Content::Pieces(Pieces::of(file, None, Arc::clone(&end.connection)))
            }
        };
        Self::with_head(status, headers, content, end)
    }

    /// An answer whose body a plan cuts or slows down.
    pub(super) fn pieces(
        status: StatusCode,
        headers: HeaderMap,
        pieces: Pieces,
        end: End,
    ) -> hyper::Response<Self> {
        Self::with_head(status, headers, Content::Pieces(pieces), end)
    }

    fn with_head(
        status: StatusCode,
        headers: HeaderMap,
        content: Content,
        end: End,
    ) -> hyper::Response<Self> {
        let mut response = hyper::Response::new(Self { content, end: Some(end) });
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }

    fn is_empty(&self) -> bool {
        match &self.content {
            Content::Bytes(bytes) => bytes.is_empty(),
            Content::Pieces(pieces) => pieces.promised() == 0,
        }
    }
}

impl HttpBody for Outgoing {
    type Data = Piece;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Piece>>>> {
        let Self { content, end } = &mut *self;
        let piece = match content {
            Content::Bytes(bytes) if bytes.is_empty() => None,
            Content::Bytes(bytes) => Some(Piece { bytes: std::mem::take(bytes), end: end.take() }),
            Content::Pieces(pieces) if pieces.are_over() && pieces.are_cut() => {
                if let Some(end) = end.take() {
                    end.taken(false); // the head is all that is sent
                }
                // hyper must not end the answer; the connection's task drops it.
                return Poll::Pending;
            }
            Content::Pieces(pieces) => {
                let bytes = ready!(pieces.poll_next(context)).transpose()?;
                let is_last = pieces.are_over();
                bytes.map(|bytes| Piece { bytes, end: end.take_if(|_| is_last) })
            }
        };
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        match &self.content {
            Content::Bytes(bytes) => bytes.is_empty(),
            Content::Pieces(pieces) => pieces.are_over() && !pieces.are_cut(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match &self.content {
            Content::Bytes(bytes) => u64::try_from(bytes.len()).unwrap_or(0),
            Content::Pieces(pieces) => pieces.promised(),
        })
    }
}

impl Drop for Outgoing {
    /// Without a body the head is all of the answer.
    fn drop(&mut self) {
        let is_empty = self.is_empty();
        if let Some(end) = self.end.take().filter(|_| is_empty) {
            let is_elsewhere = end.is_multiplexed;
            end.taken(is_elsewhere);
        }
    }
}

/// A piece of a body; the last one ends the answer.
pub(super) struct Piece {
    bytes: Bytes,
    end: Option<End>,
}

impl Buf for Piece {
    fn remaining(&self) -> usize {
        self.bytes.remaining()
    }

    fn chunk(&self) -> &[u8] {
        self.bytes.chunk()
    }

    fn advance(&mut self, count: usize) {
        self.bytes.advance(count);
    }
}

impl Drop for Piece {
    /// The connection's task drops it, written or not.
    fn drop(&mut self) {
        if let Some(end) = self.end.take().filter(|_| !self.bytes.has_remaining()) {
            end.taken(false);
        }
    }
}
