//! Users, groups and memberships as rows. The operations on them are in the files of those names.

use rusqlite::Connection;

use super::Principal;

pub(super) mod deleted_counts;
pub(super) mod groups;
pub(super) mod memberships;
pub(super) mod user_counts;
pub(super) mod user_texts;
pub(super) mod user_versions;
pub(super) mod users;
mod warm_up;

pub(super) use warm_up::WARM_UP;

/// The user or the group of that id.
pub(super) fn principal(
    tx: &Connection,
    tenant: i64,
    id: &str,
) -> rusqlite::Result<Option<Principal>> {
    if let Some(user) = users::by_id(tx, tenant, id)? {
        return Ok(Some(Principal::User(user.seq)));
    }
    Ok(groups::by_id(tx, tenant, id)?.map(|group| Principal::Group(group.seq)))
}
