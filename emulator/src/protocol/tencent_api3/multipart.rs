//! Multipart bodies: one part per top-level member.

use bytes::Bytes;
use contracts::{Kind, Shape};
use futures_util::{FutureExt, stream};
use serde_json::{Map, Value};

use super::flat;
use crate::wire::Request;

/// The object behind the parts; nothing if the body is malformed. A part of the type
/// `application/json`, or of a member that is a list or an object, holds JSON.
pub(super) fn read(request: &Request, shape: &Shape) -> Option<Value> {
    let boundary = multer::parse_boundary(request.header("content-type")?).ok()?;
    // The body is here whole, so nothing is ever waited for.
    parts(request.body.clone(), boundary, shape).now_or_never()?
}

async fn parts(body: Bytes, boundary: String, shape: &Shape) -> Option<Value> {
    let whole = stream::iter([Ok::<_, std::convert::Infallible>(body)]);
    let mut parts = multer::Multipart::new(whole, boundary);
    let (mut members, mut plain) = (Map::new(), Vec::new());
    while let Some(part) = parts.next_field().await.ok()? {
        let name = part.name()?.to_owned();
        let json = part.content_type().is_some_and(|kind| kind.essence_str() == "application/json");
        let text = part.text().await.ok()?;
        let nested = matches!(
            shape.member(&name).map(|member| &member.kind),
            Some(Kind::List(_) | Kind::Object(_))
        );
        if json || nested {
            members.insert(name, serde_json::from_str(&text).ok()?);
        } else {
            plain.push((name, text));
        }
    }
    let mut whole = flat::restore(plain, shape);
    whole.as_object_mut()?.append(&mut members);
    Some(whole)
}
