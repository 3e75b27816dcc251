//! The published vector of the old signature, our own, and what a change of any part does to them.

use bytes::Bytes;
use http::{HeaderMap, Method};

use super::*;

const KEY: &str = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";

fn example(signature: &str, more: &[(&str, &str)]) -> Pairs {
    let usual = [
        ("Action", "DescribeInstances"),
        ("InstanceIds.0", "ins-09dx96dg"),
        ("Limit", "20"),
        ("Nonce", "11886"),
        ("Offset", "0"),
        ("Region", "ap-guangzhou"),
        ("SecretId", "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"),
        ("Timestamp", "1465185768"),
        ("Version", "2017-03-12"),
        ("Signature", signature),
    ];
    usual
        .iter()
        .chain(more)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn request(method: Method, host: &str) -> Request {
    let mut headers = HeaderMap::new();
    headers.insert("host", host.parse().unwrap());
    Request {
        listener: crate::wire::Listener::Main,
        method,
        uri: "/".parse().unwrap(),
        headers,
        body: Bytes::new(),
        too_large: false,
        peer: std::net::Ipv4Addr::LOCALHOST.into(),
        arrival: crate::wire::Arrival::unknown(),
        open: crate::wire::Open::default(),
    }
}

const SHA1: &str = "EliP9YW3pW28FpsEdkXt/+WcGeI=";
const SHA256: &str = "A8uy2/o7WBZXYCTWEFpMrVGhGBVlEGIOioeqRM+fzFs=";

#[test]
fn the_published_vector_and_ours_verify() {
    let request = request(Method::GET, "cvm.tencentcloudapi.com");
    assert!(verify(&request, &example(SHA1, &[]), KEY));
    assert!(verify(&request, &example(SHA256, &[("SignatureMethod", "HmacSHA256")]), KEY));
}

#[test]
fn a_change_of_any_part_breaks_them() {
    let get = request(Method::GET, "cvm.tencentcloudapi.com");
    assert!(!verify(&request(Method::POST, "cvm.tencentcloudapi.com"), &example(SHA1, &[]), KEY));
    assert!(!verify(&request(Method::GET, "cvm.tencentcloudapi.com:80"), &example(SHA1, &[]), KEY));
    assert!(!verify(&get, &example(SHA1, &[]), "another"));
    assert!(!verify(&get, &example(SHA1, &[("New", "1")]), KEY));
    assert!(!verify(&get, &example(SHA1, &[("SignatureMethod", "HmacSHA256")]), KEY));
    assert!(!verify(&get, &example("not base64", &[]), KEY));
    for place in 0..9 {
        let mut pairs = example(SHA1, &[]);
        pairs[place].1.push('x');
        assert!(!verify(&get, &pairs, KEY), "{}", pairs[place].0);
    }
}

#[test]
fn names_may_be_signed_with_dots_for_underlines() {
    let post = request(Method::POST, "127.0.0.1:4510");
    let mut pairs = example("", &[("Indexed_Name", "a b&c")]);
    let text = string_to_sign("POST", "127.0.0.1:4510", &pairs, true);
    assert!(text.contains("&Indexed.Name=a b&c&"));
    let signature = sign(algorithm(&pairs), KEY, &text);
    pairs.retain(|(name, _)| name != "Signature");
    pairs.push(("Signature".to_owned(), signature));
    assert!(verify(&post, &pairs, KEY));
}
