//! What only sockets show: bounds, keep-alive, pipelining, HTTP/2, odd hosts, faults of ours, a
//! clean end.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use cloudtwin::config::Config;
use cloudtwin::error::Failure;
use cloudtwin::operation::{Call, Empty, operation, query};
use cloudtwin::runtime::clock::Clock;
use cloudtwin::server;
use cloudtwin::twin::Twin;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

use crate::client::{Signed, with_behaviours};
use crate::process::{Running, read_answer};

fn signed(twin: &Running, body: &str) -> Vec<u8> {
    let call = Signed {
        host: &twin.address,
        ..Signed::new("ListUserStore", body.to_owned(), Clock::real().now())
    };
    call.bytes()
}

fn code(body: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(body).unwrap();
    answer["Response"]["Error"]["Code"].as_str().unwrap_or("none").to_owned()
}

#[test]
fn a_connection_serves_many_requests_sent_at_once() {
    let twin = Running::start(&[]);
    let mut stream = twin.connect();
    let request = signed(&twin, "{}");
    stream.write_all(&request.repeat(5)).unwrap();
    let mut reader = BufReader::new(stream);
    for _ in 0..5 {
        let (head, body) = read_answer(&mut reader).unwrap();
        assert!(
            head.starts_with("HTTP/1.1 200 OK\r\n")
                && head.contains("content-type: application/json\r\n"),
            "{head}"
        );
        assert_eq!(code(&body), "none");
    }
}

#[test]
fn http_2_without_tls_is_served_on_the_same_port() {
    let twin = Running::start(&["--auth", "off"]);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let status = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(&twin.address).await.unwrap();
        let io = hyper_util::rt::TokioIo::new(stream);
        let executor = hyper_util::rt::TokioExecutor::new();
        let (mut sender, connection) =
            hyper::client::conn::http2::handshake(executor, io).await.unwrap();
        tokio::spawn(connection);
        let request = hyper::Request::post(format!("http://{}/", twin.address))
            .header("content-type", "application/json")
            .header("x-tc-action", "ListUserStore")
            .header("x-tc-version", "2022-03-31")
            .header("x-tc-timestamp", "1")
            .header("x-tc-region", "ap-guangzhou")
            .body(http_body_util::Full::new(bytes::Bytes::from_static(b"{}")))
            .unwrap();
        let answer = sender.send_request(request).await.unwrap();
        assert_eq!(answer.version(), http::Version::HTTP_2);
        let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
        code(&body)
    });
    assert_eq!(status, "none");
}

#[test]
fn a_body_over_ten_megabytes_gets_the_vendors_error_and_the_connection_ends() {
    let twin = Running::start(&[]);
    let answer = twin.exchange(&signed(&twin, &" ".repeat((10 << 20) + 1)));
    assert!(
        answer.contains("connection: close")
            && answer.contains("\"Code\":\"RequestSizeLimitExceeded\""),
        "{answer}"
    );
    let whole = twin.exchange(&signed(&twin, &format!("{{}}{}", " ".repeat((10 << 20) - 2))));
    assert!(whole.contains("UserStoreSet"), "{whole}");
}

#[test]
fn a_query_over_32_kib_gets_the_vendors_size_error() {
    let twin = Running::start(&[]);
    let request =
        format!("GET /?A={} HTTP/1.1\r\nHost: {}\r\n\r\n", "x".repeat(32 << 10), twin.address);
    assert!(twin.exchange(request.as_bytes()).contains("\"Code\":\"RequestSizeLimitExceeded\""));
}

#[test]
fn what_no_vendor_says_gets_a_plain_answer() {
    let twin = Running::start(&[]);
    let answer = twin.exchange(b"GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 404 ") && answer.contains("no emulated API answers here"),
        "{answer}"
    );
    let tunnel = twin.exchange(b"CONNECT ciam.tencentcloudapi.com:443 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(tunnel.starts_with("HTTP/1.1 405 ") && tunnel.contains("opens no tunnels"), "{tunnel}");
    assert!(twin.exchange(b"NONSENSE\r\n\r\n").starts_with("HTTP/1.1 400 "));
    assert!(
        twin.exchange(b"GET /files/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")
            .starts_with("HTTP/1.1 404 ")
    );
}

