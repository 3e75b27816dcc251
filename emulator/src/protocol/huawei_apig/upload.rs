//! The file of a multipart request.

use bytes::Bytes;
use futures_util::FutureExt;

use crate::protocol::multipart::Parts;
use crate::wire::Request;

/// The content of the part of that name; nothing if there is none, or the body is malformed.
pub(super) fn part(request: &Request, name: &str) -> Option<Bytes> {
    find(Parts::of(request).ok()?, name).now_or_never()?
}

async fn find(mut parts: Parts, name: &str) -> Option<Bytes> {
    while let Some(part) = parts.next().await.ok()? {
        if part.name.as_deref() == Some(name) {
            return part.field.bytes().await.ok();
        }
    }
    None
}
