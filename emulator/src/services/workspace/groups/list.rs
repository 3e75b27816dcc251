//! Groups by their conditions, page by page, the oldest first.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, ToSql, params_from_iter};
use serde::{Deserialize, Serialize};

use super::super::conditions::Where;
use super::super::limits::GROUPS_PAGE;
use super::super::paging::Page;
use super::super::project::Project;
use super::super::{tenant, times};
use crate::error::Failure;
use crate::operation::Call;
use crate::runtime::fold::fold;

/// Conditions over groups, which must all hold; what is absent or empty is no condition.
#[derive(Debug, Default, Clone, Deserialize, Serialize)]
#[serde(default)]
pub(in super::super) struct Filter {
    /// Part of the name, without case.
    pub(in super::super) keyword: Option<String>,
    /// The domain, without case.
    pub(in super::super) domain: Option<String>,
    /// Where the group is from, any of these.
    pub(in super::super) platform_type: Option<Vec<String>>,
}

impl Filter {
    /// The conditions over `workspace_groups g`.
    pub(in super::super) fn conditions(
        &self,
        project: Project<'_>,
    ) -> Result<Where, serde_json::Error> {
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let mut found = Where::of(project, "g");
        if let Some(part) = said(&self.keyword) {
            found.push_text("instr(g.name_key, ?)", fold(&part));
        }
        if let Some(domain) = said(&self.domain) {
            found.push_text("fold(g.domain) = ?", fold(&domain));
        }
        if let Some(kinds) = self.platform_type.as_ref().filter(|kinds| !kinds.is_empty()) {
            let kinds = serde_json::to_string(kinds)?;
            found.push_text("g.platform_type IN (SELECT value FROM json_each(?))", kinds);
        }
        Ok(found)
    }
}

/// What [`Item::read`] reads from `workspace_groups g`.
pub(in super::super) const COLUMNS: &str = "g.name, g.id, g.created, g.description, g.user_num, g.platform_type, g.domain, g.total_desktops";

/// A group, as lists show it.
#[derive(Debug, Serialize)]
pub(in super::super) struct Item {
    pub(in super::super) name: String,
    pub(in super::super) id: String,
    pub(in super::super) create_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) description: Option<String>,
    pub(in super::super) user_quantity: i64,
    pub(in super::super) platform_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in super::super) domain: Option<String>,
    pub(in super::super) total_desktops: i64,
}

impl Item {
    /// Reads a row of [`COLUMNS`].
    pub(in super::super) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            name: row.get(0)?,
            id: row.get(1)?,
            create_time: times::iso(row.get(2)?),
            description: row.get(3)?,
            user_quantity: row.get(4)?,
            platform_type: row.get(5)?,
            domain: row.get(6)?,
            total_desktops: row.get(7)?,
        })
    }
}

/// Input of `ListUserGroups`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct List {
    project_id: String,
    #[serde(flatten)]
    page: Page,
    #[serde(flatten)]
    filter: Filter,
}

/// Output of `ListUserGroups`: Terraform takes the first list that it finds, so there is one.
#[derive(Debug, Serialize)]
pub(in super::super) struct Listed {
    total_count: i64,
    user_groups: Vec<Item>,
}

/// `ListUserGroups`.
pub(in super::super) fn list(call: &mut Call<'_>, input: List) -> Result<Listed, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let conditions = input.filter.conditions(project)?;
    let total_count = count(call.tx, project, &conditions)?;
    let user_groups = page(call.tx, conditions, &input.page)?;
    Ok(Listed { total_count, user_groups })
}

fn count(tx: &Connection, project: Project<'_>, conditions: &Where) -> rusqlite::Result<i64> {
    if conditions.is_everything() {
        return Ok(project.counts(tx)?.groups);
    }
    let sql = format!("SELECT COUNT(*) FROM workspace_groups g WHERE {}", conditions.text());
    tx.prepare_cached(&sql)?.query_row(params_from_iter(conditions.values()), |row| row.get(0))
}

fn page(tx: &Connection, conditions: Where, page: &Page) -> rusqlite::Result<Vec<Item>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM workspace_groups g WHERE {} ORDER BY g.seq LIMIT ? OFFSET ?",
        conditions.text()
    );
    let bounds = [Value::from(page.limit_or(GROUPS_PAGE)), Value::from(page.offset())];
    let bounds = bounds.iter().map(|bound| bound as &dyn ToSql);
    tx.prepare_cached(&sql)?
        .query_map(params_from_iter(conditions.values().chain(bounds)), Item::read)?
        .collect()
}
