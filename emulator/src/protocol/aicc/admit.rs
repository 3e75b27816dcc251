//! Whether a request may reach its handler: path and method, then the token (or, where one is asked
//! for, the body and its secret), then the body. The order is the reference's proposal.

use std::sync::Arc;

use contracts::{Operation, Place};
use serde_json::Value;

use super::{Found, ROUTES, TOKEN_PATH, text};
use crate::error::Refusal;
use crate::operation::Client;
use crate::pipeline::Trace;
use crate::protocol::credentials::{AICC_APP, DEFAULT_TENANT, SECRET, tenant_of};
use crate::protocol::{Admitted, drop_nulls, json_body, write_numerals};
use crate::services::aicc::tokens;
use crate::twin::Twin;
use crate::wire::{Entrance, Request, header_text};

pub(super) fn admit(
    twin: &Twin,
    request: &Request,
    trace: &mut Trace,
) -> Result<Admitted, Refusal> {
    let path = request.uri.path();
    if request.entrance == Entrance::AiccToken && path != TOKEN_PATH {
        return Err(text::refusal("404"));
    }
    let operation = match ROUTES.find(&request.method, path) {
        Found::Operation(operation, _) => operation,
        Found::OtherMethods(others) => {
            trace.operation = others.first().map(Arc::clone);
            return Err(text::refusal("405"));
        }
        Found::Nothing => return Err(text::refusal("404")),
    };
    trace.operation = Some(Arc::clone(operation));
    if twin.behaviours.get(operation).is_none() {
        return Err(text::not_modelled(&operation.name));
    }
    if request.too_large {
        return Err(text::refusal("413"));
    }
    let (tenant, input) = if path == TOKEN_PATH {
        let input = input(twin, request, operation)?;
        (applicant(twin, &input, trace)?, input)
    } else {
        // Who asks is told before what is asked.
        let tenant = bearer(twin, request, trace)?;
        (tenant, input(twin, request, operation)?)
    };
    trace.tenant = Some(twin.tenants.get(&tenant));
    let client = Client {
        ip: request.peer,
        agent: request.agent(),
        english: false,
        origin: twin.origin().to_owned(),
    };
    Ok(Admitted { operation: Arc::clone(operation), input, upload: None, client })
}

/// The tenant of the application that asks for a token.
fn applicant(twin: &Twin, input: &Value, trace: &mut Trace) -> Result<String, Refusal> {
    let text_of = |name| input.get(name).and_then(Value::as_str).unwrap_or_default();
    let (key, secret) = (text_of("app_key"), text_of("app_secret"));
    for (name, value) in [("app_key", key), ("app_secret", secret)] {
        if value.is_empty() {
            return Err(text::unreadable(format!("{name} is missing or empty")));
        }
    }
    let tenant = tenant_of(key, AICC_APP);
    if !twin.config.auth {
        return Ok(tenant.unwrap_or(DEFAULT_TENANT).to_owned());
    }
    let Some(tenant) = tenant else { return Err(unknown_key(trace, "403")) };
    if secret != SECRET {
        trace.explanation = Some(format!("the secret of every dummy key is `{SECRET}`"));
        return Err(text::refusal("403"));
    }
    Ok(tenant.to_owned())
}

/// The tenant of the application whose token the request bears.
fn bearer(twin: &Twin, request: &Request, trace: &mut Trace) -> Result<String, Refusal> {
    let key = request.header("x-app-key").filter(|key| !key.is_empty());
    let tenant = key.and_then(|key| tenant_of(key, AICC_APP));
    if !twin.config.auth {
        return Ok(tenant.unwrap_or(DEFAULT_TENANT).to_owned());
    }
    let Some(key) = key else {
        trace.explanation = Some("the header X-APP-Key is absent or empty".to_owned());
        return Err(text::refusal("401"));
    };
    let Some(tenant) = tenant else { return Err(unknown_key(trace, "401")) };
    let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let Some(token) = token.filter(|token| !token.is_empty() && !token.contains(' ')) else {
        trace.explanation =
            Some("the header Authorization must be `Bearer`, one blank and a token".to_owned());
        return Err(text::refusal("401"));
    };
    // The tenant is not created before its token is found to be good.
    let known = twin.readers.with(|tx| tokens::find(tx, tenant, key, token));
    let known = known.and_then(|found| found).map_err(|error| {
        tracing::error!(%error, "cannot look a token up");
        text::refusal("500")
    })?;
    let wrong = match known {
        None => Some("the token is unknown: ask for one at tokenByAkSk".to_owned()),
        Some(known) if known.app_key != key => {
            Some(format!("the token is of the application `{}`, not `{key}`", known.app_key))
        }
        Some(known) if known.expires <= trace.now => {
            Some(format!("the token expired at {}; it is {} now", known.expires, trace.now))
        }
        Some(_) => None,
    };
    match wrong {
        None => Ok(tenant.to_owned()),
        Some(why) => {
            trace.explanation = Some(why);
            Err(text::refusal(twin.config.aicc.bad_token.code()))
        }
    }
}

fn unknown_key(trace: &mut Trace, code: &'static str) -> Refusal {
    let how = format!("the twin knows the applications `{AICC_APP}` and `{AICC_APP}-<tenant>`");
    tracing::warn!("unknown application: {how}");
    trace.explanation = Some(how);
    text::refusal(code)
}

/// The body with the headers that the model names: null is as good as absent, unknown members are
/// passed over, and every rule but that of the types is the operation's to tell.
fn input(twin: &Twin, request: &Request, operation: &Operation) -> Result<Value, Refusal> {
    let mut members = json_body::members(&request.body).map_err(|bad| text::bad_body(&bad))?;
    if twin.config.aicc.lenient_wrapper
        && let Some(Value::Object(wrapped)) = members.get_mut("requestBody")
    {
        members = std::mem::take(wrapped);
    }
    for member in operation.input.members.iter().filter(|m| m.place == Place::Header) {
        members.remove(&member.name);
        if let Some(value) = request.headers.get(member.name.as_str()) {
            members.insert(member.name.clone(), header_text(value).into());
        }
    }
    let mut input = Value::Object(members);
    drop_nulls(&mut input);
    if let Some(violation) = contracts::wrong_type(&input, &operation.input) {
        let contracts::Broken::WrongType(word) = violation.broken else {
            return Err(text::refusal("400"));
        };
        return Err(text::unreadable(format!("{} must be of type {word}", violation.path)));
    }
    write_numerals(&mut input, &operation.input);
    Ok(input)
}
