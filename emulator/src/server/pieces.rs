//! Bodies that are sent piece by piece: files, and what a plan cuts or slows down.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::io::AsyncReadExt;

use super::connection::Connection;
use crate::wire::{Body, Dribble, Part};

/// How much of a file is read at a time.
const CHUNK: usize = 64 << 10;

type Chunks = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// A body, or the beginning of it.
pub(super) struct Pieces {
    chunks: Chunks,
    /// How many bytes are still to come.
    left: u64,
    /// The length that the head promises.
    whole: u64,
    /// Whether less than that is sent.
    is_cut: bool,
}

impl Pieces {
    /// All of a body; pauses are those of the connection.
    pub(super) fn of(body: Body, dribble: Option<Dribble>, connection: Arc<Connection>) -> Self {
        let (source, whole) = Source::of(body);
        let chunks = chunks(source, dribble, connection);
        Self { chunks, left: whole, whole, is_cut: false }
    }

    /// No more than that part of it.
    #[must_use]
    pub(super) fn cut(mut self, part: Part) -> Self {
        self.left = length_of(part, self.whole);
        self.is_cut = self.left < self.whole;
        self
    }

    /// A head that promises so many bytes more than come.
    #[must_use]
    pub(super) fn promise_more(mut self, bytes: u64) -> Self {
        self.whole = self.whole.saturating_add(bytes);
        self.is_cut = true;
        self
    }

    /// The length that the head promises.
    pub(super) fn promised(&self) -> u64 {
        self.whole
    }

    /// Whether no byte of it is left to send.
    pub(super) fn are_over(&self) -> bool {
        self.left == 0
    }

    /// Whether it stops before its end.
    pub(super) fn are_cut(&self) -> bool {
        self.is_cut
    }

    /// The next piece; nothing after the last.
    pub(super) fn poll_next(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        if self.are_over() {
            return Poll::Ready(None);
        }
        let next = ready!(self.chunks.as_mut().poll_next(context));
        Poll::Ready(match next {
            Some(Ok(mut bytes)) => {
                bytes.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                self.left -= u64::try_from(bytes.len()).unwrap_or(self.left);
                Some(Ok(bytes))
            }
            // The file became shorter.
            None => Some(Err(io::ErrorKind::UnexpectedEof.into())),
            failed => failed,
        })
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part needs no exactness beyond 2^53 bytes, and the cast saturates"
)]
fn length_of(part: Part, whole: u64) -> u64 {
    match part {
        Part::Bytes(count) => count.min(whole),
        Part::Fraction(share) => ((whole as f64 * share) as u64).min(whole),
    }
}

/// A body as it is read, with pauses between the pieces of a dribble. A large piece takes several reads.
fn chunks(source: Source, dribble: Option<Dribble>, connection: Arc<Connection>) -> Chunks {
    let size = dribble.map_or(usize::MAX, |dribble| dribble.bytes.max(1));
    Box::pin(stream::try_unfold((source, size), move |(mut source, left)| {
        let connection = Arc::clone(&connection);
        async move {
            let left = match dribble {
                Some(dribble) if left == 0 => {
                    connection.waits.wait(dribble.pause).await;
                    size
                }
                _ => left,
            };
            let bytes = source.read(left).await?;
            let left = left - bytes.len();
            Ok((!bytes.is_empty()).then_some((bytes, (source, left))))
        }
    }))
}

/// Where a body is read from.
enum Source {
    Bytes(Bytes),
    File(tokio::fs::File),
}

impl Source {
    /// The same body, and its length.
    fn of(body: Body) -> (Self, u64) {
        match body {
            Body::Bytes(bytes) => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                (Self::Bytes(bytes), length)
            }
            Body::File(file) => {
                let length = file.metadata().map_or(0, |about| about.len());
                (Self::File(tokio::fs::File::from_std(file)), length)
            }
        }
    }

    /// The next bytes, at most `max`; none at the end.
    async fn read(&mut self, max: usize) -> io::Result<Bytes> {
        let file = match self {
            Self::Bytes(bytes) => return Ok(bytes.split_to(max.min(bytes.len()))),
            Self::File(file) => file,
        };
        let max = max.min(CHUNK);
        let mut chunk = BytesMut::with_capacity(max);
        file.take(u64::try_from(max).unwrap_or(u64::MAX)).read_buf(&mut chunk).await?;
        Ok(chunk.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_never_more_than_the_whole() {
        for (part, length) in [
            (Part::Bytes(0), 0),
            (Part::Bytes(3), 3),
            (Part::Bytes(99), 10),
            (Part::Fraction(0.0), 0),
            (Part::Fraction(0.55), 5),
            (Part::Fraction(1.0), 10),
            (Part::Fraction(7.0), 10),
            (Part::Fraction(-1.0), 0),
            (Part::Fraction(f64::NAN), 0),
        ] {
            assert_eq!(length_of(part, 10), length, "{part:?}");
        }
    }
}
