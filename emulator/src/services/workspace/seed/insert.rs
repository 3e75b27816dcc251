//! Puts a checked seed into the state.

use rusqlite::params;

use super::super::project::{Kind, Project, rank};
use super::super::users::{otp, row};
use super::super::{groups, jobs, tenant, times};
use super::{ActiveTypeSeed, GroupSeed, ProjectSeed, UserSeed, UsersRule};
use crate::error::Failure;
use crate::operation::Call;
use crate::services::SEED_STEP;
use crate::services::pattern::{Filled, numbers};
use crate::vendors::huawei::{self, DEFAULT_PROJECT};
use row::User;

/// How far the projects of a seed are in the database.
#[derive(Default)]
pub(super) struct Progress {
    /// Projects that are complete.
    complete: usize,
    /// The id of the project that is being filled.
    id: Option<String>,
    /// Users named one by one that are there.
    users: usize,
    /// Rules that are complete, and users of the next one that are there.
    rules: usize,
    of_rule: usize,
    /// Groups whose members are complete, and members of the next one that are there.
    groups: usize,
    of_group: usize,
}

impl Progress {
    /// Puts the next rows in; true once all are there.
    pub(super) fn step(
        &mut self,
        call: &mut Call<'_>,
        seeds: &[ProjectSeed],
    ) -> Result<bool, Failure> {
        let mut room = SEED_STEP;
        while let Some(seed) = seeds.get(self.complete) {
            let id = match &self.id {
                Some(id) => id.clone(),
                None => self.id.insert(begin(call, seed)?).clone(),
            };
            let project = Project { tenant: call.tenant.key(), id: &id };
            room = self.make_users(call, project, seed, room)?;
            room = self.add_members(call, project, seed, room)?;
            if room == 0 {
                return Ok(false);
            }
            for job in &seed.jobs {
                let reason = job.fail_reason.as_deref().unwrap_or_default();
                let failure = job.error_code.as_deref().map(|code| (code, reason));
                jobs::insert_ended(call, project, &jobs::Ended { kind: &job.job_type, failure })?;
            }
            *self = Self { complete: self.complete + 1, ..Self::default() };
        }
        Ok(true)
    }

    /// Makes at most `room` users; gives the room that is left. None is left where users are.
    fn make_users(
        &mut self,
        call: &mut Call<'_>,
        project: Project<'_>,
        seed: &ProjectSeed,
        mut room: usize,
    ) -> Result<usize, Failure> {
        for user in seed.users.iter().skip(self.users).take(room) {
            make_user(call, project, user)?;
            self.users += 1;
            room -= 1;
        }
        while room > 0
            && let Some(rule) = seed.rules.get(self.rules)
        {
            let made = make_users(call, project, rule, self.of_rule, room)?;
            room -= made;
            self.of_rule += made;
            if room > 0 {
                self.rules += 1;
                self.of_rule = 0;
            }
        }
        Ok(room)
    }

    /// Adds at most `room` members to groups; gives the room that is left.
    fn add_members(
        &mut self,
        call: &mut Call<'_>,
        project: Project<'_>,
        seed: &ProjectSeed,
        mut room: usize,
    ) -> Result<usize, Failure> {
        while room > 0
            && let Some(group) = seed.groups.get(self.groups)
        {
            let seq = group_of(call, project, &group.name)?;
            for name in group.members.iter().skip(self.of_group).take(room) {
                let user = row::find_by_name(call.tx, project, name)?;
                let user = user.ok_or_else(|| anyhow::anyhow!("no user {name:?}"))?;
                groups::members::add(call.tx, project, seq, user)?;
                self.of_group += 1;
                room -= 1;
            }
            if room > 0 {
                self.groups += 1;
                self.of_group = 0;
            }
        }
        Ok(room)
    }
}

