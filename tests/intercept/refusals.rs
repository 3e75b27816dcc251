//! What the proxy refuses, and how it says so.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use super::client::{connection, distrusting, tunnel};
use super::{HOST, Twin};
use crate::process::{Running, cloudtwin};

#[test]
fn other_hosts_are_refused_and_the_journal_says_so() {
    let twin = Twin::start(&[]);
    let (head, mut stream) = tunnel(&twin.address, "example.com:443");
    let mut body = String::new();
    stream.read_to_string(&mut body).unwrap();
    assert!(head.starts_with("HTTP/1.1 403 "), "{head}");
    let why = "example.com is not modelled and may not be reached \
               (cloudtwin --allow-host example.com)";
    assert_eq!(body, format!("cloudtwin: {why}\n"));
    let plain = twin.exchange(
        b"GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n",
    );
    assert!(plain.starts_with("HTTP/1.1 403 ") && plain.ends_with(&body), "{plain}");
    let page = twin.control("GET", "journal", "");
    let entries = page["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{page}");
    for entry in entries {
        assert_eq!((&entry["status"], &entry["outcome"]), (&403.into(), &"not_ours".into()));
    }
    let (unmodelled, _) = tunnel(&twin.address, "cvm.tencentcloudapi.com:443");
    assert!(unmodelled.starts_with("HTTP/1.1 403 "), "{unmodelled}");
}

#[test]
fn an_allowed_host_is_reached_and_one_that_is_not_there_is_said_so() {
    let host = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = host.local_addr().unwrap().to_string();
    let twin = Twin::start(&["--allow-host", "*.example.com", "--allow-host", "127.0.0.1"]);
    let (head, mut client) = tunnel(&twin.address, &target);
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let (mut server, _) = host.accept().unwrap();
    client.write_all(b"question").unwrap();
    let mut bytes = [0; 8];
    server.read_exact(&mut bytes).unwrap();
    assert_eq!(&bytes, b"question");
    server.write_all(b"answer").unwrap();
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "answer");
    drop(host);
    let (gone, _) = tunnel(&twin.address, &target);
    assert!(gone.starts_with("HTTP/1.1 502 "), "{gone}");
}

#[test]
fn the_twins_own_address_is_reached_through_a_tunnel_too() {
    let twin = Twin::start(&[]);
    let (head, mut stream) = tunnel(&twin.address, &twin.address);
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    write!(stream, "GET /_twin/health HTTP/1.0\r\nHost: {}\r\n\r\n", twin.address).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 "), "{answer}");
}

#[test]
fn a_client_that_does_not_trust_the_ca_is_in_the_log() {
    let twin = Twin::start(&[]);
    let (_, mut stream) = tunnel(&twin.address, &format!("{HOST}:443"));
    let mut tls = connection(&distrusting(), HOST);
    let error = tls.complete_io(&mut stream).unwrap_err();
    assert!(error.to_string().contains("invalid peer certificate"), "{error}");
    // The twin ends the connection once it has read why.
    while stream.read(&mut [0; 1024]).is_ok_and(|count| count > 0) {}
    let log = twin.running.stop();
    assert!(log.contains("a client does not trust the twin's certificate"), "{log}");
}

#[test]
fn wrong_options_are_refused_with_one_line() {
    let said = |arguments: &[&str]| {
        let output = cloudtwin(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let line = said(&["serve", "--intercept", "on"]);
    assert_eq!(
        line,
        "cloudtwin: --intercept on needs --ca-dir DIR: clients must trust DIR/ca.pem\n"
    );
    let line = said(&["serve", "--allow-host", "example.com"]);
    assert_eq!(line, "cloudtwin: --ca-dir, --tls and --allow-host need --intercept on\n");
    let line = said(&["run", "--allow-host", "example.com:443", "--", "true"]);
    assert!(line.contains("was expected, without a port"), "{line}");
    let line = said(&["run", "--ca-dir", "/dev/null/ca", "--", "true"]);
    assert_eq!(
        line,
        "cloudtwin: cannot use /dev/null/ca/ca.pem for the CA: Not a directory (os error 20)\n"
    );
}

#[test]
fn without_interception_there_is_no_tunnel() {
    let twin = Running::start(&[]);
    let (head, _) = tunnel(&twin.address, &format!("{HOST}:443"));
    assert!(head.starts_with("HTTP/1.1 405 "), "{head}");
}