#[test]
fn a_broken_body_ends_the_connection_and_nothing_else() {
    let twin = Running::start(&[]);
    let answer = twin.exchange(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\ncloudtwin: the body broke off\n"), "{answer}");
    assert!(twin.exchange(&signed(&twin, "{}")).contains("UserStoreSet"));
}

/// A handler with a fault of ours, found when half of its work is done.
fn panics(call: &mut Call<'_>, _: Value) -> Result<Empty, Failure> {
    call.tx.execute("DELETE FROM ciam_stores", [])?;
    panic!("a handler may panic");
}

/// The address of a twin in this process, served until the runtime ends, in which one operation
/// that writes and one that reads panic.
fn serve_with_faults(runtime: &Runtime) -> String {
    let faults = [operation("CreateUserStore", panics), query("ListUserGroups", panics)];
    serve(runtime, Twin::of(Config::default(), with_behaviours("ciam", faults)).unwrap())
}

/// The address of a twin in this process, served until the runtime ends.
pub fn serve(runtime: &Runtime, twin: Arc<Twin>) -> String {
    let main = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = main.local_addr().unwrap().to_string();
    let listeners = server::Listeners { main, tls: None, aicc_token: None };
    let (stop, hurry) = (std::future::pending(), std::future::pending());
    runtime.spawn(server::serve(twin, listeners, stop, hurry));
    address
}

#[test]
fn a_handler_that_panics_is_the_vendors_internal_error_and_no_more() {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let address = serve_with_faults(&runtime);
    let mut stream = BufReader::new(TcpStream::connect(&address).unwrap());
    let mut ask = |action: &str, input: Value| {
        let now = Clock::real().now();
        let call = Signed { host: &address, ..Signed::new(action, input.to_string(), now) };
        stream.get_mut().write_all(&call.bytes()).unwrap();
        let (head, body) = read_answer(&mut stream).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
        serde_json::from_slice::<Value>(&body).unwrap()["Response"].take()
    };
    let stores = ask("ListUserStore", json!({}))["UserStoreSet"].take();
    let id = &stores[0]["UserStoreId"];
    let page = json!({ "PageSize": 1, "PageNumber": 1 });
    for (action, input) in [
        ("CreateUserStore", json!({ "UserPoolName": "new" })),
        ("ListUserGroups", json!({ "UserStoreId": id, "Pageable": page })),
    ] {
        let refused = ask(action, input);
        assert_eq!(refused["Error"]["Code"], "InternalError", "{action}: {refused}");
        assert!(refused["RequestId"].is_string(), "{action}: {refused}");
    }
    // The half of its work is undone, and all that comes later is served, on the same connection.
    assert_eq!(ask("ListUserStore", json!({}))["UserStoreSet"], stores);
    let group = ask("CreateUserGroup", json!({ "UserStoreId": id, "DisplayName": "staff" }));
    assert!(group["UserGroupId"].is_string(), "{group}");
}

#[test]
fn a_request_whose_reply_is_lost_is_the_vendors_internal_error() {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let twin = Twin::new(Config { auth: false, ..Config::default() }).unwrap();
    let address = serve(&runtime, twin.clone());
    // From now on nobody takes up what is queued for the writer, and its reply with it.
    twin.writer.stop();
    let mut stream = BufReader::new(TcpStream::connect(&address).unwrap());
    let mut ask = |target: &str, headers: &str| {
        let common = "Content-Type: application/json\r\nContent-Length: 2";
        let head =
            format!("POST {target} HTTP/1.1\r\nHost: {address}\r\n{common}\r\n{headers}\r\n");
        stream.get_mut().write_all(format!("{head}{{}}").as_bytes()).unwrap();
        let (head, body) = read_answer(&mut stream).unwrap();
        let status = head.split(' ').nth(1).unwrap().to_owned();
        (status, serde_json::from_slice::<Value>(&body).unwrap())
    };
    let common = "X-TC-Version: 2022-03-31\r\nX-TC-Timestamp: 1\r\nX-TC-Region: ap-guangzhou\r\n";
    let (status, body) = ask("/", &format!("X-TC-Action: ListUserStore\r\n{common}"));
    assert_eq!((&*status, &body["Response"]["Error"]["Code"]), ("200", &json!("InternalError")));
    let (status, body) = ask("/v3/0bec5db98280d2d02fd6c00c2de791ce/users/export", "");
    assert_eq!((&*status, &body["error_code"]), ("500", &json!("APIGW.0601")), "{body}");
    let query = "/apiaccess/rest/cc-management/v1/federationUserMgmt/queryTask";
    let (status, body) = ask(query, "X-APP-Key: twin-app\r\n");
    assert_eq!((&*status, &body["resultCode"]), ("500", &json!("500")), "{body}");
}

#[test]
fn requests_in_flight_end_before_the_twin_does() {
    let mut twin = Running::start(&[]);
    let mut stream = twin.connect();
    let request = signed(&twin, "{}");
    let (head, tail) = request.split_at(request.len() - 1);
    stream.write_all(head).unwrap();
    // Another request answered: the first one's head was taken up before it.
    assert_eq!(twin.control("GET", "health", "")["status"], "ok");
    twin.signal("-TERM");
    let mut rest = String::new();
    // The twin stops listening at once; what it had begun to read it answers.
    stream.write_all(tail).unwrap();
    stream.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("UserStoreSet"), "{rest}");
    assert!(twin.child.wait().unwrap().success());
}
