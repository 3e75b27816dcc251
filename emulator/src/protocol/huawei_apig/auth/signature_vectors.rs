//! The reference's vectors, and what the official clients sent to a listener.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::*;

pub(super) const ACCESS: &str = "AKEXAMPLE0000000001A";
pub(super) const SECRET: &str = "skexample00000000000000000000000000000001";
pub(super) const PROJECT: &str = "0bec5db98280d2d02fd6c00c2de791ce";
const PYTHON: &str = "huaweicloud-usdk-python/3.0; os/Linux#1#x86_64 python/3.11.7 impl/CPython; app/00000000-0000-4000-8000-000000000001";

/// The query of the vectors' listing, as Python sends it.
const QUERY: &str =
    "description=a%20b%2F%C3%BC&limit=10&user_name=&user_names=alice&user_names=bob";

type Header = (&'static str, Cow<'static, str>);

/// A signed request: what was sent, and with which key.
#[derive(Clone)]
pub(super) struct Vector {
    pub(super) name: &'static str,
    pub(super) method: Method,
    pub(super) target: String,
    pub(super) headers: Vec<Header>,
    pub(super) body: Cow<'static, [u8]>,
    pub(super) access: &'static str,
    pub(super) secret: &'static str,
    pub(super) scope: Option<&'static str>,
    pub(super) signed_headers: &'static str,
    pub(super) signature: String,
}

const HOST: Header = ("host", Cow::Borrowed("127.0.0.1:4510"));
const JSON: Header = ("content-type", Cow::Borrowed("application/json"));
const OF_PROJECT: Header = ("x-project-id", Cow::Borrowed(PROJECT));
const AGENT: Header = ("user-agent", Cow::Borrowed(PYTHON));
const OF_VECTORS: Header = date("20260102T030405Z");
const OF_PYTHON: Header = date("20261122T034954Z");
const OF_GO: Header = date("20261122T034341Z");

const FOUR: &str = "content-type;host;x-project-id;x-sdk-date";
const FIVE: &str = "content-type;host;user-agent;x-project-id;x-sdk-date";
const LOOKUP: &str = "host;user-agent;x-sdk-date";
const GO: &str = "user-agent;x-project-id;x-sdk-date";

pub(super) const fn date(text: &'static str) -> Header {
    ("x-sdk-date", Cow::Borrowed(text))
}

const fn agent(text: &'static str) -> Header {
    ("user-agent", Cow::Borrowed(text))
}

/// A signed GET.
fn get(
    name: &'static str,
    path: &str,
    headers: &[Header],
    signed_headers: &'static str,
    signature: &str,
) -> Vector {
    Vector {
        name,
        method: Method::GET,
        target: path.replace("{project_id}", PROJECT),
        headers: headers.to_vec(),
        body: Cow::Borrowed(b""),
        access: ACCESS,
        secret: SECRET,
        scope: None,
        signed_headers,
        signature: signature.to_owned(),
    }
}

/// The POST with that body.
fn post(body: &'static str, mut of: Vector) -> Vector {
    of.method = Method::POST;
    of.body = Cow::Borrowed(body.as_bytes());
    of
}

pub(super) fn worked() -> Vec<Vector> {
    let usual = [HOST, JSON, OF_PROJECT, OF_VECTORS];
    let token = ("x-security-token", Cow::Borrowed("SECTOKEN"));
    let multipart = [
        HOST,
        ("content-type", Cow::Borrowed("multipart/form-data; boundary=b")),
        OF_PROJECT,
        OF_VECTORS,
        (CONTENT_HASH, Cow::Borrowed("UNSIGNED-PAYLOAD")),
    ];
    vec![
        post(
            r#"{"user_name": "al", "language": "zh_CN"}"#,
            get(
                "V1",
                "/v3/{project_id}/users/export",
                &usual,
                FOUR,
                "8f12ab256b8ad8d51cb3922ce4e933e606c1be8cf2e466711da8fb6d861f0c85",
            ),
        ),
        get(
            "V2",
            &format!("/v2/{{project_id}}/users?{QUERY}"),
            &[&usual[..], &[token]].concat(),
            "content-type;host;x-project-id;x-sdk-date;x-security-token",
            "d90ed63ee12fa04acb7b706a580e669cc6dfd63b720e3cf5f0d805ab5f0f5fc3",
        ),
        post(
            "--b\r\n\r\n--b--\r\n",
            get(
                "V3",
                "/v2/{project_id}/users/desktop-users/action/import",
                &multipart,
                "content-type;host;x-project-id;x-sdk-content-sha256;x-sdk-date",
                "d49b81739d232c6e00b4fac90c84652db4ea7d5ed807eeb54fdc7e2d10f493ef",
            ),
        ),
        Vector {
            scope: Some("20260102/cn-north-4/workspace"),
            ..get(
                "V4",
                "/v2/{project_id}/export-tasks?limit=20",
                &usual,
                FOUR,
                "fbd0c9d39acdbad64c6c56170693f61dd4dcb97bb9fcc750f81118f9f2cb3542",
            )
        },
    ]
}

