//! What is in an exported sheet: which users and groups, which columns, how values are written.

use cloudtwin::services::seeds::Seed;
use http::Method;
use serde_json::{Value, json};

use super::centre::{Centre, NOBODY, PROJECT, bytes, first_column, rows, text};

/// Values that a spreadsheet would run, turn into something else, or break over.
const ODD: [&str; 14] = [
    "=1+1",
    "=HYPERLINK(\"http://example.com\",\"x\")",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "007",
    "1e5",
    "TRUE",
    "张三 🦊",
    "line\nbreak\r\n",
    " both ends ",
    "<b>&amp;\"'_x0041_",
];

/// Users of every kind in groups of every kind.
fn crowd() -> Centre {
    let seed = format!(
        r#"
        [[workspace.project]]
        id = "{PROJECT}"
        [[workspace.project.group]]
        name = "staff"
        [[workspace.project.group]]
        name = "夜班"
        description = "=cmd|' /C calc'!A0"
        [[workspace.project.user]]
        user_name = "full"
        user_email = "full@example.com"
        user_phone = "+8613800000000"
        description = "one of the staff"
        account_expires = "2026-01-31T08:00:00Z"
        enterprise_project_id = "ep-1"
        total_desktops = 3
        share_space_subscription = true
        groups = ["staff", "夜班"]
        [[workspace.project.user]]
        user_name = "bare"
        active_type = "ADMIN_ACTIVATE"
        [[workspace.project.user]]
        user_name = "locked"
        user_phone = "138"
        locked = true
        account_expires = "2025-01-31T08:00:00.250Z"
        groups = ["夜班"]
        [[workspace.project.user]]
        user_name = "disabled"
        user_email = "d@example.com"
        locked = true
        disabled = true
        account_expires = "2030-01-31T08:00:00Z"
        "#
    );
    Centre::with(|config| config.seed_state = Seed::parse(&seed).unwrap())
}

/// The id of the group of that name.
fn group_id(centre: &Centre, name: &str) -> String {
    let groups = centre.get("v2/groups");
    let mut groups = groups["user_groups"].as_array().unwrap().iter();
    text(&groups.find(|group| group["name"] == name).unwrap()["id"])
}

#[test]
fn users_have_nine_columns() {
    let centre = crowd();
    let id = centre.export(json!({ "language": "en_US" }));
    insta::assert_debug_snapshot!(centre.rows(&id), @r#"
    [
        [
            "Username",
            "Email",
            "Phone",
            "Activation Type",
            "User Groups",
            "Desktops",
            "Account Expires",
            "Status",
            "Description",
        ],
        [
            "full",
            "full@example.com",
            "+8613800000000",
            "USER_ACTIVATE",
            "staff;夜班",
            "3",
            "2026-01-31T08:00:00Z",
            "expired",
            "one of the staff",
        ],
        [
            "bare",
            "",
            "",
            "ADMIN_ACTIVATE",
            "",
            "0",
            "0",
            "normal",
            "",
        ],
        [
            "locked",
            "",
            "138",
            "USER_ACTIVATE",
            "夜班",
            "0",
            "2025-01-31T08:00:00.250Z",
            "locked",
            "",
        ],
        [
            "disabled",
            "d@example.com",
            "",
            "USER_ACTIVATE",
            "",
            "0",
            "2030-01-31T08:00:00Z",
            "disabled",
            "",
        ],
    ]
    "#);
}

#[test]
fn the_language_is_that_of_the_header_alone() {
    let centre = crowd();
    let sheet = |input: Value| centre.rows(&centre.export(input));
    let chinese = sheet(json!({ "language": "zh_CN" }));
    let titles = "用户名 邮箱 手机号 激活类型 用户组 桌面数 账户过期时间 状态 描述";
    assert_eq!(chinese[0].join(" "), titles);
    let english = sheet(json!({}));
    assert_eq!(english[1..], chinese[1..]);
    for word in ["en_US", "fr_FR", "ZH_cn", ""] {
        assert_eq!(sheet(json!({ "language": word })), english, "{word:?}");
    }
}

#[test]
fn every_row_is_a_user_of_the_list() {
    let centre = crowd();
    for number in 0..40 {
        let input = json!({
            "user_name": format!("u{number}"), "description": ODD[number % ODD.len()],
            "active_type": if number % 3 == 0 { "admin_activate" } else { "USER_ACTIVATE" },
            "password": "does not matter", "account_expires": format!("{}", 0),
        });
        centre.user_with(input);
    }
    let listed = centre.get("v2/users");
    let of = |user: &Value, member: &str| match &user[member] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Array(all) => all.iter().map(text).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    };
    let members = [
        "user_name",
        "user_email",
        "user_phone",
        "active_type",
        "group_names",
        "total_desktops",
        "account_expires",
    ];
    let expected: Vec<Vec<String>> = listed["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| {
            let status = match user {
                user if user["disabled"] == true => "disabled",
                user if user["locked"] == true => "locked",
                user if user["account_expired"] == true => "expired",
                _ => "normal",
            };
            let cells = members.map(|member| of(user, member)).into_iter();
            cells.chain([status.to_owned(), of(user, "description")]).collect()
        })
        .collect();
    assert_eq!(expected.len(), 44);
    assert_eq!(centre.rows(&centre.export(json!({})))[1..], expected);
}

