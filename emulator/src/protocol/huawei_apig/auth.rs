//! Who calls: by signature, else by token. Knows no operation and no envelope.
//!
//! The order of checks is the reference's table. Where both a signature and a token come, the
//! token is ignored (assumed: no page says which wins).

use http::header::AUTHORIZATION;

use super::text;
use crate::credentials::{DEFAULT_TENANT, HUAWEI_AK, tenant_of};
use crate::protocol::issued::Issued;
use crate::protocol::{Rejection, Verifier};
use crate::wire::Request;

mod authorization;
mod canonical;
mod content_hash;
mod date;
mod explain;
mod keys;
mod login;
mod signature;
mod signed;
mod token;

use authorization::Authorization;
pub(super) use login::{is_login, log_in};

/// The name of the caller's tenant, by signature or by token.
pub(super) fn authenticate(
    request: &Request,
    verifier: &Verifier<'_>,
) -> Result<String, Rejection> {
    if !verifier.auth {
        let claimed = claimed_tenant(request, verifier.issued);
        return Ok(claimed.unwrap_or_else(|| DEFAULT_TENANT.to_owned()));
    }
    let text_of = |name| request.header(name).map(str::trim).filter(|text| !text.is_empty());
    match (text_of(AUTHORIZATION.as_str()), text_of(token::HEADER)) {
        (Some(header), _) => signed::tenant(request, header, verifier),
        (None, Some(text)) => token::tenant(text, verifier),
        (None, None) => {
            let how = "the request has neither Authorization nor X-Auth-Token: sign it, or get a token at POST \
                       /v3/auth/tokens";
            Err(Rejection::explained(text::denied("no_credential", &[]), how))
        }
    }
}

/// The tenant that the request's key or token names, whether or not it is good.
pub(super) fn claimed_tenant(request: &Request, issued: &dyn Issued) -> Option<String> {
    let header = request.header(AUTHORIZATION).unwrap_or_default();
    let access = Authorization::parse(header).ok().map(|authorization| authorization.access);
    let by_key = || {
        let access = access?;
        let permanent = tenant_of(access, HUAWEI_AK).map(str::to_owned);
        permanent.or_else(|| issued.temporary_key(access).ok()?.map(|key| key.tenant))
    };
    let by_token = || issued.iam_token(request.header(token::HEADER)?.trim()).ok()?;
    let by_header = by_key().or_else(|| by_token().map(|known| known.tenant));
    by_header.or_else(|| login::claimed_tenant(request, issued))
}
