//! What the journal says of a signature that does not fit: the mistake, and the line to look at.

use http::Method;

use super::client::{Signed, Style, explanation, refusal};
use super::signatures::{AGENCY, KEYS};
use crate::client::World;

/// Signs one request and sends it with a change.
fn told(
    world: &World,
    call: &Signed,
    change: impl FnOnce(&mut cloudtwin::wire::Request),
) -> String {
    let mut request = call.request();
    change(&mut request);
    let line = refusal(world, request);
    assert!(line.starts_with("401 APIGW.0301: Incorrect IAM authentication information: verify aksk signature fail, canonicalRequest:"), "{line}");
    explanation(world)
}

#[test]
fn the_usual_mistakes_are_found() {
    let world = World::new();
    let now = world.twin.clock.now();
    let lookup = Signed::project("cn-north-4", now);
    let post = Signed::new(Style::Python, Method::POST, KEYS, AGENCY, now);
    let first = |text: String| text.lines().next().unwrap().to_owned();
    let set = |name: &'static str, value: &'static str| {
        move |request: &mut cloudtwin::wire::Request| {
            request.headers.insert(name, value.parse().unwrap());
        }
    };
    let key = |secret: &str| Signed { secret: secret.to_owned(), ..lookup.clone() };
    let all = [
        first(told(&world, &lookup, set("host", "localhost:4588"))),
        first(told(&world, &post, set("content-type", "application/json;charset=utf-8"))),
        first(told(&world, &post, |request| {
            request.body = [&request.body[..], b"\n"].concat().into();
        })),
        first(told(&world, &lookup, |request| {
            request.uri = "/v3/projects?Name=cn-north-4".parse().unwrap();
        })),
        first(told(&world, &key("SDKcloudtwin-secret"), |_| {})),
        first(told(&world, &key("cloudtwin-secret\n"), |_| {})),
        first(told(&world, &lookup, |request| {
            let header = request.headers["authorization"].to_str().unwrap();
            let (head, signature) = header.split_at(header.len() - 64);
            let loud = head.to_owned() + &signature.to_uppercase();
            request.headers.insert("authorization", loud.parse().unwrap());
        })),
        first(told(&world, &key("mine"), |_| {})),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    the host was signed as `127.0.0.1:4588`, but sent as `localhost:4588`
    the content type was signed as `application/json`, but sent as `application/json;charset=utf-8`
    the body was signed without the blanks at its end
    keys of the query were signed in lower case
    the secret key was prefixed with `SDK`
    the secret key was read with a line feed at its end
    the signature is in upper case
    no usual mistake explains this signature: is the secret key the one that belongs to `TWINAK`, and was anything changed after signing (a proxy that rewrites Host, say)?
    ");
}

#[test]
fn marks_of_the_query_that_were_signed_otherwise_are_named() {
    let world = World::new();
    let now = world.twin.clock.now();
    // The test's client signs what it is given, as a client with another encoding would.
    let first = |signed: &'static str, sent: &'static str| {
        let call = Signed { encoded_query: Some(signed), ..Signed::project(sent, now) };
        told(&world, &call, |_| {}).lines().next().unwrap().to_owned()
    };
    let all = [
        first("name=a%7Eb", "a~b"),
        first("name=a*b", "a*b"),
        first("name=a%2Db%2Ec%5Fd", "a-b.c_d"),
        first("name=(a)", "(a)"),
    ];
    insta::assert_snapshot!(all.join("\n"), @"
    `~` of the query was signed as `%7E`
    `%2A` of the query was signed as `*`
    `-._` of the query was signed as `%2D%2E%5F`
    `%28%29` of the query was signed as `()`
    ");
}

#[test]
fn paths_that_were_signed_otherwise_are_named() {
    let world = World::new();
    let now = world.twin.clock.now();
    let first = |signed: &'static str| {
        let path = "/v2/p/users/a%2Ab";
        let call = Signed { encoded_path: Some(signed), ..Signed::get(Style::Python, path, now) };
        told(&world, &call, |_| {}).lines().next().unwrap().to_owned()
    };
    let all = [
        first("/v2/p/users/a%2Ab"),
        first("/v2/p/users/a%252Ab/"),
        first("/v2/p/users/a*b/"),
        first("/v2/p/users/"),
    ];
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_signed_header_that_did_not_arrive_is_an_empty_line() {
    let world = World::new();
    let call = Signed::project("cn-north-4", world.twin.clock.now());
    let text = told(&world, &call, |request| {
        request.headers.remove("user-agent");
    });
    assert!(text.contains("\nuser-agent:\n"), "{text}");
}

#[test]
fn an_endpoint_with_a_slash_at_its_end_is_named() {
    let world = World::new();
    let doubled = Signed {
        path: "//v3/projects".to_owned(),
        ..Signed::project("cn-north-4", world.twin.clock.now())
    };
    let signed = told(&world, &doubled, |request| {
        request.uri = "/v3/projects?name=cn-north-4".parse().unwrap();
    });
    let sent = refusal(&world, doubled.request());
    let lines = [signed.lines().next().unwrap().to_owned(), sent, explanation(&world)];
    insta::assert_snapshot!(lines.join("\n"), @"
    the path was signed with a doubled slash at its start: leave out the slash at the end of the endpoint
    404 APIGW.0101: The API does not exist or has not been published in the environment.
    the path begins with two slashes: leave out the slash at the end of the endpoint
    ");
}

#[test]
fn algorithms_that_are_not_modelled_are_named_and_nothing_else_is() {
    let world = World::new();
    let call = Signed::project("cn-north-4", world.twin.clock.now());
    for (name, known) in [
        ("SDK-HMAC-SM3", true),
        ("SDK-ECDSA-P256-SHA256", true),
        ("SDK-SM2-SM3", true),
        ("SDK-s3cret", false),
    ] {
        let mut request = call.request();
        let header = request.headers["authorization"].to_str().unwrap();
        let other = header.replace("SDK-HMAC-SHA256", name).parse().unwrap();
        request.headers.insert("authorization", other);
        assert!(refusal(&world, request).starts_with("401 APIGW.0301: "), "{name}");
        let why = explanation(&world);
        assert_eq!(why.contains(&format!("the twin does not model `{name}`")), known, "{why}");
        assert_eq!(why.contains(name), known, "{why}");
    }
}

#[test]
fn both_canonical_requests_stand_side_by_side_without_the_security_token() {
    let world = World::new();
    let call = Signed {
        security_token: Some("s3cret-token".to_owned()),
        ..Signed::project("cn-north-4", world.twin.clock.now())
    };
    let text = told(&world, &call, |request| {
        request.headers.insert("host", "localhost:4588".parse().unwrap());
    });
    insta::assert_snapshot!(text, @"
    the host was signed as `127.0.0.1:4588`, but sent as `localhost:4588`
    first line that differs: 5
      the twin's:   host:localhost:4588
      the client's: host:127.0.0.1:4588
    canonical request of the twin:
    GET
    /v3/projects/
    name=cn-north-4
    content-type:application/json
    host:localhost:4588
    user-agent:huaweicloud-usdk-python/3.0; os/Linux python/3.11.7
    x-project-id:0bec5db98280d2d02fd6c00c2de791ce
    x-sdk-date:20260131T080000Z
    x-security-token:***

    content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    canonical request of the client:
    GET
    /v3/projects/
    name=cn-north-4
    content-type:application/json
    host:127.0.0.1:4588
    user-agent:huaweicloud-usdk-python/3.0; os/Linux python/3.11.7
    x-project-id:0bec5db98280d2d02fd6c00c2de791ce
    x-sdk-date:20260131T080000Z
    x-security-token:***

    content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token
    e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    ");
    assert!(!world.journal().last().unwrap().to_string().contains("s3cret-token"));
}
