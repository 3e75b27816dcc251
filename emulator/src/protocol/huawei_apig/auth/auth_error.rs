//! What a caller reads who is not let in: the gateway's own texts (error code pages of the API
//! gateway), neutral as to the envelope.

use std::borrow::Cow;

use super::canonical::Canonical;
use crate::error::Refusal;

/// What every text of the code begins with.
const INCORRECT: &str = "Incorrect IAM authentication information";

/// Why a caller is not let in; whoever answers puts it into an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::protocol::huawei_apig) struct AuthError {
    /// The gateway's code, or one of IAM; the status goes with it.
    code: &'static str,
    /// What the client reads; empty: the text that belongs to the code.
    message: String,
}

impl AuthError {
    /// The code of every failed authentication with this tail; with none where the vendor's is not
    /// known.
    pub(super) fn incorrect(tail: &str) -> Self {
        let message = match tail {
            "" => INCORRECT.to_owned(),
            tail => format!("{INCORRECT}: {tail}"),
        };
        Self { code: "APIGW.0301", message }
    }

    /// The signature is another one. The vendor shows its canonical request in one line.
    pub(super) fn wrong_signature(canonical: &Canonical) -> Self {
        let line = canonical.text().replace('\n', "|");
        Self::incorrect(&format!("verify aksk signature fail, canonicalRequest:{line}"))
    }

    /// Nobody has that access key.
    pub(super) fn unknown_key(access: &str) -> Self {
        Self::incorrect(&format!("Get secretKey failed,ak:{access},err:ak not exist"))
    }

    /// Signed too long ago, or in the future. The tail is documented for applications alone.
    pub(super) fn expired(date: &str, now: &str) -> Self {
        Self::incorrect(&format!("signature expired, signature time:{date},server time:{now}"))
    }

    /// A refusal of IAM itself.
    pub(super) fn by_iam(code: &'static str) -> Self {
        Self { code, message: String::new() }
    }

    /// The twin is at fault.
    pub(super) fn fault() -> Self {
        Self { code: "APIGW.0601", message: String::new() }
    }
}

impl From<AuthError> for Refusal {
    fn from(denied: AuthError) -> Self {
        Self { code: Cow::Borrowed(denied.code), message: Cow::Owned(denied.message) }
    }
}
