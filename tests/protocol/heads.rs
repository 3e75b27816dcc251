//! What the head of a request decides before a byte of its body is read: hosts, origins, peers.

use std::io::{BufReader, Read, Write};
use std::time::Duration;

use cloudtwin::runtime::clock::Clock;
use serde_json::Value;

use crate::client::Signed;
use crate::process::{Running, read_answer};

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

#[test]
fn a_request_has_one_valid_host() {
    let twin = Running::start(&[]);
    let ask = |target: &str, version: &str, hosts: &[&str]| {
        let hosts: Vec<_> = hosts.iter().map(|host| ["Host: ", host, "\r\n"].concat()).collect();
        let hosts = hosts.concat();
        let answer =
            twin.exchange(format!("GET {target} HTTP/{version}\r\n{hosts}\r\n").as_bytes());
        (status(&answer), answer)
    };
    let ours = twin.address.as_str();
    for path in ["/_twin/health", "/files/none", "/"] {
        for hosts in [&[][..], &[ours, ours], &[ours, "evil.example"], &["a b"], &["a/b"]] {
            let (status, answer) = ask(path, "1.1", hosts);
            assert_eq!(status, 400, "{path} {hosts:?}: {answer}");
        }
    }
    assert_eq!(ask("/_twin/health", "1.1", &[ours]).0, 200);
    assert_eq!(ask("/_twin/health", "1.1", &["http://127.0.0.1:4588"]).0, 403);
    assert_eq!(ask("/files/none", "1.0", &[]).0, 404);
    // The target's own host counts.
    let health = |host: &str| format!("http://{host}/_twin/health");
    assert_eq!(ask(&health(ours), "1.1", &["evil.example"]).0, 200);
    let (status, answer) = ask(&health("evil.example"), "1.1", &[ours]);
    assert!(status == 403 && answer.contains("wrong_host"), "{answer}");
}

#[test]
fn the_host_of_a_proxys_target_is_the_one_that_is_signed() {
    let twin = Running::start(&[]);
    let call = |host: &'static str, covered: &'static str| {
        let target = "http://ciam.tencentcloudapi.com/".to_owned();
        let call = Signed::new("ListUserStore", "{}", Clock::real().now());
        twin.exchange(&Signed { host, covered_host: Some(covered), target, ..call }.bytes())
    };
    let real = "ciam.tencentcloudapi.com";
    assert!(call(real, real).contains("UserStoreSet"));
    assert!(call("127.0.0.1", real).contains("UserStoreSet"));
    assert!(call("127.0.0.1", "127.0.0.1").contains("AuthFailure.SignatureFailure"));
}

/// The end of a connection that sends a head with this body announced, and waits for the answer
/// before it sends more.
fn refused_by_head(twin: &Running, line: &str, headers: &str) -> String {
    let mut stream = twin.connect();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let head = format!("{line} HTTP/1.1\r\n{headers}Content-Length: 100000000\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    // A part of what was announced, more than any buffer between the two holds.
    let part = vec![b' '; 1 << 20];
    let taken = (0..90).take_while(|_| stream.write_all(&part).is_ok()).count();
    assert!(taken > 60, "{taken} MiB were taken before the connection broke");
    let mut answer = Vec::new();
    _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_body_of_a_refused_caller_is_not_kept() {
    let twin = Running::start(&[]);
    let before = twin.peak_mib();
    let evil = "Host: evil.example\r\nOrigin: https://evil.example\r\n";
    refused_by_head(&twin, "PUT /_twin/state", evil);
    refused_by_head(&twin, "POST /", &format!("Host: {}\r\nOrigin: null\r\n", twin.address));
    let more = twin.peak_mib() - before;
    assert!(more < 30, "+{more} MiB");
    let state = twin.control("GET", "state", "");
    assert_eq!(state["tenants"], serde_json::json!({}));
}

#[test]
fn pages_of_other_sites_are_refused_on_every_path_and_in_the_journal() {
    let twin = Running::start(&["--auth", "off"]);
    let ours = twin.address.clone();
    let ask = |path: &str, headers: &str| {
        twin.exchange(format!("GET {path} HTTP/1.1\r\n{headers}\r\n").as_bytes())
    };
    let call = "/?Action=CreateUserStore&Version=2022-03-31&Region=ap-guangzhou&UserPoolName=x&SecretId=AKIDtwin";
    let pages = [
        format!("Host: {ours}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("Host: {ours}\r\nSec-Fetch-Site: same-site\r\n"),
        format!("Host: {ours}\r\nOrigin: https://evil.example\r\n"),
        format!("Host: {ours}\r\nOrigin: http://{ours}\r\nOrigin: https://evil.example\r\n"),
        "Host: evil.example:4588\r\nUser-Agent: Mozilla/5.0\r\n".to_owned(),
    ];
    for page in &pages {
        for path in [call, "/v2/p/users", "/apiaccess/x", "/files/x/y", "/_twin/clock", "/x"] {
            let answer = ask(path, page);
            assert_eq!(status(&answer), 403, "{path} {page}: {answer}");
        }
    }
    let journal = twin.control("GET", "journal", "");
    let entries = journal["entries"].as_array().unwrap();
    assert_eq!(entries.len(), pages.len() * 5);
    let refused = |entry: &Value| entry["outcome"] == "not_ours" && entry["status"] == 403;
    assert!(entries.iter().all(refused), "{journal}");
    // A local page may use the control interface; a program may do all, by a name of its network.
    let local = format!("Host: {ours}\r\nOrigin: http://localhost:3000\r\n");
    assert_eq!(
        status(&ask("/_twin/clock", &format!("{local}Sec-Fetch-Site: cross-site\r\n"))),
        200
    );
    assert_eq!(status(&ask(call, "Host: cloudtwin:4588\r\nSec-Fetch-Mode: cors\r\n")), 200);
}

#[test]
fn a_refusal_by_the_head_ends_its_connection_only() {
    let twin = Running::start(&[]);
    let mut stream = BufReader::new(twin.connect());
    stream.get_mut().write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    let (head, _) = read_answer(&mut stream).unwrap();
    assert!(head.starts_with("HTTP/1.1 400 ") && head.contains("connection: close"), "{head}");
    assert_eq!(twin.control("GET", "health", "")["status"], "ok");
}
