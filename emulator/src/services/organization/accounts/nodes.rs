//! The tree of departments. A seed file makes it.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;

use super::super::times;
use super::existing;

/// The node of the organization itself.
pub(crate) fn root(call: &Call<'_>) -> rusqlite::Result<i64> {
    let root = call
        .tx
        .prepare_cached(
            "SELECT node_id FROM organization_nodes WHERE tenant = ?1 AND parent IS NULL",
        )?
        .query_row([call.tenant.key()], |row| row.get(0))
        .optional()?;
    Ok(root.unwrap_or(0))
}

/// Whether there is such a node.
pub(super) fn exists(call: &Call<'_>, node: i64) -> rusqlite::Result<bool> {
    call.tx
        .prepare_cached("SELECT 1 FROM organization_nodes WHERE tenant = ?1 AND node_id = ?2")?
        .exists(params![call.tenant.key(), node])
}

/// Input of `DescribeOrganizationNodes`. Nodes have no tags, so a filter by tag finds none.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    limit: i64,
    offset: i64,
    #[serde(default)]
    tags: Vec<serde::de::IgnoredAny>,
}

/// Output of `DescribeOrganizationNodes`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    total: usize,
    items: Vec<Node>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Node {
    node_id: i64,
    name: String,
    parent_node_id: i64,
    remark: String,
    create_time: String,
    update_time: String,
    tags: [(); 0],
}

/// `DescribeOrganizationNodes`, in the order of their numbers. The root's parent is 0.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    existing(call)?;
    let all: Vec<Node> = if input.tags.is_empty() { all(call)? } else { Vec::new() };
    let [offset, limit] = [input.offset, input.limit].map(|n| usize::try_from(n).unwrap_or(0));
    let total = all.len();
    Ok(Listed { total, items: all.into_iter().skip(offset).take(limit).collect() })
}

fn all(call: &Call<'_>) -> rusqlite::Result<Vec<Node>> {
    call.tx
        .prepare_cached(
            "SELECT node_id, name, COALESCE(parent, 0), remark, created
             FROM organization_nodes WHERE tenant = ?1 ORDER BY node_id",
        )?
        .query_map([call.tenant.key()], |row| {
            let created = times::local(row.get(4)?);
            Ok(Node {
                node_id: row.get(0)?,
                name: row.get(1)?,
                parent_node_id: row.get(2)?,
                remark: row.get(3)?,
                create_time: created.clone(),
                update_time: created,
                tags: [],
            })
        })?
        .collect()
}
