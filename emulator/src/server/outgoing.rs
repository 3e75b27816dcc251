//! Answers on their way to the sockets, in pieces that know when they were written.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, stream};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::AsyncReadExt;

use super::budget::Charge;
use super::connection::Connection;
use crate::journal::Receipt;
use crate::wire::{Body, Response};

/// How much of a file is read at a time.
const CHUNK: usize = 64 << 10;

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
    fn set(&mut self, amount: usize) {
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
}

impl End {
    /// hyper has taken the whole answer. If it is dropped otherwise, the answer was not sent.
    fn taken(self, is_elsewhere: bool) {
        if let Some(receipt) = self.receipt {
            self.connection.receipts.taken(receipt, is_elsewhere);
        }
    }
}

/// A body on its way out.
pub(super) struct Outgoing {
    content: Content,
    end: Option<End>,
}

type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

enum Content {
    /// Empty once hyper has it.
    Bytes(Bytes),
    /// A file, and its next chunk: the read after it shows whether it is the last one.
    File(Chunks, Option<Bytes>),
}

impl Outgoing {
    /// The answer as hyper sends it.
    pub(super) fn response(answer: Response, mut end: End) -> hyper::Response<Self> {
        let content = match answer.body {
            Body::Bytes(bytes) => {
                end.charges.set(bytes.len());
                Content::Bytes(bytes)
            }
            Body::File(file) => Content::File(chunks(tokio::fs::File::from_std(file)), None),
        };
        let mut response = hyper::Response::new(Self { content, end: Some(end) });
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }

    fn is_empty(&self) -> bool {
        matches!(&self.content, Content::Bytes(bytes) if bytes.is_empty())
    }
}

fn chunks(file: tokio::fs::File) -> Chunks {
    Box::pin(stream::try_unfold(file, |mut file| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok((read > 0).then(|| (chunk.freeze(), file)))
    }))
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
            Content::File(chunks, next) => loop {
                match ready!(chunks.as_mut().poll_next(context)).transpose()? {
                    Some(chunk) => {
                        if let Some(bytes) = next.replace(chunk) {
                            break Some(Piece { bytes, end: None });
                        }
                    }
                    None => break next.take().map(|bytes| Piece { bytes, end: end.take() }),
                }
            },
        };
        Poll::Ready(piece.map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match &self.content {
            Content::Bytes(bytes) => SizeHint::with_exact(u64::try_from(bytes.len()).unwrap_or(0)),
            Content::File(..) => SizeHint::default(),
        }
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
