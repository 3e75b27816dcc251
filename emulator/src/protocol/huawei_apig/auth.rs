//! Who calls: by signature, else by token. Knows no operation and no envelope.
//!
//! The order of checks is the reference's table. Where both a signature and a token come, the
//! token is passed over (assumed: no page says which wins).

use http::header::AUTHORIZATION;

use super::super::credentials::{DEFAULT_TENANT, HUAWEI_AK, tenant_of};
use crate::pipeline::Trace;
use crate::twin::Twin;
use crate::wire::Request;

mod applicant;
mod authorization;
mod canonical;
mod content_hash;
mod date;
mod denied;
mod explain;
mod keys;
mod signature;
mod signed;
mod token;

pub(super) use applicant::{applicant, proves_in_body};
use authorization::Authorization;
pub(super) use denied::Denied;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// The tenant's name.
    pub(super) tenant: String,
}

/// The tenant of the caller, by signature or by token. What the answer cannot say is noted in
/// `trace`.
pub(super) fn authenticate(
    twin: &Twin,
    request: &Request,
    trace: &mut Trace,
) -> Result<Caller, Denied> {
    if !twin.config.auth {
        return Ok(Caller { tenant: named(twin, request) });
    }
    let text_of = |name| request.header(name).map(str::trim).filter(|text| !text.is_empty());
    let tenant = match (text_of(AUTHORIZATION.as_str()), text_of(token::HEADER)) {
        (Some(header), _) => signed::tenant(twin, request, header, trace)?,
        (None, Some(text)) => token::tenant(twin, text, trace)?,
        (None, None) => {
            let how = "the request has neither Authorization nor X-Auth-Token: sign it, or get a token at POST \
                       /v3/auth/tokens";
            trace.explanation = Some(how.to_owned());
            return Err(Denied::incorrect("x-auth-token not found"));
        }
    };
    Ok(Caller { tenant })
}

/// Without authentication a key or a token still names its tenant, if there is one.
fn named(twin: &Twin, request: &Request) -> String {
    let header = request.header(AUTHORIZATION).unwrap_or_default();
    let access = Authorization::parse(header).ok().map(|authorization| authorization.access);
    let by_key = || {
        let access = access?;
        let permanent = tenant_of(access, HUAWEI_AK).map(str::to_owned);
        permanent.or_else(|| keys::temporary(twin, access).ok()?.map(|key| key.tenant))
    };
    let by_token = || token::find(twin, request.header(token::HEADER)?).ok()?;
    by_key()
        .or_else(|| by_token().map(|known| known.tenant))
        .unwrap_or_else(|| DEFAULT_TENANT.to_owned())
}
