//! Each mistake that a signature may have is named.

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::*;

const DATE: &str = "20260131T080000Z";
const SECRET: &str = "secret";

fn request(method: Method, target: &str, body: &'static str) -> Request {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("host", "127.0.0.1:4588"),
        ("content-type", "application/json;charset=latin1"),
        ("x-sdk-date", DATE),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    Request {
        listener: crate::wire::Listener::Main,
        method,
        uri: target.parse().unwrap(),
        headers,
        body: Bytes::from_static(body.as_bytes()),
        too_large: false,
        peer: std::net::Ipv4Addr::LOCALHOST.into(),
        arrival: crate::wire::Arrival::unknown(),
        open: crate::wire::Open::default(),
    }
}

/// The first line of what is said of `request` if the client signed `text` of its canonical request.
fn first(
    request: &Request,
    names: &str,
    secret: &str,
    text: impl Fn(Canonical) -> String,
) -> String {
    let header = |signature: &str| {
        format!("SDK-HMAC-SHA256 Access=AK, SignedHeaders={names}, Signature={signature}")
    };
    let unsigned = header("0");
    let authorization = Authorization::parse(&unsigned).unwrap();
    let theirs = text(Canonical::of(request, &authorization.signed_headers));
    let text = string_to_sign(&authorization, DATE, &theirs);
    let tag = hmac::sign(&key(&authorization, secret).unwrap(), text.as_bytes());
    let signed = header(&hex::encode(tag));
    let authorization = Authorization::parse(&signed).unwrap();
    explain(request, &authorization, DATE, SECRET).lines().next().unwrap().to_owned()
}

const NAMES: &str = "content-type;host;x-sdk-date";

#[test]
fn each_mistake_in_the_canonical_request_is_named() {
    let changed = |request: &Request, change: fn(&mut Canonical)| {
        first(request, NAMES, SECRET, |mut signed| {
            change(&mut signed);
            signed.text()
        })
    };
    let get = request(Method::GET, "/v2/%2A/*?b=%20+&A=~&c", "");
    let post = request(Method::POST, "/v2/users", "{ }\n");
    let all = [
        changed(&get, |_| {}),
        changed(&get, |signed| signed.uri = "/v2/%2A/%2A".to_owned()),
        changed(&get, |signed| signed.uri = "/v2/%2A/*/".to_owned()),
        changed(&get, |signed| signed.uri = "/v2/%252A/%2A/".to_owned()),
        changed(&get, |signed| signed.uri = "/v2/*/*/".to_owned()),
        changed(&get, |signed| signed.uri = "//v2/%2A/%2A/".to_owned()),
        changed(&get, |signed| signed.query = String::new()),
        changed(&get, |signed| signed.query = "b=%20+&A=~&c".to_owned()),
        changed(&get, |signed| signed.query = "a=~&b=%20%2B&c=".to_owned()),
        changed(&get, |signed| signed.query = "A=~&b=+%2B&c=".to_owned()),
        changed(&get, |signed| signed.query = "A=~&b=%20%2B&c".to_owned()),
        changed(&get, |signed| signed.query = "A=~&b=%20%20&c=".to_owned()),
        changed(&get, |signed| signed.query = "A=%7E&b=%20%2B&c=".to_owned()),
        changed(&get, |signed| signed.method = "get".to_owned()),
        changed(&get, |signed| signed.method = "POST".to_owned()),
        changed(&post, |signed| signed.payload = sha256_hex(b"")),
        changed(&post, |signed| signed.payload = sha256_hex(b"{}")),
        changed(&post, |signed| signed.payload = sha256_hex(b"{ }\n\n")),
        changed(&post, |signed| signed.payload = sha256_hex(b"{ }")),
        changed(&post, |signed| signed.payload = "UNSIGNED-PAYLOAD".to_owned()),
        changed(&post, |signed| signed.payload.make_ascii_uppercase()),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    the signature is in upper case
    the path was signed without a slash at its end
    the path was signed as sent, not encoded anew
    the path was encoded twice
    the path was not encoded
    the path was signed with a doubled slash at its start: leave out the slash at the end of the endpoint
    the query was not signed
    the query was signed as sent, not sorted and encoded anew
    keys of the query were signed in lower case
    blanks of the query were signed as `+`
    keys without a value were signed without `=`
    a `+` of the query was signed as a blank
    `~` of the query was signed as `%7E`
    the method was signed as get
    the method was signed as POST
    the body was signed as an empty one
    the body was signed as `{}`
    the body was signed with a line feed at its end
    the body was signed without the blanks at its end
    `UNSIGNED-PAYLOAD` was signed without sending X-Sdk-Content-Sha256
    the hash of the body was written in upper case
    ");
    let hosts = ["127.0.0.1", "localhost", "localhost:4588", "http://127.0.0.1:4588"];
    let types = ["application/json", "application/json;charset=UTF-8", ""];
    let values = hosts.map(|host| ("host", host)).into_iter();
    let all: Vec<_> = values
        .chain(types.map(|kind| ("content-type", kind)))
        .map(|(name, value)| {
            first(&post, NAMES, SECRET, |signed| signed.with_header(name, value).text())
        })
        .collect();
    insta::assert_snapshot!(all.join("\n"), @"
    the host was signed as `127.0.0.1`, but sent as `127.0.0.1:4588`
    the host was signed as `localhost`, but sent as `127.0.0.1:4588`
    the host was signed as `localhost:4588`, but sent as `127.0.0.1:4588`
    the host was signed as `http://127.0.0.1:4588`, but sent as `127.0.0.1:4588`
    the content type was signed as `application/json`, but sent as `application/json;charset=latin1`
    the content type was signed as `application/json;charset=UTF-8`, but sent as `application/json;charset=latin1`
    the content type was signed as ``, but sent as `application/json;charset=latin1`
    ");
}

#[test]
fn each_mistake_in_the_text_and_in_the_secret_key_is_named() {
    let post = request(Method::POST, "/v2/users", "{}");
    let get = request(Method::GET, "/v2/users?a=1", "");
    let usual =
        |request: &Request, secret: &str| first(request, NAMES, secret, |signed| signed.text());
    let text = |request: &Request, change: fn(&str) -> String| {
        first(request, NAMES, SECRET, |signed| change(&signed.text()))
    };
    let sorted = |mut signed: Canonical| {
        signed.headers.sort();
        signed.signed_headers = NAMES.to_owned();
        signed.text()
    };
    let all = [
        usual(&post, "SDKsecret"),
        usual(&post, "secret\n"),
        usual(&post, "other"),
        text(&post, |text| format!("{text}\n")),
        text(&post, |text| text.replace("\n\ncontent-type;", "\ncontent-type;")),
        text(&get, |text| text.replace("\n\ncontent-type;", "\ncontent-type;")),
        first(&get, "host;content-type;x-sdk-date", SECRET, sorted),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    the secret key was prefixed with `SDK`
    the secret key was read with a line feed at its end
    no usual mistake explains this signature: is the secret key the one that belongs to `AK`, and was anything changed after signing (a proxy that rewrites Host, say)?
    a line feed was put behind the canonical request
    the empty line behind the canonical headers was left out
    the empty line behind the canonical headers was left out
    the headers were sent in another order than they were signed
    ");
}
