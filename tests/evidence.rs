//! The journal as evidence: typed entries, complete or said to be incomplete, and a file of all.

use contracts::conversation::{Entry, Outcome, Page};
use serde_json::json;
use tempfile::TempDir;

use crate::client::{Signed, World};
use crate::process::Running;

fn page(world: &World, query: cloudtwin::journal::Filter) -> Page {
    serde_json::from_slice(&world.twin.journal.read(&query).unwrap()).unwrap()
}

fn all(world: &World) -> Vec<Entry> {
    page(world, cloudtwin::journal::Filter::default()).entries
}

#[test]
fn an_entry_holds_the_input_and_what_a_refusal_answered() {
    let world = World::new();
    let store = world.store("people");
    let mut input = json!({
        "UserStoreId": store, "UserName": "u", "PhoneNumber": "+86-13800000000", "Email": "u@e.cc",
        "Password": "hunter2-hunter2", "Nickname": null,
    });
    world.ok("CreateUser", input.clone());
    world.code("CreateUser", input.clone());
    let entries = all(&world);
    let [_, created, refused] = &entries[..] else { panic!("{entries:?}") };
    assert_eq!(created.protocol.as_deref(), Some("tencent_api3"));
    // A null member is an absent one.
    input.as_object_mut().unwrap().remove("Nickname");
    input["Password"] = json!("***");
    assert_eq!((created.input.as_ref(), refused.input.as_ref()), (Some(&input), Some(&input)));
    // A good answer is known by its size alone unless it is asked for.
    assert_eq!((created.outcome, &created.answer), (Outcome::Answered, &None));
    assert!(created.answer_size.unwrap() > 40);
    assert_eq!(refused.outcome, Outcome::Refused);
    let answer = refused.answer.as_ref().unwrap();
    assert!(answer.contains(refused.code.as_ref().unwrap()), "{answer}");
    assert_eq!(refused.answer_size, Some(u64::try_from(answer.len()).unwrap()));
}

#[test]
fn input_from_path_and_query_is_put_together_and_secrets_are_those_of_the_model() {
    let world = World::with(|config| {
        config.auth = false;
        config.journal.answers_max = 1 << 10;
    });
    let ask = |method: &str, target: &str, body: &serde_json::Value| {
        let mut headers = http::HeaderMap::new();
        headers.insert("host", "127.0.0.1:4588".parse().unwrap());
        headers.insert("content-type", "application/json".parse().unwrap());
        let body = bytes::Bytes::from(body.to_string());
        world.send(crate::client::request(method.parse().unwrap(), target, headers, body));
        all(&world).pop().unwrap()
    };
    let body = json!({
        "op_type": "RESET_PWD", "user_name": "password=x", "secret_of_nobody": "hunter2", "deep": [{ "sk": "hunter2" }],
    });
    let entry = ask("POST", "/v2/p/users/7/actions?note=1", &body);
    let input = entry.input.or_else(|| serde_json::from_str(&entry.body).ok()).unwrap();
    assert_eq!(input["op_type"], "RESET_PWD", "{input}");
    assert!(!input.to_string().contains("hunter2"), "{input}");
    // A token to page on with is no secret, whatever its name looks like; a token of IAM is one.
    let login = json!({ "auth": { "identity": { "methods": ["password"], "password": { "user": {
        "name": "any", "password": "hunter2", "domain": { "name": "twin" } } } } } });
    let entry = ask("POST", "/v3/auth/tokens", &login);
    assert!(!serde_json::to_string(&entry).unwrap().contains("hunter2"));
}

#[test]
fn a_reader_pages_on_and_is_told_what_it_lost() {
    let world = World::new();
    let limited = |since, limit| {
        let limit = Some(limit);
        page(&world, cloudtwin::journal::Filter { since: Some(since), limit, ..Default::default() })
    };
    for _ in 0..5 {
        world.ok("ListUserStore", json!({}));
    }
    let (mut since, mut numbers) = (0, Vec::new());
    loop {
        let page = limited(since, 2);
        assert_eq!(page.lost, 0);
        if page.entries.is_empty() {
            break;
        }
        numbers.extend(page.entries.iter().map(|entry| entry.number));
        since = page.last;
    }
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    for _ in 0..cloudtwin::journal::ENTRIES_MAX {
        world.send(Signed::new("None", "{}", world.twin.clock.now()).request());
    }
    assert_eq!((limited(0, 1).lost, limited(3, 1).lost, limited(5, 1).lost), (5, 2, 0));
    // What was cleared was not lost.
    world.twin.journal.clear(None);
    assert_eq!(limited(5, 1).lost, 0);
}

#[test]
fn the_file_has_every_entry_with_its_connection_and_its_times() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("journal.ndjson");
    std::fs::write(&file, "of another run\n").unwrap();
    let twin = Running::start(&[
        "--journal",
        file.to_str().unwrap(),
        "--journal-answers",
        "65536",
        "--throttle",
        "off",
    ]);
    let now = cloudtwin::runtime::clock::Clock::real().now();
    let bytes = Signed { host: &twin.address, ..Signed::new("ListUserStore", "{}", now) }.bytes();
    for _ in 0..20 {
        assert!(twin.exchange(&bytes.repeat(3)).contains("200 OK"));
    }
    twin.stop();
    let text = std::fs::read_to_string(&file).unwrap();
    let mut entries: Vec<Entry> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    // A line is written once its answer is sent, which another connection's may be before.
    entries.sort_by_key(|entry| entry.number);
    assert_eq!(entries.len(), 60);
    for (number, entry) in (1..).zip(&entries) {
        assert_eq!(entry.number, number);
        assert!(entry.arrived_us <= entry.ended_us, "{entry:?}");
        let answer: serde_json::Value =
            serde_json::from_str(entry.answer.as_ref().unwrap()).unwrap();
        assert_eq!(answer["Response"]["RequestId"], *entry.request_id);
    }
    let mut arrivals: Vec<_> = entries.iter().map(|entry| entry.arrival).collect();
    arrivals.sort_unstable();
    assert_eq!(arrivals, (1..=60).collect::<Vec<_>>());
    for connection in 1..=20 {
        let of = entries.iter().filter(|entry| entry.connection == connection);
        assert_eq!(of.map(|entry| entry.position).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

#[test]
fn a_file_on_a_full_disk_is_said_once_and_serving_goes_on() {
    let full = std::path::Path::new("/dev/full");
    if !full.exists() {
        return;
    }
    let twin = Running::start(&["--journal", "/dev/full"]);
    let now = cloudtwin::runtime::clock::Clock::real().now();
    let call = Signed { host: &twin.address, ..Signed::new("ListUserStore", "{}", now) };
    for _ in 0..5 {
        assert!(twin.exchange(&call.bytes()).contains("200 OK"));
    }
    let log = twin.stop();
    assert_eq!(log.matches("cannot write the journal's file").count(), 1, "{log}");
    assert!(log.contains("lost=5"), "{log}");
}

#[test]
fn a_file_that_cannot_be_created_stops_the_start() {
    let output =
        crate::process::cloudtwin(&["serve", "--listen", "127.0.0.1:0", "--journal", "/nowhere/j"])
            .output()
            .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("cannot create the journal's file"), "{said}");
}
