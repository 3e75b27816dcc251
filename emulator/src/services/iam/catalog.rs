//! The catalog in a token: which services there are, and where.

use serde::Serialize;

use super::parts::Named;
use crate::operation::Call;

/// A service and where it is.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
    id: String,
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    endpoints: [Endpoint; 1],
}

#[derive(Debug, Serialize)]
struct Endpoint {
    id: String,
    interface: &'static str,
    region: String,
    region_id: String,
    url: String,
}

/// Where the services are: all at the twin's own address.
pub(super) fn catalog(call: &mut Call<'_>, project: Option<&Named>) -> Vec<Entry> {
    let origin = &call.client.origin;
    let region = project.map_or("*", |project| project.name.as_str());
    let workspace = project.map(|project| format!("{origin}/v2/{}", project.id));
    let all = [("iam", "identity", "*", Some(format!("{origin}/v3")))];
    let all = all.into_iter().chain([("workspace", "workspace", region, workspace)]);
    all.filter_map(|(name, kind, region, url)| {
        let region = region.to_owned();
        let endpoint = Endpoint {
            id: call.ids.hex32(),
            interface: "public",
            region_id: region.clone(),
            region,
            url: url?,
        };
        Some(Entry { id: call.ids.hex32(), name, kind, endpoints: [endpoint] })
    })
    .collect()
}
