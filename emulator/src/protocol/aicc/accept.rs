//! The stages of a request: path and method, then the token (or, where one is asked
//! for, the body and its secret), then the body. The order is the reference's proposal.

use std::sync::Arc;

use contracts::{Location, Operation};
use serde_json::Value;

use super::{Found, ROUTES, TOKEN_PATH, text};
use crate::config::Config;
use crate::credentials::{AICC_APP, DEFAULT_TENANT, SECRET, tenant_of};
use crate::error::Refusal;
use crate::protocol::message::Input;
use crate::protocol::{Identified, Message, Rejection, Verifier, json_body, write_integer_strings};
use crate::wire::{Listener, Request, header_text};

/// What is chosen where the pages contradict themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    bad_token: &'static str,
    lenient_wrapper: bool,
}

impl Settings {
    /// The knobs of the service.
    pub(super) fn of(config: &Config) -> Self {
        let knob = |name| config.assume.get("aicc", name);
        Self { bad_token: knob("bad_token"), lenient_wrapper: knob("wrapper") == "lenient" }
    }
}

/// A request whose path is that of an operation.
struct Call {
    operation: Arc<Operation>,
    is_login: bool,
    settings: Settings,
}

/// The operation, by path and method.
pub(super) fn identify(request: &Request, settings: Settings) -> Identified {
    let path = request.uri.path();
    if request.listener == Listener::AiccToken && path != TOKEN_PATH {
        return Identified::refused(text::refusal("404"));
    }
    let (operation, allowed) = match ROUTES.find(&request.method, path) {
        Found::Operation(operation, _) => (operation, true),
        Found::OtherMethods([first, ..]) => (first, false),
        Found::OtherMethods([]) | Found::Nothing => {
            return Identified::refused(text::refusal("404"));
        }
    };
    let call = || Call { operation: Arc::clone(operation), is_login: path == TOKEN_PATH, settings };
    let message: Result<Box<dyn Message>, Rejection> =
        if allowed { Ok(Box::new(call())) } else { Err(text::refusal("405").into()) };
    Identified { operation: Some(Arc::clone(operation)), chinese: false, message }
}

impl Message for Call {
    fn operation(&self) -> &Arc<Operation> {
        &self.operation
    }

    fn is_login(&self) -> bool {
        self.is_login
    }

    fn authenticate(
        &self,
        request: &Request,
        login: Option<&Value>,
        verifier: &Verifier<'_>,
    ) -> Result<String, Rejection> {
        if request.too_large {
            return Err(text::refusal("413").into());
        }
        match login {
            Some(input) => log_in(input, verifier),
            None => self.bearer(request, verifier),
        }
    }

    fn input(&self, request: &Request) -> Result<Input, Refusal> {
        if request.too_large {
            return Err(text::refusal("413"));
        }
        Ok((input(self.settings, request, &self.operation)?, None))
    }
}

/// The tenant that the application's key names, of a log-in too.
pub(super) fn claimed_tenant(request: &Request) -> Option<String> {
    if let Some(key) = request.header("x-app-key") {
        return tenant_of(key, AICC_APP).map(str::to_owned);
    }
    if request.uri.path() != TOKEN_PATH {
        return None;
    }
    let body: Value = serde_json::from_slice(&request.body).ok()?;
    tenant_of(body.get("app_key")?.as_str()?, AICC_APP).map(str::to_owned)
}

/// The tenant of the application that asks for a token.
fn log_in(input: &Value, verifier: &Verifier<'_>) -> Result<String, Rejection> {
    let text_of = |name| input.get(name).and_then(Value::as_str).unwrap_or_default();
    let (key, secret) = (text_of("app_key"), text_of("app_secret"));
    for (name, value) in [("app_key", key), ("app_secret", secret)] {
        if value.is_empty() {
            return Err(text::unreadable(format!("{name} is missing or empty")).into());
        }
    }
    let tenant = verifier.tenant_of(key, AICC_APP);
    if !verifier.auth {
        return Ok(tenant.unwrap_or(DEFAULT_TENANT).to_owned());
    }
    let Some(tenant) = tenant else { return Err(unknown_key("403")) };
    if secret != SECRET {
        let why = format!("the secret of every dummy key is `{SECRET}`");
        return Err(Rejection::explained(text::refusal("403"), why));
    }
    Ok(tenant.to_owned())
}

impl Call {
    /// The tenant of the application whose token the request bears.
    fn bearer(&self, request: &Request, verifier: &Verifier<'_>) -> Result<String, Rejection> {
        let refused = |code, why: &str| Rejection::explained(text::refusal(code), why);
        if !verifier.auth {
            return Ok(claimed_tenant(request).unwrap_or_else(|| DEFAULT_TENANT.to_owned()));
        }
        let Some(key) = request.header("x-app-key").filter(|key| !key.is_empty()) else {
            return Err(refused("401", "the header X-APP-Key is absent or empty"));
        };
        let Some(tenant) = tenant_of(key, AICC_APP) else { return Err(unknown_key("401")) };
        let token = request.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
        let Some(token) = token.filter(|token| !token.is_empty() && !token.contains(' ')) else {
            let why = "the header Authorization must be `Bearer`, one blank and a token";
            return Err(refused("401", why));
        };
        // The tenant is not created before its token is found to be good.
        let known = verifier.issued.aicc_token(tenant, key, token);
        let now = verifier.now;
        let wrong = match known.map_err(|_| text::refusal("500"))? {
            None => "the token is unknown: ask for one at tokenByAkSk".to_owned(),
            Some(known) if known.app_key != key => {
                format!("the token is of the application `{}`, not `{key}`", known.app_key)
            }
            Some(known) if known.expires <= now => {
                format!("the token expired at {}; it is {now} now", known.expires)
            }
            Some(_) => return Ok(tenant.to_owned()),
        };
        Err(refused(self.settings.bad_token, &wrong))
    }
}

fn unknown_key(code: &'static str) -> Rejection {
    let how = format!("the twin knows the applications `{AICC_APP}` and `{AICC_APP}-<tenant>`");
    tracing::warn!("unknown application: {how}");
    Rejection::explained(text::refusal(code), how)
}

/// The body with the headers that the model names: null counts as absent, unknown members are
/// ignored, and the operation checks every rule but that of the types.
fn input(settings: Settings, request: &Request, operation: &Operation) -> Result<Value, Refusal> {
    let mut members = json_body::members(&request.body).map_err(|bad| text::bad_body(&bad))?;
    if settings.lenient_wrapper
        && let Some(Value::Object(wrapped)) = members.get_mut("requestBody")
    {
        members = std::mem::take(wrapped);
    }
    for member in operation.input.members.iter().filter(|m| m.location == Location::Header) {
        members.remove(&member.name);
        if let Some(value) = request.headers.get(member.name.as_str()) {
            members.insert(member.name.clone(), header_text(value).into());
        }
    }
    let mut input = Value::Object(members);
    contracts::drop_nulls(&mut input);
    if let Some(violation) = contracts::wrong_type(&input, &operation.input) {
        let contracts::Rule::WrongType(word) = violation.rule else {
            return Err(text::refusal("400"));
        };
        return Err(text::unreadable(format!("{} must be of type {word}", violation.path)));
    }
    write_integer_strings(&mut input, &operation.input);
    Ok(input)
}
