//! The sheet of users, one row at a time. Its columns are proposed: no page names them.

use std::collections::HashSet;

use rusqlite::{Connection, ToSql, params};

use crate::runtime::clock::Timestamp;
use crate::runtime::fold::fold;
use crate::services::workspace::conditions::Where;
use crate::services::workspace::group_cell;
use crate::services::workspace::project::Project;
use crate::services::workspace::sheet::{Language, Sheet, Title};
use crate::services::workspace::times;
use crate::services::workspace::users::row::{COLUMNS, User};

/// The header.
const TITLES: &[Title] = &[
    Title { english: "Username", chinese: "用户名" },
    Title { english: "Email", chinese: "邮箱" },
    Title { english: "Phone", chinese: "手机号" },
    Title { english: "Activation Type", chinese: "激活类型" },
    Title { english: "User Groups", chinese: "用户组" },
    Title { english: "Desktops", chinese: "桌面数" },
    Title { english: "Account Expires", chinese: "账户过期时间" },
    Title { english: "Status", chinese: "状态" },
    Title { english: "Description", chinese: "描述" },
];

/// The users that keep the conditions, in the order of creation, as they are at `moment`.
pub(super) fn sheet(
    connection: &Connection,
    project: Project<'_>,
    found: &Where,
    language: Language,
    moment: Timestamp,
) -> anyhow::Result<Sheet> {
    let sql =
        format!("SELECT {COLUMNS} FROM workspace_users u WHERE {} ORDER BY u.seq", found.text());
    let values: Vec<&dyn ToSql> = found.values().collect();
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(values.as_slice())?;
    let mut sheet = Sheet::new(TITLES, language, moment)?;
    let odd_names = odd_names(connection, project)?;
    while let Some(row) = rows.next()? {
        write(&mut sheet, &User::read(row)?, &odd_names, moment)?;
    }
    Ok(sheet)
}

/// The lower-case names of groups that a cell with several names could be taken for.
fn odd_names(connection: &Connection, project: Project<'_>) -> rusqlite::Result<HashSet<String>> {
    let mut names = connection
        .prepare("SELECT name_key FROM workspace_groups WHERE tenant = ?1 AND project = ?2")?;
    let names = names.query_map(params![project.tenant, project.id], |row| row.get(0))?;
    let is_odd = |name: &rusqlite::Result<String>| {
        name.as_ref().map_or(true, |name| group_cell::has_separator(name))
    };
    names.filter(is_odd).collect()
}

fn write(
    sheet: &mut Sheet,
    user: &User,
    odd_names: &HashSet<String>,
    moment: Timestamp,
) -> anyhow::Result<()> {
    let groups = group_cell::write(&user.group_names, |cell| odd_names.contains(&fold(cell)));
    sheet.row([
        user.user_name.as_str(),
        user.user_email.as_deref().unwrap_or_default(),
        user.user_phone.as_deref().unwrap_or_default(),
        &user.active_type,
        &groups,
        &user.total_desktops.to_string(),
        &times::expiry(user.account_expires),
        status(user, moment),
        user.description.as_deref().unwrap_or_default(),
    ])
}

/// The one word for a user of whom several may be true.
fn status(user: &User, moment: Timestamp) -> &'static str {
    match user {
        _ if user.disabled => "disabled",
        _ if user.locked => "locked",
        _ if user.has_expired(moment.0) => "expired",
        _ => "normal",
    }
}
