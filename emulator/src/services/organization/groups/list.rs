//! `ListGroups`.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;

use super::super::directory::{deleted_counts, groups as rows, memberships, users};
use super::super::filters::{self, Order};
use super::super::paging::{Bounds, Page};
use super::super::zones;
use super::GroupInfo;

/// Input of `ListGroups`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    next_token: Option<String>,
    max_results: Option<i64>,
    filter: Option<String>,
    group_type: Option<String>,
    #[serde(default)]
    filter_users: BTreeSet<String>,
    #[serde(default)]
    sort_type: Order,
    offset: Option<i64>,
}

/// Output of `ListGroups`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    groups: Vec<GroupInfo>,
}

/// `ListGroups`, by the moment of creation. `FilterUsers` marks groups that have one of those users.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), input.offset)?;
    let mut conditions = filters::Conditions::new("g", zone.tenant);
    conditions.text(filters::Text::read(input.filter.as_deref()).as_ref(), &["name"], &["name"]);
    conditions.equal("type", input.group_type.as_deref());
    let found = conditions.read(
        call.tx,
        &filters::List {
            table: "organization_groups g",
            columns: rows::COLUMNS,
            total: zone.group_count,
            next: "next_group",
            deleted: deleted_counts::GROUPS,
        },
        page,
        input.sort_type,
        rows::read,
    )?;
    let mut members = BTreeSet::new();
    for user_id in &input.filter_users {
        members.extend(users::by_id(call.tx, zone.tenant, user_id)?.map(|user| user.seq));
    }
    let mut groups = Vec::with_capacity(found.rows.len());
    for group in found.rows {
        let is_selected = memberships::has_any(call.tx, zone.tenant, &group, &members)?;
        groups.push(GroupInfo::of(group).selected(is_selected));
    }
    Ok(Listed { bounds: page.bounds(found.total), groups })
}
