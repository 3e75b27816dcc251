//! Bodies in and out of the sockets: bounded in, streamed out.

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Either, Full, StreamBody};
use hyper::body::{Body as _, Frame, Incoming};
use tokio::io::AsyncReadExt;

use crate::wire::{Answer, Body};

/// How much of a body beyond its bound is read and thrown away, so that the client, which writes
/// before it reads, sees the answer and not a broken connection.
const DRAIN_MAX: usize = 64 << 20;

/// How much of a file is read at a time.
const CHUNK: usize = 64 << 10;

/// A body on its way out.
pub(super) type Outgoing = Either<Full<Bytes>, UnsyncBoxBody<Bytes, std::io::Error>>;

/// Why a body is not there.
#[derive(Debug)]
pub(super) enum ReadError {
    /// It is larger than it may be.
    TooLarge,
    /// The client ended or broke the connection.
    Broken,
}

/// Reads a body of at most `max` bytes.
pub(super) async fn read(mut body: Incoming, max: usize) -> Result<Bytes, ReadError> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ReadError::Broken)?.into_data() else { continue };
        length += data.len();
        if length > max {
            if length > max + DRAIN_MAX {
                break;
            }
        } else if first.is_empty() && all.is_empty() {
            first = data; // a body in one piece is not copied
        } else {
            if all.is_empty() {
                all.reserve(
                    usize::try_from(body.size_hint().lower()).unwrap_or(0).min(max) + length,
                );
                all.extend_from_slice(&first);
            }
            all.extend_from_slice(&data);
        }
    }
    match length {
        _ if length > max => Err(ReadError::TooLarge),
        _ if all.is_empty() => Ok(first),
        _ => Ok(all.freeze()),
    }
}

/// The answer as hyper sends it.
pub(super) fn response(answer: Answer) -> hyper::Response<Outgoing> {
    let body = match answer.body {
        Body::Bytes(bytes) => Either::Left(Full::new(bytes)),
        Body::File(file) => Either::Right(chunks(tokio::fs::File::from_std(file))),
    };
    let mut response = hyper::Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

fn chunks(file: tokio::fs::File) -> UnsyncBoxBody<Bytes, std::io::Error> {
    let chunks = stream::try_unfold(file, |mut file| async move {
        let mut chunk = BytesMut::with_capacity(CHUNK);
        let read = file.read_buf(&mut chunk).await?;
        Ok((read > 0).then(|| (Frame::data(chunk.freeze()), file)))
    });
    BodyExt::boxed_unsync(StreamBody::new(chunks))
}
