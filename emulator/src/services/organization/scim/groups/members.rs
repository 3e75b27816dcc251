//! The members of a group: users that a directory made. Operations change them in memory by their ids,
//! and only what is different at the end is written.

use std::collections::BTreeMap;

use scim_v2::filter::{PatchPath, ValFilter};
use serde_json::{Value, json};

use super::super::bounds::{Work, terms};
use super::super::filters::{Texts, takes};
use super::super::list::Members as Shown;
use super::super::patch::{Action, Operation};
use super::super::{Zone, bad_value};
use super::Group;
use super::ids::{ids, named_by};
use crate::error::{Failure, refuse, refuse_with};
use crate::operation::Call;
use crate::services::organization::directory::memberships as rows;
use crate::services::organization::directory::users::{self, User};
use crate::services::organization::memberships;

/// What one member counts when a filter is asked about it.
const MEMBER: usize = 10;

/// A group whose members change.
pub(super) struct Members<'z> {
    zone: &'z Zone,
    group: Group,
    /// Who was added, by id, and as which in order.
    added: BTreeMap<String, (usize, User)>,
    /// Whether each id that was named is a member at the end.
    named: BTreeMap<String, bool>,
    /// Whether members that are not named leave.
    others_leave: bool,
}

impl<'z> Members<'z> {
    pub(super) fn of(zone: &'z Zone, group: Group) -> Self {
        let (added, named) = (BTreeMap::new(), BTreeMap::new());
        Self { zone, group, added, named, others_leave: false }
    }

    /// Carries out an operation of a PATCH on `members`.
    pub(super) fn apply(
        &mut self,
        call: &Call<'_>,
        operation: Operation,
        work: &mut Work,
    ) -> Result<(), Failure> {
        let Operation { action, path, value } = operation;
        let path = match path {
            PatchPath::Attr(path) if path.sub_attr.is_none() => None,
            PatchPath::Value(path) if path.sub_attr.is_none() && action == Action::Remove => {
                Some(path)
            }
            _ => return Err(bad_path()),
        };
        match (path, action) {
            (Some(path), _) => self.remove_selected(call, &path.filter, work)?,
            (None, Action::Add) => self.add(call, &ids(value)?)?,
            (None, Action::Replace) => self.replace(call, &ids(value)?)?,
            (None, Action::Remove) if value.is_null() => self.clear(),
            // Entra ID names the members to remove in the value.
            (None, Action::Remove) => {
                self.named.extend(ids(value)?.into_iter().map(|id| (id, false)));
            }
        }
        Ok(())
    }

    /// Adds users, who must exist.
    pub(super) fn add(&mut self, call: &Call<'_>, ids: &[String]) -> Result<(), Failure> {
        for id in ids {
            if !self.added.contains_key(id) {
                let user = users::by_id(call.tx, self.zone.tenant, id)?;
                let user = user.ok_or_else(|| bad_value(format!("no user has the id {id}")))?;
                if user.kind != self.group.kind {
                    return Err(refuse("FailedOperation.GroupTypeUserTypeNotMatch"));
                }
                self.added.insert(id.clone(), (self.added.len(), user));
            }
            self.named.insert(id.clone(), true);
        }
        Ok(())
    }

    /// Removes all.
    pub(super) fn clear(&mut self) {
        self.named.clear();
        self.others_leave = true;
    }

    /// Makes these the members.
    pub(super) fn replace(&mut self, call: &Call<'_>, ids: &[String]) -> Result<(), Failure> {
        self.clear();
        self.add(call, ids)
    }