#[test]
fn no_value_is_run_or_changed_by_a_spreadsheet() {
    let centre = Centre::new();
    for (number, value) in ODD.iter().enumerate() {
        centre.user_with(json!({ "user_name": format!("u{number}"), "description": value }));
    }
    // Reading a sheet here fails on any cell that is no text, and on any formula.
    let rows = centre.rows(&centre.export(json!({})));
    let told: Vec<&str> = rows[1..].iter().map(|row| row[8].as_str()).collect();
    assert_eq!(told, ODD);
}

#[test]
fn filters_leave_out_what_does_not_match() {
    let centre = crowd();
    let all = "full bare locked disabled";
    for (input, names) in [
        (json!({}), all),
        (json!({ "user_name": "L" }), "full locked disabled"),
        (json!({ "user_name": "", "user_names": [], "active_type": "" }), all),
        (json!({ "user_names": ["BARE", "full", "nobody"] }), "full bare"),
        (json!({ "user_name": "f", "user_names": ["bare", "full"] }), "full"),
        (json!({ "description": "OF THE" }), "full"),
        (json!({ "active_type": "admin_activate" }), "bare"),
        (json!({ "active_type": "USER_ACTIVATE" }), "full locked disabled"),
        (json!({ "enterprise_project_id": "ep-1" }), "full"),
        (json!({ "enterprise_project_id": "all_granted_eps" }), all),
        (json!({ "enterprise_project_id": "ep-2" }), ""),
        (json!({ "user_name": "%" }), ""),
        (json!({ "user_name": "1 begins with a digit, and is far longer than twenty" }), ""),
        (json!({ "user_name": "l", "active_type": "ADMIN_ACTIVATE" }), ""),
    ] {
        assert_eq!(centre.names(input.clone()), names, "{input}");
    }
}

#[test]
fn nobody_found_is_a_sheet_with_a_header() {
    let centre = Centre::new();
    let id = centre.export(json!({ "user_name": "nobody" }));
    assert_eq!(centre.task(&id)["status"], "SUCCESS");
    let rows = centre.rows(&id);
    assert_eq!((rows.len(), rows[0].len()), (1, 9));
}

#[test]
fn members_of_a_group_are_filtered_like_users() {
    let centre = crowd();
    let night = group_id(&centre, "夜班");
    let names = |query: &str| {
        let started = centre.get(&format!("v3/groups/{night}/users/export{query}"));
        let id = text(&started["task_id"]);
        assert_eq!(centre.task(&id)["file_name"], "group_users_20260131080000.xlsx");
        first_column(&centre.rows(&id))
    };
    for (query, expected) in [
        ("", "full locked"),
        ("?user_name=loc", "locked"),
        ("?user_names=full&user_names=bare", "full"),
        ("?description=staff", "full"),
        ("?active_type=ADMIN_ACTIVATE", ""),
        ("?active_type=user_activate&user_name=", "full locked"),
        ("?group_name=staff", "full"),
        ("?enterprise_project_id=0", "locked"),
        ("?share_space_subscription=true", "full locked"),
    ] {
        assert_eq!(names(query), expected, "{query}");
    }
    let started = centre.get(&format!("v3/groups/{night}/users/export?language=zh_CN"));
    assert_eq!(centre.rows(&text(&started["task_id"]))[0][0], "用户名");
    let path = format!("v3/groups/{NOBODY}/users/export");
    assert_eq!(centre.code(Method::GET, &path, ""), "400 WKS.00170208");
    let path = format!("v3/groups/{night}/users/export?active_type=x");
    assert_eq!(centre.code(Method::GET, &path, ""), "400 WKS.EMU.0001");
}

#[test]
fn a_group_that_goes_right_after_the_call_is_still_in_the_file() {
    let centre = crowd();
    let night = group_id(&centre, "夜班");
    let started = centre.get(&format!("v3/groups/{night}/users/export"));
    centre.ok(Method::DELETE, &format!("v2/groups/{night}"), Value::Null);
    let rows = centre.rows(&text(&started["task_id"]));
    assert_eq!((first_column(&rows).as_str(), rows[1][4].as_str()), ("full locked", "staff;夜班"));
}

