//! What a tenant's Workspace begins with, as a seed file says it. Planting trusts `check`, which is
//! asked when the file is read.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::services::SeedSteps;

mod check;
mod insert;

/// Huawei Cloud Workspace. It is open and empty in every project that the file does not name.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSeed {
    /// Projects, `[[workspace.project]]`.
    #[serde(default, rename = "project")]
    pub projects: Vec<ProjectSeed>,
}

/// A project and the service in it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectSeed {
    /// Its id, as paths have it; worked out from the name if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, in the place of an id; `cn-north-4` if both are left out.
    #[serde(default)]
    pub name: Option<String>,
    /// Whether the service is closed; open if left out.
    #[serde(default)]
    pub closed: bool,
    /// How many users there may be; 3000 if left out.
    #[serde(default)]
    pub user_quota: Option<u32>,
    /// Its groups, `[[workspace.project.group]]`.
    #[serde(default, rename = "group")]
    pub groups: Vec<GroupSeed>,
    /// Its users one by one, `[[workspace.project.user]]`; they are older than those made by rule.
    #[serde(default, rename = "user")]
    pub users: Vec<UserSeed>,
    /// Rules that make many users, `[[workspace.project.users]]`.
    #[serde(default, rename = "users")]
    pub rules: Vec<UsersRule>,
    /// Jobs that have ended, `[[workspace.project.job]]`.
    #[serde(default, rename = "job")]
    pub jobs: Vec<JobSeed>,
}

/// A user group.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSeed {
    /// Its id; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the project without case, 1 to 64 characters.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// The domain of the Active Directory that it is from; left out: a group of the service's own.
    #[serde(default)]
    pub domain: Option<String>,
    /// Names of users that are in it.
    #[serde(default)]
    pub members: Vec<String>,
}

/// One user.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSeed {
    /// Its id; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the project without case.
    pub user_name: String,
    /// Its mail address.
    #[serde(default)]
    pub user_email: Option<String>,
    /// Its phone number; one of the two is needed with `USER_ACTIVATE`.
    #[serde(default)]
    pub user_phone: Option<String>,
    /// How it is activated; `USER_ACTIVATE` if left out.
    #[serde(default)]
    pub active_type: ActiveTypeSeed,
    /// What it is.
    #[serde(default)]
    pub description: Option<String>,
    /// The domain of the Active Directory that it is in; left out: a local user.
    #[serde(default)]
    pub domain: Option<String>,
    /// Its enterprise project; `0` if left out.
    #[serde(default)]
    pub enterprise_project_id: Option<String>,
    /// When it expires, such as `2030-01-31T08:00:00Z`; never if left out.
    #[serde(default)]
    pub account_expires: Option<String>,
    /// Whether it is locked.
    #[serde(default)]
    pub locked: bool,
    /// Whether it is disabled.
    #[serde(default)]
    pub disabled: bool,
    /// How many desktops it has; one that has any cannot be deleted.
    #[serde(default)]
    pub total_desktops: u32,
    /// Whether it subscribed to shared desktops.
    #[serde(default)]
    pub share_space_subscription: bool,
    /// How many shared desktops it has.
    #[serde(default)]
    pub share_space_desktops: u32,
    /// Names of the groups that it is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Devices that it bound, `[[workspace.project.user.otp_device]]`.
    #[serde(default, rename = "otp_device")]
    pub otp_devices: Vec<OtpDeviceSeed>,
}

/// A device that a user signs in with.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtpDeviceSeed {
    /// Its id; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Whether the binding was begun and not completed.
    #[serde(default)]
    pub unregistered: bool,
}

/// Many users that differ by a number. In every text `{n}` stands for it, and `{n:06}` for it with
/// zeros in front to six digits.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsersRule {
    /// How many users, 1 to 1,000,000; the quota must have room for them.
    pub count: u32,
    /// The first number; 1 if left out.
    #[serde(default = "one")]
    pub first: u32,
    /// Names, such as `user-{n:06}`.
    pub user_name: String,
    /// Mail addresses, such as `user-{n}@example.com`.
    #[serde(default)]
    pub user_email: Option<String>,
    /// Phone numbers, such as `+86138{n:08}`.
    #[serde(default)]
    pub user_phone: Option<String>,
    /// How they are activated; `USER_ACTIVATE` if left out.
    #[serde(default)]
    pub active_type: ActiveTypeSeed,
    /// What they are.
    #[serde(default)]
    pub description: Option<String>,
    /// Names of the groups that these users are in.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// How a user is activated.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ActiveTypeSeed {
    /// By the user, who is sent a message.
    #[default]
    UserActivate,
    /// With a password that was given.
    AdminActivate,
}

/// A job that has ended.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JobSeed {
    /// Its type, such as `createDesktops`.
    pub job_type: String,
    /// The code with which it failed; left out: it succeeded.
    #[serde(default)]
    pub error_code: Option<String>,
    /// Why it failed.
    #[serde(default)]
    pub fail_reason: Option<String>,
}

fn one() -> u32 {
    1
}

impl WorkspaceSeed {
    /// Everything that is wrong in meaning, each with its place.
    pub fn check(&self) -> Vec<String> {
        check::problems(self)
    }
}

/// Puts the seed's Workspace into a new tenant.
pub(super) fn steps() -> SeedSteps {
    let mut progress = insert::Progress::default();
    Box::new(move |call, seed| progress.step(call, &seed.workspace.projects))
}
