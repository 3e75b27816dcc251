//! A client of our own: signs as the official ones do, and can say what they refuse to say.

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver};

use bytes::Bytes;
use cloudtwin::config::{ClockStart, Config};
use cloudtwin::journal::{Filter, Receipt};
use cloudtwin::operation::Operation;
use cloudtwin::runtime::clock::Timestamp;
use cloudtwin::runtime::lifecycle::Pace;
use cloudtwin::services::Service;
use cloudtwin::twin::{StartError, Twin};
use cloudtwin::wire::{Arrival, Body, Listener, Open, Request, Response};
use cloudtwin::{pipeline, protocol, services};
use contracts::client::tc3;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

// The benchmarks take this file by its path, and find the next one by it.
#[path = "client/refusals.rs"]
pub mod refusals;

/// The moment at which the clock of most tests stands.
pub const MOMENT: &str = "2026-01-31T08:00:00Z";

/// The host that most tests call.
pub const HOST: &str = "127.0.0.1:4588";

/// The version of most actions.
pub const VERSION: &str = "2022-03-31";

/// A twin in this process: frozen clock, fixed seed, jobs without delay, no limit on calls.
pub struct World {
    pub twin: Arc<Twin>,
    /// The number of the journal's latest entry whose code is recorded.
    recorded: AtomicU64,
}

/// The writer's thread ends first, so that this one removes what is temporary before a test ends.
impl Drop for World {
    fn drop(&mut self) {
        self.twin.close();
    }
}

impl World {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::start(change).unwrap()
    }

    pub fn start(change: impl FnOnce(&mut Config)) -> Result<Self, StartError> {
        Self::of(change, services::all())
    }

    /// The same of these services.
    pub fn of(
        change: impl FnOnce(&mut Config),
        services: Vec<Service>,
    ) -> Result<Self, StartError> {
        let mut config = Config {
            seed: Some(7),
            throttle: false,
            pace: Pace::Instant,
            clock: ClockStart::Frozen,
            ..Config::default()
        };
        change(&mut config);
        let frozen = config.clock == ClockStart::Frozen;
        let twin = Twin::of(config, services)?;
        if frozen {
            twin.clock.set(Timestamp::parse(MOMENT).unwrap());
        }
        Ok(Self { twin, recorded: AtomicU64::new(0) })
    }

    /// Sends a request through the pipeline, without a socket.
    pub fn send(&self, request: Request) -> Response {
        let (tell, told) = mpsc::channel();
        let protocol = protocol::of(&request);
        let reply = Box::new(move |answer, receipt: Receipt| {
            receipt.sent();
            tell.send(answer).unwrap();
        });
        pipeline::serve(&self.twin, protocol, request, reply);
        let answer = told.recv().unwrap();
        refusals::check(&answer);
        self.record(&answer);
        answer
    }

    fn record(&self, answer: &Response) {
        let Some(path) = std::env::var_os(MET) else { return };
        let since = Some(self.recorded.load(Ordering::SeqCst));
        let new = self.read_journal(&Filter { since, ..Filter::default() });
        self.recorded.store(new["last"].as_u64().unwrap(), Ordering::SeqCst);
        let mut lines = Vec::new();
        for entry in new["entries"].as_array().unwrap() {
            let (service, operation) = (&entry["service"], &entry["operation"]);
            let (Some(service), Some(operation)) = (service.as_str(), operation.as_str()) else {
                continue;
            };
            let code = entry["code"].as_str().map(str::to_owned);
            for code in code.into_iter().chain(failures(answer)) {
                lines.push(format!("{service} {operation} {code}\n"));
            }
        }
        let mut file = File::options().append(true).open(path).unwrap();
        // One write, since other tests write there too.
        file.write_all(lines.concat().as_bytes()).unwrap();
    }

    fn read_journal(&self, filter: &Filter) -> Value {
        serde_json::from_slice(&self.twin.journal.read(filter).unwrap()).unwrap()
    }

    /// What is inside `Response` for a signed call of the default tenant.
    pub fn call(&self, action: &str, input: Value) -> Value {
        self.call_as("default", action, input)
    }

    /// The same for a named tenant.
    pub fn call_as(&self, tenant: &str, action: &str, input: Value) -> Value {
        let call =
            Signed { tenant, ..Signed::new(action, input.to_string(), self.twin.clock.now()) };
        response(&self.send(call.request()))
    }

    /// The same for the default tenant and an API version.
    pub fn call_of(&self, action: &str, version: &str, input: Value) -> Value {
        let now = self.twin.clock.now();
        let call = Signed { version, ..Signed::new(action, input.to_string(), now) };
        response(&self.send(call.request()))
    }

    /// A call that must succeed; its answer without the request id.
    pub fn ok(&self, action: &str, input: Value) -> Value {
        self.ok_as("default", action, input)
    }

    /// The same for a named tenant.
    pub fn ok_as(&self, tenant: &str, action: &str, input: Value) -> Value {
        let mut answer = self.call_as(tenant, action, input.clone());
        assert!(answer.get("Error").is_none(), "{action} {input}: {answer}");
        answer.as_object_mut().unwrap().remove("RequestId");
        answer
    }

    /// A call that must be refused; its code.
    pub fn code(&self, action: &str, input: Value) -> String {
        let answer = self.call(action, input.clone());
        let code = answer["Error"]["Code"].as_str();
        code.unwrap_or_else(|| panic!("{action} {input} was not refused: {answer}")).to_owned()
    }

    /// Code and message of a call that must be refused, as one line.
    pub fn refusal(&self, action: &str, input: Value) -> String {
        let answer = self.call(action, input);
        format!(
            "{}: {}",
            answer["Error"]["Code"].as_str().unwrap(),
            answer["Error"]["Message"].as_str().unwrap()
        )
    }

    /// The id of a new directory.
    pub fn store(&self, name: &str) -> String {
        let answer = self.ok("CreateUserStore", json!({ "UserPoolName": name }));
        answer["UserStoreId"].as_str().unwrap().to_owned()
    }

    /// The journal's entries, newest last.
    pub fn journal(&self) -> Vec<Value> {
        self.read_journal(&Filter::default())["entries"].take().as_array().unwrap().clone()
    }
}

