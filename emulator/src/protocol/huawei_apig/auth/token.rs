//! Tokens of IAM in the header `X-Auth-Token`.

use super::Denied;
use crate::huawei;
use crate::pipeline::Trace;
use crate::services::iam::tokens;
use crate::twin::Twin;

/// The header that holds a token.
pub(super) const HEADER: &str = "x-auth-token";

/// The tenant to which the token was given.
pub(super) fn tenant(twin: &Twin, text: &str, trace: &mut Trace) -> Result<String, Denied> {
    match find(twin, text)? {
        None => {
            let how = "the token is unknown: ask for one at POST /v3/auth/tokens";
            trace.explanation = Some(how.to_owned());
            Err(Denied::incorrect("decrypt token fail"))
        }
        Some(known) if known.expires <= trace.now => {
            trace.explanation =
                Some(format!("the token expired at {}; it is {} now", known.expires, trace.now));
            Err(Denied::incorrect("token expires"))
        }
        Some(known) => Ok(known.tenant),
    }
}

/// The token of that text, whether or not it has expired.
pub(super) fn find(twin: &Twin, text: &str) -> Result<Option<tokens::Known>, Denied> {
    let digest = huawei::token_digest(text.trim());
    let known = twin.readers.with(|tx| tokens::find(tx, &digest));
    known.and_then(|found| found).map_err(|error| {
        tracing::error!(%error, "cannot look a token up");
        Denied::fault()
    })
}
