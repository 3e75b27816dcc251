//! The regions that the twin serves.

#![expect(clippy::unnecessary_wraps, reason = "handlers may refuse, and these never do")]

use serde::Serialize;

use super::parts::{Links, SelfLink, Unread, links};
use crate::error::Failure;
use crate::operation::Call;
use crate::vendors::huawei::REGIONS;

/// Output of `KeystoneListRegions`.
#[derive(Debug, Serialize)]
pub(super) struct Regions {
    links: Links,
    regions: Vec<Region>,
}

#[derive(Debug, Serialize)]
struct Region {
    id: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    description: &'static str,
    parent_region_id: Option<String>,
    locales: Locales,
    links: SelfLink,
}

#[derive(Debug, Serialize)]
struct Locales {
    #[serde(rename = "en-us")]
    english: &'static str,
    #[serde(rename = "zh-cn")]
    chinese: &'static str,
}

/// `KeystoneListRegions`.
pub(super) fn list(call: &mut Call<'_>, _: Unread) -> Result<Regions, Failure> {
    let regions = REGIONS.iter().map(|id| Region {
        id,
        kind: "public",
        description: "",
        parent_region_id: None,
        locales: Locales { english: id, chinese: id },
        links: SelfLink { own: format!("{}/v3/regions/{id}", call.client.origin) },
    });
    Ok(Regions { regions: regions.collect(), links: links(call, "/v3/regions") })
}
