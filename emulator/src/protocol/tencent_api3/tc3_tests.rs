//! The vendor's published vectors, our own, and what a change of any part does to them.

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::*;

const EXAMPLE_KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
const EXAMPLE_BODY: &str =
    r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

/// A request, how it was signed, and its signature.
#[derive(Clone)]
struct Vector {
    name: &'static str,
    method: Method,
    host: &'static str,
    content_type: &'static str,
    target: &'static str,
    body: &'static str,
    unsigned: bool,
    service: &'static str,
    signed_headers: &'static str,
    key: String,
    signature: &'static str,
}

fn vectors() -> Vec<Vector> {
    let example = Vector {
        name: "published, two headers",
        method: Method::POST,
        host: "cvm.tencentcloudapi.com",
        content_type: "application/json; charset=utf-8",
        target: "/",
        body: EXAMPLE_BODY,
        unsigned: false,
        service: "cvm",
        signed_headers: "content-type;host",
        key: EXAMPLE_KEY.to_owned(),
        signature: "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
    };
    let json = Vector { content_type: "application/json", body: "{}", ..example.clone() };
    vec![
        Vector {
            name: "published, three headers",
            signed_headers: "content-type;host;x-tc-action",
            key: "*".repeat(32),
            signature: "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f",
            ..example.clone()
        },
        Vector {
            name: "GET",
            method: Method::GET,
            content_type: "application/x-www-form-urlencoded",
            target: "/?Limit=10&Offset=0",
            body: "",
            signature: "9867b291561db17491c01f0d7f06be3ccd45e91ecd3ce5434330e00ece036f64",
            ..example.clone()
        },
        Vector {
            name: "unsigned payload",
            unsigned: true,
            signature: "6ca8818cc1b871a25d6f13dad67f0a6069a1979f11eddcd2087aee26addd80e6",
            ..json.clone()
        },
        Vector {
            name: "plain JSON",
            signature: "62cc1203c112368345f8b9b9a19250a256ca9852dc3b62843e7e2be838551002",
            ..json.clone()
        },
        Vector {
            // Node sends the port and signs the host without it.
            name: "Node",
            host: "127.0.0.1:4510",
            service: "127",
            signature: "318cbecbc0dbee7b6ea3214894fae1825381694663c3fbdc5a9ee57882763dfe",
            ..json.clone()
        },
        Vector {
            name: "Go and Python",
            host: "127.0.0.1:4510",
            service: "ciam",
            signature: "9c89670e3a28002c661ed9fc1fc98551c8753f4946bb70e377f51dd60f9d33f4",
            ..json.clone()
        },
        Vector {
            name: "tccli",
            host: "http://127.0.0.1:4510",
            service: "ciam",
            signature: "78627693b89b83d787c01dd85c7b6a7248dd52f3af11ca0660a8d8eee01fb88d",
            ..json
        },
        example,
    ]
}

impl Vector {
    fn request(&self) -> Request {
        let mut headers = HeaderMap::new();
        headers.insert("host", self.host.parse().unwrap());
        headers.insert("content-type", self.content_type.parse().unwrap());
        headers.insert("x-tc-action", "DescribeInstances".parse().unwrap());
        if self.unsigned {
            headers.insert("x-tc-content-sha256", "UNSIGNED-PAYLOAD".parse().unwrap());
        }
        Request {
            listener: crate::wire::Listener::Main,
            method: self.method.clone(),
            uri: self.target.parse().unwrap(),
            headers,
            body: Bytes::from_static(self.body.as_bytes()),
            too_large: false,
            peer: std::net::Ipv4Addr::LOCALHOST.into(),
            arrival: crate::wire::Arrival::unknown(),
            open: crate::wire::Open::default(),
        }
    }

    fn authorization(&self) -> Authorization<'_> {
        Authorization {
            secret_id: "AKID",
            date: "2019-02-25",
            service: self.service,
            signed_headers: self.signed_headers,
            signature: self.signature,
        }
    }

    fn verifies(&self) -> bool {
        verify(
            &self.request(),
            &self.authorization(),
            "1551113065",
            &self.key,
            &SigningKeys::default(),
        )
    }
}

#[test]
fn every_vector_verifies() {
    for vector in vectors() {
        assert!(vector.verifies(), "{}", vector.name);
    }
}

