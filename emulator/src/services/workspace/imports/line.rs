//! One row of a sheet, and the user that it asks for. The rules are those of a single creation.

use std::borrow::Cow;

use contracts::{Rule, Violation};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{BAD, Detail};
use crate::error::{Failure, Refusal, refuse_with};
use crate::operation::Call;
use crate::runtime::fold::fold;
use crate::services::workspace::group_cell;
use crate::services::workspace::limits::{IMPORT_ECHO_MAX, IMPORT_REASON_MAX, USER_GROUPS_MAX};
use crate::services::workspace::project::Project;
use crate::services::workspace::sheet::{Row, Title};
use crate::services::workspace::templates::{
    DESCRIPTION, EMAIL, EXPIRES, GROUPS, NAME, PASSWORD, PHONE,
};
use crate::services::workspace::users::row::{ADMIN_ACTIVATE, USER_ACTIVATE};
use crate::services::workspace::users::{NewUser, new_user};

/// Which column holds what. Columns are found by their header, in either language, in any order.
pub(super) struct Header {
    name: usize,
    email: Option<usize>,
    phone: Option<usize>,
    expires: Option<usize>,
    groups: Option<usize>,
    description: Option<usize>,
    password: Option<usize>,
}

impl Header {
    /// The columns of a sheet whose first row this is.
    pub(super) fn of(row: Row<'_>) -> Result<Self, Failure> {
        let at = |title: &Title| row.cells().position(|cell| title.is(cell));
        let missing = || {
            let text = format!("the sheet has no column `{}` or `{}`.", NAME.english, NAME.chinese);
            refuse_with(BAD, text)
        };
        Ok(Self {
            name: at(&NAME).ok_or_else(missing)?,
            email: at(&EMAIL),
            phone: at(&PHONE),
            expires: at(&EXPIRES),
            groups: at(&GROUPS),
            description: at(&DESCRIPTION),
            password: at(&PASSWORD),
        })
    }

    /// What the cells of a row hold.
    pub(super) fn line<'a>(&self, row: Row<'a>) -> Line<'a> {
        let cell = |at: usize| Some(row.cell(at).trim()).filter(|cell| !cell.is_empty());
        let of = |at: Option<usize>| at.and_then(cell);
        Line {
            name: cell(self.name),
            email: of(self.email),
            phone: of(self.phone),
            expires: of(self.expires),
            groups: self.groups.map(|at| row.cell(at)).unwrap_or_default(),
            description: of(self.description),
            password: of(self.password),
            // The header shows which of the two sheets it is.
            active_type: if self.password.is_some() { ADMIN_ACTIVATE } else { USER_ACTIVATE },
        }
    }
}

/// One row of the sheet.
pub(super) struct Line<'a> {
    name: Option<&'a str>,
    email: Option<&'a str>,
    phone: Option<&'a str>,
    expires: Option<&'a str>,
    groups: &'a str,
    description: Option<&'a str>,
    password: Option<&'a str>,
    active_type: &'static str,
}

impl Line<'_> {
    /// Makes the user by the rules of a single creation; gives its id.
    pub(super) fn insert(
        &self,
        call: &mut Call<'_>,
        project: Project<'_>,
    ) -> Result<String, Failure> {
        let asked = self.asked(call.tx, project)?;
        let rules = contracts::catalog().service("workspace");
        let rules = rules.and_then(|service| service.operation("CreateDesktopUser", "v2"));
        let rules = rules.ok_or_else(|| anyhow::anyhow!("the model has no CreateDesktopUser"))?;
        if let Some(violation) = contracts::validate_known(&asked, &rules.input) {
            return Err(refuse_with(BAD, words(violation)));
        }
        new_user(call, project, NewUser::deserialize(asked)?)
    }

    /// The row as a request for a single creation.
    fn asked(&self, tx: &Connection, project: Project<'_>) -> Result<Value, Failure> {
        let texts = [
            ("user_name", self.name),
            ("user_email", self.email),
            ("user_phone", self.phone),
            ("account_expires", self.expires),
            ("description", self.description),
            ("password", self.password),
            ("active_type", Some(self.active_type)),
            ("project_id", Some(project.id)),
        ];
        let texts =
            texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into())));
        let mut asked: Map<String, Value> = texts.collect();
        let ids = self.group_ids(tx, project)?;
        if !ids.is_empty() {
            asked.insert("group_ids".to_owned(), Value::Array(ids));
        }
        Ok(Value::Object(asked))
    }

    /// The ids of the groups: of the one that the whole cell names, or else of those that its parts
    /// name.
    fn group_ids(&self, tx: &Connection, project: Project<'_>) -> Result<Vec<Value>, Failure> {
        for whole in [self.groups, self.groups.trim()] {
            if let Some(id) = find_group(tx, project, whole)? {
                return Ok(vec![id.into()]);
            }
        }
        // One more than allowed is refused; a cell may name thousands.
        let names = group_cell::names(self.groups).take(USER_GROUPS_MAX + 1);
        let id = |name: Cow<'_, str>| {
            let unknown = || format!("The user group {name:?} does not exist.");
            let found = find_group(tx, project, &name)?;
            found.map(Value::from).ok_or_else(|| refuse_with("WKS.00170208", unknown()))
        };
        names.map(id).collect()
    }

    /// The user that was made.
    pub(super) fn made(&self, id: String) -> Detail {
        Detail { id: Some(id), ..self.shown(self.description) }
    }

    /// Why no user was made.
    pub(super) fn failed(&self, refusal: &Refusal) -> Detail {
        let known = contracts::catalog().service("workspace");
        let known = known.and_then(|service| service.codes.get(&*refusal.code));
        let usual = known.and_then(|code| code.message.as_deref()).unwrap_or_default();
        let said = if refusal.message.is_empty() { usual } else { &refusal.message };
        self.shown(Some(&format!("{}: {said}", refusal.code)))
    }

    /// What the answer shows of the row. A cell may be far longer than what any user may have.
    fn shown(&self, description: Option<&str>) -> Detail {
        let cut = |text: Option<&str>, most| Some(text?.chars().take(most).collect());
        Detail {
            id: None,
            user_name: cut(self.name, IMPORT_ECHO_MAX),
            user_email: cut(self.email, IMPORT_ECHO_MAX),
            description: cut(description, IMPORT_REASON_MAX),
        }
    }
}

/// The id of the group of that name.
fn find_group(
    tx: &Connection,
    project: Project<'_>,
    name: &str,
) -> rusqlite::Result<Option<String>> {
    tx.prepare_cached(
        "SELECT id FROM workspace_groups WHERE tenant = ?1 AND project = ?2 AND name_key = ?3",
    )?
    .query_row(params![project.tenant, project.id, fold(name)], |row| row.get(0))
    .optional()
}

/// What a cell breaks, in words of ours.
fn words(violation: Violation) -> String {
    let Violation { path, rule, .. } = violation;
    match rule {
        Rule::Missing => format!("{path} is required."),
        Rule::TooShort(least) => format!("{path} must have at least {least}."),
        Rule::TooLong(most) => format!("{path} must have at most {most}."),
        _ => format!("{path} has a wrong format."),
    }
}
