//! kill -9 while clients write: every answered write is there, and the file is whole. A clean end
//! leaves nothing behind, whatever is under way.

use std::collections::BTreeSet;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};

use cloudtwin::runtime::clock::Clock;
use serde_json::{Value, json};

use crate::client::Signed;
use crate::process::{Running, cloudtwin, read_answer};

/// Clients that write at the same time.
const WRITERS: usize = 4;

/// How often the twin is killed.
const KILLS: usize = 50;

/// Answers after which the twin is killed: one more each time, so that the moments differ.
const ANSWERS: usize = 8;

fn ask(twin: &Running, action: &str, input: &Value) -> Value {
    let call = Signed {
        host: &twin.address,
        ..Signed::new(action, input.to_string(), Clock::real().now())
    };
    let answer = twin.exchange(&call.bytes());
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str::<Value>(body).unwrap()["Response"].take()
}

/// Creates users on one connection until it breaks; gives the names that were answered well.
fn write_until_it_breaks(
    address: &str,
    store: &str,
    writer: usize,
    answered: &AtomicUsize,
) -> Vec<String> {
    // Where the machine is busy, the others may have written enough before this one begins.
    let Ok(mut stream) = TcpStream::connect(address) else { return Vec::new() };
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut kept = Vec::new();
    for number in 0.. {
        let name = format!("writer-{writer}-{number}");
        let phone = format!("+86-{:011}", writer * 1_000_000 + number);
        let input = json!({"UserStoreId": store, "UserName": name, "PhoneNumber": phone, "Email": format!("{name}@example.com"), "Password": "p"});
        let call = Signed {
            host: address,
            ..Signed::new("CreateUser", input.to_string(), Clock::real().now())
        };
        if stream.write_all(&call.bytes()).is_err() {
            break;
        }
        let Ok((_, body)) = read_answer(&mut reader) else { break };
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert!(answer["Response"]["User"]["UserId"].is_string(), "{answer}");
        kept.push(name);
        answered.fetch_add(1, Ordering::SeqCst);
    }
    kept
}

/// Lets clients write over a new process until it has answered some, and kills it.
fn write_and_kill(db: &Path, store: &str, cycle: usize) -> Vec<String> {
    let mut twin = Running::over(db);
    let address = twin.address.clone();
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (address, answered) = (&address, &answered);
                let writer = cycle * WRITERS + writer;
                scope.spawn(move || write_until_it_breaks(address, store, writer, answered))
            })
            .collect();
        while answered.load(Ordering::SeqCst) < ANSWERS + cycle {
            std::thread::yield_now();
        }
        twin.child.kill().unwrap();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    })
}

#[test]
fn every_answered_write_survives_fifty_kills() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let twin = Running::over(&db);
    let store = ask(&twin, "CreateUserStore", &json!({"UserPoolName": "crash"}));
    let store = store["UserStoreId"].as_str().unwrap().to_owned();
    drop(twin);
    let kept: BTreeSet<String> =
        (0..KILLS).flat_map(|cycle| write_and_kill(&db, &store, cycle)).collect();
    assert!(kept.len() >= KILLS * ANSWERS);

    let check = rusqlite::Connection::open(&db).unwrap();
    let whole: String = check.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    drop(check);

    let twin = Running::over(&db);
    let page = json!({"UserStoreId": store, "Pageable": {"PageSize": 1, "PageNumber": 1}});
    let total = ask(&twin, "ListUser", &page)["Total"].as_u64().unwrap();
    let state = twin.control("GET", "state", "");
    let users = state["tenants"]["default"]["ciam_users"].as_array().unwrap();
    let found: BTreeSet<String> =
        users.iter().map(|user| user["user_name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(total, found.len() as u64);
    let lost: Vec<_> = kept.difference(&found).collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");
    // Each writer may have one more write that was done and not answered, each time.
    assert!(found.len() <= kept.len() + KILLS * WRITERS, "{} of {}", kept.len(), found.len());
}

/// What a file of the database looks like at the moment of the kill.
type Moment = fn(&Path) -> bool;

#[test]
fn a_twin_that_is_killed_while_it_begins_leaves_a_file_that_opens() {
    let moments: [Moment; 5] = [
        |_| true,
        |db| db.exists(),
        |db| db.metadata().is_ok_and(|file| file.len() > 0),
        |db| db.with_file_name("new.db-wal").exists(),
        |db| db.with_file_name("new.db-wal").metadata().is_ok_and(|file| file.len() > 0),
    ];
    for moment in moments.into_iter().cycle().take(KILLS) {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("new.db");
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--db", db.to_str().unwrap()];
        let mut command = cloudtwin(&arguments);
        let mut young = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !moment(&db) {
            std::thread::yield_now();
        }
        young.kill().unwrap();
        young.wait().unwrap();
        Running::over(&db).stop();
    }
}

#[test]
fn what_an_export_left_when_it_was_killed_is_swept() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    Running::over(&db).stop();
    let files = folder.path().join("state.db-files");
    let token = "0123456789abcdef0123456789abcdef";
    for name in [token.to_owned(), format!("{token}.part"), "notes.txt".to_owned()] {
        std::fs::write(files.join(name), "left").unwrap();
    }
    Running::over(&db).stop();
    let left: Vec<_> = files.read_dir().unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["notes.txt"]);
}

#[test]
fn a_clean_end_during_an_export_leaves_no_private_folder() {
    let seed = tempfile::NamedTempFile::new().unwrap();
    let rule = "[[ciam.directory]]\nname = \"many\"\n[[ciam.directory.users]]\ncount = 20000\nuser_name = \"u{n}\"\n";
    std::fs::write(seed.path(), rule).unwrap();
    for signal in ["-TERM", "-INT", "-HUP"] {
        let home = tempfile::tempdir().unwrap();
        let arguments = ["--seed-file", seed.path().to_str().unwrap(), "--jobs", "instant"];
        let mut twin = Running::with_temporary_folder(home.path(), &arguments);
        let stores = ask(&twin, "ListUserStore", &json!({}));
        let input = json!({ "UserStoreId": stores["UserStoreSet"][0]["UserStoreId"] });
        ask(&twin, "CreateFileExportUserJob", &input);
        // The export begins before another request is answered.
        ask(&twin, "ListUserStore", &json!({}));
        twin.signal(signal);
        assert!(twin.child.wait().unwrap().success(), "{signal}");
        assert_eq!(home.path().read_dir().unwrap().count(), 0, "{signal}");
    }
}