/// The variable that names a file where all tests write which codes they met, a line each:
/// service, operation and code.
pub const MET: &str = "PROOF_MET";

/// Codes of entries that failed, which a good answer tells.
fn failures(answer: &Response) -> Vec<String> {
    let Body::Bytes(bytes) = &answer.body else { return Vec::new() };
    let body: Value = serde_json::from_slice(bytes).unwrap_or_default();
    let failures = body["failDataList"].as_array().into_iter().flatten();
    failures.map(|one| one["failCode"].as_str().unwrap().to_owned()).collect()
}

/// All services, with other behaviours for some operations of one of them.
pub fn with_behaviours(name: &str, others: impl IntoIterator<Item = Operation>) -> Vec<Service> {
    let mut services = services::all();
    let service = services.iter_mut().find(|service| service.name == name).unwrap();
    for other in others {
        service.operations.retain(|one| (one.name, one.version) != (other.name, other.version));
        service.operations.push(other);
    }
    services
}

/// Sends a request and waits for nothing.
pub fn begin(twin: &Arc<Twin>, request: Request) -> Receiver<Response> {
    let (tell, told) = mpsc::channel();
    let reply = Box::new(move |answer, _| drop(tell.send(answer)));
    pipeline::serve(twin, protocol::of(&request), request, reply);
    told
}

/// What is inside `Response`.
pub fn response(answer: &Response) -> Value {
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/json");
    let mut whole: Value = serde_json::from_slice(bytes_of(answer)).unwrap();
    let id = whole["Response"]["RequestId"].as_str().unwrap();
    assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 4);
    whole["Response"].take()
}

