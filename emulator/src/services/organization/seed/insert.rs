//! Inserts a seed's organization: accounts and zone at once, then users step by step.

use std::collections::HashMap;

use rusqlite::params;

use crate::error::Failure;
use crate::operation::Call;
use crate::services::SEED_STEP;
use crate::services::pattern::{Filled, numbers};

use super::super::cam_users::CamUsers;
use super::super::directory::groups::{self, NewGroup};
use super::super::directory::users::{self, NewUser};
use super::super::directory::{memberships, user_versions};
use super::super::{Kind, limits, zones};
use super::{OrganizationSeed, UserSeed, UsersRule, ZoneSeed, roles, user_syncs};

/// The number of the root node; others follow it.
const ROOT_NODE: i64 = 1;

/// How far a seed is in the database.
#[derive(Default)]
pub(super) struct Progress {
    is_begun: bool,
    /// The number of each group by its name.
    groups: HashMap<String, i64>,
    /// Users named one by one that are there.
    users: usize,
    /// Rules that are complete, and users of the next one that are there.
    rules: usize,
    of_rule: usize,
}

impl Progress {
    /// Inserts the next rows; true after the last.
    pub(super) fn step(
        &mut self,
        call: &mut Call<'_>,
        seed: &OrganizationSeed,
    ) -> Result<bool, Failure> {
        if !self.is_begun {
            accounts(call, seed)?;
            if let Some(zone) = &seed.zone {
                self.groups = begin_zone(call, zone)?;
            }
            self.is_begun = true;
        }
        match &seed.zone {
            Some(zone) => self.fill(call, zone),
            None => Ok(true),
        }
    }

    /// Inserts users within the room of a step, and after the last of them what points to users.
    fn fill(&mut self, call: &mut Call<'_>, zone: &ZoneSeed) -> Result<bool, Failure> {
        let (tx, tenant) = (call.tx, call.tenant.key());
        let first = users::next(tx, tenant)?;
        let has_all = self.insert_users(call, zone)?;
        let inserted = first..=users::next(tx, tenant)? - 1;
        call.after.warms_up |= user_versions::completes_block(&inserted);
        user_versions::raise_all(tx, tenant, inserted)?;
        if has_all {
            user_syncs::insert(call, &zone.user_syncs, &self.groups)?;
            roles::insert(call, zone)?;
        }
        Ok(has_all)
    }

    fn insert_users(&mut self, call: &mut Call<'_>, zone: &ZoneSeed) -> Result<bool, Failure> {
        let mut room = SEED_STEP;
        for seed in zone.users.iter().skip(self.users).take(room) {
            room = room.saturating_sub(1 + seed.groups.len());
            user(call, seed, &self.groups)?;
            self.users += 1;
            if room == 0 {
                return Ok(false);
            }
        }
        while let Some(rule) = zone.rules.get(self.rules) {
            let most = room.div_ceil(1 + rule.groups.len());
            let made = self.of_rule(call, rule, most)?;
            self.of_rule += made;
            if made == most {
                return Ok(false);
            }
            room = room.saturating_sub(made * (1 + rule.groups.len()));
            self.rules += 1;
            self.of_rule = 0;
        }
        Ok(true)
    }

    /// Inserts at most `most` more users of a rule; returns how many.
    fn of_rule(
        &mut self,
        call: &mut Call<'_>,
        rule: &UsersRule,
        most: usize,
    ) -> Result<usize, Failure> {
        let mut name = Filled::new(Some(&rule.name))?;
        let mut email = Filled::new(rule.email.as_deref())?;
        let mut display_name = Filled::new(rule.display_name.as_deref())?;
        let mut made = 0;
        for number in numbers(rule.first, rule.count).skip(self.of_rule).take(most) {
            let new = NewUser {
                email: email.with(number).unwrap_or_default(),
                display_name: display_name.with(number).unwrap_or_default(),
                ..blank(name.with(number).unwrap_or_default(), rule.kind)
            };
            insert(call, None, &new, &rule.groups, &self.groups)?;
            made += 1;
        }
        Ok(made)
    }
}

