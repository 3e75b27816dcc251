//! Groups as a directory writes them.

use rusqlite::Row;
use scim_v2::filter::Filter;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Failure, refuse, refuse_with};
use crate::operation::{Call, Empty};

use super::super::directory::deleted_counts::{self, DeletedCounts};
use super::super::directory::groups as rows;
use super::super::{Kind, Principal, groups as api, references};
use super::bounds::Work;
use super::list::{Members as Shown, Resources};
use super::location::leads_to;
use super::projection::{Projection, Selection};
use super::{Zone, attributes, base, conflict, not_found, open_zone, patch as operations};
use rows::{Group, NewGroup};

mod ids;
mod members;
mod resource;

use members::Members;
use resource::{Fields, show};

/// What `ListGroups` lists.
pub(super) struct Groups;

/// Input of `CreateGroup`.
#[derive(Debug, Deserialize)]
pub(super) struct Create {
    #[serde(flatten)]
    projection: Projection,
    #[serde(flatten)]
    resource: Map<String, Value>,
}

/// `CreateGroup`.
pub(super) fn create(call: &mut Call<'_>, input: Create) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    let fields = Fields::read(input.resource)?;
    let group = NewGroup {
        name: &fields.name,
        description: "",
        kind: Kind::Synchronized,
        external_id: fields.external_id.as_deref(),
    };
    let group = api::add(call, &zone, &group).map_err(conflict)?;
    let mut members = Members::of(&zone, group);
    members.add(call, &fields.members)?;
    let group = members.store(call)?;
    answer(call, &group, &selection)
}

/// Input of the operations on one group.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct One {
    group_id: String,
    #[serde(flatten)]
    projection: Projection,
    #[serde(flatten)]
    body: Map<String, Value>,
}

/// `GetGroup`.
pub(super) fn get(call: &mut Call<'_>, input: One) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    answer(call, &existing(call, &zone, &input.group_id)?, &selection)
}

/// `ReplaceGroup`: the members too.
pub(super) fn replace(call: &mut Call<'_>, input: One) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    let group = writable(call, &zone, &input.group_id)?;
    let fields = Fields::read(input.body)?;
    let mut members = Members::of(&zone, group);
    members.replace(call, &fields.members)?;
    let group = members.store(call)?;
    let group = store(call, &zone, group, fields)?;
    answer(call, &group, &selection)
}

/// `PatchGroup`: all of the operations or none. Members change only where an operation names them.
pub(super) fn patch(call: &mut Call<'_>, input: One) -> Result<Value, Failure> {
    let zone = open_zone(call)?;
    let selection = input.projection.selection()?;
    let group = writable(call, &zone, &input.group_id)?;
    let mut resource = show(&group, &base(call));
    let (mut members, mut work) = (Members::of(&zone, group), Work::new());
    for operation in operations::read(input.body)? {
        if leads_to(operation.attribute(), "members") {
            members.apply(call, operation, &mut work)?;
        } else {
            operations::apply(&mut resource, operation, &mut work)?;
        }
    }
    let resource = attributes::normalized(resource)?;
    if !resource.contains_key("displayName") {
        return Err(refuse_with("mutability", "displayName cannot be removed"));
    }
    let group = members.store(call)?;
    let group = store(call, &zone, group, Fields::read(resource)?)?;
    answer(call, &group, &selection)
}

/// `DeleteGroup`: its users leave it first.
pub(super) fn delete(call: &mut Call<'_>, input: One) -> Result<Empty, Failure> {
    let zone = open_zone(call)?;
    let group = existing(call, &zone, &input.group_id)?;
    if group.kind == Kind::Manual {
        return Err(refuse("FailedOperation.ManualGroupNotDelete"));
    }
    references::none(call, Principal::Group(group.seq))?;
    let seq = group.seq;
    let mut members = Members::of(&zone, group);
    members.clear();
    members.store(call)?;
    rows::remove(call.tx, zone.tenant, seq)?;
    Ok(Empty {})
}

fn existing(call: &Call<'_>, zone: &Zone, group_id: &str) -> Result<Group, Failure> {
    rows::by_id(call.tx, zone.tenant, group_id)?.ok_or_else(|| not_found("Group", group_id))
}

/// The group, if a directory may change it.
fn writable(call: &Call<'_>, zone: &Zone, group_id: &str) -> Result<Group, Failure> {
    match existing(call, zone, group_id)? {
        group if group.kind == Kind::Manual => Err(refuse("FailedOperation.ManualGroupNotUpdate")),
        group => Ok(group),
    }
}

/// Writes all but the members.
fn store(call: &Call<'_>, zone: &Zone, mut group: Group, fields: Fields) -> Result<Group, Failure> {
    group.external_id = fields.external_id;
    api::change(call, zone, group, Some(fields.name), None).map_err(conflict)
}

fn answer(call: &Call<'_>, group: &Group, selection: &Selection) -> Result<Value, Failure> {
    let resource = Groups::resource(call, &base(call), group, Shown::of(selection))?;
    Ok(Value::Object(selection.apply(resource)))
}

impl Resources for Groups {
    type Row = Group;

    const TABLE: (&str, &str) = ("organization_groups", "g");
    const COLUMNS: &str = rows::COLUMNS;
    const DELETED: DeletedCounts = deleted_counts::GROUPS;
    const NAME: (&str, &str) = ("displayName", "name_key");

    fn total(zone: &Zone) -> i64 {
        zone.group_count
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Group> {
        rows::read(row)
    }

    fn seq(row: &Group) -> i64 {
        row.seq
    }

    fn column(attribute: &str) -> Option<(&'static str, bool)> {
        match attribute {
            "id" => Some(("group_id", false)),
            "externalid" => Some(("external_id", false)),
            "displayname" => Some(("name_key", true)),
            _ => None,
        }
    }

    fn cached_candidates(
        _: &Call<'_>,
        _: &Zone,
        _: &Filter,
    ) -> Result<Option<Vec<(i64, bool)>>, Failure> {
        Ok(None)
    }

    fn resource(
        call: &Call<'_>,
        base: &str,
        row: &Group,
        members: Shown<'_>,
    ) -> rusqlite::Result<Map<String, Value>> {
        let mut resource = show(row, base);
        if row.member_count > 0
            && let Some(members) = members::show(call, row, base, members)?
        {
            resource.insert("members".to_owned(), members);
        }
        Ok(resource)
    }
}
