//! Bodies of requests: read from the sockets, bounded.

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};

use super::budget::Charge;

/// How much of a body that is not taken is read and thrown away, so that the client, which writes
/// before it reads, sees the answer and not a broken connection.
const DRAIN_MAX: usize = 64 << 20;

/// How much room a body that comes in pieces is given at first.
const CHUNK: usize = 64 << 10;

/// Why a body is not there.
#[derive(Debug)]
pub(super) enum ReadError {
    /// It is larger than it may be.
    TooLarge,
    /// The bodies of all requests together are larger than they may be.
    NoRoom,
    /// The client ended or broke the connection.
    Broken,
}

/// Reads a body of at most `max` bytes. `charge` grows with it, and must be held as long as it.
pub(super) async fn read(
    mut body: Incoming,
    max: usize,
    charge: &mut Charge,
) -> Result<Bytes, ReadError> {
    let mut first = Bytes::new();
    let mut all = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ReadError::Broken)?.into_data() else { continue };
        let before = first.len() + all.len();
        let length = before + data.len();
        let too_large = length > max;
        if too_large || !charge.grow_to(length.max(all.capacity())) {
            drop((first, all, data));
            charge.set(0);
            drain(body).await?;
            return Err(if too_large { ReadError::TooLarge } else { ReadError::NoRoom });
        }
        if before == 0 {
            first = data; // a body in one piece is not copied
            continue;
        }
        if length > all.capacity() {
            // What is still to come is known, or guessed; no more than is there already, so that
            // a length that is only announced takes no room.
            let rest = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
            let capacity = length + rest.max(CHUNK).min(length).min(max - length);
            if !charge.grow_to(capacity) {
                drop((first, all, data));
                charge.set(0);
                drain(body).await?;
                return Err(ReadError::NoRoom);
            }
            all.reserve_exact(capacity - all.len());
        }
        all.extend_from_slice(&std::mem::take(&mut first));
        all.extend_from_slice(&data);
    }
    Ok(if all.is_empty() { first } else { all.into() })
}

/// Reads a body and drops it.
pub(super) async fn drain(mut body: Incoming) -> Result<(), ReadError> {
    let mut length = 0;
    while length <= DRAIN_MAX
        && let Some(frame) = body.frame().await
    {
        length += frame.map_err(|_| ReadError::Broken)?.data_ref().map_or(0, Bytes::len);
    }
    Ok(())
}
