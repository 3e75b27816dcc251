//! CAM users of the organization's accounts: their names, and which user of the zone is behind one.
//! No action of the service shows them; the control interface does. Policies and logins are not modelled.

use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Connection, OptionalExtension, Row, ToSql, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::runtime::fold::fold;

mod admin;

pub use admin::CamUserSeed;
pub(super) use admin::{check, replace, show};

/// Longest name, in characters. A synced user's name has at most 64, and may get a suffix.
const NAME_MAX: usize = 128;

/// What a CAM user is. Only a sub-user can be taken over by a sync: which kinds cannot is not
/// documented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum CamKind {
    /// An ordinary sub-user.
    #[default]
    SubUser,
    /// The main account of somebody else.
    Collaborator,
    /// Somebody who gets messages and cannot log in.
    MessageReceiver,
    /// A sub-user of `WeCom`.
    WeComUser,
}

impl CamKind {
    /// All of them, for the check of rows.
    pub(super) const WORDS: &[&str] = &["SubUser", "Collaborator", "MessageReceiver", "WeComUser"];

    fn word(self) -> &'static str {
        match self {
            Self::SubUser => "SubUser",
            Self::Collaborator => "Collaborator",
            Self::MessageReceiver => "MessageReceiver",
            Self::WeComUser => "WeComUser",
        }
    }
}

impl ToSql for CamKind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.word().into())
    }
}

impl FromSql for CamKind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value.as_str()? {
            "SubUser" => Ok(Self::SubUser),
            "Collaborator" => Ok(Self::Collaborator),
            "MessageReceiver" => Ok(Self::MessageReceiver),
            "WeComUser" => Ok(Self::WeComUser),
            _ => Err(FromSqlError::InvalidType),
        }
    }
}

/// A CAM user.
#[derive(Debug, Clone)]
pub(super) struct CamUser {
    /// Unique in the account. That case is ignored is assumed.
    pub(super) name: String,
    /// What it is.
    pub(super) kind: CamKind,
    /// Whether it has access keys: a sync cannot delete it then.
    pub(super) has_access_keys: bool,
    /// The user of the zone whose CAM user it is by a sync.
    pub(super) user: Option<i64>,
}

impl CamUser {
    /// A sub-user without access keys.
    pub(super) fn new(name: &str, user: Option<i64>) -> Self {
        Self { name: name.to_owned(), kind: CamKind::SubUser, has_access_keys: false, user }
    }
}

/// The CAM users of one account.
#[derive(Debug, Clone, Copy)]
pub(super) struct CamUsers<'a> {
    tx: &'a Connection,
    tenant: i64,
    uin: i64,
}

const COLUMNS: &str = "name, kind, has_access_keys, user_seq";

fn read(row: &Row<'_>) -> rusqlite::Result<CamUser> {
    Ok(CamUser {
        name: row.get(0)?,
        kind: row.get(1)?,
        has_access_keys: row.get(2)?,
        user: row.get(3)?,
    })
}

impl<'a> CamUsers<'a> {
    /// Those of that account.
    pub(super) fn of(tx: &'a Connection, tenant: i64, uin: i64) -> Self {
        Self { tx, tenant, uin }
    }

    /// All of them, by name.
    pub(super) fn all(self) -> rusqlite::Result<Vec<CamUser>> {
        self.tx
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM organization_cam_users
                 WHERE tenant = ?1 AND uin = ?2 ORDER BY name_key"
            ))?
            .query_map([self.tenant, self.uin], read)?
            .collect()
    }

    /// The one of that name.
    pub(super) fn by_name(self, name: &str) -> rusqlite::Result<Option<CamUser>> {
        self.tx
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM organization_cam_users
                 WHERE tenant = ?1 AND uin = ?2 AND name_key = ?3"
            ))?
            .query_row(params![self.tenant, self.uin, fold(name)], read)
            .optional()
    }

    /// The one of that user of the zone.
    pub(super) fn of_user(self, user: i64) -> rusqlite::Result<Option<CamUser>> {
        self.tx
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM organization_cam_users
                 WHERE tenant = ?1 AND user_seq = ?2 AND uin = ?3"
            ))?
            .query_row([self.tenant, user, self.uin], read)
            .optional()
    }

    /// Inserts it, or writes all of it.
    pub(super) fn put(self, user: &CamUser) -> rusqlite::Result<()> {
        self.tx
            .prepare_cached(
                "INSERT OR REPLACE INTO organization_cam_users
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                self.tenant,
                self.uin,
                fold(&user.name),
                user.name,
                user.kind,
                user.has_access_keys,
                user.user,
            ])
            .map(drop)
    }

    /// Deletes it.
    pub(super) fn delete(self, name: &str) -> rusqlite::Result<()> {
        self.tx
            .prepare_cached(
                "DELETE FROM organization_cam_users
                 WHERE tenant = ?1 AND uin = ?2 AND name_key = ?3",
            )?
            .execute(params![self.tenant, self.uin, fold(name)])
            .map(drop)
    }
}
