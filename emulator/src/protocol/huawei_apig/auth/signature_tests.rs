//! Every vector and every capture verifies, and a change of any part of it does not.

use std::borrow::Cow;

use http::Method;

use super::*;

#[path = "signature_vectors.rs"]
mod vectors;

use vectors::{ACCESS, PROJECT, SECRET, Vector, all, date, worked};

#[test]
fn every_vector_and_every_capture_verifies() {
    for vector in all() {
        assert!(vector.verifies(), "{}", vector.name);
    }
}

#[test]
fn the_published_hashes_and_the_derived_key_come_out() {
    let hashes: Vec<_> = worked().iter().map(Vector::hash).collect();
    assert_eq!(
        hashes,
        [
            "b529aeb9d453644161ee59dd2baa9ecdbbcf40f1458a6e3d07237f1945f8eb3d",
            "b878060deac2556f7f312abe217b9c3bd2d07575ba6b49e16917fcb3f0dd9af1",
            "df6bc02f1b53bbf695142bd6a9dee227c9f46833833a81bd6358ff7bb2c1a99e",
            "e3b021a47edb6e7fcdf4a3e6bc5ad5694875855de7e79ec7b1fabd6e7292b98a",
        ]
    );
    assert_eq!(
        derived(ACCESS, SECRET, "20260102/cn-north-4/workspace").unwrap(),
        "3291147771c864216d181c571a94a02b820fc90a553a052ef194cf3139c77039"
    );
}

#[test]
fn every_digit_of_every_signature_counts() {
    for vector in all() {
        for (place, digit) in vector.signature.char_indices() {
            for other in "0123456789abcdef".chars().filter(|other| *other != digit) {
                let mut changed = vector.clone();
                changed.signature.replace_range(place..=place, other.encode_utf8(&mut [0; 4]));
                assert!(!changed.verifies(), "{}, digit {place} as {other}", vector.name);
            }
        }
        for odd in [
            vector.signature.to_uppercase(),
            vector.signature[1..].to_owned(),
            format!("{}0", vector.signature),
            format!("{}00", vector.signature),
            format!("{}g", &vector.signature[1..]),
        ] {
            assert!(!Vector { signature: odd, ..vector.clone() }.verifies(), "{}", vector.name);
        }
    }
}

