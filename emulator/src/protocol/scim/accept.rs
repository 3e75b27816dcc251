//! The stages of a request: path and method, then the key, then the query and the body. The order is
//! assumed.

use std::sync::Arc;

use contracts::{Location, Operation};
use http::Method;
use serde_json::{Map, Value};

use super::{BASE, Found, ROUTES, is_vendors, text};
use crate::credentials::DEFAULT_TENANT;
use crate::error::Refusal;
use crate::protocol::message::Input;
use crate::protocol::{Identified, Message, Rejection, Verifier, json_body, scalar};
use crate::wire::Request;

/// A request whose path is that of an operation.
struct Call {
    operation: Arc<Operation>,
    /// What stands for the named segments of the path, decoded.
    segments: Vec<(String, String)>,
}

/// The operation, by path and method. A slash at the end of the path is ignored.
pub(super) fn identify(request: &Request) -> Identified {
    let path = request.uri.path();
    let path = path.strip_suffix('/').filter(|path| path.len() > BASE.len()).unwrap_or(path);
    let (operation, message): (_, Result<Box<dyn Message>, Rejection>) =
        match ROUTES.find(&request.method, path) {
            Found::Operation(operation, segments) => {
                (operation, Ok(Box::new(Call { operation: Arc::clone(operation), segments })))
            }
            Found::OtherMethods([first, ..]) => (first, Err(other_method(&request.method).into())),
            Found::OtherMethods([]) | Found::Nothing => {
                let refusal = text::GATEWAY.because("404", "path", &[], false);
                return Identified::refused(refusal);
            }
        };
    Identified { operation: Some(Arc::clone(operation)), chinese: false, message }
}

fn other_method(method: &Method) -> Refusal {
    text::GATEWAY.refusal("405", &[("method", method.as_str())], false)
}

/// The bearer key, if there is one.
pub(super) fn bearer(request: &Request) -> Option<&str> {
    let (scheme, key) = request.header("authorization")?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}

impl Message for Call {
    fn operation(&self) -> &Arc<Operation> {
        &self.operation
    }

    fn authenticate(
        &self,
        request: &Request,
        _: Option<&Value>,
        verifier: &Verifier<'_>,
    ) -> Result<String, Rejection> {
        if request.too_large {
            return Err(text::refusal("413").into());
        }
        let refused = |why: String| Rejection::explained(text::refusal("401"), why);
        let known = match bearer(request) {
            Some(key) => {
                verifier.issued.scim_key(key).map_err(|_| text::GATEWAY.internal_error())?
            }
            None if verifier.auth => {
                let why = "the header Authorization must be `Bearer`, one blank and a key";
                return Err(refused(why.to_owned()));
            }
            None => None,
        };
        let now = verifier.now;
        match known {
            None if verifier.auth => {
                Err(refused("the key is unknown: CreateSCIMCredential makes one".to_owned()))
            }
            None => Ok(DEFAULT_TENANT.to_owned()),
            Some(key) if !key.is_enabled && verifier.auth => {
                Err(refused("the key is disabled".to_owned()))
            }
            Some(key) if key.expires <= now && verifier.auth => {
                Err(refused(format!("the key expired at {}; it is {now} now", key.expires)))
            }
            Some(key) => Ok(key.tenant),
        }
    }

    /// The body's members, and those of path and query, which win.
    fn input(&self, request: &Request) -> Result<Input, Refusal> {
        let members = &self.operation.input.members;
        let mut input = Map::new();
        if members.iter().any(|member| member.location == Location::Body) {
            input = json_body::members(&request.body).map_err(|bad| text::bad_body(&bad))?;
        }
        for member in members.iter().filter(|member| member.location != Location::Body) {
            input.remove(&member.name);
        }
        let parameters = Value::Object(self.parameters(request));
        if let Some(violation) = contracts::validate_known(&parameters, &self.operation.input) {
            return Err(text::bad_parameter(&violation));
        }
        if let Value::Object(parameters) = parameters {
            input.extend(parameters);
        }
        Ok((Value::Object(input), None))
    }

    fn origin(&self, request: &Request) -> Option<String> {
        let host = request.host();
        let bare = host.strip_prefix("http://").unwrap_or(host);
        (!bare.is_empty() && !is_vendors(bare)).then(|| format!("http://{bare}"))
    }
}

impl Call {
    /// What stands in the path and in the query. An empty parameter counts as absent.
    fn parameters(&self, request: &Request) -> Map<String, Value> {
        let segments = self.segments.iter().cloned();
        let mut all: Map<_, _> = segments.map(|(name, text)| (name, text.into())).collect();
        for (name, value) in form_urlencoded::parse(request.query().as_bytes()) {
            let named = |member: &&contracts::Member| {
                member.location == Location::Query && member.name.eq_ignore_ascii_case(&name)
            };
            let known = self.operation.input.members.iter().find(named);
            if let Some(member) = known.filter(|_| !value.is_empty()) {
                all.insert(member.name.clone(), scalar(value.into_owned(), &member.kind));
            }
        }
        all
    }
}
