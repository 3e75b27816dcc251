//! `ListUsers` and `ListJoinedGroupsForUser`.

use std::collections::BTreeSet;

use rusqlite::{ToSql, params};
use serde::{Deserialize, Serialize};

use crate::error::Failure;
use crate::operation::Call;
use crate::services::text::non_empty;

use super::super::directory::user_counts::Selected;
use super::super::directory::{groups, memberships, users as rows};
use super::super::filters::{Conditions, Found, Order, Text};
use super::super::paging::{Bounds, Page};
use super::super::zones::{self, Zone};
use super::super::{Kind, times};
use super::search::{self, Search};
use super::{UserInfo, existing};

/// Input of `ListUsers`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct List {
    zone_id: String,
    user_status: Option<String>,
    user_type: Option<String>,
    filter: Option<String>,
    max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    filter_groups: BTreeSet<String>,
    #[serde(default)]
    sort_type: Order,
    offset: Option<i64>,
}

/// Output of `ListUsers`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    users: Vec<UserInfo>,
}

/// `ListUsers`, by the moment of creation. `FilterGroups` marks who is in one of those groups.
pub(crate) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let page = Page::read(input.max_results, input.next_token.as_deref(), input.offset)?;
    let found = found(call, &zone, &input, page)?;
    let groups = groups::seqs(call.tx, zone.tenant, &input.filter_groups)?;
    let mut users = Vec::with_capacity(found.rows.len());
    for user in found.rows {
        let is_selected = memberships::is_in_any(call.tx, zone.tenant, user.seq, &groups)?;
        users.push(UserInfo::of(user).selected(is_selected));
    }
    Ok(Listed { bounds: page.bounds(found.total), users })
}

fn found(
    call: &Call<'_>,
    zone: &Zone,
    input: &List,
    page: Page,
) -> Result<Found<rows::User>, Failure> {
    let (tx, tenant, order) = (call.tx, zone.tenant, input.sort_type);
    let selected = Selected {
        kind: non_empty(input.user_type.as_deref()),
        status: non_empty(input.user_status.as_deref()),
    };
    if let Some(text) = Text::read(input.filter.as_deref()) {
        return Search { zone, selected, page, order }.find(call, &text);
    }
    if selected.is_all() {
        let all = Conditions::new("u", tenant);
        return Ok(all.read(tx, &search::list(zone), page, order, rows::read)?);
    }
    let (total, seqs) = selected.page(tx, tenant, page, order)?;
    Ok(Found { total, rows: rows::by_seqs(tx, tenant, &seqs)? })
}

/// Input of `ListJoinedGroupsForUser`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Joined {
    zone_id: String,
    user_id: String,
    next_token: Option<String>,
    max_results: Option<i64>,
}

/// Output of `ListJoinedGroupsForUser`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct JoinedGiven {
    #[serde(flatten)]
    bounds: Bounds,
    joined_groups: Vec<JoinedGroup>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct JoinedGroup {
    group_name: String,
    description: String,
    group_id: String,
    group_type: Kind,
    join_time: String,
}

/// `ListJoinedGroupsForUser`, in the order of the groups' creation.
pub(crate) fn joined_groups(call: &mut Call<'_>, input: Joined) -> Result<JoinedGiven, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let user = existing(call, &zone, &input.user_id)?;
    let page = Page::read_leniently(input.max_results, input.next_token.as_deref());
    let values: &[&dyn ToSql] = params![zone.tenant, user.seq, page.size, page.offset];
    // Left to itself the database reads all memberships of the zone, which are in this order.
    let joined_groups = call
        .tx
        .prepare_cached(
            "SELECT g.name, g.description, g.group_id, g.type, m.joined
             FROM organization_memberships m INDEXED BY organization_memberships_user
             JOIN organization_groups g ON g.tenant = m.tenant AND g.seq = m.group_seq
             WHERE m.tenant = ?1 AND m.user_seq = ?2 ORDER BY m.group_seq LIMIT ?3 OFFSET ?4",
        )?
        .query_map(values, |row| {
            Ok(JoinedGroup {
                group_name: row.get(0)?,
                description: row.get(1)?,
                group_id: row.get(2)?,
                group_type: row.get(3)?,
                join_time: times::local(row.get(4)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let total = memberships::groups_of(call.tx, zone.tenant, user.seq)?;
    Ok(JoinedGiven { bounds: page.bounds(total), joined_groups })
}
