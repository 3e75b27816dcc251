//! HEAD on every kind of path: the headers of an answer, its length, and no body (RFC 9110, 9.3.2).

use cloudtwin::runtime::clock::Clock;
use http::Method;
use http::header::{CONTENT_LENGTH, HOST, ORIGIN};
use http_body_util::Full;
use serde_json::{Value, json};
use tokio::runtime::Builder;

use super::client::Client;
use crate::client::Signed;
use crate::process::Running;

/// The path of a finished export.
fn finished_file(twin: &Running) -> String {
    let call = |action: &str, input: Value| {
        let now = Clock::real().now();
        let call = Signed { host: &twin.address, ..Signed::new(action, input.to_string(), now) };
        let answer = twin.exchange(&call.bytes());
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str::<Value>(body).unwrap()["Response"].take()
    };
    let store = call("ListUserStore", json!({}))["UserStoreSet"][0]["UserStoreId"].take();
    call("CreateFileExportUserJob", json!({ "UserStoreId": store, "Format": "CSV" }));
    let jobs = call("ListJobs", json!({ "UserStoreId": store }));
    let location = jobs["JobSet"][0]["Location"].as_str().unwrap();
    location.strip_prefix(&twin.url()).unwrap().to_owned()
}

#[test]
fn no_path_answers_head_with_a_body() {
    let twin = Running::start(&["--jobs", "instant"]);
    let file = finished_file(&twin);
    // With the status for HEAD, and whether a GET is answered likewise.
    let paths = [
        ("/", 200, false),
        ("/v3/regions", 404, false),
        ("/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask", 405, true),
        ("/_twin/health", 405, false),
        ("/_twin/nothing", 404, true),
        (&file, 200, true),
        ("/files/none/x", 404, true),
        ("/favicon.ico", 404, true),
    ];
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for is_http_2 in [false, true] {
            let ask = async |method: Method, path: &str, origin: Option<&str>| {
                let target = if is_http_2 { twin.url() + path } else { path.to_owned() };
                let mut request = http::Request::builder().method(method).uri(target);
                if !is_http_2 {
                    request = request.header(HOST, &twin.address);
                }
                if let Some(origin) = origin {
                    request = request.header(ORIGIN, origin);
                }
                let request = request.body(Full::default()).unwrap();
                let mut client = Client::connect(&twin, is_http_2).await;
                client.ask(request).await
            };
            for (path, status, is_like_get) in paths {
                for (origin, status) in [(None, status), (Some("https://evil.example"), 403)] {
                    let (found, headers, body) = ask(Method::HEAD, path, origin).await;
                    let what = format!("{path}, {origin:?}, HTTP/2: {is_http_2}");
                    assert_eq!((found.as_u16(), body.len()), (status, 0), "{what}");
                    let length: usize = headers[CONTENT_LENGTH].to_str().unwrap().parse().unwrap();
                    assert!(length > 0, "{what}");
                    if is_like_get || origin.is_some() {
                        let (found, got, body) = ask(Method::GET, path, origin).await;
                        assert_eq!((found.as_u16(), body.len()), (status, length), "{what}");
                        assert_eq!(got["content-type"], headers["content-type"], "{what}");
                    }
                }
            }
        }
    });
}

#[test]
fn a_connection_is_used_on_after_head() {
    let twin = Running::start(&[]);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for is_http_2 in [false, true] {
            let mut client = Client::connect(&twin, is_http_2).await;
            for method in [Method::HEAD, Method::GET, Method::HEAD, Method::GET] {
                let path = if is_http_2 { twin.url() + "/x" } else { "/x".to_owned() };
                let request = http::Request::builder().method(&method).uri(path);
                let request = if is_http_2 { request } else { request.header(HOST, &twin.address) };
                let (status, _, body) = client.ask(request.body(Full::default()).unwrap()).await;
                assert_eq!((status.as_u16(), body.is_empty()), (404, method == Method::HEAD));
            }
        }
    });
}
