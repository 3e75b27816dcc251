//! Tencent Cloud's old signature, over the parameters of a form or a query.
//!
//! <https://www.tencentcloud.com/document/product/213/31575>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::Value;

/// The hash of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// `HmacSHA1`.
    Sha1,
    /// `HmacSHA256`.
    Sha256,
}

impl Hash {
    /// The value of `SignatureMethod`.
    pub fn name(self) -> &'static str {
        match self {
            Hash::Sha1 => "HmacSHA1",
            Hash::Sha256 => "HmacSHA256",
        }
    }
}

/// The value of `Signature` over all other parameters, decoded, in any order.
pub fn signature(
    method: &str,
    host: &str,
    parameters: &[(String, String)],
    secret: &str,
    hash: Hash,
) -> String {
    let mut sorted: Vec<_> = parameters.iter().collect();
    sorted.sort();
    let pairs: Vec<_> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let text = format!("{method}{host}/?{}", pairs.join("&"));
    let algorithm = match hash {
        Hash::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => hmac::HMAC_SHA256,
    };
    STANDARD.encode(hmac::sign(&hmac::Key::new(algorithm, secret.as_bytes()), text.as_bytes()))
}

/// The parameters for an input: `Filters.0.Name`. What is null, and a list or an object without anything in it,
/// has none.
pub fn flattened(input: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    flatten("", input, &mut all);
    all
}

fn flatten(path: &str, value: &Value, all: &mut Vec<(String, String)>) {
    let below =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                flatten(&below(name), value, all);
            }
        }
        Value::Array(elements) => {
            for (at, value) in elements.iter().enumerate() {
                flatten(&below(&at.to_string()), value, all);
            }
        }
        Value::String(text) => all.push((path.to_owned(), text.clone())),
        scalar => all.push((path.to_owned(), scalar.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn example() -> Vec<(String, String)> {
        let input = json!({
            "Offset": 0, "Limit": 20, "InstanceIds": ["ins-09dx96dg"], "Action": "DescribeInstances",
            "Nonce": 11886, "Region": "ap-guangzhou", "Timestamp": 1_465_185_768, "Version": "2017-03-12",
            "SecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        });
        flattened(&input)
    }

    fn signed(parameters: &[(String, String)], hash: Hash) -> String {
        let secret = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
        signature("GET", "cvm.tencentcloudapi.com", parameters, secret, hash)
    }

    #[test]
    fn the_published_vector_comes_out() {
        assert_eq!(signed(&example(), Hash::Sha1), "EliP9YW3pW28FpsEdkXt/+WcGeI=");
    }

    #[test]
    fn the_longer_hash_is_named_among_the_parameters() {
        let mut parameters = example();
        parameters.push(("SignatureMethod".to_owned(), Hash::Sha256.name().to_owned()));
        let expected = "A8uy2/o7WBZXYCTWEFpMrVGhGBVlEGIOioeqRM+fzFs=";
        assert_eq!(signed(&parameters, Hash::Sha256), expected);
    }

    #[test]
    fn inputs_are_flattened() {
        let input = json!({
            "A": { "B": true, "C": null, "D": {} }, "E": [], "F": [{ "G": 1.5 }, { "G": "x y" }],
        });
        let flat: Vec<_> =
            flattened(&input).into_iter().map(|(name, value)| name + "=" + &value).collect();
        assert_eq!(flat, ["A.B=true", "F.0.G=1.5", "F.1.G=x y"]);
    }
}
