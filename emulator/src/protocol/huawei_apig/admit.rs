//! Whether a request may reach its handler: size, route, authentication, rate, and then the input
//! (the reference's order).

use std::sync::Arc;

use super::{Found, ROUTES, auth, input, text};
use crate::error::Refusal;
use crate::operation::Client;
use crate::pipeline::Trace;
use crate::protocol::Admitted;
use crate::throttle::Key;
use crate::twin::Twin;
use crate::wire::Request;

/// Largest target in bytes (API Gateway error codes page: 32 KB).
const URI_MAX: usize = 32 << 10;

pub(super) fn admit(
    twin: &Twin,
    request: &Request,
    trace: &mut Trace,
) -> Result<Admitted, Refusal> {
    if request.too_large {
        return Err(text::body_too_large());
    }
    if request.uri.path_and_query().is_some_and(|target| target.as_str().len() > URI_MAX) {
        return Err(text::uri_too_large());
    }
    let path = request.uri.path();
    let (operation, segments) = match ROUTES.find(&request.method, path) {
        Found::Operation(operation, segments) => (operation, segments),
        Found::OtherMethods(_) => return Err(text::with("APIGW.0101", "The API does not exist.")),
        Found::Nothing => {
            trace.explanation = path.starts_with("//").then(|| {
                "the path begins with two slashes: leave out the slash at the end of the endpoint"
                    .to_owned()
            });
            return Err(text::refusal("APIGW.0101"));
        }
    };
    trace.operation = Some(Arc::clone(operation));
    if segments.iter().any(|(_, value)| value == "{project_id}") {
        return Err(text::literal_project());
    }
    if twin.behaviours.get(operation).is_none() {
        return Err(text::not_modelled(&operation.name));
    }
    // Who asks IAM for a token proves it in the body, which is then read first.
    let early = if auth::proves_in_body(path) {
        Some(input::read(request, operation, Vec::new())?)
    } else {
        None
    };
    let caller = match &early {
        Some((input, _)) => auth::applicant(twin, request, input, trace)?,
        None => auth::authenticate(twin, request, trace)?,
    };
    let tenant = twin.tenants.get(&caller.tenant);
    trace.tenant = Some(Arc::clone(&tenant));
    if let Some(limit) = twin.config.huawei_rate {
        let key = Key { operation: operation.index, region: "" };
        if twin.throttle.count(tenant.account, key, trace.now) > limit {
            return Err(text::throttled(limit));
        }
    }
    let (input, upload) = match early {
        Some(read) => read,
        None => input::read(request, operation, segments)?,
    };
    let client = Client {
        ip: request.peer,
        agent: request.agent(),
        english: false,
        origin: twin.origin().to_owned(),
    };
    Ok(Admitted { operation: Arc::clone(operation), input, upload, client })
}
