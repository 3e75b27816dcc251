//! Bytes that no client sends: parsing never panics, never ends in an internal error, and never
//! makes much of little. `PROPTEST_CASES` sets how many are tried.

use bytes::Bytes;
use cloudtwin::services::seeds::Seed;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::client::{HOST, World, bytes_of, request};

/// Largest answer to a request that was refused, beside what it repeats of the request.
const ANSWER_MAX: usize = 4 << 10;

fn runner() -> TestRunner {
    TestRunner::new(Config { failure_persistence: None, ..Config::default() })
}

/// Raw bytes, or pieces that parsers look for in any order.
fn pieces(known: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let raw = prop::collection::vec(any::<u8>(), 0..200);
    let piece = prop_oneof![
        6 => prop::sample::select(known).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..6),
    ];
    let pieced = prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat());
    prop_oneof![1 => raw, 3 => pieced]
}

/// Sends each request to a twin that verifies and to one that does not.
fn try_all(
    strategy: impl Strategy<Value = Vec<u8>>,
    build: impl Fn(&[u8]) -> Vec<cloudtwin::wire::Request>,
) {
    let worlds = [true, false].map(|auth| World::with(|config| config.auth = auth));
    let tried = runner().run(&strategy, |bytes| {
        for world in &worlds {
            let requests = build(&bytes);
            let count = requests.len();
            for request in requests {
                let sent = request.body.len()
                    + request.uri.to_string().len()
                    + request.headers.values().map(HeaderValue::len).sum::<usize>();
                let answer = world.send(request);
                // A canonical request escapes a byte into three, and JSON a character into six.
                prop_assert!(bytes_of(&answer).len() <= ANSWER_MAX + 18 * sent);
            }
            let journal = world.journal();
            prop_assert_eq!(journal.len(), count);
            for entry in &journal {
                prop_assert_ne!(&entry["outcome"], "failed", "{}", entry);
            }
            world.twin.journal.clear(None);
        }
        Ok(())
    });
    tried.unwrap();
}

fn headers(pairs: &[(&'static str, &[u8])]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static(HOST));
    for (name, value) in pairs {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_bytes(value).ok()?);
    }
    Some(headers)
}

const AUTHORIZATION: &[&str] = &[
    "TC3-HMAC-SHA256",
    "SDK-HMAC-SHA256",
    "V11-HMAC-SHA256",
    "Bearer",
    " ",
    "  ",
    ",",
    ", ",
    "=",
    "/",
    ";",
    "Credential=",
    "Access=",
    "SignedHeaders=",
    "Signature=",
    "AKIDtwin",
    "TWINAK",
    "2026-01-31",
    "20260131",
    "ciam/tc3_request",
    "content-type;host",
    "x-sdk-date",
    "host",
    "0",
    "f",
];

#[test]
fn authorization_headers() {
    try_all(pieces(AUTHORIZATION), |value| {
        let tencent: [(&str, &[u8]); 4] = [
            ("authorization", value),
            ("content-type", b"application/json"),
            ("x-tc-action", b"ListUserStore"),
            ("x-tc-timestamp", b"1769846400"),
        ];
        let huawei: [(&str, &[u8]); 2] =
            [("authorization", value), ("x-sdk-date", b"20260131T080000Z")];
        let aicc: [(&str, &[u8]); 2] = [("authorization", value), ("x-app-key", b"twin-app")];
        let places = [
            ("/", headers(&tencent)),
            ("/v3/regions", headers(&huawei)),
            ("/apiaccess/rest/cc-management/v1/federationUserMgmt/createTask", headers(&aicc)),
        ];
        let made = places.into_iter().filter_map(|(path, headers)| {
            Some(request(Method::POST, path, headers?, Bytes::from_static(b"{}")))
        });
        made.collect()
    });
}

const FLAT: &[&str] = &[
    ".",
    "..",
    "=",
    "&",
    "%",
    "%2",
    "%00",
    "+",
    "0",
    "1",
    "-1",
    "4294967296",
    "Filters",
    "Values",
    "Key",
    "Pageable",
    "PageSize",
    "Action=ListUser&",
    "Version=2022-03-31&",
    "UserStoreId",
    "Token",
];

#[test]
fn flat_names() {
    try_all(pieces(FLAT), |pairs| {
        let form: [(&str, &[u8]); 1] = [("content-type", b"application/x-www-form-urlencoded")];
        let signed =
            [&b"Action=ListUser&Version=2022-03-31&SecretId=AKIDtwin&Signature=0&"[..], pairs];
        let post = request(Method::POST, "/", headers(&form).unwrap(), signed.concat().into());
        let get = http::Uri::try_from([b"/?", &signed.concat()[..]].concat()).ok().map(|target| {
            request(Method::GET, &target.to_string(), headers(&[]).unwrap(), Bytes::new())
        });
        std::iter::once(post).chain(get).collect()
    });
}

const MULTIPART: &[&str] = &[
    "--b",
    "--b--",
    "--",
    "\r\n",
    "\r\n\r\n",
    "\n",
    "Content-Disposition: form-data; ",
    "name=",
    "\"file\"",
    "\"UserStoreId\"",
    "\"Pageable\"",
    "filename=\"x.xlsx\"",
    "filename=",
    "name*0*=",
    "name*1=",
    "utf-8''",
    "; ",
    "\\",
    "\"",
    "Content-Type: application/json",
    "{\"PageSize\":1}",
    "[",
    "PK\x03\x04",
    "x",
];

#[test]
fn multipart_bodies() {
    try_all(pieces(MULTIPART), |body| {
        let kind: (&str, &[u8]) = ("content-type", b"multipart/form-data; boundary=b");
        let tencent: [(&str, &[u8]); 3] =
            [kind, ("x-tc-action", b"ListUser"), ("x-tc-version", b"2022-03-31")];
        let import = "/v2/0bec5db98280d2d02fd6c00c2de791ce/users/desktop-users/action/import";
        [("/", headers(&tencent)), (import, headers(&[kind]))]
            .into_iter()
            .filter_map(|(path, headers)| {
                Some(request(Method::POST, path, headers?, Bytes::copy_from_slice(body)))
            })
            .collect()
    });
}

const SEED: &[&str] = &[
    "[[ciam.directory]]\n",
    "[aicc]\n",
    "[[aicc.user]]\n",
    "[[aicc.role]]\n",
    "[[workspace.project]]\n",
    "name = ",
    "users = ",
    "\"a\"",
    "\"{n}\"",
    "{",
    "}",
    "[",
    "]",
    "\n",
    "=",
    ",",
    "0",
    "-1",
    "9223372036854775807",
    "1e309",
    "2026-01-01",
    "true",
    "'''",
    "\"",
    ".",
    "count = ",
    "pattern = ",
];

#[test]
fn seed_files() {
    let tried = runner().run(&pieces(SEED), |bytes| {
        let text = String::from_utf8_lossy(&bytes);
        if let Err(problems) = Seed::parse(&text) {
            prop_assert!(!problems.is_empty());
            prop_assert!(problems.concat().len() <= ANSWER_MAX + 18 * text.len());
        }
        Ok(())
    });
    tried.unwrap();
}
