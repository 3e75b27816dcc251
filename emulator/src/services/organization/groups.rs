//! Groups of the zone: created, renamed, deleted, listed. Members are in `memberships.rs`.

use serde::{Deserialize, Serialize};

use crate::error::{Failure, refuse};
use crate::operation::{Call, Empty};
use crate::runtime::fold::fold;

use super::directory::groups as rows;
use super::zones::{self, Zone};
use super::{Kind, Principal, limits, references};

mod info;
mod list;

pub(super) use info::GroupInfo;
pub(super) use list::list;
use rows::{Group, NewGroup, by_id, insert, remove};

/// Input of `CreateGroup`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Create {
    zone_id: String,
    group_name: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    group_type: Kind,
}

/// An answer with one group.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneGroup {
    group_info: GroupInfo,
}

/// `CreateGroup`.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<OneGroup, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let group = NewGroup {
        name: &input.group_name,
        description: &input.description,
        kind: input.group_type,
        external_id: None,
    };
    Ok(OneGroup { group_info: GroupInfo::of(add(call, &zone, &group)?) })
}

/// Adds a group, or refuses: name taken, zone full.
pub(super) fn add(
    call: &mut Call<'_>,
    zone: &Zone,
    group: &NewGroup<'_>,
) -> Result<Group, Failure> {
    check_name(call, zone, group.name, None)?;
    if zone.group_count >= limits::GROUPS.of(call)? {
        return Err(refuse("FailedOperation.GroupOverUpperLimit"));
    }
    let group_id = format!("g-{}", call.ids.base36(12));
    Ok(insert(call, &group_id, group)?)
}

/// A name is of one group, case ignored.
fn check_name(call: &Call<'_>, zone: &Zone, name: &str, of: Option<i64>) -> Result<(), Failure> {
    let taken = rows::by_name(call.tx, zone.tenant, &fold(name))?;
    if taken.is_some_and(|seq| Some(seq) != of) {
        return Err(refuse("InvalidParameter.GroupNameAlreadyExists"));
    }
    Ok(())
}

/// Input of the operations on one group.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct One {
    zone_id: String,
    group_id: String,
}

/// `GetGroup`.
pub(super) fn get(call: &mut Call<'_>, input: One) -> Result<OneGroup, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    Ok(OneGroup { group_info: GroupInfo::of(existing(call, &zone, &input.group_id)?) })
}

/// The group of that id, or the refusal.
pub(super) fn existing(call: &Call<'_>, zone: &Zone, group_id: &str) -> Result<Group, Failure> {
    by_id(call.tx, zone.tenant, group_id)?.ok_or_else(|| refuse("InvalidParameter.GroupNotExist"))
}

/// Input of `UpdateGroup`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Update {
    zone_id: String,
    group_id: String,
    new_group_name: Option<String>,
    new_description: Option<String>,
}

/// `UpdateGroup`: absent members stay.
pub(super) fn update(call: &mut Call<'_>, input: Update) -> Result<OneGroup, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let group = existing(call, &zone, &input.group_id)?;
    zone.writable(group.kind, "FailedOperation.SynchronizedGroupNotUpdate")?;
    let (name, description) = (input.new_group_name, input.new_description);
    Ok(OneGroup { group_info: GroupInfo::of(change(call, &zone, group, name, description)?) })
}

/// Renames a group, or refuses: name taken.
pub(super) fn change(
    call: &Call<'_>,
    zone: &Zone,
    mut group: Group,
    name: Option<String>,
    description: Option<String>,
) -> Result<Group, Failure> {
    if let Some(name) = name {
        check_name(call, zone, &name, Some(group.seq))?;
        group.name = name;
    }
    group.description = description.unwrap_or(group.description);
    rows::update(call, &mut group)?;
    Ok(group)
}

/// `DeleteGroup`: refused while it has members, a role assignment or a user sync.
pub(super) fn delete(call: &mut Call<'_>, input: One) -> Result<Empty, Failure> {
    let zone = zones::find(call, &input.zone_id)?;
    let group = existing(call, &zone, &input.group_id)?;
    zone.writable(group.kind, "FailedOperation.SynchronizedGroupNotDelete")?;
    if group.member_count > 0 {
        return Err(refuse("FailedOperation.DeleteGroupNotAllowExistUser"));
    }
    references::none(call, Principal::Group(group.seq))?;
    remove(call.tx, zone.tenant, group.seq)?;
    Ok(Empty {})
}
