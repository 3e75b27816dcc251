//! Who asks IAM for a token or for temporary keys: what proves it stands in the body.

use serde_json::Value;

use super::super::super::credentials::{DEFAULT_TENANT, HUAWEI_DOMAIN, SECRET, tenant_of};
use super::{Caller, Denied, authenticate, token};
use crate::huawei;
use crate::pipeline::Trace;
use crate::twin::Twin;
use crate::wire::Request;

/// Where tokens and temporary keys are asked for.
const PATHS: [&str; 2] = ["/v3/auth/tokens", "/v3.0/OS-CREDENTIAL/securitytokens"];

/// Whether what proves the caller may stand in the body of requests to that path.
pub(in crate::protocol::huawei_apig) fn proves_in_body(path: &str) -> bool {
    PATHS.contains(&path)
}

/// The tenant of whoever names a user and a password, or a token, in the body. Where it names
/// neither, the request is authenticated as any other.
pub(in crate::protocol::huawei_apig) fn applicant(
    twin: &Twin,
    request: &Request,
    body: &Value,
    trace: &mut Trace,
) -> Result<Caller, Denied> {
    let at = |path: &str| body.pointer(path).and_then(Value::as_str);
    let uses = |method: &str| {
        let methods = body.pointer("/auth/identity/methods").and_then(Value::as_array);
        methods.is_some_and(|methods| methods.iter().any(|known| known == method))
    };
    let by_token = at("/auth/identity/token/id").filter(|_| uses("token"));
    let tenant = match by_token {
        Some(text) => of_token(twin, text, trace)?,
        None if uses("password") => of_password(twin, body, trace)?,
        None => return authenticate(twin, request, trace),
    };
    Ok(Caller { tenant })
}

fn of_token(twin: &Twin, text: &str, trace: &mut Trace) -> Result<String, Denied> {
    match token::find(twin, text)? {
        Some(known) if !twin.config.auth || known.expires > trace.now => Ok(known.tenant),
        None if !twin.config.auth => Ok(DEFAULT_TENANT.to_owned()),
        Some(known) => {
            trace.explanation =
                Some(format!("the token expired at {}; it is {} now", known.expires, trace.now));
            Err(Denied::by_iam("IAM.0066"))
        }
        None => {
            trace.explanation = Some("the token in the body is unknown".to_owned());
            Err(Denied::by_iam("IAM.0067"))
        }
    }
}

fn of_password(twin: &Twin, body: &Value, trace: &mut Trace) -> Result<String, Denied> {
    let user = "/auth/identity/password/user";
    let password = body.pointer(&format!("{user}/password")).and_then(Value::as_str);
    // A user that is named by its id alone belongs to the domain that it asks a scope of.
    let domains = [&format!("{user}/domain"), "/auth/scope/project/domain", "/auth/scope/domain"];
    let tenant = domains.iter().find_map(|path| body.pointer(path)).and_then(|domain| {
        let part = |name| domain.get(name).and_then(Value::as_str);
        match part("name") {
            Some(name) => tenant_of(name, HUAWEI_DOMAIN).map(str::to_owned),
            None => tenant_of_domain(twin, part("id")?),
        }
    });
    if !twin.config.auth {
        return Ok(tenant.unwrap_or_else(|| DEFAULT_TENANT.to_owned()));
    }
    let Some(tenant) = tenant else {
        let how = format!(
            "the twin knows the domains `{HUAWEI_DOMAIN}` and `{HUAWEI_DOMAIN}-<tenant>`, with any user name"
        );
        tracing::warn!("unknown domain: {how}");
        trace.explanation = Some(how);
        return Err(Denied::by_iam("IAM.0001"));
    };
    if password != Some(SECRET) {
        trace.explanation = Some(format!("the password of every user is `{SECRET}`"));
        return Err(Denied::by_iam("IAM.0062"));
    }
    Ok(tenant)
}

/// The tenant whose domain has that id: the default one, or one that was met before.
fn tenant_of_domain(twin: &Twin, id: &str) -> Option<String> {
    let is = |tenant: &String| huawei::domain_id(tenant) == id;
    let met = twin.readers.with(|tx| {
        let mut names = tx.prepare_cached("SELECT name FROM twin_tenants")?;
        let names = names.query_map([], |row| row.get(0))?;
        names.collect::<rusqlite::Result<Vec<String>>>()
    });
    let met = met.and_then(|found| found).unwrap_or_default();
    [DEFAULT_TENANT.to_owned()].into_iter().chain(met).find(is)
}
