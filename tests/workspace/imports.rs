//! Users out of a sheet: the filled template, bad rows, and what is no sheet.

use calamine::{Data, Reader, Xlsx};
use http::{HeaderValue, Method};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use super::centre::{Centre, PROJECT, bytes, text};
use super::templates::template;

const PATH: &str = "v2/users/desktop-users/action/import";

/// A sheet of texts, as a spreadsheet saves it.
pub fn sheet(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = Workbook::new();
    let cells = book.add_worksheet();
    for (line, row) in (0..).zip(rows) {
        cells.write_row(line, 0, row.iter().copied()).unwrap();
    }
    book.save_to_buffer().unwrap()
}

/// Status and body of an upload in a part of that name.
pub fn upload(centre: &Centre, part: &str, file: &[u8]) -> (u16, Value) {
    let head = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"users.xlsx\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--xyz--\r\n"].concat();
    let media = HeaderValue::from_static("multipart/form-data; boundary=xyz");
    let answer = centre.send_in(PROJECT, Method::POST, PATH, media, body.into());
    let status = answer.status.as_u16();
    (status, serde_json::from_slice(&bytes(answer)).unwrap())
}

/// An upload that must be taken.
fn import(centre: &Centre, rows: &[&[&str]]) -> Value {
    let (status, told) = upload(centre, "file", &sheet(rows));
    assert_eq!(status, 200, "{told}");
    told
}

/// The code of an upload that must be refused.
fn refusal(centre: &Centre, part: &str, file: &[u8]) -> String {
    let (status, told) = upload(centre, part, file);
    format!("{status} {}", text(&told["error_code"]))
}

/// A template with rows written below its header.
fn filled(centre: &Centre, query: &str, rows: &[&[&str]]) -> Vec<u8> {
    let (_, file) = template(centre, &format!("v2/users/template/download{query}"));
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(&file)).unwrap();
    let header = book.worksheet_range_at(0).unwrap().unwrap();
    let header: Vec<String> = header.rows().next().unwrap().iter().map(Data::to_string).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    sheet(&[&[&header[..]], rows].concat())
}

