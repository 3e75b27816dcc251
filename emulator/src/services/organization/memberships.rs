//! Which user is in which group.

use rusqlite::{ToSql, params};
use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::services::text::non_empty;

use super::directory::groups::{Group, add_members};
use super::directory::memberships::{exists, groups_of, insert};
use super::directory::users::{User, by_id};
use super::groups;
use super::paging::{Bounds, Page};
use super::users;
use super::zones::{self, Zone};
use super::{Kind, limits, status_of, times, user_syncs};

/// Input of `AddUserToGroup` and `RemoveUserFromGroup`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Membership {
    zone_id: String,
    group_id: String,
    user_id: String,
}

/// `AddUserToGroup`.
pub(super) fn add(call: &mut Call<'_>, input: Membership) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let group = groups::existing(call, &zone, &input.group_id)?;
    let user = users::existing(call, &zone, &input.user_id)?;
    zone.writable(group.kind, "FailedOperation.SynchronizedGroupNotAddUser")?;
    if group.kind != user.kind {
        return Err(refuse("FailedOperation.GroupTypeUserTypeNotMatch"));
    }
    if exists(call.tx, zone.tenant, group.seq, user.seq)? {
        return Err(refuse("InvalidParameter.GroupUserAlreadyExists"));
    }
    join(call, &zone, &group, &user)?;
    Ok(Empty {})
}

/// Puts a user, who is not in it yet, into a group within the limits. User syncs of the group follow.
pub(super) fn join(
    call: &mut Call<'_>,
    zone: &Zone,
    group: &Group,
    user: &User,
) -> Result<(), Failure> {
    if group.member_count >= limits::USERS_PER_GROUP.of(call)? {
        return Err(refuse("FailedOperation.GroupUserCountOverUpperLimit"));
    }
    let most = limits::GROUPS_PER_USER.of(call)?;
    if groups_of(call.tx, zone.tenant, user.seq)? >= most {
        return Err(refuse("FailedOperation.UserAddGroupCountOverUpperLimit"));
    }
    insert(call, group.seq, user.seq)?;
    add_members(call.tx, zone.tenant, group.seq, 1)?;
    user_syncs::member_joined(call, group.seq, user)
}

/// `RemoveUserFromGroup`. It documents no code for an unknown user: that is not a member either.
pub(super) fn remove(call: &mut Call<'_>, input: Membership) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let group = groups::existing(call, &zone, &input.group_id)?;
    zone.writable(group.kind, "FailedOperation.SynchronizedGroupNotRemoveUser")?;
    let not_in = || refuse("InvalidParameter.GroupUserNotExist");
    let user = by_id(call.tx, zone.tenant, &input.user_id)?.ok_or_else(not_in)?;
    if leave(call, &zone, group.seq, &user)? { Ok(Empty {}) } else { Err(not_in()) }
}

/// Takes a user out of a group; false if it is not in it. User syncs of the group follow.
pub(super) fn leave(
    call: &mut Call<'_>,
    zone: &Zone,
    group: i64,
    user: &User,
) -> Result<bool, Failure> {
    let deleted = call
        .tx
        .prepare_cached(
            "DELETE FROM organization_memberships
             WHERE tenant = ?1 AND group_seq = ?2 AND user_seq = ?3",
        )?
        .execute([zone.tenant, group, user.seq])?;
    if deleted == 0 {
        return Ok(false);
    }
    add_members(call.tx, zone.tenant, group, -1)?;
    user_syncs::member_left(call, group, user)?;
    Ok(true)
}

/// Input of `ListGroupMembers`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    zone_id: String,
    group_id: String,
    next_token: Option<String>,
    max_results: Option<i64>,
    user_type: Option<String>,
}

/// Output of `ListGroupMembers`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    #[serde(flatten)]
    bounds: Bounds,
    group_members: Vec<Member>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Member {
    user_name: String,
    display_name: String,
    description: String,
    email: String,
    user_status: &'static str,
    user_type: Kind,
    user_id: String,
    join_time: String,
}

/// `ListGroupMembers`, in the order of the users' creation. A group has users of its own type only, so
/// the other type has no members.
pub(super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let group = groups::existing(call, &zone, &input.group_id)?;
    let page = Page::read_leniently(input.max_results, input.next_token.as_deref());
    let fits = non_empty(input.user_type.as_deref()).is_none_or(|kind| kind == group.kind.word());
    let total = if fits { group.member_count } else { 0 };
    let (size, skip, is_from_end) = page.reach(total);
    let order = if is_from_end { "DESC" } else { "ASC" };
    let values: &[&dyn ToSql] = params![zone.tenant, group.seq, size, skip];
    let group_members = call
        .tx
        .prepare_cached(&format!(
            "SELECT u.user_name, u.display_name, u.description, u.email, u.status, u.type,
                u.user_id, m.joined
             FROM (SELECT user_seq, joined FROM organization_memberships
                   WHERE tenant = ?1 AND group_seq = ?2
                   ORDER BY user_seq {order} LIMIT ?3 OFFSET ?4) m
             JOIN organization_users u ON u.tenant = ?1 AND u.seq = m.user_seq
             ORDER BY m.user_seq"
        ))?
        .query_map(values, |row| {
            let status: String = row.get(4)?;
            Ok(Member {
                user_name: row.get(0)?,
                display_name: row.get(1)?,
                description: row.get(2)?,
                email: row.get(3)?,
                user_status: status_of(status == super::ENABLED),
                user_type: row.get(5)?,
                user_id: row.get(6)?,
                join_time: times::local(row.get(7)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Listed { bounds: page.bounds(total), group_members })
}
