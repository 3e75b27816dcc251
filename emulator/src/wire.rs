//! A request and an answer as bytes and headers. Knows sockets as little as vendors.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT};
use http::{HeaderMap, Method, StatusCode, Uri};

mod open;

pub use open::{Open, OpenRequests};

/// Largest body of a request to a vendor's API in bytes (Tencent: 10 MB, request structure page).
pub const BODY_MAX: usize = 10 << 20;

/// Largest body of a request to the control interface in bytes: a state document.
pub const CONTROL_BODY_MAX: usize = 256 << 20;

/// By which of the twin's addresses a request came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// The one that serves everything.
    Main,
    /// The one that serves the token interface of the contact centre and nothing else.
    AiccToken,
}

/// Where and when the head of a request came in.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    /// Counts all requests, from 1.
    pub number: u64,
    /// The connection, counted from 1.
    pub connection: u64,
    /// Its place among the requests of its connection, counted from 1.
    pub position: u64,
    /// Microseconds since the twin's start, by the machine's clock.
    pub at_us: u64,
}

impl Arrival {
    /// That of a request which came in by no connection.
    pub const fn unknown() -> Self {
        Self { number: 0, connection: 0, position: 0, at_us: 0 }
    }
}

/// A request that was read whole.
#[derive(Debug)]
pub struct Request {
    /// By which address it came in.
    pub listener: Listener,
    /// Its method.
    pub method: Method,
    /// Its target; absolute where a client speaks as to a proxy.
    pub uri: Uri,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; empty where `too_large`.
    pub body: Bytes,
    /// Whether the body passed its bound, and was not read to its end.
    pub too_large: bool,
    /// Who sent it.
    pub peer: IpAddr,
    /// Where and when it came in.
    pub arrival: Arrival,
    /// Whoever reads the journal can wait for it until this is dropped.
    pub open: Open,
}

impl Request {
    /// The text of a header; nothing if it is absent or not plain ASCII.
    pub fn header(&self, name: impl http::header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The `User-Agent`; empty if there is none.
    pub fn agent(&self) -> String {
        self.headers.get(USER_AGENT).map(header_text).unwrap_or_default().into_owned()
    }

    /// The host as the client wrote it, which may carry a port and even a scheme
    /// (tccli sends `Host: http://127.0.0.1:4588`).
    pub fn host(&self) -> &str {
        match self.header(http::header::HOST) {
            Some(host) => host,
            None => self.uri.authority().map_or("", http::uri::Authority::as_str),
        }
    }

    /// The query without its question mark; empty if there is none.
    pub fn query(&self) -> &str {
        self.uri.query().unwrap_or_default()
    }

    /// The media type without its parameters, as the client wrote it.
    pub fn media_type(&self) -> &str {
        let full = self.header(CONTENT_TYPE).unwrap_or_default();
        full.split(';').next().unwrap_or_default().trim()
    }
}

/// The text of a header's value: UTF-8, and ISO 8859-1 where it is no UTF-8.
pub fn header_text(value: &HeaderValue) -> Cow<'_, str> {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    }
}

/// An answer ready to be sent.
#[derive(Debug)]
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Its headers, without those of the connection.
    pub headers: HeaderMap,
    /// Its content.
    pub body: Body,
    /// How it is spoiled on its way, if a scenario says so.
    pub plan: Option<Box<Plan>>,
}

/// How an answer is spoiled on its way: the server obeys it, whatever the answer is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// Waits so long before the first byte, by the machine's clock.
    pub delay: Duration,
    /// What becomes of the answer.
    pub fate: Fate,
    /// Sends the body in pieces.
    pub dribble: Option<Dribble>,
}

/// What becomes of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Fate {
    /// It is sent.
    #[default]
    Sent,
    /// The connection is closed without a byte of it.
    Dropped,
    /// The connection is reset (TCP RST) without a byte of it.
    Reset,
    /// The connection is closed after part of the body; the headers promise all of it.
    Cut(Part),
    /// The connection is reset after part of the body.
    CutAndReset(Part),
    /// The headers promise so many bytes more than the body has, or less (below 0); it is sent whole, and
    /// the connection is closed.
    WrongLength(i64),
    /// Other bytes stand in the place of the whole answer, head included; then the connection is closed.
    Garbage(Bytes),
}

/// Part of a body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part {
    /// So many bytes.
    Bytes(u64),
    /// Of the whole, 0 to 1.
    Fraction(f64),
}

/// Pieces of a body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dribble {
    /// Bytes in a piece.
    pub bytes: usize,
    /// Waits so long before each piece but the first.
    pub pause: Duration,
}

/// What an answer carries.
#[derive(Debug)]
pub enum Body {
    /// Bytes in memory.
    Bytes(Bytes),
    /// A file, read as it is sent.
    File(File),
}

impl Body {
    /// Takes so many bytes from its end, at most all. A file that cannot be read loses none.
    pub fn split_off_end(&mut self, count: u64) -> Bytes {
        match self {
            Self::Bytes(bytes) => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                bytes.split_off(bytes.len().saturating_sub(count))
            }
            Self::File(file) => {
                let mut all = Vec::new();
                if file.read_to_end(&mut all).is_err() {
                    return Bytes::new();
                }
                *self = Self::Bytes(all.into());
                self.split_off_end(count)
            }
        }
    }
}

impl Response {
    /// An answer of that media type.
    pub fn new(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        Self { status, headers, body: Body::Bytes(body.into()), plan: None }
    }

    /// A refusal of ours, outside every vendor's API: what is wrong and how to mend it.
    pub fn plain(status: StatusCode, text: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", text.into() + "\n")
    }

    /// An answer without a body and headers.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Body::Bytes(Bytes::new()), plan: None }
    }

    /// The answer where the twin itself broke, outside every vendor's API.
    pub fn broken() -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::plain(status, "cloudtwin: a fault of the twin, see its log")
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// The answer to HEAD: the same headers, with the length of the body that is not sent.
    #[must_use]
    pub fn without_body(mut self) -> Self {
        let length = match &self.body {
            Body::Bytes(bytes) => u64::try_from(bytes.len()).ok(),
            Body::File(file) => file.metadata().ok().map(|about| about.len()),
        };
        self.body = Body::Bytes(Bytes::new());
        match length {
            Some(length) => self.with(CONTENT_LENGTH, length.into()),
            None => self,
        }
    }
}
