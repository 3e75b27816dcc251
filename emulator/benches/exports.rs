//! What an export costs beside a plain loop of the same crates over the same table.

#![expect(unreachable_pub, reason = "the client is written for the tests")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark may stop where it stands"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use bytes::Bytes;
use cloudtwin::services::seeds::Seed;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use http::{HeaderMap, Method};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use rust_xlsxwriter::Workbook;
use serde::Serializer;
use serde_json::{Value, json};

#[expect(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/client.rs"]
mod client;

use client::{World, bytes_of, request};

/// Users in the directory.
const USERS: u64 = 200_000;

const SEED: &str = r#"
[[ciam.directory]]
name = "bench"
[[ciam.directory.users]]
count = 200000
user_name = "user-{n:09}"
phone = "+86-138{n:08}"
email = "user-{n:09}@example.com"
"#;

/// Every column of every user, written as text by the csv crate or as JSON by `serde_json`.
fn plain_loop(connection: &Connection, path: &Path, is_csv: bool) {
    let mut statement = connection.prepare("SELECT * FROM ciam_users ORDER BY seq DESC").unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([]).unwrap();
    let mut file = BufWriter::new(File::create(path).unwrap());
    let mut csv = csv::Writer::from_writer(&mut file);
    let mut lines = BufWriter::new(File::create(path.with_extension("ndjson")).unwrap());
    while let Some(row) = rows.next().unwrap() {
        let text = |at| match row.get_ref(at).unwrap() {
            ValueRef::Null => String::new(),
            ValueRef::Integer(number) => number.to_string(),
            other => other.as_str().unwrap().to_owned(),
        };
        if is_csv {
            csv.write_record((0..names.len()).map(text)).unwrap();
        } else {
            let members = names.iter().enumerate().map(|(at, name)| (name, text(at)));
            serde_json::Serializer::new(&mut lines).collect_map(members).unwrap();
            lines.write_all(b"\n").unwrap();
        }
    }
    csv.flush().unwrap();
}

fn exports(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let world = World::with(|config| {
        config.db = Some(db.clone());
        config.seed_state = Seed::parse(SEED).unwrap();
    });
    let stores = world.ok("ListUserStore", json!({}));
    let store = &stores["UserStoreSet"][0]["UserStoreId"];
    let connection = Connection::open(&db).unwrap();

    let mut group = criterion.benchmark_group("exports");
    group.throughput(Throughput::Elements(USERS)).sample_size(10);
    for format in ["CSV", "NDJSON"] {
        group.bench_function(format!("{format}, the twin"), |bencher| {
            bencher.iter(|| {
                world
                    .ok("CreateFileExportUserJob", json!({"UserStoreId": store, "Format": format}));
                // Answered once the file is written.
                world.ok("ListJobs", json!({"UserStoreId": store}))
            });
        });
        group.bench_function(format!("{format}, a plain loop"), |bencher| {
            bencher.iter(|| {
                plain_loop(&connection, &folder.path().join("plain.csv"), format == "CSV")
            });
        });
    }
    group.finish();
}

/// Users in the project.
const DESKTOP_USERS: u64 = 100_000;

const DESKTOP_SEED: &str = r#"
[[workspace.project]]
id = "bench"
user_quota = 100000
[[workspace.project.users]]
count = 100000
user_name = "user-{n:06}"
user_email = "user-{n:06}@example.com"
user_phone = "+86138{n:08}"
"#;

/// The columns of the sheet as they stand in the table, by the crate that the twin writes with.
fn plain_sheet(connection: &Connection, path: &Path) {
    let mut statement = connection
        .prepare(
            "SELECT user_name, user_email, user_phone, active_type, total_desktops, account_expires,
                locked, disabled, description FROM workspace_users ORDER BY seq",
        )
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().unwrap();
    let mut line = 0;
    while let Some(row) = rows.next().unwrap() {
        for column in 0..9_u16 {
            let text = match row.get_ref(usize::from(column)).unwrap() {
                ValueRef::Null => String::new(),
                ValueRef::Integer(number) => number.to_string(),
                other => other.as_str().unwrap().to_owned(),
            };
            sheet.write_string(line, column, text).unwrap();
        }
        line += 1;
    }
    book.save(path).unwrap();
}

/// A call of the project, which must be answered with JSON.
fn ask(world: &World, method: Method, path: &str) -> Value {
    let headers = HeaderMap::from_iter([(http::header::HOST, "bench".parse().unwrap())]);
    let answer = world.send(request(method, path, headers, Bytes::new()));
    assert_eq!(answer.status, 200);
    serde_json::from_slice(bytes_of(&answer)).unwrap()
}

fn sheets(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let world = World::with(|config| {
        config.db = Some(db.clone());
        config.auth = false;
        config.seed_state = Seed::parse(DESKTOP_SEED).unwrap();
    });
    ask(&world, Method::GET, "/v2/bench/export-tasks");
    let connection = Connection::open(&db).unwrap();

    let mut group = criterion.benchmark_group("sheets");
    group.throughput(Throughput::Elements(DESKTOP_USERS)).sample_size(10);
    group.bench_function("the twin", |bencher| {
        bencher.iter(|| {
            ask(&world, Method::POST, "/v3/bench/users/export");
            // Answered once the file is written.
            ask(&world, Method::GET, "/v2/bench/export-tasks")
        });
    });
    group.bench_function("a plain loop", |bencher| {
        bencher.iter(|| plain_sheet(&connection, &folder.path().join("plain.xlsx")));
    });
    group.finish();
}

criterion_group!(benches, exports, sheets);
criterion_main!(benches);