fn accounts(call: &mut Call<'_>, seed: &OrganizationSeed) -> Result<(), Failure> {
    let (tenant, now) = (call.tenant.key(), call.now.0);
    let verified = serde_json::to_value(seed.verified)?;
    call.tx.execute(
        "INSERT INTO organization_orgs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            tenant,
            // Any number serves: no action takes it.
            call.tenant.account % 1_000_000,
            call.tenant.account,
            seed.name,
            now,
            seed.is_manager,
            verified.as_str(),
            seed.has_service_role,
            serde_json::to_string(&seed.taken_zone_names)?,
        ],
    )?;
    let mut nodes = HashMap::new();
    let mut node = |name: &str, parent: Option<&str>| -> rusqlite::Result<()> {
        let id = ROOT_NODE + i64::try_from(nodes.len()).unwrap_or(i64::MAX);
        let parent = if id == ROOT_NODE {
            None
        } else {
            Some(parent.and_then(|parent| nodes.get(parent)).copied().unwrap_or(ROOT_NODE))
        };
        call.tx
            .prepare_cached("INSERT INTO organization_nodes VALUES (?1, ?2, ?3, ?4, '', ?5)")?
            .execute(params![tenant, id, parent, name, now])?;
        nodes.insert(name.to_owned(), id);
        Ok(())
    };
    node("Root", None)?;
    seed.nodes.iter().try_for_each(|seed| node(&seed.name, seed.parent.as_deref()))?;
    for member in &seed.members {
        let node = member.node.as_ref().and_then(|name| nodes.get(name)).unwrap_or(&ROOT_NODE);
        let how = if member.is_invited { "Invite" } else { "Create" };
        call.tx
            .prepare_cached("INSERT INTO organization_members VALUES (?1, ?2, ?3, ?4, ?5, '', ?6)")?
            .execute(params![tenant, member.uin, member.name, how, node, now])?;
        let cam_users = CamUsers::of(call.tx, tenant, member.uin);
        member.cam_users.iter().try_for_each(|user| cam_users.put(&user.into()))?;
    }
    for limit in limits::ALL {
        if let Some(value) = seed.limits.get(limit.name) {
            limit.set(call.tx, tenant, i64::from(*value))?;
        }
    }
    Ok(())
}

fn begin_zone(call: &mut Call<'_>, seed: &ZoneSeed) -> Result<HashMap<String, i64>, Failure> {
    let id = id_or_drawn(call, "z", seed.id.as_deref());
    zones::insert(call, &id, &seed.name)?;
    zones::set_scim(call, seed.scim_enabled)?;
    let mut groups = HashMap::new();
    for group in &seed.groups {
        let id = id_or_drawn(call, "g", group.id.as_deref());
        let new = NewGroup {
            name: &group.name,
            description: &group.description,
            kind: group.kind,
            external_id: None,
        };
        groups.insert(group.name.clone(), groups::insert(call, &id, &new)?.seq);
    }
    Ok(groups)
}

fn user(
    call: &mut Call<'_>,
    seed: &UserSeed,
    groups: &HashMap<String, i64>,
) -> Result<(), Failure> {
    let new = NewUser {
        first_name: &seed.first_name,
        last_name: &seed.last_name,
        display_name: &seed.display_name,
        description: &seed.description,
        email: &seed.email,
        is_enabled: !seed.is_disabled,
        ..blank(&seed.name, seed.kind)
    };
    insert(call, seed.id.as_deref(), &new, &seed.groups, groups)
}

fn insert(
    call: &mut Call<'_>,
    id: Option<&str>,
    new: &NewUser<'_>,
    names: &[String],
    groups: &HashMap<String, i64>,
) -> Result<(), Failure> {
    let id = id_or_drawn(call, "u", id);
    let user = users::insert_one_of_many(call, &id, new)?;
    for group in names.iter().filter_map(|name| groups.get(name)) {
        memberships::insert(call, *group, user.seq)?;
        groups::add_members(call.tx, call.tenant.key(), *group, 1)?;
    }
    Ok(())
}

fn blank(name: &str, kind: Kind) -> NewUser<'_> {
    NewUser {
        user_name: name,
        first_name: "",
        last_name: "",
        display_name: "",
        description: "",
        email: "",
        is_enabled: true,
        kind,
        need_reset_password: false,
        external_id: None,
        scim: None,
    }
}

fn id_or_drawn(call: &mut Call<'_>, prefix: &str, id: Option<&str>) -> String {
    id.map_or_else(|| format!("{prefix}-{}", call.ids.base36(12)), str::to_owned)
}
