//! The checks of a signed request, in the reference's order: the header's grammar, the key, the
//! date, the signature, the security token.

use super::super::text;
use super::authorization::Authorization;
use super::canonical::Canonical;
use super::keys::{self, Key, Unknown};
use super::{date, explain, signature};
use crate::error::Refusal;
use crate::protocol::{Rejection, Verifier};
use crate::runtime::clock::Timestamp;
use crate::wire::Request;

/// Largest distance between `X-Sdk-Date` and the clock in seconds, either way (error code page of
/// the signing guide).
const AGE_MAX_S: u64 = 15 * 60;

/// The tenant of the key that signed.
pub(super) fn tenant(
    request: &Request,
    header: &str,
    verifier: &Verifier<'_>,
) -> Result<String, Rejection> {
    let authorization = Authorization::parse(header)
        .map_err(|why| Rejection::explained(text::unauthorized(), why))?;
    let key = key(authorization.access, verifier)?;
    let date = fresh(request, &authorization, verifier.now)?;
    if !signature::verify(request, &authorization, date, &key.secret) {
        let why = explain::explain(request, &authorization, date, &key.secret);
        let canonical = Canonical::of(request, &authorization.signed_headers);
        return Err(Rejection::explained(wrong_signature(&canonical), why));
    }
    let token = request.header("x-security-token").map(str::trim);
    key.admits(token.filter(|token| !token.is_empty()))
        .map_err(|(cause, why)| Rejection::explained(text::denied(cause, &[]), why))?;
    Ok(key.tenant)
}

/// The vendor shows its canonical request in one line.
fn wrong_signature(canonical: &Canonical) -> Refusal {
    let line = canonical.text().replace('\n', "|");
    text::denied("wrong_signature", &[("canonical", &line)])
}

fn key(access: &str, verifier: &Verifier<'_>) -> Result<Key, Rejection> {
    keys::find(access, verifier).map_err(|unknown| match unknown {
        Unknown::Key(why) => {
            tracing::warn!("unknown access key: {why}");
            Rejection::explained(text::denied("unknown_key", &[("ak", access)]), why)
        }
        Unknown::Fault => text::fault().into(),
    })
}

/// `X-Sdk-Date` as sent, if it can be read and is near the twin's clock.
fn fresh<'r>(
    request: &'r Request,
    authorization: &Authorization<'_>,
    now: Timestamp,
) -> Result<&'r str, Rejection> {
    let incorrect = |why: String| Rejection::explained(text::unauthorized(), why);
    let signed = request.header("x-sdk-date").map(str::trim).unwrap_or_default();
    let Some(signed_at) = date::read(signed) else {
        return Err(incorrect(format!(
            "the header X-Sdk-Date must be like 20260102T030405Z, and is `{signed}`"
        )));
    };
    let now = now.seconds();
    if now.abs_diff(signed_at) > AGE_MAX_S {
        let now = date::write(now);
        let why = format!("signed at {signed}, the twin's clock says {now}");
        let expired = text::denied("expired_signature", &[("signed_at", signed), ("now", &now)]);
        return Err(Rejection::explained(expired, why));
    }
    if let Some(scope) = authorization.scope
        && !scope.split('/').next().is_some_and(|day| signed.starts_with(day) && day.len() == 8)
    {
        return Err(incorrect(format!(
            "the day of the credential `{scope}` is not that of {signed}"
        )));
    }
    Ok(signed)
}
