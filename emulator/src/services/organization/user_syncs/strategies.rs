//! What a user sync does with a name that is taken, and with its CAM users when it ends.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `DuplicationStrategy`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Duplication {
    /// The new CAM user gets a suffix.
    #[default]
    KeepBoth,
    /// The existing CAM user becomes the synced one.
    TakeOver,
}

/// `DeletionStrategy`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Deletion {
    /// CAM users are deleted with the sync.
    #[default]
    Delete,
    /// CAM users stay, as ordinary ones.
    Keep,
}

impl Duplication {
    /// As members and rows have them.
    pub(crate) const WORDS: &[&str] = &["KeepBoth", "TakeOver"];
}

impl Deletion {
    /// As members and rows have them.
    pub(crate) const WORDS: &[&str] = &["Delete", "Keep"];
}

impl ToSql for Duplication {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::KeepBoth => "KeepBoth",
            Self::TakeOver => "TakeOver",
        }
        .into())
    }
}

impl FromSql for Duplication {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "KeepBoth" => Ok(Self::KeepBoth),
            "TakeOver" => Ok(Self::TakeOver),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

impl ToSql for Deletion {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Delete => "Delete",
            Self::Keep => "Keep",
        }
        .into())
    }
}

impl FromSql for Deletion {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "Delete" => Ok(Self::Delete),
            "Keep" => Ok(Self::Keep),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}
