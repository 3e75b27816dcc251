//! State documents that come from elsewhere: what is taken can be read back by every service, and
//! nothing in them leads out of the folder of files.

use bytes::Bytes;
use cloudtwin::control;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{World, bytes_of, request};

const READS: &[&str] = &["ListUser", "ListUserGroups", "ListLogMessageByCondition", "ListJobs"];

/// A value for each way in which a column can be wrong.
fn values() -> [Value; 8] {
    [
        json!("'; DROP TABLE ciam_users; --"),
        json!("{not json"),
        json!("../victim"),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(-1),
        json!(""),
        Value::Null,
    ]
}

pub fn ask(world: &World, method: Method, path: &str, body: String) -> (u16, Value) {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("127.0.0.1:4588"));
    let path = format!("/_twin/{path}");
    let answer = control::answer(&world.twin, &request(method, &path, headers, Bytes::from(body)));
    (answer.status.as_u16(), serde_json::from_slice(bytes_of(&answer)).unwrap())
}

/// A twin with a row in most tables, and its document.
fn filled() -> (World, String, Value) {
    let world = World::new();
    let store = world.store("people");
    world.ok("CreateUserGroup", json!({ "UserStoreId": store, "DisplayName": "staff" }));
    let user = json!({ "UserStoreId": store, "UserName": "ada", "Email": "a@b.cc", "PhoneNumber": "13800000000", "Password": "p" });
    let user = world.ok("CreateUser", user);
    let id = &user["User"]["UserId"];
    world.ok("UpdateUserStatus", json!({ "UserStoreId": store, "UserId": id, "Status": "FREEZE" }));
    world.ok("CreateFileExportUserJob", json!({ "UserStoreId": store }));
    world.ok("ListJobs", json!({ "UserStoreId": store }));
    let users = json!({ "users": [{ "account": "anna", "name": "Anna" }] });
    assert_eq!(ask(&world, Method::PUT, "aicc/users", users.to_string()).0, 200);
    let (status, document) = ask(&world, Method::GET, "state", String::new());
    assert_eq!(status, 200);
    (world, store, document)
}

/// Every kind of read, and a write.
fn use_all(world: &World, store: &str, number: usize) {
    let input = json!({ "UserStoreId": store, "Pageable": { "PageSize": 10, "PageNumber": 1 } });
    for action in READS {
        let mut input = input.clone();
        if *action == "ListJobs" {
            input.as_object_mut().unwrap().remove("Pageable");
        }
        world.call(action, input);
    }
    world.call("CreateUser", json!({ "UserStoreId": store, "UserName": format!("n{number}"), "PhoneNumber": format!("139{number:08}"), "Email": format!("n{number}@b.cc"), "Password": "p" }));
    world.call("CreateFileExportUserJob", json!({ "UserStoreId": store }));
    for path in ["aicc/users", "aicc/roles", "state"] {
        let (status, body) = ask(world, Method::GET, path, String::new());
        assert_eq!(status, 200, "{path}: {body}");
    }
}

#[test]
fn a_document_that_is_taken_never_leads_to_an_internal_error() {
    let (world, store, good) = filled();
    let mut taken = 0;
    for (table, rows) in good["tenants"]["default"].as_object().unwrap() {
        let Some(row) = rows[0].as_object() else { continue };
        for column in row.keys() {
            for value in values() {
                let mut document = good.clone();
                document["tenants"]["default"][table][0][column] = value.clone();
                let (status, body) = ask(&world, Method::PUT, "state", document.to_string());
                if status == 400 {
                    let place = format!("tenants.default.{table}[0]: ");
                    assert!(body["message"].as_str().unwrap().starts_with(&place), "{body}");
                    continue;
                }
                assert_eq!(status, 200, "{table}.{column} = {value}: {body}");
                taken += 1;
                use_all(&world, &store, taken);
                let failed = world.journal().into_iter().find(|entry| entry["outcome"] == "failed");
                assert_eq!(failed, None, "{table}.{column} = {value}");
                world.twin.journal.clear(None);
            }
        }
    }
    assert!(taken > 100, "{taken}");
}