/// Makes a project and its groups; gives its id.
fn begin(call: &mut Call<'_>, seed: &ProjectSeed) -> Result<String, Failure> {
    let name = seed.name.as_deref().unwrap_or(DEFAULT_PROJECT);
    let named = || huawei::project_id(&call.tenant.name, name);
    let id = seed.id.clone().unwrap_or_else(named);
    let project = Project { tenant: call.tenant.key(), id: &id };
    call.tx
        .prepare_cached(
            "INSERT INTO workspace_projects (tenant, project, user_quota) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![project.tenant, project.id, seed.user_quota])?;
    if seed.closed {
        tenant::closed(call.tx, project)?;
    }
    for group in &seed.groups {
        make_group(call, project, group)?;
    }
    Ok(id)
}

fn make_group(call: &mut Call<'_>, project: Project<'_>, seed: &GroupSeed) -> Result<(), Failure> {
    let group = groups::Group {
        id: seed.id.as_deref(),
        name: &seed.name,
        platform_type: if seed.domain.is_some() { groups::AD } else { groups::LOCAL },
        description: seed.description.clone(),
        domain: seed.domain.clone(),
    };
    groups::insert(call, project, group)?;
    Ok(())
}

fn group_of(call: &Call<'_>, project: Project<'_>, name: &str) -> Result<i64, Failure> {
    let group = groups::find_by_name(call.tx, project, name)?;
    Ok(group.ok_or_else(|| anyhow::anyhow!("no group {name:?}"))?)
}

fn make_user(call: &mut Call<'_>, project: Project<'_>, seed: &UserSeed) -> Result<(), Failure> {
    let seq = project.next(call.tx, Kind::User)?;
    let user = User {
        seq,
        id: seed.id.clone().unwrap_or_else(|| call.ids.rising_hex32(rank(seq))),
        user_name: seed.user_name.clone(),
        user_email: seed.user_email.clone(),
        user_phone: seed.user_phone.clone(),
        active_type: active_type(seed.active_type),
        description: seed.description.clone(),
        domain: seed.domain.clone(),
        enterprise_project_id: seed.enterprise_project_id.clone().unwrap_or_else(|| "0".into()),
        account_expires: seed.account_expires.as_deref().and_then(times::parse_expiry).unwrap_or(0),
        locked: seed.locked,
        disabled: seed.disabled,
        total_desktops: i64::from(seed.total_desktops),
        share_space_subscription: seed.share_space_subscription,
        share_space_desktops: i64::from(seed.share_space_desktops),
        ..beginning(call)
    };
    row::insert(call.tx, project, &user)?;
    for name in &seed.groups {
        groups::members::add(call.tx, project, group_of(call, project, name)?, seq)?;
    }
    for device in &seed.otp_devices {
        let id = device.id.clone().unwrap_or_else(|| call.ids.hex32());
        let status = if device.unregistered { "UNREGISTER" } else { "REGISTERED" };
        otp::bind(call.tx, project, seq, (&id, status, call.now.0))?;
    }
    Ok(())
}

/// Makes at most `most` users of a rule after the first `skipped`; gives how many.
fn make_users(
    call: &mut Call<'_>,
    project: Project<'_>,
    rule: &UsersRule,
    skipped: usize,
    most: usize,
) -> Result<usize, Failure> {
    let mut made = 0;
    let mut user_name = Filled::new(Some(&rule.user_name))?;
    let mut user_email = Filled::new(rule.user_email.as_deref())?;
    let mut user_phone = Filled::new(rule.user_phone.as_deref())?;
    let named = rule.groups.iter().map(|name| group_of(call, project, name));
    let groups = named.collect::<Result<Vec<_>, _>>()?;
    for number in numbers(rule.first, rule.count).skip(skipped).take(most) {
        made += 1;
        let seq = project.next(call.tx, Kind::User)?;
        let user = User {
            seq,
            id: call.ids.rising_hex32(rank(seq)),
            user_name: user_name.with(number).unwrap_or_default().to_owned(),
            user_email: user_email.with(number).map(str::to_owned),
            user_phone: user_phone.with(number).map(str::to_owned),
            active_type: active_type(rule.active_type),
            description: rule.description.clone(),
            enterprise_project_id: "0".into(),
            ..beginning(call)
        };
        row::insert(call.tx, project, &user)?;
        for group in &groups {
            groups::members::add(call.tx, project, *group, seq)?;
        }
    }
    Ok(made)
}

fn active_type(seed: ActiveTypeSeed) -> String {
    match seed {
        ActiveTypeSeed::UserActivate => row::USER_ACTIVATE,
        ActiveTypeSeed::AdminActivate => row::ADMIN_ACTIVATE,
    }
    .to_owned()
}

/// What all users have in common.
fn beginning(call: &Call<'_>) -> User {
    User {
        enable_change_password: true,
        next_login_change_password: true,
        created: call.now.0,
        ..User::default()
    }
}