#[test]
fn the_published_stages_of_the_key_and_hashes_come_out() {
    let vector = &vectors()[7];
    let request = vector.request();
    let canonical = Canonical::of(&request, vector.signed_headers);
    assert_eq!(
        canonical.payload_hash,
        "35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    );
    assert_eq!(
        sha256_hex(canonical.text().as_bytes()),
        "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031"
    );
}

/// A part, and how to change it.
type Change = (&'static str, fn(&mut Vector));

#[test]
fn a_change_of_any_part_breaks_every_vector() {
    let changes: [Change; 8] = [
        ("method", |v| v.method = if v.method == Method::GET { Method::POST } else { Method::GET }),
        ("host", |v| v.host = "ciam.tencentcloudapi.com.evil"),
        ("content type", |v| v.content_type = "text/plain"),
        ("service", |v| v.service = "cvn"),
        ("signed headers", |v| v.signed_headers = "host;content-type"),
        ("key", |v| v.key.push('x')),
        ("signature", |v| {
            v.signature = "0000000000000000000000000000000000000000000000000000000000000000"
        }),
        ("short signature", |v| v.signature = &v.signature[..63]),
    ];
    for vector in vectors() {
        for (part, change) in changes {
            let mut other = vector.clone();
            change(&mut other);
            assert!(!other.verifies(), "{} with another {part}", vector.name);
        }
        let loud: &'static str = vector.signature.to_uppercase().leak();
        assert!(
            !Vector { signature: loud, ..vector.clone() }.verifies(),
            "{} in upper case",
            vector.name
        );
        let other = Vector { body: "{ }", ..vector.clone() };
        // Neither a GET's body nor an unsigned one is covered.
        let covered = vector.method == Method::POST && !vector.unsigned;
        assert_eq!(other.verifies(), !covered, "{} with another body", vector.name);
        let keys = SigningKeys::default();
        let at = |timestamp, date| {
            let authorization = Authorization { date, ..vector.authorization() };
            verify(&vector.request(), &authorization, timestamp, &vector.key, &keys)
        };
        assert!(at("1551113065", "2019-02-25"));
        assert!(
            !at("1551113066", "2019-02-25") && !at("1551113065", "2019-02-26"),
            "{}",
            vector.name
        );
    }
}

#[test]
fn the_host_of_the_target_counts_where_no_header_names_one() {
    let vectors = vectors();
    let vector = vectors.iter().find(|vector| vector.name == "Go and Python").unwrap();
    let mut request = vector.request();
    request.headers.remove("host");
    let verifies = |request: &Request| {
        let keys = SigningKeys::default();
        verify(request, &vector.authorization(), "1551113065", &vector.key, &keys)
    };
    assert!(!verifies(&request));
    request.uri = format!("http://{}/", vector.host).parse().unwrap();
    assert!(verifies(&request));
}

#[test]
fn headers_are_read_as_official_clients_write_them() {
    let usual = "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=ab";
    let read = Authorization::parse(usual).unwrap();
    assert_eq!(
        (read.secret_id, read.date, read.service, read.signature),
        ("AKID", "2019-02-25", "cvm", "ab")
    );
    for other in [usual.replace("SHA256 ", "SHA256  "), usual.replace(", ", ",")] {
        assert_eq!(Authorization::parse(&other).unwrap(), read);
    }
    let slashes = usual.replace("/cvm/", "/http://127/");
    assert_eq!(Authorization::parse(&slashes).unwrap().service, "http://127");
}

#[test]
fn a_broken_header_is_told_by_its_part() {
    let usual = "TC3-HMAC-SHA256 Credential=AKID/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=ab";
    let told = |from: &str, to: &str| {
        Authorization::parse(&usual.replace(from, to)).unwrap_err().to_owned()
    };
    insta::assert_snapshot!(
        [
            told("TC3-HMAC-SHA256", "SKIP"),
            told("TC3-HMAC-SHA256 ", "TC3-HMAC-SHA256"),
            told("Credential", "Cred"),
            told("AKID/2019-02-25/cvm/tc3_request", "AKID"),
            told("/tc3_request", "/tc4_request"),
            told("SignedHeaders", "Headers"),
            told("content-type;host", "host"),
            told("content-type;host", "content-type;x-tc-action"),
            told("Signature=ab", "Signature="),
        ]
        .join("\n"),
        @"
    the algorithm must be `TC3-HMAC-SHA256`
    the algorithm must be `TC3-HMAC-SHA256`
    `Credential` not found
    `Credential` not valid
    `tc3_request` in Credential not found
    `SignedHeaders` not found
    `SignedHeaders` must hold `content-type` and `host`
    `SignedHeaders` must hold `content-type` and `host`
    `Signature` not found
    "
    );
}

#[test]
fn signing_keys_are_few_and_none_is_kept_for_a_long_service() {
    let keys = SigningKeys::default();
    let kept = || keys.known.read().unwrap().len();
    let name = |number: usize, length: usize| format!("{number:0>length$}");
    for number in 0..KEYS_MAX {
        keys.with("secret", "2026-01-31", &name(number, KEPT_SERVICE_MAX), |_| ());
    }
    keys.with("secret", "2026-01-31", &name(0, KEPT_SERVICE_MAX + 1), |_| ());
    assert_eq!(kept(), KEYS_MAX);
    keys.with("secret", "2026-01-31", &name(KEYS_MAX, KEPT_SERVICE_MAX), |_| ());
    assert_eq!(kept(), 1);
}