#[test]
fn a_filled_template_comes_in() {
    let centre = Centre::new();
    centre.group("staff");
    centre.group("夜班");
    for (language, name) in [("zh_CN", "ann"), ("en_US", "bob")] {
        let mail = format!("{name}@example.com");
        let row = [name, &mail, "+8613800000000", "2030-01-31T08:00:00Z", "STAFF; 夜班", "=1+1"];
        let file = filled(&centre, &format!("?language={language}"), &[&row]);
        let (status, told) = upload(&centre, "file", &file);
        assert_eq!((status, &told["failed_detail_list"]), (200, &json!([])), "{told}");
        assert_eq!(told["total_count"], 1);
        let id = text(&told["user_detail_list"][0]["id"]);
        assert_eq!(centre.get(&format!("v2/users/{id}"))["user_detail"]["id"], id.as_str());
    }
    let rows = centre.rows(&centre.export(json!({})));
    insta::assert_debug_snapshot!(rows[1..], @r#"
    [
        [
            "ann",
            "ann@example.com",
            "+8613800000000",
            "USER_ACTIVATE",
            "staff;夜班",
            "0",
            "2030-01-31T08:00:00Z",
            "normal",
            "=1+1",
        ],
        [
            "bob",
            "bob@example.com",
            "+8613800000000",
            "USER_ACTIVATE",
            "staff;夜班",
            "0",
            "2030-01-31T08:00:00Z",
            "normal",
            "=1+1",
        ],
    ]
    "#);
}

#[test]
fn the_template_of_administrators_brings_a_password() {
    let centre = Centre::new();
    let file = filled(
        &centre,
        "?active_type=ADMIN_ACTIVATE",
        &[&["ann", "", "", "", "", "", "very-secret-1"], &["bob", "", "", "0", "", "", ""]],
    );
    let (_, told) = upload(&centre, "file", &file);
    assert_eq!(told["user_detail_list"][0]["user_name"], "ann");
    assert_eq!(told["failed_detail_list"][0]["user_name"], "bob");
    let users = centre.get("v2/users");
    assert_eq!(users["users"][0]["active_type"], "ADMIN_ACTIVATE");
    assert_eq!(users["total_count"], 1);
    assert!(!format!("{told}{users}{:?}", centre.world.journal()).contains("very-secret"));
}

#[test]
fn bad_rows_are_told_and_passed_over() {
    let centre = Centre::new();
    centre.user("taken");
    let long = "x".repeat(256);
    let told = import(
        &centre,
        &[
            &["Username", "Email", "Account Expires", "User Groups", "Description"],
            &["good", "good@example.com"],
            &["", "nameless@example.com"],
            &["no address"],
            &["unreachable"],
            &["TAKEN", "taken@example.com"],
            &["badmail", "not an address"],
            &["badday", "a@example.com", "tomorrow"],
            &["badgroup", "a@example.com", "", "nobodies"],
            &["long", "a@example.com", "", "", &long],
            &["", "", "", "", ""],
            &["good", "twice@example.com"],
            &["last", "last@example.com", "0"],
        ],
    );
    let of = |list: &str| {
        let rows = told[list].as_array().unwrap().iter();
        let line = |row: &Value| format!("{} {}", row["user_name"], row["description"]);
        rows.map(line).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(told["total_count"], 11);
    assert_eq!(of("user_detail_list"), "\"good\" null\n\"last\" null");
    insta::assert_snapshot!(of("failed_detail_list"), @r#"
    null "WKS.EMU.0001: user_name is required."
    "no address" "WKS.EMU.0001: user_name has a wrong format."
    "unreachable" "WKS.EMU.0001: user_email or user_phone is required with USER_ACTIVATE."
    "TAKEN" "WKS.EMU.0002: The name already exists."
    "badmail" "WKS.EMU.0001: user_email has a wrong format."
    "badday" "WKS.EMU.0001: account_expires has a wrong format."
    "badgroup" "WKS.00170208: The user group \"nobodies\" does not exist."
    "long" "WKS.EMU.0001: description must have at most 255."
    "good" "WKS.EMU.0002: The name already exists."
    "#);
    assert_eq!(centre.names(json!({})), "taken good last");
}

#[test]
fn columns_go_by_their_header_wherever_they_stand() {
    let centre = Centre::new();
    import(
        &centre,
        &[
            &["描述", "something else", "USERNAME ", "手机号"],
            &["tall", "ignored", " ann ", " 138 "],
        ],
    );
    let row = centre.rows(&centre.export(json!({})))[1].clone();
    assert_eq!((&*row[0], &*row[2], &*row[8]), ("ann", "138", "tall"));
}

#[test]
fn an_exported_sheet_comes_in_elsewhere() {
    let (here, there) = (Centre::new(), Centre::new());
    here.user_with(json!({ "user_name": "ann", "description": "张三 🦊" }));
    here.user_with(json!({ "user_name": "bob", "account_expires": "2030-01-31T08:00:00Z" }));
    let file = bytes(here.download(&here.export(json!({}))));
    let (_, told) = upload(&there, "file", &file);
    assert_eq!(told["user_detail_list"].as_array().unwrap().len(), 2);
    assert_eq!(bytes(there.download(&there.export(json!({})))), file);
}

#[test]
fn what_is_no_sheet_of_users_is_refused() {
    let centre = Centre::new();
    let bad = "400 WKS.EMU.0001";
    assert_eq!(refusal(&centre, "file", b"user_name,user_email\nann,a@example.com\n"), bad);
    assert_eq!(refusal(&centre, "file", b""), bad);
    assert_eq!(refusal(&centre, "file", &sheet(&[])), bad);
    assert_eq!(refusal(&centre, "file", &sheet(&[&["ann", "ann@example.com"]])), bad);
    assert_eq!(refusal(&centre, "other", &sheet(&[&["Username"]])), bad);
    assert_eq!(centre.code(Method::POST, PATH, ""), bad);
    assert_eq!(centre.code(Method::POST, PATH, "{}"), bad);
    assert_eq!(import(&centre, &[&["Username"]])["total_count"], 0);
}

#[test]
fn rows_that_find_no_room_fail_and_a_full_project_refuses_the_whole_sheet() {
    let seed = format!("[[workspace.project]]\nid = \"{PROJECT}\"\nuser_quota = 2\n");
    let centre = Centre::with(|config| {
        config.seed_state = cloudtwin::services::seeds::Seed::parse(&seed).unwrap();
    });
    let all: [&[&str]; 4] = [
        &["Username", "Email"],
        &["ann", "ann@example.com"],
        &["bob", "bob@example.com"],
        &["carl", "carl@example.com"],
    ];
    let told = import(&centre, &all);
    assert_eq!(told["total_count"], 3);
    assert_eq!(told["user_detail_list"].as_array().unwrap().len(), 2);
    assert_eq!(told["failed_detail_list"][0]["user_name"], "carl");
    let why = told["failed_detail_list"][0]["description"].as_str().unwrap();
    assert!(why.contains("quota"), "{why}");
    assert_eq!(centre.get("v2/users")["total_count"], 2);
    let more: [&[&str]; 2] = [all[0], all[3]];
    assert_eq!(refusal(&centre, "file", &sheet(&more)), "403 WKS.EMU.0003");
}

#[test]
fn more_rows_than_a_sheet_may_bring_are_refused() {
    let centre = Centre::new();
    let rows: Vec<&[&str]> = (0..10_002).map(|_| &["Username"][..]).collect();
    assert_eq!(refusal(&centre, "file", &sheet(&rows)), "400 WKS.EMU.0001");
    assert_eq!(import(&centre, &rows[..1_000])["total_count"], 999);
}

#[test]
fn what_a_failed_row_holds_is_cut_in_the_answer() {
    let centre = Centre::new();
    let (long, group) = ("张".repeat(30_000), "g".repeat(30_000));
    let head: &[&str] = &["Username", "Email", "User Groups"];
    let reply = import(&centre, &[head, &[&long, &long], &["ann", "a@example.com", &group]]);
    let lengths = |row: &Value| {
        let of = |member: &str| text(&row[member]).chars().count();
        (of("user_name"), of("user_email"), of("description"))
    };
    let failed = &reply["failed_detail_list"];
    assert_eq!(lengths(&failed[0]), (64, 64, 45));
    assert_eq!(lengths(&failed[1]), (3, 13, 255));
}

#[test]
fn a_row_may_name_as_many_groups_as_a_user_may_have() {
    let centre = Centre::new();
    let names: Vec<String> = (0..6).map(|number| format!("g{number}")).collect();
    for name in &names {
        centre.group(name);
    }
    let (five, six) = (names[..5].join(";"), names.join(";"));
    // Only so many are looked up that it shows: the last is no group.
    let many = format!("{six};nobodies");
    let head: &[&str] = &["Username", "Email", "User Groups"];
    let row = |name, groups| [name, "a@example.com", groups];
    let reply =
        import(&centre, &[head, &row("five", &five), &row("six", &six), &row("many", &many)]);
    assert_eq!(reply["user_detail_list"][0]["user_name"], "five");
    let too_many = "WKS.EMU.0001: group_ids must have at most 5.";
    for number in 0..2 {
        assert_eq!(reply["failed_detail_list"][number]["description"], too_many);
    }
}

#[test]
fn a_closed_project_is_refused_before_its_sheet() {
    let seed = format!("[[workspace.project]]\nid = \"{PROJECT}\"\nclosed = true\n");
    let centre = Centre::with(|config| {
        config.seed_state = cloudtwin::services::seeds::Seed::parse(&seed).unwrap();
    });
    let closed = "400 WKS.00170312";
    assert_eq!(refusal(&centre, "file", b"no sheet"), closed);
    assert_eq!(refusal(&centre, "file", &sheet(&[&["Username"]])), closed);
}

#[test]
fn rows_of_blanks_are_no_rows() {
    let centre = Centre::new();
    let told = import(
        &centre,
        &[&[" ", ""], &["Username", "Email"], &["", " "], &["ann", "a@b.cn"], &["\u{3000}", "\t"]],
    );
    assert_eq!(told["total_count"], 1, "{told}");
    assert_eq!(told["failed_detail_list"], json!([]));
    assert_eq!(text(&told["user_detail_list"][0]["user_name"]), "ann");
}
