//! The sheet of groups, as a task writes it and as the older call answers it at once. Its columns
//! are proposed: no page names them.

use rusqlite::{Connection, ToSql};
use serde::Deserialize;

use super::file_name;
use crate::error::Failure;
use crate::operation::{Call, Content};
use crate::runtime::clock::Timestamp;
use crate::runtime::fold::fold;
use crate::services::workspace::conditions::Where;
use crate::services::workspace::limits::GROUPS_SHEET;
use crate::services::workspace::sheet::{Language, Sheet, Title};
use crate::services::workspace::{tenant, times};

/// The header.
const TITLES: &[Title] = &[
    Title { english: "User Group", chinese: "用户组" },
    Title { english: "Type", chinese: "类型" },
    Title { english: "Users", chinese: "用户数" },
    Title { english: "Created", chinese: "创建时间" },
    Title { english: "Description", chinese: "描述" },
];

/// Input of `ExportUserGroups`.
#[derive(Debug, Deserialize)]
pub(in super::super) struct AtOnce {
    project_id: String,
    limit: Option<i64>,
    offset: Option<i64>,
    keyword: Option<String>,
    language: Option<String>,
}

/// `ExportUserGroups`: the file itself.
pub(in super::super) fn at_once(call: &mut Call<'_>, input: AtOnce) -> Result<Content, Failure> {
    let project = tenant::require_open_for_groups(call, &input.project_id)?;
    let limit = input.limit.filter(|limit| *limit > 0).unwrap_or(GROUPS_SHEET);
    let part = Part { limit, offset: input.offset.unwrap_or(0).max(0) };
    let mut found = Where::of(project, "g");
    named(&mut found, input.keyword.as_deref());
    let language = Language::of(input.language.as_deref());
    let mut bytes = Vec::new();
    sheet(call.tx, &found, part, language, call.now)?.finish(&mut bytes)?;
    Ok(Content::File { bytes, name: file_name("user_groups", call.now) })
}

/// Adds that a part of the name is this, without case, if it says anything.
pub(super) fn named(found: &mut Where, part: Option<&str>) {
    if let Some(part) = part.filter(|part| !part.is_empty()) {
        found.push_text("instr(g.name_key, ?)", fold(part));
    }
}

/// Which of the groups are wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    limit: i64,
    offset: i64,
}

impl Part {
    /// Every one.
    pub(super) const ALL: Self = Self { limit: -1, offset: 0 };
}

/// The groups that keep the conditions, in the order of creation.
pub(super) fn sheet(
    connection: &Connection,
    found: &Where,
    part: Part,
    language: Language,
    moment: Timestamp,
) -> anyhow::Result<Sheet> {
    let sql = format!(
        "SELECT g.name, g.platform_type, g.user_num, g.created, coalesce(g.description, '')
         FROM workspace_groups g WHERE {} ORDER BY g.seq LIMIT ? OFFSET ?",
        found.text()
    );
    let mut values: Vec<&dyn ToSql> = found.values().collect();
    values.extend([&part.limit as &dyn ToSql, &part.offset]);
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(values.as_slice())?;
    let mut sheet = Sheet::new(TITLES, language, moment)?;
    while let Some(row) = rows.next()? {
        sheet.row([
            row.get_ref(0)?.as_str()?,
            row.get_ref(1)?.as_str()?,
            &row.get::<_, i64>(2)?.to_string(),
            &times::iso(row.get(3)?),
            row.get_ref(4)?.as_str()?,
        ])?;
    }
    Ok(sheet)
}
