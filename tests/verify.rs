//! `cloudtwin verify`: the twin keeps its models, a server that lies is caught, and what is not there for tests is
//! only read.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Running, cloudtwin};

/// What comes of the command: its exit code, and its report.
fn reported(mut command: Command, folder: &Path) -> (i32, Value) {
    let output = command.current_dir(folder).output().unwrap();
    let report = std::fs::read(folder.join("report.json"));
    let report = report.unwrap_or_else(|_| panic!("{}", told(&output)));
    (output.status.code().unwrap(), serde_json::from_slice(&report).unwrap())
}

/// The same for `cloudtwin verify` with these arguments.
fn verified(arguments: &[&str]) -> (i32, Value) {
    let folder = TempDir::new().unwrap();
    reported(verify(arguments), folder.path())
}

/// The command, without keys of this environment.
fn verify(arguments: &[&str]) -> Command {
    let mut command = cloudtwin(&[&["verify", "--json", "report.json"], arguments].concat());
    for (name, _) in std::env::vars() {
        if ["TENCENTCLOUD_", "HUAWEICLOUD_", "HW_"].iter().any(|begin| name.starts_with(begin)) {
            command.env_remove(name);
        }
    }
    command
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn cases(report: &Value) -> &Vec<Value> {
    report["cases"].as_array().unwrap()
}

fn findings(report: &Value) -> Vec<&str> {
    let findings = cases(report).iter().flat_map(|case| case["findings"].as_array().unwrap());
    findings.map(|found| found["finding"]["text"].as_str().unwrap()).collect()
}

#[test]
fn the_twin_keeps_every_model() {
    let (code, report) = verified(&["--cases", "4"]);
    assert_eq!((code, findings(&report)), (0, Vec::new()));
    assert!(cases(&report).len() > 150, "{}", cases(&report).len());
    for service in contracts::catalog().services.iter().map(|service| service.name.as_str()) {
        let mut of_service = cases(&report).iter().filter(|case| case["contract"] == service);
        let name = |case: &Value| case["name"].as_str().unwrap().to_owned();
        let has = |what: &str| of_service.clone().any(|case| name(case).starts_with(what));
        assert!(has("story: ") && has("credentials"), "{service}");
        assert!(of_service.all(|case| case["outcome"] == "passed"), "{service}");
    }
}

/// Answers every request with the same body, until the test ends.
fn server_that_says(body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || answer(stream, body));
        }
    });
    format!("http://{address}")
}

/// Answers the requests of a connection.
fn answer(stream: TcpStream, body: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim().to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        reader.read_exact(&mut vec![0; length])?;
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        (&stream).write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
    }
}

