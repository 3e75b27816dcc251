//! A client of the vendors' APIs as the models describe them: puts an input where the model says, signs the
//! request as the protocol asks, and reads what the answer says.
//!
//! It repeats nothing, waits for nothing and judges nothing.

use serde_json::Value;

use crate::catalog;
use crate::model::{Operation, Protocol};

mod answer;
mod credentials;
mod http;
mod login;
mod place;
pub mod sdk_hmac;
mod signed;
pub mod tc3;
pub mod v1;

pub use answer::{Answer, Outcome, Refused};
pub use credentials::{Application, Credentials, IamUser, Key};
pub use http::Http;

use login::Tokens;

/// How requests to Tencent Cloud are signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TencentSignature {
    /// TC3-HMAC-SHA256, over a body of JSON.
    #[default]
    Tc3,
    /// The old one over a form, with HMAC-SHA1.
    HmacSha1,
    /// The old one over a form, with HMAC-SHA256.
    HmacSha256,
}

/// A request as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query, encoded.
    pub target: String,
    /// Headers with names in lower case, the host among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// An answer as it came over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Headers with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What carries requests to a server: a socket, or a server in the same process.
pub trait Transport: Send + Sync {
    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// Says why there is none.
    fn send(&self, request: &Request) -> Result<Response, String>;

    /// The host that requests name and signatures cover, with its port.
    fn host(&self) -> &str;

    /// The time with which requests are signed.
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::now()
    }
}

impl<T: Transport> Transport for &T {
    fn send(&self, request: &Request) -> Result<Response, String> {
        (**self).send(request)
    }

    fn host(&self) -> &str {
        (**self).host()
    }

    fn now(&self) -> jiff::Timestamp {
        (**self).now()
    }
}

/// Why there is no answer to a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Nothing was sent: the credentials for it are missing.
    #[error("no credentials for {service}: set {needs}")]
    NoCredentials {
        /// The service.
        service: String,
        /// The variables that hold them.
        needs: &'static str,
    },
    /// Nothing was sent: no request can say it.
    #[error("no request can hold this input: {0}")]
    Unsendable(String),
    /// The log-in before the call was refused or not understood.
    #[error("the log-in failed: {0}")]
    Login(String),
    /// The server could not be reached, or it sent no whole answer.
    #[error("no answer: {0}")]
    NoAnswer(String),
}

/// A client of one server, with one set of credentials.
pub struct Client<T> {
    transport: T,
    /// What carries log-ins to IAM, where that is another server.
    iam: Option<T>,
    credentials: Credentials,
    tencent_signature: TencentSignature,
    tokens: Tokens,
}

impl<T: Transport> Client<T> {
    /// A client with these credentials.
    pub fn new(transport: T, credentials: Credentials) -> Self {
        Self {
            transport,
            iam: None,
            credentials,
            tencent_signature: TencentSignature::default(),
            tokens: Tokens::default(),
        }
    }

    /// The same with another server for IAM, which gives out tokens for users with a password.
    #[must_use]
    pub fn with_iam(self, iam: Option<T>) -> Self {
        Self { iam, ..self }
    }

    /// The same with another signature for Tencent Cloud.
    #[must_use]
    pub fn with_tencent_signature(self, tencent_signature: TencentSignature) -> Self {
        Self { tencent_signature, ..self }
    }

    /// The same with another key for SCIM.
    #[must_use]
    pub fn with_scim_key(mut self, key: String) -> Self {
        self.credentials.scim_key = Some(key);
        self
    }

    /// Its credentials.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// What carries its requests.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Calls an operation with this input, whether or not the input keeps the model.
    ///
    /// # Errors
    /// Says why there is no answer. A refusal is an answer.
    pub fn call(&self, operation: &Operation, input: &Value) -> Result<Answer, CallError> {
        let request = self.request(operation, input)?;
        let response = self.transport.send(&request).map_err(CallError::NoAnswer)?;
        Ok(Answer::read(operation, response))
    }

    /// The signed request for a call. Logs in before, where the protocol takes tokens.
    ///
    /// # Errors
    /// Says why there is none.
    pub fn request(&self, operation: &Operation, input: &Value) -> Result<Request, CallError> {
        let at = self.transport.now();
        let host = self.transport.host();
        match protocol_of(operation)? {
            Protocol::TencentApi3 => {
                let key = self.credentials.tencent.as_ref().ok_or_else(|| {
                    no_credentials(operation, "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY")
                })?;
                let region = self.credentials.tencent_region.as_str();
                let call = signed::TencentCall { operation, input, region, host, key, at };
                Ok(match self.tencent_signature {
                    TencentSignature::Tc3 => call.tc3(),
                    TencentSignature::HmacSha1 => call.form(v1::Hash::Sha1),
                    TencentSignature::HmacSha256 => call.form(v1::Hash::Sha256),
                })
            }
            Protocol::HuaweiApig => self.huawei(operation, input, at),
            Protocol::Aicc => self.aicc(operation, input),
            Protocol::Scim => {
                let key = self.credentials.scim_key.as_ref();
                let key = key.ok_or_else(|| no_credentials(operation, "CLOUDTWIN_SCIM_KEY"))?;
                let mut request = place::placed(operation, input, host)?;
                request.headers.push(("authorization".to_owned(), format!("Bearer {key}")));
                Ok(request)
            }
        }
    }

    fn huawei(
        &self,
        operation: &Operation,
        input: &Value,
        at: jiff::Timestamp,
    ) -> Result<Request, CallError> {
        let mut request = place::placed(operation, input, self.transport.host())?;
        if let Some(key) = &self.credentials.huawei {
            signed::huawei(&mut request, key, at);
            return Ok(request);
        }
        // A log-in has what proves the caller in its body.
        if login::is_login(operation) {
            return Ok(request);
        }
        let user = self.credentials.iam.as_ref().ok_or_else(|| {
            no_credentials(operation, "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK")
        })?;
        let server = self.iam.as_ref().unwrap_or(&self.transport);
        let project = self.credentials.huawei_project.as_deref();
        let token = self.tokens.iam(|| login::iam_token(server, user, project))?;
        request.headers.push(("x-auth-token".to_owned(), token));
        Ok(request)
    }

    fn aicc(&self, operation: &Operation, input: &Value) -> Result<Request, CallError> {
        let mut request = place::placed(operation, input, self.transport.host())?;
        if login::is_login(operation) {
            return Ok(request);
        }
        let needs = "CLOUDTWIN_AICC_APP_KEY and CLOUDTWIN_AICC_APP_SECRET";
        let application = self.credentials.aicc.as_ref();
        let application = application.ok_or_else(|| no_credentials(operation, needs))?;
        let token = self.tokens.aicc(|| login::aicc_token(&self.transport, application))?;
        request.headers.push(("x-app-key".to_owned(), application.key.clone()));
        request.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        Ok(request)
    }
}

fn protocol_of(operation: &Operation) -> Result<Protocol, CallError> {
    let service = catalog().service(&operation.service);
    let unknown = || CallError::Unsendable(format!("unknown service {:?}", operation.service));
    service.map(|service| service.protocol).ok_or_else(unknown)
}

fn no_credentials(operation: &Operation, needs: &'static str) -> CallError {
    CallError::NoCredentials { service: operation.service.clone(), needs }
}

#[cfg(test)]
mod tests;
