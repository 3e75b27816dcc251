//! Reads the header `Authorization` of both signing algorithms. Verifies nothing.

/// The default algorithm of every client.
pub(super) const SDK: &str = "SDK-HMAC-SHA256";

/// The algorithm whose key is derived for a day, a region and a service.
pub(super) const V11: &str = "V11-HMAC-SHA256";

/// Further algorithms of the official SDKs (`HmacSM3`, `EcdsaP256SHA256` and `SM2SM3` in their options).
const UNMODELLED: [&str; 3] = ["SDK-HMAC-SM3", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3"];

/// A parsed header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authorization<'a> {
    /// The access key.
    pub(super) access: &'a str,
    /// `<yyyymmdd>/<region>/<service>` of a derived key.
    pub(super) scope: Option<&'a str>,
    /// Names of the signed headers in lower case, in the order sent.
    pub(super) signed_headers: Vec<String>,
    /// The signature as sent.
    pub(super) signature: &'a str,
}

impl<'a> Authorization<'a> {
    /// Reads a header leniently: any blanks, its parts in any order. The error says what is wrong.
    pub(super) fn parse(header: &'a str) -> Result<Self, String> {
        let header = header.trim();
        let (algorithm, parts) = header.split_once(char::is_whitespace).unwrap_or((header, ""));
        let part = |name: &'static str| {
            parts
                .split(',')
                .filter_map(|part| part.split_once('='))
                .find(|(known, value)| known.trim() == name && !value.trim().is_empty())
                .map(|(_, value)| value.trim())
                .ok_or_else(|| format!("`{name}` not found in the header Authorization"))
        };
        let (access, scope) = match algorithm {
            SDK => (part("Access")?, None),
            V11 => {
                let (access, scope) = credential(part("Credential")?)?;
                (access, Some(scope))
            }
            _ => return Err(other_algorithm(algorithm)),
        };
        let names = part("SignedHeaders")?.split(';');
        let signed_headers: Vec<_> = names.map(|name| name.trim().to_ascii_lowercase()).collect();
        // The signing guide demands this one alone.
        if !signed_headers.iter().any(|name| name == "x-sdk-date") {
            return Err("`SignedHeaders` must hold `x-sdk-date`".to_owned());
        }
        Ok(Self { access, scope, signed_headers, signature: part("Signature")? })
    }

    /// The algorithm's name.
    pub(super) fn algorithm(&self) -> &'static str {
        if self.scope.is_some() { V11 } else { SDK }
    }
}

/// Why the algorithm is not taken. The text may be a token, which no explanation may show.
fn other_algorithm(name: &str) -> String {
    let known = UNMODELLED.iter().find(|known| **known == name);
    let more = known.map_or_else(String::new, |name| format!(": the twin does not model `{name}`"));
    format!("the algorithm must be `{SDK}` or `{V11}`{more}")
}

/// Access key and scope.
fn credential(text: &str) -> Result<(&str, &str), String> {
    let is_scope = |scope: &str| {
        scope.split('/').count() == 3 && scope.split('/').all(|piece| !piece.is_empty())
    };
    text.split_once('/')
        .filter(|(access, scope)| !access.is_empty() && is_scope(scope))
        .ok_or_else(|| "`Credential` must be `<AK>/<yyyymmdd>/<region>/<service>`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const USUAL: &str = "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=0a1b";

    #[test]
    fn blanks_and_order_do_not_matter() {
        let usual = Authorization::parse(USUAL).unwrap();
        assert_eq!((usual.access, usual.scope, usual.signature), ("AK", None, "0a1b"));
        assert_eq!(usual.signed_headers, ["host", "x-sdk-date"]);
        for other in [
            "SDK-HMAC-SHA256 Access=AK,SignedHeaders=host;x-sdk-date,Signature=0a1b",
            "  SDK-HMAC-SHA256\t Signature = 0a1b ,Access= AK , SignedHeaders=Host; X-Sdk-Date ",
            "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=0a1b, More=x",
        ] {
            assert_eq!(Authorization::parse(other).as_ref(), Ok(&usual), "{other}");
        }
    }

    #[test]
    fn a_derived_key_has_a_scope() {
        let header = "V11-HMAC-SHA256 Credential=AK/20260102/cn-north-4/workspace, SignedHeaders=x-sdk-date, Signature=0a";
        let read = Authorization::parse(header).unwrap();
        assert_eq!((read.access, read.scope), ("AK", Some("20260102/cn-north-4/workspace")));
        for (from, to) in [("/workspace", ""), ("AK/", "/"), ("/cn-north-4/", "//")] {
            assert!(Authorization::parse(&header.replace(from, to)).is_err(), "{from}");
        }
    }

    #[test]
    fn a_broken_header_is_told_by_its_part() {
        let told =
            |from: &str, to: &str| Authorization::parse(&USUAL.replace(from, to)).unwrap_err();
        insta::assert_snapshot!(
            [
                told("SDK-HMAC-SHA256", "SDK-HMAC-SM3"),
                told("SDK-HMAC-SHA256", "SDK-ECDSA-P256-SHA256"),
                told("SDK-HMAC-SHA256 ", ""),
                told(USUAL, ""),
                told("Access=AK", "Access="),
                told("SignedHeaders", "Headers"),
                told("x-sdk-date", "date"),
                told(", Signature=0a1b", ""),
                told("SDK-HMAC", "V11-HMAC"),
            ]
            .join("\n"),
            @"
        the algorithm must be `SDK-HMAC-SHA256` or `V11-HMAC-SHA256`: the twin does not model `SDK-HMAC-SM3`
        the algorithm must be `SDK-HMAC-SHA256` or `V11-HMAC-SHA256`: the twin does not model `SDK-ECDSA-P256-SHA256`
        the algorithm must be `SDK-HMAC-SHA256` or `V11-HMAC-SHA256`
        the algorithm must be `SDK-HMAC-SHA256` or `V11-HMAC-SHA256`
        `Access` not found in the header Authorization
        `SignedHeaders` not found in the header Authorization
        `SignedHeaders` must hold `x-sdk-date`
        `Signature` not found in the header Authorization
        `Credential` not found in the header Authorization
        "
        );
    }
}
