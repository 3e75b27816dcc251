//! The list of exports, in which order and how much of it; and exports that fail.

use std::fmt::Write as _;

use http::Method;
use serde_json::{Value, json};

use super::centre::{Centre, STEP_MS, first_column, text};

/// Five tasks of three kinds, a second apart: the first was downloaded, the last two are under way.
fn five() -> (Centre, Vec<String>) {
    let centre = Centre::slow();
    let group = centre.group("staff");
    let started = |number: usize| match number {
        0 | 3 => centre.post("v3/users/export", Value::Null),
        1 => centre.post("v3/groups/export", json!({})),
        _ => centre.get(&format!("v3/groups/{group}/users/export")),
    };
    let ids = (0..5).map(|number| {
        if number < 4 {
            centre.wait(1_000);
        }
        let id = text(&started(number)["task_id"]);
        if number == 0 {
            centre.wait(STEP_MS);
            assert_eq!(centre.download(&id).status, 200);
        }
        id
    });
    let ids = ids.collect();
    (centre, ids)
}

#[test]
fn tasks_are_listed_newest_first_unless_sorted() {
    let (centre, ids) = five();
    let listed = |query: &str| {
        let told = centre.get(&format!("v2/export-tasks{query}"));
        assert_eq!(told["count"], 5, "{query}");
        let tasks = told["export_tasks"].as_array().unwrap();
        let place = |task: &Value| ids.iter().position(|id| *id == text(&task["task_id"])).unwrap();
        tasks.iter().map(place).map(|place| place.to_string()).collect::<String>()
    };
    for (query, order) in [
        ("", "43210"),
        ("?sort_field=create_time&sort_type=DESC", "43210"),
        ("?sort_field=create_time&sort_type=ASC", "01234"),
        ("?sort_field=create_time", "01234"),
        ("?sort_type=ASC", "43210"),
        ("?limit=2", "43"),
        ("?limit=2&offset=2", "21"),
        ("?limit=100&offset=4", "0"),
        ("?offset=5", ""),
        ("?limit=2&offset=1&sort_field=create_time&sort_type=ASC", "12"),
        ("?file_name=&status=&task_id=&is_download=", "43210"),
    ] {
        assert_eq!(listed(query), order, "{query}");
    }
}

