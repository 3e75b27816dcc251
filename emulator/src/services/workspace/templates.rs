//! The sheets that users are brought in with: a header and nothing else. `imports.rs` reads them
//! back. Their columns are proposed: no page names them.

use serde::Deserialize;

use super::sheet::{Language, Sheet, Title};
use super::tenant;
use super::users::new_user::activation;
use super::users::row::ADMIN_ACTIVATE;
use crate::error::Failure;
use crate::operation::{Call, Content};

/// The name, by which a sheet is known to be one of users.
pub(super) const NAME: Title = Title { english: "Username", chinese: "用户名" };
/// The mail address.
pub(super) const EMAIL: Title = Title { english: "Email", chinese: "邮箱" };
/// The phone number.
pub(super) const PHONE: Title = Title { english: "Phone", chinese: "手机号" };
/// When the account expires.
pub(super) const EXPIRES: Title =
    Title { english: "Account Expires", chinese: "账户过期时间" };
/// Names of groups, with semicolons between them.
pub(super) const GROUPS: Title = Title { english: "User Groups", chinese: "用户组" };
/// What the user is.
pub(super) const DESCRIPTION: Title = Title { english: "Description", chinese: "描述" };
/// The password, which only the sheet for activation by an administrator has.
pub(super) const PASSWORD: Title = Title { english: "Password", chinese: "密码" };

const USER_TITLES: &[Title] = &[NAME, EMAIL, PHONE, EXPIRES, GROUPS, DESCRIPTION];
const ADMIN_TITLES: &[Title] = &[NAME, EMAIL, PHONE, EXPIRES, GROUPS, DESCRIPTION, PASSWORD];

/// The header of the sheet of desktop users, after the members of the import's answer.
const DESKTOP_TITLES: &[Title] = &[
    NAME,
    Title { english: "Domain", chinese: "域名" },
    EMAIL,
    Title { english: "Permission Group", chinese: "权限组" },
    Title { english: "Desktop Name", chinese: "桌面名称" },
    DESCRIPTION,
];

/// Input of `ExportUsersTemplate`.
#[derive(Debug, Deserialize)]
pub(super) struct UsersTemplate {
    project_id: String,
    language: Option<String>,
    active_type: Option<String>,
}

/// `ExportUsersTemplate`.
pub(super) fn users(call: &mut Call<'_>, input: UsersTemplate) -> Result<Content, Failure> {
    let is_admin = activation(input.active_type.as_deref()) == ADMIN_ACTIVATE;
    let titles = if is_admin { ADMIN_TITLES } else { USER_TITLES };
    header(call, &input.project_id, titles, input.language.as_deref(), "users_template.xlsx")
}

/// Input of `ExportUserListTemplate`. Nothing says in what the sheets of systems differ.
#[derive(Debug, Deserialize)]
pub(super) struct DesktopUsersTemplate {
    project_id: String,
    language: Option<String>,
}

/// `ExportUserListTemplate`.
pub(super) fn desktop_users(
    call: &mut Call<'_>,
    input: DesktopUsersTemplate,
) -> Result<Content, Failure> {
    let name = "desktop_users_template.xlsx";
    header(call, &input.project_id, DESKTOP_TITLES, input.language.as_deref(), name)
}

fn header(
    call: &Call<'_>,
    project: &str,
    titles: &[Title],
    language: Option<&str>,
    name: &str,
) -> Result<Content, Failure> {
    tenant::require_open_for_users(call, project)?;
    let mut bytes = Vec::new();
    Sheet::new(titles, Language::of(language), call.now)?.finish(&mut bytes)?;
    Ok(Content::File { bytes, name: name.to_owned() })
}