#[test]
fn groups_are_exported_by_name_and_by_id() {
    let centre = crowd();
    let sheet = |input: Value| {
        let id = text(&centre.post("v3/groups/export", input)["task_id"]);
        assert_eq!(centre.task(&id)["file_name"], "user_groups_20260131080000.xlsx");
        centre.rows(&id)
    };
    insta::assert_debug_snapshot!(sheet(json!({})), @r#"
    [
        [
            "User Group",
            "Type",
            "Users",
            "Created",
            "Description",
        ],
        [
            "staff",
            "LOCAL",
            "1",
            "2026-01-31T08:00:00.000Z",
            "",
        ],
        [
            "夜班",
            "LOCAL",
            "2",
            "2026-01-31T08:00:00.000Z",
            "=cmd|' /C calc'!A0",
        ],
    ]
    "#);
    let (staff, night) = (group_id(&centre, "staff"), group_id(&centre, "夜班"));
    for (input, names) in [
        (json!({ "name": "TAF" }), "staff"),
        (json!({ "name": "班" }), "夜班"),
        (json!({ "group_ids": [night, staff, NOBODY] }), "staff 夜班"),
        (json!({ "group_ids": [night], "name": "staff" }), ""),
        (json!({ "group_ids": [] }), "staff 夜班"),
        (json!({ "group_ids": [NOBODY] }), ""),
    ] {
        assert_eq!(first_column(&sheet(input.clone())), names, "{input}");
    }
    let chinese = sheet(json!({ "language": "zh_CN" }));
    assert_eq!(chinese[0].join(" "), "用户组 类型 用户数 创建时间 描述");
    let code = centre.code(Method::POST, "v3/groups/export", r#"{"group_ids":5}"#);
    assert_eq!(code, "400 WKS.EMU.0001");
}

#[test]
fn the_older_call_answers_a_page_of_groups_at_once() {
    let centre = crowd();
    let answer = centre.send(Method::GET, "v2/groups/export?language=zh_CN", "");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/octet-stream");
    let told = answer.headers["content-disposition"].to_str().unwrap();
    assert_eq!(told, "attachment; filename=\"user_groups_20260131080000.xlsx\"");
    let started = centre.post("v3/groups/export", json!({ "language": "zh_CN" }));
    assert_eq!(bytes(answer), bytes(centre.download(&text(&started["task_id"]))));
    for number in 0..60 {
        centre.group(&format!("g{number:02}"));
    }
    let count = |query: &str| {
        let answer = centre.send(Method::GET, &format!("v2/groups/export{query}"), "");
        let rows = rows(&bytes(answer));
        (rows.len() - 1, rows.get(1).map_or("", |row| &row[0]).to_owned())
    };
    assert_eq!(count(""), (50, "staff".to_owned()));
    assert_eq!(count("?limit=0&offset=50"), (12, "g48".to_owned()));
    assert_eq!(count("?limit=3&offset=2"), (3, "g00".to_owned()));
    assert_eq!(count("?keyword=G1&limit=50"), (10, "g10".to_owned()));
    assert_eq!(count("?offset=100"), (0, String::new()));
    for query in ["?limit=51", "?limit=-1", "?limit=x", "?offset=x"] {
        let code = centre.code(Method::GET, &format!("v2/groups/export{query}"), "");
        assert_eq!(code, "400 WKS.EMU.0001", "{query}");
    }
}

#[test]
fn thousands_of_users_are_written_while_others_are_answered() {
    const USERS: usize = 20_000;
    let seed = format!(
        "[[workspace.project]]\nid = \"{PROJECT}\"\nuser_quota = 30000\n\
         [[workspace.project.users]]\ncount = {USERS}\nuser_name = \"user-{{n:06}}\"\n\
         user_email = \"user-{{n}}@example.com\"\n"
    );
    let centre = Centre::with(|config| {
        config.seed_state = Seed::parse(&seed).unwrap();
        config.pace = cloudtwin::runtime::lifecycle::Pace::EveryMs(super::centre::STEP_MS);
    });
    let id = centre.export(json!({}));
    // By the clock it is under way, so nobody has to wait for the file.
    assert_eq!(centre.task(&id)["status"], "CREATING");
    centre.user("late");
    centre.wait(super::centre::STEP_MS);
    let rows = centre.rows(&id);
    assert_eq!(rows.len(), USERS + 1);
    for (number, row) in rows.iter().enumerate().skip(1) {
        assert_eq!(row[0], format!("user-{number:06}"));
    }
}
