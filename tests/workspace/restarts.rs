//! Exports over the death of the process: what was answered is there, what was under way is begun
//! again.

use std::path::Path;

use serde_json::Value;

use super::centre::{PROJECT, first_column, rows};
use crate::process::Running;

/// Users in the project.
const USERS: usize = 5_000;

/// A twin over that file, whose exports take a second.
fn start(folder: &Path) -> Running {
    let seed = folder.join("seed.toml");
    let text = format!(
        "[[workspace.project]]\nid = \"{PROJECT}\"\nuser_quota = 9000\n\
         [[workspace.project.users]]\ncount = {USERS}\nuser_name = \"user-{{n:06}}\"\n\
         user_email = \"user-{{n}}@example.com\"\n"
    );
    std::fs::write(&seed, text).unwrap();
    let db = folder.join("state.db");
    Running::start(&[
        "--db",
        db.to_str().unwrap(),
        "--seed-file",
        seed.to_str().unwrap(),
        "--auth",
        "off",
        "--jobs",
        "1",
    ])
}

/// An answer's body, of a call on a connection of its own.
fn call(twin: &Running, method: &str, path: &str, body: &str) -> Vec<u8> {
    let (version, rest) = path.split_once('/').unwrap();
    let text = format!(
        "{method} /{version}/{PROJECT}/{rest} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        twin.address,
        body.len()
    );
    let mut stream = twin.connect();
    std::io::Write::write_all(&mut stream, text.as_bytes()).unwrap();
    let (head, body) = crate::process::read_answer(&mut std::io::BufReader::new(stream)).unwrap();
    assert!(head.starts_with("HTTP/1.1 20"), "{head}");
    body
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn an_export_under_way_is_begun_again_by_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut twin = start(folder.path());
    let exported = || json(&call(&twin, "POST", "v3/users/export", "{}"))["task_id"].clone();
    let (never_begun, begun) = (exported(), exported());
    // The second call has begun the first one's file, and this one begins the second's.
    let user = r#"{"user_name":"late","user_email":"late@example.com"}"#;
    call(&twin, "POST", "v2/users", user);
    let last = json(&call(&twin, "POST", "v3/users/export", "{}"))["task_id"].clone();
    twin.child.kill().unwrap();
    twin.child.wait().unwrap();
    drop(twin);

    let twin = start(folder.path());
    call(&twin, "POST", "v2/users", &user.replace("late", "later"));
    twin.control("PUT", "clock", r#"{"advance_ms": 5000}"#);
    let told = json(&call(&twin, "GET", "v2/export-tasks?status=SUCCESS", ""));
    assert_eq!(told["count"], 3, "{told}");
    for (task, users) in [(never_begun, USERS), (begun, USERS), (last, USERS + 1)] {
        let path = format!("v2/export-tasks/{}/download", task.as_str().unwrap());
        let rows = rows(&call(&twin, "GET", &path, ""));
        // Nobody who came after the call is in the file.
        assert_eq!(rows.len() - 1, users);
        assert!(first_column(&rows[..3]).ends_with("user-000002"));
    }
}
