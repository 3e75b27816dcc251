//! A client that signs as the official ones do. Written from the reference, not from the twin.

use bytes::Bytes;
use cloudtwin::runtime::clock::Timestamp;
use cloudtwin::wire::{Request, Response};
use contracts::client::sdk_hmac;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use ring::{digest, hkdf, hmac};
use serde_json::Value;

use crate::client::{HOST, World, bytes_of, request};

type Headers = Vec<(&'static str, String)>;

/// Whose habits a request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Python,
    Go,
    Terraform,
    Node,
    /// Python with a derived key.
    Derived,
}

pub const STYLES: [Style; 5] =
    [Style::Python, Style::Go, Style::Terraform, Style::Node, Style::Derived];

/// A request that is to be signed; every part can be set.
#[derive(Clone)]
pub struct Signed {
    pub style: Style,
    pub method: Method,
    pub path: String,
    pub query: Vec<(&'static str, &'static str)>,
    /// The query as it is signed, where the client encodes it in a way of its own.
    pub encoded_query: Option<&'static str>,
    /// The path as it is signed, likewise.
    pub encoded_path: Option<&'static str>,
    pub body: Bytes,
    pub access: String,
    pub secret: String,
    pub date: String,
    /// The part of a derived key's scope that names a day.
    pub day: String,
    pub security_token: Option<String>,
}

impl Signed {
    pub fn new(style: Style, method: Method, path: &str, body: &str, now: Timestamp) -> Self {
        let moment = jiff::Timestamp::from_second(now.seconds()).unwrap();
        let date = moment.strftime("%Y%m%dT%H%M%SZ").to_string();
        // Both Go clients end a body with a line feed; Node sends one with every call.
        let body = match style {
            Style::Go | Style::Terraform if !body.is_empty() => format!("{body}\n"),
            Style::Node if body.is_empty() => "{}".to_owned(),
            _ => body.to_owned(),
        };
        Self {
            style,
            method,
            path: path.to_owned(),
            query: Vec::new(),
            encoded_query: None,
            encoded_path: None,
            body: body.into(),
            access: "TWINAK".to_owned(),
            secret: "cloudtwin-secret".to_owned(),
            day: date[..8].to_owned(),
            date,
            security_token: None,
        }
    }

    pub fn get(style: Style, path: &str, now: Timestamp) -> Self {
        Self::new(style, Method::GET, path, "", now)
    }

    /// As Python sends it, with a query.
    pub fn project(name: &'static str, now: Timestamp) -> Self {
        Self { query: vec![("name", name)], ..Self::get(Style::Python, "/v3/projects", now) }
    }

    /// Headers that are signed, and those that are added after signing.
    fn headers(&self) -> (Headers, Headers) {
        let host = ("host", HOST.to_owned());
        let json = ("content-type", "application/json".to_owned());
        let project = ("x-project-id", "0bec5db98280d2d02fd6c00c2de791ce".to_owned());
        let date = ("x-sdk-date", self.date.clone());
        let agent = |text: &str| ("user-agent", text.to_owned());
        let (mut signed, mut added) = match self.style {
            Style::Python | Style::Derived => {
                let python = agent("huaweicloud-usdk-python/3.0; os/Linux python/3.11.7");
                (vec![json, host, python, project, date], vec![])
            }
            Style::Go => (vec![agent("huaweicloud-usdk-go/3.0"), project, date], vec![host, json]),
            Style::Terraform => {
                let accept = ("accept", "application/json".to_owned());
                let language = ("x-language", "en-us".to_owned());
                let golang = agent("terraform-provider-huaweicloud golangsdk/2.0.0");
                (vec![accept, json, golang, language, date], vec![host, project])
            }
            Style::Node => {
                let node = agent("huaweicloud-usdk-nodejs/3.0; os/linux");
                (vec![json, host, project, date], vec![node])
            }
        };
        if let Some(token) = &self.security_token {
            let header = ("x-security-token", token.clone());
            if self.style == Style::Terraform { added.push(header) } else { signed.push(header) }
        }
        signed.sort();
        (signed, added)
    }