/// The bytes of an answer that is no file.
pub fn bytes_of(answer: &Response) -> &Bytes {
    match &answer.body {
        Body::Bytes(bytes) => bytes,
        Body::File(_) => panic!("a file was answered"),
    }
}

/// A request signed with TC3 as Python and Go do it; every part can be set.
#[derive(Clone)]
pub struct Signed<'a> {
    pub method: Method,
    pub target: String,
    pub host: &'a str,
    pub covered_host: Option<&'a str>,
    pub action: &'a str,
    pub version: &'a str,
    pub region: &'a str,
    pub content_type: &'a str,
    pub tenant: &'a str,
    pub secret: &'a str,
    pub service: &'a str,
    pub body: Bytes,
    pub at: i64,
    pub more: Vec<(&'static str, String)>,
}

impl<'a> Signed<'a> {
    pub fn new(action: &'a str, body: impl Into<Bytes>, now: Timestamp) -> Self {
        Self {
            method: Method::POST,
            target: "/".to_owned(),
            host: HOST,
            covered_host: None,
            action,
            version: VERSION,
            region: "ap-guangzhou",
            content_type: "application/json",
            tenant: "default",
            secret: "cloudtwin-secret",
            service: "ciam",
            body: body.into(),
            at: now.seconds(),
            more: Vec::new(),
        }
    }

    /// The headers, authorization included.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        let key = if self.tenant == "default" {
            "AKIDtwin".to_owned()
        } else {
            format!("AKIDtwin-{}", self.tenant)
        };
        let query = if self.method == Method::GET {
            self.target.split_once('?').map_or("", |(_, query)| query)
        } else {
            ""
        };
        let payload = if self.method == Method::GET { &b""[..] } else { &self.body };
        let host = self.covered_host.unwrap_or(self.host);
        let covered = [("content-type", self.content_type), ("host", host)];
        let covered =
            tc3::Covered { method: self.method.as_str(), query, headers: &covered, payload };
        let at = jiff::Timestamp::from_second(self.at).unwrap();
        let authorization = tc3::authorization(&covered, (&key, self.secret), self.service, at);
        let mut headers = vec![
            ("host", self.host.to_owned()),
            ("content-type", self.content_type.to_owned()),
            ("authorization", authorization),
            ("x-tc-action", self.action.to_owned()),
            ("x-tc-version", self.version.to_owned()),
            ("x-tc-timestamp", self.at.to_string()),
            ("x-tc-region", self.region.to_owned()),
        ];
        for (name, value) in &self.more {
            headers.retain(|(known, _)| known != name);
            headers.push((name, value.clone()));
        }
        headers
    }

    pub fn request(&self) -> Request {
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers() {
            headers.insert(name, HeaderValue::from_str(&value).unwrap());
        }
        request(self.method.clone(), &self.target, headers, self.body.clone())
    }

    /// The request as bytes for a socket.
    pub fn bytes(&self) -> Vec<u8> {
        let lines = self.headers().into_iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        let head = [format!("{} {} HTTP/1.1\r\n", self.method, self.target)];
        let length = [format!("content-length: {}\r\n\r\n", self.body.len())];
        let head: String = head.into_iter().chain(lines).chain(length).collect();
        [head.as_bytes(), &self.body].concat()
    }
}

/// A request of the given parts.
pub fn request(method: Method, target: &str, headers: HeaderMap, body: Bytes) -> Request {
    let peer = std::net::Ipv4Addr::LOCALHOST.into();
    let (listener, uri) = (Listener::Main, target.parse().unwrap());
    let (arrival, open) = (Arrival::unknown(), Open::default());
    Request { listener, method, uri, headers, body, too_large: false, peer, arrival, open }
}

/// What a client sees that polls until it sees `last`, and once more.
pub fn polled(last: &str, mut poll: impl FnMut() -> String) -> String {
    let mut seen = vec![poll()];
    while seen.last().is_some_and(|status| status != last) {
        assert!(seen.len() < 20, "{seen:?}");
        seen.push(poll());
    }
    seen.push(poll());
    seen.join(" ")
}
