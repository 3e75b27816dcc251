//! kill -9 while clients write: every answered write is there, and the file is whole.

use std::collections::BTreeSet;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

use cloudtwin::clock::Clock;
use serde_json::{Value, json};

use crate::client::Signed;
use crate::process::{Running, read_answer};

/// Clients that write at the same time.
const WRITERS: usize = 4;

/// Answers after which the twin is killed.
const ANSWERS: usize = 300;

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
    let mut stream = TcpStream::connect(address).unwrap();
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

#[test]
fn every_answered_write_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("state.db");
    let mut twin = Running::over(&db);
    let store = ask(&twin, "CreateUserStore", &json!({"UserPoolName": "crash"}));
    let store = store["UserStoreId"].as_str().unwrap().to_owned();

    let address = twin.address.clone();
    let answered = AtomicUsize::new(0);
    let kept: BTreeSet<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (address, store, answered) = (&address, &store, &answered);
                scope.spawn(move || write_until_it_breaks(address, store, writer, answered))
            })
            .collect();
        while answered.load(Ordering::SeqCst) < ANSWERS {
            std::thread::yield_now();
        }
        twin.child.kill().unwrap();
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect()
    });
    assert!(kept.len() >= ANSWERS);
    drop(twin);

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
    // Each writer may have one more write that was done and not answered.
    assert!(found.len() <= kept.len() + WRITERS, "{} of {}", kept.len(), found.len());
}
