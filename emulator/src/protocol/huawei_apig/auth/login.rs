//! Log-ins: requests for a token or for temporary keys of IAM. Their credentials are in the body.

use serde_json::Value;

use super::super::text;
use super::authenticate;
use crate::credentials::{DEFAULT_TENANT, HUAWEI_DOMAIN, SECRET, tenant_of};
use crate::protocol::issued::Issued;
use crate::protocol::{Rejection, Verifier};
use crate::wire::Request;

/// Where tokens and temporary keys are asked for.
const PATHS: [&str; 2] = ["/v3/auth/tokens", "/v3.0/OS-CREDENTIAL/securitytokens"];

/// Where a body names its user.
const USER: &str = "/auth/identity/password/user";

/// Whether requests to that path may carry their credentials in the body.
pub(in crate::protocol::huawei_apig) fn is_login(path: &str) -> bool {
    PATHS.contains(&path)
}

/// The tenant of a user with a password, or of a token, in the body. A body with neither is
/// authenticated as any other request.
pub(in crate::protocol::huawei_apig) fn log_in(
    request: &Request,
    body: &Value,
    verifier: &Verifier<'_>,
) -> Result<String, Rejection> {
    let at = |path: &str| body.pointer(path).and_then(Value::as_str);
    let uses = |method: &str| {
        let methods = body.pointer("/auth/identity/methods").and_then(Value::as_array);
        methods.is_some_and(|methods| methods.iter().any(|known| known == method))
    };
    match at("/auth/identity/token/id").filter(|_| uses("token")) {
        Some(text) => of_token(text, verifier),
        None if uses("password") => of_password(body, verifier),
        None => authenticate(request, verifier),
    }
}

fn of_token(text: &str, verifier: &Verifier<'_>) -> Result<String, Rejection> {
    let (auth, now) = (verifier.auth, verifier.now);
    let known = verifier.issued.iam_token(text.trim()).map_err(|_| text::fault())?;
    match known {
        Some(known) if !auth || known.expires > now => Ok(known.tenant),
        None if !auth => Ok(DEFAULT_TENANT.to_owned()),
        Some(known) => {
            let why = format!("the token expired at {}; it is {now} now", known.expires);
            Err(Rejection::explained(text::refusal("IAM.0066"), why))
        }
        None => {
            let why = "the token in the body is unknown";
            Err(Rejection::explained(text::refusal("IAM.0067"), why))
        }
    }
}

fn of_password(body: &Value, verifier: &Verifier<'_>) -> Result<String, Rejection> {
    let password = body.pointer(&format!("{USER}/password")).and_then(Value::as_str);
    let tenant = of_domain(body, verifier.issued, |name| verifier.tenant_of(name, HUAWEI_DOMAIN));
    if !verifier.auth {
        return Ok(tenant.unwrap_or_else(|| DEFAULT_TENANT.to_owned()));
    }
    let Some(tenant) = tenant else {
        let how = format!(
            "the twin knows the domains `{HUAWEI_DOMAIN}` and `{HUAWEI_DOMAIN}-<tenant>`, with any user name"
        );
        tracing::warn!("unknown domain: {how}");
        return Err(Rejection::explained(text::refusal("IAM.0001"), how));
    };
    if password != Some(SECRET) {
        let why = format!("the password of every user is `{SECRET}`");
        return Err(Rejection::explained(text::refusal("IAM.0062"), why));
    }
    Ok(tenant)
}

/// The tenant of the domain that the user of a body belongs to. A user that is named by its id alone
/// belongs to the domain that it asks a scope of.
fn of_domain(
    body: &Value,
    issued: &dyn Issued,
    tenant_of: impl Fn(&str) -> Option<&str>,
) -> Option<String> {
    let domains = [&format!("{USER}/domain"), "/auth/scope/project/domain", "/auth/scope/domain"];
    let domain = domains.iter().find_map(|path| body.pointer(path))?;
    let part = |name| domain.get(name).and_then(Value::as_str);
    match part("name") {
        Some(name) => tenant_of(name).map(str::to_owned),
        None => issued.tenant_of_domain(part("id")?),
    }
}

/// The tenant that the body of a log-in names, whether or not its credentials are good.
pub(super) fn claimed_tenant(request: &Request, issued: &dyn Issued) -> Option<String> {
    if !is_login(request.uri.path()) {
        return None;
    }
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    let token = body.pointer("/auth/identity/token/id").and_then(Value::as_str);
    let by_token = token.and_then(|text| issued.iam_token(text.trim()).ok()?);
    by_token
        .map(|known| known.tenant)
        .or_else(|| of_domain(&body, issued, |name| tenant_of(name, HUAWEI_DOMAIN)))
}