#[test]
fn a_server_that_says_yes_to_everything_is_caught() {
    let url = server_that_says(r#"{"Response":{"RequestId":"id","UserStoreSet":null}}"#);
    let of = |operation: &str| {
        let arguments = ["--endpoint", &url, "--service", "ciam", "--operation", operation];
        let (code, report) = verified(&[&arguments[..], &["--cases", "2"]].concat());
        assert_eq!(code, 10);
        findings(&report).join("\n")
    };
    let listed = of("ListUserStore");
    let proof = "ListUserStore is answered although the secret is wrong";
    let taken = "ListUserStore takes a request in which NotInTheModel is unknown";
    assert!(listed.contains(proof) && listed.contains(taken), "{listed}");
    let created = of("CreateUserStore");
    let absent = "CreateUserStore: UserStoreId: absent";
    let more = "CreateUserStore: UserStoreSet: not in the model";
    let story = "step 1, CreateUserStore, has no UserStoreId";
    assert!([absent, more, story].iter().all(|text| created.contains(text)), "{created}");
}

#[test]
fn what_is_on_a_server_stays_as_it_was() {
    let folder = TempDir::new().unwrap();
    let seed = folder.path().join("seed.toml");
    std::fs::write(&seed, "[[ciam.directory]]\nname = \"of somebody\"\n").unwrap();
    let twin = Running::start(&["--seed-file", seed.to_str().unwrap(), "--throttle", "off"]);
    let stores = || {
        let state = twin.control("GET", "state", "");
        let stores = state["tenants"]["default"]["ciam_stores"].as_array();
        stores.into_iter().flatten().find(|store| store["name"] == "of somebody").cloned()
    };
    let arguments = ["--endpoint", &twin.url(), "--service", "ciam", "--cases", "4"];
    // The first call makes the tenant.
    let (code, report) = verified(&[&arguments[..], &["--operation", "ListUserStore"]].concat());
    assert_eq!((code, findings(&report)), (0, Vec::new()));
    let before = stores();
    assert!(before.is_some(), "{}", twin.control("GET", "state", ""));
    let (code, report) = verified(&arguments);
    assert_eq!((code, findings(&report)), (0, Vec::new()));
    assert!(cases(&report).iter().any(|case| case["name"] == "DeleteUserStore"));
    assert_eq!(stores(), before);
}

/// Verifies a host that is not this machine: the twin answers for it, as a proxy and through TLS.
fn verified_afar(more: &[&str]) -> (i32, Value, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let program = env!("CARGO_BIN_EXE_cloudtwin");
    let endpoint = ["--endpoint", "https://ciam.tencentcloudapi.com", "--service", "ciam"];
    let verify = ["--", program, "verify", "--json", "report.json", "--cases", "1"];
    let run = ["run", "--journal", "journal.jsonl", "--throttle", "off", "--jobs", "instant"];
    let command = cloudtwin(&[&run[..], &verify, &endpoint, more].concat());
    let (code, report) = reported(command, folder.path());
    let journal = std::fs::read_to_string(folder.path().join("journal.jsonl")).unwrap();
    let entries = journal.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let called = entries.map(|entry| entry["operation"].as_str().unwrap_or_default().to_owned());
    (code, report, called.collect())
}

#[test]
fn a_server_on_another_machine_is_only_read() {
    let (code, report, called) = verified_afar(&[]);
    assert_eq!((code, findings(&report)), (0, Vec::new()));
    let reads = |name: &String| name.starts_with("List") || name.starts_with("Describe");
    assert!(called.len() > 50 && called.iter().all(reads), "{called:?}");
    let note = report["notes"][0].as_str().unwrap();
    assert!(
        note.starts_with("only reads were sent, as the server is on another machine"),
        "{note}"
    );
}

#[test]
fn it_is_written_to_if_that_is_meant() {
    let (code, report, called) = verified_afar(&["--writes", "--operation", "CreateUserStore"]);
    assert_eq!((code, findings(&report)), (0, Vec::new()));
    assert!(called.iter().any(|name| name == "CreateUserStore"), "{called:?}");
}

/// Exit code and text of a command that is used wrongly.
fn refused(arguments: &[&str]) -> (i32, String) {
    let output = verify(arguments).output().unwrap();
    (output.status.code().unwrap(), told(&output))
}

#[test]
fn wrong_names_and_addresses_are_told() {
    assert_eq!(
        refused(&["--service", "ciamm"]),
        (2, "cloudtwin: there is no service \"ciamm\"; did you mean \"ciam\"?\n".to_owned())
    );
    assert_eq!(
        refused(&["--service", "ciam", "--operation", "ListUsr"]),
        (
            2,
            "cloudtwin: ciam has no operation \"ListUsr\"; did you mean \"ListUser\"?\n".to_owned()
        )
    );
    let (code, text) = refused(&["--endpoint", "127.0.0.1:4588"]);
    assert!(code == 2 && text.contains("no base URL"), "{text}");
    assert_eq!(refused(&["--writes"]).0, 2);
}

#[test]
fn a_server_that_is_not_there_keeps_no_promise() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{gone}");
    let arguments = ["--endpoint", &url, "--service", "ciam", "--operation", "ListUserStore"];
    let (code, report) = verified(&[&arguments[..], &["--cases", "1"]].concat());
    assert_eq!(code, 10);
    let found = findings(&report).join("\n");
    assert!(found.contains("ListUserStore: no answer: "), "{found}");
}

#[test]
fn a_service_without_keys_is_named() {
    let twin = Running::start(&["--throttle", "off"]);
    let (code, report) = verified(&["--endpoint", &twin.url(), "--service", "scim"]);
    assert_eq!(code, 11);
    let notes = report["notes"].as_array().unwrap();
    let note = "scim was not judged: no credentials for scim: set CLOUDTWIN_SCIM_KEY";
    assert!(notes.iter().any(|known| known == note), "{notes:?}");
}
