//! Puts a checked seed into the state.

use rusqlite::params;

use super::super::project::{Kind, Project, rank};
use super::super::users::{otp, row};
use super::super::{groups, jobs, tenant, times};
use super::{ActiveTypeSeed, GroupSeed, ProjectSeed, UserSeed, UsersRule};
use crate::error::Failure;
use crate::huawei::{self, DEFAULT_PROJECT};
use crate::operation::Call;
use crate::seed::pattern::{Filled, numbers};
use row::User;

/// Puts a project in, with all that it has.
pub(super) fn project(call: &mut Call<'_>, seed: &ProjectSeed) -> Result<(), Failure> {
    let name = seed.name.as_deref().unwrap_or(DEFAULT_PROJECT);
    let named = || huawei::project_id(&call.tenant.name, name);
    let id = seed.id.clone().unwrap_or_else(named);
    let project = Project { tenant: call.tenant.account, id: &id };
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
    for user in &seed.users {
        make_user(call, project, user)?;
    }
    for rule in &seed.rules {
        make_users(call, project, rule)?;
    }
    for group in &seed.groups {
        let seq = group_of(call, project, &group.name)?;
        for name in &group.members {
            let user = row::find_by_name(call.tx, project, name)?;
            let user = user.ok_or_else(|| anyhow::anyhow!("no user {name:?}"))?;
            groups::members::add(call.tx, project, seq, user)?;
        }
    }
    for job in &seed.jobs {
        let reason = job.fail_reason.as_deref().unwrap_or_default();
        let failure = job.error_code.as_deref().map(|code| (code, reason));
        jobs::insert_ended(call, project, &jobs::Ended { kind: &job.job_type, failure })?;
    }
    Ok(())
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

fn make_users(call: &mut Call<'_>, project: Project<'_>, rule: &UsersRule) -> Result<(), Failure> {
    let mut user_name = Filled::new(Some(&rule.user_name))?;
    let mut user_email = Filled::new(rule.user_email.as_deref())?;
    let mut user_phone = Filled::new(rule.user_phone.as_deref())?;
    let named = rule.groups.iter().map(|name| group_of(call, project, name));
    let groups = named.collect::<Result<Vec<_>, _>>()?;
    for number in numbers(rule.first, rule.count) {
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
    Ok(())
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
