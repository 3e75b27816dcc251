//! A signed request of which one part was changed is refused, whatever client signed it.

use cloudtwin::wire::Request;
use http::Method;

use super::client::{STYLES, Signed, explanation, json_of};
use super::signatures::{AGENCY, KEYS};
use crate::client::World;

fn is_refused(world: &World, request: Request) -> bool {
    let answer = world.send(request);
    answer.status == 401 && json_of(&answer)["error_code"] == "APIGW.0301"
}

#[test]
fn a_change_of_any_signed_part_is_refused() {
    let world = World::new();
    let now = world.twin.clock.now();
    for style in STYLES {
        let query = vec![("name", "cn-north-4"), ("enabled", "true")];
        let lookup = Signed { query, ..Signed::get(style, "/v3/projects", now) };
        for target in [
            "/v3/projects?name=cn-north-4&enabled=false",
            "/v3/projects?name=cn-north-4",
            "/v3/projects?name=cn-north-4&enabled=true&x=",
            "/v3/projects",
            "/v3/regions?name=cn-north-4&enabled=true",
        ] {
            let mut request = lookup.request();
            request.uri = target.parse().unwrap();
            assert!(is_refused(&world, request), "{style:?} {target}");
        }
        let signed = lookup.request().headers["authorization"].to_str().unwrap().to_owned();
        let (_, names) = signed.split_once("SignedHeaders=").unwrap();
        let (names, _) = names.split_once(',').unwrap();
        for name in names.split(';') {
            let mut request = lookup.request();
            let value = request.headers[name].to_str().unwrap().to_owned() + "0";
            request.headers.insert(
                http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                value.parse().unwrap(),
            );
            assert!(is_refused(&world, request), "{style:?} {name} changed");
            let mut request = lookup.request();
            request.headers.remove(name);
            assert!(is_refused(&world, request), "{style:?} {name} left out");
        }
        let post = Signed::new(style, Method::POST, KEYS, AGENCY, now);
        let mut request = post.request();
        request.body = AGENCY.replace("\"a\"", "\"b\"").into();
        assert!(is_refused(&world, request), "{style:?} body");
        let access = Signed { access: "TWINAK-b".to_owned(), ..post };
        let mut request = access.request();
        let header = request.headers["authorization"].to_str().unwrap();
        let header = header.replace("TWINAK-b", "TWINAK-c").parse().unwrap();
        request.headers.insert("authorization", header);
        // The key itself is in no text that is signed, unless a key is derived from it: whoever
        // has the one secret may speak for every tenant.
        let derived = style == super::client::Style::Derived;
        assert_eq!(is_refused(&world, request), derived, "{style:?} access key");
    }
}

#[test]
fn every_digit_of_the_signature_counts() {
    let world = World::new();
    for style in STYLES {
        let call = Signed::get(style, "/v3/regions", world.twin.clock.now());
        for place in 0..64 {
            let mut request = call.request();
            let mut header = request.headers["authorization"].to_str().unwrap().to_owned();
            let at = header.len() - 64 + place;
            let digit = if header[at..].starts_with('0') { "1" } else { "0" };
            header.replace_range(at..=at, digit);
            request.headers.insert("authorization", header.parse().unwrap());
            assert!(is_refused(&world, request), "{style:?} digit {place}");
        }
    }
}

#[test]
fn a_header_that_tells_the_hash_of_another_body_does_not_cover_this_one() {
    let world = World::new();
    let now = world.twin.clock.now();
    for style in STYLES {
        let post = Signed::new(style, Method::POST, KEYS, AGENCY, now);
        let hash = hex::encode(ring::digest::digest(&ring::digest::SHA256, &post.body));
        for value in [&hash, "UNSIGNED-PAYLOAD"] {
            let mut request = post.request();
            request.body = AGENCY.replace("\"a\"", "\"b\"").into();
            request.headers.insert("x-sdk-content-sha256", value.parse().unwrap());
            assert!(is_refused(&world, request), "{style:?} {value}");
            let why = explanation(&world);
            assert!(why.starts_with(&format!("X-Sdk-Content-Sha256 is `{value}`")), "{why}");
        }
        let mut request = post.request();
        request.headers.insert("x-sdk-content-sha256", hash.parse().unwrap());
        assert_eq!(world.send(request).status, 201, "{style:?}: its own hash");
    }
}
