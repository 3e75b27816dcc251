//! What a tenant's user directories begin with, as a seed file says it.
//! Planting writes no log and trusts `check`, which is asked when the file is read.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::services::SeedSteps;

mod check;
mod insert;

/// The user directories of Tencent Cloud CIAM.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CiamSeed {
    /// User directories, `[[ciam.directory]]`; the first one is the default.
    #[serde(default, rename = "directory")]
    pub directories: Vec<DirectorySeed>,
}

/// A user directory.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DirectorySeed {
    /// Its id, 32 hexadecimal digits in lower case; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the tenant, at most 128 characters.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Its groups, `[[ciam.directory.group]]`.
    #[serde(default, rename = "group")]
    pub groups: Vec<GroupSeed>,
    /// Its users one by one, `[[ciam.directory.user]]`; they are older than those made by rule.
    #[serde(default, rename = "user")]
    pub users: Vec<UserSeed>,
    /// Rules that make many users, `[[ciam.directory.users]]`.
    #[serde(default, rename = "users")]
    pub rules: Vec<UsersRule>,
}

/// A user group.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupSeed {
    /// Its id, 32 hexadecimal digits in lower case; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name, unique in the directory.
    pub name: String,
    /// What it is for, at most 128 characters.
    #[serde(default)]
    pub description: Option<String>,
}

/// One user. At least one of user name, phone and email is needed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UserSeed {
    /// Its id, 32 hexadecimal digits in lower case; drawn if left out.
    #[serde(default)]
    pub id: Option<String>,
    /// User name, unique in the directory, without blanks.
    #[serde(default)]
    pub user_name: Option<String>,
    /// Phone number, unique in the directory: `+86-13800000000` or digits alone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Email address, unique in the directory.
    #[serde(default)]
    pub email: Option<String>,
    /// Nickname.
    #[serde(default)]
    pub nickname: Option<String>,
    /// The name on the identity card.
    #[serde(default)]
    pub name: Option<String>,
    /// Postal address.
    #[serde(default)]
    pub address: Option<String>,
    /// Description.
    #[serde(default)]
    pub description: Option<String>,
    /// Number of the identity card.
    #[serde(default)]
    pub identity_card: Option<String>,
    /// Day of birth, such as `1990-01-31`.
    #[serde(default)]
    pub birthdate: Option<String>,
    /// Status; `NOT_ENABLED` if left out.
    #[serde(default)]
    pub status: StatusSeed,
    /// Names of the groups that the user is in.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Custom attributes, name and value.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The indexed attributes from the first on, at most five.
    #[serde(default)]
    pub indexed: Vec<String>,
}

/// Many users that differ by a number. In every text `{n}` stands for it, and `{n:06}` for it with
/// zeros in front to six digits.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UsersRule {
    /// How many users, 1 to 1,000,000.
    pub count: u32,
    /// The first number; 1 if left out.
    #[serde(default = "one")]
    pub first: u32,
    /// User names, such as `user-{n:06}`.
    #[serde(default)]
    pub user_name: Option<String>,
    /// Phone numbers, such as `+86-138{n:08}`.
    #[serde(default)]
    pub phone: Option<String>,
    /// Email addresses, such as `user-{n}@example.com`.
    #[serde(default)]
    pub email: Option<String>,
    /// Nicknames.
    #[serde(default)]
    pub nickname: Option<String>,
    /// Status; `NOT_ENABLED` if left out.
    #[serde(default)]
    pub status: StatusSeed,
    /// Names of the groups that these users are in.
    #[serde(default)]
    pub groups: Vec<String>,
}

/// The status of a user.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StatusSeed {
    /// Has never signed in.
    #[default]
    NotEnabled,
    /// Active.
    Normal,
    /// Barred by an administrator.
    Lock,
    /// Barred, password and all.
    Freeze,
}

fn one() -> u32 {
    1
}

impl CiamSeed {
    /// What is wrong with it: each problem with its path in the file, in the order of the file.
    pub fn check(&self) -> Vec<String> {
        check::problems(self)
    }
}

/// Puts the seed's directories into a new tenant.
pub(super) fn steps() -> SeedSteps {
    let mut progress = insert::Progress::default();
    Box::new(move |call, seed| progress.step(call, &seed.ciam.directories))
}
