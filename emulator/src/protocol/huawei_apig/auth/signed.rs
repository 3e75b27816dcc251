//! The checks of a signed request, in the reference's order: the header's grammar, the key, the
//! date, the signature, the security token.

use super::authorization::Authorization;
use super::canonical::Canonical;
use super::keys::{self, Key, Unknown};
use super::{Denied, date, explain, signature};
use crate::pipeline::Trace;
use crate::twin::Twin;
use crate::wire::Request;

/// Largest distance between `X-Sdk-Date` and the clock in seconds, either way (error code page of
/// the signing guide).
const AGE_MAX_S: u64 = 15 * 60;

/// The tenant of the key that signed.
pub(super) fn tenant(
    twin: &Twin,
    request: &Request,
    header: &str,
    trace: &mut Trace,
) -> Result<String, Denied> {
    let authorization = Authorization::parse(header).map_err(|why| {
        trace.explanation = Some(why);
        Denied::incorrect("")
    })?;
    let key = key(twin, authorization.access, trace)?;
    let date = fresh(request, &authorization, trace)?;
    if !signature::verify(request, &authorization, date, &key.secret) {
        let why = explain::explain(request, &authorization, date, &key.secret);
        trace.explanation = Some(why);
        let canonical = Canonical::of(request, &authorization.signed_headers);
        return Err(Denied::wrong_signature(&canonical));
    }
    let token = request.header("x-security-token").map(str::trim);
    key.admits(token.filter(|token| !token.is_empty())).map_err(|(tail, why)| {
        trace.explanation = Some(why);
        Denied::incorrect(tail)
    })?;
    Ok(key.tenant)
}

fn key(twin: &Twin, access: &str, trace: &mut Trace) -> Result<Key, Denied> {
    keys::find(twin, access, trace.now).map_err(|unknown| match unknown {
        Unknown::Key(why) => {
            tracing::warn!("unknown access key: {why}");
            trace.explanation = Some(why);
            Denied::unknown_key(access)
        }
        Unknown::Fault => Denied::fault(),
    })
}

/// `X-Sdk-Date` as sent, if it can be read and is near the twin's clock.
fn fresh<'r>(
    request: &'r Request,
    authorization: &Authorization<'_>,
    trace: &mut Trace,
) -> Result<&'r str, Denied> {
    let text = request.header("x-sdk-date").map(str::trim).unwrap_or_default();
    let Some(signed_at) = date::read(text) else {
        let why = format!("the header X-Sdk-Date must be like 20260102T030405Z, and is `{text}`");
        trace.explanation = Some(why);
        return Err(Denied::incorrect(""));
    };
    let now = trace.now.seconds();
    if now.abs_diff(signed_at) > AGE_MAX_S {
        let now = date::write(now);
        trace.explanation = Some(format!("signed at {text}, the twin's clock says {now}"));
        return Err(Denied::expired(text, &now));
    }
    if let Some(scope) = authorization.scope
        && !scope.split('/').next().is_some_and(|day| text.starts_with(day) && day.len() == 8)
    {
        let why = format!("the day of the credential `{scope}` is not that of {text}");
        trace.explanation = Some(why);
        return Err(Denied::incorrect(""));
    }
    Ok(text)
}
