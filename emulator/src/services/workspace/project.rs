//! A project of a tenant: what every row belongs to, and the numbers that its rows get.
//! Any id is one of a project: the path may hold whatever the client likes.

use rusqlite::{Connection, OptionalExtension, params};

use super::limits::USERS_MAX;
use crate::state::Tenant;
use crate::vendors::huawei;

/// Whose rows are meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Project<'a> {
    /// The tenant's account.
    pub(super) tenant: i64,
    /// The project's id.
    pub(super) id: &'a str,
}

/// How many things a project has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    /// Most users that it may have.
    pub(super) user_quota: i64,
    /// Users.
    pub(super) users: i64,
    /// Groups.
    pub(super) groups: i64,
}

/// What is counted, and the columns that count it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Users.
    User,
    /// Groups.
    Group,
    /// Organizational units.
    Ou,
    /// Jobs.
    Job,
}

impl Project<'_> {
    /// The id of something that the project has from the start or that follows from a name, such as
    /// its site: 32 lower-case hex digits, the same at every look.
    pub(super) fn fixed_id(self, tenant: &Tenant, kind: &str, name: &str) -> String {
        huawei::id(&[kind, &tenant.account.to_string(), self.id, name])
    }

    /// How many of each thing there are.
    pub(super) fn counts(self, tx: &Connection) -> rusqlite::Result<Counts> {
        let none = Counts { user_quota: USERS_MAX, users: 0, groups: 0 };
        let counts = tx
            .prepare_cached(
                "SELECT user_quota, user_num, group_num FROM workspace_projects
                 WHERE tenant = ?1 AND project = ?2",
            )?
            .query_row(params![self.tenant, self.id], |row| {
                Ok(Counts {
                    user_quota: row.get::<_, Option<i64>>(0)?.unwrap_or(USERS_MAX),
                    users: row.get(1)?,
                    groups: row.get(2)?,
                })
            })
            .optional()?;
        Ok(counts.unwrap_or(none))
    }

    /// Counts one more of that kind, and gives its number.
    pub(super) fn next(self, tx: &Connection, kind: Kind) -> rusqlite::Result<i64> {
        let sql = match kind {
            Kind::User => {
                "INSERT INTO workspace_projects (tenant, project, next_user, user_num)
                 VALUES (?1, ?2, 2, 1) ON CONFLICT DO UPDATE
                 SET next_user = next_user + 1, user_num = user_num + 1 RETURNING next_user - 1"
            }
            Kind::Group => {
                "INSERT INTO workspace_projects (tenant, project, next_group, group_num)
                 VALUES (?1, ?2, 2, 1) ON CONFLICT DO UPDATE
                 SET next_group = next_group + 1, group_num = group_num + 1
                 RETURNING next_group - 1"
            }
            Kind::Ou => {
                "INSERT INTO workspace_projects (tenant, project, next_ou)
                 VALUES (?1, ?2, 2) ON CONFLICT DO UPDATE
                 SET next_ou = next_ou + 1 RETURNING next_ou - 1"
            }
            Kind::Job => {
                "INSERT INTO workspace_projects (tenant, project, next_job)
                 VALUES (?1, ?2, 2) ON CONFLICT DO UPDATE
                 SET next_job = next_job + 1 RETURNING next_job - 1"
            }
        };
        tx.prepare_cached(sql)?.query_row(params![self.tenant, self.id], |row| row.get(0))
    }

    /// One user is gone.
    pub(super) fn lost_user(self, tx: &Connection) -> rusqlite::Result<()> {
        tx.prepare_cached(
            "UPDATE workspace_projects SET user_num = user_num - 1
             WHERE tenant = ?1 AND project = ?2",
        )?
        .execute(params![self.tenant, self.id])?;
        Ok(())
    }

    /// One group is gone.
    pub(super) fn lost_group(self, tx: &Connection) -> rusqlite::Result<()> {
        tx.prepare_cached(
            "UPDATE workspace_projects SET group_num = group_num - 1
             WHERE tenant = ?1 AND project = ?2",
        )?
        .execute(params![self.tenant, self.id])?;
        Ok(())
    }
}

/// A number as part of an id that rises with it, so that indexes grow at one end.
pub(super) fn rank(seq: i64) -> u32 {
    /// What the ids of the vendor's examples begin with.
    const FIRST: u32 = 0x8a2c_0000;
    FIRST.wrapping_add(u32::try_from(seq & i64::from(u32::MAX)).unwrap_or(0))
}
