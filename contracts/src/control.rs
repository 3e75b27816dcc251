//! A client of the control interface of a twin (`/_twin/`).

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value;

use crate::conversation::Page;

/// How long an answer may take; a large state document takes some seconds.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Most bytes of an answer.
const ANSWER_MAX: u64 = 1 << 30;

/// The control interface of one twin.
#[derive(Debug, Clone)]
pub struct Control {
    url: String,
    agent: ureq::Agent,
}

/// Why a call of the control interface failed.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// There was no answer.
    #[error("{method} {path}: {error}")]
    Unreachable {
        /// The method.
        method: &'static str,
        /// The path.
        path: String,
        /// Why.
        error: Box<ureq::Error>,
    },
    /// The twin refused.
    #[error("{method} {path}: {status} {message}")]
    Refused {
        /// The method.
        method: &'static str,
        /// The path.
        path: String,
        /// The status.
        status: u16,
        /// What the twin says is wrong.
        message: String,
    },
    /// The answer is not what this version understands.
    #[error("{path}: {error}")]
    Answer {
        /// The path.
        path: String,
        /// Why.
        error: serde_json::Error,
    },
}

impl Control {
    /// The one of the twin at that base URL, such as `http://127.0.0.1:4588`.
    pub fn new(url: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(TIMEOUT));
        Self { url: url.trim_end_matches('/').to_owned(), agent: config.build().into() }
    }

    /// Reads a path such as `/_twin/health`.
    pub fn get(&self, path: &str) -> Result<Value, ControlError> {
        let answer = self.agent.get(format!("{}{path}", self.url)).call();
        value("GET", path, answer)
    }

    /// Writes a JSON body to a path.
    pub fn put(&self, path: &str, body: &Value) -> Result<Value, ControlError> {
        let request = self.agent.put(format!("{}{path}", self.url));
        let answer = request.content_type("application/json").send(body.to_string());
        value("PUT", path, answer)
    }

    /// Writes text, such as a seed file or a scenario, to a path.
    pub fn put_text(&self, path: &str, text: &str) -> Result<Value, ControlError> {
        let answer = self.agent.put(format!("{}{path}", self.url)).send(text);
        value("PUT", path, answer)
    }

    /// Sends an empty POST to a path.
    pub fn post(&self, path: &str) -> Result<Value, ControlError> {
        let answer = self.agent.post(format!("{}{path}", self.url)).send_empty();
        value("POST", path, answer)
    }

    /// Deletes a path.
    pub fn delete(&self, path: &str) -> Result<Value, ControlError> {
        let answer = self.agent.delete(format!("{}{path}", self.url)).call();
        value("DELETE", path, answer)
    }

    /// The entries of the journal after that number, of one tenant or of all.
    pub fn journal(&self, tenant: Option<&str>, since: u64) -> Result<Page, ControlError> {
        let mut path = format!("/_twin/journal?since={since}");
        if let Some(tenant) = tenant {
            // The names of tenants need no escape.
            _ = write!(path, "&tenant={tenant}");
        }
        let page = self.get(&path)?;
        serde_json::from_value(page).map_err(|error| ControlError::Answer { path, error })
    }
}

fn value(
    method: &'static str,
    path: &str,
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, ControlError> {
    let unreachable =
        |error| ControlError::Unreachable { method, path: path.to_owned(), error: Box::new(error) };
    let mut answer = answer.map_err(unreachable)?;
    let status = answer.status();
    let body = answer.body_mut().with_config().limit(ANSWER_MAX).read_to_vec();
    let body = body.map_err(unreachable)?;
    let read: Result<Value, _> = serde_json::from_slice(&body);
    match read {
        Ok(value) if status.is_success() => Ok(value),
        Err(error) if status.is_success() && !body.is_empty() => {
            Err(ControlError::Answer { path: path.to_owned(), error })
        }
        Err(_) if status.is_success() => Ok(Value::Null),
        read => {
            let text = String::from_utf8_lossy(&body).into_owned();
            let told = read.ok().and_then(|value| Some(value.get("message")?.as_str()?.to_owned()));
            Err(ControlError::Refused {
                method,
                path: path.to_owned(),
                status: status.as_u16(),
                message: told.unwrap_or(text),
            })
        }
    }
}
