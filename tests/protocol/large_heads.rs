//! Bounds on the number of headers and on their size.

use http::{HeaderMap, HeaderName, HeaderValue, Request};
use http_body_util::Full;
use serde_json::Value;
use tokio::runtime::Builder;

use super::client::Client;
use crate::process::Running;

/// Most headers.
const COUNT: usize = 100;

/// Most bytes of line and headers.
const BYTES: usize = 64 << 10;

/// Status and text of the answer to a request for a path that no vendor serves.
fn ask(twin: &Running, is_http_2: bool, path: &str, headers: &HeaderMap) -> (u16, String) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let target = if is_http_2 { twin.url() + path } else { path.to_owned() };
        let mut request = Request::get(target).body(Full::default()).unwrap();
        *request.headers_mut() = headers.clone();
        let (status, _, body) = Client::connect(twin, is_http_2).await.ask(request).await;
        (status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
    })
}

/// So many headers, a host among them.
fn many(twin: &Running, count: usize) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("host", twin.address.parse().unwrap());
    for number in 1..count {
        headers.append("x-more", HeaderValue::from(number));
    }
    headers
}

/// A host and a long header: so many bytes with the line of a request for `/x` of this version.
fn long(twin: &Running, bytes: usize, is_http_2: bool) -> HeaderMap {
    let mut headers = many(twin, 1);
    let target = if is_http_2 { "http".len() + twin.address.len() + 2 } else { 2 };
    let host = "host".len() + twin.address.len() + 4;
    let rest = bytes - "GET".len() - target - host - "x-more".len() - 4;
    let value = HeaderValue::from_str(&"x".repeat(rest)).unwrap();
    headers.insert(HeaderName::from_static("x-more"), value);
    headers
}

/// What the journal says of the latest request.
fn latest(twin: &Running) -> Value {
    twin.control("GET", "journal", "")["entries"].as_array_mut().unwrap().pop().unwrap_or_default()
}

#[test]
fn a_head_with_too_many_headers_or_bytes_is_refused_with_a_reason() {
    let twin = Running::start(&[]);
    for is_http_2 in [false, true] {
        let (status, _) = ask(&twin, is_http_2, "/x", &many(&twin, COUNT));
        assert_eq!(status, 404);
        let (status, _) = ask(&twin, is_http_2, "/x", &long(&twin, BYTES, is_http_2));
        assert_eq!(status, 404);
        let count = |count: usize| {
            let why = format!("a request may have 100 headers, and this one has {count}");
            (many(&twin, count), why)
        };
        let bytes = |bytes: usize| {
            let why = format!(
                "a request's line and headers may take 64 KiB, and these take {bytes} bytes"
            );
            (long(&twin, bytes, is_http_2), why)
        };
        for (headers, why) in
            [count(COUNT + 1), count(2 * COUNT), bytes(BYTES + 1), bytes(BYTES + BYTES / 2)]
        {
            for path in ["/x", "/v3/regions", "/files/x"] {
                if path != "/x" && why.contains("bytes") {
                    continue; // its size is reckoned for `/x`
                }
                let (status, text) = ask(&twin, is_http_2, path, &headers);
                assert_eq!((status, text), (431, format!("cloudtwin: {why}\n")), "{path}");
                let entry = latest(&twin);
                assert_eq!(
                    (&entry["status"], &entry["explanation"]),
                    (&431.into(), &(*why).into())
                );
                assert_eq!((&entry["path"], &entry["outcome"]), (&path.into(), &"not_ours".into()));
            }
            let before = latest(&twin);
            assert_eq!(ask(&twin, is_http_2, "/_twin/health", &headers).0, 431);
            assert_eq!(latest(&twin), before, "the control interface is in no journal");
        }
    }
}

#[test]
fn a_head_far_beyond_the_bounds_ends_its_own_connection_only() {
    let twin = Running::start(&[]);
    let lines = "x-more: 1\r\n".repeat(10 * COUNT);
    let large = format!("x-more: {}\r\n", "x".repeat(4 * BYTES));
    for more in [lines, large] {
        let head = format!("GET /x HTTP/1.1\r\nHost: {}\r\n{more}\r\n", twin.address);
        // The answer may be lost with the connection, since the rest of the head is never read.
        let answer = twin.exchange(head.as_bytes());
        assert!(!answer.contains("no emulated API"), "{answer}");
        assert_eq!(twin.control("GET", "health", "")["status"], "ok");
    }
    let log = twin.stop();
    assert_eq!(log.matches("a request's head was far too large").count(), 2, "{log}");
}
