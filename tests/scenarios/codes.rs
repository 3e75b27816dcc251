//! Over a socket: each documented code of each operation can be forced, and each code of its gateway. The
//! answer is what the models say, and so is the code in the journal.

mod answer;
mod expected;

use std::fmt::Write as _;
use std::io::{BufReader, Write};
use std::net::TcpStream;

use cloudtwin::runtime::clock::Timestamp;
use contracts::{Operation, Service, catalog};

use crate::client::{HOST, Signed};
use crate::process::Running;
use answer::Answer;

/// A code that is forced once.
struct Forced {
    service: &'static Service,
    operation: &'static Operation,
    code: &'static str,
}

/// Each code of each operation, and behind those of a service's first operation the gateway's other ones.
fn all_of(service: &'static Service) -> Vec<Forced> {
    let gateway = catalog().protocol(service.protocol).unwrap();
    let mut all = Vec::new();
    for (place, operation) in service.operations.iter().enumerate() {
        let gateways = gateway.codes.keys().filter(|code| place == 0 && !operation.documents(code));
        let codes = operation.errors.iter().chain(gateways);
        all.extend(codes.map(|code| Forced { service, operation, code }));
    }
    all
}

/// Rules that act once each, in the order of the requests.
fn scenario(name: &str, all: &[Forced]) -> String {
    let mut text = format!("name = '{name}'\n");
    for Forced { service, operation, code } in all {
        let undocumented = if operation.documents(code) { "" } else { ", undocumented = true" };
        write!(
            text,
            "[[rule]]\nservice = '{}'\noperation = '{}'\nat = 'arrival'\n\
             effect = {{ refuse = '{code}'{undocumented} }}\n",
            service.name, operation.name
        )
        .unwrap();
    }
    text
}

/// A request that names the operation; nothing of it is proved or valid.
fn naming(Forced { service, operation, .. }: &Forced) -> Vec<u8> {
    let Some(http) = &operation.http else {
        let call = Signed {
            version: &operation.version,
            service: &service.name,
            ..Signed::new(&operation.name, "{}", Timestamp(0))
        };
        return call.bytes();
    };
    let filled: Vec<_> =
        http.path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
    let (method, path) = (http.method.as_deref().unwrap_or("POST"), filled.join("/"));
    let head = format!("{method} {path} HTTP/1.1\r\nhost: {HOST}\r\n");
    let body = if method == "GET" { "" } else { "{}" };
    let more = format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    [head, more, body.to_owned()].concat().into_bytes()
}

fn ask(stream: &mut BufReader<TcpStream>, request: &[u8]) -> Answer {
    stream.get_mut().write_all(request).unwrap();
    Answer::read(stream)
}

/// The codes that the journal has of these requests, in their order; it is read in parts, since it keeps
/// only the latest.
fn codes_in_journal(twin: &Running, since: &mut u64, count: usize) -> Vec<String> {
    let page = twin.control("GET", &format!("journal?since={since}"), "");
    *since = page["last"].as_u64().unwrap();
    let entries = page["entries"].as_array().unwrap();
    assert_eq!(entries.len(), count);
    entries.iter().map(|entry| entry["code"].as_str().unwrap().to_owned()).collect()
}

fn force(twin: &Running, service: &'static Service, since: &mut u64) {
    let all = all_of(service);
    let loaded = twin.control("PUT", "scenarios", &scenario(&service.name, &all));
    assert_eq!(loaded["name"], *service.name, "{loaded}");
    let mut stream = BufReader::new(twin.connect());
    for some in all.chunks(1_000) {
        for forced in some {
            let answer = ask(&mut stream, &naming(forced));
            let expected = expected::answer(forced, &answer);
            let place = format!("{} {} {}", service.name, forced.operation.name, forced.code);
            assert_eq!(answer, expected, "{place}");
        }
        let codes: Vec<_> = some.iter().map(|forced| forced.code).collect();
        assert_eq!(codes_in_journal(twin, since, some.len()), codes);
    }
    let shown = twin.control("GET", "scenarios", "");
    let rules = shown[0]["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["fired"] == 1), "{shown}");
    assert_eq!(rules.len(), all.len());
    twin.control("DELETE", "scenarios", "");
}

#[test]
fn every_code_of_every_operation_is_forced_and_answered_as_its_model_says() {
    let twin = Running::start(&["--clock", "frozen"]);
    let mut since = 0;
    for service in &catalog().services {
        force(&twin, service, &mut since);
    }
}
