//! Tencent Cloud's signature TC3-HMAC-SHA256.
//!
//! <https://www.tencentcloud.com/document/product/267/37447>

use jiff::Timestamp;
use ring::{digest, hmac};

/// What of a request is signed.
#[derive(Debug, Clone, Copy)]
pub struct Covered<'a> {
    /// The method.
    pub method: &'a str,
    /// The query as it is on the wire; empty for a POST.
    pub query: &'a str,
    /// The signed headers in their order: names in lower case, values as they are signed. The vendor insists on
    /// `content-type` and `host`.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body; empty for a GET.
    pub payload: &'a [u8],
}

/// The value of `Authorization`, for that key and service at the time that `X-TC-Timestamp` names.
pub fn authorization(
    covered: &Covered<'_>,
    (id, secret): (&str, &str),
    service: &str,
    at: Timestamp,
) -> String {
    let date = at.strftime("%Y-%m-%d").to_string();
    let scope = format!("{date}/{service}/tc3_request");
    let names: Vec<_> = covered.headers.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let canonical = sha256(canonical(covered, &names).as_bytes());
    let text = format!("TC3-HMAC-SHA256\n{}\n{scope}\n{canonical}", at.as_second());
    let day = hmac(format!("TC3{secret}").as_bytes(), &date);
    let key = hmac(hmac(day.as_ref(), service).as_ref(), "tc3_request");
    let signature = hex::encode(hmac(key.as_ref(), &text));
    format!("TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
}

/// The text of which both sides make a hash.
fn canonical(covered: &Covered<'_>, names: &str) -> String {
    let Covered { method, query, headers, payload } = covered;
    let lines: String =
        headers.iter().flat_map(|(name, value)| [*name, ":", *value, "\n"]).collect();
    format!("{method}\n/\n{query}\n{lines}\n{names}\n{}", sha256(payload))
}

fn hmac(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str =
        r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;
    const HEADERS: [(&str, &str); 3] = [
        ("content-type", "application/json; charset=utf-8"),
        ("host", "cvm.tencentcloudapi.com"),
        ("x-tc-action", "describeinstances"),
    ];

    fn signed(headers: &[(&str, &str)], id: &str, secret: &str) -> String {
        let payload = BODY.as_bytes();
        let covered = Covered { method: "POST", query: "", headers, payload };
        let at = Timestamp::from_second(1_551_113_065).unwrap();
        authorization(&covered, (id, secret), "cvm", at)
    }

    #[test]
    fn the_published_vectors_come_out() {
        assert_eq!(
            signed(
                &HEADERS[..2],
                "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
                "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
            ),
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
        );
        let stars = "*".repeat(32);
        let newer = signed(&HEADERS, &format!("AKID{stars}"), &stars);
        let signature = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f";
        assert!(newer.ends_with(&format!("Signature={signature}")), "{newer}");
    }

    #[test]
    fn a_query_is_signed_as_it_is() {
        let headers =
            [("content-type", "application/x-www-form-urlencoded"), ("host", HEADERS[1].1)];
        let (method, query) = ("GET", "Limit=10&Offset=0");
        let covered = Covered { method, query, headers: &headers, payload: b"" };
        let at = Timestamp::from_second(1_551_113_065).unwrap();
        let key = ("AKID", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE");
        let signature = "9867b291561db17491c01f0d7f06be3ccd45e91ecd3ce5434330e00ece036f64";
        assert!(authorization(&covered, key, "cvm", at).ends_with(signature));
    }
}
