//! The members of a group: users that a directory made.

use std::collections::BTreeSet;

use scim_v2::filter::PatchPath;
use serde_json::{Value, json};

use super::super::attributes::get;
use super::super::filters::takes;
use super::super::patch::{Action, Operation};
use super::super::{Zone, bad_value};
use super::Group;
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;
use crate::services::organization::directory::{memberships as rows, users};
use crate::services::organization::memberships;

/// A group whose members change.
pub(super) struct Members<'z> {
    pub(super) zone: &'z Zone,
    pub(super) group: Group,
}

impl Members<'_> {
    /// Carries out an operation of a PATCH on `members`.
    pub(super) fn apply(
        &mut self,
        call: &mut Call<'_>,
        operation: Operation,
    ) -> Result<(), Failure> {
        let Operation { action, path, value } = operation;
        match (path, action) {
            (PatchPath::Attr(path), _) if path.sub_attr.is_some() => Err(bad_path()),
            (PatchPath::Attr(_), Action::Add) => self.add(call, &ids(value)?),
            (PatchPath::Attr(_), Action::Replace) => self.replace(call, &ids(value)?),
            // Entra ID names the members to remove in the value.
            (PatchPath::Attr(_), Action::Remove) => match ids(value)? {
                all if all.is_empty() => self.replace(call, &[]),
                some => some.iter().try_for_each(|id| self.remove(call, id)),
            },
            (PatchPath::Value(path), Action::Remove) if path.sub_attr.is_none() => {
                for id in rows::user_ids(call.tx, self.zone.tenant, self.group.seq)? {
                    if takes(&path.filter, "members", &json!({ "value": id, "type": "User" })) {
                        self.remove(call, &id)?;
                    }
                }
                Ok(())
            }
            (PatchPath::Value(_), _) => Err(bad_path()),
        }
    }

    /// Adds those who are not in it yet.
    pub(super) fn add(&mut self, call: &mut Call<'_>, ids: &[String]) -> Result<(), Failure> {
        for id in ids {
            let user = users::by_id(call.tx, self.zone.tenant, id)?;
            let user = user.ok_or_else(|| bad_value(format!("no user has the id {id}")))?;
            if user.kind != self.group.kind {
                return Err(refuse("FailedOperation.GroupTypeUserTypeNotMatch"));
            }
            if !rows::exists(call.tx, self.zone.tenant, self.group.seq, user.seq)? {
                memberships::join(call, self.zone, &self.group, &user)?;
                self.group.member_count += 1;
            }
        }
        Ok(())
    }

    /// Removes one, if it is there.
    fn remove(&mut self, call: &mut Call<'_>, id: &str) -> Result<(), Failure> {
        if let Some(user) = users::by_id(call.tx, self.zone.tenant, id)?
            && memberships::leave(call, self.zone, self.group.seq, &user)?
        {
            self.group.member_count -= 1;
        }
        Ok(())
    }

    /// Removes all others, and adds those who are not in it yet.
    pub(super) fn replace(&mut self, call: &mut Call<'_>, ids: &[String]) -> Result<(), Failure> {
        let stay: BTreeSet<_> = ids.iter().collect();
        for id in rows::user_ids(call.tx, self.zone.tenant, self.group.seq)? {
            if !stay.contains(&id) {
                self.remove(call, &id)?;
            }
        }
        self.add(call, ids)
    }
}

fn bad_path() -> Failure {
    refuse_with("invalidPath", "members are added, replaced or removed as wholes")
}

/// The ids that a value names: a list of objects with a `value`, or of texts, or one of them.
pub(super) fn ids(value: Value) -> Result<Vec<String>, Failure> {
    let all = match value {
        Value::Null => Vec::new(),
        Value::Array(all) => all,
        one => vec![one],
    };
    let id = |one: Value| match one {
        Value::String(id) => Some(id),
        Value::Object(members) => get(&members, "value")?.as_str().map(str::to_owned),
        _ => None,
    };
    let all: Option<_> = all.into_iter().map(id).collect();
    all.ok_or_else(|| bad_value("a member is an object whose value is the id of a user"))
}

/// The members as the resource has them. Without `display`: nobody could keep it up to date.
pub(super) fn show(call: &Call<'_>, group: &Group, base: &str) -> rusqlite::Result<Value> {
    let ids = rows::user_ids(call.tx, call.tenant.key(), group.seq)?;
    let member =
        |id: String| json!({ "$ref": format!("{base}/Users/{id}"), "value": id, "type": "User" });
    Ok(ids.into_iter().map(member).collect())
}