#[test]
fn a_change_of_method_target_body_or_key_breaks_every_vector() {
    type Change = (&'static str, fn(&mut Vector));
    let changes: [Change; 8] = [
        ("method", |v| v.method = Method::PUT),
        ("path", |v| v.target = v.target.replacen("/v", "/V", 1)),
        ("longer path", |v| v.target = v.target.replacen("/v", "/x/v", 1)),
        ("query", |v| v.target.push_str(if v.target.contains('?') { "&zz=1" } else { "?zz=1" })),
        ("secret", |v| v.secret = "sk"),
        ("algorithm", |v| {
            v.scope = if v.scope.is_some() { None } else { Some("20260102/cn-north-4/workspace") };
        }),
        ("repeated date", |v| v.headers.push(date("20260102T030405Z"))),
        ("body", |v| v.body.to_mut().push(b' ')),
    ];
    for vector in all() {
        for (part, change) in changes {
            let mut other = vector.clone();
            change(&mut other);
            // What the client left unsigned is not covered.
            let covered = part != "body" || vector.name != "V3";
            assert_eq!(other.verifies(), !covered, "{} with another {part}", vector.name);
        }
    }
}

#[test]
fn every_signed_header_counts_and_no_other() {
    for vector in all() {
        for at in 0..vector.headers.len() {
            let name = vector.headers[at].0;
            let covered = vector.signed_headers.split(';').any(|signed| signed == name);
            let mut other = vector.clone();
            other.headers[at].1.to_mut().push('x');
            assert_eq!(other.verifies(), !covered, "{}: {name} changed", vector.name);
            let mut other = vector.clone();
            other.headers.remove(at);
            assert_eq!(other.verifies(), !covered, "{}: {name} left out", vector.name);
            if covered {
                let fewer = vector.signed_headers.split(';').filter(|signed| *signed != name);
                let fewer = fewer.collect::<Vec<_>>().join(";");
                let header = vector.header().replace(vector.signed_headers, &fewer);
                let request = vector.request();
                let refused = Authorization::parse(&header).is_ok_and(|authorization| {
                    let date = request.header("x-sdk-date").unwrap();
                    verify(&request, &authorization, date, vector.secret)
                });
                assert!(!refused, "{}: {name} no longer signed", vector.name);
            }
        }
        let more: &'static str = format!("{};x-more", vector.signed_headers).leak();
        let turned: Vec<_> = vector.signed_headers.split(';').rev().collect();
        for names in [more, turned.join(";").leak()] {
            let other = Vector { signed_headers: names, ..vector.clone() };
            assert!(!other.verifies(), "{} signing {names}", vector.name);
        }
    }
}

#[test]
fn every_byte_of_every_target_and_body_counts() {
    for vector in all() {
        for at in 1..vector.target.len() {
            let byte = vector.target.as_bytes()[at];
            if byte.is_ascii_alphanumeric() {
                let mut other = vector.clone();
                let new = if byte == b'1' { "2" } else { "1" };
                other.target.replace_range(at..=at, new);
                assert!(!other.verifies(), "{}: {}", vector.name, other.target);
            }
        }
        if vector.name != "V3" {
            for at in 0..vector.body.len() {
                let mut other = vector.clone();
                other.body.to_mut()[at] ^= 1;
                assert!(!other.verifies(), "{}: byte {at} of the body", vector.name);
            }
        }
    }
}

#[test]
fn each_part_of_a_scope_counts() {
    let vector = &worked()[3];
    assert!(vector.verifies());
    for scope in
        ["20260103/cn-north-4/workspace", "20260102/cn-north-5/workspace", "20260102/cn-north-4/x"]
    {
        assert!(!Vector { scope: Some(scope), ..vector.clone() }.verifies(), "{scope}");
    }
    assert!(!Vector { access: "AKEXAMPLE0000000001B", ..vector.clone() }.verifies());
}

#[test]
fn other_spellings_of_the_same_request_verify() {
    let list = &worked()[1];
    for (from, to) in [("users?", "users/?"), ("user_name=&", "user_name&"), ("%2F", "%2f")] {
        assert!(list.target.contains(from));
        let other = Vector { target: list.target.replace(from, to), ..list.clone() };
        assert!(other.verifies(), "{}", other.target);
    }
    let turned = list.target.replace("user_names=alice&user_names=bob", "user_names=bob");
    let turned = format!("{turned}&user_names=alice");
    assert!(Vector { target: turned, ..list.clone() }.verifies());
    let mut blanks = list.clone();
    *blanks.value("content-type") = Cow::Borrowed("  application/json ");
    assert!(blanks.verifies());
}

#[test]
fn without_a_body_its_own_hash_counts_as_well_as_the_one_told() {
    let mut vector = worked()[2].clone();
    let told = vector.value(CONTENT_HASH).clone();
    assert_eq!(told, "UNSIGNED-PAYLOAD");
    vector.body = Cow::Borrowed(b"");
    assert!(vector.verifies(), "as told");
    let canonical = Canonical::of(
        &vector.request(),
        &vector.signed_headers.split(';').map(str::to_owned).collect::<Vec<_>>(),
    );
    let empty = Canonical { payload: sha256_hex(b""), ..canonical }.text();
    let header = vector.header();
    let authorization = Authorization::parse(&header).unwrap();
    let text = string_to_sign(&authorization, "20260102T030405Z", &empty);
    let signed = hmac::sign(&key(&authorization, SECRET).unwrap(), text.as_bytes());
    vector.signature = hex::encode(signed);
    assert!(vector.verifies(), "as Python signs it");
    vector.body = Cow::Borrowed(b"x");
    assert!(!vector.verifies(), "with a body");
}

/// A vector whose body's hash is told by the header, signed anew; the header is signed or not.
fn with_content_hash(vector: &Vector, value: String, is_signed: bool) -> Vector {
    let mut vector = vector.clone();
    vector.headers.retain(|(name, _)| *name != CONTENT_HASH);
    vector.headers.push((CONTENT_HASH, Cow::Owned(value)));
    let names = vector.signed_headers.split(';').filter(|name| *name != CONTENT_HASH);
    let names: Vec<_> = names.chain(is_signed.then_some(CONTENT_HASH)).collect();
    vector.signed_headers = names.join(";").leak();
    let header = vector.header();
    let authorization = Authorization::parse(&header).unwrap();
    let request = vector.request();
    let canonical = Canonical::of(&request, &authorization.signed_headers).text();
    let date = request.header("x-sdk-date").unwrap();
    let text = string_to_sign(&authorization, date, &canonical);
    let key = key(&authorization, vector.secret).unwrap();
    vector.signature = hex::encode(hmac::sign(&key, text.as_bytes()));
    vector
}

/// `SDK-HMAC-SHA256` and `V11-HMAC-SHA256`, each with the hash and with `UNSIGNED-PAYLOAD`.
#[test]
fn the_header_replaces_the_hash_of_the_body_only_if_it_is_that_hash_or_signed_as_none() {
    let scopes = [None, Some("20260102/cn-north-4/workspace")];
    for vector in scopes.map(|scope| Vector { scope, ..worked()[0].clone() }) {
        let hash = sha256_hex(&vector.body);
        for value in [hash.clone(), hash.to_uppercase(), format!(" {hash} ")] {
            for is_signed in [true, false] {
                let told = with_content_hash(&vector, value.clone(), is_signed);
                assert!(told.verifies(), "{value} {is_signed}");
                for body in [&b"{}"[..], b""] {
                    let other = Vector { body: Cow::Borrowed(body), ..told.clone() };
                    assert!(!other.verifies(), "{value} {is_signed} {body:?}");
                }
            }
        }
        let unsigned = with_content_hash(&vector, "UNSIGNED-PAYLOAD".to_owned(), true);
        let other = Vector { body: Cow::Borrowed(b"{}"), ..unsigned.clone() };
        assert!(unsigned.verifies() && other.verifies());
        for odd in
            ["UNSIGNED-PAYLOAD", "unsigned-payload", "", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"]
        {
            let is_signed = odd != "UNSIGNED-PAYLOAD";
            assert!(!with_content_hash(&vector, odd.to_owned(), is_signed).verifies(), "{odd}");
        }
    }
}

#[test]
fn a_header_sent_twice_has_a_line_for_each_value() {
    let mut vector = worked()[0].clone();
    vector.headers.push(("x-project-id", Cow::Borrowed("0a")));
    let signed: Vec<_> = vector.signed_headers.split(';').map(str::to_owned).collect();
    let text = Canonical::of(&vector.request(), &signed).text();
    let lines = format!("\nx-project-id:0a\nx-project-id:{PROJECT}\nx-sdk-date:");
    assert!(text.contains(&lines), "{text}");
    assert!(!vector.verifies());
}

#[test]
fn values_beyond_ascii_are_signed_as_utf_8() {
    let mut vector = worked()[0].clone();
    *vector.value("x-project-id") = Cow::Borrowed("ü");
    let request = vector.request();
    let signed: Vec<_> = vector.signed_headers.split(';').map(str::to_owned).collect();
    assert!(Canonical::of(&request, &signed).text().contains("x-project-id:ü\n"));
}
