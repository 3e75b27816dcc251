//! What the journal says of answers on their way: whether the last byte left the twin.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use bytes::Bytes;
use cloudtwin::config::Config;
use cloudtwin::error::Failure;
use cloudtwin::journal::Filter;
use cloudtwin::operation::{Call, RawJson, operation};
use cloudtwin::runtime::clock::Stopwatch;
use cloudtwin::twin::Twin;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::sockets::serve;
use crate::client::with_behaviours;
use crate::process::read_answer;

/// More than the buffers of two sockets and a window of HTTP/2 hold.
const LARGE: usize = 64 << 20;

/// Longest time until the journal knows.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer of the length that the input names.
#[expect(clippy::unnecessary_wraps, reason = "the form of a handler")]
fn fill(_: &mut Call<'_>, input: Value) -> Result<RawJson, Failure> {
    let length = input["UserPoolName"].as_str().unwrap().parse().unwrap();
    Ok(RawJson(json!({ "Description": "x".repeat(length) }).to_string().into_bytes()))
}

struct World {
    runtime: Runtime,
    twin: Arc<Twin>,
    address: String,
}

impl World {
    fn new() -> Self {
        Self::of(|_| {}, fill)
    }

    fn of(
        change: impl FnOnce(&mut Config),
        create: fn(&mut Call<'_>, Value) -> Result<RawJson, Failure>,
    ) -> Self {
        let mut config = Config { auth: false, ..Config::default() };
        change(&mut config);
        let services = with_behaviours("ciam", [operation("CreateUserStore", create)]);
        let twin = Twin::of(config, services).unwrap();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let address = serve(&runtime, Arc::clone(&twin));
        Self { runtime, twin, address }
    }

    /// What the journal knows of all answers, in the order in which they were decided, once it knows
    /// of so many.
    fn sent(&self, count: usize) -> Vec<bool> {
        let watch = Stopwatch::start();
        loop {
            let page = self.twin.journal.read(&Filter::default()).unwrap();
            let page: Value = serde_json::from_slice(&page).unwrap();
            let entries = page["entries"].as_array().unwrap();
            let known: Vec<_> =
                entries.iter().filter_map(|entry| entry["sent"].as_bool()).collect();
            if known.len() >= count {
                return known;
            }
            assert!(watch.elapsed() < PATIENCE, "{known:?}");
            std::thread::yield_now();
        }
    }

    /// A request for an answer of that length, over HTTP/1.1.
    fn request(&self, method: &str, length: usize) -> Vec<u8> {
        let body = json!({ "UserPoolName": length.to_string() }).to_string();
        let common = headers().map(|(name, value)| format!("{name}: {value}\r\n")).concat();
        let (address, size) = (&self.address, body.len());
        let head = format!(
            "{method} / HTTP/1.1\r\nhost: {address}\r\ncontent-length: {size}\r\n{common}\r\n"
        );
        [head, body].concat().into_bytes()
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).unwrap()
    }

    async fn http2(&self) -> http2::SendRequest<Full<Bytes>> {
        let stream = tokio::net::TcpStream::connect(&self.address).await.unwrap();
        let io = TokioIo::new(stream);
        let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.unwrap();
        tokio::spawn(connection);
        sender
    }

    fn http2_request(&self, method: &str, length: usize) -> hyper::Request<Full<Bytes>> {
        let body = json!({ "UserPoolName": length.to_string() }).to_string();
        let mut request = hyper::Request::builder().method(method);
        for (name, value) in headers() {
            request = request.header(name, value);
        }
        request.uri(format!("http://{}/", self.address)).body(Full::from(body)).unwrap()
    }
}

fn headers() -> [(&'static str, &'static str); 5] {
    [
        ("content-type", "application/json"),
        ("x-tc-action", "CreateUserStore"),
        ("x-tc-version", "2022-03-31"),
        ("x-tc-timestamp", "1"),
        ("x-tc-region", "ap-guangzhou"),
    ]
}

