//! What an export was asked for, as the task keeps it, and the sheet that comes of it. What came
//! after the call never gets into the sheet, even where the file is begun again after a restart.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::groups::{self, Part};
use super::users;
use crate::runtime::clock::Timestamp;
use crate::services::workspace::conditions::Where;
use crate::services::workspace::project::Project;
use crate::services::workspace::sheet::{Language, Sheet};
use crate::services::workspace::users::filters::Filter;

/// What an export is of.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Asked {
    /// Users that pass the filter.
    Users {
        /// What is left out.
        filter: Filter,
        /// The number of the newest user at the time of the call.
        newest: i64,
    },
    /// Members of a group that pass the filter.
    Members {
        /// The group's number.
        group: i64,
        /// What is left out.
        filter: Filter,
        /// The number of the newest user at the time of the call.
        newest: i64,
    },
    /// Groups.
    Groups {
        /// Part of the name, without case.
        name: Option<String>,
        /// Ids, any of which.
        ids: Option<Vec<String>>,
        /// The number of the newest group at the time of the call.
        newest: i64,
    },
}

impl Asked {
    /// The sheet, a row at a time, as of `moment`.
    pub(super) fn sheet(
        &self,
        connection: &Connection,
        project: Project<'_>,
        language: Language,
        moment: Timestamp,
    ) -> anyhow::Result<Sheet> {
        match self {
            Self::Users { filter, newest } => {
                let mut found = filter.conditions(project)?;
                found.push("u.seq <= ?", [(*newest).into()]);
                users::sheet(connection, project, &found, language, moment)
            }
            Self::Members { group, filter, newest } => {
                let mut found = filter.conditions(project)?;
                found.push("u.seq <= ?", [(*newest).into()]);
                found.push(MEMBER, [(*group).into()]);
                users::sheet(connection, project, &found, language, moment)
            }
            Self::Groups { name, ids, newest } => {
                let mut found = Where::of(project, "g");
                found.push("g.seq <= ?", [(*newest).into()]);
                groups::named(&mut found, name.as_deref());
                if let Some(ids) = ids.as_ref().filter(|ids| !ids.is_empty()) {
                    let ids = serde_json::to_string(ids)?;
                    found.push_text("g.id IN (SELECT value FROM json_each(?))", ids);
                }
                groups::sheet(connection, &found, Part::ALL, language, moment)
            }
        }
    }
}

/// Members of one group.
const MEMBER: &str = "u.seq IN (SELECT m.user_seq FROM workspace_members m \
    WHERE m.tenant = ?1 AND m.project = ?2 AND m.group_seq = ?)";
