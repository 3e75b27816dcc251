//! The sheet of users, one row at a time. Its columns are proposed: no page names them.

use rusqlite::{Connection, ToSql};

use crate::clock::Timestamp;
use crate::services::workspace::conditions::Where;
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
    while let Some(row) = rows.next()? {
        write(&mut sheet, &User::read(row)?, moment)?;
    }
    Ok(sheet)
}

fn write(sheet: &mut Sheet, user: &User, moment: Timestamp) -> anyhow::Result<()> {
    sheet.row([
        user.user_name.as_str(),
        user.user_email.as_deref().unwrap_or_default(),
        user.user_phone.as_deref().unwrap_or_default(),
        &user.active_type,
        &user.group_names.join(";"),
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
