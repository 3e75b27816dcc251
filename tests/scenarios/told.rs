//! A twin that tells a story, as a process, and a real HTTP client that meets it.

use bytes::Bytes;
use cloudtwin::runtime::clock::Timestamp;
use http::response::Parts;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::client::Signed;
use crate::process::Running;

/// A running twin with a story.
pub(super) struct Told {
    pub(super) twin: Running,
    runtime: Runtime,
}

/// What a client has of a call.
#[derive(Debug, PartialEq)]
pub(super) enum Heard {
    /// A whole answer: status and body.
    Answer(u16, Bytes),
    /// An end without an answer, or a broken one: the client's own error.
    Broken(String),
}

impl Heard {
    /// The body as JSON; null where it is none.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Answer(_, body) => serde_json::from_slice(body).unwrap_or_default(),
            Self::Broken(_) => Value::Null,
        }
    }

    /// What Tencent's services answer.
    pub(super) fn response(&self) -> Value {
        self.json()["Response"].take()
    }

    /// The code of Tencent's refusal; `ok` for an answer, `broken` for none.
    pub(super) fn code(&self) -> String {
        match self {
            Self::Answer(..) => self.response()["Error"]["Code"].as_str().unwrap_or("ok").into(),
            Self::Broken(_) => "broken".to_owned(),
        }
    }

    /// The status; 0 where there is no whole answer.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Answer(status, _) => *status,
            Self::Broken(_) => 0,
        }
    }
}

impl Told {
    /// A twin that knows the story by its name. Jobs end at once, and the clock moves by hand from the
    /// present.
    pub(super) fn of(story: &str) -> Self {
        Self::with(story, &["--jobs", "instant"])
    }

    /// The same with these options.
    pub(super) fn with(story: &str, options: &[&str]) -> Self {
        let own = ["--scenario", story, "--clock", "frozen", "--throttle", "off"];
        let twin = Running::start(&[&own[..], options].concat());
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        Self { twin, runtime }
    }

    /// The twin's clock goes on.
    pub(super) fn wait(&self, ms: u64) {
        self.twin.control("PUT", "clock", &json!({ "advance_ms": ms }).to_string());
    }

    /// Sends a request over a connection of its own.
    async fn exchange(&self, request: Request<Full<Bytes>>) -> hyper::Result<(Parts, Bytes)> {
        let socket = tokio::net::TcpStream::connect(&self.twin.address).await.unwrap();
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(socket)).await.unwrap();
        tokio::spawn(connection);
        let (head, body) = sender.send_request(request).await?.into_parts();
        Ok((head, body.collect().await?.to_bytes()))
    }

    fn send(&self, request: Request<Full<Bytes>>) -> Heard {
        match self.runtime.block_on(self.exchange(request)) {
            Ok((head, body)) => Heard::Answer(head.status.as_u16(), body),
            Err(error) => Heard::Broken(error.to_string()),
        }
    }

    fn request(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(method).uri(target);
        request = request.header("host", &self.twin.address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Full::new(Bytes::copy_from_slice(body.as_bytes()))).unwrap()
    }

    /// A token of IAM and the id of its project.
    pub(super) fn token(
        &self,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (String, String) {
        let request = self.request(Method::POST, target, headers, body);
        let (head, body) = self.runtime.block_on(self.exchange(request)).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        let token = head.headers["x-subject-token"].to_str().unwrap().to_owned();
        (token, body["token"]["project"]["id"].as_str().unwrap().to_owned())
    }

    /// A request with these headers.
    pub(super) fn ask(
        &self,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Heard {
        self.send(self.request(method, target, headers, body))
    }

    fn now(&self) -> Timestamp {
        let now = self.twin.control("GET", "clock", "")["now"].take();
        Timestamp::parse(now.as_str().unwrap()).unwrap()
    }

    /// A signed call of CIAM.
    pub(super) fn ciam(&self, action: &str, input: &Value) -> Heard {
        self.signed(&Signed::new(action, input.to_string(), self.now()))
    }

    /// The bytes of the answer to a signed call without input, up to the connection's end.
    pub(super) fn raw(&self, action: &str) -> String {
        let mut call = Signed::new(action, "{}", self.now());
        call.more.push(("connection", "close".to_owned()));
        self.twin.exchange(&call.bytes())
    }

    /// A signed call of Identity Center in the starter zone.
    pub(super) fn center(&self, action: &str, mut input: Value) -> Heard {
        input["ZoneId"] = json!("z-cloudtwin001");
        self.signed(&Signed {
            version: "2021-03-31",
            service: "organization",
            region: "",
            ..Signed::new(action, input.to_string(), self.now())
        })
    }

    fn signed(&self, call: &Signed<'_>) -> Heard {
        let headers = call.headers();
        let headers = headers.iter().map(|(name, value)| (*name, value.as_str()));
        let headers: Vec<_> = headers.filter(|(name, _)| *name != "host").collect();
        let mut request = Request::builder().method(Method::POST).uri("/");
        request = request.header("host", call.host);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        self.send(request.body(Full::new(call.body.clone())).unwrap())
    }

    /// The starter directory, with so many users; its id.
    pub(super) fn directory(&self, users: usize) -> Value {
        let store =
            self.ciam("ListUserStore", &json!({})).response()["UserStoreSet"][0]["UserStoreId"]
                .take();
        for number in 0..users {
            let user = json!({
                "UserStoreId": store, "UserName": format!("user{number}"),
                "Email": format!("user{number}@example.com"),
                "PhoneNumber": format!("+86-1380000{number:04}"), "Password": "correct horse",
            });
            assert_eq!(self.ciam("CreateUser", &user).code(), "ok");
        }
        store
    }

    /// A page of two users of a directory.
    pub(super) fn page(&self, store: &Value, number: u32) -> Heard {
        let pageable = json!({ "PageNumber": number, "PageSize": 2 });
        self.ciam("ListUser", &json!({ "UserStoreId": store, "Pageable": pageable }))
    }

    /// The link to the file of an export of that directory.
    pub(super) fn exported(&self, store: &Value) -> String {
        let input = json!({ "UserStoreId": store, "Format": "CSV" });
        let job = self.ciam("CreateFileExportUserJob", &input).response()["Job"]["Id"].take();
        let input = json!({ "UserStoreId": store });
        for _ in 0..20 {
            let jobs = self.ciam("ListJobs", &input).response()["JobSet"].take();
            let mut jobs = jobs.as_array().unwrap().iter();
            let job = jobs.find(|one| one["Id"] == job).unwrap();
            if let Some(location) = job["Location"].as_str() {
                return location.to_owned();
            }
        }
        panic!("the export does not end");
    }
}

/// The names of the users of a page.
pub(super) fn names(page: &Heard) -> Vec<String> {
    let users = page.response()["Content"].take();
    let users = users.as_array().unwrap().iter();
    users.map(|user| user["UserName"].as_str().unwrap().to_owned()).collect()
}