#[test]
fn no_document_leads_to_a_file_elsewhere() {
    let (world, _, good) = filled();
    let victim = world.twin.files.folder().parent().unwrap().join("victim");
    std::fs::write(&victim, "precious").unwrap();
    let token = good["tenants"]["default"]["ciam_jobs"][0]["token"].as_str().unwrap().to_owned();
    let absolute = victim.to_str().unwrap();
    for path in ["../victim", absolute, "x/../../victim", &token.to_uppercase()] {
        let text = good.to_string().replace(&token, path);
        let (status, body) = ask(&world, Method::PUT, "state", text);
        assert_eq!(status, 400, "{path}");
        let place = "tenants.default.ciam_jobs[0]: token: 32 lower-case hexadecimal digits";
        assert!(body["message"].as_str().unwrap().starts_with(place), "{body}");
        ask(&world, Method::POST, "reset", String::new());
        assert!(victim.exists(), "{path}");
    }
}

#[test]
fn two_names_with_one_account_number_never_meet() {
    let world = World::new();
    let create = ("CreateUserStore", json!({ "UserPoolName": "of the first" }));
    world.ok_as("n258107", create.0, create.1.clone());
    for (action, input) in [("ListUserStore", json!({})), create] {
        let refused = world.call_as("n551309", action, input);
        assert_eq!(refused["Error"]["Code"], "InternalError", "{action}: {refused}");
    }
    let entry = world.journal().pop().unwrap();
    let why = entry["explanation"].as_str().unwrap();
    assert!(why.contains("the same account number") && why.contains("n258107"), "{why}");
    let stores = world.ok_as("n258107", "ListUserStore", json!({}));
    assert_eq!(stores["UserStoreSet"].as_array().unwrap().len(), 2);
}

#[test]
fn a_database_that_was_deleted_takes_no_more_writes() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let world = World::with(|config| config.db = Some(db.clone()));
    world.store("kept");
    let names = || world.ok("ListUserStore", json!({}))["UserStoreSet"].as_array().unwrap().len();
    assert_eq!(names(), 2);
    std::fs::rename(&db, folder.path().join("moved.db")).unwrap();
    assert_eq!(world.code("CreateUserStore", json!({ "UserPoolName": "lost" })), "InternalError");
    let why = world.journal().pop().unwrap()["explanation"].take();
    assert!(why.as_str().unwrap().contains("was deleted or replaced"), "{why}");
    assert_eq!(names(), 2);
    std::fs::rename(folder.path().join("moved.db"), &db).unwrap();
    world.store("after it was put back");
    assert_eq!(names(), 3);
}

#[test]
fn jobs_that_began_in_the_future_are_over_once_the_clock_went_back() {
    let world =
        World::with(|config| config.pace = cloudtwin::runtime::lifecycle::Pace::EveryMs(500));
    let store = world.store("people");
    let go = |ms: i64| {
        let body = json!({ "advance_ms": ms }).to_string();
        assert_eq!(ask(&world, Method::PUT, "clock", body).0, 200);
    };
    go(3_600_000);
    for _ in 0..2 {
        world.ok("CreateFileExportUserJob", json!({ "UserStoreId": store }));
    }
    go(-3_600_000);
    world.ok("CreateFileExportUserJob", json!({ "UserStoreId": store }));
    let jobs = world.ok("ListJobs", json!({ "UserStoreId": store }));
    let statuses: Vec<_> =
        jobs["JobSet"].as_array().unwrap().iter().map(|job| &job["Status"]).collect();
    assert_eq!(statuses, ["PENDING", "COMPLETED", "COMPLETED"]);
}

/// How many generations the database holds that nobody sees, once nothing is left to sweep.
fn left_over(world: &World) -> i64 {
    let sql =
        "SELECT (SELECT count(*) FROM twin_generations) - (SELECT count(*) FROM twin_tenants)";
    let mut left = i64::MAX;
    // Each look queues behind a step of the sweep.
    for _ in 0..100_000 {
        let count = |tx: &rusqlite::Connection| tx.query_row(sql, [], |row| row.get(0));
        left = world.twin.writer.run(move |tx| count(tx).map_err(|e| e.to_string())).unwrap();
        if left == 0 {
            break;
        }
    }
    left
}

/// The document with so many users more in its tenant.
fn with_users(document: &Value, count: usize) -> Value {
    let mut document = document.clone();
    let users = document["tenants"]["default"]["ciam_users"].as_array_mut().unwrap();
    for number in 0..count {
        let mut user = users[0].clone();
        user["seq"] = json!(1_000_000 + number);
        for unique in ["user_id", "user_name", "user_name_key", "phone_key", "email_key"] {
            user[unique] = json!(format!("{unique}-{number}"));
        }
        users.push(user);
    }
    let stores = document["tenants"]["default"]["ciam_stores"].as_array_mut().unwrap();
    for store in stores {
        store["next_seq"] = json!(1_000_000 + count);
    }
    document
}

