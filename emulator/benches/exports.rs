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

use cloudtwin::seed::Seed;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::json;

#[expect(dead_code, reason = "shared with the tests, which use all of it")]
#[path = "../../tests/client.rs"]
mod client;

use client::World;

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
            let object: serde_json::Map<_, _> = names
                .iter()
                .enumerate()
                .map(|(at, name)| (name.clone(), text(at).into()))
                .collect();
            serde_json::to_writer(&mut lines, &object).unwrap();
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

criterion_group!(benches, exports);
criterion_main!(benches);
