//! The contact centre of a twin in a process of its own, over real sockets.

use serde_json::{Value, json};

use super::center::{SECRET, TOKEN};
use crate::process::Running;

/// Status and body of a POST to that address.
pub(super) fn post(
    twin: &Running,
    address: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> (String, Value) {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    let answer = exchange(twin, address, &(head + body));
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split_whitespace().nth(1).unwrap().to_owned();
    (status, serde_json::from_str(body).unwrap())
}

/// What that address answers to this text, up to its end.
pub(super) fn exchange(twin: &Running, address: &str, text: &str) -> String {
    use std::io::{Read as _, Write as _};
    if address == twin.address {
        return twin.exchange(text.as_bytes());
    }
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The headers that a new token makes.
pub(super) fn bearer(twin: &Running, address: &str) -> String {
    let body = json!({ "app_key": "twin-app", "app_secret": SECRET }).to_string();
    let (status, said) = post(twin, address, TOKEN, "", &body);
    assert_eq!(status, "200", "{said}");
    let token = said["AccessToken"].as_str().unwrap();
    format!("X-APP-Key: twin-app\r\nAuthorization: Bearer {token}\r\n")
}