#[test]
fn a_document_whose_last_row_is_refused_changes_nothing_and_leaves_nothing() {
    let (world, _, before) = filled();
    let mut document = with_users(&before, 250);
    let users = document["tenants"]["default"]["ciam_users"].as_array_mut().unwrap();
    users.push(users[250].clone());
    for path in ["state", "state?tenant=default", "state?tenant=other"] {
        let (status, said) = ask(&world, Method::PUT, path, document.to_string());
        let text = said["message"].as_str().unwrap();
        assert!(
            status == 400 && text.contains("tenants.default.ciam_users[251]: UNIQUE"),
            "{text}"
        );
        assert_eq!(ask(&world, Method::GET, "state", String::new()), (200, before.clone()));
        assert_eq!(left_over(&world), 0);
    }
}

#[test]
fn what_is_replaced_or_reset_is_removed_to_the_last_row() {
    let (world, _, document) = filled();
    let rows = |world: &World| -> i64 {
        let tables = &world.twin.tables;
        let count = tables.iter().map(|table| format!("(SELECT count(*) FROM {table})"));
        let sql = format!("SELECT {}", count.collect::<Vec<_>>().join(" + "));
        world.twin.readers.with(|tx| tx.query_row(&sql, [], |row| row.get(0))).unwrap().unwrap()
    };
    let some = rows(&world);
    let large = with_users(&document, 1_000).to_string();
    for _ in 0..2 {
        assert_eq!(ask(&world, Method::PUT, "state", large.clone()).0, 200);
    }
    assert_eq!((left_over(&world), rows(&world)), (0, some + 1_000));
    assert_eq!(ask(&world, Method::PUT, "state?tenant=other", document.to_string()).0, 200);
    assert_eq!((left_over(&world), rows(&world)), (0, some + 1_000 + some));
    assert_eq!(ask(&world, Method::POST, "reset?tenant=default", String::new()).0, 200);
    assert_eq!((left_over(&world), rows(&world)), (0, some));
    assert_eq!(ask(&world, Method::POST, "reset", String::new()).0, 200);
    assert_eq!((left_over(&world), rows(&world)), (0, 0));
}

#[test]
fn others_write_while_a_document_is_put_in() {
    let (world, store, document) = filled();
    let large = with_users(&document, 5_000).to_string();
    let writes = std::thread::scope(|scope| {
        let put = scope.spawn(|| ask(&world, Method::PUT, "state?tenant=other", large));
        let mut writes = 0;
        while !put.is_finished() {
            let phone = (13_900_000_000_i64 + writes).to_string();
            let user = json!({ "UserStoreId": store, "UserName": phone, "PhoneNumber": phone, "Email": format!("{phone}@b.cc"), "Password": "p" });
            world.ok("CreateUser", user);
            writes += 1;
        }
        assert_eq!(put.join().unwrap().0, 200);
        writes
    });
    // The writer takes the document in 50 pieces; in one it would let one or two by.
    assert!(writes > 5, "{writes}");
    let (_, other) = ask(&world, Method::GET, "state?tenant=other", String::new());
    assert_eq!(other["tenants"]["other"]["ciam_users"].as_array().unwrap().len(), 5_001);
}

#[test]
fn a_next_number_that_is_taken_is_refused_with_its_column() {
    let (world, _, good) = filled();
    let state = good["tenants"]["default"].as_object().unwrap();
    let mut refused = Vec::new();
    for (table, rows) in state {
        for (place, row) in rows.as_array().unwrap().iter().enumerate() {
            let columns = row.as_object().unwrap().keys();
            for column in columns.filter(|column| column.starts_with("next_")) {
                let mut document = good.clone();
                document["tenants"]["default"][table][place][column] = json!(0);
                let (status, body) = ask(&world, Method::PUT, "state", document.to_string());
                if status == 400 {
                    let why = body["message"].as_str().unwrap();
                    assert!(why.contains(&format!("{table}: {column} is 0, but ")), "{why}");
                    refused.push(column.as_str());
                }
            }
        }
    }
    assert!(refused.contains(&"next_seq") && refused.contains(&"next_job"), "{refused:?}");
}