    /// Removes those whom the filter takes. Only a filter that is not by id reads all members.
    fn remove_selected(
        &mut self,
        call: &Call<'_>,
        filter: &ValFilter,
        work: &mut Work,
    ) -> Result<(), Failure> {
        if let Some(ids) = named_by(filter) {
            self.named.extend(ids.into_iter().map(|id| (id.to_owned(), false)));
            return Ok(());
        }
        self.name_all(call)?;
        work.spend(self.named.len().saturating_mul(MEMBER * terms(filter)))?;
        let texts = Texts { exact: true, moments: false };
        let mut member = json!({ "value": null, "type": "User" });
        for (id, is_in) in self.named.iter_mut().filter(|(_, is_in)| **is_in) {
            if let Some(value) = member.get_mut("value") {
                *value = id.as_str().into();
            }
            *is_in = !takes(filter, texts, &member);
        }
        Ok(())
    }

    /// Reads who else is a member.
    fn name_all(&mut self, call: &Call<'_>) -> rusqlite::Result<()> {
        if !self.others_leave {
            for id in rows::user_ids(call.tx, self.zone.tenant, self.group.seq, -1)? {
                self.named.entry(id).or_insert(true);
            }
            self.others_leave = true;
        }
        Ok(())
    }

    /// Writes what is different: some leave, then others join in the order in which they were added.
    pub(super) fn store(mut self, call: &mut Call<'_>) -> Result<Group, Failure> {
        for id in self.leaving(call)? {
            if let Some(user) = users::by_id(call.tx, self.zone.tenant, &id)?
                && memberships::leave(call, self.zone, self.group.seq, &user)?
            {
                self.group.member_count -= 1;
            }
        }
        let named = &self.named;
        let mut joining: Vec<_> = self.added.into_values().collect();
        joining.retain(|(_, user)| named.get(&user.user_id).copied().unwrap_or_default());
        joining.sort_by_key(|(number, _)| *number);
        for (_, user) in joining {
            if !rows::exists(call.tx, self.zone.tenant, self.group.seq, user.seq)? {
                memberships::join(call, self.zone, &self.group, &user)?;
                self.group.member_count += 1;
            }
        }
        Ok(self.group)
    }

    /// The ids of those who leave. All members are read only if that is less than what is named.
    fn leaving(&self, call: &Call<'_>) -> rusqlite::Result<Vec<String>> {
        let number = i64::try_from(self.named.len()).unwrap_or(i64::MAX);
        if !self.others_leave && number <= self.group.member_count {
            let left = self.named.iter().filter(|(_, is_in)| !**is_in);
            return Ok(left.map(|(id, _)| id.clone()).collect());
        }
        let mut all = rows::user_ids(call.tx, self.zone.tenant, self.group.seq, -1)?;
        all.retain(|id| !self.named.get(id).copied().unwrap_or(!self.others_leave));
        Ok(all)
    }
}

fn bad_path() -> Failure {
    refuse_with("invalidPath", "members are added, replaced or removed as wholes")
}

/// The members as the resource has them. Without `display`: nobody could keep it up to date.
pub(super) fn show(
    call: &Call<'_>,
    group: &Group,
    base: &str,
    which: Shown<'_>,
) -> rusqlite::Result<Option<Value>> {
    let ids = match which {
        Shown::None => return Ok(None),
        Shown::Some(ids) => some(call, group, ids)?,
        Shown::All => rows::user_ids(call.tx, call.tenant.key(), group.seq, -1)?,
    };
    let member =
        |id: String| json!({ "$ref": format!("{base}/Users/{id}"), "value": id, "type": "User" });
    Ok(Some(ids.into_iter().map(member).collect()))
}

/// The first member, and those of these ids who are members.
fn some(call: &Call<'_>, group: &Group, ids: &[&str]) -> rusqlite::Result<Vec<String>> {
    let (tx, tenant) = (call.tx, call.tenant.key());
    let mut all = rows::user_ids(tx, tenant, group.seq, 1)?;
    for id in ids {
        if let Some(user) = users::by_id(tx, tenant, id)?
            && rows::exists(tx, tenant, group.seq, user.seq)?
        {
            all.push(user.user_id);
        }
    }
    Ok(all)
}
