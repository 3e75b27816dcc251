//! No secret reaches the journal, wherever it is sent and however the request ends.

use bytes::Bytes;
use cloudtwin::wire::Request;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use http_body_util::Full;
use serde_json::json;
use tokio::runtime::Builder;

use super::client::Client;
use crate::client::{HOST, Signed, World, request};
use crate::process::Running;

/// What no entry may hold.
const CANARY: &str = "canary-5c1e";

/// Names of secrets: modelled ones, and others that look like one.
const NAMES: [&str; 14] = [
    "Password",
    "password",
    "passwd",
    "PWD",
    "user_pwd",
    "secret",
    "SecretKey",
    "app_secret",
    "Token",
    "access_token",
    "sk",
    "private_key",
    "credential",
    "%70assword",
];

/// Each protocol: answered, refused before and after authentication, unknown operations, and what
/// no vendor serves.
const TARGETS: [(&str, &str); 9] = [
    ("POST", "/"),
    ("GET", "/"),
    ("POST", "/v3.0/OS-CREDENTIAL/securitytokens"),
    ("POST", "/v2/0bec5db98280d2d02fd6c00c2de791ce/users"),
    ("POST", "/v2/0bec5db98280d2d02fd6c00c2de791ce/users/1/actions"),
    ("GET", "/v3/auth/domains"),
    ("POST", "/apigovernance/api/oauth/tokenByAkSk"),
    ("POST", "/apiaccess/unknown"),
    ("POST", "/nobody"),
];

const ACTIONS: [&str; 3] = ["ListUserStore", "CreateUser", "Unknown"];

/// The same request to each place, with and without a known key.
fn requests(query: &str, header: Option<(&str, &str)>, body: (&str, &str)) -> Vec<Request> {
    let mut all = Vec::new();
    for (method, path) in TARGETS {
        for action in ACTIONS.into_iter().take(if path == "/" { 3 } else { 1 }) {
            let (media_type, text) = body;
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static(HOST));
            headers.insert("content-type", media_type.parse().unwrap());
            headers.insert("x-tc-action", action.parse().unwrap());
            headers.insert("x-tc-version", "2022-03-31".parse().unwrap());
            if let Some((name, value)) = header {
                let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
                headers.insert(name, value.parse().unwrap());
            }
            let target = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
            let body = Bytes::from(text.to_owned());
            all.push(request(method.parse().unwrap(), &target, headers, body));
        }
    }
    all
}

/// One twin that verifies signatures and one that does not.
struct Worlds([World; 2]);

impl Worlds {
    fn new() -> Self {
        Self([true, false].map(|auth| World::with(|config| config.auth = auth)))
    }

    fn hold_none(&self, what: &str, requests: Vec<Request>) {
        for world in &self.0 {
            for Request { method, uri, headers, body, .. } in &requests {
                let (headers, body) = (headers.clone(), body.clone());
                world.send(request(method.clone(), &uri.to_string(), headers, body));
            }
            let journal = world.journal();
            assert_eq!(journal.len(), requests.len());
            for entry in journal {
                assert!(!entry.to_string().contains(CANARY), "{what}: {entry}");
            }
            world.twin.journal.clear(None);
        }
    }
}

#[test]
fn no_header_leaks() {
    let worlds = Worlds::new();
    for name in [
        "authorization",
        "proxy-authorization",
        "cookie",
        "set-cookie",
        "x-auth-token",
        "guid",
        "x-security-token",
        "x-subject-token",
        "x-tc-token",
        "access-token",
        "ccmessaging-token",
        "x-client-secret",
        "api-key",
        "x-password",
        "sk",
    ] {
        for value in
            [CANARY.to_owned(), format!("Bearer {CANARY}"), format!("Basic {CANARY}, Signature=1")]
        {
            worlds.hold_none(name, requests("", Some((name, &value)), ("application/json", "{}")));
        }
    }
    for scheme in ["TC3-HMAC-SHA256", "SDK-HMAC-SHA256", "V11-HMAC-SHA256"] {
        let value = format!("{scheme} Credential=A, SignedHeaders=host, Signature={CANARY}");
        worlds.hold_none(
            scheme,
            requests("", Some(("authorization", &value)), ("application/json", "{}")),
        );
    }
}

