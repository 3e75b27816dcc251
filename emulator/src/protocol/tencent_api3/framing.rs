//! Request forms: where the common parameters and the business parameters of a request lie.

use http::Method;
use http::header::HeaderName;

use super::super::FORM;
use super::text;
use crate::error::Refusal;
use crate::wire::Request;

/// Largest query of a GET in bytes (request structure page).
const QUERY_MAX: usize = 32 << 10;

/// Largest form signed with the old method in bytes (request structure page).
const FORM_MAX: usize = 1 << 20;

/// The parameters that every request may carry.
#[derive(Debug, Clone, Copy)]
pub(super) enum Common {
    Action,
    Version,
    Timestamp,
    Region,
    Token,
}

impl Common {
    /// Its name among pairs.
    fn name(self) -> &'static str {
        match self {
            Self::Action => "Action",
            Self::Version => "Version",
            Self::Timestamp => "Timestamp",
            Self::Region => "Region",
            Self::Token => "Token",
        }
    }

    /// Its header.
    fn header(self) -> HeaderName {
        HeaderName::from_static(match self {
            Self::Action => "x-tc-action",
            Self::Version => "x-tc-version",
            Self::Timestamp => "x-tc-timestamp",
            Self::Region => "x-tc-region",
            Self::Token => "x-tc-token",
        })
    }
}

/// Names of common parameters in the old form; no operation has a member of such a name.
const NOT_BUSINESS: [&str; 11] = [
    "Action",
    "Version",
    "Timestamp",
    "Nonce",
    "SecretId",
    "Signature",
    "Region",
    "SignatureMethod",
    "Token",
    "Language",
    "RequestClient",
];

/// Decoded names and values, in the order in which they were sent.
pub(super) type Pairs = Vec<(String, String)>;

/// Where the business parameters are.
#[derive(Debug)]
pub(super) enum Payload {
    /// A JSON object in the body.
    Json,
    /// Parts in the body.
    Multipart,
    /// Flattened, in query or form.
    Flat(Pairs),
}

/// How the request is signed, which decides where the common parameters are.
#[derive(Debug)]
pub(super) enum Signing {
    /// In headers, `TC3-HMAC-SHA256`.
    Tc3,
    /// Among the parameters, `HmacSHA1` or `HmacSHA256`; all pairs as sent.
    V1(Pairs),
}

/// A request taken apart, nothing checked but its form.
#[derive(Debug)]
pub(super) struct Framed {
    /// How it is signed.
    pub(super) signing: Signing,
    /// Where its input is.
    pub(super) payload: Payload,
}

impl Framed {
    /// Methods, sizes, and the form of query and body (steps 1 to 3 of the reference's order).
    pub(super) fn read(request: &Request) -> Result<Self, Refusal> {
        let too_large = || text::refusal("RequestSizeLimitExceeded");
        let media_type = request.media_type();
        let is = |known: &str| media_type.eq_ignore_ascii_case(known);
        match request.method {
            Method::GET if request.query().len() > QUERY_MAX || request.too_large => {
                Err(too_large())
            }
            Method::GET => {
                let sent = pairs(request.query())?;
                if request.headers.contains_key("authorization") {
                    Ok(Self { signing: Signing::Tc3, payload: Payload::Flat(sent) })
                } else {
                    Ok(Self { payload: Payload::Flat(business(&sent)), signing: Signing::V1(sent) })
                }
            }
            Method::POST if is(FORM) => {
                if request.too_large || request.body.len() > FORM_MAX {
                    return Err(text::form_too_large());
                }
                let body = std::str::from_utf8(&request.body).map_err(|_| text::bad_pairs())?;
                let sent = pairs(body)?;
                Ok(Self { payload: Payload::Flat(business(&sent)), signing: Signing::V1(sent) })
            }
            Method::POST if request.too_large => Err(too_large()),
            Method::POST if is("application/json") => {
                Ok(Self { signing: Signing::Tc3, payload: Payload::Json })
            }
            Method::POST if is("multipart/form-data") => {
                Ok(Self { signing: Signing::Tc3, payload: Payload::Multipart })
            }
            // The old form has no other place for parameters than the query.
            Method::POST if media_type.is_empty() && !request.query().is_empty() => {
                let sent = pairs(request.query())?;
                Ok(Self { payload: Payload::Flat(business(&sent)), signing: Signing::V1(sent) })
            }
            Method::POST => Err(text::bad_content_type()),
            _ => Err(text::refusal("UnsupportedProtocol")),
        }
    }

    /// A common parameter, from its header or from among the pairs. An empty one counts as absent.
    pub(super) fn common<'a>(&'a self, request: &'a Request, common: Common) -> Option<&'a str> {
        let value = match &self.signing {
            Signing::Tc3 => request.header(common.header()),
            Signing::V1(pairs) => find(pairs, common.name()),
        };
        value.filter(|value| !value.is_empty())
    }

    /// How that common parameter is spelt in this form.
    pub(super) fn spelling(&self, common: Common) -> String {
        match self.signing {
            Signing::Tc3 => format!("X-TC-{}", common.name()),
            Signing::V1(_) => common.name().to_owned(),
        }
    }
}

/// The value of that name among pairs; the last one counts.
pub(super) fn find<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn pairs(text: &str) -> Result<Pairs, Refusal> {
    if text.split('&').any(|part| !part.is_empty() && !part.contains('=')) {
        return Err(text::bad_pairs());
    }
    Ok(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
}

fn business(sent: &Pairs) -> Pairs {
    sent.iter().filter(|(name, _)| !NOT_BUSINESS.contains(&name.as_str())).cloned().collect()
}
