//! Multipart bodies: one part per top-level member.

use contracts::{Kind, Shape};
use futures_util::FutureExt;
use serde_json::{Map, Value};

use super::flat;
use crate::protocol::multipart::{Part, Parts};
use crate::wire::Request;

/// The object behind the parts; nothing if the body is malformed. A part of the type
/// `application/json`, or of a member that is a list or an object, holds JSON.
pub(super) fn read(request: &Request, shape: &Shape) -> Option<Value> {
    members(Parts::of(request).ok()?, shape).now_or_never()?
}

async fn members(mut parts: Parts, shape: &Shape) -> Option<Value> {
    let (mut members, mut plain) = (Map::new(), Vec::new());
    while let Some(Part { name, field }) = parts.next().await.ok()? {
        let name = name?;
        let json =
            field.content_type().is_some_and(|kind| kind.essence_str() == "application/json");
        let text = field.text().await.ok()?;
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
