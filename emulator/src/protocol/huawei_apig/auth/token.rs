//! Tokens of IAM in the header `X-Auth-Token`.

use super::super::text;
use crate::protocol::{Rejection, Verifier};

/// The header that holds a token.
pub(super) const HEADER: &str = "x-auth-token";

/// The tenant to which the token was issued.
pub(super) fn tenant(text: &str, verifier: &Verifier<'_>) -> Result<String, Rejection> {
    let now = verifier.now;
    match verifier.issued.iam_token(text.trim()).map_err(|_| text::fault())? {
        None => {
            let how = "the token is unknown: ask for one at POST /v3/auth/tokens";
            Err(Rejection::explained(text::denied("unreadable_token", &[]), how))
        }
        Some(known) if known.expires <= now => {
            let why = format!("the token expired at {}; it is {now} now", known.expires);
            Err(Rejection::explained(text::denied("expired_token", &[]), why))
        }
        Some(known) => Ok(known.tenant),
    }
}
