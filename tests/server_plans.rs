//! How the server sends answers that a plan spoils: what clients see, and what the journal says of it.

mod http1;
mod http2;
mod tls;

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cloudtwin::config::{Config, InterceptSettings};
use cloudtwin::journal::Filter;
use cloudtwin::pipeline::{self, Reply};
use cloudtwin::protocol::Protocol;
use cloudtwin::runtime::clock::Stopwatch;
use cloudtwin::server::{Listeners, serve_with};
use cloudtwin::twin::Twin;
use cloudtwin::wire::{Body, Dribble, Fate, Part, Plan, Request};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Longest time for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// The pauses of the plans that make some.
const PAUSE: Duration = Duration::from_millis(30);

/// The body of an answer, which has a file with the same bytes too.
const TEXT: &[u8] = b"0123456789";

/// The length of a file that fills the buffers of two sockets.
const LARGE: usize = 16 << 20;

/// What stands in the place of an answer.
const GARBAGE: &[u8] = b"\0\xffno protocol\r\n";

/// The plans by name; a request names its own in a header.
fn plan(name: &str) -> Option<Plan> {
    let (delay, dribble) = (Duration::ZERO, None);
    let of = |fate| Some(Plan { delay, fate, dribble });
    match name {
        "delay" => Some(Plan { delay: PAUSE, ..Plan::default() }),
        "hold" => Some(Plan { delay: Duration::from_secs(3600), ..Plan::default() }),
        "dribble" => {
            let dribble = Some(Dribble { bytes: 4, pause: PAUSE });
            Some(Plan { dribble, ..Plan::default() })
        }
        "drop" => of(Fate::Dropped),
        "delay and drop" => Some(Plan { delay: PAUSE, fate: Fate::Dropped, dribble }),
        "reset" => of(Fate::Reset),
        "garbage" => of(Fate::Garbage(Bytes::from_static(GARBAGE))),
        "cut 0" => of(Fate::Cut(Part::Bytes(0))),
        "cut 4" => of(Fate::Cut(Part::Bytes(4))),
        "cut 99" => of(Fate::Cut(Part::Bytes(99))),
        "cut half" => of(Fate::Cut(Part::Fraction(0.5))),
        "cut 4 and reset" => of(Fate::CutAndReset(Part::Bytes(4))),
        _ => None,
    }
}

/// The pipeline, with the bodies and plans of these tests.
fn spoil(
    twin: &Arc<Twin>,
    protocol: Option<&'static dyn Protocol>,
    request: Request,
    reply: Reply,
) {
    let plan = request.header("x-plan").and_then(plan).map(Box::new);
    let body = match request.uri.path() {
        "/file" => Body::File(file(TEXT)),
        "/large" => Body::File(file(&vec![b'x'; LARGE])),
        _ => Body::Bytes(Bytes::from_static(TEXT)),
    };
    let reply: Reply = Box::new(move |mut answer, receipt| {
        answer.status = http::StatusCode::OK;
        answer.body = body;
        answer.plan = plan;
        reply(answer, receipt);
    });
    pipeline::serve(twin, protocol, request, reply);
}

fn file(content: &[u8]) -> File {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    file.reopen().unwrap()
}

/// A twin that is served.
struct World {
    runtime: Runtime,
    twin: Arc<Twin>,
    address: String,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl World {
    fn new() -> Self {
        let intercept = Some(InterceptSettings::default());
        let config = Config { intercept, ..Config::default() };
        let twin = Twin::of(config, cloudtwin::services::all()).unwrap();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let main = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = main.local_addr().unwrap().to_string();
        let listeners = Listeners { main, tls: None, aicc_token: None };
        let (stop, mut stops) = watch::channel(false);
        let stopped = async move {
            drop(stops.wait_for(|stop| *stop).await);
        };
        let served =
            serve_with(spoil, Arc::clone(&twin), listeners, stopped, std::future::pending());
        let serving = runtime.spawn(served);
        Self { runtime, twin, address, stop, serving }
    }

    /// Begins to shut the server down.
    fn stop(&self) {
        self.stop.send(true).unwrap();
    }

    /// Waits until it has ended.
    fn ended(self) {
        self.runtime.block_on(self.serving).unwrap();
    }

    /// What the journal says of the answers, in their order, once it has that many.
    fn sent(&self, count: usize) -> Vec<bool> {
        let known = |page: &Value| {
            let entries = page["entries"].as_array().unwrap();
            entries.iter().filter_map(|entry| entry["sent"].as_bool()).collect::<Vec<_>>()
        };
        let page = self.journal(|page| known(page).len() >= count);
        known(&page)
    }

    /// The journal once it is so.
    fn journal(&self, is_so: impl Fn(&Value) -> bool) -> Value {
        let watch = Stopwatch::start();
        loop {
            let page = self.twin.journal.read(&Filter::default()).unwrap();
            let page: Value = serde_json::from_slice(&page).unwrap();
            if is_so(&page) {
                return page;
            }
            assert!(watch.elapsed() < PATIENCE, "{page}");
            std::thread::yield_now();
        }
    }

    /// A request over HTTP/1.1.
    fn request(&self, method: &str, path: &str, plan: &str) -> Vec<u8> {
        let host = &self.address;
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nX-Plan: {plan}\r\n\r\n").into_bytes()
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// What comes back on a connection of its own up to its end, and whether that is a reset.
    fn exchange(&self, request: &[u8]) -> (Vec<u8>, bool) {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        read_to_end(&mut stream)
    }
}

fn read_to_end(stream: &mut TcpStream) -> (Vec<u8>, bool) {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => (answer, false),
        Err(error) => {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
            (answer, true)
        }
    }
}
