//! A client that says what the vendor's SDKs say, and what they refuse to say.

use bytes::Bytes;
use cloudtwin::services::seeds::Seed;
use cloudtwin::wire::Response;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use crate::client::{World, bytes_of, request};
use crate::huawei::client::dated;

/// The host that is called.
const HOST: &str = "127.0.0.1:4588";

/// The project that most tests call.
pub const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// A project of a twin.
pub struct Api<'a> {
    pub world: &'a World,
    pub project: &'a str,
}

/// An answer: its status, and its body if it has one.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
}

/// A twin without any starting state but this.
pub fn seeded(seed: &str) -> World {
    World::with(|config| config.seed_state = Seed::parse(seed).unwrap())
}

impl<'a> Api<'a> {
    pub fn of(world: &'a World) -> Self {
        Self { world, project: PROJECT }
    }

    /// Sends a call; a path begins behind the project, unless it begins with a version.
    pub fn call(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let target = match path.strip_prefix("/v3") {
            Some(rest) => format!("/v3/{}{rest}", self.project),
            None => format!("/v2/{}{path}", self.project),
        };
        reply(&send(self.world, method, &target, body))
    }

    pub fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, None)
    }

    pub fn post(&self, path: &str, body: Value) -> Reply {
        self.call(Method::POST, path, Some(body))
    }

    pub fn put(&self, path: &str, body: Value) -> Reply {
        self.call(Method::PUT, path, Some(body))
    }

    pub fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, None)
    }

    /// The body of a successful GET.
    pub fn shown(&self, path: &str) -> Value {
        self.get(path).with(200)
    }

    /// The id of a new user with a mail address and these members.
    pub fn user(&self, name: &str, more: Value) -> String {
        let mut body = json!({ "user_name": name, "user_email": "a@example.com" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        text(&self.post("/users", body).with(201)["id"])
    }

    /// The id of a new group, found as Terraform finds it.
    pub fn group(&self, name: &str) -> String {
        let body = json!({ "group_name": name, "platform_type": "LOCAL" });
        assert_eq!(self.post("/groups", body).with(201), Value::Null);
        let groups = self.shown("/groups?limit=100");
        let found = list(&groups["user_groups"]).iter().find(|group| group["name"] == name);
        text(&found.unwrap()["id"])
    }

    /// Puts users into a group, or takes them out.
    pub fn members(&self, op_type: &str, group: &str, users: &[&String]) {
        let body = json!({ "op_type": op_type, "user_ids": users });
        self.post(&format!("/groups/{group}/actions"), body).with(204);
    }

    /// The names of the users on a page, and how many there are in all.
    pub fn names(&self, path: &str) -> (Vec<String>, i64) {
        let page = self.shown(path);
        let names = list(&page["users"]).iter().map(|user| text(&user["user_name"])).collect();
        (names, page["total_count"].as_i64().unwrap())
    }
}

impl Reply {
    /// The body of an answer with that status.
    pub fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> (u16, &str) {
        let code = self.body["error_code"].as_str();
        (self.status, code.unwrap_or_else(|| panic!("not refused: {self:?}")))
    }

    /// Status, code and message of a refusal, as one line.
    pub fn told(&self) -> String {
        let (status, code) = self.refusal();
        format!("{status} {code}: {}", self.body["error_msg"].as_str().unwrap())
    }
}

/// Sends a request of the default tenant through the pipeline.
pub fn send(world: &World, method: Method, target: &str, body: Option<Value>) -> Response {
    send_as("TWINAK", world, method, target, body)
}

/// Sends a request with further headers, which are not signed. A value that no header can hold is left
/// out.
pub fn send_with(
    world: &World,
    method: Method,
    target: &str,
    more: &[(&str, &str)],
    body: Option<Value>,
) -> Response {
    let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
    let mut headers = headers("TWINAK", world, &method, target, &body);
    for (name, value) in more {
        let name: HeaderName = name.parse().unwrap();
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    world.send(request(method, target, headers, body))
}

/// Sends a request with that access key.
pub fn send_as(
    key: &str,
    world: &World,
    method: Method,
    target: &str,
    body: Option<Value>,
) -> Response {
    let body = body.map_or_else(Bytes::new, |body| body.to_string().into());
    send_bytes(key, world, method, target, body)
}

/// The same with a body of any bytes.
pub fn send_bytes(key: &str, world: &World, method: Method, target: &str, body: Bytes) -> Response {
    let headers = headers(key, world, &method, target, &body);
    world.send(request(method, target, headers, body))
}

/// The headers of a request, signed with that access key.
fn headers(key: &str, world: &World, method: &Method, target: &str, body: &Bytes) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static(HOST));
    if !body.is_empty() {
        headers.insert("content-type", HeaderValue::from_static("application/json"));
    }
    for (name, value) in dated(key, method, target, body, world.twin.clock.now()) {
        headers.insert(name, HeaderValue::from_str(&value).unwrap());
    }
    headers
}

/// What an answer says; every one names its request, and only one with a body has a type.
pub fn reply(answer: &Response) -> Reply {
    assert_eq!(answer.headers["x-request-id"].len(), 32);
    let bytes = bytes_of(answer);
    assert_eq!(answer.headers.contains_key("content-type"), !bytes.is_empty());
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(bytes).unwrap() };
    Reply { status: answer.status.as_u16(), body }
}

/// A text in an answer.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A list in an answer.
pub fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}