#[test]
fn tasks_are_filtered_and_counted_before_they_are_paged() {
    let (centre, ids) = five();
    let mut story = String::new();
    for query in [
        "?file_name=USERS_",
        "?file_name=user_groups_20260131080002",
        "?file_name=%25",
        "?status=SUCCESS",
        "?status=CREATING&limit=1",
        "?status=FAIL",
        "?is_download=true",
        "?is_download=false&limit=1&offset=3",
        "?is_download=True&status=SUCCESS&file_name=.xlsx",
    ] {
        let told = centre.get(&format!("v2/export-tasks{query}"));
        let tasks = told["export_tasks"].as_array().unwrap();
        let names: Vec<String> = tasks.iter().map(|task| text(&task["file_name"])).collect();
        writeln!(story, "{query}: {} of {}", names.join(" "), told["count"]).unwrap();
    }
    insta::assert_snapshot!(story, @"
    ?file_name=USERS_: group_users_20260131080004.xlsx users_20260131080004.xlsx group_users_20260131080003.xlsx users_20260131080001.xlsx of 4
    ?file_name=user_groups_20260131080002: user_groups_20260131080002.xlsx of 1
    ?file_name=%25:  of 0
    ?status=SUCCESS: group_users_20260131080003.xlsx user_groups_20260131080002.xlsx users_20260131080001.xlsx of 3
    ?status=CREATING&limit=1: group_users_20260131080004.xlsx of 2
    ?status=FAIL:  of 0
    ?is_download=true: users_20260131080001.xlsx of 1
    ?is_download=false&limit=1&offset=3: user_groups_20260131080002.xlsx of 4
    ?is_download=True&status=SUCCESS&file_name=.xlsx: users_20260131080001.xlsx of 1
    ");
    let one = centre.get(&format!("v2/export-tasks?task_id={}", ids[1]));
    insta::assert_json_snapshot!(one, @r#"
    {
      "count": 1,
      "export_tasks": [
        {
          "create_time": "2026-01-31T08:00:02.500Z",
          "end_time": "2026-01-31T08:00:03.000Z",
          "file_name": "user_groups_20260131080002.xlsx",
          "is_download": false,
          "status": "SUCCESS",
          "task_id": "572038b2ca9cad6669303e1a8e50c452"
        }
      ]
    }
    "#);
}

#[test]
fn the_usual_page_has_twenty() {
    let centre = Centre::new();
    for _ in 0..21 {
        centre.export(json!({}));
    }
    let told = centre.get("v2/export-tasks");
    let page = told["export_tasks"].as_array().unwrap().len();
    assert_eq!((page, &told["count"]), (20, &json!(21)));
}

#[test]
fn what_the_model_bounds_is_refused() {
    let centre = Centre::new();
    for query in [
        "limit=0",
        "limit=101",
        "limit=x",
        "offset=-1",
        "status=DONE",
        "sort_field=file_name",
        "sort_field=create_time&sort_type=UP",
        "is_download=perhaps",
    ] {
        let code = centre.code(Method::GET, &format!("v2/export-tasks?{query}"), "");
        assert_eq!(code, "400 WKS.EMU.0001", "{query}");
    }
    let long = json!({ "task_ids": ["x".repeat(65)] });
    let many = json!({ "task_ids": vec!["x"; 201] });
    for input in [json!({ "task_ids": [] }), json!({ "task_ids": [""] }), long, many] {
        let code = centre.code(Method::POST, "v2/export-tasks/batch-delete", &input.to_string());
        assert_eq!(code, "400 WKS.EMU.0001");
    }
}

/// A user in so many groups that their names fit into no cell: 600 times 64 characters.
fn overwhelmed() -> Centre {
    let centre = Centre::slow();
    let user = centre.user("ann");
    for number in 0..600 {
        let name = format!("{number:064}");
        centre.post("v2/groups", json!({ "group_name": name, "platform_type": "LOCAL" }));
    }
    for page in 0..6 {
        let groups = centre.get(&format!("v2/groups?limit=100&offset={}", page * 100));
        for group in groups["user_groups"].as_array().unwrap() {
            centre.join(&text(&group["id"]), &[&user]);
        }
    }
    centre
}

#[test]
fn what_no_sheet_can_hold_fails_by_the_clock_and_says_why() {
    let centre = overwhelmed();
    centre.user("bob");
    let failed = centre.export(json!({}));
    let good = centre.export(json!({ "user_name": "bob" }));
    assert_eq!(centre.task(&failed)["status"], "CREATING");
    centre.wait(STEP_MS);
    let mut task = centre.task(&failed);
    task.as_object_mut().unwrap().remove("task_id");
    insta::assert_json_snapshot!(task, @r#"
    {
      "create_time": "2026-01-31T08:00:00.000Z",
      "end_time": "2026-01-31T08:00:00.500Z",
      "error_code": "WKS.EMU.0012",
      "fail_reason": "Column 5 of row 2 is too long.",
      "file_name": "users_20260131080000.xlsx",
      "is_download": false,
      "status": "FAIL"
    }
    "#);
    let path = format!("v2/export-tasks/{failed}/download");
    assert_eq!(centre.code(Method::GET, &path, ""), "400 WKS.EMU.0005");
    assert_eq!(first_column(&centre.rows(&good)), "bob");
    assert_eq!(centre.get("v2/export-tasks?status=FAIL")["count"], 1);
    // It stays what it is.
    centre.wait(8 * 86_400_000);
    assert_eq!(centre.task(&failed)["status"], "FAIL");
    assert_eq!(centre.task(&good)["status"], "EXPIRED");
}

#[test]
fn a_service_that_is_closed_exports_nothing() {
    let seed =
        format!("[[workspace.project]]\nid = \"{}\"\nclosed = true\n", super::centre::PROJECT);
    let centre = Centre::with(|config| {
        config.seed_state = cloudtwin::services::seeds::Seed::parse(&seed).unwrap();
    });
    let (users, groups, others) = ("400 WKS.00170312", "400 WKS.00170117", "403 WKS.00010099");
    for (method, path, code) in [
        (Method::POST, "v3/users/export", users),
        (Method::POST, "v3/groups/export", groups),
        (Method::GET, "v3/groups/x/users/export", groups),
        (Method::GET, "v2/groups/export", groups),
        (Method::GET, "v2/export-tasks", others),
        (Method::GET, "v2/export-tasks/x/download", others),
        (Method::POST, "v2/export-tasks/batch-delete", others),
        (Method::GET, "v2/users/template/download", users),
        (Method::GET, "v2/users/desktop-users/template", users),
        (Method::POST, "v2/users/desktop-users/action/import", users),
    ] {
        assert_eq!(centre.code(method, path, ""), code, "{path}");
    }
}
