//! Words that many members share: types of users and groups, statuses, principals.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use serde::{Deserialize, Serialize};

/// The status of what is on.
pub(super) const ENABLED: &str = "Enabled";
/// The status of what is off.
pub(super) const DISABLED: &str = "Disabled";

/// `Enabled` or `Disabled`.
pub(super) fn status_of(is_enabled: bool) -> &'static str {
    if is_enabled { ENABLED } else { DISABLED }
}

/// Who writes a user or a group.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema,
)]
pub enum Kind {
    /// The API and the console. Assumed as the default.
    #[default]
    Manual,
    /// A directory, through SCIM.
    Synchronized,
}

impl Kind {
    /// As members have it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Manual => "Manual",
            Self::Synchronized => "Synchronized",
        }
    }
}

impl ToSql for Kind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "Manual" => Ok(Self::Manual),
            "Synchronized" => Ok(Self::Synchronized),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A user or a group, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Principal {
    /// A user.
    User(i64),
    /// A group.
    Group(i64),
}

impl Principal {
    /// `User` or `Group`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::User(_) => "User",
            Self::Group(_) => "Group",
        }
    }

    /// Its number.
    pub(super) fn seq(self) -> i64 {
        let (Self::User(seq) | Self::Group(seq)) = self;
        seq
    }
}
