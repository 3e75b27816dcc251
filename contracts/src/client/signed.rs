//! Signed requests, as the official SDKs for python write them.

use jiff::Timestamp;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Key, Request, sdk_hmac, tc3, v1};
use crate::model::Operation;

/// Nonces are below this: every reader of JSON numbers can hold them.
const NONCE_MAX: u64 = 1 << 53;

/// A call to Tencent Cloud.
pub(super) struct TencentCall<'a> {
    pub(super) operation: &'a Operation,
    pub(super) input: &'a Value,
    pub(super) region: &'a str,
    pub(super) host: &'a str,
    pub(super) key: &'a Key,
    pub(super) at: Timestamp,
}

impl TencentCall<'_> {
    /// The input as JSON, signed with TC3.
    pub(super) fn tc3(&self) -> Request {
        let Self { operation, host, key, at, .. } = self;
        let body = self.input.to_string().into_bytes();
        let covered = [("content-type", "application/json"), ("host", host)];
        let authorization = tc3::authorization(
            &tc3::Covered { method: "POST", query: "", headers: &covered, payload: &body },
            (&key.id, &key.secret),
            &operation.service,
            *at,
        );
        let timestamp = at.as_second().to_string();
        let mut headers = covered.to_vec();
        headers.extend([
            ("x-tc-action", operation.name.as_str()),
            ("x-tc-version", &operation.version),
            ("x-tc-timestamp", &timestamp),
            ("authorization", &authorization),
        ]);
        if !self.region.is_empty() {
            headers.push(("x-tc-region", self.region));
        }
        headers.extend(key.token.as_deref().map(|token| ("x-tc-token", token)));
        request("POST", "/", &headers, body)
    }

    /// The input as a form with the old signature.
    pub(super) fn form(&self, hash: v1::Hash) -> Request {
        let Self { operation, host, key, at, .. } = self;
        let mut parameters = v1::flattened(self.input);
        let nonce = (fastrand::u64(1..NONCE_MAX)).to_string();
        let timestamp = at.as_second().to_string();
        let common = [
            ("Action", operation.name.as_str()),
            ("Version", &operation.version),
            ("Region", self.region),
            ("Timestamp", &timestamp),
            ("Nonce", &nonce),
            ("SecretId", &key.id),
            ("SignatureMethod", hash.name()),
        ];
        let common = common.into_iter().chain(key.token.as_deref().map(|token| ("Token", token)));
        let common = common.filter(|(_, value)| !value.is_empty());
        parameters.extend(common.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let signature = v1::signature("POST", host, &parameters, &key.secret, hash);
        parameters.push(("Signature".to_owned(), signature));
        let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let pairs = parameters.iter().map(|(name, value)| encoded(name) + "=" + &encoded(value));
        let body = pairs.collect::<Vec<_>>().join("&").into_bytes();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("host", host)];
        request("POST", "/", &headers, body)
    }
}

/// Signs a request behind Huawei Cloud's gateway; covers all that it has.
pub(super) fn huawei(request: &mut Request, key: &Key, at: Timestamp) {
    let date = sdk_hmac::date(at);
    request.headers.push(("x-sdk-date".to_owned(), date.clone()));
    if let Some(token) = &key.token {
        request.headers.push(("x-security-token".to_owned(), token.clone()));
    }
    let mut headers: Vec<_> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    headers.sort_unstable();
    let covered = sdk_hmac::Covered {
        method: &request.method,
        target: &request.target,
        headers: &headers,
        payload: &request.body,
    };
    let authorization = sdk_hmac::authorization(&covered, (&key.id, &key.secret), &date);
    request.headers.push(("authorization".to_owned(), authorization));
}

fn request(method: &str, target: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Request {
    let headers =
        headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Request { method: method.to_owned(), target: target.to_owned(), headers, body }
}
