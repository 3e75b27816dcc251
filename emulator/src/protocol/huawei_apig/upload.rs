//! The file of a multipart request.

use bytes::Bytes;
use futures_util::{FutureExt, stream};

use crate::wire::Request;

/// The content of the part of that name; nothing if there is none, or the body is malformed.
pub(super) fn part(request: &Request, name: &str) -> Option<Bytes> {
    let boundary = multer::parse_boundary(request.header("content-type")?).ok()?;
    // The body is here whole, so nothing is ever waited for.
    find(request.body.clone(), boundary, name).now_or_never()?
}

async fn find(body: Bytes, boundary: String, name: &str) -> Option<Bytes> {
    let whole = stream::iter([Ok::<_, std::convert::Infallible>(body)]);
    let mut parts = multer::Multipart::new(whole, boundary);
    while let Some(part) = parts.next_field().await.ok()? {
        if part.name() == Some(name) {
            return part.bytes().await.ok();
        }
    }
    None
}
