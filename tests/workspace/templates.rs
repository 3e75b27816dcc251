//! The sheets that users are brought in with.

use http::Method;

use super::centre::{Centre, bytes, rows};

/// The header of a template, and what it is called.
pub fn template(centre: &Centre, path: &str) -> (String, Vec<u8>) {
    let answer = centre.send(Method::GET, path, "");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/octet-stream");
    let told = answer.headers["content-disposition"].to_str().unwrap().to_owned();
    (told, bytes(answer))
}

#[test]
fn a_template_is_a_header_in_either_language() {
    let centre = Centre::new();
    let header = |path: &str| {
        let (told, file) = template(&centre, path);
        let rows = rows(&file);
        assert_eq!(rows.len(), 1);
        format!("{path}: {told}\n  {}\n", rows[0].join(" | "))
    };
    let users = "v2/users/template/download";
    let desktops = "v2/users/desktop-users/template";
    let story = [
        header(users),
        header(&format!("{users}?language=zh_CN&active_type=USER_ACTIVATE")),
        header(&format!("{users}?language=en_US&active_type=admin_activate")),
        header(&format!("{users}?language=zh_CN&active_type=ADMIN_ACTIVATE")),
        header(desktops),
        header(&format!("{desktops}?language=zh_CN&os_type=Windows")),
    ];
    insta::assert_snapshot!(story.concat(), @r#"
    v2/users/template/download: attachment; filename="users_template.xlsx"
      Username | Email | Phone | Account Expires | User Groups | Description
    v2/users/template/download?language=zh_CN&active_type=USER_ACTIVATE: attachment; filename="users_template.xlsx"
      用户名 | 邮箱 | 手机号 | 账户过期时间 | 用户组 | 描述
    v2/users/template/download?language=en_US&active_type=admin_activate: attachment; filename="users_template.xlsx"
      Username | Email | Phone | Account Expires | User Groups | Description | Password
    v2/users/template/download?language=zh_CN&active_type=ADMIN_ACTIVATE: attachment; filename="users_template.xlsx"
      用户名 | 邮箱 | 手机号 | 账户过期时间 | 用户组 | 描述 | 密码
    v2/users/desktop-users/template: attachment; filename="desktop_users_template.xlsx"
      Username | Domain | Email | Permission Group | Desktop Name | Description
    v2/users/desktop-users/template?language=zh_CN&os_type=Windows: attachment; filename="desktop_users_template.xlsx"
      用户名 | 域名 | 邮箱 | 权限组 | 桌面名称 | 描述
    "#);
    let code = centre.code(Method::GET, &format!("{users}?active_type=NOBODY"), "");
    assert_eq!(code, "400 WKS.EMU.0001");
}