#[test]
fn no_query_leaks() {
    let worlds = Worlds::new();
    for name in NAMES {
        for query in [
            format!("a=1&{name}={CANARY}"),
            format!("Users.0.{name}={CANARY}&a=1"),
            format!("to=http%3A%2F%2Fa%2F%3F{name}%3D{CANARY}"),
        ] {
            worlds.hold_none(&query, requests(&query, None, ("application/json", "{}")));
            worlds.hold_none(
                &query,
                requests("", None, ("application/x-www-form-urlencoded", &query)),
            );
            worlds.hold_none(&query, requests("", None, ("application/json", &query)));
        }
    }
}

#[test]
fn no_body_leaks() {
    let worlds = Worlds::new();
    for name in NAMES.into_iter().filter(|name| !name.contains('%')) {
        let escaped =
            format!("{{\"\\u{:04x}{}\": \"{CANARY}\"}}", u32::from(name.as_bytes()[0]), &name[1..]);
        for text in [
            json!({ name: CANARY }).to_string(),
            json!({ "op_type": "RESET_PWD", "in": [{ "deep": { name: CANARY } }] }).to_string(),
            json!({ name: { "any": [CANARY] } }).to_string(),
            json!({ "text": json!({ name: CANARY }).to_string() }).to_string(),
            format!("{{\"{name}\": \"{CANARY}\""),
            format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{CANARY}\r\n--b--\r\n"
            ),
            escaped,
        ] {
            for media_type in [
                "application/json",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=b",
                "text/plain",
            ] {
                worlds.hold_none(&text, requests("", None, (media_type, &text)));
            }
        }
    }
}

/// What the library of HTTP/2 logs of itself counts too.
#[test]
fn no_line_of_the_log_leaks_at_its_finest() {
    let twin = Running::start(&["--log", "trace"]);
    let query = format!("password={CANARY}&SecretKey={CANARY}&access_token={CANARY}");
    let json = json!({ "Password": CANARY, "app_secret": CANARY }).to_string();
    let all: Vec<Request> = [
        (("application/json", &*json), ("authorization", format!("Bearer {CANARY}"))),
        (("application/json", &json), ("x-auth-token", CANARY.to_owned())),
        (("application/x-www-form-urlencoded", &query), ("cookie", CANARY.to_owned())),
        (("text/plain", CANARY), ("x-security-token", CANARY.to_owned())),
    ]
    .into_iter()
    .flat_map(|(body, (name, value))| requests(&query, Some((name, &value)), body))
    .collect();
    Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
        for is_http_2 in [false, true] {
            let mut client = Client::connect(&twin, is_http_2).await;
            for one in &all {
                let mut request = http::Request::new(Full::new(one.body.clone()));
                *request.method_mut() = one.method.clone();
                *request.headers_mut() = one.headers.clone();
                request.headers_mut().insert("host", twin.address.parse().unwrap());
                let target =
                    if is_http_2 { twin.url() } else { String::new() } + &one.uri.to_string();
                *request.uri_mut() = target.parse().unwrap();
                client.ask(request).await;
            }
        }
    });
    let log = twin.stop();
    assert!(log.contains("TRACE"));
    assert_eq!(log.lines().find(|line| line.contains(CANARY)), None);
}

/// An explanation repeats what was signed.
#[test]
fn no_explanation_leaks() {
    let world = World::new();
    let now = world.twin.clock.now();
    let mut request =
        Signed { secret: "another", ..Signed::new("ListUserStore", "{}", now) }.request();
    let header = request.headers["authorization"].to_str().unwrap();
    let header = header.replace(
        "SignedHeaders=content-type;host",
        "SignedHeaders=content-type;cookie;host;x-auth-token",
    );
    request.headers.insert("authorization", header.parse().unwrap());
    request.headers.insert("x-auth-token", CANARY.parse().unwrap());
    request.headers.insert("cookie", CANARY.parse().unwrap());
    world.send(request);
    let target = format!("/v3/regions?password={CANARY}");
    let headers = crate::huawei::client::dated("TWINAK", &Method::GET, "/v3/regions", b"", now);
    let mut map = HeaderMap::new();
    for (name, value) in &headers {
        let value = value.replace("SignedHeaders=", "SignedHeaders=cookie;");
        map.insert(*name, value.parse().unwrap());
    }
    map.insert("cookie", CANARY.parse().unwrap());
    world.send(unsigned(&target, map));
    let journal = world.journal();
    for entry in &journal {
        assert!(entry["explanation"].as_str().unwrap().contains("cookie:***"), "{entry}");
        assert!(!entry.to_string().contains(CANARY), "{entry}");
    }
    assert_eq!(journal.len(), 2);
}

fn unsigned(target: &str, headers: HeaderMap) -> Request {
    request(Method::GET, target, headers, Bytes::new())
}