#[test]
fn answers_that_left_the_twin_are_sent_with_and_without_a_body() {
    let world = World::new();
    let mut stream = BufReader::new(world.connect());
    for length in [0, 10, 1 << 20, LARGE] {
        stream.get_mut().write_all(&world.request("POST", length)).unwrap();
        let (head, body) = read_answer(&mut stream).unwrap();
        assert!(head.starts_with("HTTP/1.1 200 ") && body.len() > length, "{head}");
    }
    let others = ["GET /nothing HTTP/1.1\r\nhost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n"];
    for (number, request) in others.into_iter().enumerate() {
        stream.get_mut().write_all(request.as_bytes()).unwrap();
        let (head, _) = read_answer(&mut stream).unwrap();
        assert!(head.starts_with(["HTTP/1.1 404 ", "HTTP/1.1 400 "][number]), "{head}");
    }
    let mut stream = world.connect();
    let head = world.request("HEAD", 10);
    let end = head.windows(2).position(|two| two == b"{\"").unwrap();
    let head =
        String::from_utf8(head[..end].to_vec()).unwrap().replace("content-length: 21\r\n", "");
    stream.write_all(head.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert_eq!(world.sent(7), [true; 7]);
}

#[test]
fn an_answer_of_which_the_client_takes_the_beginning_is_not_sent() {
    let world = World::new();
    let mut stream = world.connect();
    stream.write_all(&world.request("POST", LARGE)).unwrap();
    stream.read_exact(&mut [0; 100]).unwrap();
    drop(stream);
    assert_eq!(world.sent(1), [false]);
}

/// The handler of the next test begins, and ends when it may.
static GATE: Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>> = Mutex::new(None);

fn fill_behind_the_gate(call: &mut Call<'_>, input: Value) -> Result<RawJson, Failure> {
    let (begun, end) = GATE.lock().unwrap().take().unwrap();
    begun.send(()).unwrap();
    end.recv().unwrap();
    fill(call, input)
}

#[test]
fn an_answer_whose_client_left_before_it_is_not_sent() {
    let world = World::of(|_| {}, fill_behind_the_gate);
    let ((begun, has_begun), (end, may_end)) = (mpsc::channel(), mpsc::channel());
    *GATE.lock().unwrap() = Some((begun, may_end));
    let mut stream = world.connect();
    stream.write_all(&world.request("POST", LARGE)).unwrap();
    has_begun.recv().unwrap();
    drop(stream);
    end.send(()).unwrap();
    assert_eq!(world.sent(1), [false]);
}

#[test]
fn over_http_2_answers_are_sent_or_given_up_each_for_itself() {
    let world = World::new();
    world.runtime.block_on(async {
        let mut sender = world.http2().await;
        for (method, length) in [("POST", 10), ("POST", 1000), ("HEAD", 10), ("POST", LARGE)] {
            let request = world.http2_request(method, length);
            let answer = sender.send_request(request).await.unwrap();
            assert_eq!(answer.status(), 200);
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body.len() > length, method == "POST");
        }
        // The answer is dropped with its head read: the stream ends, the connection goes on.
        let large = sender.send_request(world.http2_request("POST", LARGE)).await.unwrap();
        drop(large);
        let small = sender.send_request(world.http2_request("POST", 10)).await.unwrap();
        small.into_body().collect().await.unwrap();
    });
    assert_eq!(world.sent(6), [true, true, true, true, false, true]);
    world.runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(&world.address).await.unwrap();
        let (mut sender, connection) =
            http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(world.http2_request("POST", LARGE)).await.unwrap();
        connection.abort();
        drop(answer);
    });
    assert_eq!(world.sent(7)[6..], [false]);
}

#[test]
fn the_file_has_an_entry_once_its_end_is_known_and_the_rest_when_the_twin_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.ndjson");
    let world = World::of(|config| config.journal.file = Some(path.clone()), fill);
    // It is read no further, and stays on its way: there is room for the next one.
    let mut slow = world.connect();
    slow.write_all(&world.request("POST", LARGE / 2)).unwrap();
    slow.read_exact(&mut [0; 100]).unwrap();
    let mut quick = BufReader::new(world.connect());
    quick.get_mut().write_all(&world.request("POST", 10)).unwrap();
    read_answer(&mut quick).unwrap();
    assert_eq!(world.sent(1), [true]);
    world.twin.close();
    let lines = std::fs::read_to_string(&path).unwrap();
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let told: Vec<_> =
        lines.map(|line| (line["number"].as_u64().unwrap(), line["sent"].as_bool())).collect();
    assert_eq!(told, [(2, Some(true)), (1, None)]);
}