fn python() -> Vec<Vector> {
    let usual = [HOST, JSON, AGENT, OF_PROJECT, OF_PYTHON];
    let lookup = [HOST, agent(PYTHON.split_at("huaweicloud-usdk-python/3.0; ".len()).1), OF_PYTHON];
    vec![
        post(
            r#"{"user_name": "al", "active_type": "ADMIN_ACTIVATE", "language": "zh_CN"}"#,
            get(
                "python, export",
                "/v3/{project_id}/users/export",
                &usual,
                FIVE,
                "893f085133fd7d0914df34906d37e529774d3b729e5e90f6123b69d691877259",
            ),
        ),
        get(
            "python, list",
            "/v2/{project_id}/users?description=a%20b%2F%C3%BC&limit=10&offset=0&share_space_subscription=true&user_names=alice&user_names=bob",
            &usual,
            FIVE,
            "ebce7378473f99756f49698c13118717c8465086bac665c1e8848ed4db35f05e",
        ),
        get(
            "python, project of one region",
            "/v3/projects?name=cn-north-4",
            &lookup,
            LOOKUP,
            "75397bdb40708512720edf7ebb047f0e746728b4cfb5272de2c43ae7fa3e673c",
        ),
        post(
            r#"{"language": "en_US"}"#,
            get(
                "python, export after the look-up",
                "/v3/{project_id}/users/export",
                &usual,
                FIVE,
                "84739704800ef93690c36b92c25fb35b756ed6a142ed2b943b33feca20076a4a",
            ),
        ),
        get(
            "python, project of another region",
            "/v3/projects?name=cn-south-1",
            &lookup,
            LOOKUP,
            "8ee571ff0bb95ba5549440c668ca33f22cbeaf48a8c5b5905834ab607a77ac4b",
        ),
        get(
            "python, list after the look-up",
            "/v2/{project_id}/users?limit=5",
            &usual,
            FIVE,
            "4bbf97de81eed5a2f7a990ebdb21c50e8cdc8080944698d853f04eb35db8ec1a",
        ),
    ]
}

fn others() -> Vec<Vector> {
    let go = [HOST, agent("huaweicloud-usdk-go/3.0"), JSON, OF_PROJECT, OF_GO];
    let terraform = [
        HOST,
        agent("terraform-provider-huaweicloud golangsdk/2.0.0"),
        ("accept", Cow::Borrowed("application/json")),
        JSON,
        ("x-language", Cow::Borrowed("en-us")),
        OF_PROJECT,
        date("20261122T034342Z"),
    ];
    let node = [
        ("accept", Cow::Borrowed("application/json")),
        JSON,
        OF_PROJECT,
        date("20261122T034243Z"),
        HOST,
    ];
    let golangsdk = get(
        "golangsdk, create",
        "/v2/{project_id}/users",
        &terraform,
        "accept;content-type;user-agent;x-language;x-sdk-date",
        "581a171c4c383a9d63ce8f8eab5c46971c893108d41e3b76143562ca57338c2d",
    );
    vec![
        get(
            "go, list",
            "/v2/{project_id}/users?description=a%20b%2F%C3%BC&share_space_subscription=true&user_name&user_names=alice&user_names=bob",
            &go,
            GO,
            "33cdd4f880cf2d5ec646a84d41294791e40835f211090231a5ce8e7fb91164fe",
        ),
        post(
            "{\"user_name\":\"a<l\",\"language\":\"zh_CN\"}\n",
            get(
                "go, export",
                "/v3/{project_id}/users/export",
                &go,
                GO,
                "2d6fbf0e3ac172d35ad00eeda66e17ea77604d0719dbe6572c2b3045639c019a",
            ),
        ),
        post(
            "{\"account_expires\":\"0\",\"enable_change_password\":true,\"next_login_change_password\":true,\"user_email\":\"a@example.com\",\"user_name\":\"alice\"}\n",
            Vector { access: "AKTF", secret: "sktf", ..golangsdk },
        ),
        post(
            r#"{"user_name":"al","language":"zh_CN"}"#,
            get(
                "node, export",
                "/v3/{project_id}/users/export",
                &node,
                FOUR,
                "9c54d0dc8bd42da45de2c1126294a212270ef6522099772c7cc5401c537960c7",
            ),
        ),
    ]
}

pub(super) fn all() -> Vec<Vector> {
    [worked(), python(), others()].concat()
}

impl Vector {
    pub(super) fn request(&self) -> Request {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(HeaderName::from_static(name), value);
        }
        Request {
            listener: crate::wire::Listener::Main,
            method: self.method.clone(),
            uri: self.target.parse().unwrap(),
            headers,
            body: Bytes::copy_from_slice(&self.body),
            too_large: false,
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            arrival: crate::wire::Arrival::unknown(),
            open: crate::wire::Open::default(),
        }
    }

    pub(super) fn header(&self) -> String {
        let (algorithm, key) = match self.scope {
            None => ("SDK-HMAC-SHA256", format!("Access={}", self.access)),
            Some(scope) => ("V11-HMAC-SHA256", format!("Credential={}/{scope}", self.access)),
        };
        let Self { signed_headers, signature, .. } = self;
        format!("{algorithm} {key}, SignedHeaders={signed_headers}, Signature={signature}")
    }

    pub(super) fn value(&mut self, name: &str) -> &mut Cow<'static, str> {
        &mut self.headers.iter_mut().find(|(known, _)| *known == name).unwrap().1
    }

    pub(super) fn verifies(&self) -> bool {
        let header = self.header();
        let authorization = Authorization::parse(&header).unwrap();
        let request = self.request();
        let date = request.header("x-sdk-date").unwrap_or_default();
        verify(&request, &authorization, date, self.secret)
    }

    /// The hash of the canonical request.
    pub(super) fn hash(&self) -> String {
        let header = self.header();
        let authorization = Authorization::parse(&header).unwrap();
        let canonical = Canonical::of(&self.request(), &authorization.signed_headers);
        sha256_hex(canonical.text().as_bytes())
    }
}
