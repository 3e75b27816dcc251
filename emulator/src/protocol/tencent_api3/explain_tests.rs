//! Each mistake that a TC3 signature may have is named, and both canonical requests are shown.

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::*;

const AT: &str = "1551113065";
const DATE: &str = "2019-02-25";
const SECRET: &str = "secret";

fn request(method: Method, target: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert("host", "127.0.0.1:4588".parse().unwrap());
    headers.insert("content-type", "application/json; charset=latin1".parse().unwrap());
    Request {
        listener: crate::wire::Listener::Main,
        method,
        uri: target.parse().unwrap(),
        headers,
        body: Bytes::from_static(b"{ }"),
        too_large: false,
        peer: std::net::Ipv4Addr::LOCALHOST.into(),
        arrival: crate::wire::Arrival::unknown(),
        open: crate::wire::Open::default(),
    }
}

/// Changes the canonical request of `request`, and signs it with a key that begins with `start`.
fn explained(request: &Request, start: &str, change: fn(&mut Canonical<'_>)) -> String {
    let signed_headers = "content-type;host";
    let mut theirs = Canonical::of(request, signed_headers);
    change(&mut theirs);
    let text = tc3::string_to_sign(AT, DATE, "ciam", &theirs.text());
    let tag = hmac::sign(&tc3::signing_key(start, DATE, "ciam"), text.as_bytes());
    let signature = &hex::encode(tag);
    let authorization = Authorization {
        secret_id: "AKIDtwin",
        date: DATE,
        service: "ciam",
        signed_headers,
        signature,
    };
    tc3(request, &authorization, AT, SECRET)
}

#[test]
fn each_mistake_in_the_canonical_request_is_named() {
    let post = request(Method::POST, "/?a=1~");
    let get = request(Method::GET, "/?a=1~");
    let first = |request: &Request, change: fn(&mut Canonical<'_>)| {
        explained(request, "TC3secret", change).lines().next().unwrap().to_owned()
    };
    let all = [
        first(&post, |_| {}),
        first(&post, |signed| *signed = signed.with_header("host", "localhost")),
        first(&post, |signed| *signed = signed.with_header("host", "localhost:4588")),
        first(&post, |signed| *signed = signed.with_header("host", "http://127.0.0.1:4588")),
        first(&post, |signed| *signed = signed.with_header("content-type", "application/json")),
        first(&post, |signed| *signed = signed.with_header("content-type", "")),
        first(&post, |signed| signed.payload_hash = sha256_hex(b"")),
        first(&post, |signed| signed.payload_hash = sha256_hex(b"{}")),
        first(&post, |signed| signed.payload_hash = sha256_hex(b"UNSIGNED-PAYLOAD")),
        first(&post, |signed| signed.payload_hash.make_ascii_uppercase()),
        first(&post, |signed| signed.method = "GET"),
        first(&post, |signed| signed.query = "a=1~".into()),
        first(&get, |signed| signed.method = "POST"),
        first(&get, |signed| signed.query = "".into()),
        first(&get, |signed| signed.query = "a=1%7E".into()),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    the signature is in upper case
    the host was signed as `localhost`, but sent as `127.0.0.1:4588`
    the host was signed as `localhost:4588`, but sent as `127.0.0.1:4588`
    the host was signed as `http://127.0.0.1:4588`, but sent as `127.0.0.1:4588`
    the content type was signed as `application/json`, but sent as `application/json; charset=latin1`
    the content type was signed as ``, but sent as `application/json; charset=latin1`
    the payload was signed as an empty body
    the payload was signed as `{}`
    the payload was signed as `UNSIGNED-PAYLOAD`
    the hash of the payload was written in upper case
    the method was signed as GET
    the query of a POST was signed
    the method was signed as POST
    the query was not signed
    `~` of the query was signed as `%7E`
    ");
}

#[test]
fn each_mistake_in_the_secret_key_is_named() {
    let post = request(Method::POST, "/");
    let first = |start| explained(&post, start, |_| {}).lines().next().unwrap().to_owned();
    let all = [first("secret"), first("TC3secret\n"), first("TC3other")];
    insta::assert_snapshot!(all.join("\n"), @"
    the key was not prefixed with `TC3`
    the secret key was read with a line feed at its end
    no usual mistake explains this signature: is the secret key `cloudtwin-secret`, and was anything changed after signing?
    ");
}