    /// Path and query as this client writes them on the wire.
    pub fn target(&self) -> String {
        let pair = |(key, value): &(&str, &str)| match self.style {
            Style::Go if value.is_empty() => escape(key),
            _ => format!("{}={}", escape(key), escape(value)),
        };
        let pairs: Vec<_> = self.query.iter().map(pair).collect();
        match pairs.join("&") {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    fn canonical(&self, headers: &[(&str, String)]) -> String {
        let mut pairs = self.query.clone();
        pairs.sort_unstable();
        let query: Vec<_> =
            pairs.iter().map(|(key, value)| format!("{}={}", escape(key), escape(value))).collect();
        let pieces: Vec<_> = self.path.split('/').map(escape).collect();
        let path = self.encoded_path.map_or_else(|| pieces.join("/") + "/", str::to_owned);
        let lines: Vec<_> =
            headers.iter().map(|(name, value)| [*name, ":", value.trim(), "\n"].concat()).collect();
        let lines = lines.concat();
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        format!(
            "{}\n{path}\n{}\n{lines}\n{}\n{}",
            self.method,
            self.encoded_query.map_or_else(|| query.join("&"), str::to_owned),
            names.join(";"),
            sha256(&self.body)
        )
    }

    fn authorization(&self, headers: &[(&str, String)]) -> String {
        let hash = sha256(self.canonical(headers).as_bytes());
        let names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
        let Self { access, secret, date, .. } = self;
        let scope = format!("{}/cn-north-4/workspace", self.day);
        let (algorithm, credential, text, key) = if self.style == Style::Derived {
            (
                "V11-HMAC-SHA256",
                format!("Credential={access}/{scope}"),
                format!("V11-HMAC-SHA256\n{date}\n{scope}\n{hash}"),
                derived(access, secret, &scope),
            )
        } else {
            let text = format!("SDK-HMAC-SHA256\n{date}\n{hash}");
            ("SDK-HMAC-SHA256", format!("Access={access}"), text, secret.clone())
        };
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        let signature = hex::encode(hmac::sign(&key, text.as_bytes()));
        format!(
            "{algorithm} {credential}, SignedHeaders={}, Signature={signature}",
            names.join(";")
        )
    }

    /// The signed request.
    pub fn request(&self) -> Request {
        let (signed, added) = self.headers();
        let authorization = ("authorization", self.authorization(&signed));
        let mut headers = HeaderMap::new();
        for (name, value) in signed.into_iter().chain(added).chain([authorization]) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).unwrap());
        }
        request(self.method.clone(), &self.target(), headers, self.body.clone())
    }
}

/// A request that nobody signed.
pub fn bare(method: Method, target: &str, headers: &[(&'static str, &str)], body: &str) -> Request {
    let mut map = HeaderMap::new();
    for (name, value) in [("host", HOST)].iter().chain(headers) {
        map.insert(*name, HeaderValue::from_str(value).unwrap());
    }
    request(method, target, map, Bytes::from(body.to_owned()))
}

/// The body of an answer, whose headers hold the id of the request.
pub fn json_of(answer: &Response) -> Value {
    let id = answer.headers["x-request-id"].to_str().unwrap();
    assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    serde_json::from_slice(bytes_of(answer)).unwrap()
}

/// Status, code and message of a refusal by the gateway as one line.
pub fn refusal(world: &World, request: Request) -> String {
    let answer = world.send(request);
    let body = json_of(&answer);
    let (code, message) = (&body["error_code"], &body["error_msg"]);
    assert_eq!(body["request_id"], answer.headers["x-request-id"].to_str().unwrap(), "{body}");
    format!("{} {}: {}", answer.status.as_u16(), code.as_str().unwrap(), message.as_str().unwrap())
}

/// What the journal says of the last request.
pub fn explanation(world: &World) -> String {
    world.journal().last().unwrap()["explanation"].as_str().unwrap_or("none").to_owned()
}

/// The headers that sign any request as Go's own look-ups do: with nothing but the date.
pub fn dated(
    access: &str,
    method: &Method,
    target: &str,
    body: &[u8],
    now: Timestamp,
) -> [(&'static str, String); 2] {
    let moment = jiff::Timestamp::from_second(now.seconds()).unwrap();
    let date = sdk_hmac::date(moment);
    let headers = [("x-sdk-date", &*date)];
    let covered =
        sdk_hmac::Covered { method: method.as_str(), target, headers: &headers, payload: body };
    let authorization = sdk_hmac::authorization(&covered, (access, "cloudtwin-secret"), &date);
    [("x-sdk-date", date), ("authorization", authorization)]
}

fn derived(access: &str, secret: &str, scope: &str) -> String {
    let root = hkdf::Salt::new(hkdf::HKDF_SHA256, access.as_bytes()).extract(secret.as_bytes());
    let mut key = [0; 32];
    root.expand(&[scope.as_bytes()], hkdf::HKDF_SHA256).unwrap().fill(&mut key).unwrap();
    hex::encode(key)
}

fn escape(text: &str) -> String {
    text.bytes().fold(String::new(), |done, byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            done + &char::from(byte).to_string()
        }
        _ => format!("{done}%{byte:02X}"),
    })
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}
