//! What answers of several operations are made of.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::limits::TOKEN_BLOCKS;
use crate::operation::Call;
use crate::runtime::clock::Timestamp;
use crate::runtime::ids::Ids;
use crate::vendors::huawei;

/// Input of which nothing is read.
#[derive(Debug, Deserialize)]
pub(super) struct Unread {}

/// An id and the name that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: String,
}

/// The caller's domain.
pub(super) fn domain(call: &Call<'_>) -> Named {
    let tenant = &call.tenant.name;
    Named { id: huawei::domain_id(tenant), name: huawei::domain_name(tenant) }
}

/// A link to a thing itself.
#[derive(Debug, Serialize)]
pub(super) struct SelfLink {
    #[serde(rename = "self")]
    pub(super) own: String,
}

/// Links of a list, which is one page.
#[derive(Debug, Serialize)]
pub(super) struct Links {
    #[serde(rename = "self")]
    own: String,
    previous: Option<String>,
    next: Option<String>,
}

/// Links of the list at that path.
pub(super) fn links(call: &Call<'_>, path: &str) -> Links {
    Links { own: format!("{}{path}", call.client.origin), previous: None, next: None }
}

/// A moment as IAM writes it: six decimals.
pub(super) fn moment(at: Timestamp) -> String {
    at.utc().map_or_else(String::new, |shown| format!("{shown:.6}Z"))
}

/// A long opaque text that begins so.
pub(super) fn opaque(ids: &mut Ids, start: &str) -> String {
    let blocks: String = std::iter::repeat_with(|| ids.hex32()).take(TOKEN_BLOCKS).collect();
    let bytes = hex::decode(blocks).unwrap_or_default();
    start.to_owned() + &URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_six_decimals() {
        let at = Timestamp::parse("2018-11-13T06:22:29.852Z").unwrap();
        assert_eq!(moment(at), "2018-11-13T06:22:29.852000Z");
    }

    #[test]
    fn opaque_texts_are_long_and_never_the_same() {
        let mut ids = Ids::derived(b"7", &[]);
        let (one, other) = (opaque(&mut ids, "MII"), opaque(&mut ids, "MII"));
        assert!(one.starts_with("MII") && one.len() > 1000 && one != other);
    }
}
