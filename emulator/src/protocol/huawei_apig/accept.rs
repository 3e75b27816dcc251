//! The stages of a request: size, route, caller, and then the input (the reference's order).

use std::sync::Arc;

use serde_json::Value;

use super::{Found, ROUTES, auth, input, text};
use crate::error::Refusal;
use crate::protocol::message::Input;
use crate::protocol::{Identified, Message, Rejection, Verifier};
use crate::wire::Request;

/// Largest target in bytes (API Gateway error codes page: 32 KB).
const URI_MAX: usize = 32 << 10;

/// A request whose path is that of an operation.
struct Call {
    operation: Arc<contracts::Operation>,
    /// Values of the named segments of the path, decoded.
    segments: Vec<(String, String)>,
}

/// The operation, by path and method.
pub(super) fn identify(request: &Request) -> Identified {
    if request.too_large {
        return Identified::refused(text::body_too_large());
    }
    if request.uri.path_and_query().is_some_and(|target| target.as_str().len() > URI_MAX) {
        return Identified::refused(text::uri_too_large());
    }
    let path = request.uri.path();
    let (operation, segments) = match ROUTES.find(&request.method, path) {
        Found::Operation(operation, segments) => (operation, segments),
        Found::OtherMethods(_) => {
            return Identified::refused(text::other_method());
        }
        Found::Nothing => {
            let why =
                "the path begins with two slashes: leave out the slash at the end of the endpoint";
            let explanation = path.starts_with("//").then(|| why.to_owned());
            let refusal = text::refusal("APIGW.0101");
            return Identified::refused(Rejection { refusal, explanation });
        }
    };
    let message: Result<Box<dyn Message>, Rejection> =
        if segments.iter().any(|(_, value)| value == "{project_id}") {
            Err(text::literal_project().into())
        } else {
            Ok(Box::new(Call { operation: Arc::clone(operation), segments }))
        };
    Identified { operation: Some(Arc::clone(operation)), chinese: false, message }
}

impl Message for Call {
    fn operation(&self) -> &Arc<contracts::Operation> {
        &self.operation
    }

    fn is_login(&self) -> bool {
        self.operation.http.as_ref().is_some_and(|http| auth::is_login(&http.path))
    }

    fn authenticate(
        &self,
        request: &Request,
        login: Option<&Value>,
        verifier: &Verifier<'_>,
    ) -> Result<String, Rejection> {
        match login {
            Some(input) => auth::log_in(request, input, verifier),
            None => auth::authenticate(request, verifier),
        }
    }

    fn input(&self, request: &Request) -> Result<Input, Refusal> {
        input::read(request, &self.operation, self.segments.clone())
    }
}
